"""Configurations that a test vouches for, as a user does with `qcheck trust`."""

from __future__ import annotations

from pathlib import Path

from qcheck.engine.settings import load_settings
from qcheck.engine.trust import trust


def vouch(folder: Path) -> None:
    """Trust the configuration in ``folder`` as it is now."""
    load_settings.cache_clear()
    trust(load_settings(folder / "qcheck.toml"))
