"""Cuts a long voice at its pauses, so that every segment is one that an app takes."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.errors import UsageFault
from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.engine.inputs import read_input
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Levels, Loudness, Pauses
from qcheck.targets.catalogue import find_target

__all__ = [
    "Cut",
    "Manifest",
    "Place",
    "Segment",
    "best_cuts",
    "cut",
    "longest_segment_s",
    "places_to_cut",
    "split",
]

# What the rule `duration` calls too long and the best where no app says otherwise.
_LONGEST_S = 30.0
_BEST_S = 15.0

# The closure of a stop consonant lasts up to 150 ms (Byrd 1993, TIMIT): a shorter pause may be the
# inside of a word.
_SHORTEST_PAUSE_S = 0.2
# A pause of this length ends a sentence in read speech (Goldman-Eisler 1968); more adds nothing.
_FULL_STOP_S = 0.6


@dataclass(frozen=True)
class Place:
    """Where the recording may be cut."""

    at_s: float
    pause_s: float
    """How long nobody speaks there."""
    sample: int = 0
    """The first one after the cut."""


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
    longest_s: float
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


def best_cuts(
    places: Sequence[Place],
    duration_s: float,
    longest_s: float,
    best_s: float | None = None,
) -> list[int]:
    """Indices of the places to cut at: as few as can be, and of those the best.

    Better is a longer pause, and segments of one length, or of ``best_s``. With ``best_s`` the
    number of segments is the least that comes near it. Raises :class:`UsageFault` that names the
    stretch without a pause where ``longest_s`` cannot be kept.
    """
    at = [0.0, *(place.at_s for place in places), duration_s]
    last = len(at) - 1
    # least[i]: (segments, cost) to get to cut i; a segment's cost is its pause's and its length's.
    least: list[tuple[float, float, int]] = [(0.0, 0.0, -1)]
    goal_s = best_s or duration_s / math.ceil(duration_s / longest_s)
    for i in range(1, last + 1):
        ways = []
        for j in range(i - 1, -1, -1):
            length_s = at[i] - at[j]
            if length_s > longest_s + 1e-9:
                break
            if math.isinf(least[j][0]):
                continue
            cost = least[j][1] + ((length_s - goal_s) / goal_s) ** 2
            if i < last:
                cost += max(0.0, 1 - places[i - 1].pause_s / _FULL_STOP_S)
            count = least[j][0] + (0.0 if best_s else 1.0)
            ways.append((count, cost, j))
        least.append(min(ways, default=(math.inf, math.inf, -1)))
    if math.isinf(least[last][0]):
        raise UsageFault(_stuck(at, longest_s))
    cuts = []
    i = least[last][2]
    while i > 0:
        cuts.append(i - 1)
        i = least[i][2]
    return cuts[::-1]


def _stuck(at: list[float], longest_s: float) -> str:
    start_s, end_s = max(itertools.pairwise(at), key=lambda stretch: stretch[1] - stretch[0])
    return (
        f"from {start_s:.1f} to {end_s:.1f} s there is no pause to cut at, and a segment may last "
        f"{longest_s:g} s"
    )


def split(
    voice: str,
    app: str | None = None,
    longest_s: float | None = None,
    prefer_best: bool = False,
    folder: Path | None = None,
) -> Manifest:
    """Write the segments of ``voice`` and their manifest into ``folder``.

    Raises UsageFault as :func:`cut`, and for a file that would be overwritten.
    """
    made = cut(voice, app, longest_s, prefer_best)
    _write(folder or Path(voice).with_name(f"{Path(voice).stem}-segments"), made)
    return made.manifest


def cut(
    voice: str,
    app: str | None = None,
    longest_s: float | None = None,
    prefer_best: bool = False,
) -> Cut:
    """Find where ``voice`` is cut.

    Raises UsageFault for a file that is no recording and a stretch of speech without a pause.
    """
    app_longest_s, best_s = _limits(app)
    longest_s = longest_s or app_longest_s
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
            places, recording.duration_s, longest_s, min(best_s, longest_s) if prefer_best else None
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
        longest_s=longest_s,
        integrated_lufs=_loudness(evidence),
        segments=segments,
    )
    return Cut(manifest, samples, subtype)


def places_to_cut(pauses: Sequence[Span], levels: Levels, rate_hz: int) -> list[Place]:
    """The quietest moment of every pause that is long enough to be between two words."""
    places = []
    for pause in pauses:
        if pause.seconds >= _SHORTEST_PAUSE_S:
            sample = _quietest(pause, levels, rate_hz)
            places.append(Place(sample / rate_hz, pause.seconds, sample))
    return places


def longest_segment_s(app: str | None) -> float:
    """How long a segment for ``app`` may be."""
    return _limits(app)[0]


def _limits(app: str | None) -> tuple[float, float]:
    """The longest and the best length, in seconds, that an app's contract says."""
    target = find_target(app) if app else None
    limits = target.limits.get("duration", {}) if target else {}
    return limits.get("fail-above-s", _LONGEST_S), limits.get("warn-above-s", _BEST_S)


def _loudness(evidence: Evidence) -> float | None:
    try:
        return round(evidence.get(Loudness).integrated_lufs, 2)
    except Unmeasurable:
        return None


def _quietest(pause: Span, levels: Levels, rate_hz: int) -> int:
    """The sample in the middle of the pause's quietest hundredth, away from both words."""
    margin_s = min(0.05, pause.seconds / 4)
    first = math.ceil((pause.start_s + margin_s) / Levels.HOP_S)
    last = max(math.floor((pause.end_s - margin_s) / Levels.HOP_S), first + 1)
    inside = levels.power[first:last]
    if not len(inside):
        return round((pause.start_s + pause.end_s) / 2 * rate_hz)
    # Among equally quiet ones, digital silence say, the one nearest to the middle.
    quiet = np.flatnonzero(inside <= inside.min() * 1.26 + 1e-12)
    nearest = int(quiet[np.argmin(np.abs(quiet - (len(inside) - 1) / 2))])
    return round((first + nearest + 0.5) * Levels.HOP_S * rate_hz)


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


def _write(folder: Path, made: Cut) -> None:
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
