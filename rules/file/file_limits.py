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

from qcheck import File, Judgement, Sides, at_least, at_most, failed, rule


@dataclass(frozen=True)
class Limits:
    portrait_max_bytes: int | None = None
    portrait_max_side_px: int | None = None
    portrait_min_side_px: int | None = None
    portrait_max_pixels: int | None = None
    portrait_formats: tuple[str, ...] = ()
    voice_max_bytes: int | None = None
    voice_formats: tuple[str, ...] = ()


@rule("file-limits", code="F02", medium=("portrait", "voice"), limits=Limits)
def file_limits(file: File, sides: Sides, limits: Limits) -> Iterator[Judgement]:
    is_portrait = file.medium == "portrait"
    max_bytes = limits.portrait_max_bytes if is_portrait else limits.voice_max_bytes
    formats = limits.portrait_formats if is_portrait else limits.voice_formats
    if max_bytes is not None:
        yield at_most(
            file.size_bytes,
            fail=max_bytes,
            unit="bytes",
            says="The file has {measured}; at most {wanted} are taken.",
        )
    if formats and file.format and file.format.name not in formats:
        yield failed(
            "The file is {measured}; only {wanted} is taken.",
            measured=file.format.name,
            wanted=" or ".join(formats),
        )
    if sides.width_px is None or sides.height_px is None:
        return
    if limits.portrait_max_side_px is not None:
        yield at_most(
            max(sides.width_px, sides.height_px),
            fail=limits.portrait_max_side_px,
            unit="px",
            says="The longer side of the picture is {measured}; at most {wanted} are taken.",
        )
    if limits.portrait_min_side_px is not None:
        yield at_least(
            min(sides.width_px, sides.height_px),
            fail=limits.portrait_min_side_px,
            unit="px",
            says="The shorter side of the picture is {measured}; at least {wanted} are needed.",
        )
    if limits.portrait_max_pixels is not None:
        yield at_most(
            sides.width_px * sides.height_px / 1e6,
            fail=limits.portrait_max_pixels / 1e6,
            unit="megapixels",
            says="The picture has {measured}; at most {wanted} are taken.",
        )
