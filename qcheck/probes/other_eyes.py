"""Whether somebody else in the picture wears dark glasses."""

from __future__ import annotations

from qcheck.core.places import Box
from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.probes.helpers.aligned_face import align
from qcheck.probes.helpers.covers import check_seen
from qcheck.probes.helpers.eyes import eye_box
from qcheck.probes.helpers.lenses import eye_probabilities
from qcheck.probes.portrait import Face, Faces, OtherEyes

__all__ = ["measure_other_eyes"]

# Somebody whose face is half as large as the main one belongs to the picture; smaller ones are
# passers-by, whose faces often hold too few pixels to judge.
_LIKE_SIZE = 0.5


def measure_other_eyes(picture: Picture, faces: Faces, main: Face) -> OtherEyes:
    """Measure :class:`OtherEyes`; a face that is seen from the side or in the dark is left out."""
    covered = 0.0
    boxes: tuple[Box, ...] = ()
    for face in faces.faces[1:]:
        if face.region.side_px < _LIKE_SIZE * main.region.side_px:
            continue
        try:
            copy, inside, _ = align(picture.bgr, face.landmarks_px)
            # A head that is turned far aside has no such copy.
            check_seen(copy, inside, 0.0)
        except Unmeasurable:
            continue
        both = min(eye_probabilities(copy))
        if not boxes or both > covered:
            covered, boxes = both, (eye_box(face, 0), eye_box(face, 1))
    return OtherEyes(covered, boxes)
