"""One file mended: repairs in their order, each where a rule finds what it answers.

Nothing is read or written here, and nothing done that was not needed: a repair runs where one of
its rules finds something on what the repairs before it made, or where the user asked for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from qcheck.core.job import Job
from qcheck.core.probe import Unmeasurable, wants
from qcheck.core.results import FileReport, Judgement, Severity
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.run import Ready
from qcheck.fixes.declaration import Changes, Encoded, Fix, Repaired, Wish
from qcheck.fixes.registry import fix_medium, load_fixes
from qcheck.media.content import Decoding, Picture, Recording
from qcheck.media.file import File
from qcheck.media.sniff import FORMATS
from qcheck.probes.evidence import Evidence

__all__ = [
    "Deed",
    "Mending",
    "carry_over",
    "mend",
    "right_name",
]


@dataclass(frozen=True)
class Deed:
    """What one repair did."""

    fix: str
    safe: bool
    says: str


@dataclass(frozen=True)
class Mending:
    """What became of one file."""

    data: bytes
    """The mended file; the file's own bytes where nothing was to be done."""
    format: str
    deeds: tuple[Deed, ...]
    hides: tuple[str, ...]
    """Rules whose findings the new file no longer shows although nothing mended them."""
    content: Picture | Recording
    """As it was encoded."""
    vain: tuple[Deed, ...] = ()
    """Repairs whose rules found something that they could not mend, and why."""


def mend(ready: Ready, wish: Wish) -> Mending:
    """Mend a portrait or a recording.

    Raises Unmeasurable, with the reason, for a file that cannot be decoded whole: what a damaged
    file has lost cannot be mended, and writing the rest would hide it.
    """
    file = ready.evidence.file
    medium = fix_medium(file.medium)
    decoding = ready.evidence.get(Decoding)
    content = decoding.content
    if decoding.fault is not None or not isinstance(content, Picture | Recording):
        raise Unmeasurable(decoding.fault or "it is neither a portrait nor a recording")
    if medium is None or file.format is None:
        raise Unmeasurable("it is neither a portrait nor a recording")
    course = _Course(ready, dataclasses.replace(wish, limits=ready.limits), content)
    for fix in load_fixes(medium):
        course.try_repair(fix)
    return course.result(content, file.format.name)


class _Course:
    """A file on its way through the repairs."""

    def __init__(self, ready: Ready, wish: Wish, content: Picture | Recording) -> None:
        self.job = ready.job
        self.wish = wish
        self.selected = [each for each in ready.selected if each.rule.name not in ready.ignored]
        self.original = ready.evidence.file.data
        self.known: dict[type, object] = {type(content): content, Wish: wish, Changes: Changes()}
        self.evidence = ready.evidence.also_knowing(self.known)
        self.deeds: list[Deed] = []
        self.vain: list[Deed] = []
        self.hides: list[str] = []
        self.encoded: Encoded | None = None

    def try_repair(self, fix: Fix) -> None:
        """Make the repair if it is wanted and helps."""
        if fix.name in self.wish.left_out or (not fix.safe and not self.wish.unsafe):
            return
        if not fix.answers and self.wish.found_only:
            return
        judged = [each for each in self.selected if each.rule.name in fix.answers]
        found = _found(fix, judged, self.evidence, self.job)
        changed = self.evidence.get(Changes).content
        if not (found or not fix.answers or fix.wished(self.wish) or (fix.encodes and changed)):
            return
        repaired = self._made_by(fix)
        if repaired is None:
            if found:
                self.vain.append(Deed(fix.name, fix.safe, "cannot help here"))
            return
        self._take(fix, repaired, judged, changed)

    def _made_by(self, fix: Fix) -> Repaired | None:
        asked = wants(fix.function)
        try:
            return fix.function(**{name: self.evidence.get(each) for name, each in asked.items()})
        except Unmeasurable:
            return None

    def _take(
        self, fix: Fix, repaired: Repaired, judged: Sequence[Selected], changed: bool
    ) -> None:
        """Go on with what was made, unless it is unsafe and no better."""
        touched = any(isinstance(value, Picture | Recording) for value in repaired.values)
        made = {**self.known, **{type(value): value for value in repaired.values}}
        made[Changes] = Changes(changed or touched)
        file = _file_in(repaired.values) or self.evidence.file
        after = Evidence(file, self.job, known=made)
        if not fix.safe:
            minded = [*judged, *(each for each in self.selected if each.rule.name in fix.minds)]
            was = _all_found(minded, self.evidence, self.job)
            if not _better(_all_found(minded, after, self.job), was):
                says = "not done: the result would be no better"
                self.vain.append(Deed(fix.name, fix.safe, says))
                return
        self.known, self.evidence = made, after
        self.deeds.append(Deed(fix.name, fix.safe, repaired.says))
        written = next((v for v in repaired.values if isinstance(v, Encoded)), None)
        self.encoded = written or self.encoded
        if touched or (written is not None and written.data != self.original):
            self.hides += fix.hides

    def result(self, content: Picture | Recording, format_name: str) -> Mending:
        last, deeds, vain = self.evidence.get(type(content)), tuple(self.deeds), tuple(self.vain)
        if self.encoded is None:
            return Mending(self.evidence.file.data, format_name, deeds, (), last, vain)
        encoded = self.encoded
        return Mending(encoded.data, encoded.format, deeds, tuple(self.hides), last, vain)


