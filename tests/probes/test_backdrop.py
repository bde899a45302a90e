"""What is behind a drawn person."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.core.probe import Unmeasurable
from qcheck.probes.backdrop import describe_background, measure_backdrop, reduce_picture
from qcheck.probes.portrait import Backdrop, Person, Thumbnail

FACE = synthetic.face(400)


DRAWN = synthetic.drawn(FACE)


SIDE = DRAWN.shape[0]


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


@pytest.mark.parametrize("sigma_px", [1.5, 3.0])
def test_outlines_are_as_wide_as_they_were_blurred(sigma_px: float) -> None:
    bars = np.repeat((np.arange(384) // 48 % 2 * 120 + 60)[np.newaxis], 384, axis=0)
    bgr = cv2.GaussianBlur(np.repeat(bars[..., None], 3, 2).astype(np.float32), (0, 0), sigma_px)
    nobody = Person(np.zeros((384, 384), np.float32), 1.0)
    measured, _ = describe_background(Thumbnail(bgr.astype(np.uint8), 1.0), nobody)
    middle = measured[33]
    assert 2**middle == pytest.approx(sigma_px, rel=0.15)
