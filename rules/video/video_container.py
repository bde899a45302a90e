"""The video is stored in a way that the app does not take, or that not every tool shows alike.

What it measures: the kind of container, told from the content and never from the name; the codec of
the pictures; whether there are more than 8 bits a colour, HDR grading or interlaced lines.

Why it matters: The app refuses the upload, or decodes it wrongly: HDR comes out grey and washed,
interlaced lines turn into combs at the lips.

How to mend it: Export the video again as MP4 with H.264, 8 bits, standard dynamic range (SDR,
BT.709) and progressive frames; every editor has this as its usual preset for the web.

References: The input schemas of the apps, quoted with their dates by `qcheck apps`; ITU-T H.273
(transfer characteristics of HDR).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Footage, Judgement, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    formats: tuple[str, ...] = ()
    """Containers that are taken; none named: all that qcheck reads."""
    best_formats: tuple[str, ...] = ()
    """Those that every published description of the app names."""
    best_codecs: tuple[str, ...] = ("H.264", "H.265", "VP8", "VP9", "AV1", "MPEG-4", "ProRes")
    best_up_to_bits: int = 8


@rule("video-container", code="M01", medium="video", limits=Limits)
def video_container(footage: Footage, limits: Limits) -> Iterator[Judgement]:
    fits = True
    if limits.formats and footage.container not in limits.formats:
        fits = False
        yield failed(
            "The video is {measured}; only {wanted} is taken.",
            measured=footage.container,
            wanted=" or ".join(limits.formats),
        )
    elif limits.best_formats and footage.container not in limits.best_formats:
        fits = False
        yield warned(
            "The video is {measured}, which not every description of the app names; {wanted} is "
            "wanted.",
            measured=footage.container,
            wanted=" or ".join(limits.best_formats),
        )
    if limits.best_codecs and footage.codec not in limits.best_codecs:
        fits = False
        yield warned(
            "The pictures are coded as {measured}, which many tools do not read; {wanted} is "
            "wanted.",
            measured=footage.codec,
            wanted=limits.best_codecs[0],
        )
    if footage.high_dynamic_range:
        fits = False
        yield warned(
            "The video is graded for HDR screens; where HDR is not expected it comes out grey.",
            measured="HDR",
            wanted="SDR",
        )
    elif footage.bits_per_channel > limits.best_up_to_bits:
        fits = False
        yield warned(
            "The video has {measured} bits a colour; {wanted} is what every tool reads.",
            measured=footage.bits_per_channel,
            wanted=limits.best_up_to_bits,
        )
    if footage.interlaced:
        fits = False
        yield warned(
            "The video is interlaced: two half pictures stand in each frame, and lips come out "
            "combed.",
            measured="interlaced",
            wanted="progressive",
        )
    if fits:
        yield passed("The video is {measured}.", measured=f"{footage.container}, {footage.codec}")
