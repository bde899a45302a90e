"""The file is more than the app takes.

What it measures: The file's size, the sides of the picture in pixels, and the format of the
content, against what the app accepts. Without an app or a setting of your own there is no limit.

Why it matters: The app refuses the job, or fails after the upload.

How to mend it: Save the picture as JPEG at quality 90 or reduce it to the size that is asked for;
save the recording as MP3 at 192 kbit/s or cut what is not needed. In a format that the app does not
take, export it again in one that it does.

References: The input schemas of the apps, quoted with their dates by `qcheck apps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import File, Judgement, Sides, failed, passed, rule


@dataclass(frozen=True)
class Limits:
    portrait_max_bytes: int | None = None
    portrait_max_side_px: int | None = None
    portrait_min_side_px: int | None = None
    portrait_max_pixels: int | None = None
    portrait_formats: tuple[str, ...] = ()
    voice_max_bytes: int | None = None
    voice_formats: tuple[str, ...] = ()


@rule("file-limits", code="F02", medium=("portrait", "voice", "picture"), limits=Limits)
def file_limits(file: File, sides: Sides, limits: Limits) -> Iterator[Judgement]:
    is_portrait = file.medium != "voice"
    max_bytes = limits.portrait_max_bytes if is_portrait else limits.voice_max_bytes
    formats = limits.portrait_formats if is_portrait else limits.voice_formats
    fits = True
    for name, measured, limit, unit in (
        ("file", file.size_bytes, max_bytes, "bytes"),
        ("longer side", sides.longer_px, limits.portrait_max_side_px, "px"),
        ("picture", sides.megapixels, _mega(limits.portrait_max_pixels), "megapixels"),
    ):
        if measured is not None and limit is not None and measured > limit:
            fits = False
            yield failed(
                f"The {name} has {{measured}}; {{wanted}} at most are taken.",
                measured=measured,
                wanted=limit,
                unit=unit,
            )
    least = limits.portrait_min_side_px
    if sides.shorter_px is not None and least is not None and sides.shorter_px < least:
        fits = False
        yield failed(
            "The shorter side has {measured}; {wanted} at least are needed.",
            measured=sides.shorter_px,
            wanted=least,
            unit="px",
        )
    if formats and file.format and file.format.name not in formats:
        fits = False
        yield failed(
            "The file is {measured}; only {wanted} is taken.",
            measured=file.format.name,
            wanted=" or ".join(formats),
        )
    if fits:
        yield passed("The file is within every limit.", measured=file.size_bytes, unit="bytes")


def _mega(pixels: int | None) -> float | None:
    return None if pixels is None else pixels / 1e6
