"""Every rule in turn raises, and every measurement: it is shown, and the gate stays shut.

They are found, not listed: one that is added is broken here, too. What does not depend on the
broken part is measured once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from qcheck.core.job import Job
from qcheck.core.probe import measure_function, wants
from qcheck.core.results import FileReport, Report, Severity, Status
from qcheck.core.rule import PartLimits, Rule
from qcheck.engine.judge import Selected, applies, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media.file import File
from qcheck.probes import evidence as evidence_module
from qcheck.probes.evidence import Beside, Evidence
from qcheck.probes.video import Frames

FIXTURES = Path(__file__).parents[1] / "fixtures"
SPEECH = Job(app="falai/dia-tts")
RENDER = Job(app="bytedance/omnihuman-1-5")
GIVEN = (File, Job, Beside, PartLimits)
"""What is no measurement: it is handed in."""


@dataclass
class Subject:
    """A fixture, and what was measured of it."""

    evidence: Evidence
    job: Job
    report: FileReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = check_file(self.evidence, every_rule(), self.job)


@cache
def every_rule() -> tuple[Selected, ...]:
    return tuple(Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all)


@cache
def subjects() -> tuple[Subject, ...]:
    def of(name: str, role: str | None = None) -> File:
        return File(str(FIXTURES / name), (FIXTURES / name).read_bytes(), role=role)

    payload = json.dumps(
        {"image": str(FIXTURES / "portrait.png"), "audio": str(FIXTURES / "voice.wav")}
    )
    voice = Evidence(of("voice.wav"), RENDER)
    return (
        Subject(Evidence(of("portrait.png"), RENDER), RENDER),
        Subject(Evidence(of("portrait.png", "picture"), RENDER), RENDER),
        Subject(Evidence(of("defects/transparency.webp"), RENDER), RENDER),
        Subject(voice, RENDER),
        Subject(Evidence(of("talk.mp4"), RENDER, voice), RENDER),
        Subject(Evidence(of("captions.srt"), RENDER, voice), RENDER),
        Subject(Evidence(of("script.txt"), SPEECH), SPEECH),
        Subject(Evidence(File("job.json", payload.encode(), role="payload"), RENDER), RENDER),
        Subject(Evidence(of("talk.toml", "plan"), RENDER), RENDER),
    )


def needed(wanted: type) -> set[type]:
    """``wanted`` and everything that it is measured from."""
    if wanted in GIVEN:
        return set()
    inner = wants(measure_function(wanted)).values()
    return {wanted}.union(*(needed(each) for each in inner))


def needed_by(rule: Rule) -> set[type]:
    asked = (each for each in wants(rule.function).values() if each not in (rule.limits, *GIVEN))
    return set().union(*(needed(each) for each in asked))


def every_measurement() -> list[type]:
    found = set().union(*(needed_by(rule) for rule in load_rules().all))
    return sorted(found, key=lambda each: each.__name__)


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken on purpose")


def like(function: Callable[..., Any]) -> Callable[..., Any]:
    """Asks for the same, and raises."""

    def raising(*_: Any, **__: Any) -> NoReturn:
        broken()

    raising.__annotations__ = wants(function)
    return raising


def exit_code(report: FileReport) -> int:
    return Report((report,), None, Severity.ERROR).exit_code


def said(report: FileReport) -> dict[str, Any]:
    return {outcome.rule: replace(outcome, seconds=0.0, trace="") for outcome in report.outcomes}


def crashed(report: FileReport) -> set[str]:
    return {outcome.rule for outcome in report.outcomes if outcome.status is Status.CRASHED}


def test_with_nothing_broken_no_rule_crashes_and_every_rule_is_asked() -> None:
    assert [crashed(subject.report) for subject in subjects()] == [set()] * len(subjects())
    asked = {outcome.rule for subject in subjects() for outcome in subject.report.outcomes}
    assert asked == {rule.name for rule in load_rules().all}


@pytest.mark.parametrize("name", [rule.name for rule in load_rules().all])
def test_a_rule_that_raises_is_shown_and_hides_nothing(name: str) -> None:
    rule = load_rules().get(name)
    rules = tuple(
        replace(each, rule=replace(rule, function=like(rule.function)))
        if each.rule is rule
        else each
        for each in every_rule()
    )
    shown = 0
    for subject in subjects():
        medium = subject.evidence.file.medium
        if not applies(rule, medium):
            continue
        sound = said(subject.report)
        report = check_file(subject.evidence, rules, subject.job)
        if sound[name].status is Status.SKIPPED:
            # What it asks for is not there, so that it is not called.
            continue
        shown += 1
        assert exit_code(report) == 2
        assert crashed(report) == {name}
        assert "broken on purpose" in said(report)[name].reason
        assert {n: o for n, o in said(report).items() if n != name} == {
            n: o for n, o in sound.items() if n != name
        }
    assert shown


@pytest.mark.parametrize("wanted", every_measurement(), ids=lambda each: each.__name__)
def test_a_measurement_that_raises_is_shown_by_each_rule_that_asks_for_it(
    wanted: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = measure_function

    def measured_by(cls: type) -> Callable[..., Any]:
        return like(real(cls)) if cls is wanted else real(cls)

    monkeypatch.setattr(evidence_module, "measure_function", measured_by)
    shown = 0
    for subject in subjects():
        report = check_file(without(subject.evidence, wanted), every_rule(), subject.job)
        asking = set(rules_that_ask(subject, wanted))
        shown += len(asking)
        assert asking <= crashed(report)
        assert exit_code(report) == (2 if crashed(report) else exit_code(subject.report))
        sound = said(subject.report)
        assert all(o == sound[n] for n, o in said(report).items() if n not in crashed(report))
    assert shown


def without(evidence: Evidence, wanted: type) -> Evidence:
    """As if ``wanted``, and what is measured from it, were still to be measured."""
    known = {
        cls: value
        for cls, value in evidence._taken.items()
        if cls in GIVEN or wanted not in needed(cls)
    }
    if isinstance(seen := known.get(Frames), Frames):
        # Each frame is a picture of its own.
        frames = (replace(f, evidence=without(f.evidence, wanted)) for f in seen.frames)
        known[Frames] = replace(seen, frames=tuple(frames))
    return Evidence(evidence.file, known=known)


def rules_that_ask(subject: Subject, wanted: type) -> Iterator[str]:
    """Rules that were called on the sound fixture, and needed ``wanted`` for that."""
    for outcome in subject.report.outcomes:
        rule = load_rules().get(outcome.rule)
        if outcome.status is not Status.SKIPPED and wanted in needed_by(rule):
            yield rule.name
