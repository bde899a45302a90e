"""Loudness after ITU-R BS.1770-5, EBU Tech 3341 and 3342, without scipy."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import decibels, loudest_of_channels
from qcheck.probes.voice import Loudness, LoudnessCourse, LoudnessSpread, Speech, TruePeak

__all__ = [
    "k_weighting",
    "loudness_range",
    "measure_course",
    "measure_loudness",
    "measure_spread",
    "measure_true_peak",
]

# BS.1770-5 Annex 1, equation 2: loudness of a mean square.
_OFFSET_DB = -0.691

# BS.1770-5 Annex 1, table 3: left, right and centre 1.0, surrounds 1.41; the fourth of six channels
# is the low frequency effects channel, which does not count.
_WEIGHTS = {
    1: (1.0,),
    2: (1.0, 1.0),
    3: (1.0, 1.0, 1.0),
    4: (1.0, 1.0, 1.41, 1.41),
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
}

_STANDARD_HZ = 48_000.0

_MOMENTARY_CELLS = 40  # 400 ms
_SHORT_TERM_CELLS = 300  # 3 s
_GATING_CELLS = 10  # gating blocks overlap by 75 %: one starts each 100 ms
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_RANGE_GATE_LU = -20.0  # EBU Tech 3342 2.2

_BLOCK = 1 << 16
_SILENT_LUFS = -150.0


def k_weighting(frequencies_hz: NDArray[np.float64]) -> NDArray[np.complex128]:
    """(n,): the response of BS.1770-5's two filters at these frequencies, at any sample rate.

    The standard gives coefficients for 48 kHz only (Annex 1, tables 1 and 2). Filters made anew for
    another rate by the bilinear transform bend the shelf: voices at 8, 16 and 22.05 kHz come out
    .25, .13 and .09 LU off. So each frequency gets what the standard's own filter does to it, which
    is what resampling to 48 kHz would give. Above 24 kHz, where that filter ends, its last value.
    """
    z1 = np.exp(-2j * np.pi * np.minimum(frequencies_hz, _STANDARD_HZ / 2) / _STANDARD_HZ)
    z2 = z1 * z1
    shelf = (1.53512485958697 - 2.69169618940638 * z1 + 1.19839281085285 * z2) / (
        1 - 1.69065929318241 * z1 + 0.73248077421585 * z2
    )
    high_pass = (1 - 2 * z1 + z2) / (1 - 1.99004745483398 * z1 + 0.99007225036621 * z2)
    response: NDArray[np.complex128] = shelf * high_pass
    return response


def measure_course(recording: Recording) -> LoudnessCourse:
    """Momentary and short-term loudness each 10 ms.

    Raises Unmeasurable for digital silence and for less than 400 ms, the standard's block.
    """
    cells = _weighted_cells(recording.samples, recording.rate_hz)
    whole = int(recording.duration_s / LoudnessCourse.HOP_S + 1e-9)
    if not cells.any():
        raise Unmeasurable("it is digital silence")
    if whole < _MOMENTARY_CELLS:
        raise Unmeasurable("it is shorter than 0.4 s, the shortest sound that has a loudness")
    # As pyloudnorm counts: a last gating block that lacks no more than half of its step is one.
    step_s = _GATING_CELLS * LoudnessCourse.HOP_S
    block_s = _MOMENTARY_CELLS * LoudnessCourse.HOP_S
    gating = round((recording.duration_s - block_s) / step_s) + 1
    needed = (gating - 1) * _GATING_CELLS + _MOMENTARY_CELLS
    cells = np.concatenate([cells, np.zeros(max(0, needed - len(cells)))])
    momentary = _lufs(_moving_mean(cells, _MOMENTARY_CELLS))
    return LoudnessCourse(
        power=cells[:whole],
        gating_lufs=momentary[::_GATING_CELLS][:gating],
        momentary_lufs=momentary[: whole - _MOMENTARY_CELLS + 1],
        short_term_lufs=_lufs(_moving_mean(cells[:whole], _SHORT_TERM_CELLS)),
    )


def measure_loudness(course: LoudnessCourse) -> Loudness:
    """Integrated loudness, gated; of a recording below the absolute gate, ungated."""
    return Loudness(_gated(course.gating_lufs), float(course.momentary_lufs.max()))


def loudness_range(short_term_lufs: NDArray[np.float64]) -> float | None:
    """EBU Tech 3342: between the 10th and the 95th percentile above both gates."""
    blocks = short_term_lufs[::_GATING_CELLS]
    blocks = blocks[blocks >= _ABSOLUTE_GATE_LUFS]
    if not len(blocks):
        return None
    gate = decibels(float(np.mean(10 ** (blocks / 10)))) + _RANGE_GATE_LU
    low, high = np.percentile(blocks[blocks >= gate], (10, 95))
    return float(high - low)


# Half of the speech must be this long to have a loudness of its own: some words.
_LEAST_HALF_S = 1.5


def measure_spread(course: LoudnessCourse, speech: Speech) -> LoudnessSpread:
    """Range and halves of the speech alone, and where it is quieter."""
    middles_s = (np.arange(len(course.power)) + 0.5) * LoudnessCourse.HOP_S

    def spoken(spans: tuple[Span, ...]) -> NDArray[np.intp]:
        inside = np.zeros(len(middles_s), bool)
        for span in spans:
            inside |= (middles_s >= span.start_s) & (middles_s < span.end_s)
        return np.flatnonzero(inside)

    def loudness(spans: tuple[Span, ...]) -> float:
        return _gated(_lufs(_moving_mean(course.power[spoken(spans)], _MOMENTARY_CELLS)))

    halves_lu: float | None = None
    quieter: tuple[Span, ...] = ()
    if speech.speech_s >= 2 * _LEAST_HALF_S:
        halves = _halves(speech.spans)
        first, second = (loudness(half) for half in halves)
        halves_lu = abs(first - second)
        quieter = halves[0] if first < second else halves[1]
    cells = spoken(speech.spans)
    short_term = _lufs(_moving_mean(course.power[cells], _SHORT_TERM_CELLS))
    range_lu = loudness_range(short_term)
    quietest = None
    if range_lu is not None:
        # Where the range starts; what is quieter may be a pause that was taken for speech.
        low = int(np.abs(short_term - np.percentile(short_term, 10)).argmin())
        ends_s = middles_s[cells[[low, low + _SHORT_TERM_CELLS - 1]]]
        quietest = Span(float(ends_s[0]), float(ends_s[1]))
    return LoudnessSpread(range_lu, halves_lu, quieter, quietest, speech.speech_s)


def _moving_mean(cells: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Of each ``count`` neighbours; empty where there are fewer."""
    summed = np.concatenate([[0.0], np.cumsum(cells)])
    means: NDArray[np.float64] = (summed[count:] - summed[:-count]) / count
    return means


