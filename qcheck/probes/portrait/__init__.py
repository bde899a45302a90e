"""What is measured on a portrait: declarations only, light to import.

Coordinates are pixels of the upright picture, x to the right, y down. "Left" and "right" of a face
are the sitter's own, as in anatomy and in MediaPipe's names.
"""

from qcheck.probes.portrait.copies import (
    AlignedFace,
    FaceCrop,
    Thumbnail,
)
from qcheck.probes.portrait.face import (
    Chin,
    Face,
    FaceRegions,
    Faces,
    Head,
    HeadPose,
    WayUp,
)
from qcheck.probes.portrait.features import (
    COVERED_ABOVE,
    Covering,
    Expression,
    EyeOpening,
    Gaze,
    HandAtFace,
    LowerFace,
    Mark,
    Mood,
    OtherEyes,
)
from qcheck.probes.portrait.framing import (
    BodyExtent,
    Crown,
    FaceEdges,
    Framing,
    Person,
)
from qcheck.probes.portrait.light_and_colour import (
    Colour,
    Exposure,
    Light,
    Skin,
)
from qcheck.probes.portrait.quality import (
    Backdrop,
    Compression,
    Detail,
    Grain,
    Transparency,
)

__all__ = [
    "COVERED_ABOVE",
    "AlignedFace",
    "Backdrop",
    "BodyExtent",
    "Chin",
    "Colour",
    "Compression",
    "Covering",
    "Crown",
    "Detail",
    "Exposure",
    "Expression",
    "EyeOpening",
    "Face",
    "FaceCrop",
    "FaceEdges",
    "FaceRegions",
    "Faces",
    "Framing",
    "Gaze",
    "Grain",
    "HandAtFace",
    "Head",
    "HeadPose",
    "Light",
    "LowerFace",
    "Mark",
    "Mood",
    "OtherEyes",
    "Person",
    "Skin",
    "Thumbnail",
    "Transparency",
    "WayUp",
]
