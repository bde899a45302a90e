"""Runs the selected rules over one file and collects what they say."""

from __future__ import annotations

import dataclasses
import reprlib
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qcheck.core.credentials import hider
from qcheck.core.errors import place_of, told
from qcheck.core.job import Job
from qcheck.core.media import MEDIA
from qcheck.core.probe import Inapplicable, Unmeasurable, wants
from qcheck.core.results import FileReport, Judgement, Outcome, Status
from qcheck.core.rule import Rule
from qcheck.core.system_libraries import LibraryMissing
from qcheck.engine.findings import bounded
from qcheck.engine.frames import gathered
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.video import Frames

__all__ = ["Selected", "applies", "check_file", "run_rule"]


@dataclass(frozen=True)
class Selected:
    """A rule that will run, with its limits resolved."""

    rule: Rule
    limits: Any


def check_file(
    evidence: Evidence,
    selected: Iterable[Selected],
    job: Job,
    ignored: Mapping[str, str] | None = None,
) -> FileReport:
    """Judge a file by every selected rule of its medium.

    Never raises for bad input or a broken rule: both end up in the report. A file of no medium is
    judged by the rules of every medium, which is how ``readable`` comes to say so. Raises
    :class:`LibraryMissing` where this machine cannot look at such files at all.
    """
    start = time.perf_counter()
    ignored = ignored or {}
    file = evidence.file
    outcomes = [
        _run_on_frames(each, evidence, job)
        if file.medium == "video" and each.rule.judges_frames
        else run_rule(each, evidence, job)
        for each in selected
        if applies(each.rule, file.medium) and each.rule.name not in ignored
    ]
    return FileReport(
        file=file.name,
        medium=file.medium,
        outcomes=_without_credentials(outcomes),
        seconds=time.perf_counter() - start,
        probe_seconds=evidence.seconds,
        ignored=dict(ignored),
    )


def _without_credentials(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Messages may quote an address with its signature: no report, cache or baseline gets it."""
    hide = hider()

    def hidden(value: float | str | None) -> float | str | None:
        return hide(value) if isinstance(value, str) else value

    return tuple(
        dataclasses.replace(
            outcome,
            reason=hide(outcome.reason),
            trace=hide(outcome.trace),
            judgements=tuple(
                dataclasses.replace(
                    judgement,
                    message=hide(judgement.message),
                    measured=hidden(judgement.measured),
                    wanted=hidden(judgement.wanted),
                )
                for judgement in outcome.judgements
            ),
        )
        for outcome in outcomes
    )


def applies(rule: Rule, medium: str) -> bool:
    """Rules of one medium run on it; a file of no known medium gets the rules that take any."""
    return medium in rule.media or (medium not in MEDIA and set(rule.media) == set(MEDIA))


def _run_on_frames(selected: Selected, evidence: Evidence, job: Job) -> Outcome:
    """Ask a rule for portraits about every frame that was kept, and gather what it says."""
    rule = selected.rule
    try:
        frames = evidence.get(Frames).frames
    except Unmeasurable as reason:
        return _skipped(rule, reason)
    except ProbeCrashed as crash:
        return _crashed(rule, str(crash), crash.__cause__ or crash)
    said = [(frame.at_s, run_rule(selected, frame.evidence, job)) for frame in frames]
    return gathered(said, rule.frames_at_most)


def run_rule(selected: Selected, evidence: Evidence, job: Job) -> Outcome:
    """Run one rule; whatever it raises becomes its outcome."""
    rule = selected.rule
    try:
        arguments = {
            name: _argument(wanted, selected, evidence, job)
            for name, wanted in wants(rule.function).items()
        }
        start = time.perf_counter()
        judgements = _judgements(rule.function(**arguments))
    except Unmeasurable as reason:
        return _skipped(rule, reason)
    except ProbeCrashed as crash:
        return _crashed(rule, str(crash), crash.__cause__ or crash)
    except (LibraryMissing, KeyboardInterrupt):
        # Every rule for such files would say the same: the run ends, and says it once.
        raise
    except BaseException as error:
        # A rule that leaves the program would take every other finding with it.
        return _crashed(rule, f"{told(error)} ({place_of(rule.function, error)})", error)
    failed = any(j.severity is not None for j in judgements)
    return Outcome(
        rule.name,
        rule.code,
        Status.FAIL if failed else Status.PASS,
        judgements=judgements,
        seconds=time.perf_counter() - start,
    )


def _judgements(said: object) -> tuple[Judgement, ...]:
    """What a rule returned, or yielded. Raises TypeError for anything else."""
    if isinstance(said, Judgement):
        return (said,)
    if isinstance(said, Iterable) and not isinstance(said, str):
        return bounded(_each_judgement(said))
    raise _no_judgement(said)


def _each_judgement(said: Iterable[object]) -> Iterator[Judgement]:
    for each in said:
        if not isinstance(each, Judgement):
            raise _no_judgement([each])
        yield each


def _no_judgement(said: object) -> TypeError:
    return TypeError(
        f"it returned {reprlib.repr(said)}, which is no Judgement (passed(…), at_most(…), …)"
    )


def _argument(wanted: type, selected: Selected, evidence: Evidence, job: Job) -> Any:
    if wanted is Job:
        return job
    if wanted is type(selected.limits):
        return selected.limits
    return evidence.get(wanted)


def _skipped(rule: Rule, reason: Unmeasurable) -> Outcome:
    unmeasured = not isinstance(reason, Inapplicable)
    says = str(reason) or "no reason is given"
    return Outcome(rule.name, rule.code, Status.SKIPPED, reason=says, unmeasured=unmeasured)


def _crashed(rule: Rule, reason: str, error: BaseException) -> Outcome:
    trace = "".join(traceback.format_exception(error))
    return Outcome(rule.name, rule.code, Status.CRASHED, reason=reason, trace=trace)
