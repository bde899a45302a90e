"""The mesh that ships: its mean shape, and the pairs of triangles that are skin."""

from __future__ import annotations

import numpy as np
import pytest

from qcheck.probes.helpers.eyes import EYES
from qcheck.probes.helpers.face_mesh import CHIN, FOREHEAD, canonical_face, skin_pairs


def test_the_mean_face_is_as_large_as_a_head_and_looks_ahead() -> None:
    face = canonical_face()
    assert face.shape == (468, 3)
    assert 16 < face[FOREHEAD, 1] - face[CHIN, 1] < 20
    assert face[FOREHEAD, 1] == face[:, 1].max()
    assert face[CHIN, 1] == face[:, 1].min()
    # The tip of the nose is nearest to the lens; the sitter's left is to the right.
    assert face[:, 2].argmax() in (1, 4)
    right, left = (face[list(eye[:2]), 0].mean() for eye in EYES)
    assert right == pytest.approx(-left, abs=0.05)
    assert left > 0


def test_pairs_of_skin_mirror_each_other() -> None:
    pairs, face = skin_pairs(), canonical_face()
    left, right = (face[pairs[side].astype(int)].mean(axis=1) for side in ("left", "right"))
    assert left.shape == right.shape
    assert np.abs(left * (-1, 1, 1) - right).max() < 0.1
    assert left[:, 0].min() > -0.1
    assert pairs["area_cm2"].min() > 0
    assert np.abs(pairs["facing"]).max() <= 1


def test_eyes_and_lips_are_no_skin() -> None:
    used = {int(each) for side in ("left", "right") for each in skin_pairs()[side].ravel()}
    openings = {159, 145, 386, 374, 13, 14}
    assert not used & openings
