"""Recordings of every format, whole, cut, lying and hostile."""

from __future__ import annotations

import io
import struct
import wave
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from qcheck.media import raw_sound
from qcheck.media.content import Decoding, Recording
from qcheck.media.decode import decode
from qcheck.media.file import File

RATE_HZ = 48_000
Samples = NDArray[np.float32]


def tones(seconds: float = 1.0, channels: int = 1, rate_hz: int = RATE_HZ) -> Samples:
    """A sine a channel, each at a frequency and level of its own."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.stack(
        [0.5 / (c + 1) * np.sin(2 * np.pi * 440 * (c + 1) * time_s) for c in range(channels)],
        axis=1,
    ).astype(np.float32)


def noise(seconds: float) -> Samples:
    random = np.random.default_rng(1)
    return random.normal(0, 0.1, (round(seconds * RATE_HZ), 1)).astype(np.float32)


def stored(samples: Samples, container: str, subtype: str, rate_hz: int = RATE_HZ) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=container, subtype=subtype)
    return buffer.getvalue()


def coded(samples: Samples, container: str, codec: str, kbps: int = 128) -> bytes:
    if codec == "libvorbis":  # which PyAV decodes and does not encode
        return stored(samples, "OGG", "VORBIS")
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream = media.add_stream(codec, rate=RATE_HZ, layout=layout)
        stream.bit_rate = kbps * 1000
        resampler = av.AudioResampler(stream.codec_context.format, layout, RATE_HZ)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()


def decoded(data: bytes) -> Decoding:
    return decode(File("voice", data))


def content(data: bytes) -> Recording:
    decoding = decoded(data)
    assert decoding.fault is None, decoding.fault
    assert isinstance(decoding.content, Recording)
    return decoding.content


def refusal(data: bytes) -> str:
    decoding = decoded(data)
    assert decoding.content is None
    assert decoding.fault
    assert "\n" not in decoding.fault
    return decoding.fault


@pytest.mark.parametrize(
    ("container", "subtype", "codec", "bits", "tolerance"),
    [
        ("WAV", "PCM_U8", "PCM", 8, 2**-7),
        ("WAV", "PCM_16", "PCM", 16, 2**-15),
        ("WAV", "PCM_24", "PCM", 24, 2**-23),
        ("WAV", "PCM_32", "PCM", 32, 2**-23),
        ("WAV", "FLOAT", "PCM float", 32, 0.0),
        ("WAV", "DOUBLE", "PCM float", 64, 0.0),
        ("WAV", "ALAW", "A-law", 8, 0.02),
        ("WAV", "ULAW", "µ-law", 8, 0.02),
        ("WAVEX", "PCM_24", "PCM", 24, 2**-23),
        ("WAVEX", "FLOAT", "PCM float", 32, 0.0),
        ("RF64", "PCM_16", "PCM", 16, 2**-15),
        ("WAV", "MS_ADPCM", "ADPCM", 4, 0.05),
        ("AIFF", "PCM_16", "PCM", 16, 2**-15),
        ("AIFF", "PCM_24", "PCM", 24, 2**-23),
        ("CAF", "PCM_16", "PCM", 16, 2**-15),
        ("FLAC", "PCM_16", "FLAC", 16, 2**-15),
        ("FLAC", "PCM_24", "FLAC", 24, 2**-23),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_stored_comes_back_exactly(
    container: str, subtype: str, codec: str, bits: int, tolerance: float, channels: int
) -> None:
    samples = tones(channels=channels)
    recording = content(stored(samples, container, subtype))
    assert recording.samples.shape[0] >= samples.shape[0]
    assert np.abs(recording.samples[: len(samples)] - samples).max() <= tolerance * 1.01
    assert (recording.rate_hz, recording.codec) == (RATE_HZ, codec)
    assert (recording.bit_rate_kbps is None) == (codec != "ADPCM")
    assert (recording.bits_per_sample or bits) == bits


def test_big_endian_wav_is_read() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, tones(), RATE_HZ, format="WAV", subtype="PCM_16", endian="BIG")
    assert buffer.getvalue()[:4] == b"RIFX"
    assert np.abs(content(buffer.getvalue()).samples - tones()).max() <= 2**-15


@pytest.mark.parametrize(
    ("container", "codec", "name", "shown"),
    [
        ("mp3", "libmp3lame", "MP3", "MP3"),
        ("adts", "aac", "AAC", "AAC"),
        ("ipod", "aac", "M4A", "AAC"),
        ("mp4", "aac", "M4A", "AAC"),
        ("mov", "aac", "M4A", "AAC"),
        ("ogg", "libopus", "Ogg", "Opus"),
        ("ogg", "libvorbis", "Ogg", "Vorbis"),
        ("webm", "libopus", "WebM audio", "Opus"),
        ("matroska", "libmp3lame", "WebM audio", "MP3"),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_coded_comes_back_nearly(
    container: str, codec: str, name: str, shown: str, channels: int
) -> None:
    samples = tones(2.0, channels)
    recording = content(coded(samples, container, codec, 192))
    assert (recording.container, recording.codec) == (name, shown)
    assert (recording.rate_hz, recording.channels) == (RATE_HZ, channels)
    assert recording.bits_per_sample is None
    assert recording.bit_rate_kbps is not None
    # Encoders pad; the middle is what was said, at its level and frequency.
    assert recording.duration_s == pytest.approx(2.0, abs=0.06)
    for channel in range(channels):
        middle = recording.samples[RATE_HZ // 2 : RATE_HZ * 3 // 2, channel]
        spectrum = np.abs(np.fft.rfft(middle)) / len(middle) * 2
        assert int(spectrum.argmax()) == 440 * (channel + 1)
        assert spectrum.max() == pytest.approx(0.5 / (channel + 1), rel=0.05)


def test_alac_is_lossless() -> None:
    recording = content(coded(tones(), "ipod", "alac"))
    assert (recording.codec, recording.bit_rate_kbps) == ("ALAC", None)
    assert np.abs(recording.samples[: RATE_HZ // 2] - tones()[: RATE_HZ // 2]).max() <= 2**-15


@pytest.mark.parametrize("kbps", [64, 96, 128, 192, 320])
def test_a_constant_mp3_has_exactly_its_bit_rate(kbps: int) -> None:
    recording = content(coded(tones(2.0), "mp3", "libmp3lame", kbps))
    assert recording.bit_rate_kbps == kbps
    assert not recording.variable_bit_rate


def test_a_variable_mp3_has_the_mean_of_its_frames() -> None:
    samples = noise(2.0)
    samples[RATE_HZ:] = 0
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as media:
        stream = media.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 4 * 118  # FF_QP2LAMBDA
        for at in range(0, len(samples), 1152):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[at : at + 1152].T), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), at
            media.mux(stream.encode(frame))
        media.mux(stream.encode(None))
    data = buffer.getvalue()
    recording = content(data)
    assert recording.variable_bit_rate
    with av.open(io.BytesIO(data)) as media:  # FFmpeg leaves the index out as well
        sizes = [packet.size for packet in media.demux() if packet.size]
    assert recording.bit_rate_kbps == pytest.approx(sum(sizes) * 8 / (len(sizes) * 24), rel=0.01)


def test_the_bit_rate_comes_from_the_frames_and_not_from_the_tag() -> None:
    data = bytearray(coded(tones(2.0), "mp3", "libmp3lame", 64))
    tag = data.index(b"Info") if b"Info" in data else data.index(b"Xing")
    data[tag + 8 : tag + 16] = b"\x00\x00\x00\x01\x7f\xff\xff\xff"  # one frame of 2 GB
    decoding = decoded(bytes(data))
    assert isinstance(decoding.content, Recording)
    assert decoding.content.bit_rate_kbps == 64


def test_an_mp3_behind_a_tag_is_recognised() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 2, 0]) + bytes(256)
    assert content(tag + coded(tones(), "mp3", "libmp3lame")).container == "MP3"


def test_mp3_inside_a_wav_is_decoded_and_named() -> None:
    coded_sound = coded(tones(), "mp3", "libmp3lame")
    fmt = struct.pack("<HHIIHHH", 0x55, 1, RATE_HZ, 16000, 1, 0, 12) + bytes(12)
    chunks = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(coded_sound)) + coded_sound
    recording = content(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    assert (recording.container, recording.codec) == ("WAV", "MP3")


def test_random_bytes_that_begin_like_a_frame_are_no_recording() -> None:
    junk = np.random.default_rng(5).integers(0, 255, 4096, np.uint8).tobytes()
    assert File("x", b"\xff\xfb\x90\x00" + junk).format is None
    assert File("x", b"\xff\xf1\x50\x80" + junk).format is None


# --- cut and lying ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(stored(tones(), "WAV", "PCM_16"), id="WAV"),
        pytest.param(stored(tones(), "AIFF", "PCM_16"), id="AIFF"),
        pytest.param(stored(tones(5.0), "FLAC", "PCM_16"), id="FLAC"),
        pytest.param(coded(tones(), "mp3", "libmp3lame"), id="MP3"),
        pytest.param(coded(tones(5.0), "ogg", "libopus"), id="Opus"),
        pytest.param(stored(noise(5.0), "OGG", "VORBIS"), id="Vorbis"),
    ],
)
def test_a_file_cut_in_the_middle_gives_a_part_and_says_so(data: bytes) -> None:
    decoding = decoded(data[: len(data) * 6 // 10])
    assert decoding.fault
    assert isinstance(decoding.content, Recording)
    assert 0.2 < decoding.content.duration_s < 4.5


def test_an_m4a_without_its_index_is_refused() -> None:
    data = coded(tones(), "ipod", "aac")
    assert "M4A" in refusal(data[: len(data) // 2])


def test_a_video_without_sound_is_refused_as_one() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as media:
        stream = media.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            media.mux(stream.encode(frame))
        media.mux(stream.encode(None))
    silent = decode(File("voice", buffer.getvalue(), role="voice"))
    assert silent.content is None
    assert silent.fault == "it is a video without sound"


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_streamed_wav_with_unknown_sizes_is_read_to_its_end(size: int) -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[4:8] = data[40:44] = struct.pack("<I", size)
    assert content(bytes(data)).duration_s == 1.0


def test_a_wav_whose_header_was_never_finished_is_read_with_a_word() -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[4:8] = data[40:44] = bytes(4)
    decoding = decoded(bytes(data))
    assert decoding.fault is not None
    assert "never finished" in decoding.fault
    assert isinstance(decoding.content, Recording)
    assert decoding.content.duration_s == 1.0


def test_an_empty_wav_is_refused() -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as empty:
        empty.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
    assert "no sound" in refusal(buffer.getvalue())


@pytest.mark.parametrize("rate_hz", [0, 1, 1_000_000_000])
def test_absurd_rates_are_refused(rate_hz: int) -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[24:28] = struct.pack("<I", rate_hz)
    assert f"{rate_hz} Hz" in refusal(bytes(data))


def test_255_channels_are_read_and_256_refused() -> None:
    samples = np.zeros((100, 255), np.float32)
    assert content(stored(samples, "WAV", "PCM_16")).channels == 255
    data = bytearray(stored(samples, "WAV", "PCM_16"))
    at = data.index(b"fmt ") + 10
    data[at : at + 2] = struct.pack("<H", 256)
    assert "256 channels" in refusal(bytes(data))


def test_samples_that_are_no_numbers_become_silence_and_are_counted() -> None:
    samples = tones()
    samples[10], samples[20], samples[30] = np.nan, np.inf, 1e30
    decoding = decoded(stored(samples, "WAV", "FLOAT"))
    assert decoding.fault is not None
    assert decoding.fault.startswith("3 of its 48000 samples are not numbers")
    assert isinstance(decoding.content, Recording)
    assert np.isfinite(decoding.content.samples).all()
    assert decoding.content.samples[[10, 20, 30]].max() == 0.0


def test_what_is_far_too_long_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_sound, "MAX_SAMPLES", 12_000)
    for data in (stored(tones(), "FLAC", "PCM_16"), coded(tones(), "ogg", "libopus")):
        decoding = decoded(data)
        assert isinstance(decoding.content, Recording)
        assert 12_000 <= decoding.content.frames < 24_000
        assert decoding.fault is not None
        assert "far longer than any clip" in decoding.fault


def test_a_flac_that_claims_days_allocates_nothing() -> None:
    data = bytearray(stored(tones(0.2), "FLAC", "PCM_16"))
    data[21] |= 0x0F  # the upper bits of STREAMINFO's 36 of total samples (RFC 9639 8.2)
    data[22:26] = b"\xff" * 4
    decoding = decoded(bytes(data))
    assert isinstance(decoding.content, Recording)
    assert decoding.content.duration_s <= 0.3


def test_every_recording_of_the_corpus_decodes_whole(corpus: object) -> None:
    import csv
    from pathlib import Path

    folder = Path(str(corpus)) / "voices"
    with (folder / "labels.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["duration"]][::6]
    for row in rows:
        recording = content((folder / row["file"]).read_bytes())
        assert recording.duration_s == pytest.approx(float(row["duration"]), abs=0.08), row["file"]
        assert recording.channels == int(row["channels"])
