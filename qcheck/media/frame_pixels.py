"""A frame of a video as pixels: upright and in colour, or in small and in grey."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SMALL", "reduced", "turned_deg", "upright_bgr"]

# Reduced frames, for what moves: 16:9 at about a thirtieth of 1080p.
SMALL = (64, 36)
# Every fourth pixel is enough to average from.
_STRIDE_ABOVE_PX = 640

# ITU-T H.273 table 4: unspecified, and what each means to FFmpeg's scaler.
_UNSPECIFIED = 2
_BT709, _BT601 = "ITU709", "ITU601"


def reduced(frame: Any) -> NDArray[np.uint8]:
    """The frame's lightness at :data:`SMALL`: (36, 64)."""
    import cv2

    if frame.format.name.startswith("yuv") and frame.format.components[0].bits == 8:
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        luma = rows[: frame.height, : frame.width]
    else:
        luma = frame.reformat(
            width=min(frame.width, _STRIDE_ABOVE_PX),
            height=min(frame.height, _STRIDE_ABOVE_PX),
            format="gray",
        ).to_ndarray()
    step = max(1, min(luma.shape[1] // (2 * SMALL[0]), luma.shape[0] // (2 * SMALL[1]), 4))
    thin = np.ascontiguousarray(luma[::step, ::step])
    small: NDArray[np.uint8] = cv2.resize(thin, SMALL, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
    return small


def turned_deg(frame: Any) -> int:
    """How far players turn ``frame`` clockwise; a slant is no rotation and is passed over."""
    try:
        counter_clockwise = float(frame.rotation)
    except (TypeError, ValueError, OverflowError):
        return 0
    if not np.isfinite(counter_clockwise):
        return 0
    return round(-counter_clockwise / 90) % 4 * 90


def upright_bgr(frame: Any) -> NDArray[np.uint8]:
    """(height, width, 3), as players show it."""
    import cv2

    unspecified = int(frame.colorspace) == _UNSPECIFIED
    # What says nothing is BT.709 from 720 lines on and BT.601 below, as players take it.
    matrix = (_BT709 if frame.height >= 720 else _BT601) if unspecified else None
    bgr = frame.reformat(format="bgr24", src_colorspace=matrix).to_ndarray()
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    turn = turns.get(turned_deg(frame))
    turned: NDArray[np.uint8] = bgr if turn is None else cv2.rotate(bgr, turn)
    return turned
