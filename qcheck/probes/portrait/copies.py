"""Smaller copies and cuttings of the picture that other measurements are taken on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["AlignedFace", "FaceCrop", "Thumbnail"]


@probe("qcheck.probes.aligned:align_face")
@dataclass(frozen=True)
class AlignedFace:
    """A small copy of the main face, warped so that eyes, nose and chin always lie alike."""

    bgr: NDArray[np.uint8] = field(repr=False)
    """(160, 128, 3), sRGB; eye distance 42 px, eyes' midpoint at (64, 60)."""
    inside: NDArray[np.bool_] = field(repr=False)
    """(160, 128): False where the copy reaches beyond the picture."""
    matrix: NDArray[np.float64] = field(repr=False)
    """(2, 3) affine map from the picture to the copy."""
    detail: float
    """Pixels of the picture to a pixel of the copy; below 1 the copy is an enlargement."""


@probe("qcheck.probes.backdrop:reduce_picture")
@dataclass(frozen=True)
class Thumbnail:
    """The whole picture, reduced to a longer side of at most 384 px by averaging."""

    bgr: NDArray[np.uint8] = field(repr=False)
    scale: float
    """Pixels of the upright picture to a pixel of the thumbnail."""


@probe("qcheck.probes.skin:crop_face")
@dataclass(frozen=True)
class FaceCrop:
    """The main face and a tenth around it, cut out without resampling."""

    bgr: NDArray[np.uint8] = field(repr=False)
    luma: NDArray[np.uint8] = field(repr=False)
    """(height, width), levels of ITU-R BT.601 luma."""
    landmarks_px: NDArray[np.float32] = field(repr=False)
    """(478, 2), in pixels of the crop; may lie outside it."""
    left_px: int
    top_px: int
    face_side_px: float
