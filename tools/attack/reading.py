"""One file as qcheck reads it: what it says of it, and how far it is from another one."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any

import numpy as np

from qcheck.core.job import Job
from qcheck.core.results import Outcome, Status
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import load_rules
from qcheck.media.content import Content, Decoding, Picture, Recording, Text, Video
from qcheck.media.decode import decode
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
    crash: str = ""
    """A traceback, where one escaped."""

    def apart_from(self, original: Reading) -> tuple[float, bool]:
        """The largest difference, as a share of full scale, and whether anybody notices it."""
        return _apart(original.content, self.content)

    def complaint(self, name: str, data: bytes, original: Reading) -> str:
        """What a decoder says of ``data`` that qcheck did not pass on: nothing it says may be lost."""
        del original
        with _overheard() as said:
            decode(File(name, data))
        return said.text


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
            return Reading(decoding.content, said, _novelty(evidence.file, decoding, outcome))
        return Reading(None, frozenset(), ("crash", outcome.reason), outcome.trace or outcome.reason)
    except MemoryError:
        raise
    except BaseException as error:
        trace = "".join(traceback.format_exception(error))
        return Reading(None, frozenset(), ("escape", type(error).__name__), trace)


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


class _Said:
    text = ""


@contextmanager
def _overheard() -> Iterator[_Said]:
    """What native code writes to standard error, and what FFmpeg logs as an error."""
    import av.logging

    said = _Said()
    level, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    with tempfile.TemporaryFile() as taken, _instead_of(2, taken):
        av.logging.set_level(av.logging.ERROR)
        # Or else the last one comes again with the next file.
        av.logging.set_skip_repeated(False)
        try:
            with av.logging.Capture(local=False) as logged:
                yield said
        finally:
            av.logging.set_level(level)
            av.logging.set_skip_repeated(skips)
        taken.seek(0)
        written = taken.read().decode("utf-8", "replace")
    said.text = " / ".join(filter(None, (*(line[2].strip() for line in logged), written.strip())))


@contextmanager
def _instead_of(number: int, file: IO[bytes]) -> Iterator[None]:
    before = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        os.dup2(before, number)
        os.close(before)
