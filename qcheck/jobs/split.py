"""Cuts a long voice at its pauses, so that every segment is one that an app takes."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.engine.inputs import Input, read_input
from qcheck.engine.options import Options
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
        return target.getvalue()


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


def write_segments(folder: Path, made: Cut) -> None:
    """Write every segment and the manifest. Raises UsageFault, also where a file is there."""
    manifest = made.manifest
    names = ["manifest.json", *(segment.file for segment in manifest.segments)]
    if taken := next((name for name in names if (folder / name).exists()), None):
        raise UsageFault(f"{folder / taken} is there already; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for segment in manifest.segments:
            with (folder / segment.file).open("xb") as target:
                target.write(made.wav(segment))
        text = json.dumps(dataclasses.asdict(manifest), indent=1, ensure_ascii=False)
        with (folder / "manifest.json").open("x", encoding="utf-8") as out:
            out.write(text + "\n")
    except OSError as error:
        raise UsageFault(f"{folder}: {error.strerror or error}") from error
