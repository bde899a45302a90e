"""A measured number as a person reads it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.units import quantity

# Half of the last digit that is written of each unit.
HALF_A_STEP = {
    **dict.fromkeys(("px", "bytes", "kbit/s", "°"), 0.5),
    **dict.fromkeys(("s", ""), 0.005),
    **dict.fromkeys(("dB", "dBFS", "dBTP", "LUFS", "LU", "stops", "words/min"), 0.05),
}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.347, "share", "35 %"),
        (0.1, "share", "10 %"),
        (0.0994, "share", "9.9 %"),
        (0.0012, "share", "0.12 %"),
        (999_999, "bytes", "999999 bytes"),
        (1_000_000, "bytes", "1.0 MB"),
        (5_300_000, "bytes", "5.3 MB"),
        (999, "Hz", "999 Hz"),
        (1000, "Hz", "1 kHz"),
        (44100, "Hz", "44.1 kHz"),
        (800.4, "Hz", "800 Hz"),
        (1.005, "s", "1.00 s"),
        (12.345, "s", "12.35 s"),
        (192.4, "kbit/s", "192 kbit/s"),
        (411.6, "px", "412 px"),
        (1.25, "stops", "1.2 stops"),
        (-23.04, "LUFS", "−23.0 LUFS"),
        (-3.06, "dB", "−3.1 dB"),
        (-0.04, "dBTP", "0.0 dBTP"),
        (-0.4, "px", "0 px"),
        (12.4, "°", "12°"),
        (-8, "°", "−8°"),
        (3, "", "3"),
        (1.504, "", "1.50"),
        (2.04, "words/min", "2.0 words/min"),
        ("MP3", "", "MP3"),
        ("-3 of them", "px", "-3 of them"),
        (None, "px", "nothing"),
    ],
)
def test_quantities_are_written_as_people_write_them(
    value: float | str | None, unit: str, text: str
) -> None:
    assert quantity(value, unit) == text


@given(
    st.floats(-1e7, 1e7, allow_nan=False),
    st.sampled_from(sorted({*HALF_A_STEP} - {"bytes"})),
)
def test_what_is_written_is_the_number_to_half_of_its_last_digit(value: float, unit: str) -> None:
    written = quantity(value, unit).replace("\N{MINUS SIGN}", "-")
    number = re.match(r"-?[\d.]+", written)
    assert number is not None
    assert abs(float(number[0]) - value) <= HALF_A_STEP[unit] * (1 + 1e-9)
    assert written == f"{number[0]}{'°' if unit == '°' else f' {unit}' if unit else ''}"


@given(st.floats(-0.049, 0), st.sampled_from(["dB", "dBFS", "dBTP", "LUFS", "LU", "stops"]))
def test_nothing_is_never_less_than_nothing(value: float, unit: str) -> None:
    assert quantity(value, unit) == f"0.0 {unit}"