def _file_in(values: Sequence[object]) -> File | None:
    return next((value for value in values if isinstance(value, File)), None)


def _found(fix: Fix, judged: Sequence[Selected], evidence: Evidence, job: Job) -> list[Judgement]:
    """What the repair's rules find that it can mend, warnings and worse."""
    return [each for _, each in _all_found(judged, evidence, job) if fix.mends(each)]


def _all_found(
    judged: Sequence[Selected], evidence: Evidence, job: Job
) -> list[tuple[str, Judgement]]:
    """Warnings and worse, each with its rule's name."""
    return [
        (each.rule.name, judgement)
        for each in judged
        if evidence.file.medium in each.rule.media
        for judgement in run_rule(each, evidence, job).judgements
        if judgement.severity is not None and judgement.severity >= Severity.WARNING
    ]


def _better(
    after: Sequence[tuple[str, Judgement]], before: Sequence[tuple[str, Judgement]]
) -> bool:
    """Whether what changes the picture or the voice is worth it.

    One finding in the place of another is not: nobody asked for a picture without shoulders because
    the face is off the middle.
    """

    def severity(found: Sequence[tuple[str, Judgement]]) -> tuple[int, int]:
        severities = [int(judgement.severity or 0) for _, judgement in found]
        return max(severities, default=0), sum(severities)

    if severity(after) != severity(before):
        return severity(after) < severity(before)
    if {rule for rule, _ in after} - {rule for rule, _ in before}:
        return False
    return sum(100 - each.score for _, each in after) < sum(100 - each.score for _, each in before)


def carry_over(before: FileReport, after: FileReport, mending: Mending) -> FileReport:
    """Findings that the new file only hides stay findings: a poor MP3 is no better as a WAV."""
    outcomes = []
    for outcome in after.outcomes:
        old = next((o for o in before.outcomes if o.rule == outcome.rule), None)
        if (
            old is None
            or outcome.rule not in mending.hides
            or (outcome.severity or 0) >= (old.severity or 0)
        ):
            outcomes.append(outcome)
            continue
        kept = [
            dataclasses.replace(
                j,
                message=f"{j.message} The new file no longer shows it, but cannot mend it.",
                fix=None,
            )
            for j in old.judgements
            if j.severity is not None and not _mended(outcome.rule, j, mending)
        ]
        judgements = (*kept, *(j for j in outcome.judgements if j.severity is not None))
        outcomes.append(
            dataclasses.replace(outcome, status=old.status, judgements=judgements)
            if kept
            else outcome
        )
    return dataclasses.replace(after, outcomes=tuple(outcomes))


def _mended(rule: str, judgement: Judgement, mending: Mending) -> bool:
    """Whether a repair that was made answers this finding."""
    done = {deed.fix for deed in mending.deeds}
    medium = "portrait" if isinstance(mending.content, Picture) else "voice"
    return any(
        fix.name in done and rule in fix.answers and fix.mends(judgement)
        for fix in load_fixes(medium)
    )


def right_name(stem: str, suffix: str, format_name: str) -> str:
    """The original name, with an extension that belongs to the format."""
    extensions = FORMATS[format_name].extensions
    if suffix.lower().removeprefix(".") in extensions:
        return stem + suffix
    return f"{stem}.{extensions[0]}"
