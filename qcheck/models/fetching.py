"""Fetching models from their official address: the one place that talks to a network.

Runs only when a person types ``qcheck models fetch``.
"""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path
from typing import IO

from qcheck.core.atomic import whole
from qcheck.models.locate import GOOGLE, Model, fault, models_folder

__all__ = ["MIRROR", "FetchFailed", "fetch"]

MIRROR = "QCHECK_MODELS_MIRROR"
"""Environment variable: an address that stands in for Google's, for networks behind a mirror."""

_TIMEOUT_S = 60
_CHUNK_BYTES = 1 << 16


class FetchFailed(Exception):
    """The model could not be fetched, or what came is not the genuine file."""


def fetch(model: Model) -> Path:
    """Download ``model`` into the cache, verify it and return its path.

    Nothing is left behind, and no file replaced, unless size and SHA-256 are right. Raises
    :class:`FetchFailed`.
    """
    address = model.address
    if mirror := os.environ.get(MIRROR):
        address = mirror.rstrip("/") + address.removeprefix(GOOGLE)
    folder = models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchFailed(f"{folder}: {error.strerror or error}") from error
    try:
        with whole(folder / model.filename) as file:
            _download(address, model, file)
            file.flush()
            if reason := fault(Path(file.name), model):
                raise FetchFailed(f"{address} is not the genuine {model.filename}: {reason}")
    except (OSError, ValueError) as error:
        # URLError, HTTPError and time-outs are OSErrors; a malformed address is a ValueError.
        raise FetchFailed(f"{address}: {getattr(error, 'reason', None) or error}") from error
    return folder / model.filename


def _download(address: str, model: Model, file: IO[bytes]) -> None:
    if not address.startswith(("https://", "http://")):
        raise ValueError("it is no web address")
    with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as response:
        got = 0
        while chunk := response.read(_CHUNK_BYTES):
            got += len(chunk)
            if got > model.size_bytes:
                raise FetchFailed(
                    f"{address} is not the genuine {model.filename}: it is larger than "
                    f"{model.size_bytes} bytes"
                )
            file.write(chunk)
