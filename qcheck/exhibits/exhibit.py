"""Everything that is shown of one file, and which of it belongs to which medium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from qcheck.core.probe import Unmeasurable
from qcheck.core.rule import PartLimits
from qcheck.exhibits.declarations import (
    CutPoints,
    FacePoints,
    LevelCourse,
    LightMap,
    LoudnessLine,
    MelPicture,
    Outline,
    PictureCopy,
    SharpnessMap,
    SoundCopy,
    Stills,
    Waveform,
)
from qcheck.media.content import Footage, Text
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.portrait import (
    Covering,
    Detail,
    FaceRegions,
    Framing,
    Gaze,
    HandAtFace,
    HeadPose,
    Light,
)
from qcheck.probes.text import Captions
from qcheck.probes.video import Cuts
from qcheck.probes.voice import Clipping, Loudness, NoiseFloor, Pauses, SignalToNoise, Speech

__all__ = ["Exhibit", "take_exhibit"]

T = TypeVar("T")

_PICTURE: tuple[type, ...] = (PictureCopy,)
_PORTRAIT = (
    *_PICTURE,
    FaceRegions,
    FacePoints,
    Framing,
    HeadPose,
    Gaze,
    Covering,
    HandAtFace,
    Light,
    LightMap,
    Detail,
    SharpnessMap,
    Outline,
)
_VOICE = (
    Waveform,
    MelPicture,
    LevelCourse,
    LoudnessLine,
    Loudness,
    NoiseFloor,
    SignalToNoise,
    Speech,
    Pauses,
    Clipping,
    CutPoints,
    SoundCopy,
)
_SHOWN: dict[str, tuple[type, ...]] = {
    "picture": _PICTURE,
    "portrait": _PORTRAIT,
    "voice": _VOICE,
    "video": (Footage, Stills, Cuts),
    "captions": (Text, Captions),
    "script": (Text,),
    "payload": (Text,),
    "plan": (Text,),
}


@dataclass(frozen=True)
class Exhibit:
    """Everything to show of one file. Frozen, small, and fit to be sent between processes."""

    taken: Mapping[type, Any]
    missing: Mapping[type, str]
    """Why something is not there, as a clause."""

    def get(self, wanted: type[T]) -> T | None:
        found: T | None = self.taken.get(wanted)
        return found


def take_exhibit(evidence: Evidence, limits: PartLimits) -> Exhibit:
    """Take what there is to show of a file. Raises nothing: what fails is missing.

    ``limits`` say where a long recording would be cut.
    """
    evidence = evidence.also_knowing({PartLimits: limits})
    taken: dict[type, Any] = {}
    missing: dict[type, str] = {}
    for wanted in _SHOWN.get(evidence.file.medium, ()):
        try:
            taken[wanted] = evidence.get(wanted)
        except (Unmeasurable, ProbeCrashed) as failure:
            missing[wanted] = str(failure)
    return Exhibit(taken, missing)
