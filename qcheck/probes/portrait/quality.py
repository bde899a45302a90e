"""Detail, grain and compression; what is behind the person, and what is transparent."""

from __future__ import annotations

from dataclasses import dataclass

from qcheck.core.probe import probe

__all__ = ["Backdrop", "Compression", "Detail", "Grain", "Transparency"]


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
