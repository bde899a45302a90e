"""What is measured on a portrait: declarations only, light to import.

Coordinates are pixels of the upright picture, x to the right, y down. "Left" and "right" of a face
are the sitter's own, as in anatomy and in MediaPipe's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Box
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
    "HeadPose",
    "Light",
    "Mood",
    "Person",
    "Skin",
    "Thumbnail",
    "Transparency",
]


@dataclass(frozen=True)
class Face:
    """One face: 478 landmarks of MediaPipe's face mesh, 52 blendshapes, and where it is."""

    landmarks_px: NDArray[np.float32] = field(repr=False)
    """(478, 3): x, y and depth in pixels; depth is smaller towards the camera."""
    blendshapes: Mapping[str, float] = field(repr=False)
    """ARKit's names, 0 to 1."""
    transform: NDArray[np.float32] = field(repr=False)
    """(4, 4) facial transformation matrix of MediaPipe's canonical face, centimetres."""
    region: Box
    """Bounding box of the landmarks: forehead to chin, ear to ear; may exceed the picture."""

    @property
    def inter_eye_px(self) -> float:
        """Distance between the eye centres, each the midpoint of its corners (ISO/IEC 39794-5)."""
        left, right = self.left_eye_px, self.right_eye_px
        return float(((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2) ** 0.5)

    @property
    def right_eye_px(self) -> tuple[float, float]:
        return self._midpoint(33, 133)

    @property
    def left_eye_px(self) -> tuple[float, float]:
        return self._midpoint(362, 263)

    def _midpoint(self, one: int, other: int) -> tuple[float, float]:
        x, y = (self.landmarks_px[one, :2] + self.landmarks_px[other, :2]) / 2
        return float(x), float(y)


@probe("qcheck.probes.face:find_faces")
@dataclass(frozen=True)
class Faces:
    """Every face found, largest first."""

    faces: tuple[Face, ...]


# The main face is a probe of its own, so that a rule about "the face" asks for it and is skipped
# with the reason where there is none.
probe("qcheck.probes.face:main_face")(Face)


@probe("qcheck.probes.pose:measure_head_pose")
@dataclass(frozen=True)
class HeadPose:
    """How the head is turned. Zero is straight into the lens."""

    yaw_deg: float
    """Positive: turned to the picture's left."""
    pitch_deg: float
    """Positive: chin up."""
    roll_deg: float
    """Positive: tilted clockwise as seen in the picture."""


@probe("qcheck.probes.pose:see_chin")
@dataclass(frozen=True)
class Chin:
    """Whether the chin, which says how high the head is held, is in sight."""

    covered: bool
    """By a mask, a hand, a scarf. Asked only where the chin seems lowered; False elsewhere."""


@probe("qcheck.probes.person:segment_person")
@dataclass(frozen=True)
class Person:
    """Which pixels are the person."""

    mask: NDArray[np.float32] = field(repr=False)
    """(height, width) of a reduced picture, 0 background to 1 person."""
    scale: float
    """Pixels of the upright picture to a pixel of the mask."""


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


@probe("qcheck.probes.skin:sample_skin")
@dataclass(frozen=True)
class Skin:
    """Facial skin, sampled at n mirrored pairs of mesh triangles; sitter's left half first.

    Brows, eyes, lips, nostrils and the face's rim are left out.
    """

    linear_bgr: NDArray[np.float32] = field(repr=False)
    """(2, n, 3): linear light, 0 to 1."""
    blown: NDArray[np.float32] = field(repr=False)
    """(2, n): share of pixels at a triangle with two channels or more at full scale."""
    crushed: NDArray[np.float32] = field(repr=False)
    """(2, n): share of pixels that are black."""
    area_cm2: NDArray[np.float32] = field(repr=False)
    """(n,): area of the triangle on the canonical face."""
    facing: NDArray[np.float32] = field(repr=False)
    """(n,): cosine between the canonical triangle's normal and straight ahead."""
    pair: NDArray[np.intp] = field(repr=False)
    """(n,): which pair of the mesh; those that the frame cuts off are left out."""


@probe("qcheck.probes.light:measure_light")
@dataclass(frozen=True)
class Light:
    """How evenly the face is lit."""

    difference_stops: float
    """Light on the sitter's left half over that on the right, log2; positive: left is brighter."""
    falloff_stops: float
    """How far facial skin lies below its brightest parts on average, beyond what soft light from
    the front does; that of a black face is about 4."""
    shadow_share: float
    """Share of facial skin more than 2.5 stops below the lit skin."""
    brightest_luminance: float
    """95th percentile of facial skin, linear, 0 to 1."""


# How many times brighter fair skin is than the white of an eye under its lids.
_SKIN_OVER_EYE_WHITE = 1.75


@probe("qcheck.probes.light:measure_exposure")
@dataclass(frozen=True)
class Exposure:
    """How bright the face came out. Luminances are linear, 0 to 1 (sRGB full scale)."""

    skin_luminance: float
    """Median of facial skin."""
    lit_skin_luminance: float
    """90th percentile of facial skin."""
    eye_white_luminance: float | None
    """Of the brighter eye; None where too little white shows."""
    picture_luminance: float
    """Of the brightest five-hundredth of the whole picture, whatever it is."""
    blown_share: float
    """Share of facial skin with two channels or more at full scale."""
    crushed_share: float
    """Share of facial skin that is black."""

    @property
    def lit_luminance(self) -> float:
        """Of lit skin, or of fair skin in the same light where the whites of the eyes say more."""
        white = self.eye_white_luminance or 0.0
        return max(self.lit_skin_luminance, _SKIN_OVER_EYE_WHITE * white)


@probe("qcheck.probes.detail:measure_detail")
@dataclass(frozen=True)
class Detail:
    """How fine the detail around the eyes is."""

    claimed_px: float
    """Side of the face region."""
    equivalent_px: float
    """Side of a sharp face region that would hold the same detail."""
    lost: float
    """Probability that the face holds about half of the detail that its pixels claim, or less."""
    enlarged: bool
    """Whether enlargement explains that better than blur."""


@probe("qcheck.probes.grain:measure_grain")
@dataclass(frozen=True)
class Grain:
    """Noise on skin, after the face is reduced to 512 px where it is larger."""

    sigma_levels: float
    """Standard deviation of white noise in luma, in levels of 255; skin's own texture apart."""


@probe("qcheck.probes.compression:measure_compression")
@dataclass(frozen=True)
class Compression:
    """What lossy compression left behind."""

    blockiness_levels: float
    """Excess of luma steps on the lines of an 8-pixel grid, in levels of 255."""
    jpeg_quality: int | None
    """libjpeg's quality setting of this file; None where it is no JPEG."""


@probe("qcheck.probes.colour:measure_colour")
@dataclass(frozen=True)
class Colour:
    """Colour in CIELAB under D65."""

    chroma_p95: float
    """95th percentile of chroma over the whole picture."""
    skin_lightness: float
    skin_chroma: float
    skin_hue_deg: float
    """0 is red, 90 yellow; healthy skin of every tone lies between."""
    cast: float
    """Probability of a strong cast, from skin, the whites of the eyes and the brightest parts."""
    cast_hue_deg: float
    """Hue by which skin departs from the mean of skins."""


@probe("qcheck.probes.backdrop:measure_backdrop")
@dataclass(frozen=True)
class Backdrop:
    """What is behind the person, seen at 384 px."""

    share: float
    """Share of the picture that is background."""
    kind: str
    """``plain``, ``soft`` (a blurred place), ``place`` or ``transparent``."""
    certainty: float
    """Probability of that kind, from a third to 1; meaningless where it is transparent."""
    outline_share: float
    """Share of the background that is hard outlines."""


@probe("qcheck.probes.transparency:measure_transparency")
@dataclass(frozen=True)
class Transparency:
    """What the alpha channel hides."""

    clear_share: float
    """Share of the picture that is fully transparent."""
    veiled_share: float
    """Share that is neither transparent nor opaque."""
    face_hole_share: float | None
    """Share of the main face that is not opaque; None where no face was found."""

    @property
    def seen_through_share(self) -> float:
        """Share of the picture that is not opaque."""
        return self.clear_share + self.veiled_share


@probe("qcheck.probes.face:face_regions")
@dataclass(frozen=True)
class FaceRegions:
    """Where the faces are, largest first; empty where there is none."""

    regions: tuple[Box, ...]


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


COVERED_ABOVE = 0.5
"""How surely, 0 to 1, eyes or mouth must be covered for nothing to be measured on them."""


@probe("qcheck.probes.covering:measure_covering")
@dataclass(frozen=True)
class Covering:
    """What is in front of the face: 0 nothing, 1 certainly covered.

    Half is where covered and bare faces of other people are told apart best.
    """

    right_eye: float
    """The sitter's right eye: dark glass, hair, a patch."""
    left_eye: float
    lower_face: float
    """Nose, mouth and chin together: a mask, a scarf."""
    glare_share: float
    """Share of the lens or eye area that is blown out, at the worse eye."""
    right_eye_box: Box
    left_eye_box: Box
    lower_face_box: Box
    lower_part: float = 0.0
    """Any part of nose, mouth or chin: hand, microphone, mask."""

    @property
    def eyes(self) -> float:
        """The worse of the two."""
        return max(self.right_eye, self.left_eye)

    @property
    def eyes_covered(self) -> bool:
        """Whether so little is seen of the eyes that lids and gaze cannot be measured."""
        return self.eyes > COVERED_ABOVE

    @property
    def mouth_covered(self) -> bool:
        return self.lower_face > COVERED_ABOVE


# An open eye reads up to .3 as a blink, a closed one .6 and more: each tenth over rest takes .006.
_BLINK_AT_REST = 0.25
_GAP_PER_BLINK = 0.06


def _open_share(gap_share: float, blink: float) -> float:
    return max(0.0, gap_share - _GAP_PER_BLINK * (blink - _BLINK_AT_REST))


@probe("qcheck.probes.gaze:measure_eye_opening")
@dataclass(frozen=True)
class EyeOpening:
    """How far each eye is open. Gaps are shares of the distance from eyes to chin."""

    right_gap_share: float
    left_gap_share: float
    right_blink: float
    """MediaPipe's ``eyeBlink``, 0 open to 1 closed."""
    left_blink: float
    right_closed: float
    """From lids, blendshapes and the look of the eye: 0 open to 1 certainly closed."""
    left_closed: float
    right_eye: Box
    left_eye: Box

    @property
    def right_open_share(self) -> float:
        """The gap, less what the sense of blinking takes off: lids in the mesh are drawn apart."""
        return _open_share(self.right_gap_share, self.right_blink)

    @property
    def left_open_share(self) -> float:
        return _open_share(self.left_gap_share, self.left_blink)


@probe("qcheck.probes.gaze:measure_gaze")
@dataclass(frozen=True)
class Gaze:
    """Where the eyes look, head and eyes together. Zero is straight into the lens."""

    yaw_deg: float
    """Positive: to the picture's left."""
    pitch_deg: float
    """Positive: up."""
    head_yaw_deg: float
    head_pitch_deg: float
    eye_width_px: float
    """Of the eye that shows wider."""
    face_covered: bool
    """Whether nose and mouth are covered, so that the head's direction is a guess."""
    eyes: tuple[Box, ...]

    @property
    def head_turn_deg(self) -> float:
        """Of the head, aside or up and down, whichever is more."""
        return max(abs(self.head_yaw_deg), abs(self.head_pitch_deg))

    @property
    def off_lens_deg(self) -> float:
        return float((self.yaw_deg**2 + self.pitch_deg**2) ** 0.5)


@probe("qcheck.probes.expression:measure_expression")
@dataclass(frozen=True)
class Expression:
    """What the face does. Weights are MediaPipe's blendshapes, both sides' mean, 0 to 1."""

    lip_gap_share: float
    """Between the inner edges of the lips, share of the distance from eyes to chin."""
    mouth_open: float
    """Whether the mouth is open or shows teeth, 0 no to 1 certainly."""
    jaw_open: float
    smile: float
    mouth_frown: float
    brows_lowered: float
    brows_raised: float
    mouth: Box
    brows: Box


@probe("qcheck.probes.mood:measure_mood")
@dataclass(frozen=True)
class Mood:
    """What the face seems to feel, each 0 to 1.

    Half is where one or two neutral faces in a hundred lie above.
    """

    anger: float
    sadness: float
    surprise: float
