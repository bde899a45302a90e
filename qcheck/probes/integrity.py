"""Whether every sample is what the microphone gave: clipping, digital silence, dropouts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import decibels, loudest_of_channels
from qcheck.probes.voice import Clicks, Clipping, DigitalSilence, Dropouts, Levels, Mono

__all__ = ["find_clicks", "find_clipping", "find_digital_silence", "find_dropouts", "runs_of_true"]

# Three samples in a row at the file's own highest value: the top of a loud wave is never that flat.
_FLAT_SAMPLES = 3
# A quiet one is, since the steps of 16 bits are coarse to it: then the run must be longer than the
# top of the lowest voice's wave would be.
_LOWEST_VOICE_HZ = 80.0
_STEP = 1.01 / 32768
_QUIET_PEAK = 0.02  # −34 dBFS: 655 steps

# MP3 and everything else that filters turns a flat top into a wavy one. What stays is its shape:
# wide near the top against lower down, while the peaks that reached no ceiling keep theirs, and all
# of about one height. Measured as the share of the samples above 0.6 (0.5) of a peak that are above
# 0.9 (0.95) of it. A look-ahead limiter makes peaks equally high too, and leaves their shapes.
_SHAPES = ((0.6, 0.9), (0.5, 0.95))
_PEAKS = 16
_LEAST_LOWER_PEAKS = 20
_LEAST_SAMPLES = 4
# Peaks of 4 dB between the first and the sixteenth are as natural as those of half a dB are not.
_PER_DB = 0.3
# Sound voices reach 0.6 (0.5 of them below 0), limited by 6 to 12 dB 0.9; voices of which a
# thousandth is cut reach 1.5 in the median (33 people, MP3 of 64 to 192 kbit/s).
_FLAT_ABOVE = 1.0

# Overdriven throughout, no lower peak is left to compare with, but the loud moments are nearly
# square waves. Crest factor up to the 98th percentile, the median of the loudest twentieth of
# 50 ms: 4.3 dB and more in 185 natural takes, 3.7 and more after a limiter that was pushed by
# 20 dB, 2.9 at most in takes that were overdriven before Vorbis. A pure tone's is 3.0, but all its
# power is in one line.
_CREST_WINDOW_S = 0.05
_LOUD_SHARE = 0.05
_LEAST_LOUD = 5
_LEAST_WINDOWS = 20
_CREST_PERCENT = 98.0
_SQUARE_BELOW_DB = 3.4
_TONE_SHARE = 0.97
_TONE_BINS = 3
_TOP_SHARE = 0.85

# What closes for less is no gate between words.
_GAP_S = 0.1

# Less is a click; a longer one is a pause, or a cut that the listener takes for one.
_DROPOUT_S = (0.002, 0.4)
# How loud it must be right before and right after, below the level of the speech, to be a hole
# in a sound rather than a pause between two.
_EDGE_S = 0.005
_EDGE_BELOW_SPEECH_DB = 20.0

_JOIN_S = 0.05

# A click is over within a cell of 0.4 ms; a voice's sharpest edge, a plosive or a glottal pulse,
# has others like it within 5 ms. Measured by second differences, which hold back what is slow.
_CLICK_S = 0.0004
_CLICK_BESIDE = 1
_CLICK_AROUND = 12
# Of 699 natural takes none has two cells that stand out so far, 0.7 % have one; of clicks of half
# of full scale nine in ten do.
_CLICK_STANDS_OUT = 8.0
_CLICK_LEAST = 0.25
# Where a recording is cut, its first and last wave may be.
_CLICK_EDGE_S = 0.02


def runs_of_true(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs of True start, and where they end (exclusive)."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return changes[::2], changes[1::2]


def find_clipping(recording: Recording) -> Clipping:
    """Runs of samples at each channel's own highest or lowest value; else tops flatter than others,
    or loud moments that are nearly square waves.

    The file's own, since turning a clipped recording down leaves its peaks as flat as before.
    """
    samples = recording.samples
    flattened = 0
    places: list[tuple[int, int]] = []
    shaped: list[tuple[int, int]] = []
    ceiling = flattening = 0.0
    peak = float(max(samples.max(), -samples.min()))
    for channel in range(recording.channels):
        squarer, tops = _squareness(samples[:, channel], recording.rate_hz)
        flattening = max(flattening, squarer)
        shaped.extend(tops)
        for sign in (1, -1):
            wave = sign * samples[:, channel]
            top = float(wave.max())
            if top < _QUIET_PEAK:
                continue
            flatter, tops = _flattening(wave, top)
            flattening = max(flattening, flatter)
            if flatter > _FLAT_ABOVE:
                shaped.extend(tops)
            # One step of 16 bits of play: dither after the damage.
            starts, ends = runs_of_true(wave >= top - _STEP)
            flat = ends - starts >= _flat_samples(top, recording.rate_hz)
            starts, ends = starts[flat], ends[flat]
            if not len(starts):
                continue
            flattened += int((ends - starts).sum())
            ceiling = max(ceiling, top)
            places.extend(zip(starts.tolist(), ends.tolist(), strict=True))
    exact = bool(places)
    if not exact:
        places, flattened = shaped, sum(end - start for start, end in shaped)
    return Clipping(
        share=flattened / samples.size,
        spans=_joined(places, recording.rate_hz),
        ceiling_dbfs=float(decibels((ceiling or peak) ** 2)),
        flattening=flattening,
        exact=exact,
    )


def _flattening(wave: NDArray[np.float32], top: float) -> tuple[float, list[tuple[int, int]]]:
    """How much flatter the highest positive peaks are than lower ones, and where they are flat."""
    starts, ends = runs_of_true(wave >= 0.15 * top)
    if len(starts) < _PEAKS + _LEAST_LOWER_PEAKS:
        return 0.0, []
    heights = np.maximum.reduceat(
        wave, np.column_stack([starts, ends]).ravel()[: 2 * len(starts) - 1]
    )[::2]
    order = np.argsort(-heights, kind="stable")
    reference = float(heights[order[4]])
    order = order[heights[order] >= 0.3 * reference]
    starts, heights, lengths = starts[order], heights[order], (ends - starts)[order]
    peak_of = np.repeat(np.arange(len(order)), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    where = np.repeat(starts, lengths) + np.arange(len(peak_of)) - first
    relative = wave[where] / heights[peak_of]

    def above(share: float) -> NDArray[np.int64]:
        return np.bincount(peak_of[relative >= share], minlength=len(order))

    flatter = []
    for wide, narrow in _SHAPES:
        width = above(wide)
        broad = width >= _LEAST_SAMPLES
        shape = (above(narrow) / np.maximum(width, 1))[broad]
        height = heights[broad]
        lower = shape[height < 0.75 * reference]
        if len(lower) < _LEAST_LOWER_PEAKS or len(shape) < _PEAKS + 10:
            return 0.0, []
        usual, spread = float(np.median(lower)), max(float(lower.std()), 0.05)
        flatter.append((float(shape[:_PEAKS].mean()) - usual) / spread)
        if wide == _SHAPES[0][0]:
            apart_db = float(20 * np.log10(height[0] / height[_PEAKS - 1]))
            cut = np.flatnonzero(broad)[
                (shape > usual + spread) & (height >= 0.9 * height[_PEAKS - 1])
            ]
    high = relative >= _SHAPES[0][1]
    tops = []
    for peak in cut.tolist():
        inside = where[(peak_of == peak) & high]
        tops.append((int(inside[0]), int(inside[-1]) + 1))
    return float(np.mean(flatter)) - _PER_DB * apart_db, tops


def _squareness(wave: NDArray[np.float32], rate_hz: int) -> tuple[float, list[tuple[int, int]]]:
    """1 and more where the loud moments are nearly square waves, else 0; and their tops."""
    size = max(1, round(_CREST_WINDOW_S * rate_hz))
    count = len(wave) // size
    if count < _LEAST_WINDOWS:
        return 0.0, []
    windows = wave[: count * size].reshape(count, size)
    power = np.einsum("ij,ij->i", windows, windows) / size
    loudest = np.argsort(-power, kind="stable")[: max(_LEAST_LOUD, math.ceil(count * _LOUD_SHARE))]
    loud = windows[loudest]
    heights = np.abs(loud).max(axis=1)
    if float(heights.max()) < _QUIET_PEAK or float(power[loudest].min()) <= 0.0:
        return 0.0, []
    crests = np.square(np.percentile(np.abs(loud), _CREST_PERCENT, axis=1)) / power[loudest]
    crest_db = float(np.median(decibels(crests)))
    if crest_db >= _SQUARE_BELOW_DB:
        return 0.0, []
    spectra = np.square(np.abs(np.fft.rfft(loud * np.hanning(size), axis=1)))
    lines = [
        float(spectrum[max(0, peak - _TONE_BINS) : peak + _TONE_BINS + 1].sum() / spectrum.sum())
        for spectrum, peak in zip(spectra, spectra.argmax(axis=1), strict=True)
    ]
    if float(np.median(lines)) > _TONE_SHARE:
        return 0.0, []
    tops = []
    for window, height in zip(loudest.tolist(), heights, strict=True):
        starts, ends = runs_of_true(np.abs(windows[window]) >= _TOP_SHARE * height)
        at = window * size
        tops += [(at + int(a), at + int(b)) for a, b in zip(starts, ends, strict=True)]
    return 1.0 + _SQUARE_BELOW_DB - crest_db, tops


def _flat_samples(top: float, rate_hz: int) -> int:
    """How long a run at the top must be: cos x is within d of 1 for |x| < √(2 d).

    Two steps: one of play, and half a one at either end from rounding.
    """
    natural = 2 * math.sqrt(2 * 2 * _STEP / top) / (2 * math.pi * _LOWEST_VOICE_HZ / rate_hz)
    return max(_FLAT_SAMPLES, math.ceil(natural))


def find_digital_silence(recording: Recording) -> DigitalSilence:
    """Stretches of exact zeros in every channel, between the first and the last sound."""
    sounding = loudest_of_channels(recording.samples) > 0
    where = np.flatnonzero(sounding)
    if not len(where):
        return DigitalSilence(True, ())
    first, last = int(where[0]), int(where[-1])
    starts, ends = runs_of_true(~sounding[first : last + 1])
    long = ends - starts >= _GAP_S * recording.rate_hz
    gaps = tuple(
        Span(float(first + start) / recording.rate_hz, float(first + end) / recording.rate_hz)
        for start, end in zip(starts[long], ends[long], strict=True)
    )
    return DigitalSilence(False, gaps)


def find_dropouts(mono: Mono, levels: Levels) -> Dropouts:
    """Moments at which the wave stands still in the middle of a sound."""
    wave, rate_hz = mono.samples, mono.rate_hz
    starts, ends = runs_of_true(np.diff(wave) == 0)
    ends = ends + 1
    shortest, longest = (round(seconds * rate_hz) for seconds in _DROPOUT_S)
    widths = ends - starts
    chosen = (widths >= max(shortest, 8)) & (widths <= longest)
    if not chosen.any():
        return Dropouts(())
    # What stands still at the top is clipped, not missing.
    ceiling = 0.9 * float(np.abs(wave).max())
    loud = _active_power(levels.power) * 10 ** (-_EDGE_BELOW_SPEECH_DB / 10)
    edge = max(1, round(_EDGE_S * rate_hz))
    gaps: list[Span] = []
    for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True):
        if abs(float(wave[start])) >= ceiling:
            continue
        before, after = wave[max(0, start - edge) : start], wave[end : end + edge]
        if min(_power(before), _power(after)) >= loud > 0.0:
            gaps.append(Span(start / rate_hz, end / rate_hz))
    return Dropouts(tuple(gaps))


def find_clicks(mono: Mono, dropouts: Dropouts) -> Clicks:
    """Moments whose second differences are several times those of the milliseconds around them.

    The ends of a gap are none: dropouts are a finding of their own.
    """
    size = max(2, round(_CLICK_S * mono.rate_hz))
    bend = np.abs(np.diff(mono.samples, 2))
    count = len(bend) // size
    edge = math.ceil(_CLICK_EDGE_S / _CLICK_S)
    if count <= 2 * edge:
        return Clicks(())
    sharpest = bend[: count * size].reshape(count, size).max(axis=1)
    # Few cells are sharp enough at all.
    candidates = np.flatnonzero(sharpest >= _CLICK_LEAST)
    candidates = candidates[(candidates >= edge) & (candidates < count - edge)]
    reach = _CLICK_BESIDE + _CLICK_AROUND
    beside = np.r_[-reach:-_CLICK_BESIDE, _CLICK_BESIDE + 1 : reach + 1]
    around = sharpest[candidates[:, None] + beside].max(axis=1, initial=0.0)
    clicks = candidates[sharpest[candidates] >= _CLICK_STANDS_OUT * around]
    spans = _joined([(int(c) * size, (int(c) + 1) * size) for c in clicks], mono.rate_hz)
    return Clicks(tuple(span for span in spans if not _at_a_gap(span, dropouts)))


def _at_a_gap(span: Span, dropouts: Dropouts) -> bool:
    return any(
        gap.start_s - _EDGE_S <= span.end_s and span.start_s <= gap.end_s + _EDGE_S
        for gap in dropouts.gaps
    )


def _active_power(power: NDArray[np.float64]) -> float:
    """Mean power of what is not a pause: within 20 dB of the mean of all."""
    active = power[power >= power.mean() / 100]
    return float(active.mean()) if len(active) else 0.0


def _power(wave: NDArray[np.float32]) -> float:
    return float(np.mean(np.square(wave, dtype=np.float64))) if len(wave) else 0.0


def _joined(places: list[tuple[int, int]], rate_hz: int) -> tuple[Span, ...]:
    """Places in samples as spans in seconds, near ones joined."""
    spans: list[Span] = []
    for start, end in sorted(places):
        start_s, end_s = start / rate_hz, end / rate_hz
        if spans and start_s - spans[-1].end_s <= _JOIN_S:
            spans[-1] = Span(spans[-1].start_s, max(spans[-1].end_s, end_s))
        else:
            spans.append(Span(start_s, end_s))
    return tuple(spans)
