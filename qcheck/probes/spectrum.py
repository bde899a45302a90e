"""What frequencies are there: true bandwidth and mains hum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.voice import Bandwidth, Heard, Hum, Mono, Spectrogram

__all__ = ["measure_bandwidth", "measure_hum", "measure_spectrogram"]

# --- bandwidth --------------------------------------------------------------------------------

_BIN_HZ = 23.4375  # 2048 points at 48 kHz
_MOST_FRAMES = 2000

# Sibilants hold the high frequencies and fill a twentieth of the time: what the loudest twentieth
# of the frames reaches is there, though the average drowns it.
_LOUD_PERCENT = 95.0

# A resampler's edge falls by its stop band within some hundred hertz; no voice, microphone or room
# does (measured on 48 kHz speech: at most 12 dB in 500 Hz).
_EDGE_DB = 20.0
# Less will do where nothing but flat noise follows, up to the top: hiss that was added to the
# narrow sound hides the lower part of its edge.
_EDGE_OVER_HISS_DB = 13.0
_HISS_DB = 4.0
_EDGE_HZ = 500.0
# A gentle filter needs longer and goes as deep: no voice falls by so much and stays there, even
# where something very quiet goes on above.
_GENTLE_EDGE_DB = 35.0
_GENTLE_EDGE_HZ = 1_500.0
# Near a steep one it is the same edge, seen less exactly.
_GENTLE_BELOW_SHARE = 0.8
_AROUND_HZ = 200.0
# Every converter's own filter falls before half the sample rate: that edge is the format's.
_OWN_EDGE_SHARE = 0.9
# A quick resampler's filter falls within 15 % above half the rate of its source (images of 16 kHz
# leave an edge at 9.1 kHz): where there is such a rate, the sound ended at its half.
_SKIRT_SHARE = 0.15
_SKIRT_WITHIN_SHARE = 0.8
# The last of the spectrum is the converter's own filter.
_TOP_SHARE = 0.95
# Images are loudest beside the fold. Of sound voices 0.5 of the fine structure agrees by chance at
# most, 0.76 with loud music; of images 0.84 and more (0.6 to 1.0 after much noise).
_SOURCES_HZ = (8_000.0, 11_025.0, 12_000.0, 16_000.0, 22_050.0, 24_000.0)
_MIRRORED_HZ = 1_500.0
_MIRRORED_SHARE = 0.8
_FINE_BINS = 21
# Below, the gaps between a voice's partials look like edges.
_LOWEST_EDGE_HZ = 2_500.0


def measure_spectrogram(mono: Mono) -> Spectrogram:
    """Spectra of 43 ms with Hann's window, side by side; of long recordings an even choice.

    Raises Unmeasurable for digital silence or less than 0.2 s.
    """
    size = 1 << max(6, round(np.log2(mono.rate_hz / _BIN_HZ)))
    count = len(mono.samples) // size
    if mono.duration_s < 0.2 or count < 2:
        raise Unmeasurable("it is too short to have a spectrum")
    if not mono.samples.any():
        raise Unmeasurable("it is digital silence")
    chosen = np.unique(np.linspace(0, count - 1, min(count, _MOST_FRAMES)).astype(int))
    frames = mono.samples[: count * size].reshape(count, size)[chosen]
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    power = np.empty((len(frames), size // 2 + 1), np.float32)
    for at in range(0, len(frames), 256):
        spectra = np.fft.rfft(frames[at : at + 256] * window, axis=1)
        power[at : at + 256] = np.square(np.abs(spectra))
    rank = min(len(power) - 1, int(len(power) * _LOUD_PERCENT / 100))
    loud = np.partition(power, rank, axis=0)[rank]
    bin_hz = mono.rate_hz / size
    lowest = _band_edges(size // 2 + 1)
    bands = np.add.reduceat(power, lowest, axis=1)
    # One for the height of a sine, the other for the power of a noise.
    sine, steady = 2.0 / float(window.sum()) ** 2, 2.0 / (size * float(np.square(window).sum()))
    return Spectrogram(
        loud=loud.astype(np.float64) * sine,
        bin_hz=bin_hz,
        bands=bands * np.float32(steady),
        edges_hz=np.append(lowest, size // 2 + 1) * bin_hz,
        middles_s=(chosen + 0.5) * size / mono.rate_hz,
    )


def _band_edges(bins: int) -> NDArray[np.int64]:
    """The first bins of thirds of an octave; two bins at least, since Hann's window spans four."""
    edges = [0]
    while (following := max(edges[-1] + 2, round(edges[-1] * 2 ** (1 / 3)))) <= bins - 2:
        edges.append(following)
    return np.array(edges)


