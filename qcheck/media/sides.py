"""The sides of a picture from its header, without decoding a pixel."""

from __future__ import annotations

from dataclasses import dataclass

from qcheck.core.probe import probe
from qcheck.media.file import File

__all__ = ["Sides", "read_sides"]


@probe("qcheck.media.sides:read_sides")
@dataclass(frozen=True)
class Sides:
    """Width and height as stored, before EXIF turns the picture.

    None for a recording, and for a picture whose header cannot be read.
    """

    width_px: int | None
    height_px: int | None

    @property
    def longer_px(self) -> int | None:
        if self.width_px is None or self.height_px is None:
            return None
        return max(self.width_px, self.height_px)

    @property
    def shorter_px(self) -> int | None:
        if self.width_px is None or self.height_px is None:
            return None
        return min(self.width_px, self.height_px)

    @property
    def megapixels(self) -> float | None:
        if self.width_px is None or self.height_px is None:
            return None
        return self.width_px * self.height_px / 1e6


def read_sides(file: File) -> Sides:
    """Read the header. Raises nothing: a file that is no picture has no sides."""
    if file.medium != "portrait":
        return Sides(None, None)
    from qcheck.media.picture import stored_sides

    width, height = stored_sides(file.data) or (None, None)
    return Sides(width, height)
