"""How much two regions of a picture have in common."""

from __future__ import annotations

from qcheck.core.places import Box

__all__ = ["overlap", "shared_px"]


def shared_px(one: Box, other: Box) -> float:
    """Area of what is in both, in square pixels."""
    width = min(one.right_px, other.right_px) - max(one.left_px, other.left_px)
    height = min(one.bottom_px, other.bottom_px) - max(one.top_px, other.top_px)
    return max(width, 0.0) * max(height, 0.0)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    shared = shared_px(one, other)
    union = one.area_px + other.area_px - shared
    return shared / union if union > 0 else 0.0
