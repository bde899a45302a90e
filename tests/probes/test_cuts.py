"""Cuts of made videos, whose places are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_videos import HEIGHT, WIDTH, Picture, evidence_of, made, scene

from qcheck.probes.video import Cuts

# ------------------------------------------------------------------ cuts


@given(
    at=st.lists(st.integers(6, 70), min_size=0, max_size=3, unique=True),
    rate=st.sampled_from([25, 30]),
    noise=st.sampled_from([0.0, 4.0]),
)
@settings(max_examples=15, deadline=None)
def test_cuts_are_found_to_the_frame(at: list[int], rate: int, noise: float) -> None:
    # Nobody cuts three times a second.
    cuts = [each for each in at if all(each == other or abs(each - other) >= 8 for other in at)]
    cuts.sort()
    rng = np.random.default_rng(3)
    frames = []
    for i in range(76):
        shot = sum(i >= each for each in cuts)
        picture = np.roll(scene(shot), i // 2, axis=1)
        frames.append(
            np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
        )
    found = evidence_of(made(frames, rate=rate)).get(Cuts).times_s
    assert len(found) == len(cuts)
    for time_s, frame in zip(found, cuts, strict=True):
        assert time_s == pytest.approx(frame / rate, abs=1.01 / rate)


def head(x: float, size: float = 26.0) -> Picture:
    """Somebody in front of a wall, at ``x``."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((columns - x) / size) ** 2 + ((rows - 45) / (1.3 * size)) ** 2
    face = np.clip(1.5 - inside, 0, 1)[..., None]
    return (scene(9) * (1 - face) + np.array([120, 150, 210]) * face).astype(np.uint8)


def test_a_jump_within_a_shot_is_a_cut() -> None:
    frames = [head(70 + 2 * np.sin(i / 8)) for i in range(30)]
    frames += [head(82 + 2 * np.sin(i / 8), 29) for i in range(30)]
    assert evidence_of(made(frames)).get(Cuts).times_s == (pytest.approx(1.2, abs=0.041),)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([head(70 + 3 * np.sin(i / 2)) for i in range(50)], id="a nodding head"),
        pytest.param([head(40 + 1.6 * i) for i in range(50)], id="a walk through the picture"),
        pytest.param([np.roll(scene(2), 5 * i, axis=1) for i in range(50)], id="a pan"),
        pytest.param(
            [np.minimum(head(70) + 90.0 * (i == 25), 255).astype(np.uint8) for i in range(50)],
            id="a flash",
        ),
        pytest.param([(head(70) * min(1, i / 25)).astype(np.uint8) for i in range(50)], id="fade"),
        pytest.param([head(70)] * 50, id="a still"),
    ],
)  # fmt: skip
def test_what_is_no_cut_is_none(frames: list[Picture]) -> None:
    for crf in ("18", "40"):
        data = made(frames, options={"crf": crf, "g": "12"})
        assert evidence_of(data).get(Cuts).times_s == ()
