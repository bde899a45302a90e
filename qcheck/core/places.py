"""Where a finding points: a rectangle of the picture, or a stretch of the recording."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box", "Span"]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the *upright* picture; right and bottom are exclusive."""

    left_px: float
    top_px: float
    right_px: float
    bottom_px: float

    @property
    def width_px(self) -> float:
        return self.right_px - self.left_px

    @property
    def height_px(self) -> float:
        return self.bottom_px - self.top_px

    @property
    def side_px(self) -> float:
        """The longer side: the side of the square that holds the box."""
        return max(self.width_px, self.height_px)

    @property
    def centre_px(self) -> tuple[float, float]:
        return (self.left_px + self.right_px) / 2, (self.top_px + self.bottom_px) / 2

    @property
    def area_px(self) -> float:
        return max(self.width_px, 0.0) * max(self.height_px, 0.0)


@dataclass(frozen=True)
class Span:
    """A stretch of a recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s
