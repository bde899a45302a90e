"""What sound and video have in common when FFmpeg (PyAV) reads them.

The demuxer is always named, so that no file can pick one: playlists would open other files.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from qcheck.core.errors import printable

__all__ = ["DEMUXERS", "claimed_s", "complaint", "other_codecs", "overheard"]

_Said = list[tuple[int, str, str]]
"""Level, who says it (a demuxer's or a codec's name), and what."""

# FFmpeg has one log for all threads of a process.
_log = threading.RLock()

DEMUXERS = {
    "MP3": "mp3",
    "Ogg": "ogg",
    "M4A": "mov",
    "AAC": "aac",
    "WebM audio": "matroska",
    "WAV": "wav",
    "MP4": "mov",
    "MOV": "mov",
    "WebM": "matroska",
    "Matroska": "matroska",
    "AVI": "avi",
}
"""By the name of the format, as :mod:`qcheck.media.sniff` gives it."""


def claimed_s(media: Any) -> float:
    """The length that the container claims, 0 where it does not say (FFmpeg counts in µs)."""
    return max(0.0, float(media.duration or 0) / 1e6)


@contextmanager
def overheard() -> Iterator[_Said]:
    """Collect what FFmpeg logs as an error: it goes on over most damage, and only says so there.

    Decoders must not use threads of their own: one that is given up while it has something to say
    waits for Python, and Python for it.
    """
    from av import logging

    with _log:
        level, skips = logging.get_level(), logging.get_skip_repeated()
        # Or else what one file has in common with the one before is not said again.
        logging.set_skip_repeated(False)
        logging.set_level(logging.ERROR)
        try:
            with logging.Capture(local=False) as said:
                yield said
        finally:
            logging.set_level(level)
            logging.set_skip_repeated(skips)


def complaint(said: _Said, others: Collection[str] = ()) -> str | None:
    """The first error that concerns the stream that was read, as a clause; ``others`` do not."""
    for _, who, what in said:
        text = printable(" ".join(what.split())).rstrip(".")
        if text and who not in others:
            return f"the decoder says “{text[:120]}”"
    return None


def other_codecs(media: Any, *streams: Any) -> frozenset[str]:
    """The decoders of all streams but ``streams``: a broken cover is no fault of the sound."""
    read = {each.index for each in streams if each is not None}
    named: dict[bool, set[str]] = {True: set(), False: set()}
    for each in media.streams:
        if (codec := getattr(each, "codec_context", None)) is not None:
            named[each.index in read].add(codec.name)
    return frozenset(named[False] - named[True])
