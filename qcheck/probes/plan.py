"""What is read from a plan, the file that describes a production: declarations only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qcheck.core.probe import probe

__all__ = ["Performer", "PlanFaults", "PlanFile", "PlanTable", "PlannedTurn", "Production"]


@probe("qcheck.probes.production:read_table")
@dataclass(frozen=True)
class PlanTable:
    """A plan as its TOML says."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class PlanFile:
    """A file that a plan names."""

    key: str
    """``turn[0].voice``."""
    value: str
    path: Path
    """From the working directory: a plan's paths count from the plan's folder."""
    fault: str | None
    """Why it cannot be used, as a clause."""


@probe("qcheck.probes.production:hold_against_schema")
@dataclass(frozen=True)
class PlanFaults:
    """A plan against what a plan may say."""

    unknown: tuple[tuple[str, str | None], ...]
    """Keys that no plan has, each with the one that was probably meant."""
    misfits: tuple[tuple[str, str], ...]
    """Keys whose value cannot be used, each with the reason: completes "KEY …"."""
    files: tuple[PlanFile, ...]


@dataclass(frozen=True)
class Performer:
    """Somebody who speaks."""

    name: str
    portrait: Path | None
    """None where the picture is still to be made, or a video is spoken over."""
    mask_index: int
    """Which face of the portrait, counted by size: 0 is the largest."""
    ref_audio: Path | None = None
    """A sample of the voice that the speech model is to speak with."""
    ref_text: str | None = None


@dataclass(frozen=True)
class PlannedTurn:
    """What one performer says in one go: a recording, or a text that is still to be spoken."""

    performer: str
    voice: Path | None
    text: str | None
    portrait: Path | None
    """The picture that moves; None where it is still to be made, or a video is spoken over."""


@probe("qcheck.probes.production:read_production")
@dataclass(frozen=True)
class Production:
    """A whole video: who speaks what, in which order, and what is made of it."""

    name: str
    """The plan's name without its folder and extension."""
    folder: Path
    app: str
    performers: tuple[Performer, ...]
    turns: tuple[PlannedTurn, ...]
    """In the order in which they are merged."""
    script: Path | None
    captions: Path | None
    captions_from_script: bool
    captions_declined: bool
    """Whether the plan says that no captions are wanted."""
    video: Path | None
    portrait_prompt: Mapping[str, Any] = field(default_factory=dict)
    """The inputs of the picture model; empty where a picture is there."""
    uncut_portrait: Path | None = None
    """The picture whose background is still to be removed."""
    remove_background: bool = False
    prefer_best: bool = False
    render: Mapping[str, Any] = field(default_factory=dict)
    """Further inputs of the app that renders."""
    merge: Mapping[str, Any] = field(default_factory=dict)
    """Further inputs of each clip that is merged."""
    caption_style: Mapping[str, Any] = field(default_factory=dict)
    """Further inputs of the app that writes the captions into the video."""
    output: Path = Path("talk.mp4")
    work: Path = Path("talk-run")
    """Where the stages' results lie."""
    max_speakers: int | None = None
    """How many people the app takes in one picture; None where nobody described it."""

    @property
    def performers_of(self) -> dict[Path | None, set[str]]:
        """Who speaks in each picture."""
        shared: dict[Path | None, set[str]] = {}
        for turn in self.turns:
            shared.setdefault(turn.portrait, set()).add(turn.performer)
        return shared

    @property
    def portraits_of(self) -> dict[str, tuple[Path | None, ...]]:
        """The pictures of each performer, in the order of their turns."""
        shown: dict[str, dict[Path | None, None]] = {}
        for turn in self.turns:
            shown.setdefault(turn.performer, {})[turn.portrait] = None
        return {who: tuple(pictures) for who, pictures in shown.items()}
