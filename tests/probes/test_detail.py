"""Blur, enlargement and grain of known size, drawn on a face."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.probes.base import Unmeasurable
from qcheck.probes.detail import measure_detail
from qcheck.probes.face import find_faces, main_face
from qcheck.probes.grain import measure_grain
from qcheck.probes.portrait import Detail
from qcheck.probes.skin import crop_face

FACE = synthetic.face(800)
DRAWN = synthetic.noisy(synthetic.drawn(FACE), 1.0)


def detail_of(bgr: np.ndarray) -> Detail:
    return measure_detail(synthetic.crop(bgr, FACE))


def test_a_sharp_face_holds_what_it_claims() -> None:
    detail = detail_of(DRAWN)
    assert detail.claimed_px == pytest.approx(800, abs=1)
    assert detail.equivalent_px > 800 / 1.5
    assert not detail.enlarged


@pytest.mark.parametrize("sigma", [2.0, 3.0, 5.0, 8.0])
def test_the_blur_is_what_was_added(sigma: float) -> None:
    detail = detail_of(cv2.GaussianBlur(DRAWN, (0, 0), sigma).astype(np.uint8))
    assert detail.blur_px == pytest.approx(sigma, rel=0.45)
    assert not detail.enlarged


def test_more_blur_leaves_less_detail() -> None:
    left = [
        detail_of(cv2.GaussianBlur(DRAWN, (0, 0), sigma).astype(np.uint8)).equivalent_px
        for sigma in (0.7, 1.2, 2, 4, 7)
    ]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("factor", [2.0, 2.5, 3.0, 4.0])
@pytest.mark.parametrize("kind", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
def test_an_enlarged_face_holds_the_detail_that_it_had(factor: float, kind: int) -> None:
    detail = detail_of(synthetic.enlarged(DRAWN, factor, kind))
    assert detail.equivalent_px == pytest.approx(800 / factor, rel=0.7)


@pytest.mark.parametrize("factor", [2.5, 3.0])
@pytest.mark.parametrize("quality", [None, 90])
def test_enlargement_leaves_its_period(factor: float, quality: int | None) -> None:
    bgr = synthetic.enlarged(synthetic.noisy(DRAWN, 3), factor)
    assert detail_of(synthetic.as_jpeg(bgr, quality) if quality else bgr).enlarged


@pytest.mark.parametrize("quality", [95, 75, 40])
def test_blur_saved_as_jpeg_is_no_enlargement(quality: int) -> None:
    blurred = cv2.GaussianBlur(synthetic.noisy(DRAWN, 3), (0, 0), 2.0).astype(np.uint8)
    assert not detail_of(synthetic.as_jpeg(blurred, quality)).enlarged


def test_smooth_skin_and_a_blurred_background_are_no_lack_of_detail() -> None:
    blurred = cv2.GaussianBlur(DRAWN, (0, 0), 12)
    band = slice(int(FACE.landmarks_px[10, 1]), int(FACE.landmarks_px[2, 1]))
    bgr = blurred.copy()
    bgr[band] = DRAWN[band]
    assert detail_of(bgr).equivalent_px > 800 / 1.6


def test_the_size_of_a_sharp_face_does_not_count_as_blur() -> None:
    small = synthetic.face(120)
    detail = measure_detail(synthetic.crop(synthetic.drawn(small), small))
    assert detail.equivalent_px > 120 / 1.8


def test_no_edges_and_no_eyes_are_said_so() -> None:
    with pytest.raises(Unmeasurable, match="no edge"):
        detail_of(np.full_like(DRAWN, 128))
    tiny = synthetic.face(30)
    with pytest.raises(Unmeasurable, match="too small"):
        measure_detail(synthetic.crop(synthetic.drawn(tiny), tiny))


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


def test_grain_of_a_large_face_is_judged_reduced() -> None:
    large = synthetic.face(1024)
    bgr = synthetic.noisy(synthetic.drawn(large), 8)
    assert measure_grain(synthetic.crop(bgr, large)).sigma_levels == pytest.approx(4, rel=0.15)


def test_grain_cannot_be_seen_where_skin_is_blown_out() -> None:
    face = synthetic.face(500)
    with pytest.raises(Unmeasurable, match="evenly exposed"):
        measure_grain(synthetic.crop(np.full_like(synthetic.drawn(face), 255), face))


def corpus_detail(path: Path) -> Detail:
    picture = synthetic.picture(cv2.imread(str(path), cv2.IMREAD_COLOR))
    return measure_detail(crop_face(picture, main_face(find_faces(picture))))


def test_studio_portraits_are_sharp_and_enlarged_ones_are_found(corpus: Path) -> None:
    studio = sorted((corpus / "portraits" / "canada").glob("*.jpg"))[::4]
    for file in studio:
        detail = corpus_detail(file)
        assert detail.equivalent_px > detail.claimed_px / 2.4
    with (corpus / "portraits" / "labels.csv").open(encoding="utf-8") as table:
        upscaled = [r["file"] for r in csv.DictReader(table) if r["set"] == "muxspace_lfw"][::40]
    found = [corpus_detail(corpus / "portraits" / name) for name in upscaled]
    assert all(d.equivalent_px < d.claimed_px / 2.4 for d in found)
    assert np.mean([d.enlarged for d in found]) > 0.7
