"""What eyes, mouth and brows do, and what hides them."""

from __future__ import annotations

from dataclasses import dataclass

from qcheck.core.places import Box
from qcheck.core.probe import probe

__all__ = [
    "COVERED_ABOVE",
    "Covering",
    "Expression",
    "EyeOpening",
    "Gaze",
    "HandAtFace",
    "LowerFace",
    "Mark",
    "Mood",
    "OtherEyes",
]


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


@probe("qcheck.probes.lower_face:measure_lower_face")
@dataclass(frozen=True)
class LowerFace:
    """What is in front of nose, mouth and chin: 0 nothing, 1 certainly covered.

    Half is where covered and bare faces of other people are told apart best. Measured on heads
    turned further than those whose eyes are judged.
    """

    covered: float
    """All three together: a mask, a scarf."""
    part: float
    """Any part of them: a hand, a microphone, a mask."""
    box: Box

    @property
    def is_covered(self) -> bool:
        return self.covered > COVERED_ABOVE


@probe("qcheck.probes.marks:find_mark")
@dataclass(frozen=True)
class Mark:
    """What was laid over the face when the picture was edited."""

    kind: str
    """``patch`` (a bar, a sticker: one plain colour), ``mosaic``, or empty where there is none."""
    hides: tuple[str, ...]
    """What of the face lies under it: ``an eye``, ``the mouth``, …"""
    covered_share: float
    """Share of the face that lies under it."""
    where: Box | None


@probe("qcheck.probes.hands:find_hand_at_face")
@dataclass(frozen=True)
class HandAtFace:
    """The hand that reaches furthest into the main face."""

    reach_share: float
    """How far it comes in from the face's outline, in widths of the face; below 0 by how far it
    stays outside, -1 where no hand was found."""
    covered_share: float
    """Share of the face that it hides."""
    over: tuple[str, ...]
    """What of the face lies under it: ``the mouth``, ``a cheek``, …"""
    hand: Box | None


@probe("qcheck.probes.other_eyes:measure_other_eyes")
@dataclass(frozen=True)
class OtherEyes:
    """Eyes of whoever else is in the picture with a face at least half as large as the main one."""

    covered: float
    """How surely both eyes are, 0 to 1, of the person whose are most surely."""
    boxes: tuple[Box, ...]
    """That person's; none where there is nobody else."""


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

    Half is where it is as likely as a calm face; anger and sadness are also weighed against joy.
    """

    anger: float
    """Or disgust."""
    sadness: float
    surprise: float
    """Or fear."""
