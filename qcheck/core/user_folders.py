"""Where a user's own files of qcheck lie on each platform."""

from __future__ import annotations

from pathlib import Path

__all__ = ["cache_folder", "data_folder"]


def cache_folder() -> Path:
    """What can be made again: models that were fetched, kept results."""
    from platformdirs import user_cache_path

    return user_cache_path("qcheck", appauthor=False)


def data_folder() -> Path:
    """What the user decided: contracts that were taken in, configurations that are trusted."""
    from platformdirs import user_data_path

    return user_data_path("qcheck", appauthor=False)
