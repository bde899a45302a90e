"""Sound that is stored exactly, with libsndfile (soundfile): WAV, AIFF, FLAC, CAF."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Undecodable
from qcheck.media.raw_sound import RawSound, check_shape, too_long

__all__ = ["read_stored", "stored_fault"]

# What is lost where a damaged file breaks off: 85 ms at 48 kHz.
_BLOCK_FRAMES = 4096

# libsndfile's sub-types to a codec and its bits a sample.
_SUBTYPES = {
    "PCM_S8": ("PCM", 8), "PCM_U8": ("PCM", 8), "PCM_16": ("PCM", 16), "PCM_24": ("PCM", 24),
    "PCM_32": ("PCM", 32), "FLOAT": ("PCM float", 32), "DOUBLE": ("PCM float", 64),
    "ULAW": ("µ-law", 8), "ALAW": ("A-law", 8), "IMA_ADPCM": ("ADPCM", 4), "MS_ADPCM": ("ADPCM", 4),
    "GSM610": ("GSM", None), "G721_32": ("ADPCM", 4),
    "ALAC_16": ("ALAC", 16), "ALAC_20": ("ALAC", 20), "ALAC_24": ("ALAC", 24),
    "ALAC_32": ("ALAC", 32),
}  # fmt: skip


def read_stored(data: bytes, container: str, fault: str | None, most_samples: int) -> RawSound:
    """Read all of it; ``fault`` is what is known to be wrong with it already."""
    import soundfile

    faults = [fault] if fault else []
    try:
        with soundfile.SoundFile(_Bytes(data)) as stored:
            rate_hz, channels = int(stored.samplerate), int(stored.channels)
            check_shape(rate_hz, channels)
            claimed, subtype = int(stored.frames), str(stored.subtype)
            samples, broke = _read_blocks(stored, min(claimed, most_samples // channels))
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise Undecodable("it is damaged, or stored in a way that qcheck does not know") from error
    if broke or len(samples) < min(claimed, most_samples // channels):
        # FLAC claims 0 or a huge number where it was streamed; then nothing is missing.
        claimed_s = claimed / rate_hz
        if not faults and claimed_s < 24 * 3600:
            faults.append(
                f"it breaks off or is damaged after {len(samples) / rate_hz:.2f} s "
                f"of the {claimed_s:.2f} s that its header claims"
            )
    elif claimed > len(samples):
        faults.append(too_long(len(samples) / rate_hz))
    codec, bits = _SUBTYPES.get(subtype, (subtype.replace("_", " "), None))
    return RawSound(
        samples,
        rate_hz,
        container,
        "FLAC" if container == "FLAC" else codec,
        bits,
        None,
        False,
        tuple(faults),
    )


class _Bytes(io.BytesIO):
    """libsndfile seeks where damaged headers send it; an error there would land on the terminal."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: len(self.getbuffer())}
        return super().seek(min(max(0, start[whence] + offset), 2**62))


def _read_blocks(stored: Any, frames: int) -> tuple[NDArray[np.float32], bool]:
    """Read block by block, so that a lie about the length allocates nothing.

    Returns the samples and whether the library gave up on the way.
    """
    blocks: list[NDArray[np.float32]] = []
    left = frames
    broke = False
    while left > 0:
        try:
            block = stored.read(min(left, _BLOCK_FRAMES), dtype="float32", always_2d=True)
        except (RuntimeError, ValueError):
            broke = True
            break
        if len(block) == 0:
            break
        blocks.append(block)
        left -= len(block)
    if not blocks:
        return np.empty((0, stored.channels), np.float32), broke
    return (blocks[0] if len(blocks) == 1 else np.concatenate(blocks)), broke


def stored_fault(data: bytes, container: str) -> str | None:
    """A truncated AIFF or CAF: its sound chunk is longer than the file. FLAC says it otherwise."""
    if container == "AIFF":
        at, size_bytes, sound = 12, 4, b"SSND"
    elif container == "CAF":
        at, size_bytes, sound = 8, 8, b"data"
    else:
        return None
    while at + 4 + size_bytes <= len(data):
        body = at + 4 + size_bytes
        size = int.from_bytes(data[at + 4 : body], "big")
        if data[at : at + 4] == sound:
            there = len(data) - body
            streamed = size == 2 ** (8 * size_bytes) - 1
            if size > there and not streamed:
                return f"it breaks off: {100 * there / size:.0f} % of its sound is there"
            return None
        at = body + size + (size & 1 if container == "AIFF" else 0)
    raise Undecodable(f"it has an {container} header but no sound in it")
