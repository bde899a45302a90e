"""Sentences that more than one output format needs."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Outcome, Report, Severity

__all__ = [
    "briefly",
    "by_reason",
    "place",
    "places",
    "plural",
    "shortened",
    "summary",
    "unexplained",
    "verdict",
]

_MOST_PLACES = 4


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def shortened(text: str, most: int = 120) -> str:
    """``text``, or its beginning: what a stranger wrote may be as long as a book."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def briefly(value: object) -> str:
    """A value that somebody gave, as Python writes it, at a length that can be read."""
    return shortened(_BRIEF.repr(value))


_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 80


def place(where: Box | Span) -> str:
    """A spot for a person: pixels of the upright picture, or time in the recording."""
    if isinstance(where, Span):
        if where.end_s - where.start_s < 0.01:
            return f"{_clock(where.start_s)}"
        return f"{_clock(where.start_s)} to {_clock(where.end_s)}"
    return (
        f"x {where.left_px:.0f} to {where.right_px:.0f}, "
        f"y {where.top_px:.0f} to {where.bottom_px:.0f} px"
    )


def places(wheres: Iterable[Box | Span]) -> str:
    """The first few spots, and how many more there are."""
    spots = [place(where) for where in wheres]
    more = len(spots) - _MOST_PLACES
    return "; ".join(spots[:_MOST_PLACES]) + (f"; and {more} more" if more > 0 else "")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"


def by_reason(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Names of rules by the reason that they share: one cause is told once."""
    rules: dict[str, list[str]] = {}
    for outcome in outcomes:
        rules.setdefault(outcome.reason, []).append(outcome.rule)
    return {reason: ", ".join(names) for reason, names in rules.items()}


def unexplained(file: FileReport) -> dict[str, str]:
    """Rules that apply and could not look, where no error of the file says why."""
    return {} if file.severity is Severity.ERROR else by_reason(file.unmeasured)


def summary(report: Report) -> str:
    """The verdict in a sentence, with what was found and in how many files."""
    counts = report.counts()
    found = ", ".join(
        plural(counts[severity], severity) for severity in ("error", "warning") if counts[severity]
    )
    target = f" for {report.target}" if report.target else ""
    checked = plural(len(report.files), "file") + target
    blocked = sum(map(report.blocks, report.files))
    if 0 < blocked < len(report.files):
        checked += f", of which {blocked} {'blocks' if blocked == 1 else 'block'}"
    crashed = "a rule crashed" + (f"; {found}" if found else "")
    return {
        "ready": f"Ready: {plural(len(report.files), 'file')} checked{target}, "
        f"{found or 'nothing to mend'}.",
        "blocked": f"Not ready: {found or 'something could not be checked'} in {checked}.",
        "crashed": f"Not ready: {crashed} in {checked if found else _crashed_files(report)}.",
        "unchecked": "Nothing was checked.",
    }[verdict(report)]


def _crashed_files(report: Report) -> str:
    crashed, whole = sum(bool(each.crashes) for each in report.files), len(report.files)
    of = f"{crashed} of {plural(whole, 'file')}" if crashed < whole else plural(whole, "file")
    return f"{of} for {report.target}" if report.target else of


def verdict(report: Report) -> str:
    """One word for the job: ``ready``, ``blocked`` or ``crashed``; ``unchecked`` without a file."""
    if report.crashed:
        return "crashed"
    if not report.files:
        return "unchecked"
    return "blocked" if report.blocked else "ready"
