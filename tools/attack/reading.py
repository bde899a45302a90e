"""One file as qcheck reads it: what it says of it, and how far it is from another one."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from qcheck.core.job import Job
from qcheck.core.results import Outcome, Severity, Status
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import load_rules
from qcheck.media.content import Content, Decoding, Picture, Recording, Text, Video
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from tools.attack.damage import HEARD, SEEN
from tools.attack.tally import without_numbers

__all__ = ["Reading", "read"]

# A file that ends so much earlier lost no sound of speech: the shortest, the burst of a plosive,
# lasts 5 to 10 ms (Stevens, Acoustic Phonetics, 1998, chapter 7).
_SHORTER_S = 0.005


@dataclass(frozen=True)
class Reading:
    """What qcheck made of one file."""

    content: Content | None = field(repr=False)
    findings: frozenset[str]
    """What `readable` says, without its numbers."""
    novelty: tuple[object, ...]
    blocks: bool = False
    """Whether one of them is an error."""
    crash: str = ""
    """A traceback, where one escaped."""

    def apart_from(self, original: Reading) -> tuple[float, bool]:
        """The largest difference, as a share of full scale, and whether anybody notices it."""
        return _apart(original.content, self.content)


def read(name: str, data: bytes) -> Reading:
    """Judge a file by ``readable``. Raises nothing."""
    evidence = Evidence(File(name, data))
    try:
        outcome = run_rule(_readable(), evidence, Job())
        if outcome.status is not Status.CRASHED:
            decoding = evidence.get(Decoding)
            said = frozenset(
                without_numbers(judgement.message)
                for judgement in outcome.judgements
                if judgement.severity is not None
            )
            novelty = _novelty(evidence.file, decoding, outcome)
            blocks = outcome.severity is Severity.ERROR
            return Reading(decoding.content, said, novelty, blocks)
        trace = outcome.trace or outcome.reason
        return Reading(None, frozenset(), ("crash", outcome.reason), crash=trace)
    except MemoryError:
        raise
    except BaseException as error:
        trace = "".join(traceback.format_exception(error))
        return Reading(None, frozenset(), ("escape", type(error).__name__), crash=trace)


@cache
def _readable() -> Selected:
    rule = next(each for each in load_rules().all if each.name == "readable")
    return Selected(rule, rule.limits())


def _novelty(file: File, decoding: Decoding, outcome: Outcome) -> tuple[object, ...]:
    content = decoding.content
    shape: tuple[object, ...] = (type(content).__name__,)
    if isinstance(content, Picture):
        shape += (content.stored_mode, content.bits_per_channel, content.frames > 1)
    elif isinstance(content, Recording):
        shape += (content.codec, content.rate_hz, content.channels, content.joined_files)
    elif isinstance(content, Video):
        shape += (content.footage.codec, content.footage.pixel_format, content.footage.sound_codec)
    fault = without_numbers(decoding.fault or "")
    said = tuple(without_numbers(each.message) for each in outcome.judgements)
    return (file.format.name if file.format else None, fault, *shape, *said)


def _apart(one: Content | None, other: Content | None) -> tuple[float, bool]:
    if isinstance(one, Picture) and isinstance(other, Picture):
        if one.bgr.shape != other.bgr.shape or (one.alpha is None) != (other.alpha is None):
            return 1.0, True
        levels = _largest(one.bgr, other.bgr)
        if one.alpha is not None and other.alpha is not None:
            levels = max(levels, _largest(one.alpha, other.alpha))
        return levels / 255, levels / 255 > SEEN
    if isinstance(one, Recording) and isinstance(other, Recording):
        return _recordings_apart(one, other)
    if isinstance(one, Video) and isinstance(other, Video):
        return _videos_apart(one, other)
    if isinstance(one, Text) and isinstance(other, Text):
        return float(one.text != other.text), one.text != other.text
    return 1.0, True


def _largest(one: Any, other: Any) -> float:
    return float(np.abs(one.astype(np.int16) - other).max(initial=0))


def _recordings_apart(one: Recording, other: Recording) -> tuple[float, bool]:
    if (one.rate_hz, one.channels) != (other.rate_hz, other.channels):
        return 1.0, True
    length = min(one.frames, other.frames)
    apart = float(np.abs(one.samples[:length] - other.samples[:length]).max(initial=0))
    lost_s = abs(one.frames - other.frames) / one.rate_hz
    return (apart or float(lost_s > 0)), apart > HEARD or lost_s > _SHORTER_S


def _videos_apart(one: Video, other: Video) -> tuple[float, bool]:
    """By frames in small: a block that is wrong shows there too."""
    alike = ("width_px", "height_px", "rotation_deg", "sound_codec")
    if any(getattr(one.footage, key) != getattr(other.footage, key) for key in alike):
        return 1.0, True
    if one.luma.shape != other.luma.shape:
        return 1.0, True
    share = _largest(one.luma, other.luma) / 255
    frame_s = 1 / max(one.footage.frames_per_second, 1.0)
    moved_s = abs(one.footage.seconds - other.footage.seconds)
    later_s = float(np.abs(one.times_s - other.times_s).max(initial=0))
    shifted = max(moved_s, later_s)
    return share or float(shifted > 0), share > SEEN or shifted > frame_s
