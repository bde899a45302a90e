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
from qcheck.fixes.declaration import Changes, Encoded, Fix, Wish
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
    "nothing_changed",
    "right_name",
    "wished_for_nothing",
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


def wished_for_nothing() -> Wish:
    """The wish where the command gave none."""
    return Wish()


def nothing_changed() -> Changes:
    """The state of a file that was only read."""
    return Changes()


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
    selected = [each for each in ready.selected if each.rule.name not in ready.ignored]
    wish = dataclasses.replace(wish, limits={each.rule.name: each.limits for each in selected})
    known: dict[type, object] = {type(content): content, Wish: wish, Changes: Changes()}
    evidence = ready.evidence.also_knowing(known)
    deeds: list[Deed] = []
    vain: list[Deed] = []
    hides: list[str] = []
    encoded: Encoded | None = None
    for fix in load_fixes(medium):
        if fix.name in wish.left_out or (not fix.safe and not wish.unsafe):
            continue
        if not fix.answers and wish.found_only:
            continue
        judged = [each for each in selected if each.rule.name in fix.answers]
        found = _found(fix, judged, evidence, ready.job)
        changed = evidence.get(Changes).content
        if not (found or not fix.answers or fix.wished(wish) or (fix.encodes and changed)):
            continue
        try:
            mended = fix.function(**{n: evidence.get(t) for n, t in wants(fix.function).items()})
        except Unmeasurable:
            mended = None
        if mended is None:
            if found:
                vain.append(Deed(fix.name, fix.safe, "cannot help here"))
            continue
        touched = any(isinstance(value, Picture | Recording) for value in mended.values)
        made = {**known, **{type(value): value for value in mended.values}}
        made[Changes] = Changes(changed or touched)
        after = Evidence(_file_in(mended.values) or evidence.file, ready.job, known=made)
        if not fix.safe:
            minded = [*judged, *(each for each in selected if each.rule.name in fix.minds)]
            was = _all_found(minded, evidence, ready.job)
            if not _better(_all_found(minded, after, ready.job), was):
                vain.append(Deed(fix.name, fix.safe, "not done: the result would be no better"))
                continue
        known, evidence = made, after
        deeds.append(Deed(fix.name, fix.safe, mended.says))
        written = next((v for v in mended.values if isinstance(v, Encoded)), None)
        encoded = written or encoded
        if touched or (written is not None and written.data != file.data):
            hides += fix.hides
    last = evidence.get(type(content))
    if encoded is None:
        now = evidence.file
        return Mending(now.data, file.format.name, tuple(deeds), (), last, tuple(vain))
    return Mending(encoded.data, encoded.format, tuple(deeds), tuple(hides), last, tuple(vain))


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
