"""Blur, enlargement and grain of known size, drawn on a face."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.detail import measure_detail
from qcheck.probes.evidence import Evidence
from qcheck.probes.face import find_faces, main_face
from qcheck.probes.portrait import Detail, FaceCrop
from qcheck.probes.skin import crop_face

FACE = synthetic.face(800)
DRAWN = synthetic.noisy(synthetic.drawn(FACE), 1.0)


def detail_of(bgr: np.ndarray) -> Detail:
    return measure_detail(synthetic.crop(bgr, FACE))


def test_a_sharp_face_holds_what_it_claims() -> None:
    detail = detail_of(DRAWN)
    assert detail.claimed_px == pytest.approx(800, abs=1)
    assert detail.equivalent_px > 800 / 1.6
    assert detail.lost < 0.2


@pytest.fixture(scope="module")
def portrait() -> FaceCrop:
    """A rendered face of 800 px: a drawn one has neither skin nor hair."""
    data = (Path(__file__).parents[2] / "fixtures" / "portrait.png").read_bytes()
    crop = Evidence(File("portrait.png", data)).get(FaceCrop)
    return scaled(crop, 800 / crop.face_side_px)


def scaled(crop: FaceCrop, scale: float) -> FaceCrop:
    bgr = cv2.resize(crop.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return changed(
        replace(
            crop, landmarks_px=crop.landmarks_px * scale, face_side_px=crop.face_side_px * scale
        ),
        synthetic.noisy(bgr.astype(np.uint8), 1.0),
    )


def changed(crop: FaceCrop, bgr: np.ndarray) -> FaceCrop:
    luma = cv2.cvtColor(bgr.astype(np.uint8), cv2.COLOR_BGR2GRAY)
    return replace(crop, bgr=bgr.astype(np.uint8), luma=luma.astype(np.uint8))


def saved(bgr: np.ndarray, quality: int | None) -> np.ndarray:
    return bgr if quality is None else synthetic.as_jpeg(bgr.astype(np.uint8), quality)


@pytest.mark.parametrize("sigma", [2.0, 3.0, 5.0, 8.0, 16.0])
@pytest.mark.parametrize("quality", [None, 85])
def test_blur_takes_what_detail_it_takes(
    portrait: FaceCrop, sigma: float, quality: int | None
) -> None:
    blurred = saved(cv2.GaussianBlur(portrait.bgr, (0, 0), sigma), quality)
    detail = measure_detail(changed(portrait, blurred))
    assert detail.lost > 0.9
    # A slight blur looks much like an enlargement, and is as bad.
    assert sigma < 8 or not detail.enlarged
    assert detail.equivalent_px == pytest.approx(800 * 0.42 / sigma, rel=0.6)


@pytest.mark.parametrize("degrees", [0, 45, 90, 135])
def test_shake_in_any_direction_takes_detail(portrait: FaceCrop, degrees: int) -> None:
    line = np.zeros((31, 31), np.float32)
    step = 13 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    ends = [np.rint(15 + sign * step).astype(int).tolist() for sign in (-1, 1)]
    cv2.line(line, ends[0], ends[1], 1.0)
    shaken = cv2.filter2D(portrait.bgr, -1, line / line.sum())
    assert measure_detail(changed(portrait, shaken)).lost > 0.75


def test_more_blur_leaves_less_detail(portrait: FaceCrop) -> None:
    left = [
        measure_detail(
            changed(portrait, cv2.GaussianBlur(portrait.bgr, (0, 0), sigma))
        ).equivalent_px
        for sigma in (0.3, 1.2, 2.5, 5, 10)
    ]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("factor", [2.0, 2.5, 3.0, 4.0])
@pytest.mark.parametrize("kind", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
@pytest.mark.parametrize("quality", [None, 85])
def test_an_enlarged_face_holds_the_detail_that_it_had(
    portrait: FaceCrop, factor: float, kind: int, quality: int | None
) -> None:
    bgr = saved(synthetic.enlarged(portrait.bgr, factor, kind), quality)
    detail = measure_detail(changed(portrait, bgr))
    assert detail.lost > 0.7
    assert detail.enlarged or factor == 2
    assert detail.equivalent_px == pytest.approx(800 / factor, rel=0.5)


@pytest.mark.parametrize("side", [150, 400, 800])
@pytest.mark.parametrize("quality", [None, 85])
def test_a_sharp_face_of_any_size_is_sharp(
    portrait: FaceCrop, side: float, quality: int | None
) -> None:
    small = scaled(portrait, side / 800)
    assert measure_detail(changed(small, saved(small.bgr, quality))).lost < 0.5
    blurred = cv2.GaussianBlur(small.bgr, (0, 0), 0.008 * side)
    assert measure_detail(changed(small, saved(blurred, quality))).lost > 0.85


@given(gain=st.floats(0.4, 1.2), offset=st.floats(0, 40))
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_brightness_and_contrast_are_no_sharpness(
    portrait: FaceCrop, gain: float, offset: float
) -> None:
    toned = np.clip(np.rint(portrait.bgr * gain + offset), 0, 255)
    assert measure_detail(changed(portrait, toned)).lost < 0.5


def test_smooth_skin_and_a_blurred_background_are_no_lack_of_detail() -> None:
    blurred = cv2.GaussianBlur(DRAWN, (0, 0), 12)
    band = slice(int(FACE.landmarks_px[10, 1]), int(FACE.landmarks_px[2, 1]))
    bgr = blurred.copy()
    bgr[band] = DRAWN[band]
    assert detail_of(bgr).equivalent_px > 800 / 1.6


def test_no_edges_and_no_eyes_are_said_so() -> None:
    with pytest.raises(Unmeasurable, match="no edge"):
        detail_of(np.full_like(DRAWN, 128))
    tiny = synthetic.face(30)
    with pytest.raises(Unmeasurable, match="too small"):
        measure_detail(synthetic.crop(synthetic.drawn(tiny), tiny))


def corpus_detail(path: Path) -> Detail:
    picture = synthetic.picture(cv2.imread(str(path), cv2.IMREAD_COLOR))
    return measure_detail(crop_face(picture, main_face(find_faces(picture))))


def test_studio_portraits_are_sharp_and_enlarged_ones_are_found(corpus: Path) -> None:
    studio = sorted((corpus / "portraits" / "canada").glob("*.jpg"))[::4]
    assert all(corpus_detail(file).lost < 0.75 for file in studio)
    with (corpus / "portraits" / "labels.csv").open(encoding="utf-8") as table:
        upscaled = [r["file"] for r in csv.DictReader(table) if r["set"] == "muxspace_lfw"][::40]
    found = [corpus_detail(corpus / "portraits" / name) for name in upscaled]
    assert all(d.equivalent_px < d.claimed_px / 2.4 and d.lost > 0.95 for d in found)
    assert np.mean([d.enlarged for d in found]) > 0.7
