"""What a rule author imports, and nothing else."""

from qcheck.job import Job
from qcheck.judging import at_least, at_most, failed, info, passed, warned, within
from qcheck.media.decode import Decoding
from qcheck.media.file import File
from qcheck.probes.base import Inapplicable, Unmeasurable, probe
from qcheck.probes.portrait import (
    Backdrop,
    Body,
    Colour,
    Compression,
    Detail,
    Exposure,
    Face,
    Faces,
    Grain,
    HeadPose,
    Light,
    Person,
    Picture,
    Transparency,
)
from qcheck.probes.voice import Recording
from qcheck.results import Box, Judgement, Severity, Span
from qcheck.rule import RuleStatus, rule

__version__ = "0.1.0"

__all__ = [
    "Backdrop",
    "Body",
    "Box",
    "Colour",
    "Compression",
    "Decoding",
    "Detail",
    "Exposure",
    "Face",
    "Faces",
    "File",
    "Grain",
    "HeadPose",
    "Inapplicable",
    "Job",
    "Judgement",
    "Light",
    "Person",
    "Picture",
    "Recording",
    "RuleStatus",
    "Severity",
    "Span",
    "Transparency",
    "Unmeasurable",
    "at_least",
    "at_most",
    "failed",
    "info",
    "passed",
    "probe",
    "rule",
    "warned",
    "within",
]
