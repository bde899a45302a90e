"""Files joined end to end (``cat one two``): players believe the first header and stop at its end.

A second file is found where the first one's declared end is; in formats that declare none, or one
that was never filled in, by a signature too long to occur in sound by chance.
"""

from __future__ import annotations

import re

from qcheck.media.containers import top_boxes
from qcheck.media.ogg_pages import scan_pages
from qcheck.media.riff import sound_end

__all__ = ["parts"]

# Beginnings of ten bytes and more, as encoders write them: RIFF and WAVE, FORM and AIFF, the CAF
# header and its description (CAF specification 1.0), FLAC's STREAMINFO (RFC 9639 8.1), EBML.
_BEGINNINGS = {
    "WAV": re.compile(rb"(?:RIFF|RIFX|RF64|BW64)....WAVE(?:fmt |JUNK|ds64|bext|LIST)", re.DOTALL),
    "AIFF": re.compile(rb"FORM....AIF[FC](?:COMM|FVER)", re.DOTALL),
    "CAF": re.compile(rb"caff\x00\x01\x00\x00desc"),
    "FLAC": re.compile(rb"fLaC[\x00\x80]\x00\x00\x22"),
    "WebM audio": re.compile(
        rb"\x1aE\xdf\xa3[\x80-\xff\x01][^\x1a]{0,60}(?:webm|matroska)", re.DOTALL
    ),
}

# More files than this are joined by nobody; each takes a decoder.
_MOST_PARTS = 100


def parts(data: bytes, format_name: str) -> list[bytes]:
    """``data``, cut where another file of its format begins; all of it where none does."""
    starts = [0, *_starts(data, format_name)][:_MOST_PARTS]
    if len(starts) == 1:
        return [data]
    return [data[at:end] for at, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _starts(data: bytes, format_name: str) -> list[int]:
    if format_name == "Ogg":
        return [at for at in scan_pages(data).streams_at if at]
    if format_name == "M4A":
        return [at for at, _, kind in top_boxes(data) if kind == b"ftyp" and at]
    beginning = _BEGINNINGS.get(format_name)
    if beginning is None:
        return []
    first = sound_end(data) if format_name == "WAV" else 1
    return [found.start() for found in beginning.finditer(data, first)]
