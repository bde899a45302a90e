"""Pictures cropped to the framing guide."""

from __future__ import annotations

from pathlib import Path

import cv2
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import ISOLATED, mended, picture_of

from qcheck.fixes.portrait.crop import _best_frame, _Sight


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_frame_lies_in_the_picture_and_keeps_head_and_eyes_where_they_belong(
    data: st.DataObject,
) -> None:
    width, height = (data.draw(st.integers(200, 4000)) for _ in range(2))
    tall = data.draw(st.floats(40, 0.8 * height))
    wide = tall * data.draw(st.floats(0.6, 0.9))
    middle = data.draw(st.floats(wide / 2, max(wide / 2, width - wide / 2)))
    eyes = data.draw(st.floats(0.45 * tall, max(0.45 * tall, height - 0.6 * tall)))
    sight = _Sight(
        middle, eyes, max(0.0, eyes - 0.75 * tall), eyes + 0.55 * tall, wide, tall,
        middle - wide / 2, middle + wide / 2,
    )  # fmt: skip
    frame = _best_frame(sight, (width, height), height, (0.25, 0.45), 0.08)
    if frame is None:
        return
    left, top, right, bottom = frame
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left <= max(sight.left, 0) + 1
    assert right >= min(sight.right, width) - 1
    assert top <= max(0, sight.crown) + 2
    assert 0.25 <= (eyes - top) / (bottom - top) <= 0.45
    assert abs((middle - left) / (right - left) - 0.5) <= 0.08


def test_a_cropped_picture_is_the_originals_pixels(fixtures: Path) -> None:

    path = fixtures / "defects" / "headroom.jpg"
    _, made = mended(path, ISOLATED, unsafe=True)
    small, whole = picture_of(made.data), picture_of(path.read_bytes())
    assert small.shape[0] < whole.shape[0]
    match = cv2.matchTemplate(whole[::4, ::4], small[4:-4:4, 4:-4:4], cv2.TM_SQDIFF_NORMED)
    assert match.min() < 1e-2


@given(st.integers(400, 900), st.floats(0.01, 0.08))
def test_how_far_off_the_middle_a_face_may_be_its_rule_says(middle: int, off_share: float) -> None:
    sight = _Sight(middle, 500, 350, 620, 200, 300, middle - 100, middle + 100)
    frame = _best_frame(sight, (1300, 1200), 1200, (0.25, 0.45), off_share)
    assert frame is not None
    left, _, right, _ = frame
    assert abs((middle - left) / (right - left) - 0.5) <= off_share + 2 / (right - left)
