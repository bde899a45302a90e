"""What a rule says, and what the engine makes of it.

A rule returns :class:`Judgement` objects; the engine turns them into one :class:`Outcome` a rule
and file; reporters read nothing else. Everything here is frozen: nothing flows back.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real

from qcheck.core.media import UNKNOWN
from qcheck.core.places import Box, Span
from qcheck.core.units import limit_text, quantity, quantity_apart

__all__ = [
    "FileReport",
    "Finding",
    "Judgement",
    "Outcome",
    "Report",
    "Severity",
    "Status",
    "count_by_severity",
]


class Severity(enum.IntEnum):
    """How bad a finding is; ordered, so that ``max`` picks the worst."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Status(enum.Enum):
    """How a rule ended. Skipped and crashed are not pass."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Judgement:
    """One verdict of one rule: ``severity`` is None where the measurement is fine.

    ``measured`` and ``wanted`` are in ``unit``; ``message`` is a sentence for a photographer or a
    voice actor; ``score`` is 0 (hopeless) to 100 (nothing to wish for); ``where`` points into the
    upright picture or the recording; ``fix`` is a command line where one mends it.

    Raises TypeError and ValueError for what could not be shown or compared: a measurement that is
    not a number exceeds no limit, and must not pass for that.
    """

    severity: Severity | None
    message: str
    score: float
    measured: float | str | None = None
    wanted: float | str | None = None
    unit: str = ""
    where: tuple[Box | Span, ...] = ()
    fix: str | None = None

    @property
    def measured_text(self) -> str:
        """What was measured, with its unit; where it is beyond ``wanted``, it reads so too."""
        if self.severity is None:
            return quantity(self.measured, self.unit)
        return quantity_apart(self.measured, self.wanted, self.unit)

    @property
    def wanted_text(self) -> str:
        """The limit that decided, with its unit and all of its digits."""
        return limit_text(self.wanted, self.unit)

    def __post_init__(self) -> None:
        if not isinstance(self.severity, Severity | None):
            raise TypeError(f"severity: a Severity or None is expected, not {self.severity!r}")
        if not isinstance(self.message, str):
            raise TypeError(f"message: a sentence is expected, not {self.message!r}")
        if not self.message.strip():
            raise ValueError("message: a sentence is expected, and it is empty")
        if not isinstance(self.score, Real) or not 0 <= self.score <= 100:
            raise ValueError(f"score: 0 to 100 is expected, not {self.score!r}")
        for name, value in (("measured", self.measured), ("wanted", self.wanted)):
            if not isinstance(value, Real | str | None):
                raise TypeError(f"{name}: a number or text is expected, not {value!r}")
            if isinstance(value, Real) and math.isnan(value):
                raise ValueError(f"{name}: it is not a number (NaN)")
        for place in self.where:
            if not isinstance(place, Box | Span):
                raise TypeError(f"where: a Box or Spans are expected, not {place!r}")
            if not all(map(math.isfinite, vars(place).values())):
                raise ValueError(f"where: {place} is nowhere")


@dataclass(frozen=True)
class Outcome:
    """How one rule ended on one file."""

    rule: str
    code: str
    status: Status
    judgements: tuple[Judgement, ...] = ()
    reason: str = ""
    """Why it was skipped, or what crashed."""
    unmeasured: bool = False
    """Skipped although it applies: what it needs could not be measured. Never clean."""
    trace: str = ""
    """The traceback of a crash, for whoever mends it."""
    seconds: float = 0.0

    @property
    def severity(self) -> Severity | None:
        return max((j.severity for j in self.judgements if j.severity is not None), default=None)

    @cached_property
    def score(self) -> float | None:
        return min((j.score for j in self.judgements), default=None)


@dataclass(frozen=True)
class Finding:
    """A judgement that is not a pass, with the rule and the file it belongs to."""

    file: str
    rule: str
    code: str
    severity: Severity
    judgement: Judgement


@dataclass(frozen=True)
class FileReport:
    """Every outcome of one file, in the order of the rules' codes."""

    file: str
    medium: str
    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0
    probe_seconds: dict[str, float] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    """Rules that an ignore of the configuration took away, each with its written reason."""
    judged: tuple[str, str] | None = None
    """Path and SHA-256 of the content that was judged, where a job waits for the verdict."""
    exhibit: object | None = field(default=None, repr=False, compare=False)
    """What there is to see and hear of the file, where the run was asked for it: for the reporters
    that show it, and opaque to everything else."""

    @property
    def findings(self) -> list[Finding]:
        """Worst first; of those the ones that a command fixes, then by code."""
        found = [
            Finding(self.file, outcome.rule, outcome.code, judgement.severity, judgement)
            for outcome in self.outcomes
            for judgement in outcome.judgements
            if judgement.severity is not None
        ]
        return sorted(found, key=lambda f: (-f.severity, f.judgement.fix is None, f.code))

    @property
    def crashes(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.status is Status.CRASHED]

    @property
    def unmeasured(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.unmeasured]

    @property
    def severity(self) -> Severity | None:
        return max((f.severity for f in self.findings), default=None)

    @cached_property
    def scores(self) -> tuple[float, ...]:
        return tuple(o.score for o in self.outcomes if o.score is not None)

    @property
    def weakest_score(self) -> float | None:
        return min(self.scores, default=None)

    @property
    def mean_score(self) -> float | None:
        return sum(self.scores) / len(self.scores) if self.scores else None


@dataclass(frozen=True)
class Report:
    """The whole run: what every reporter gets."""

    files: tuple[FileReport, ...]
    target: str | None
    fail_on: Severity | None
    """The least severity that blocks; None: findings never block."""
    min_score: float | None = None
    notes: tuple[str, ...] = ()
    """One line each: expired ignores, things a person should know that no rule found."""
    seconds: float = 0.0
    before_a_job: bool = False
    """Whether a paid job waits: then a file that no rule looked at blocks."""
    none_left: bool = False
    """Whether no file is left because that was asked for: none changed, or all are excluded."""

    @property
    def findings(self) -> list[Finding]:
        return [finding for file in self.files for finding in file.findings]

    @property
    def crashed(self) -> bool:
        return any(file.crashes for file in self.files)

    def blocks(self, file: FileReport) -> bool:
        """Whether ``file`` keeps the gate shut.

        A rule that applies but could not be measured blocks as an error would, even where the rule
        that names the cause was ignored: a gate that did not look must not open.
        """
        if file.crashes:
            return True
        if self.fail_on is None:
            return False
        if (file.medium == UNKNOWN or self.before_a_job) and not file.outcomes:
            return True
        if file.severity is not None and file.severity >= self.fail_on:
            return True
        if file.unmeasured:
            return True
        weakest = file.weakest_score
        return self.min_score is not None and weakest is not None and weakest < self.min_score

    @property
    def blocked(self) -> bool:
        return any(self.blocks(file) for file in self.files)

    @property
    def exit_code(self) -> int:
        """0 nothing blocks, 1 something blocks, 2 a rule crashed or there was nothing to check.

        The same in every format.
        """
        if self.crashed or not (self.files or self.none_left):
            return 2
        return 1 if self.blocked else 0

    def counts(self) -> dict[str, int]:
        return count_by_severity(self.findings)


def count_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    counts = {severity.label: 0 for severity in sorted(Severity, reverse=True)}
    for finding in findings:
        counts[finding.severity.label] += 1
    return counts