def _halves(spans: tuple[Span, ...]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Split the speech where half of it has been said."""
    left_s = sum(span.seconds for span in spans) / 2
    first: list[Span] = []
    for index, span in enumerate(spans):
        if span.seconds > left_s:
            middle_s = span.start_s + left_s
            first.append(Span(span.start_s, middle_s))
            second = (Span(middle_s, span.end_s), *spans[index + 1 :])
            return tuple(s for s in first if s.seconds > 0), second
        first.append(span)
        left_s -= span.seconds
    return tuple(first), ()


def _gated(blocks_lufs: NDArray[np.float64]) -> float:
    """BS.1770-5 Annex 1, equations 5 to 7."""
    above = blocks_lufs[blocks_lufs >= _ABSOLUTE_GATE_LUFS]
    if not len(above):
        return _mean_lufs(blocks_lufs)
    return _mean_lufs(above[above >= _mean_lufs(above) + _RELATIVE_GATE_LU])


def _mean_lufs(blocks_lufs: NDArray[np.float64]) -> float:
    return float(decibels(float(np.mean(10 ** (blocks_lufs / 10)))))


def _lufs(mean_square: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(decibels(mean_square) + _OFFSET_DB, _SILENT_LUFS)


def _weighted_cells(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """Weighted mean square of each 10 ms, summed over the channels; the last may be a part.

    The filters are applied as one multiplication in the frequency domain, in overlapping blocks
    (overlap-save). Their response has died away to under −150 dB after 0.1 s (a double
    pole at 38 Hz).
    """
    frames, channels = samples.shape
    weights = _WEIGHTS.get(channels, (1.0,) * channels)
    cells = max(1, math.ceil(frames / (rate_hz * LoudnessCourse.HOP_S) - 1e-9))
    edges = np.rint(np.arange(cells + 1) * (rate_hz * LoudnessCourse.HOP_S)).astype(np.int64)
    # At 11025 Hz a rest of a hundredth of a sample may round to none.
    edges = np.append(edges[:-1][edges[:-1] < frames], edges[-1])
    cells = len(edges) - 1
    widths = np.diff(edges)
    edges[-1] = frames
    tail = int(0.1 * rate_hz)
    size = max(_BLOCK, 4 * tail)
    size = 1 << (min(size, frames + tail) - 1).bit_length()
    step = size - tail
    response = k_weighting(np.arange(size // 2 + 1) * (rate_hz / size))
    response = response.astype(np.complex64)
    total = np.zeros(cells)
    for channel, weight in enumerate(weights):
        if weight == 0.0:
            continue
        power = np.empty(edges[-1])
        for at in range(0, int(edges[-1]), step):
            block = np.zeros(size, np.float32)
            start = max(0, at - tail)
            piece = samples[start : at + step, channel]
            block[start - (at - tail) :][: len(piece)] = piece
            weighted = np.fft.irfft(np.fft.rfft(block) * response, size)[tail:]
            stop = min(at + step, int(edges[-1]))
            power[at:stop] = np.square(weighted[: stop - at], dtype=np.float64)
        total += weight * np.add.reduceat(power, edges[:-1]) / widths
    return total


# BS.1770-5 Annex 2: the 48 coefficients of the interpolating filter, as its four phases. The last
# two are the first two backwards.
_PHASES = np.array(
    [
        [0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
         0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
         0.0148925781250, -0.0083007812500],
        [-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
         0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
         0.0330810546875, -0.0189208984375],
    ]
)  # fmt: skip
_PHASES = np.concatenate([_PHASES, _PHASES[::-1, ::-1]])
_MOST_GAIN = float(np.abs(_PHASES).sum(axis=1).max())


def measure_true_peak(recording: Recording) -> TruePeak:
    """Largest magnitude after 4x oversampling with the standard's filter.

    Only where the samples are so high that the filter could reach the peak. Raises Unmeasurable
    for digital silence.
    """
    magnitude = loudest_of_channels(recording.samples)
    peak, peak_at = float(magnitude.max()), int(magnitude.argmax())
    if peak <= 0.0:
        raise Unmeasurable("it is digital silence")
    taps = _PHASES.shape[1]
    if recording.frames >= taps:
        for channel in range(recording.channels):
            wave = recording.samples[:, channel]
            neighbourhoods = np.lib.stride_tricks.sliding_window_view(wave, taps)
            for starts in _promising(wave, peak):
                positions = (starts[:, None] + np.arange(_PEAK_BLOCK)).ravel()
                positions = positions[positions < len(neighbourhoods)]
                between = np.abs(neighbourhoods[positions] @ _BACKWARDS).max(axis=1)
                top = int(between.argmax())
                if between[top] > peak:
                    peak, peak_at = float(between[top]), int(positions[top]) + taps // 2
    seconds = peak_at / recording.rate_hz
    return TruePeak(float(20 * np.log10(peak)), Span(max(0.0, seconds - 0.005), seconds + 0.005))


_PEAK_BLOCK = 64
# A convolution turns the filter round.
_BACKWARDS = np.ascontiguousarray(_PHASES[:, ::-1].T.astype(np.float32))


def _promising(wave: NDArray[np.float32], peak: float) -> Iterator[NDArray[np.int64]]:
    """Starts of the blocks that could exceed ``peak``: the highest first, then some at a time."""
    starts = np.arange(0, len(wave), _PEAK_BLOCK)
    highest = np.maximum.reduceat(np.abs(wave), starts)
    # A neighbourhood that starts in one block ends in the next.
    highest[:-1] = np.maximum(highest[:-1], highest[1:])
    order = np.argsort(-highest)
    order = order[highest[order] * _MOST_GAIN > peak]
    for at in range(0, len(order), 2048):
        yield starts[order[at : at + 2048]]
