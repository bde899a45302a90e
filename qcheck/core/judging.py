"""The few ways in which a measurement is held against limits.

Every helper returns a :class:`~qcheck.core.results.Judgement` whose message is made from ``says``
with ``{measured}``, ``{wanted}`` and ``{limit}`` filled in. ``wanted`` is the limit that decided:
the error limit under an error, else the warning limit where there is one. ``{limit}`` is that limit
as a phrase, with what is recommended beside what is required: "must be at least 512 px (1024 px
recommended)". Whatever is beyond a limit also reads as beyond it, since the measured number is
written with as many digits as that takes (:func:`~qcheck.core.units.quantity_apart`).

Scores: 100 is one warning-to-error distance on the good side of the warning limit, 80 the warning
limit, 40 the error limit, 0 one distance beyond it; linear between. With one limit only, the
distance is half of the limit's magnitude (at least 1e-9). So scores fall as the measurement gets
worse, never rise, and mean the same for every rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qcheck.core.places import Box, Span
from qcheck.core.results import Judgement, Severity
from qcheck.core.units import limit_text, quantity, quantity_apart

__all__ = ["at_least", "at_most", "failed", "info", "passed", "warned", "within"]

_PLACEHOLDER = re.compile(r"\{(?:measured|wanted|limit)\}")

Where = Box | Span | Sequence[Box | Span] | None

_SCORE_AT_WARN = 80.0
_SCORE_AT_FAIL = 40.0


def _filled(says: str, measured: str, wanted: str, limit: str = "") -> str:
    # Not str.format: sentences quote what stands in scripts and payloads, braces included.
    values = {"{measured}": measured, "{wanted}": wanted, "{limit}": limit}
    return _PLACEHOLDER.sub(lambda found: values[found[0]], says)


def _places(where: Where) -> tuple[Box | Span, ...]:
    if where is None:
        return ()
    return (where,) if isinstance(where, Box | Span) else tuple(where)


def _score(excess: float, warn: float | None, fail: float | None) -> float:
    """Score of a measurement that is worse the larger it is."""
    if warn is None and fail is None:
        return 100.0
    if warn is not None and fail is not None and fail > warn:
        distance = fail - warn
        into_warning = (excess - warn) / distance
    else:
        only = fail if warn is None else warn
        assert only is not None
        distance = max(abs(only) / 2, 1e-9)
        into_warning = (excess - only) / distance + (1.0 if warn is None else 0.0)
    if into_warning <= 0:
        score = _SCORE_AT_WARN - (100 - _SCORE_AT_WARN) * into_warning
    else:
        score = _SCORE_AT_WARN - (_SCORE_AT_WARN - _SCORE_AT_FAIL) * into_warning
    return min(100.0, max(0.0, score))


def at_most(
    measured: float,
    *,
    warn: float | None = None,
    fail: float | None = None,
    unit: str = "",
    where: Where = None,
    says: str,
    fix: str | None = None,
) -> Judgement:
    """Judge a measurement that must not exceed ``warn`` (warning) or ``fail`` (error)."""
    return _beyond(measured, 1, warn, fail, unit, where, says, fix)


def at_least(
    measured: float,
    *,
    warn: float | None = None,
    fail: float | None = None,
    unit: str = "",
    where: Where = None,
    says: str,
    fix: str | None = None,
) -> Judgement:
    """Judge a measurement that must reach ``warn`` (else warning) and ``fail`` (else error)."""
    return _beyond(measured, -1, warn, fail, unit, where, says, fix)


def _beyond(
    measured: float,
    worse: int,
    warn: float | None,
    fail: float | None,
    unit: str,
    where: Where,
    says: str,
    fix: str | None,
) -> Judgement:
    """Judge a measurement that is worse the larger (``worse`` is 1) or the smaller (-1) it is."""
    excess = worse * measured
    warn_at, fail_at = (None if limit is None else worse * limit for limit in (warn, fail))
    severity = None
    if fail_at is not None and excess > fail_at:
        severity = Severity.ERROR
    elif warn_at is not None and excess > warn_at:
        severity = Severity.WARNING
    wanted = fail if warn is None or severity is Severity.ERROR else warn
    words = "at most" if worse > 0 else "at least"
    limit = f"{'must' if wanted == fail else 'should'} be {words} {limit_text(wanted, unit)}"
    if severity is Severity.ERROR and warn is not None and warn != fail:
        limit += f" ({limit_text(warn, unit)} recommended)"
    shown = quantity_apart(measured, wanted, unit) if severity else quantity(measured, unit)
    return Judgement(
        severity=severity,
        message=_filled(says, shown, limit_text(wanted, unit), limit),
        score=_score(excess, warn_at, fail_at),
        measured=measured,
        wanted=wanted,
        unit=unit,
        where=_places(where) if severity else (),
        fix=fix if severity else None,
    )


def within(
    measured: float,
    *,
    warn: tuple[float, float] | None = None,
    fail: tuple[float, float] | None = None,
    unit: str = "",
    where: Where = None,
    says: str,
    fix: str | None = None,
) -> Judgement:
    """Judge a measurement that must lie between two limits, each pair ``(low, high)``.

    The side nearer to its limit decides, as :func:`at_least` or :func:`at_most` would.
    """
    low = at_least(
        measured,
        warn=warn and warn[0],
        fail=fail and fail[0],
        unit=unit,
        where=where,
        says=says,
        fix=fix,
    )
    high = at_most(
        measured,
        warn=warn and warn[1],
        fail=fail and fail[1],
        unit=unit,
        where=where,
        says=says,
        fix=fix,
    )
    return min(low, high, key=lambda j: (-(j.severity or 0), j.score))


def passed(
    says: str, *, measured: float | str | None = None, unit: str = "", score: float = 100.0
) -> Judgement:
    """A pass, with what was measured."""
    return Judgement(
        None,
        _filled(says, quantity(measured, unit), ""),
        score,
        measured=measured,
        unit=unit,
    )


def info(
    says: str, *, measured: float | str | None = None, unit: str = "", where: Where = None
) -> Judgement:
    """A fact worth knowing, or a rule's word that it cannot tell: never blocks by default."""
    return _said(Severity.INFO, 100.0, says, measured, None, unit, where, None)


def warned(
    says: str,
    *,
    measured: float | str | None = None,
    wanted: float | str | None = None,
    unit: str = "",
    where: Where = None,
    fix: str | None = None,
    score: float = 60.0,
) -> Judgement:
    """A warning that no single number decides."""
    return _said(Severity.WARNING, score, says, measured, wanted, unit, where, fix)


def failed(
    says: str,
    *,
    measured: float | str | None = None,
    wanted: float | str | None = None,
    unit: str = "",
    where: Where = None,
    fix: str | None = None,
    score: float = 0.0,
) -> Judgement:
    """An error that no single number decides."""
    return _said(Severity.ERROR, score, says, measured, wanted, unit, where, fix)


def _said(
    severity: Severity,
    score: float,
    says: str,
    measured: float | str | None,
    wanted: float | str | None,
    unit: str,
    where: Where,
    fix: str | None,
) -> Judgement:
    return Judgement(
        severity,
        _filled(says, quantity_apart(measured, wanted, unit), limit_text(wanted, unit)),
        score,
        measured=measured,
        wanted=wanted,
        unit=unit,
        where=_places(where),
        fix=fix,
    )
