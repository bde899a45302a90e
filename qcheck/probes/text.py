"""What is measured on the written inputs of a job: declarations only, light to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qcheck.core.places import Span
from qcheck.core.probe import probe

__all__ = [
    "CaptionedSpeech",
    "Captions",
    "Contract",
    "Cue",
    "NamedFile",
    "Payload",
    "PayloadFiles",
    "Script",
    "Turn",
]


@probe("qcheck.probes.contract:read_payload")
@dataclass(frozen=True)
class Payload:
    """What is sent to an app as its input."""

    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class NamedFile:
    """A file that a payload names."""

    key: str
    """``media_files[0].file``."""
    value: str
    fault: str | None
    """Why it would not be uploaded, as a clause; None where it would."""
    remote: bool
    """Whether it lies elsewhere, so that nothing of it can be checked here."""


@probe("qcheck.probes.contract:hold_against_contract")
@dataclass(frozen=True)
class Contract:
    """A payload against its app's contract."""

    app: str
    unknown: tuple[tuple[str, str | None], ...]
    """Keys that the app does not know, each with the one that was probably meant."""
    missing: tuple[str, ...]
    """Keys that are needed and not there."""
    misfits: tuple[tuple[str, str], ...]
    """Keys whose value the app would refuse, each with the reason: completes "KEY …"."""


@probe("qcheck.probes.contract:find_files")
@dataclass(frozen=True)
class PayloadFiles:
    """The files that a payload names.

    Where the app's contract is known, those of its inputs that take one; else whatever names a file
    that is there, or an address of a picture, a recording or a video.
    """

    files: tuple[NamedFile, ...]


@dataclass(frozen=True)
class Turn:
    """What one speaker says in one go."""

    speaker: str
    """``S1``; empty before the first tag."""
    text: str
    line: int


@probe("qcheck.probes.script:read_script")
@dataclass(frozen=True)
class Script:
    """A text for Dia: turns of speakers, with nonverbal sounds in parentheses."""

    turns: tuple[Turn, ...]
    nonverbals: tuple[str, ...]
    """What stands in parentheses, without them, in order."""
    stray: tuple[str, ...]
    """Brackets and tags that are neither a speaker's nor a nonverbal's."""
    spoken_words: int
    estimated_s: float
    """How long it takes to say, at the pace of English conversation."""
    foreign_letters_share: float
    """Share of the letters that English does not use."""
    english_words_share: float
    """Share of the words that are among English's most frequent ones."""


@dataclass(frozen=True)
class Cue:
    """One caption."""

    number: int
    """Its place in the file, from 1."""
    start_s: float
    end_s: float
    lines: tuple[str, ...]
    """As shown: without mark-up."""

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)

    @property
    def characters(self) -> int:
        """Letters, spaces and signs, line breaks not counted."""
        return sum(len(line) for line in self.lines)

    @property
    def characters_per_s(self) -> float:
        """How fast it has to be read; infinite where it is shown for no time."""
        return self.characters / self.seconds if self.seconds > 0 else float("inf")


@probe("qcheck.probes.captions:read_captions")
@dataclass(frozen=True)
class Captions:
    """Captions in the order in which they stand in the file."""

    cues: tuple[Cue, ...]

    @property
    def gaps_s(self) -> tuple[float, ...]:
        """From the end of each caption to the start of the next; negative where they overlap."""
        pairs = zip(self.cues, self.cues[1:], strict=False)
        return tuple(after.start_s - before.end_s for before, after in pairs)


@probe("qcheck.probes.captions:hear_beside")
@dataclass(frozen=True)
class CaptionedSpeech:
    """Captions against the recording that they are for."""

    offset_s: float | None
    """How much later the captions are than the speech; None where it cannot be told."""
    uncovered: tuple[Span, ...]
    """Speech that no caption covers, each stretch at least half a second long."""
    silent_cues: tuple[int, ...]
    """Numbers of captions during which nobody speaks."""
    recording_s: float
    """Length of the recording."""

    @property
    def uncovered_s(self) -> float:
        """All the speech that no caption covers."""
        return sum((span.seconds for span in self.uncovered), 0.0)
