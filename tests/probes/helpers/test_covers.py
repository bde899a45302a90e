"""What the networks are shown of a face, and what they answer."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers.covers import eye_features, lower_features, mask_features, probability
from qcheck.probes.portrait import AlignedFace, Face


def seen(path: Path) -> tuple[AlignedFace, Face]:
    evidence = Evidence(File(path.name, path.read_bytes()))
    return evidence.get(AlignedFace), evidence.get(Face)


@pytest.fixture(scope="module")
def sitter() -> tuple[AlignedFace, Face]:
    root = Path(__file__).resolve().parents[3]
    return seen(root / "fixtures" / "portrait.png")


def on(
    sitter: tuple[AlignedFace, Face], *shapes: tuple[str, tuple[int, ...], int]
) -> NDArray[np.uint8]:
    """Ellipses ``(x, y, half width, half height)`` of a grey tone on the aligned copy."""
    bgr = sitter[0].bgr.copy()
    for _, (x, y, a, b), tone in shapes:
        cv2.ellipse(bgr, (x, y), (a, b), 0, 0, 360, (tone, tone, tone), -1, cv2.LINE_AA)
    return bgr


def test_mirroring_swaps_the_eyes(sitter: tuple[AlignedFace, Face]) -> None:
    bgr = on(sitter, ("patch", (43, 62, 18, 15), 20))
    one = probability("eye", eye_features(bgr))
    other = probability("eye", eye_features(np.ascontiguousarray(bgr[:, ::-1])))
    assert one == pytest.approx(other[::-1], abs=0.02)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_surface_has_finite_features(level: int) -> None:
    bgr = np.full((160, 128, 3), level, np.uint8)
    assert np.isfinite(eye_features(bgr)).all()
    assert np.isfinite(lower_features(bgr)).all()
    assert np.isfinite(mask_features(bgr)).all()
