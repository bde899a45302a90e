"""What a small network sees of an eye behind glass, hair or a hand, in the aligned copy.

Brightness and hue relative to the sitter's own skin, and the directions of edges: dark glass is
darker than the skin around it, tinted and mirrored glass has another hue, and neither shows the lid
and the white of an eye. The network was fitted so that it does without hues, which many pictures do
not have. ``tools/accuracy/fits/glasses.py`` fits it. What is black in both eyes counts besides.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers.aligned_face import EYE_MIDPOINT_PX, INTER_EYE_PX
from qcheck.probes.helpers.covers import (
    CHEEKS,
    cut_out,
    describe,
    mean_odds,
    pool,
    probability,
    shifted_copies,
)

__all__ = ["eye_features", "eye_probabilities"]

# Left, top, right, bottom in the aligned copy: from the brow to the cheekbone, from the bridge to
# the temple, with the other eye's half of the strip for comparison.
_STRIP = (20, 38, 108, 86)
_CELL_PX = 8
# Skin that glasses leave free: under the eyes and beside the nose, and the forehead.
_SKIN = CHEEKS, (40, 30, 88, 42)
_BLUR_PX = 1.5
_FLOOR_LEVELS = 16.0
# Below .45 lie 54 % of the corpus's sunglasses and one in 671 bare faces that no single lamp lights
# from high above. What lies below .6 counts so much on the network's scale (logits) for each tenth,
# up to two. With whole sets left out, sunglasses caught rise from 88 to 96 %, bare faces flagged
# stay at .6 %; a lamp at 65 degrees above, whose sockets are black, is the price.
_DARK_BELOW, _DARK_COUNTS = 0.6, 2.0
# Where the copy as it is says less than this of both eyes, its moved copies cannot change the
# answer and are not looked at.
_SURELY_BARE = 0.02


def eye_features(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(2, n): what is seen of the sitter's right and left eye; the left one mirrored."""
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    # The detail that small pictures have, so that detail is no evidence.
    grey = np.asarray(cv2.GaussianBlur(luma, (0, 0), 0.9), np.float32)
    skin = float(np.percentile(cut_out(grey, CHEEKS), 60))
    strip = cut_out(grey, _STRIP)
    hues = _hues(bgr)
    sides = (strip, hues), (np.ascontiguousarray(strip[:, ::-1]), hues[:, ::-1])
    return np.stack([np.concatenate([describe(s, skin), 2 * h.ravel()]) for s, h in sides])


def _hues(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(rows, columns, 2): doublings of red and of blue against green in cells, less the skin's."""
    left, top, right, bottom = _STRIP
    seen = cv2.GaussianBlur(bgr[: bottom + 12], (0, 0), _BLUR_PX).astype(np.float32)
    log = np.log2(seen + _FLOOR_LEVELS)
    hues = np.stack([log[..., 2] - log[..., 1], log[..., 0] - log[..., 1]], axis=-1)
    skin = np.median(np.concatenate([cut_out(hues, b).reshape(-1, 2) for b in _SKIN]), axis=0)
    cells = pool(np.ascontiguousarray(hues[top:bottom, left:right]), _CELL_PX)
    away: NDArray[np.float32] = np.clip(cells - skin, -1.5, 1.5).astype(np.float32)
    return away


def eye_probabilities(bgr: NDArray[np.uint8]) -> tuple[float, float]:
    """How surely the sitter's right and left eye are covered, 0 to 1."""
    first, *moved = shifted_copies(bgr)
    blackness = _DARK_COUNTS * float(np.clip((_DARK_BELOW - _brightness(bgr)) / 0.1, 0.0, 2.0))
    seen = [probability("eye", eye_features(first))]
    if _raised(float(seen[0].max()), blackness) > _SURELY_BARE:
        seen += [probability("eye", eye_features(copy)) for copy in moved]
    right, left = mean_odds(seen)
    return _raised(float(right), blackness), _raised(float(left), blackness)


def _brightness(bgr: NDArray[np.uint8]) -> float:
    """Brightest parts of the eyes' openings and lids against the cheek below; the brighter eye's.

    In however hard a light, lids, whites or reflections of a bare eye are not black beside a lit
    cheek: what is black in both eyes is glass, also where it has no frame or a shape that the
    network does not know.
    """
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    grey = np.asarray(cv2.GaussianBlur(luma, (0, 0), 0.9), np.float32)
    x, y = EYE_MIDPOINT_PX
    ratios = []
    for centre in (x - INTER_EYE_PX / 2, x + INTER_EYE_PX / 2):
        eye = cut_out(grey, (round(centre - 9), round(y - 3), round(centre + 10), round(y + 7)))
        cheek = cut_out(
            grey, (round(centre - 10), round(y + 20), round(centre + 11), round(y + 34))
        )
        ratios.append((np.percentile(eye, 85) + 8) / (np.median(cheek) + 8))
    return float(max(ratios))


def _raised(probability_: float, logits: float) -> float:
    safe = min(max(probability_, 1e-7), 1 - 1e-7)
    return float(1 / (1 + np.exp(-np.log(safe / (1 - safe)) - logits)))
