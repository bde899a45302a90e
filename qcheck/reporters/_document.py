"""The report as data, for `json` and `jsonl`: field for field what their schema says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report
from qcheck.core.version import VERSION
from qcheck.core.wording import verdict
from qcheck.engine.fingerprints import fingerprints

__all__ = ["SCHEMA_VERSION", "file_document", "number", "outcomes", "place_document", "run_fields"]

SCHEMA_VERSION = 1
"""Raised when a field is removed or changes its meaning; new fields do not raise it."""


def run_fields(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "qcheck_version": VERSION,
        "verdict": verdict(report),
        "exit_code": report.exit_code,
        "target": report.target,
        "fail_on": report.fail_on.label if report.fail_on else "never",
        "min_score": report.min_score,
        "counts": report.counts(),
        "notes": list(report.notes),
        "seconds": round(report.seconds, 4),
    }


def file_document(file: FileReport, report: Report) -> dict[str, Any]:
    return {
        "file": file.file,
        "medium": file.medium,
        "blocks": report.blocks(file),
        "severity": file.severity.label if file.severity else None,
        "score": {"weakest": number(file.weakest_score), "mean": number(file.mean_score)},
        "seconds": round(file.seconds, 4),
        "ignored": [{"rule": rule, "reason": why} for rule, why in file.ignored.items()],
    }


def outcomes(file: FileReport, root: Path) -> list[dict[str, Any]]:
    prints = {id(finding.judgement): mark for finding, mark in fingerprints(file, root)}
    return [_outcome(outcome, prints) for outcome in file.outcomes]


def _outcome(outcome: Outcome, prints: dict[int, str]) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "code": outcome.code,
        "status": outcome.status.value,
        "severity": outcome.severity.label if outcome.severity else None,
        "score": number(outcome.score),
        "reason": outcome.reason or None,
        "unmeasured": outcome.unmeasured,
        "seconds": round(outcome.seconds, 6),
        "judgements": [_judgement(j, prints.get(id(j))) for j in outcome.judgements],
    }


def _judgement(judgement: Judgement, mark: str | None) -> dict[str, Any]:
    return {
        "severity": judgement.severity.label if judgement.severity else None,
        "message": judgement.message,
        "measured": number(judgement.measured),
        "wanted": number(judgement.wanted),
        "unit": judgement.unit or None,
        "score": number(judgement.score),
        "where": [place_document(where) for where in judgement.where],
        "fix": judgement.fix,
        "fingerprint": mark,
    }


def place_document(where: Box | Span) -> dict[str, float]:
    names = where.__dataclass_fields__
    return {name: round(float(getattr(where, name)), 3) for name in names}


def number(value: float | str | None) -> float | str | None:
    """JSON has no infinity and no NaN: they are told as text."""
    if value is None or isinstance(value, str):
        return value
    given = float(value)
    if given != given or given in (float("inf"), float("-inf")):
        return str(given)
    rounded = round(given, 6)
    return int(rounded) if rounded.is_integer() else rounded
