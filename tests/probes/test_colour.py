"""Colour of skin and of the picture, where both are known."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.media.file import File
from qcheck.probes.backdrop import reduce_picture
from qcheck.probes.colour import measure_colour
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Colour

FACE = synthetic.face(400)
DRAWN = synthetic.drawn(FACE)
SIDE = DRAWN.shape[0]


def colour_of(bgr: np.ndarray) -> Colour:
    small = reduce_picture(synthetic.picture(bgr))
    return measure_colour(small, synthetic.skin(bgr, FACE), synthetic.crop(bgr, FACE))


@pytest.mark.parametrize("rgb", [(205, 160, 138), (92, 62, 48), (245, 215, 195)])
def test_the_lab_of_skin_is_that_of_the_drawn_colour(rgb: tuple[int, int, int]) -> None:
    colour = colour_of(synthetic.drawn(FACE, rgb))
    patch = np.float32([[rgb[::-1]]]) / 255
    lightness, a, b = (float(v) for v in cv2.cvtColor(patch, cv2.COLOR_BGR2Lab)[0, 0])
    assert colour.skin_lightness == pytest.approx(lightness, abs=1)
    assert colour.skin_chroma == pytest.approx(np.hypot(a, b), abs=1.5)
    assert colour.skin_hue_deg == pytest.approx(np.degrees(np.arctan2(b, a)), abs=3)
    assert 20 < colour.skin_hue_deg < 80


def test_a_grey_picture_has_no_chroma() -> None:
    grey = cv2.cvtColor(cv2.cvtColor(DRAWN, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert colour_of(grey.astype(np.uint8)).chroma_p95 < 1
    assert colour_of(DRAWN).chroma_p95 > 10


def test_a_blue_filter_turns_the_hue() -> None:
    blue = np.clip(DRAWN * np.array([1.4, 1.0, 0.55]), 0, 255).astype(np.uint8)
    assert -180 < colour_of(blue).skin_hue_deg < -45


@pytest.mark.parametrize("rgb", [(205, 160, 138), (92, 62, 48), (245, 215, 195)])
def test_the_tone_of_skin_is_no_cast_and_a_filter_is(rgb: tuple[int, int, int]) -> None:
    face = synthetic.drawn(FACE, rgb)
    assert colour_of(face).cast < 0.8
    for gains, hue in (((0.35, 1.0, 1.25), 80), ((1.6, 0.95, 0.6), -90), ((0.6, 1.15, 0.6), 150)):
        tinted = colour_of(np.clip(face * np.array(gains), 0, 255).astype(np.uint8))
        assert tinted.cast > 0.8
        away = (tinted.cast_hue_deg - hue + 180) % 360 - 180
        assert abs(away) < 60


def test_skin_is_redder_than_the_whites_of_the_eyes_in_any_light_and_bluer_when_swapped(
    fixtures: Path,
) -> None:
    bgr = cv2.imread(str(fixtures / "portrait.png"), cv2.IMREAD_COLOR)
    assert bgr is not None

    def measured(pixels: np.ndarray) -> Colour:
        stored = cv2.imencode(".png", np.ascontiguousarray(pixels))[1].tobytes()
        return Evidence(File("portrait.png", stored)).get(Colour)

    as_it_is, swapped = measured(bgr), measured(bgr[..., ::-1])
    lit_blue = measured((bgr * [1.0, 0.75, 0.5]).astype(np.uint8))
    assert as_it_is.skin_warmth_stops > 0
    assert swapped.skin_warmth_stops < -0.5
    assert swapped.warmer_than_white_stops < 0
    assert lit_blue.skin_warmth_stops < as_it_is.skin_warmth_stops
    assert lit_blue.warmer_than_white_stops > 0
