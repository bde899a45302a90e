"""What is behind the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.base import Inapplicable
from qcheck.probes.colour import to_lab
from qcheck.probes.portrait import Backdrop, Person, Picture, Thumbnail
from qcheck.probes.shrink import shrink
from qcheck.probes.skin import linear

__all__ = ["measure_backdrop", "reduce_picture"]

# A backdrop is judged as a viewer takes it in, so every picture is reduced to one size.
_SIDE_PX = 384
_BACKGROUND_BELOW = 0.15
# Hair and the mask's own error, kept away from the backdrop, as share of the reduced side.
_GAP_SHARE = 0.03
_LEAST_SHARE = 0.03
_TRANSPARENT_SHARE = 0.5
# A luma slope of this many levels a pixel is an outline rather than a gradient or noise.
_OUTLINE_SLOPE = 12.0


def reduce_picture(picture: Picture) -> Thumbnail:
    """Average the picture down to the size at which backdrop and colour are judged."""
    scale = min(1.0, _SIDE_PX / max(picture.width_px, picture.height_px))
    small = shrink(picture.bgr, scale)
    return Thumbnail(bgr=small, scale=picture.width_px / small.shape[1])


def measure_backdrop(picture: Picture, thumbnail: Thumbnail, person: Person) -> Backdrop:
    """Outlines and unevenness of the background."""
    small = thumbnail.bgr
    height, width = small.shape[:2]
    mask = cv2.resize(person.mask.astype(np.float32), (width, height))
    behind = _apart((mask < _BACKGROUND_BELOW).astype(np.uint8), max(height, width))
    share = float(behind.mean())
    if share < _LEAST_SHARE:
        raise Inapplicable("hardly any background is in the picture")
    clear = 0.0
    if picture.alpha is not None:
        alpha = cv2.resize(picture.alpha, (width, height), interpolation=cv2.INTER_NEAREST)
        clear = float((alpha[behind > 0] < 128).mean())
    luma = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32), (0, 0), 0.8)
    dx, dy = cv2.Scharr(luma, cv2.CV_32F, 1, 0), cv2.Scharr(luma, cv2.CV_32F, 0, 1)
    slope = cv2.magnitude(dx, dy) / 32
    inside = behind > 0
    return Backdrop(
        share=share,
        transparent=clear >= _TRANSPARENT_SHARE,
        outline_share=float((slope[inside] > _OUTLINE_SLOPE).mean()),
        mean_slope=float(slope[inside].mean()),
        spread=float(to_lab(linear(small[inside][::4])).std(axis=0).max()),
    )


def _apart(behind: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    gap = 2 * round(_GAP_SHARE * side / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    bordered = cv2.copyMakeBorder(behind, gap, gap, gap, gap, cv2.BORDER_CONSTANT, value=1)
    return cv2.erode(bordered, kernel)[gap:-gap, gap:-gap].astype(np.uint8)
