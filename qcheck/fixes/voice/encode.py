"""Writes the recording as WAV, or as MP3 of 128 kbit/s or more where that is asked for.

16 bits hold a recording that came with 16 bits and was only cut; whatever was computed gets 24, and
dither where samples are rounded. A file that needs nothing keeps its bytes.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from qcheck.core.results import Judgement
from qcheck.core.units import quantity
from qcheck.fixes.declaration import Changes, Encoded, Repaired, Wish, fix, named_rightly
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.media.recording import decode_recording
from qcheck.probes.loudness import measure_true_peak

# ISO/IEC 11172-3 2.4.2.3, layer III: from the best down to the least that the guides ask for.
# 192 is transparent for a voice; more only makes the upload longer.
_KBPS = (192, 160, 128)
_MP3_RATES_HZ = (32_000, 44_100, 48_000)


def _can_be_written(judgement: Judgement) -> bool:
    """What a poor MP3 has lost, no other format brings back."""
    if judgement.unit in ("bytes", "s"):
        # Too large a file, or sound behind the end that the header gives.
        return True
    return judgement.unit == "" and isinstance(judgement.wanted, str)


def _wished(wish: Wish) -> bool:
    return wish.mp3 or wish.bits is not None


@fix(
    "encode",
    medium="voice",
    turn=90,
    answers=("voice-format", "file-limits", "readable"),
    mends=_can_be_written,
    wished=_wished,
    encodes=True,
    hides=("voice-format",),
)
def encode(recording: Recording, file: File, changes: Changes, wish: Wish) -> Repaired | None:
    """Write it as WAV, or as MP3 of 128 kbit/s or more."""
    most = wish.limit("file-limits", "voice_max_bytes")
    taken = tuple(wish.limit("file-limits", "voice_formats"))
    stored = file.format.name if file.format else ""
    plain = stored == "MP3" if wish.mp3 else stored in ("WAV", "MP3")
    plain &= stored != "WAV" or recording.codec in wish.limit("voice-format", "accepted_wav_codecs")
    plain &= recording.plays_until_s is None and not recording.streamed
    plain &= wish.bits is None or (stored == "WAV" and wish.bits == recording.bits_per_sample)
    fits = (most is None or file.size_bytes <= most) and (not taken or stored in taken)
    if not changes.content and fits and plain:
        return named_rightly(file)
    before = quantity(file.size_bytes, "bytes")
    samples, loud = recording.samples, float(np.abs(recording.samples).max(initial=0.0))
    turned_down = ""
    if loud > 1.0:
        # A float recording or a filter may go beyond full scale, where whole numbers end.
        samples = samples / np.float32(loud)
        turned_down = f", turned down by {20 * np.log10(loud):.1f} dB so that no peak is cut off"
    data: bytes
    if not wish.mp3 and (not taken or "WAV" in taken):
        bits = wish.bits or _bits_needed(recording, samples)
        data = _wav(samples, recording.rate_hz, bits)
        if most is None or len(data) <= most:
            size = quantity(len(data), "bytes")
            says = f"written as WAV of {bits} bits, {before} to {size}{turned_down}"
            return Repaired((Encoded(data, "WAV"),), says)
    if taken and "MP3" not in taken:
        return None
    if recording.rate_hz not in _MP3_RATES_HZ:
        return None
    highest_dbtp = wish.limit("true-peak", "warn_above_dbtp")
    for kbps in _KBPS:
        data, down_db = _mp3_within(samples, recording.rate_hz, kbps, highest_dbtp)
        if most is None or len(data) <= most:
            break
    if down_db:
        turned_down += f", turned down by {down_db:.1f} dB for the peaks that coding raises"
    size = quantity(len(data), "bytes")
    says = f"written as MP3 of {kbps} kbit/s, {before} to {size}{turned_down}"
    return Repaired((Encoded(data, "MP3"),), says)


def _bits_needed(recording: Recording, samples: NDArray[np.float32]) -> int:
    """16 where they hold every sample; 24 where something was computed, or came with more."""
    return 16 if np.array_equal(np.rint(samples * 32768), samples * 32768) else 24


def _wav(samples: NDArray[np.float32], rate_hz: int, bits: int) -> bytes:
    import soundfile

    target = io.BytesIO()
    whole = _rounded(samples, bits).astype(np.int32) << (32 - bits)
    soundfile.write(target, whole, rate_hz, subtype=f"PCM_{bits}", format="WAV")
    return target.getvalue()


def _rounded(samples: NDArray[np.float32], bits: int) -> NDArray[np.float64]:
    """Whole steps of ``bits``, with triangular dither of two steps where that loses anything.

    Lipshitz, Wannamaker and Vanderkooy, Quantization and dither (JAES 40, 1992). Exact zeros stay:
    a gap of digital silence is a finding, and noise would only hide it.
    """
    full = 2.0 ** (bits - 1)
    steps = samples.astype(np.float64) * full
    if not np.array_equal(np.rint(steps), steps):
        rng = np.random.default_rng(0)
        noise = rng.random(steps.shape) - rng.random(steps.shape)
        steps += np.where(steps == 0, 0.0, noise)
    rounded: NDArray[np.float64] = np.clip(np.rint(steps), -full, full - 1)
    return rounded


def _mp3_within(
    samples: NDArray[np.float32], rate_hz: int, kbps: int, highest_dbtp: float
) -> tuple[bytes, float]:
    """The MP3, and by how many decibels it had to be turned down so that its peaks stay within.

    Coding moves peaks by some tenths of a decibel; those that were beyond already are left there.
    """
    data, down_db = _mp3(samples, rate_hz, kbps), 0.0
    if _peak_dbtp(samples, rate_hz) > highest_dbtp:
        return data, down_db
    for _ in range(3):
        decoding = decode_recording(File("coded.mp3", data))
        if not isinstance(decoding.content, Recording):
            break
        over_db = measure_true_peak(decoding.content).peak_dbtp - highest_dbtp
        if over_db <= 0:
            break
        down_db += over_db + 0.05
        data = _mp3(samples * np.float32(10 ** (-down_db / 20)), rate_hz, kbps)
    return data, down_db


def _peak_dbtp(samples: NDArray[np.float32], rate_hz: int) -> float:
    if not samples.any():
        return -np.inf
    return measure_true_peak(
        Recording(samples, rate_hz, "WAV", "PCM float", 32, None, False)
    ).peak_dbtp


def _mp3(samples: NDArray[np.float32], rate_hz: int, kbps: int) -> bytes:
    """An MP3 of constant bit rate, by LAME."""
    import av

    target = io.BytesIO()
    if samples.shape[1] > 2:
        samples = samples.mean(axis=1, keepdims=True)
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(target, "w", format="mp3") as container:
        stream: av.AudioStream = container.add_stream(
            "libmp3lame", rate=rate_hz, layout=layout, bit_rate=kbps * 1000
        )
        size = 1152
        for number, at in enumerate(range(0, len(samples), size)):
            block = np.ascontiguousarray(samples[at : at + size].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate = rate_hz
            frame.pts = number * size
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return target.getvalue()
