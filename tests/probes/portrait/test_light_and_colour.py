"""How bright a lit face is, whoever's it is."""

from __future__ import annotations

import dataclasses

import pytest

from qcheck.probes.portrait import Exposure

DARK = Exposure(0.03, 0.06, None, 0.9, 0, 0)


def test_lit_skin_counts_where_no_white_of_an_eye_shows() -> None:
    assert DARK.lit_luminance == 0.06


def test_the_brighter_of_skin_and_of_what_the_white_of_the_eye_says_counts() -> None:
    assert dataclasses.replace(DARK, eye_white_luminance=0.2).lit_luminance == pytest.approx(0.35)
    assert dataclasses.replace(DARK, eye_white_luminance=0.03).lit_luminance == 0.06
