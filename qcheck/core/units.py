"""How a measured number is written for a person: rounding and unit in one place."""

from __future__ import annotations

__all__ = ["quantity"]

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


def quantity(value: float | str | None, unit: str = "") -> str:
    """Return ``value`` with its unit, rounded as that unit is usually written.

    A ``share`` (0 to 1) is written in percent, bytes in MB from a megabyte on, Hz in kHz from a
    kilohertz on. A string passes through.
    """
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    if unit == "share":
        percent = value * 100
        return f"{percent:.0f} %" if abs(percent) >= 10 else f"{percent:.2g} %"
    if unit == "bytes" and value >= 1_000_000:
        return f"{value / 1_000_000:.1f} MB"
    if unit == "Hz" and value >= 1000:
        return f"{value / 1000:.4g} kHz"
    if unit == "" and float(value).is_integer():
        return f"{value:.0f}"
    decimals = _DECIMALS.get(unit, 1)
    number = f"{value:.{decimals}f}"
    if float(number) == 0:
        number = number.lstrip("-")
    if number.startswith("-"):
        number = "\N{MINUS SIGN}" + number[1:]
    return number + ("°" if unit == "°" else f" {unit}" if unit else "")
