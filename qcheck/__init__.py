"""What a rule author imports, and :func:`check` for whoever checks from Python; nothing else."""

from qcheck.core.safe_path import leave_working_directory, started_as_module

# This package is imported before its __main__, and much is imported below.
if started_as_module("qcheck"):
    leave_working_directory()

from typing import TYPE_CHECKING, Any

from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.judging import at_least, at_most, failed, info, passed, warned, within
from qcheck.core.media import MEDIA
from qcheck.core.places import Box, Span
from qcheck.core.probe import Inapplicable, Unmeasurable, probe
from qcheck.core.results import FileReport, Finding, Judgement, Outcome, Report, Severity, Status
from qcheck.core.rule import Length, RuleStatus, rule
from qcheck.core.units import listed, quantity
from qcheck.core.version import VERSION
from qcheck.media.content import Decoding, Footage, Picture, Recording, Text
from qcheck.media.file import File
from qcheck.media.sides import Sides
from qcheck.probes.plan import PlanFaults, Production
from qcheck.probes.portrait import (
    Backdrop,
    BodyExtent,
    Chin,
    Colour,
    Compression,
    Covering,
    Crown,
    Detail,
    Exposure,
    Expression,
    EyeOpening,
    Face,
    FaceEdges,
    FaceRegions,
    Faces,
    Framing,
    Gaze,
    Grain,
    HandAtFace,
    Head,
    HeadPose,
    Light,
    LowerFace,
    Mark,
    Mood,
    OtherEyes,
    Person,
    Transparency,
    WayUp,
)
from qcheck.probes.text import (
    CaptionedSpeech,
    Captions,
    Contract,
    Cue,
    Payload,
    PayloadFiles,
    Script,
    Turn,
)
from qcheck.probes.video import Cuts, FaceCourse, Sighting, VoiceFit
from qcheck.probes.voice import (
    Bandwidth,
    Channels,
    Clicks,
    Clipping,
    DcOffset,
    DigitalSilence,
    Dropouts,
    Duration,
    Hum,
    LevelFade,
    LevelJump,
    Loudness,
    LoudnessSpread,
    Music,
    NoiseFloor,
    Pauses,
    Reverberation,
    SignalToNoise,
    Speech,
    TruePeak,
    Voices,
)

if TYPE_CHECKING:
    from qcheck.api import check

__version__ = VERSION

__all__ = [
    "MEDIA",
    "Backdrop",
    "Bandwidth",
    "BodyExtent",
    "Box",
    "CaptionedSpeech",
    "Captions",
    "Channels",
    "Chin",
    "Clicks",
    "Clipping",
    "Colour",
    "Compression",
    "Contract",
    "Covering",
    "Crown",
    "Cue",
    "Cuts",
    "DcOffset",
    "Decoding",
    "Detail",
    "DigitalSilence",
    "Dropouts",
    "Duration",
    "Exposure",
    "Expression",
    "EyeOpening",
    "Face",
    "FaceCourse",
    "FaceEdges",
    "FaceRegions",
    "Faces",
    "File",
    "FileReport",
    "Finding",
    "Footage",
    "Framing",
    "Gaze",
    "Grain",
    "HandAtFace",
    "Head",
    "HeadPose",
    "Hum",
    "Inapplicable",
    "Job",
    "Judgement",
    "Length",
    "LevelFade",
    "LevelJump",
    "Light",
    "Loudness",
    "LoudnessSpread",
    "LowerFace",
    "Mark",
    "Mood",
    "Music",
    "NoiseFloor",
    "OtherEyes",
    "Outcome",
    "Pauses",
    "Payload",
    "PayloadFiles",
    "Person",
    "Picture",
    "PlanFaults",
    "Production",
    "Recording",
    "Report",
    "Reverberation",
    "RuleStatus",
    "Script",
    "Severity",
    "Sides",
    "Sighting",
    "SignalToNoise",
    "Span",
    "Speech",
    "Status",
    "Text",
    "Transparency",
    "TruePeak",
    "Turn",
    "Unmeasurable",
    "UsageFault",
    "VoiceFit",
    "Voices",
    "WayUp",
    "at_least",
    "at_most",
    "check",
    "failed",
    "info",
    "listed",
    "passed",
    "probe",
    "quantity",
    "rule",
    "warned",
    "within",
]


def __getattr__(name: str) -> Any:
    # A rule needs nothing of what runs rules.
    if name == "check":
        from qcheck.api import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
