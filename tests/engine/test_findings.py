"""Thousands of findings of one rule: bounded in the report, and not one of them forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qcheck.core.judging import failed, info, passed, warned
from qcheck.core.places import Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.engine.baseline import Baseline
from qcheck.engine.findings import MOST_LISTED, bounded


def report_of(judgements: tuple[Judgement, ...]) -> Report:
    outcome = Outcome("r", "R01", Status.FAIL, judgements)
    return Report((FileReport("a.json", "payload", (outcome,)),), None, Severity.ERROR)


def errors(count: int, last: str = "The last is wrong.") -> Iterator[Judgement]:
    for i in range(count - 1):
        yield failed(f"Key {i} is wrong.")
    yield failed(last)


def test_what_fits_is_what_was_said() -> None:
    said = tuple(errors(MOST_LISTED))
    assert bounded(said) == said


def test_what_does_not_fit_is_counted() -> None:
    found = bounded(errors(40_000))
    assert len(found) == MOST_LISTED + 1
    assert found[-1].measured == 39_000
    assert found[-1].message.startswith("39000 more like these are not listed")


def test_an_error_behind_thousands_of_hints_still_blocks() -> None:
    def said() -> Iterator[Judgement]:
        for _ in range(5000):
            yield info("A fact.")
        yield warned("Not so good.", score=70)
        yield failed("Unusable.", score=3)
        yield passed("Fine.")

    found = bounded(said())
    assert [j.severity for j in found[MOST_LISTED:]] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
        None,
    ]
    assert min(j.score for j in found) == 3
    assert report_of(found).exit_code == 1


def test_a_baseline_that_knows_some_thousands_knows_no_other(tmp_path: Path) -> None:
    before = report_of(bounded(errors(3000)))
    known = Baseline(tmp_path / "b.json").updated(before)
    known = Baseline(known.path, tuple(known.found_in(before.files[0])))
    assert known.without_known(before).exit_code == 0
    assert known.without_known(report_of(bounded(errors(3000, "Another one.")))).exit_code == 1
    assert known.without_known(report_of(bounded(errors(3001)))).exit_code == 1


def test_a_message_as_long_as_a_book_is_shortened_and_its_spots_are_bounded() -> None:
    long = failed(
        "x" * 100_000, measured="y" * 100_000, where=[Span(i, i + 1) for i in range(5000)]
    )
    (found,) = bounded([long])
    assert len(found.message) == len(str(found.measured)) == 2000
    assert len(found.where) == MOST_LISTED
    assert found.severity is Severity.ERROR


def test_a_rule_that_never_stops_takes_no_memory() -> None:
    import itertools
    import tracemalloc

    tracemalloc.start()
    bounded(itertools.islice(errors(10**9), 200_000))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
