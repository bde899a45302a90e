"""What is coded comes back as it was said."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from made_recordings import RATE_HZ, coded, content, refusal, tones

from qcheck.media.decode import decode
from qcheck.media.file import File


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


@pytest.mark.parametrize(
    ("layout", "channels", "codec"),
    [
        ("5.1", 6, "pcm_f32le"),
        ("7.1", 8, "pcm_f32le"),
        ("7.1", 8, "flac"),
        ("hexadecagonal", 16, "pcm_f32le"),
    ],
)
def test_many_channels_are_read_each(layout: str, channels: int, codec: str) -> None:
    recording = content(surround(layout, channels, "matroska", codec))
    assert recording.channels == channels
    for channel in range(channels):
        assert recording.samples[:, channel].max() == pytest.approx((channel + 1) / 20, abs=0.001)


@pytest.mark.parametrize(("container", "codec"), [("ipod", "aac"), ("ogg", "libopus")])
def test_eight_channels_that_are_coded_by_plane_do_not_end_the_process(
    container: str, codec: str
) -> None:
    """With eight and more, PyAV's own reading of a frame did."""
    recording = content(surround("7.1", 8, container, codec))
    assert (recording.channels, recording.duration_s) == (8, pytest.approx(0.5, abs=0.06))


def surround(layout: str, channels: int, container: str, codec: str) -> bytes:
    """A tone in every channel, the next one louder than the one before."""
    levels = np.arange(1, channels + 1, dtype=np.float32) / 20
    turns = 2 * np.pi * 440 * np.arange(RATE_HZ // 2) / RATE_HZ
    samples = np.sin(turns).astype(np.float32)[:, None] * levels
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream = media.add_stream(codec, rate=RATE_HZ, layout=layout)
        size = stream.codec_context.frame_size or None
        resampler = av.AudioResampler(stream.codec_context.format, layout, RATE_HZ, size)
        # By frames that hold all channels in one row: PyAV miscounts planes here as well.
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate, frame.pts = RATE_HZ, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()


def test_alac_is_lossless() -> None:
    recording = content(coded(tones(), "ipod", "alac"))
    assert (recording.codec, recording.bit_rate_kbps) == ("ALAC", None)
    assert np.abs(recording.samples[: RATE_HZ // 2] - tones()[: RATE_HZ // 2]).max() <= 2**-15


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
