"""What is drawn on pictures: small, and nothing else of the file in it."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic
from PIL import Image

from qcheck.core.probe import Unmeasurable
from qcheck.exhibits import declarations as exhibits
from qcheck.exhibits import picture_maps
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Person


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize(("height", "width"), [(1500, 1200), (20, 9000), (1, 1)])
def test_the_worst_of_pictures_fits(height: int, width: int) -> None:
    bgr = noise(height, width)
    alpha = bgr[..., 0].copy()
    copy = picture_maps.copy_picture(Picture(bgr, alpha, "PNG", "RGBA", 8, 1, 1))
    assert len(copy.jpeg) <= 300_000
    assert (copy.width_px, copy.height_px) == (width, height)
    with Image.open(io.BytesIO(copy.jpeg)) as image:
        assert max(image.size) <= 1200


def test_the_place_of_the_camera_is_not_passed_on(fixtures: Path, tmp_path: Path) -> None:
    with Image.open(fixtures / "defects" / "eyes-visible.jpg") as image:
        exif = Image.Exif()
        exif[0x010E] = "at home in Elm Street"
        image.save(tmp_path / "placed.jpg", exif=exif)
    data = (tmp_path / "placed.jpg").read_bytes()
    assert b"Elm Street" in data
    copy = Evidence(File("placed.jpg", data)).get(exhibits.PictureCopy)
    assert b"Elm Street" not in copy.jpeg


FACE = synthetic.face(300)
DRAWN = synthetic.drawn(FACE)


def test_features_stand_where_the_landmarks_are() -> None:
    points = picture_maps.place_features(FACE)
    assert points.right_eye == FACE.right_eye_px
    assert points.left_eye == FACE.left_eye_px
    x, y = FACE.landmarks_px[468, :2]
    assert points.right_iris == (float(x), float(y))
    # The rim goes once round the face and crosses nothing.
    rim = np.array(points.oval, np.float32)
    assert cv2.contourArea(rim) == pytest.approx(cv2.contourArea(cv2.convexHull(rim)), rel=0.02)


def test_light_is_drawn_on_the_half_that_it_falls_on() -> None:
    stops = np.zeros(DRAWN.shape[:2])
    middle = int(FACE.region.centre_px[0])
    stops[:, middle:] = -2
    dark = picture_maps.map_light(FACE, synthetic.skin(synthetic.exposed(DRAWN, stops), FACE))
    light = picture_maps.map_light(FACE, synthetic.skin(DRAWN, FACE))
    assert len(dark.patches) == len(light.patches)
    for before, after in zip(light.patches, dark.patches, strict=True):
        assert before.corners == after.corners
    on_the_right = [
        after.stops - before.stops
        for before, after in zip(light.patches, dark.patches, strict=True)
        if min(x for x, _ in after.corners) > middle + 5
    ]
    assert np.median(on_the_right) == pytest.approx(-2, abs=0.4)


def test_detail_is_mapped_to_the_cell_that_it_is_in() -> None:
    bgr = np.full((400, 400, 3), 128, np.uint8)
    bgr[200:300, 100:200] = np.random.default_rng(1).integers(0, 256, (100, 100, 1), np.uint8)
    levels = np.array(picture_maps.map_sharpness(synthetic.picture(bgr)).levels)
    assert levels.shape == (40, 40)
    inside = np.zeros((40, 40), bool)
    inside[20:30, 10:20] = True
    assert levels[inside].min() > 10
    assert levels[~inside].max() < levels[inside].min()


def test_the_outline_goes_round_the_mask_in_pixels_of_the_picture() -> None:
    mask = np.zeros((100, 80), np.float32)
    mask[30:90, 20:60] = 1
    (line,) = picture_maps.outline_person(Person(mask, 4.0)).lines
    box = cv2.boundingRect(np.array(line, np.float32))
    assert box == pytest.approx((80, 120, 160, 240), abs=6)


def test_an_empty_mask_has_no_outline() -> None:
    with pytest.raises(Unmeasurable, match="nobody"):
        picture_maps.outline_person(Person(np.zeros((50, 50), np.float32), 1.0))
