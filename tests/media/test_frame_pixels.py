"""Frames of videos as pixels, as players show them."""

from __future__ import annotations

import numpy as np
import pytest
from made_videos import HEIGHT, WIDTH, drifting, evidence_of, footage_of, made

from qcheck.media.content import Video
from qcheck.media.frame_pixels import upright_bgr


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_a_turned_video_stands_upright(turn_deg: int) -> None:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = 220
    # FFmpeg counts counter-clockwise.
    video = evidence_of(made([picture] * 10, rotation_deg=-turn_deg)).get(Video)
    sideways = turn_deg in (90, 270)
    size = (video.footage.width_px, video.footage.height_px)
    assert size == ((HEIGHT, WIDTH) if sideways else (WIDTH, HEIGHT))
    assert video.footage.rotation_deg == turn_deg
    shown = upright_bgr(video.samples[0].frame)
    assert shown.shape[:2] == size[::-1]
    corners = {0: (0, 0), 90: (0, -1), 180: (-1, -1), 270: (-1, 0)}
    for turn, corner in corners.items():
        assert (shown[corner].mean() > 150) == (turn == turn_deg)


def test_colours_come_out_right() -> None:
    picture = np.full((720, 1280, 3), (40, 90, 200), np.uint8)
    shown = upright_bgr(evidence_of(made([picture] * 3)).get(Video).samples[0].frame)
    # The encoder wrote BT.601 and said nothing; BT.709 is what players take at 720 lines.
    assert np.abs(shown.mean(axis=(0, 1)) - (40, 90, 200)).max() < 25


def test_a_slanted_rotation_is_passed_over(plain: bytes) -> None:
    assert footage_of(made(drifting(5), rotation_deg=37)).rotation_deg == 0
