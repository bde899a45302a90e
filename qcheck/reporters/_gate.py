"""Why the gate stays shut, rule by rule, for formats that tell blocking from not blocking."""

from __future__ import annotations

from collections.abc import Iterator

from qcheck.core.media import UNKNOWN
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status

__all__ = ["blocks", "is_unexplained", "low_scores", "nothing_checked", "unknown_file"]


def nothing_checked(report: Report) -> str | None:
    """Why a report without files is no pass; None where it is one or holds files."""
    return None if report.files or not report.exit_code else "there was nothing to check"


def blocks(report: Report, file: FileReport, outcome: Outcome) -> str | None:
    """Why ``outcome`` keeps the gate shut, in a sentence; None where it does not.

    The same decision as :meth:`Report.blocks`, taken apart; a rule that could not look is left to
    the error that says why, where there is one.
    """
    if outcome.status is Status.CRASHED:
        return f"it crashed: {outcome.reason}"
    if report.fail_on is None:
        return None
    if outcome.severity is not None and outcome.severity >= report.fail_on:
        worst = max(outcome.judgements, key=lambda j: j.severity or 0)
        return worst.message
    if is_unexplained(file, outcome):
        return f"could not be checked: {outcome.reason}"
    score = outcome.score
    if report.min_score is not None and score is not None and score < report.min_score:
        return f"its score is {score:.0f}; {report.min_score:g} at least is wanted"
    return None


def is_unexplained(file: FileReport, outcome: Outcome) -> bool:
    """Whether ``outcome`` applies and could not look, and no error of the file says why."""
    return outcome.unmeasured and file.severity is not Severity.ERROR


def low_scores(report: Report, file: FileReport) -> Iterator[tuple[Outcome, str]]:
    """Rules that keep the gate shut by their score alone, and why: no finding tells of them."""
    for outcome in file.outcomes:
        judged = outcome.status in (Status.PASS, Status.FAIL)
        found = (outcome.severity or 0) >= (report.fail_on or 0)
        if judged and not found and (why := blocks(report, file, outcome)):
            yield outcome, why


def unknown_file(report: Report, file: FileReport) -> str | None:
    """Why a file that no rule has looked at keeps the gate shut; None where it does not."""
    if file.medium == UNKNOWN and not file.outcomes and report.fail_on is not None:
        return "it is nothing that qcheck knows: no rule has looked at it"
    return None
