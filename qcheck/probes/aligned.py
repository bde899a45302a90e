"""One small upright copy of the face, the same for every sitter, that appearance is read from."""

from __future__ import annotations

import numpy as np

from qcheck.media.content import Picture
from qcheck.probes.helpers.aligned_face import align
from qcheck.probes.portrait import AlignedFace, Face

__all__ = ["align_face"]


def align_face(picture: Picture, face: Face) -> AlignedFace:
    """Measure :class:`AlignedFace` of the main face."""
    copy, inside, matrix = align(picture.bgr, face.landmarks_px)
    stretch = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return AlignedFace(bgr=copy, inside=inside, matrix=matrix, detail=float(1 / stretch[0]))
