"""Where the person is in the picture, and how much of them it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Box
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BodyExtent", "Crown", "FaceEdges", "Framing", "Person"]


@probe("qcheck.probes.person:segment_person")
@dataclass(frozen=True)
class Person:
    """Which pixels are the person."""

    mask: NDArray[np.float32] = field(repr=False)
    """(height, width) of a reduced picture, 0 background to 1 person."""
    scale: float
    """Pixels of the upright picture to a pixel of the mask."""


@probe("qcheck.probes.person:find_crown")
@dataclass(frozen=True)
class Crown:
    """The top of the main face's head, hair and headgear included."""

    top_px: float
    """Row of the highest point; 0 where the head reaches the frame."""
    touches_top: bool
    """Whether the head touches the upper edge of the picture."""
    estimated: bool
    """Whether it was guessed from the face's proportions, because no mask could tell."""


@probe("qcheck.probes.person:measure_framing")
@dataclass(frozen=True)
class Framing:
    """Where the main face, and the group of comparable faces around it, sit in the picture.

    Comparable is a face with at least a tenth of the main face's area.
    """

    comparable_faces: int
    """How many faces the group has, the main one included."""
    offset_share: float
    """Face's centre from the vertical middle line, share of the width; positive to the right."""
    group_offset_share: float
    """The same for the middle of the group."""
    eye_height_share: float
    """Eyes from the top, share of the height."""
    group_eye_height_share: float
    headroom_share: float
    """Crown to the upper edge, share of the height."""
    headroom_estimated: bool
    """Whether the crown was guessed from the face's proportions."""
    face: Box


@probe("qcheck.probes.person:measure_face_edges")
@dataclass(frozen=True)
class FaceEdges:
    """What the frame cuts off the main face and head."""

    outside_share: float
    """Share of the face outline's area that lies beyond the frame."""
    sides: tuple[str, ...]
    """Where it goes beyond: ``left``, ``right``, ``top``, ``bottom``."""
    hair_at_edge: bool
    """Whether the head, hair included, touches the upper edge."""
    face: Box


@probe("qcheck.probes.person:measure_body_extent")
@dataclass(frozen=True)
class BodyExtent:
    """Which parts of the main person's body the picture shows."""

    shoulders: bool
    """Whether the figure widens to shoulders below the chin, or a shoulder joint is in sight."""
    hips: bool
    knees: bool
    uncertain: bool
    """Whether the picture reaches far below the chin, but no body was made out in it."""
    below_chin_share: float
    """Chin to the lower edge, in heights of the face; negative where the chin is cut off."""
    face: Box
