"""Light on the face, and the colours of skin and picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Colour", "Exposure", "Light", "Skin"]


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
    skin_warmth_stops: float
    """How much more red than blue the skin reflects, in powers of two; the forehead's where that is
    more, since a mask is no skin."""
    warmer_than_white_stops: float
    """The same next to the whites of the eyes, which the same light falls on; 0 where they do not
    show. Skin reflects more red than blue, so below 0 no light explains it."""
