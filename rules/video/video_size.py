"""The video has more bytes or pixels than the app takes.

What it measures: the file's size, and the sides of the picture as players show it, after the
rotation that phones note down instead of turning the picture. Without an app or a setting of your
own there is no limit.

Why it matters: The app refuses the job, or fails after the upload.

How to mend it: Export the video at 1920 x 1080 or smaller, in a lower bit rate; for a face that
fills a third of the picture, 6 Mbit/s is plenty.

References: The pages of the apps, quoted with their dates by `qcheck apps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Footage, Judgement, failed, passed, rule


@dataclass(frozen=True)
class Limits:
    max_bytes: int | None = None
    max_side_px: int | None = None
    min_side_px: int | None = None


@rule("video-size", code="M02", medium="video", limits=Limits)
def video_size(footage: Footage, limits: Limits) -> Iterator[Judgement]:
    fits = True
    for name, measured, limit, unit in (
        ("file", footage.size_bytes, limits.max_bytes, "bytes"),
        ("longer side of the picture", footage.longer_px, limits.max_side_px, "px"),
    ):
        if limit is not None and measured > limit:
            fits = False
            yield failed(
                f"The {name} has {{measured}}; {{wanted}} at most are taken.",
                measured=measured,
                wanted=limit,
                unit=unit,
            )
    least = limits.min_side_px
    if least is not None and footage.shorter_px < least:
        fits = False
        yield failed(
            "The shorter side of the picture has {measured}; {wanted} at least are needed.",
            measured=footage.shorter_px,
            wanted=least,
            unit="px",
        )
    if fits:
        yield passed(
            f"The video is within every limit, with {footage.width_px} x {footage.height_px} px.",
            measured=footage.size_bytes,
            unit="bytes",
        )
