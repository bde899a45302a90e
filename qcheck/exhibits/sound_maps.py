"""What is drawn of a voice: waveform, mel spectrogram, courses of level and loudness, a copy."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.core.rule import PartLimits
from qcheck.exhibits.declarations import (
    CutPoints,
    LevelCourse,
    LoudnessLine,
    MelPicture,
    SoundCopy,
    Waveform,
)
from qcheck.media.content import Recording
from qcheck.probes.helpers.cutting import best_cuts, places_to_cut
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.voice import Levels, LoudnessCourse, Mono, Pauses

__all__ = [
    "copy_sound",
    "draw_waveform",
    "find_cut_points",
    "follow_level",
    "follow_loudness",
    "mel",
    "picture_spectrogram",
]

_COLUMNS = 1000
_LINE_POINTS = 400


def _edges(count: int) -> NDArray[np.intp]:
    """Where each of at most ``_COLUMNS`` equal stretches begins."""
    return np.linspace(0, count, min(_COLUMNS, count), endpoint=False).astype(np.intp)


def draw_waveform(recording: Recording, mono: Mono) -> Waveform:
    """Extremes of the mix, stretch by stretch."""
    edges = _edges(len(mono.samples))
    lowest, highest = (
        tuple(each.reduceat(mono.samples, edges).astype(float).round(4).tolist())
        for each in (np.minimum, np.maximum)
    )
    return Waveform(lowest, highest, recording.duration_s)


def follow_level(levels: Levels) -> LevelCourse:
    """Mean square of equal stretches, in dBFS; never below −100."""
    edges = _edges(len(levels.power))
    counts = np.diff(np.append(edges, len(levels.power)))
    power = np.add.reduceat(levels.power, edges) / counts
    return LevelCourse(tuple(decibels(power, -100.0).round(1).tolist()))


def follow_loudness(course: LoudnessCourse) -> LoudnessLine:
    """Short-term loudness, momentary where the recording is too short for that."""
    short = len(course.short_term_lufs) > 1
    values = course.short_term_lufs if short else course.momentary_lufs
    window_s = 3.0 if short else 0.4
    chosen = np.unique(np.linspace(0, len(values) - 1, min(len(values), _LINE_POINTS)).astype(int))
    middles = chosen * course.HOP_S + window_s / 2
    return LoudnessLine(
        tuple(zip(middles.round(2).tolist(), values[chosen].round(1).tolist(), strict=True)),
        window_s,
    )


# --- mel spectrogram --------------------------------------------------------------------------

_BANDS = 96
_WINDOW_S = 0.043
_LEAST_SIZE = 1024
_MOST_COLUMNS = 900
# Where a recording is long, a column is a choice of its frames: all of them would take seconds.
_FRAMES_A_COLUMN = 4
_RANGE_DB = 80.0
_MARKED_HZ = (250, 1000, 4000, 8000, 16000)
# Matplotlib's magma (CC0) at eighths: equal steps look equal, and it reads in grey as well.
_MAGMA = (
    (0, 0, 4), (28, 16, 68), (79, 18, 123), (129, 37, 129), (181, 54, 122),
    (229, 80, 100), (251, 135, 97), (254, 194, 135), (252, 253, 191),
)  # fmt: skip


def mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """O'Shaughnessy's mel scale (Speech Communication, 1987), which librosa calls HTK's."""
    from librosa import hz_to_mel

    return np.asarray(hz_to_mel(hz, htk=True), np.float64)


