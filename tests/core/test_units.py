"""A measured number as a person reads it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.units import limit_text, listed, quantity, quantity_apart

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


@pytest.mark.parametrize(
    ("value", "limit", "unit", "text"),
    [
        (8.3, 8, "°", "8.3°"),
        (8.03, 8, "°", "8.03°"),
        (8.0004, 8, "°", "8.01°"),
        (7.9996, 8, "°", "7.99°"),
        (12.4, 8, "°", "12°"),
        (0.498, 0.5, "share", "49.8 %"),
        (0.0499, 0.05, "share", "4.99 %"),
        (511.6, 512, "px", "511.6 px"),
        (-59.99, -60, "dBFS", "−59.99 dBFS"),
        (44_099.9, 44_100, "Hz", "44.0999 kHz"),
        (15_000_001, 15_000_000, "bytes", "15.001 MB"),
        (999_999, 1_000_000, "bytes", "999999 bytes"),
        (0.50003, 0.5, "", "0.5001"),
        (8, 8, "°", "8°"),
        ("MP3", "WAV", "", "MP3"),
        (float("inf"), 8, "s", "inf s"),
        (3.2, None, "s", "3.20 s"),
    ],
)
def test_a_number_never_reads_as_the_limit_that_it_misses(
    value: float | str, limit: float | str | None, unit: str, text: str
) -> None:
    assert quantity_apart(value, limit, unit) == text


@given(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.sampled_from(sorted({*HALF_A_STEP})),
)
def test_a_number_beyond_its_limit_reads_as_beyond_it(value: float, away: float, unit: str) -> None:
    limit = value + away * 1e-6
    number, shown = quantity_apart(value, limit, unit), limit_text(limit, unit)
    if value != limit:
        assert number != shown


@pytest.mark.parametrize(
    ("limit", "unit", "text"),
    [
        (12.5, "°", "12.5°"),
        (0.125, "share", "12.5 %"),
        (-60.25, "dBFS", "−60.25 dBFS"),
        (11_025, "Hz", "11.025 kHz"),
        (512, "px", "512 px"),
        (1.5, "s", "1.50 s"),
        (None, "s", "nothing"),
    ],
)
def test_a_limit_is_written_with_the_digits_that_it_has(
    limit: float | None, unit: str, text: str
) -> None:
    assert limit_text(limit, unit) == text


@pytest.mark.parametrize(
    ("things", "said"),
    [
        ((), ""),
        (("the nose",), "the nose"),
        (("the nose", "the mouth"), "the nose and the mouth"),
        (("an eye", "the nose", "the mouth"), "an eye, the nose and the mouth"),
    ],
)
def test_a_list_reads_as_one_says_it(things: tuple[str, ...], said: str) -> None:
    assert listed(things) == said
