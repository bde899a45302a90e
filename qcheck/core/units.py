"""How a measured number, or several things, are written for a person: in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from numbers import Real
from typing import TypeGuard

__all__ = ["limit_text", "listed", "quantity", "quantity_apart"]

_DECIMALS = {
    "px": 0,
    "Hz": 0,
    "bytes": 0,
    "kbit/s": 0,
    "s": 2,
    "°": 0,
    "dB": 1,
    "dBFS": 1,
    "dBTP": 1,
    "LUFS": 1,
    "LU": 1,
    "stops": 1,
    "share": 0,
    "": 2,
}

# More digits than usual that a number may take to stand apart from its limit, or a limit to be
# written as it is.
_MORE_DIGITS = 2


@dataclass(frozen=True)
class _Written:
    """A number on the scale and with the digits that its unit is usually written in."""

    value: float
    decimals: int
    suffix: str
    per_unit: float = 1.0
    """What one of the unit is on the scale that is written: 100 for a share in percent."""
    zeros: bool = True
    """Whether zeros at the end are kept."""

    def text(self, more: int = 0) -> str:
        """With so many ``more`` digits than usual, as far as they are not zeros at the end."""
        number = f"{self.value:.{self.decimals + more}f}"
        whole, _, rest = number.partition(".")
        kept = self.decimals if self.zeros else 0
        rest = rest[:kept] + rest[kept:].rstrip("0")
        return self._finished(f"{whole}.{rest}" if rest else whole)

    def away_from(self, limit: float) -> str:
        """Rounded at the last digit that may be added, to the side of ``limit`` it lies on."""
        side = ROUND_CEILING if self.value > limit else ROUND_FLOOR
        step = Decimal(1).scaleb(-(self.decimals + _MORE_DIGITS))
        rounded = Decimal(self.value).quantize(step, rounding=side)
        if float(rounded) == limit:
            rounded += step if side == ROUND_CEILING else -step
        return self._finished(f"{rounded:f}")

    def _finished(self, number: str) -> str:
        if float(number) == 0:
            number = number.lstrip("-")
        if number.startswith("-"):
            number = "\N{MINUS SIGN}" + number[1:]
        return number + self.suffix


def _number(text: str) -> float:
    digits = text.replace("\N{MINUS SIGN}", "-").rstrip("°").split(" ")[0]
    return float(digits)


def _written(value: float, unit: str) -> _Written:
    if unit == "share":
        percent = value * 100
        if abs(percent) >= 10:
            return _Written(percent, 0, " %", 100)
        return _Written(percent, _decimals_for(percent, 2), " %", 100, zeros=False)
    if unit == "bytes" and value >= 1_000_000:
        return _Written(value / 1_000_000, 1, " MB", 1e-6)
    if unit == "Hz" and value >= 1000:
        kilohertz = value / 1000
        return _Written(kilohertz, _decimals_for(kilohertz, 4), " kHz", 1e-3, zeros=False)
    suffix = "°" if unit == "°" else f" {unit}" if unit else ""
    if unit == "" and float(value).is_integer():
        return _Written(value, 0, suffix)
    return _Written(value, _DECIMALS.get(unit, 1), suffix)


def _decimals_for(value: float, significant: int) -> int:
    """How many decimals show so many significant digits."""
    if value == 0:
        return 0
    return max(0, significant - 1 - math.floor(math.log10(abs(value))))


def quantity(value: float | str | None, unit: str = "") -> str:
    """Return ``value`` with its unit, rounded as that unit is usually written.

    A ``share`` (0 to 1) is written in percent, bytes in MB from a megabyte on, Hz in kHz from a
    kilohertz on. A string passes through.
    """
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    # What is no number is refused where the judgement is taken, which says who gave it.
    if not isinstance(value, Real) or not math.isfinite(value):
        return f"{value}{'°' if unit == '°' else f' {unit}' if unit else ''}"
    return _written(value, unit).text()


def limit_text(limit: float | str | None, unit: str = "") -> str:
    """``limit`` with its unit, and with the digits that it has: 12.5 % is never "12 %"."""
    if not _finite(limit):
        return quantity(limit, unit)
    written = _written(limit, unit)
    texts = [written.text(more) for more in range(_MORE_DIGITS + 1)]
    exact = (text for text in texts if math.isclose(_number(text), written.value, rel_tol=1e-9))
    return next(exact, texts[-1])


def quantity_apart(value: float | str | None, limit: float | str | None, unit: str = "") -> str:
    """``value`` as :func:`quantity` has it, or with more digits where it would read as ``limit``.

    What lies beyond a limit reads as beyond it, however little that is: 49.8 % against 50 % is not
    "50 %", and what no further digit tells apart is rounded away from the limit.
    """
    if not _finite(value) or not _finite(limit) or value == limit:
        return quantity(value, unit)
    written = _written(value, unit)
    same_scale = written.per_unit / _written(limit, unit).per_unit
    shown_limit = _number(limit_text(limit, unit)) * same_scale
    for more in range(_MORE_DIGITS + 1):
        text = written.text(more)
        if _number(text) > shown_limit if value > limit else _number(text) < shown_limit:
            return text
    return written.away_from(shown_limit)


def _finite(value: float | str | None) -> TypeGuard[float]:
    return isinstance(value, Real) and math.isfinite(value)


def listed(things: Sequence[str]) -> str:
    """``the nose, the mouth and the chin``; empty where there is nothing."""
    return " and ".join(filter(None, (", ".join(things[:-1]), *things[-1:])))
