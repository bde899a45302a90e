"""Grain of known strength, drawn on a face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.core.probe import Unmeasurable
from qcheck.probes.grain import measure_grain


@pytest.mark.parametrize("sigma", [3.0, 6.0, 12.0])
def test_grain_is_what_was_added(sigma: float) -> None:
    face = synthetic.face(500)
    bgr = synthetic.noisy(synthetic.drawn(face), sigma)
    assert measure_grain(synthetic.crop(bgr, face)).sigma_levels == pytest.approx(sigma, rel=0.15)


def test_clean_skin_has_no_grain_and_texture_is_none() -> None:
    face = synthetic.face(500)
    bgr = synthetic.drawn(face)
    assert measure_grain(synthetic.crop(bgr, face)).sigma_levels < 0.5
    slope = np.linspace(0.5, 1.1, bgr.shape[1])[np.newaxis, :, np.newaxis]
    shaded = np.clip(bgr * slope, 0, 255).astype(np.uint8)
    assert measure_grain(synthetic.crop(shaded, face)).sigma_levels < 0.8


def test_freckles_and_pores_are_no_grain_however_crisp() -> None:
    face = synthetic.face(500)
    bgr = synthetic.drawn(face)
    rng = np.random.default_rng(5)
    # Detail that is alike at all scales: as much at each halving of the size.
    texture = sum(
        cv2.resize(
            rng.normal(0, 8, (bgr.shape[0] // step + 1, bgr.shape[1] // step + 1)),
            (bgr.shape[1], bgr.shape[0]),
            interpolation=cv2.INTER_CUBIC,
        )
        for step in (2, 4, 8)
    )
    rough = np.clip(bgr + texture[:, :, np.newaxis], 0, 255).astype(np.uint8)
    assert measure_grain(synthetic.crop(rough, face)).sigma_levels < 1


def test_grain_of_a_large_face_is_judged_reduced() -> None:
    large = synthetic.face(1024)
    bgr = synthetic.noisy(synthetic.drawn(large), 8)
    assert measure_grain(synthetic.crop(bgr, large)).sigma_levels == pytest.approx(4, rel=0.15)


def test_grain_cannot_be_seen_where_skin_is_blown_out() -> None:
    face = synthetic.face(500)
    with pytest.raises(Unmeasurable, match="evenly exposed"):
        measure_grain(synthetic.crop(np.full_like(synthetic.drawn(face), 255), face))