def measure_bandwidth(spectrogram: Spectrogram, mono: Mono) -> Bandwidth:
    """Where the spectrum ends in an edge; half the sample rate where it does not."""
    nyquist_hz = mono.rate_hz / 2
    level_db = decibels(spectrogram.loud, -200.0)
    around = max(1, round(_AROUND_HZ / spectrogram.bin_hz))
    smooth = np.convolve(level_db, np.ones(around) / around, "valid")
    first_bin = np.arange(len(smooth))
    apart = round(_EDGE_HZ / spectrogram.bin_hz)
    drop = (
        smooth[: -(apart + around)] - smooth[apart + around :]
        if len(smooth) > apart + around
        else np.zeros(0)
    )
    edge_hz = (first_bin[: len(drop)] + around + apart / 2) * spectrogram.bin_hz
    # What comes after the edge must stay down, or it was a notch.
    above = np.maximum.accumulate(smooth[::-1])[::-1][apart + around :]
    lasting = smooth[: len(drop)] - above[: len(drop)] >= _EDGE_DB / 2
    below_top = smooth[: max(1, round(_TOP_SHARE * len(smooth)))]
    highest = np.maximum.accumulate(below_top[::-1])[::-1]
    lowest = np.minimum.accumulate(below_top[::-1])[::-1]
    hiss = np.zeros(len(drop), bool)
    flat = highest - lowest <= _HISS_DB
    ends = flat[apart + around :][: len(drop)]
    hiss[: len(ends)] = ends
    possible = (
        (drop >= np.where(hiss, _EDGE_OVER_HISS_DB, _EDGE_DB))
        & lasting
        & (edge_hz >= _LOWEST_EDGE_HZ)
        & (edge_hz <= _OWN_EDGE_SHARE * nyquist_hz)
    )
    fold_hz = _mirrored_at(level_db, spectrogram.bin_hz)
    end_hz = nyquist_hz
    if possible.any():
        steepest = int(np.argmax(np.where(possible, drop, -np.inf)))
        end_hz = _source_end(float(edge_hz[steepest]), nyquist_hz)
    gentle_hz = _gentle_edge(smooth, around, spectrogram.bin_hz, nyquist_hz)
    if gentle_hz < _GENTLE_BELOW_SHARE * end_hz:
        end_hz = gentle_hz
    return Bandwidth(min(fold_hz, end_hz), nyquist_hz)


def _gentle_edge(
    smooth: NDArray[np.float64], around: int, bin_hz: float, nyquist_hz: float
) -> float:
    """Where the level falls far within 1.5 kHz and stays down; infinity where it does not."""
    apart = round(_GENTLE_EDGE_HZ / bin_hz)
    count = len(smooth) - apart - around
    if count <= 0:
        return np.inf
    above = np.maximum.accumulate(smooth[::-1])[::-1][apart + around :]
    fall = smooth[:count] - above[:count]
    edge_hz = (np.arange(count) + around + apart / 2) * bin_hz
    ends_hz = edge_hz + _GENTLE_EDGE_HZ / 2
    inside = (edge_hz >= _LOWEST_EDGE_HZ) & (ends_hz <= _OWN_EDGE_SHARE * nyquist_hz)
    fall = np.where(inside, fall, -np.inf)
    deepest = int(fall.argmax())
    if fall[deepest] < _GENTLE_EDGE_DB:
        return np.inf
    return _source_end(float(edge_hz[deepest]), nyquist_hz)


def _source_end(edge_hz: float, nyquist_hz: float) -> float:
    """Half the usual sample rate that the edge is the skirt of, or the edge."""
    if edge_hz > _SKIRT_WITHIN_SHARE * nyquist_hz:
        return edge_hz
    halves = (source_hz / 2 for source_hz in _SOURCES_HZ)
    below = (half for half in halves if half <= edge_hz <= (1 + _SKIRT_SHARE) * half)
    return max(below, default=edge_hz)