def picture_spectrogram(mono: Mono) -> MelPicture:
    """Spectra of 43 ms in mel bands up to half the sample rate, drawn as a PNG.

    The bands are librosa's. The spectra are not: the first ``librosa.stft`` of an environment
    compiles for 17 s, and it knows no choice of frames.

    Raises :class:`Unmeasurable` for digital silence and for less than two windows of sound.
    """
    from PIL import Image

    size = 1 << max(6, round(np.log2(mono.rate_hz * _WINDOW_S)))
    if len(mono.samples) < 2 * size:
        raise Unmeasurable("it is too short to have a spectrum")
    if not mono.samples.any():
        raise Unmeasurable("it is digital silence")
    columns = min(_MOST_COLUMNS, len(mono.samples) // (size // 4))
    frames = columns * min(_FRAMES_A_COLUMN, -(-len(mono.samples) // (columns * size // 2)))
    starts = np.linspace(0, len(mono.samples) - size, frames).astype(np.intp)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    # Padded where a bin would otherwise be wider than the lowest bands, and one of them empty.
    padded = max(size, _LEAST_SIZE)
    filters = _mel_filters(padded, mono.rate_hz)
    power = np.empty((frames, _BANDS), np.float32)
    for at in range(0, frames, 256):
        cut = mono.samples[starts[at : at + 256, None] + np.arange(size)]
        power[at : at + 256] = (
            np.square(np.abs(np.fft.rfft(cut * window, padded, axis=1))) @ filters
        )
    power = power.reshape(columns, -1, _BANDS).mean(axis=1)
    level_db = decibels(power, -150.0)
    shade = np.clip((level_db - level_db.max()) / _RANGE_DB + 1, 0, 1) * 255
    image = Image.fromarray(np.ascontiguousarray(np.rint(shade).astype(np.uint8).T[::-1]), "P")
    image.putpalette(_palette())
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    top_hz = mono.rate_hz / 2
    return MelPicture(
        png=target.getvalue(),
        highest_hz=top_hz,
        range_db=_RANGE_DB,
        hz_at_share=tuple(
            (float(hz), float(mel(hz) / mel(top_hz))) for hz in _MARKED_HZ if hz < 0.9 * top_hz
        ),
    )


def _mel_filters(size: int, rate_hz: int) -> NDArray[np.float32]:
    """(bins, bands): overlapping triangles, equally wide in mel, each of weight 1."""
    # Importing it takes 0.8 s, most of it scipy's, and only this picture waits for that. Slaney's
    # norm, which is undone below, is the only one for which librosa compiles nothing: 17 s.
    from librosa.filters import mel as triangles

    found = triangles(sr=rate_hz, n_fft=size, n_mels=_BANDS, htk=True, norm="slaney")
    weighted: NDArray[np.float32] = (found / found.sum(axis=1, keepdims=True)).T
    return weighted


def _palette() -> bytes:
    at = np.linspace(0, len(_MAGMA) - 1, 256)
    channels = [np.interp(at, np.arange(len(_MAGMA)), [c[i] for c in _MAGMA]) for i in range(3)]
    return bytes(np.rint(np.stack(channels, axis=1)).astype(np.uint8).ravel())


# --- cut points -------------------------------------------------------------------------------


def find_cut_points(
    recording: Recording, pauses: Pauses, levels: Levels, limits: PartLimits
) -> CutPoints:
    """As ``qcheck split`` finds them."""
    places = places_to_cut(pauses.inside, levels, recording.rate_hz)
    chosen: list[int] = []
    if recording.duration_s > limits.longest_s:
        try:
            chosen = best_cuts(places, recording.duration_s, limits.longest_s)
        except UsageFault:
            # No choice of pauses makes the segments short enough; the rule on duration says so.
            chosen = []
    return CutPoints(
        places_s=tuple(place.at_s for place in places),
        chosen_s=tuple(places[i].at_s for i in chosen),
        longest_s=limits.longest_s,
    )


# --- a copy to listen to ----------------------------------------------------------------------

_MOST_BYTES = 480_000
# Bits a second and samples a second of MPEG-1 and MPEG-2 Layer III, best first. Speech at 16 kbit/s
# is dull, but every word is there.
_LADDER = (
    (64_000, 44_100),
    (48_000, 24_000),
    (32_000, 24_000),
    (24_000, 16_000),
    (16_000, 16_000),
)


def copy_sound(mono: Mono) -> SoundCopy:
    """Encode as MP3, which every browser plays, as well as fits; of a long voice its beginning."""
    import av
    import soxr

    def fits(step: tuple[int, int]) -> bool:
        return step[0] / 8 * mono.duration_s <= _MOST_BYTES

    bit_rate, rate_hz = next((step for step in _LADDER if fits(step)), _LADDER[-1])
    kept = mono.samples[: int(_MOST_BYTES * 8 / bit_rate * mono.rate_hz)]
    samples = kept if mono.rate_hz == rate_hz else soxr.resample(kept, mono.rate_hz, rate_hz)
    levels = np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate_hz)
        stream.layout = "mono"
        stream.format = "s16p"
        stream.bit_rate = bit_rate
        # LAME's -q 7: half the time of its default, and nobody judges a voice by this copy.
        stream.options = {"compression_level": "7"}
        # Layer III takes 1152 samples at a time.
        for at in range(0, len(levels), 1152):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(levels[None, at : at + 1152]), "s16p", "mono"
            )
            frame.sample_rate = rate_hz
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return SoundCopy(target.getvalue(), len(kept) / mono.rate_hz)
