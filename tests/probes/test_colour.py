"""Colour of skin and of the picture, where both are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.probes.backdrop import measure_backdrop, reduce_picture
from qcheck.probes.colour import measure_colour
from qcheck.probes.portrait import Backdrop, Colour, Faces, Person, Transparency
from qcheck.probes.transparency import measure_transparency

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


def backdrop_of(ground: np.ndarray, alpha: np.ndarray | None = None) -> Backdrop:
    bgr = np.where(synthetic.drawn(FACE) == 150, ground, synthetic.drawn(FACE)).astype(np.uint8)
    picture = synthetic.picture(bgr, alpha)
    return measure_backdrop(picture, reduce_picture(picture), synthetic.person_in(FACE, SIDE))


def test_backdrops_are_ordered_from_plain_to_busy() -> None:
    texture = np.random.default_rng(2).integers(0, 255, (SIDE // 12 + 1, SIDE // 12 + 1, 3))
    busy = np.kron(texture, np.ones((12, 12, 1)))[:SIDE, :SIDE].astype(np.uint8)
    soft = cv2.GaussianBlur(busy, (0, 0), 25).astype(np.float32)
    soft = cv2.normalize(soft, None, 40, 220, cv2.NORM_MINMAX).astype(np.uint8)
    plain, bokeh, wild = (backdrop_of(g) for g in (np.full_like(busy, 170), soft, busy))
    assert (plain.kind, bokeh.kind, wild.kind) == ("plain", "soft", "place")
    assert plain.outline_share < 0.001
    assert bokeh.outline_share < 0.02
    assert wild.outline_share > 0.3


@pytest.mark.parametrize("bgr", [(230, 90, 20), (40, 170, 60), (30, 40, 190), (20, 190, 230)])
def test_a_screen_of_any_colour_is_plain_also_with_a_stand_at_the_frame(
    bgr: tuple[int, int, int],
) -> None:
    screen = np.empty_like(DRAWN)
    screen[:] = bgr
    assert backdrop_of(screen).kind == "plain"
    screen[SIDE // 2 : 3 * SIDE // 4, : SIDE // 40] = 20
    assert backdrop_of(screen).kind == "plain"


def test_a_transparent_backdrop_is_told() -> None:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    assert backdrop_of(np.full_like(DRAWN, 170), alpha).kind == "transparent"
    assert backdrop_of(np.full_like(DRAWN, 170), alpha + 255).kind == "plain"


def test_without_background_there_is_nothing_to_judge() -> None:
    picture = synthetic.picture(DRAWN)
    everywhere = Person(np.ones((50, 50), np.float32), SIDE / 50)
    with pytest.raises(Unmeasurable, match="hardly any background"):
        measure_backdrop(picture, reduce_picture(picture), everywhere)


def transparency_of(alpha: np.ndarray | None, *, with_face: bool = True) -> Transparency:
    faces = Faces((FACE,) if with_face else ())
    return measure_transparency(synthetic.picture(DRAWN, alpha), faces)


def test_shares_of_alpha() -> None:
    alpha = np.full((SIDE, SIDE), 255, np.uint8)
    opaque = transparency_of(alpha)
    assert (opaque.clear_share, opaque.veiled_share, opaque.face_hole_share) == (0, 0, 0)
    alpha[: SIDE // 10] = 0
    alpha[-SIDE // 10 :] = 128
    cut = transparency_of(alpha)
    assert cut.clear_share == pytest.approx(0.1, abs=0.005)
    assert cut.veiled_share == pytest.approx(0.1, abs=0.005)
    assert cut.face_hole_share == 0


def test_a_hole_in_the_face_is_measured_where_there_is_a_face() -> None:
    alpha = np.full((SIDE, SIDE), 255, np.uint8)
    x, y = (int(v) for v in FACE.region.centre_px)
    alpha[y - 30 : y + 30, x - 30 : x + 30] = 0
    assert transparency_of(alpha).face_hole_share == pytest.approx(3600 / 95_000, rel=0.35)
    assert transparency_of(alpha, with_face=False).face_hole_share is None


def test_a_file_without_alpha_has_no_transparency() -> None:
    with pytest.raises(Inapplicable):
        transparency_of(None)
