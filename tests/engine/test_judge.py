"""The engine with rules and probes of the tests' own."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from qcheck import (
    Box,
    Inapplicable,
    Judgement,
    Span,
    Unmeasurable,
    at_most,
    failed,
    info,
    passed,
    probe,
)
from qcheck.core.job import Job
from qcheck.core.media import MEDIA
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.core.rule import NoLimits, Rule, RuleStatus
from qcheck.core.system_libraries import LibraryMissing
from qcheck.engine.judge import Selected, applies, check_file, run_rule
from qcheck.media.file import File
from qcheck.models.locate import ModelMissing
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.video import Frame, Frames

PNG = File("picture.png", b"\x89PNG\r\n\x1a\n")
TEXT = File("notes.txt", b"hello")

calls: list[str] = []


def measure_bytes(file: File) -> Bytes:
    calls.append("bytes")
    return Bytes(file.size_bytes)


@probe(measure_bytes)
@dataclass(frozen=True)
class Bytes:
    count: int


def measure_nothing(file: File) -> Absent:
    raise Unmeasurable("there is nothing to see")


@probe(measure_nothing)
@dataclass(frozen=True)
class Absent:
    pass


def measure_inapplicable(file: File) -> Inapt:
    raise Inapplicable("the file has no bit rate")


@probe(measure_inapplicable)
@dataclass(frozen=True)
class Inapt:
    pass


def measure_badly(file: File) -> Broken:
    calls.append("broken")
    raise ZeroDivisionError("by nothing")


@probe(measure_badly)
@dataclass(frozen=True)
class Broken:
    pass


def measure_without_model(file: File) -> Modelled:
    raise ModelMissing("the model x.task is missing. Get it with `qcheck models fetch`")


@probe(measure_without_model)
@dataclass(frozen=True)
class Modelled:
    pass


def small(data: Bytes) -> Judgement:
    return at_most(data.count, warn=4, fail=100, unit="bytes", says="{measured}, {wanted} wanted.")


def small_too(data: Bytes) -> Judgement:
    return info("There are {measured} bytes.", measured=data.count)


def sees_nothing(absent: Absent) -> Judgement:
    raise AssertionError("a rule ran without what it asked for")


def inapt(inapt: Inapt) -> Judgement:
    raise AssertionError("a rule ran without what it asked for")


def broken(broken: Broken) -> Judgement:
    raise AssertionError("a rule ran without what it asked for")


def modelled(modelled: Modelled) -> Judgement:
    raise AssertionError("a rule ran without what it asked for")


def crashes(data: Bytes) -> Judgement:
    raise RuntimeError("oh")


def lie(file: File) -> Liar:
    return None


@probe(lie)
@dataclass(frozen=True)
class Liar:
    """Measured by what returns no such thing."""


def leave(file: File) -> Leaver:
    sys.exit(0)


@probe(leave)
@dataclass(frozen=True)
class Leaver:
    """Measured by what ends the program."""


def asks_a_liar(liar: Liar) -> Judgement:
    return passed("Fine.")


def asks_a_leaver(leaver: Leaver) -> Judgement:
    return passed("Fine.")


def returns_text(data: Bytes) -> Judgement:
    return "fine"


def says_nothing(data: Bytes) -> list[Judgement]:
    return []


def check(
    *functions: object, file: File = PNG, ignored: dict[str, str] | None = None
) -> FileReport:
    rules = [
        Rule(f.__name__, f"T{i:02d}", ("portrait",), NoLimits, f, RuleStatus.STABLE, "")
        for i, f in enumerate(functions)
    ]
    return check_file(
        Evidence(file), [Selected(rule, NoLimits()) for rule in rules], Job(), ignored
    )


@dataclass(frozen=True)
class Limits:
    fail_above_bytes: float = 5


def limited(data: Bytes, limits: Limits, job: Job) -> Judgement:
    return at_most(data.count, fail=limits.fail_above_bytes, says=f"{job.speakers} of {{wanted}}.")


def test_a_rule_gets_its_limits_and_the_job() -> None:
    rule = Rule("limited", "T01", ("portrait",), Limits, limited, RuleStatus.STABLE, "")
    for limits, severity in ((Limits(), Severity.ERROR), (Limits(8), None)):
        outcome = run_rule(Selected(rule, limits), Evidence(PNG), Job(speakers=2))
        (judgement,) = outcome.judgements
        assert (outcome.rule, outcome.code) == ("limited", "T01")
        assert (judgement.severity, judgement.wanted) == (severity, limits.fail_above_bytes)
        assert judgement.message == f"2 of {limits.fail_above_bytes}."


def test_a_reason_is_given_even_where_none_is() -> None:
    def mute(data: Bytes) -> Judgement:
        raise Unmeasurable

    (outcome,) = check(mute).outcomes
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, "no reason is given")
    assert outcome.unmeasured


def test_a_library_that_the_machine_lacks_ends_the_run() -> None:
    """Every rule for such files would say the same."""

    def lacks(data: Bytes) -> Judgement:
        raise LibraryMissing("this system lacks libGL.so.1")

    with pytest.raises(LibraryMissing, match=r"lacks libGL\.so\.1"):
        check(small, lacks)


def video(*frames: File, failure: Exception | None = None) -> Evidence:
    """A video of which these frames were kept, a second apart."""
    kept = tuple(Frame(float(i), Evidence(frame)) for i, frame in enumerate(frames))
    evidence = Evidence(File("talk.mp4", b"", role="video"), known={Frames: Frames(kept)})
    if failure is not None:
        del evidence._taken[Frames]
        evidence._failed[Frames] = failure
    return evidence


def judged_frames(function: object, evidence: Evidence, **changes: Any) -> Outcome:
    media = ("portrait", "video")
    rule = Rule("framed", "T01", media, NoLimits, function, RuleStatus.STABLE, "")
    selected = Selected(dataclasses.replace(rule, **changes), NoLimits())
    (outcome,) = check_file(evidence, [selected], Job()).outcomes
    return outcome


def too_large(data: Bytes) -> Judgement:
    return at_most(data.count, fail=8, unit="bytes", says="It is {measured}.")


LARGE = File("picture.png", PNG.data.ljust(9))


def test_a_rule_for_portraits_is_asked_about_every_frame_of_a_video() -> None:
    assert judged_frames(too_large, video(PNG, PNG)).status is Status.PASS
    outcome = judged_frames(too_large, video(PNG, LARGE, LARGE))
    assert outcome.severity is Severity.ERROR
    assert outcome.judgements[0].where == (Span(1, 2),)
    milder = judged_frames(too_large, video(LARGE), frames_at_most=Severity.WARNING)
    assert milder.severity is Severity.WARNING


def test_a_rule_for_videos_alone_is_asked_about_the_whole() -> None:
    assert judged_frames(too_large, video(LARGE), media=("video",)).status is Status.PASS


def test_frames_that_cannot_be_had_are_no_pass() -> None:
    dark = judged_frames(too_large, video(failure=Unmeasurable("it does not decode")))
    assert (dark.status, dark.reason) == (Status.SKIPPED, "it does not decode")
    assert dark.unmeasured
    apt = judged_frames(too_large, video(failure=Inapplicable("it has no picture")))
    assert (apt.status, apt.unmeasured) == (Status.SKIPPED, False)
    crash = ProbeCrashed("measuring Frames: boom")
    crash.__cause__ = ZeroDivisionError("by nothing")
    crashed = judged_frames(too_large, video(failure=crash))
    assert (crashed.status, crashed.reason) == (Status.CRASHED, "measuring Frames: boom")
    assert "by nothing" in crashed.trace


def report(*files: FileReport, fail_on: Severity | None = Severity.ERROR) -> Report:
    return Report(tuple(files), None, fail_on)


def test_a_probe_is_measured_once_for_all_rules() -> None:
    calls.clear()
    check(small, small_too)
    assert calls == ["bytes"]


def test_a_failing_probe_is_tried_once_and_crashes_every_rule_that_asks() -> None:
    calls.clear()
    checked = check(broken, broken, small)
    assert calls == ["broken", "bytes"]
    assert [o.status for o in checked.outcomes] == [Status.CRASHED, Status.CRASHED, Status.FAIL]
    assert "ZeroDivisionError" in checked.outcomes[0].trace


def test_a_crash_hides_no_other_finding_and_keeps_the_gate_shut() -> None:
    checked = check(crashes, small)
    assert [f.rule for f in checked.findings] == ["small"]
    assert report(checked).exit_code == 2
    assert report(checked, fail_on=None).exit_code == 2


def test_a_rule_that_returns_no_judgement_has_crashed() -> None:
    outcome = check(returns_text).outcomes[0]
    assert outcome.status is Status.CRASHED
    assert "no Judgement" in outcome.reason


NAN = float("nan")


@pytest.mark.parametrize(
    ("returns", "says"),
    [
        (lambda: at_most(NAN, warn=1, says="It is {measured}."), "measured: it is not a number"),
        (lambda: passed("Fine.", measured=NAN), "measured: it is not a number"),
        (lambda: failed("Bad.", wanted=NAN), "wanted: it is not a number"),
        (lambda: failed("Bad.", measured=[1]), "a number or text is expected, not [1]"),
        (lambda: failed("Bad.", score=NAN), "score: 0 to 100 is expected, not nan"),
        (lambda: failed("Bad.", score=101), "score: 0 to 100 is expected, not 101"),
        (lambda: failed("Bad.", score="low"), "score: 0 to 100 is expected, not 'low'"),
        (lambda: failed(" "), "message: a sentence is expected"),
        (lambda: Judgement(None, 3, 0), "message: a sentence is expected"),
        (lambda: Judgement("error", "Bad.", 0), "severity: a Severity or None is expected"),
        (lambda: failed("Bad.", where="left"), "where: a Box or Spans are expected, not 'l'"),
        (lambda: failed("Bad.", where=Box(NAN, 0, 1, 1)), "is nowhere"),
        (lambda: None, "it returned None, which is no Judgement"),
        (lambda: "fine", "it returned 'fine', which is no Judgement"),
        (lambda: [passed("Fine."), True], "which is no Judgement"),
        (lambda: sys.exit(0), "SystemExit: 0"),
    ],
)
def test_nonsense_of_a_rule_is_a_crash_with_its_place_and_hides_nothing(
    returns: Callable[[], Any], says: str
) -> None:
    def nonsense(data: Bytes) -> Judgement:
        return returns()

    checked = check(nonsense, small)
    crash = checked.outcomes[0]
    assert crash.status is Status.CRASHED
    assert says in crash.reason
    assert re.search(r"\(test_judge\.py, line \d+\)$", crash.reason)
    assert [finding.rule for finding in checked.findings] == ["small"]
    assert report(checked, fail_on=None).exit_code == 2


def test_a_probe_that_returns_something_else_or_leaves_has_crashed() -> None:
    checked = check(asks_a_liar, asks_a_leaver, small)
    assert checked.outcomes[0].reason.startswith("measuring Liar: TypeError: it returned None,")
    assert checked.outcomes[1].reason.startswith("measuring Leaver: SystemExit: 0 (test_judge.py")
    assert [finding.rule for finding in checked.findings] == ["small"]


def test_a_rule_without_anything_to_say_passes() -> None:
    assert check(says_nothing).outcomes[0].status is Status.PASS


def test_what_could_not_be_measured_is_skipped_with_the_reason_and_blocks() -> None:
    checked = check(sees_nothing)
    outcome = checked.outcomes[0]
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, "there is nothing to see")
    assert report(checked).exit_code == 1
    assert report(checked, fail_on=None).exit_code == 0


def test_what_does_not_apply_is_skipped_and_does_not_block() -> None:
    checked = check(inapt)
    assert checked.outcomes[0].status is Status.SKIPPED
    assert report(checked).exit_code == 0


def test_a_missing_model_says_how_to_get_it_and_nothing_else() -> None:
    outcome = check(modelled).outcomes[0]
    assert outcome.status is Status.CRASHED
    assert outcome.reason == "the model x.task is missing. Get it with `qcheck models fetch`"


def test_an_ignored_rule_does_not_run_and_its_reason_is_kept() -> None:
    checked = check(small, ignored={"small": "archive"})
    assert checked.outcomes == ()
    assert checked.ignored == {"small": "archive"}


def test_a_warning_blocks_only_when_it_is_asked_to() -> None:
    checked = check(small)
    assert report(checked).exit_code == 0
    assert report(checked, fail_on=Severity.WARNING).exit_code == 1


def test_a_low_score_blocks_when_one_is_asked_for() -> None:
    checked = check(small)
    score = checked.weakest_score
    assert score is not None
    assert Report((checked,), None, Severity.ERROR, min_score=score).exit_code == 0
    assert Report((checked,), None, Severity.ERROR, min_score=score + 1).exit_code == 1


def test_a_file_of_unknown_content_that_no_rule_looked_at_blocks() -> None:
    checked = check(small, file=TEXT)
    assert checked.outcomes == ()
    assert report(checked).exit_code == 1


def test_a_run_without_a_file_is_not_a_pass() -> None:
    assert report().exit_code == 2


def test_rules_that_take_any_file_also_get_the_unknown_ones() -> None:
    both = Rule("r", "T01", MEDIA, NoLimits, small, RuleStatus.STABLE, "")
    one = Rule("r", "T01", ("voice",), NoLimits, small, RuleStatus.STABLE, "")
    assert applies(both, "unknown")
    assert not applies(one, "unknown")
    assert not applies(one, "portrait")


def test_findings_come_worst_first() -> None:
    def bad(data: Bytes) -> Judgement:
        return failed("It is bad.")

    assert [f.severity for f in check(small, small_too, bad).findings] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
    ]
