"""The stages of a production: what each does, from what, and what it leaves behind.

A stage runs an app, which is paid, or does something here. What is known of one beside its results
lies in files of its own, see :meth:`Stage.state_file`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from qcheck.core.results import Report
from qcheck.jobs.split import Cut
from qcheck.probes.plan import Production
from qcheck.targets.catalogue import find_target

__all__ = [
    "CAPTIONER",
    "CUT_OUT",
    "MERGER",
    "PICTURE",
    "SPEECH",
    "AppStage",
    "CaptionedStage",
    "CaptionsStage",
    "MergeStage",
    "PictureStage",
    "RenderStage",
    "SpeechStage",
    "SplitStage",
    "Stage",
    "StageBlocked",
    "StageFailed",
    "price_of",
]

SPEECH = "falai/dia-tts"
PICTURE = "falai/flux-dev-lora"
CUT_OUT = "infsh/birefnet"
MERGER = "infsh/media-merger"
CAPTIONER = "infsh/caption-videos"


class StageFailed(Exception):
    """A stage could not be carried out; the message names it and says why."""


class StageBlocked(Exception):
    """Something keeps a stage from being sent, or its result from being used."""

    def __init__(self, stage: str, report: Report, sent: bool) -> None:
        super().__init__(stage)
        self.report = report
        self.sent = sent
        """Whether the stage was carried out and its result is what blocks."""


@dataclass(frozen=True)
class Stage(ABC):
    """One step of a production."""

    medium: ClassVar[str]
    """What the results are, and are checked as."""
    name: str
    """``clip-002``."""
    says: str
    """What it does, for a person."""

    @property
    @abstractmethod
    def outputs(self) -> tuple[Path, ...]:
        """Where the results are planned to lie; an extension may turn out to be another."""

    @property
    @abstractmethod
    def place(self) -> Path:
        """What holds all results and nothing else: the one file, or a folder."""

    def state_file(self, ending: str) -> Path:
        """Where something about the stage is kept, apart from its results."""
        return self.place.parent / "state" / f"{self.name}.{ending}"

    @property
    def answer(self) -> Path:
        """Where the answer of the stage's app is kept."""
        return self.state_file("answer.json")


@dataclass(frozen=True)
class SplitStage(Stage):
    """A long recording is cut, here."""

    medium = "voice"
    source: Path
    cut: Cut
    folder: Path

    @property
    def outputs(self) -> tuple[Path, ...]:
        return tuple(self.folder / segment.file for segment in self.cut.manifest.segments)

    @property
    def place(self) -> Path:
        return self.folder


@dataclass(frozen=True)
class CaptionsStage(Stage):
    """What the captioning app takes is written, here."""

    medium = "payload"
    output: Path

    @property
    def outputs(self) -> tuple[Path, ...]:
        return (self.output,)

    @property
    def place(self) -> Path:
        return self.output


@dataclass(frozen=True)
class AppStage(Stage):
    """An app is run, and paid."""

    app: str
    payload: Mapping[str, Any]
    output: Path

    @property
    def outputs(self) -> tuple[Path, ...]:
        return (self.output,)

    @property
    def place(self) -> Path:
        return self.output

    @property
    def speakers(self) -> int:
        """How many people its inputs may show."""
        return 1

    @property
    def input(self) -> Mapping[str, Any] | Path:
        """What the app is given: the payload, or the file that an earlier stage writes it to."""
        return self.payload

    @abstractmethod
    def people(self, production: Production) -> int:
        """How many people its result must show."""


@dataclass(frozen=True)
class PictureStage(AppStage):
    """The portrait is made, or its background removed."""

    medium = "portrait"

    def people(self, production: Production) -> int:
        return len(production.performers_of.get(None, {""}))


@dataclass(frozen=True)
class SpeechStage(AppStage):
    """A text is spoken."""

    medium = "voice"

    @property
    def text(self) -> str:
        return str(self.payload["text"])

    def people(self, production: Production) -> int:
        return 1


@dataclass(frozen=True)
class RenderStage(AppStage):
    """A portrait speaks: what all the others are for."""

    medium = "video"
    faces: int
    """How many people its picture shows."""
    seconds: float | None
    """How long the clip will be, as far as it is known."""

    @property
    def speakers(self) -> int:
        return self.faces

    def people(self, production: Production) -> int:
        return self.faces


@dataclass(frozen=True)
class MergeStage(AppStage):
    """The clips are merged in order."""

    medium = "video"

    def people(self, production: Production) -> int:
        return _most_at_once(production)


@dataclass(frozen=True)
class CaptionedStage(AppStage):
    """The captions are written into the video."""

    medium = "video"
    payload_file: Path
    """Where :class:`CaptionsStage` writes the whole payload; ``payload`` lacks the captions."""

    @property
    def input(self) -> Mapping[str, Any] | Path:
        return self.payload_file

    def people(self, production: Production) -> int:
        return _most_at_once(production)


def _most_at_once(production: Production) -> int:
    return max(len(names) for names in production.performers_of.values())


def price_of(stage: Stage) -> float | None:
    """What a render costs, as far as its voice is there and its price published."""
    if not isinstance(stage, RenderStage) or stage.seconds is None:
        return None
    target = find_target(stage.app)
    return target.price_usd(stage.seconds, stage.payload) if target else None
