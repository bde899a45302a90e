"""Cuts a long voice at its pauses, so that every segment is one that an app takes."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import itertools
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from qcheck.core.atomic import write_new
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.engine.inputs import Input, read_input
from qcheck.engine.options import Options
from qcheck.engine.run import in_worker
from qcheck.engine.setup import setup_for
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers.cutting import best_cuts, places_to_cut
from qcheck.probes.voice import Levels, Loudness, Pauses

__all__ = [
    "Cut",
    "Manifest",
    "Segment",
    "cut_voice",
    "split_voice",
    "write_segments",
]

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Segment:
    """One piece of the recording."""

    file: str
    in_s: float
    out_s: float
    in_sample: int
    out_sample: int
    """Exclusive."""


@dataclass(frozen=True)
class Manifest:
    """What was cut from what."""

    source: str
    sha256: str
    rate_hz: int
    longest_s: float | None
    """None: nothing limits a segment."""
    integrated_lufs: float | None
    """Of the whole: no segment is levelled by itself."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Cut:
    """A recording and where it is cut; nothing is written yet."""

    manifest: Manifest
    samples: NDArray[Any]
    """(frames, channels), with every bit that the file holds."""
    subtype: str
    """How libsndfile calls the samples' kind."""

    def wav(self, segment: Segment) -> bytes:
        """One segment as a WAV file."""
        import soundfile

        target = io.BytesIO()
        part = self.samples[segment.in_sample : segment.out_sample]
        soundfile.write(target, part, self.manifest.rate_hz, subtype=self.subtype, format="WAV")
        return _without_time(target.getvalue())


def split_voice(
    voice: str,
    options: Options,
    *,
    longest_s: float | None = None,
    prefer_best: bool = False,
    folder: Path | None = None,
) -> Manifest:
    """Write the segments of ``voice`` and their manifest into ``folder``.

    Raises UsageFault as :func:`cut_voice`, and for a file that would be overwritten.
    """
    made = cut_voice(voice, options, longest_s=longest_s, prefer_best=prefer_best)
    write_segments(folder or Path(voice).with_name(f"{Path(voice).stem}-segments"), made)
    return made.manifest


def cut_voice(
    voice: str,
    options: Options,
    *,
    longest_s: float | None = None,
    prefer_best: bool = False,
) -> Cut:
    """Find where ``voice`` is cut, by the limits that the rules would judge each segment by.

    ``longest_s`` replaces them. Raises UsageFault for a file that is no recording and a stretch of
    speech without a pause.
    """
    arguments = (voice, options, longest_s, prefer_best)
    cut: Cut = in_worker(_cut_voice, arguments, Input(voice, "voice"), options)
    return cut


def _cut_voice(voice: str, options: Options, longest_s: float | None, prefer_best: bool) -> Cut:
    setup, _ = setup_for(Input(voice, "voice"), options)
    limits = setup.part_limits("voice")
    longest_s = longest_s or limits.longest_s
    best_s = min(limits.best_s, longest_s)
    file = read_input(voice, "voice")
    evidence = Evidence(file)
    try:
        recording = evidence.get(Recording)
        inside = evidence.get(Pauses).inside
        levels = evidence.get(Levels)
    except Unmeasurable as reason:
        raise UsageFault(f"{voice}: {reason}; `qcheck {voice}` says more") from reason
    rate_hz = recording.rate_hz
    places = places_to_cut(inside, levels, rate_hz)
    try:
        chosen = best_cuts(
            *(places, recording.duration_s, longest_s),
            best_s if prefer_best and math.isfinite(best_s) else None,
        )
    except UsageFault as stuck:
        raise UsageFault(f"{voice}: {stuck}") from stuck
    samples, subtype = _samples(file, recording)
    edges = [0, *(places[i].sample for i in chosen), len(samples)]
    segments = tuple(
        Segment(
            f"{Path(voice).stem}-{number:03d}.wav",
            start / rate_hz,
            end / rate_hz,
            start,
            end,
        )
        for number, (start, end) in enumerate(itertools.pairwise(edges), 1)
    )
    manifest = Manifest(
        source=Path(voice).name,
        sha256=hashlib.sha256(file.data).hexdigest(),
        rate_hz=rate_hz,
        longest_s=longest_s if math.isfinite(longest_s) else None,
        integrated_lufs=_loudness(evidence),
        segments=segments,
    )
    return Cut(manifest, samples, subtype)


def _loudness(evidence: Evidence) -> float | None:
    try:
        return round(evidence.get(Loudness).integrated_lufs, 2)
    except Unmeasurable:
        return None


def _samples(file: File, recording: Recording) -> tuple[NDArray[Any], str]:
    """(frames, channels) with every bit that the file holds, and how to store them."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(file.data)) as sound:
            whole = {"PCM_U8", "PCM_S8", "PCM_16"}, {"PCM_24", "PCM_32"}
            for kinds, dtype in zip(whole, ("int16", "int32"), strict=True):
                if sound.subtype in kinds:
                    subtype = "PCM_U8" if sound.subtype == "PCM_S8" else sound.subtype
                    return sound.read(dtype=dtype, always_2d=True), subtype
            if sound.subtype == "DOUBLE":
                return sound.read(dtype="float64", always_2d=True), "DOUBLE"
    except (soundfile.LibsndfileError, RuntimeError):
        pass
    return recording.samples, "FLOAT"


# libsndfile writes the time into this chunk of floating-point files: name, size, version, time.
_PEAK = b"PEAK"
_TIME_AT, _TIME_BYTES = 12, 4
_HEADER_BYTES = 200


def _without_time(wav: bytes) -> bytes:
    """The same bytes whenever they are made, so that a run can tell its own segments."""
    at = wav.find(_PEAK, 0, _HEADER_BYTES)
    if at < 0:
        return wav
    time = at + _TIME_AT
    return wav[:time] + bytes(_TIME_BYTES) + wav[time + _TIME_BYTES :]


def write_segments(folder: Path, made: Cut) -> None:
    """Write every segment and, last, the manifest: all or nothing.

    Raises UsageFault, also where a file is there that a run which was killed did not leave.
    """
    manifest = made.manifest
    text = json.dumps(dataclasses.asdict(manifest), indent=1, ensure_ascii=False) + "\n"
    is_new = not folder.exists()
    placed: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_taken(folder, made)
        for segment in manifest.segments:
            place = folder / segment.file
            if not os.path.lexists(place):
                write_new(place, made.wav(segment))
                placed.append(place)
        write_new(folder / _MANIFEST, text)
    except BaseException as error:
        with contextlib.suppress(OSError):
            for each in placed:
                each.unlink()
            if is_new:
                folder.rmdir()
        if isinstance(error, OSError):
            raise UsageFault(f"{folder}: {error.strerror or error}") from error
        raise


def _refuse_taken(folder: Path, made: Cut) -> None:
    """Refuse to write over a file; the same segment, of a cut that has no manifest yet, is ours."""
    taken = folder / _MANIFEST if os.path.lexists(folder / _MANIFEST) else None
    for segment in made.manifest.segments if taken is None else ():
        place = folder / segment.file
        if os.path.lexists(place) and not _holds(place, made.wav(segment)):
            taken = place
            break
    if taken is not None:
        raise UsageFault(f"{taken} is there already; nothing was written")


def _holds(path: Path, data: bytes) -> bool:
    if path.is_symlink():
        return False
    try:
        return read_regular(path, len(data)) == data
    except OSError:
        return False
