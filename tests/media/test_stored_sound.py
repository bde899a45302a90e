"""What is stored exactly comes back exactly."""

from __future__ import annotations

import numpy as np
import pytest
from made_recordings import RATE_HZ, content, decoded, stored, tones

from qcheck.media.content import Recording


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


def test_a_flac_that_claims_days_allocates_nothing() -> None:
    data = bytearray(stored(tones(0.2), "FLAC", "PCM_16"))
    data[21] |= 0x0F  # the upper bits of STREAMINFO's 36 of total samples (RFC 9639 8.2)
    data[22:26] = b"\xff" * 4
    decoding = decoded(bytes(data))
    assert isinstance(decoding.content, Recording)
    assert decoding.content.duration_s <= 0.3
