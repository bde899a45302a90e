"""Whether SRT and WebVTT can be read to the end: parsers pass over what they do not understand."""

from __future__ import annotations

import re

__all__ = ["broken_line"]

_TIMING = re.compile(
    r"\s*(\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->\s*(\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{3}(\s.*)?"
)


def broken_line(text: str) -> tuple[int, str] | None:
    """The first line that no player would understand, and why; None if all is fine.

    Players pass over a caption whose time they cannot read, and nobody notices until it is missing.
    """
    webvtt = text.startswith("WEBVTT")
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append((number, line))
            continue
        if block and (fault := _fault(block, webvtt)):
            return fault
        block = []
    return None


def _fault(block: list[tuple[int, str]], webvtt: bool) -> tuple[int, str] | None:
    first, line = block[0]
    timings = [i for i, (_, each) in enumerate(block) if "-->" in each]
    if webvtt and not timings and line.startswith(("WEBVTT", "NOTE", "STYLE", "REGION")):
        return None
    if not timings:
        return first, "a caption without a time"
    if timings[0] > 1:
        return first, "more than a number stands before the time"
    if len(timings) > 1:
        return block[timings[1]][0], "an empty line is missing before the next caption"
    number, timing = block[timings[0]]
    if not _TIMING.fullmatch(timing):
        return number, f"{timing.strip()[:60]!r} is no time as hours:minutes:seconds,milliseconds"
    return None
