"""Which hands are believed to be in front of the face, and how far they reach into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes import hands
from qcheck.probes.backdrop import reduce_picture
from qcheck.probes.evidence import Evidence
from qcheck.probes.hands import find_hand_at_face
from qcheck.probes.portrait import Face, HandAtFace

# Wrist, thumb, then the four fingers from root to tip, in palm lengths: upright, the wrist at zero.
OPEN_HAND = np.array(
    [
        (0.0, 0.0),
        *((-0.3, -0.2), (-0.5, -0.45), (-0.6, -0.65), (-0.7, -0.8)),
        *((-0.3, -0.95), (-0.34, -1.3), (-0.36, -1.5), (-0.37, -1.7)),
        *((0.0, -1.0), (0.0, -1.4), (0.0, -1.62), (0.0, -1.82)),
        *((0.22, -0.95), (0.26, -1.3), (0.28, -1.5), (0.29, -1.7)),
        *((0.42, -0.85), (0.5, -1.1), (0.54, -1.25), (0.57, -1.4)),
    ]
)
LOOKS = (hands._WIDE, hands._NARROW, hands._BETWEEN)


@pytest.fixture(scope="module")
def portrait(fixtures: Path) -> tuple[Picture, Face]:
    path = fixtures / "portrait.png"
    evidence = Evidence(File(path.name, path.read_bytes()))
    return evidence.get(Picture), evidence.get(Face)


def at_face(picture: Picture, face: Face) -> HandAtFace:
    return find_hand_at_face(picture, face, reduce_picture(picture))


@pytest.fixture
def with_arm(portrait: tuple[Picture, Face]) -> Picture:
    """The sound portrait with skin beside the head, so that hands are looked for."""
    picture, face = portrait
    bgr = picture.bgr.copy()
    x, y = (round(v) for v in face.region.centre_px)
    bgr[y : y + 500, -300:] = bgr[y, x]
    return replace(picture, bgr=bgr)


def hand_at(face: Face, part: int, palm: float = 0.55) -> NDArray[np.float64]:
    """An open hand whose middle finger's tip lies on a point of the mesh; ``palm`` face widths."""
    points = OPEN_HAND * palm * face.region.width_px
    placed: NDArray[np.float64] = points + face.landmarks_px[part, :2] - points[12]
    return placed


Showing = Callable[..., HandAtFace]


@pytest.fixture
def showing(
    portrait: tuple[Picture, Face], with_arm: Picture, monkeypatch: pytest.MonkeyPatch
) -> Showing:
    """What is measured where each look shows the hands given for it, certain as given."""
    face = portrait[1]

    def measured(*looks: list[NDArray[np.float64]], certainty: float = 0.99) -> HandAtFace:
        asked = iter(zip(LOOKS, looks, strict=False))

        def run_task(task: object, rgb: NDArray[np.uint8]) -> Any:
            sides, shown = next(asked)
            _, move = hands._square(with_arm.bgr, face, sides)
            found = []
            for points in shown:
                at = (points @ move[:, :2].T + move[:, 2]) / rgb.shape[0]
                found.append([SimpleNamespace(x=x, y=y) for x, y in at])
            sure = [[SimpleNamespace(score=certainty)] for _ in found]
            return SimpleNamespace(hand_landmarks=found, handedness=sure)

        monkeypatch.setattr(hands.tasks, "hand_landmarker", lambda: None)
        monkeypatch.setattr(hands.tasks, "run_task", run_task)
        return at_face(with_arm, face)

    return measured


def test_the_sound_sitter_has_no_hand_and_nobody_looks_for_one(
    portrait: tuple[Picture, Face], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands.tasks, "run_task", lambda *_: pytest.fail("a hand was looked for"))
    assert at_face(*portrait).reach_share == -1


def test_the_model_finds_no_hand_on_a_sitter_with_bare_skin_beside(
    portrait: tuple[Picture, Face], with_arm: Picture
) -> None:
    assert at_face(with_arm, portrait[1]).hand is None


def test_a_finger_on_the_mouth_is_named(portrait: tuple[Picture, Face], showing: Showing) -> None:
    hand = hand_at(portrait[1], 13)
    found = showing([hand], [hand])
    assert "the mouth" in found.over
    assert found.reach_share > 0.2
    assert 0 < found.covered_share < 0.5
    assert found.hand is not None
    assert found.hand.left_px == pytest.approx(hand[:, 0].min(), abs=1)


def test_a_hand_beside_the_face_stays_outside(
    portrait: tuple[Picture, Face], showing: Showing
) -> None:
    face = portrait[1]
    hand = np.add(hand_at(face, 454), (0.3 * face.region.width_px, 0))
    found = showing([hand], [hand])
    assert -0.5 < found.reach_share < 0
    assert found.over == ()
    assert found.covered_share == 0


def test_of_two_hands_the_one_that_reaches_further_counts(
    portrait: tuple[Picture, Face], showing: Showing
) -> None:
    chin, mouth = hand_at(portrait[1], 152), hand_at(portrait[1], 13)
    assert (
        showing([chin, mouth], [chin, mouth]).reach_share == showing([mouth], [mouth]).reach_share
    )


@pytest.mark.parametrize(
    ("part", "palm", "certainty", "believed"),
    [(152, 0.55, 0.99, True), (152, 0.55, 0.7, False), (152, 0.2, 0.99, False)],
)
def test_a_hand_seen_once_must_be_sure_and_large(
    portrait: tuple[Picture, Face],
    showing: Showing,
    part: int,
    palm: float,
    certainty: float,
    believed: bool,
) -> None:
    hand = hand_at(portrait[1], part, palm)
    found = showing([hand], [], [], certainty=certainty)
    assert (found.hand is not None) == believed


def test_what_lies_on_the_face_must_be_seen_twice(
    portrait: tuple[Picture, Face], showing: Showing
) -> None:
    fist = hand_at(portrait[1], 9, 0.7)
    assert showing([fist], [], []).hand is None
    assert showing([], [fist], [fist]).hand is not None


def test_a_face_taken_whole_for_a_hand_is_not_believed(
    portrait: tuple[Picture, Face], showing: Showing
) -> None:
    inside = hand_at(portrait[1], 9, 0.3)
    assert showing([inside], [inside], [inside]).hand is None
