"""What an app answered, and the result that it names, downloaded and known for what it is.

An answer may be anybody's text: it is read within bounds, and followed only to where results come
from (:mod:`qcheck.jobs.hosts`). What comes must be what the app makes, by its content: an error
page is not a clip.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.atomic import hidden_beside, place_new
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault, printable
from qcheck.core.media import UNKNOWN
from qcheck.jobs.downloads import download
from qcheck.jobs.hosts import read_address
from qcheck.jobs.stages import StageFailed
from qcheck.media.sniff import FORMATS, Format, format_of_file
from qcheck.targets.catalogue import find_target

__all__ = ["Named", "fetch_answer", "fetched", "output_in", "read_answer"]

_ANSWER_BYTES = 10_000_000
"""An answer is a few kilobytes; one with all that an app logged, a megabyte."""
# Places that look like the beginning of an object, and are not, cost the reading of what follows.
_MOST_READ = 3 * _ANSWER_BYTES
_COUNTED_FASTER = 16
_START = re.compile(r'\{\s*+["}]')
_MOST_OBJECTS = 1000
_DEEPEST = 8
_SHOWN = 200
_RESULTS = ("portrait", "voice", "video")


@dataclass(frozen=True)
class Named:
    """A result, as an answer names it."""

    location: str
    medium: str
    """What it must be; ``unknown`` for an app that nobody described."""


def read_answer(path: Path) -> bytes:
    """What stands in the file. Raises OSError for what is not a plain file, or too large."""
    return read_regular(path, _ANSWER_BYTES)


def fetch_answer(answer: bytes, app: str, output: Path, added: Collection[str] = ()) -> None:
    """Fetch what ``app`` answered to ``output``, under that name and no other.

    Raises :class:`StageFailed`, and UsageFault where anything is at ``output`` or the result is of
    another format than its name says.
    """
    named = output_in(answer, app)
    if output.exists() or output.is_symlink():
        raise UsageFault(f"{output} is there already; nothing was written")
    with fetched(named, output, added) as (part, found):
        _refuse_other_format(output, found)
        try:
            place_new(part, output)
        except FileExistsError as error:
            raise UsageFault(f"{output} is there already; nothing was written") from error
        except OSError as error:
            raise UsageFault(f"{output}: {error.strerror or error}") from error


def _refuse_other_format(output: Path, found: Format) -> None:
    extension = output.suffix.lower().removeprefix(".")
    others = {each for known in FORMATS.values() for each in known.extensions}
    if extension in others and extension not in found.extensions:
        name = output.with_suffix(f".{found.extensions[0]}").name
        raise UsageFault(
            f"the result is {found.name}, which {output.name} does not say; nothing was written. "
            f"Ask for {name}"
        )


@contextmanager
def fetched(
    named: Named, output: Path, added: Collection[str] = ()
) -> Iterator[tuple[Path, Format]]:
    """The result in a hidden file beside ``output``, and its format; gone when the block ends.

    Raises :class:`StageFailed`.
    """
    part: Path | None = None
    try:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            with hidden_beside(output, durable=True) as file:
                download(named.location, file, added)
            part = Path(file.name)
            found = format_of_file(part)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            where = _shown(named.location, added)
            raise StageFailed(f"the result cannot be fetched from {where}: {_short(reason)}") from (
                error
            )
        if found is None or not _is_what_was_asked_for(found, named.medium):
            wanted = named.medium if named.medium != UNKNOWN else "picture, recording or video"
            what = found.name if found is not None else "something else"
            where = _shown(named.location, added)
            raise StageFailed(f"the result of {where} is {what}, not a {wanted}")
        yield part, found
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def _is_what_was_asked_for(found: Format, medium: str) -> bool:
    if medium == UNKNOWN:
        return found.medium in _RESULTS
    return found.medium == ("portrait" if medium == "picture" else medium)


def _shown(location: str, added: Collection[str]) -> str:
    """The address without its query, where it is one; whatever it is, in one short line."""
    with contextlib.suppress(ValueError):
        return _short(str(read_address(location, added)))
    return _short(location.partition("?")[0])


def _short(text: str) -> str:
    shown = printable(text[: _SHOWN + 1])
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def output_in(answer: bytes, app: str) -> Named:
    """The result in what an app answered. Raises :class:`StageFailed` without one."""
    target = find_target(app)
    described = dict(target.output) if target else {}
    for found in _objects(answer.decode("utf-8", "replace")):
        output = found.get("output", found)
        if not isinstance(output, dict):
            continue
        for key in described or output:
            location = _location(output.get(key))
            # What an app that nobody described calls a result can only be known by its address.
            if location and (described or "://" in location):
                return Named(location, described.get(key, UNKNOWN))
    wanted = " or ".join(described) or "file"
    raise StageFailed(f"{app} answered without a {wanted}")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects in what a command printed, the last one first: talk may stand before it."""
    decoder = json.JSONDecoder()
    objects: deque[dict[str, Any]] = deque(maxlen=_MOST_OBJECTS)
    at, left = 0, _MOST_READ
    while left > 0 and (start := _START.search(text, at)):
        at = start.start()
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            # What was read in vain, and, faster, the lines that the error counts from the top.
            left -= error.pos - at + error.pos // _COUNTED_FASTER
            at += 1
        except (ValueError, RecursionError):
            # A number or a depth that no answer has; how far it was read is not told.
            left -= len(text) - at
            at += 1
        else:
            objects.append(found)
    yield from reversed(objects)


def _location(value: Any) -> str | None:
    for _ in range(_DEEPEST):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = value.get("uri") or value.get("url") or value.get("path")
        else:
            break
    return value if isinstance(value, str) and value else None
