"""MediaPipe's face mesh: its mean shape, the skin on it, and the points that several measurers use.

A point is named by its index in the mesh of 478.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHIN", "FOREHEAD", "OVAL", "PARTS", "canonical_face", "skin_pairs"]

FOREHEAD = 10
CHIN = 152
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""The face's outline, from the forehead round (MediaPipe's FACEMESH_FACE_OVAL)."""
PARTS = {
    "an eye": (33, 159, 145, 133, 362, 386, 374, 263),
    "the nose": (1, 4, 2, 98, 327),
    "the mouth": (61, 37, 0, 267, 291, 17, 13, 84, 314),
    "the chin": (152, 148, 377, 199, 175),
    "a cheek": (50, 205, 187, 213, 280, 425, 411, 433),
    "the forehead": (10, 9, 151, 108, 337, 67, 297),
}
"""Points that are hidden where something hides a part of the face, by what one says is hidden."""


@cache
def skin_pairs() -> dict[str, NDArray[Any]]:
    """The facial skin of the mesh in n mirrored pairs of triangles, by fixtures/make/face_mesh.py.

    ``left``, ``right``: (n, 3) vertices; ``area_cm2``, ``facing``: (n,), as in
    :class:`~qcheck.probes.portrait.Skin`.
    """
    return _stored("face_mesh.npz")


@cache
def canonical_face() -> NDArray[np.float64]:
    """(468, 3) vertices of MediaPipe's canonical face, cm; x to the sitter's left, y up, z ahead.

    From Google's face_landmarker.task by fixtures/make/canonical_face.py, Apache-2.0.
    """
    vertices: NDArray[np.float64] = _stored("canonical_face.npz")["vertices_cm"].astype(np.float64)
    return vertices


def _stored(name: str) -> dict[str, NDArray[Any]]:
    file = resources.files("qcheck.probes.helpers") / name
    with file.open("rb") as stream, np.load(stream) as stored:
        return dict(stored)
