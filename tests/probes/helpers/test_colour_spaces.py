"""Colour spaces against what others compute and what standards tabulate."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR, linear, to_lab


def test_light_doubles_where_the_standard_says() -> None:
    levels = np.array([[0, 1, 10, 11, 128, 188, 255]], np.uint8)
    light = linear(levels)[0]
    assert light[0] == 0
    assert light[-1] == 1
    # IEC 61966-2-1: a straight line up to level 10, a power from there on.
    assert light[1:3] == pytest.approx(np.array([1, 10]) / 255 / 12.92)
    assert light[4] == pytest.approx(0.2158605)
    assert light[5] == pytest.approx(0.5, abs=0.004)


def test_luminance_of_white_is_one() -> None:
    assert float(LUMINANCE_BGR.sum()) == pytest.approx(1)
    assert LUMINANCE_BGR.argmax() == 1


def test_lab_is_that_of_opencv() -> None:
    bgr = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    theirs = cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
    assert np.abs(to_lab(linear(bgr)) - theirs).max() < 0.5


def test_grey_has_no_colour() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    lab = to_lab(linear(grey[None])[0])
    assert np.abs(lab[:, 1:]).max() < 0.02
    assert lab[-1, 0] == pytest.approx(100)
    assert np.all(np.diff(lab[:, 0]) > 0)