def _mirrored_at(level_db: NDArray[np.float64], bin_hz: float) -> float:
    """Half the sample rate that the sound once had, if what is above mirrors what is below.

    A resampler without a filter (straight lines between the samples, the quick setting of many
    libraries) leaves no edge but an image: the fine structure of the spectrum repeats backwards.
    Infinity where it does not.
    """
    around = np.pad(level_db, _FINE_BINS // 2, mode="edge")
    fine = level_db - np.convolve(around, np.ones(_FINE_BINS) / _FINE_BINS, "valid")
    reach = round(_MIRRORED_HZ / bin_hz)
    for source_hz in _SOURCES_HZ:
        for both in (int(source_hz / bin_hz), int(source_hz / bin_hz) + 1):
            below = np.arange(both // 2 - reach, (both - 1) // 2 - 2)
            if below[0] < 1 or both - below[0] >= _TOP_SHARE * len(fine):
                continue
            one, other = fine[below], fine[both - below]
            power = float(np.sqrt(np.sum(one**2) * np.sum(other**2)))
            if power > 0 and float(np.sum(one * other)) >= _MIRRORED_SHARE * power:
                return source_hz / 2
    return np.inf


# --- hum --------------------------------------------------------------------------------------

_MAINS_HZ = (50.0, 60.0)
_HARMONICS = 6
_WINDOW_S = 1.0
# In less, one word's rumble has as narrow a line (measured: 2.3 s).
_LEAST_S = 3.0
_HOP_S = 0.25
# A voice comes and goes, hum does not: what is there in four fifths of the time.
_STEADY_PERCENT = 20.0
# A tone stands this far above its neighbours, in bins of 1 Hz; noise does not. Less will do where
# its level hardly moves, which noise in one bin does by 9 dB (a fifth against four fifths of the
# time) and a bass line by more.
_TONE_DB = 12.0
_STEADY_TONE_DB = 9.0
_STEADY_DB = 3.0
# A mains line is one bin wide and stands above what is two bins away, and above each of its 20
# neighbours but for another line's four bins: by 11 dB and more where it was measured, a rumble's
# highest bin by 8 at most.
_NARROW_DB = 9.0
_NARROW_PERCENT = 80.0
# The grid keeps within 0.2 Hz, so that the highest bin of the first two is their own.
_OFF_BINS = (0, 0, 1, 1, 1, 2)
# A rectifier's ripple is the double alone. Unlike a fan or a low voice it hardly
# moves (_STEADY_DB) and where it is: twice what a grid's frequency may be off.
_DOUBLE_OFF_HZ = 0.4
_KEEPS_DB = 5.0
# Six harmonics of 60 Hz, and room for a resampler's edge.
_LOW_RATE_HZ = 2_000
_NO_HUM_DBFS = -120.0


def measure_hum(heard: Heard) -> Hum:
    """The power of the steady tones at 50 or 60 Hz and their first five harmonics."""
    import soxr

    if len(heard.samples) < _LEAST_S * heard.RATE_HZ:
        return Hum(_NO_HUM_DBFS, _MAINS_HZ[0], certain=False, listened_s=0.0)
    low = soxr.resample(heard.samples, heard.RATE_HZ, _LOW_RATE_HZ, quality="MQ")
    size, hop = round(_WINDOW_S * _LOW_RATE_HZ), round(_HOP_S * _LOW_RATE_HZ)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    bins = round((_HARMONICS + 0.5) * max(_MAINS_HZ) * _WINDOW_S) + 20
    frames = np.lib.stride_tricks.sliding_window_view(low, size)[::hop] * window
    # A sine of power p has all of it in the bins around its own, times 1.5 for Hann's window.
    scale = 2 / float(window.sum()) ** 2 / 1.5
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)[:, :bins])) * scale
    mains_hz, power_of_hum = max(
        ((mains, _hum_power(power, mains)) for mains in _MAINS_HZ), key=lambda found: found[1]
    )
    level_dbfs = float(decibels(power_of_hum, _NO_HUM_DBFS))
    return Hum(level_dbfs, mains_hz, certain=True, listened_s=len(heard.samples) / heard.RATE_HZ)


def _hum_power(power: NDArray[np.float64], mains_hz: float) -> float:
    """Only with the mains frequency itself, or with its double and another harmonic, or with a
    double that neither moves nor is off its frequency.

    Other harmonics alone may be a voice's, and a single line near the double a fan's.
    """
    steady = np.percentile(power, _STEADY_PERCENT, axis=0)
    found, lines = 0.0, 0
    fundamental = double = exact_double = False
    for harmonic in range(1, _HARMONICS + 1):
        middle = round(harmonic * mains_hz * _WINDOW_S)
        near = steady[middle - 2 : middle + 3]
        beside = np.concatenate(
            [steady[middle - 14 : middle - 4], steady[middle + 5 : middle + 15]]
        )
        above_db = float(decibels(near.max()) - decibels(float(np.median(beside))))
        course = power[:, middle - 2 : middle + 3].sum(axis=1)
        lowest, low, middling = decibels(np.percentile(course, (5, _STEADY_PERCENT, 50)))
        # A voice's partial may cover it half of the time, a loud word's click may reach below it.
        keeps = min(low - lowest, middling - low) <= _KEEPS_DB
        tone = above_db >= _TONE_DB or (
            above_db >= _STEADY_TONE_DB and middling - lowest <= _STEADY_DB
        )
        if not tone:
            continue
        found += float(near.sum())
        highest = float(np.percentile(beside, _NARROW_PERCENT))
        flanks = np.concatenate([steady[middle - 4 : middle - 1], steady[middle + 2 : middle + 5]])
        highest = max(highest, float(np.median(flanks)))
        narrow = decibels(near.max()) - decibels(highest) >= _NARROW_DB
        line = bool(keeps and narrow and abs(int(near.argmax()) - 2) <= _OFF_BINS[harmonic - 1])
        lines += line
        fundamental |= line and harmonic == 1
        if line and harmonic == 2:
            double = True
            off_hz = abs(_peak_bin(near) - 2) / _WINDOW_S
            exact_double = bool(middling - low <= _STEADY_DB and off_hz <= _DOUBLE_OFF_HZ)
    return found if fundamental or exact_double or (double and lines >= 2) else 0.0


def _peak_bin(power: NDArray[np.float64]) -> float:
    """Where between the bins a sine's peak lies: by the two highest of Hann's window, exactly."""
    amplitude = np.sqrt(power)
    top = int(amplitude.argmax())
    if not 0 < top < len(power) - 1:
        return float(top)
    side = 1 if amplitude[top + 1] > amplitude[top - 1] else -1
    ratio = amplitude[top + side] / amplitude[top]
    return float(top + side * np.clip((2 * ratio - 1) / (1 + ratio), 0.0, 0.5))
