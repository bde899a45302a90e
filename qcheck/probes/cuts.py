"""Cuts: hard changes of the picture from one frame to the next.

A cut is a single step: most of what changes at once, while before and after nothing like it
happens. So the share of the picture that changes in each step is held against the steps around it,
not against a fixed level: gestures, pans and shaking go on for several frames, a cut for one. That
sees the jumps within one shot as well, which move the speaker and leave the room as it is.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from qcheck.core.job import Job
from qcheck.media.content import Undecodable, Video
from qcheck.media.file import File
from qcheck.media.video_watching import small_frames
from qcheck.probes.helpers.lip_sync import check_lips_move
from qcheck.probes.video import Cuts

__all__ = ["find_cuts", "steps_of"]

# Levels of 255 in a 64 x 36 picture: a key frame that sharpens what the ones before it blurred
# changes such averages by up to 5; a face that jumps by a tenth of its width changes its rim by 30.
_CHANGED_LEVELS = 14

# Share of the picture that changes at least: the rim of a head that jumps. A mouth that falls open
# in two frames changes .02 where the face fills half the height, less than .05 where it fills all.
_LEAST_SHARE = 0.05

# How much more must change than in the steps around: in small jumps, and in changes of more than
# a third of the picture, which nothing but a cut, a flash or a fast pan makes.
_STANDS_OUT = 3.0
_LARGE_SHARE = 0.33
_LARGE_STANDS_OUT = 1.6
_AROUND = 3

# Changes this close behind one another are a single cut with a blended frame in it.
_ONE_CUT = 2

# Closer looks are for a few: a video of nothing but cuts needs none to be called that.
_MOST_REFINED = 24


def find_cuts(video: Video, file: File, job: Job) -> Cuts:
    """Find cuts; the time of each is that of its first frame, also where frames were left out.

    Raises :class:`Inapplicable` where the app only joins videos or writes on them.
    """
    check_lips_move(job)
    at = cuts_in(video.luma)
    times = [
        _refined(file, video.start_s, float(video.times_s[i - 1]), float(video.times_s[i]))
        for i in at[:_MOST_REFINED]
    ]
    times += [float(video.times_s[i]) for i in at[_MOST_REFINED:]]
    return Cuts(tuple(times), video.looked_through_s, video.footage.seconds)


def steps_of(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,): share of the picture that changes from the frame before; 0 for the first."""
    shares = np.zeros(len(luma))
    if len(luma) > 1:
        changed = np.abs(np.diff(luma.astype(np.int16), axis=0)) > _CHANGED_LEVELS
        shares[1:] = changed.mean(axis=(1, 2))
    return shares


def cuts_in(luma: NDArray[np.uint8]) -> list[int]:
    """Which frames are the first after a cut."""
    shares = steps_of(luma)
    found: list[int] = []
    for i in np.flatnonzero(shares >= _LEAST_SHARE):
        around = np.sort([*shares[max(1, i - _AROUND) : i], *shares[i + 1 : i + 1 + _AROUND], 0, 0])
        large = shares[i] >= _LARGE_SHARE
        # One of the steps around may be a cut of its own.
        usual, needed = (around[-2], _LARGE_STANDS_OUT) if large else (around[-1], _STANDS_OUT)
        if shares[i] < needed * usual:
            continue
        if _comes_back(luma, int(i)) or (found and i - found[-1] <= _ONE_CUT):
            continue
        found.append(int(i))
    return found


def _comes_back(luma: NDArray[np.uint8], i: int) -> bool:
    """Whether what was there before is there again a moment later: a flash, a dropped frame."""
    before = luma[i - 1].astype(np.int16)
    step = np.abs(luma[i].astype(np.int16) - before) > _CHANGED_LEVELS
    for later in luma[i + 1 : i + 1 + _AROUND]:
        left = np.abs(later.astype(np.int16) - before) > _CHANGED_LEVELS
        if left.mean() < 0.5 * step.mean():
            return True
    return False


def _refined(file: File, start_s: float, before_s: float, after_s: float) -> float:
    """The time of the frame at which the picture changes most between two frames."""
    try:
        seen = list(small_frames(file, start_s, before_s, after_s))
    except Undecodable:
        return after_s
    if len(seen) < 3:
        return after_s
    steps = [
        float(np.abs(b.astype(np.int16) - a).mean()) for (_, a), (_, b) in itertools.pairwise(seen)
    ]
    return seen[int(np.argmax(steps)) + 1][0]
