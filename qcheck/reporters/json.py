"""For programs: everything, field for field stable within a schema version."""

from __future__ import annotations

import json
from typing import Any

from qcheck import __version__
from qcheck.reporters import View
from qcheck.results import Box, FileReport, Judgement, Outcome, Report, Span
from qcheck.wording import verdict

__all__ = ["SCHEMA_VERSION", "render"]

SCHEMA_VERSION = 1
"""Raised when a field is removed or changes its meaning; new fields do not raise it."""


def render(report: Report, view: View) -> str:
    document = {
        "schema_version": SCHEMA_VERSION,
        "qcheck_version": __version__,
        "verdict": verdict(report),
        "exit_code": report.exit_code,
        "target": report.target,
        "fail_on": report.fail_on.label if report.fail_on else "never",
        "min_score": report.min_score,
        "counts": report.counts(),
        "notes": list(report.notes),
        "seconds": round(report.seconds, 4),
        "files": [_file(file, report) for file in report.files],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _file(file: FileReport, report: Report) -> dict[str, Any]:
    return {
        "file": file.file,
        "medium": file.medium,
        "blocks": report.blocks(file),
        "severity": file.severity.label if file.severity else None,
        "score": {"weakest": _number(file.weakest_score), "mean": _number(file.mean_score)},
        "seconds": round(file.seconds, 4),
        "ignored": [{"rule": rule, "reason": why} for rule, why in file.ignored.items()],
        "outcomes": [_outcome(outcome) for outcome in file.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "code": outcome.code,
        "status": outcome.status.value,
        "severity": outcome.severity.label if outcome.severity else None,
        "score": _number(outcome.score),
        "reason": outcome.reason or None,
        "unmeasured": outcome.unmeasured,
        "seconds": round(outcome.seconds, 6),
        "judgements": [_judgement(judgement) for judgement in outcome.judgements],
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "severity": judgement.severity.label if judgement.severity else None,
        "message": judgement.message,
        "measured": _number(judgement.measured),
        "wanted": _number(judgement.wanted),
        "unit": judgement.unit or None,
        "score": _number(judgement.score),
        "where": [_place(where) for where in judgement.where],
        "fix": judgement.fix,
    }


def _place(where: Box | Span) -> dict[str, float]:
    names = where.__dataclass_fields__
    return {name: round(float(getattr(where, name)), 3) for name in names}


def _number(value: float | str | None) -> float | str | None:
    """JSON has no infinity and no NaN: they are told as text."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    rounded = round(number, 6)
    return int(rounded) if rounded.is_integer() else rounded
