"""What an app answered, and the result that it names, copied or downloaded."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from qcheck.core.atomic import hidden_beside
from qcheck.core.errors import UsageFault
from qcheck.jobs.stages import StageFailed
from qcheck.media.file import File
from qcheck.targets.catalogue import find_target

__all__ = ["fetch_answer", "fetch_result", "output_in"]

# A minute of 4K video is about 400 MB; more than this is no clip of a talking head.
_MOST_BYTES = 2_000_000_000
_TIMEOUT_S = 60


def fetch_answer(answer: bytes, app: str, output: Path) -> Path:
    """Fetch what ``app`` answered to ``output``; returns where it lies.

    Raises :class:`StageFailed`, and UsageFault where ``output`` is there already.
    """
    if output.exists():
        raise UsageFault(f"{output} is there already; nothing was written")
    return fetch_result(output_in(answer, app), output, replaces=False)


def fetch_result(location: str, output: Path, *, replaces: bool = True) -> Path:
    """Copy or download a result; its extension becomes what its content is.

    Only what an app answered is ever fetched, over HTTPS, and nothing is sent but the request.
    Raises :class:`StageFailed`, and UsageFault where a file is there that it does not replace.
    """
    temporary: Path | None = None
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with hidden_beside(output) as file, _opened(location) as source:
            _copy(source, file)
        temporary = Path(file.name)
        with temporary.open("rb") as written:
            found = File("", written.read(1 << 16)).format
        if found is not None and output.suffix.removeprefix(".").lower() not in found.extensions:
            output = output.with_suffix(f".{found.extensions[0]}")
        if output.exists() and not replaces:
            raise UsageFault(f"{output} is there already; nothing was written")
        temporary.replace(output)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise StageFailed(f"the result cannot be fetched from {location}: {reason}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return output


@contextmanager
def _opened(location: str) -> Iterator[IO[bytes]]:
    address = urllib.parse.urlsplit(location)
    if address.scheme in ("", "file"):
        with Path(urllib.parse.unquote(address.path) if address.scheme else location).open(
            "rb"
        ) as file:
            yield file
        return
    loopback = address.hostname in ("127.0.0.1", "::1", "localhost")
    if address.scheme != "https" and not (address.scheme == "http" and loopback):
        raise ValueError(f"{address.scheme} is not taken; https is")
    with urllib.request.urlopen(location, timeout=_TIMEOUT_S) as response:
        yield response


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    left = _MOST_BYTES
    while chunk := source.read(1 << 20):
        left -= len(chunk)
        if left < 0:
            raise ValueError(f"it is larger than {_MOST_BYTES / 1e9:.0f} GB")
        target.write(chunk)


def output_in(answer: bytes, app: str) -> str:
    """Where the result lies, in what an app answered. Raises :class:`StageFailed` without one."""
    target = find_target(app)
    keys = tuple(target.output) if target else ()
    for found in _objects(answer.decode("utf-8", "replace")):
        inner = found.get("output")
        output = inner if isinstance(inner, dict) else found
        for key in keys or tuple(output):
            if location := _location(output.get(key)):
                return location
    wanted = " or ".join(keys) or "file"
    raise StageFailed(f"{app} answered without a {wanted}")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects in what a command printed, the last one first: talk may stand before it."""
    decoder = json.JSONDecoder()
    at, objects = 0, []
    while (at := text.find("{", at)) >= 0:
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        objects.append(found)
    yield from reversed(objects)


def _location(value: Any) -> str | None:
    if isinstance(value, list):
        return _location(value[0]) if value else None
    if isinstance(value, dict):
        return _location(value.get("uri") or value.get("url") or value.get("path"))
    return value if isinstance(value, str) and value else None
