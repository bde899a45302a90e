"""Light on a face, where the light is known."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.core.probe import Unmeasurable
from qcheck.probes.backdrop import reduce_picture
from qcheck.probes.face import find_faces, main_face
from qcheck.probes.light import measure_exposure, measure_light
from qcheck.probes.skin import crop_face, sample_skin

FACE = synthetic.face(500)
DRAWN = synthetic.drawn(FACE)
MIDDLE = int(FACE.region.centre_px[0])


def halves(left_stops: float, right_stops: float) -> np.ndarray:
    """Stops of light on the two halves of the picture."""
    stops = np.full(DRAWN.shape[:2], left_stops)
    stops[:, MIDDLE:] = right_stops
    return stops


@pytest.mark.parametrize("stops", [-3.0, -1.5, -0.7, 0.0, 0.5, 1.0])
def test_the_halves_differ_by_the_stops_that_were_put_there(stops: float) -> None:
    # The picture's right is the sitter's left.
    bgr = synthetic.exposed(DRAWN, halves(-1.0, -1.0 + stops))
    light = measure_light(synthetic.skin(bgr, FACE))
    assert light.difference_stops == pytest.approx(stops, abs=0.15)


@settings(max_examples=10, deadline=None)
@given(st.floats(-2, 0))
def test_overall_brightness_does_not_count(stops: float) -> None:
    bgr = synthetic.exposed(DRAWN, halves(stops, stops - 1))
    assert measure_light(synthetic.skin(bgr, FACE)).difference_stops == pytest.approx(-1, abs=0.15)


@pytest.mark.parametrize("rgb", [(245, 215, 195), (205, 160, 138), (92, 62, 48)])
def test_the_tone_of_the_skin_does_not_count(rgb: tuple[int, int, int]) -> None:
    bgr = synthetic.exposed(synthetic.drawn(FACE, rgb), halves(0, -1))
    assert measure_light(synthetic.skin(bgr, FACE)).difference_stops == pytest.approx(-1, abs=0.2)


def test_mirroring_swaps_the_halves() -> None:
    bgr = synthetic.exposed(DRAWN, halves(0, -0.9))
    # The drawn face is symmetric and stands in the middle, so its landmarks stay.
    mirrored = np.ascontiguousarray(bgr[:, ::-1])
    one = measure_light(synthetic.skin(bgr, FACE)).difference_stops
    other = measure_light(synthetic.skin(mirrored, FACE)).difference_stops
    assert one == pytest.approx(-other, abs=0.1)


def test_a_beard_and_dark_brows_on_both_sides_are_no_uneven_light() -> None:
    bgr = DRAWN.copy()
    below = int(FACE.landmarks_px[17, 1])
    bgr[below:] = (40, 45, 60)
    light = measure_light(synthetic.skin(bgr, FACE))
    assert abs(light.difference_stops) < 0.1


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
def test_shadow_is_the_share_of_skin_that_lies_deep(share: float) -> None:
    # A shadow's edge is put where it covers this share of the face's skin, from above.
    stops = np.zeros(DRAWN.shape[:2])
    from qcheck.probes.helpers.face_mesh import skin_pairs

    pairs = skin_pairs()
    front = pairs["facing"] >= 0.5
    rows = FACE.landmarks_px[pairs["left"][front], 1].mean(axis=1)
    order = np.argsort(rows)
    cumulated = np.cumsum(pairs["area_cm2"][front][order]) / pairs["area_cm2"][front].sum()
    edge = rows[order][np.searchsorted(cumulated, share)] if share else 0
    stops[: int(edge)] = -5
    light = measure_light(synthetic.skin(synthetic.exposed(DRAWN, stops), FACE))
    assert light.shadow_share == pytest.approx(share, abs=0.06)


def test_a_shade_of_two_stops_is_not_heavy() -> None:
    bgr = synthetic.exposed(DRAWN, halves(0, -2))
    assert measure_light(synthetic.skin(bgr, FACE)).shadow_share < 0.02


def exposure_of(bgr: np.ndarray) -> dict[str, float]:
    crop = synthetic.crop(bgr, FACE)
    thumbnail = reduce_picture(synthetic.picture(bgr))
    return asdict(measure_exposure(synthetic.skin(bgr, FACE), crop, thumbnail))


@pytest.mark.parametrize("stops", [-4, -2, -1, 0])
def test_exposure_follows_the_light(stops: int) -> None:
    plain = exposure_of(DRAWN)
    darker = exposure_of(synthetic.exposed(DRAWN, stops))
    for name in (
        "skin_luminance",
        "lit_skin_luminance",
        "eye_white_luminance",
        "picture_luminance",
    ):
        assert darker[name] == pytest.approx(plain[name] * 2.0**stops, rel=0.12)


def test_the_luminance_is_that_of_the_drawn_skin() -> None:
    linear = [(v / 255 + 0.055) ** 2.4 / 1.055**2.4 for v in synthetic.SKIN_RGB]
    luminance = np.dot(linear, (0.2126, 0.7152, 0.0722))
    assert exposure_of(DRAWN)["skin_luminance"] == pytest.approx(luminance, rel=0.02)


def test_the_white_of_the_eye_tells_dark_skin_from_a_dark_picture() -> None:
    dark_skin = exposure_of(synthetic.drawn(FACE, (70, 48, 38)))
    dark_picture = exposure_of(synthetic.exposed(DRAWN, -3))
    assert dark_skin["lit_skin_luminance"] < 1.3 * dark_picture["lit_skin_luminance"]
    assert dark_skin["eye_white_luminance"] > 4 * dark_picture["eye_white_luminance"]


def test_a_small_bright_thing_anywhere_tells_dark_skin_from_a_dark_picture() -> None:
    dark = synthetic.exposed(DRAWN, -3)
    side = dark.shape[0] // 12
    dark[-side:, -side:] = 250
    assert exposure_of(dark)["picture_luminance"] > 0.9
    assert exposure_of(dark)["lit_skin_luminance"] == pytest.approx(
        exposure_of(synthetic.exposed(DRAWN, -3))["lit_skin_luminance"]
    )


def test_blown_and_crushed_skin_is_found() -> None:
    assert exposure_of(synthetic.exposed(DRAWN, 3))["blown_share"] > 0.95
    assert exposure_of(synthetic.exposed(DRAWN, -11))["crushed_share"] > 0.95
    sound = exposure_of(DRAWN)
    assert (sound["blown_share"], sound["crushed_share"]) == (0, 0)
    # One channel at full scale is warm light on sound skin.
    assert exposure_of(synthetic.drawn(FACE, (255, 190, 150)))["blown_share"] == 0


def light_of(path: Path) -> float | None:
    """Stops between the halves of the face in a file of the corpus; None without a face."""
    stored = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if max(stored.shape) < 300:
        stored = cv2.resize(stored, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        stored = cv2.copyMakeBorder(stored, 100, 100, 100, 100, cv2.BORDER_REPLICATE)
    picture = synthetic.picture(stored)
    try:
        face = main_face(find_faces(picture))
        return abs(measure_light(sample_skin(crop_face(picture, face))).difference_stops)
    except Unmeasurable:
        return None


def test_lamps_at_the_side_are_told_from_lamps_in_front(corpus: Path) -> None:
    with (corpus / "portraits" / "labels.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["set"] == "yaleB_ext"]
    lit = [row for row in rows if row["light_angle"]]
    side = [row for row in lit if 50 <= abs(float(row["light_azimuth"])) <= 80][::3]
    front = [row for row in lit if float(row["light_angle"]) <= 12][::3]
    of_side, of_front = (
        [stops for row in chosen if (stops := light_of(corpus / "portraits" / row["file"]))]
        for chosen in (side, front)
    )
    assert len(of_side) > 5
    assert len(of_front) > 10
    pairs = [bad > good for bad in of_side for good in of_front]
    assert np.mean(pairs) > 0.9


def test_studio_portraits_are_even(corpus: Path) -> None:
    files = sorted((corpus / "portraits" / "london_neutral").glob("*.jpg"))[::3]
    stops = [light_of(file) for file in files]
    assert all(value is not None and value < 0.7 for value in stops), stops


def rows_of(landmark: int) -> int:
    return int(FACE.landmarks_px[landmark, 1])


def test_light_that_misses_both_halves_alike_falls_off() -> None:
    soft = measure_light(synthetic.skin(DRAWN, FACE))
    above = np.zeros(DRAWN.shape[:2])
    above[rows_of(9) :] = -6  # only the forehead is lit
    lost = measure_light(synthetic.skin(synthetic.exposed(DRAWN, above), FACE))
    assert soft.falloff_stops < 0.8
    assert abs(lost.difference_stops) < 0.2
    assert lost.falloff_stops > soft.falloff_stops + 1
    black = measure_light(synthetic.skin(synthetic.exposed(DRAWN, -9), FACE))
    assert black.falloff_stops > 3
    assert black.brightest_luminance < 0.01


@pytest.mark.parametrize("rgb", [(18, 18, 20), (245, 245, 250)])
def test_a_mask_or_beard_is_neither_shadow_nor_light(rgb: tuple[int, int, int]) -> None:
    covered = DRAWN.copy()
    covered[rows_of(4) :] = rgb[::-1]
    light = measure_light(synthetic.skin(covered, FACE))
    bare = measure_light(synthetic.skin(DRAWN, FACE))
    assert light.shadow_share < 0.02
    assert abs(light.falloff_stops - bare.falloff_stops) < 0.4


def test_the_shadow_of_a_hat_is_no_mask() -> None:
    stops = np.zeros(DRAWN.shape[:2])
    stops[: rows_of(50)] = -4
    light = measure_light(synthetic.skin(synthetic.exposed(DRAWN, stops), FACE))
    assert light.shadow_share > 0.3


def test_frames_that_cut_pairs_off_keep_the_rest_in_place() -> None:
    most = DRAWN[:, : int(FACE.region.right_px) - 40]
    cut, whole = (measure_light(synthetic.skin(bgr, FACE)) for bgr in (most, DRAWN))
    assert cut.falloff_stops == pytest.approx(whole.falloff_stops, abs=0.15)
