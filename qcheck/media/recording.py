"""Recordings: every common format to float samples, with what is wrong with the file in words.

libsndfile (soundfile) reads what is stored exactly: WAV, AIFF, FLAC, CAF. FFmpeg (PyAV) reads what
is coded: MP3, AAC, Vorbis, Opus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qcheck.media.coded_sound import read_coded
from qcheck.media.content import Decoding, Recording, Undecodable
from qcheck.media.ffmpeg import DEMUXERS
from qcheck.media.file import File
from qcheck.media.joined import parts
from qcheck.media.raw_sound import RawSound, check_shape
from qcheck.media.riff import MP3_IN_WAVE, NotWaveError, read_wave
from qcheck.media.stored_sound import read_stored, stored_fault

__all__ = ["decode_recording"]

# Beyond this a sample is no sound but garbage; 32-bit integers wrongly stored as floats still fit.
_LARGEST_SAMPLE = 2.0**31

# A lossy codec may overshoot full scale by some decibels where a voice was clipped before; 40 dB
# are no overshoot, but damage that it decoded without a word.
_LOUDEST_DECODED = 100.0

# WAVE's format tags that libsndfile reads, and the bits that a sample may have in them: PCM, IEEE
# float, A-law, µ-law (RFC 2361).
_WAVE_BITS: dict[int, tuple[int, ...]] = {1: (8, 16, 24, 32), 3: (32, 64), 6: (8,), 7: (8,)}


def decode_recording(file: File) -> Decoding:
    """Decode all of ``file``, or as much as can be had.

    Raises :class:`Undecodable` where nothing can, in one clause for a person.
    """
    format_name = file.format.name if file.format else ""
    most_samples = file.bounds.recording_samples
    try:
        first, *others = parts(file.data, format_name)
        read, behind_end_s = _read(first, format_name, most_samples), 0.0
        if others:
            read, behind_end_s = _with_others(read, others, format_name, most_samples)
        return _finish(read, behind_end_s)
    except NotWaveError as refusal:
        raise Undecodable(str(refusal)) from refusal
    except MemoryError as error:
        raise Undecodable("it needs more memory than there is") from error


def _read(data: bytes, format_name: str, most_samples: int) -> RawSound:
    if format_name == "WAV":
        return _read_wave(data, most_samples)
    # Videos as well: where a voice is wanted, it is their sound.
    if format_name in DEMUXERS:
        return read_coded(data, format_name, most_samples)
    return read_stored(data, format_name, stored_fault(data, format_name), most_samples)


def _read_wave(data: bytes, most_samples: int) -> RawSound:
    wave = read_wave(data)
    check_shape(wave.rate_hz, wave.channels)
    if not wave.data:
        raise Undecodable("it has a WAV header but no sound in it")
    if wave.format_tag == MP3_IN_WAVE:
        return _with_fault(read_coded(wave.data, "MP3", most_samples, container="WAV"), wave.fault)
    if wave.bits_per_sample not in _WAVE_BITS.get(wave.format_tag, ()):
        # ADPCM, GSM and whatever a damaged header says: FFmpeg is the more careful with those.
        read = _with_fault(read_coded(wave.canonical, "WAV", most_samples), wave.fault)
    else:
        read = read_stored(wave.canonical, "WAV", wave.fault, most_samples)
    share = wave.declared_bytes / len(wave.data)
    return replace(
        read,
        plays_until_s=read.seconds * share if share < 1 else None,
        streamed=wave.streamed,
    )


def _with_fault(read: RawSound, fault: str | None) -> RawSound:
    """With what the header told of; a decoder only finds the last frame damaged then."""
    return replace(read, faults=(fault,)) if fault else read


def _with_others(
    first: RawSound, others: Sequence[bytes], format_name: str, most_samples: int
) -> tuple[RawSound, float]:
    """The first file's sound and that of the files joined to it, and how long theirs is.

    Sound of another shape cannot stand in one recording: it is counted and left out. So is what
    would be too long.
    """
    blocks, behind_end_s = [first.samples], 0.0
    room = most_samples - first.samples.size
    for data in others:
        try:
            read = _read(data, format_name, most_samples)
        except (Undecodable, NotWaveError):
            continue  # It is counted among the files, which is the finding.
        behind_end_s += read.seconds
        room -= read.samples.size
        alike = (read.rate_hz, read.samples.shape[1:]) == (first.rate_hz, first.samples.shape[1:])
        if alike and room >= 0:
            blocks.append(read.samples)
    joined = replace(
        first,
        samples=np.concatenate(blocks),
        plays_until_s=first.seconds,
        joined_files=1 + len(others),
    )
    return joined, behind_end_s


def _finish(read: RawSound, behind_end_s: float) -> Decoding:
    """Look the samples over: no rule shall ever meet one that is not a number."""
    samples, faults = read.samples, list(read.faults)
    if samples.size == 0:
        raise Undecodable(faults[0] if faults else "it holds no sound")
    # The extremes tell of any that is not a number, and cost no copy.
    lowest, highest = samples.min(), samples.max()
    if read.bits_per_sample is None and not faults and max(-lowest, highest) > _LOUDEST_DECODED:
        faults.append("it is damaged: its sound is decoded a hundred times louder than it can be")
    if not (lowest >= -_LARGEST_SAMPLE and highest <= _LARGEST_SAMPLE):
        sane = np.isfinite(samples)
        sane &= np.abs(samples, where=sane, out=np.zeros_like(samples)) <= _LARGEST_SAMPLE
        broken = int(sane.size - np.count_nonzero(sane))
        faults.append(
            f"{broken} of its {sane.size} samples are not numbers and were taken as silence"
        )
        samples = np.where(sane, samples, np.float32(0))
    recording = Recording(
        samples=samples,
        rate_hz=read.rate_hz,
        container=read.container,
        codec=read.codec,
        bits_per_sample=read.bits_per_sample,
        bit_rate_kbps=read.bit_rate_kbps,
        variable_bit_rate=read.variable_bit_rate,
        plays_until_s=read.plays_until_s,
        behind_end_s=behind_end_s
        or (0.0 if read.plays_until_s is None else read.seconds - read.plays_until_s),
        joined_files=read.joined_files,
        streamed=read.streamed,
        checksum_wrong=read.checksum_wrong,
    )
    return Decoding(recording, "; ".join(faults) or None)
