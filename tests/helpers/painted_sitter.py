"""The sound portrait's aligned face, and things painted in front of it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import AlignedFace, Face

__all__ = ["on", "seen"]


def seen(path: Path) -> tuple[AlignedFace, Face]:
    evidence = Evidence(File(path.name, path.read_bytes()))
    return evidence.get(AlignedFace), evidence.get(Face)


def on(
    sitter: tuple[AlignedFace, Face], *shapes: tuple[str, tuple[int, ...], int]
) -> NDArray[np.uint8]:
    """Ellipses ``(x, y, half width, half height)`` of a grey tone on the aligned copy."""
    bgr = sitter[0].bgr.copy()
    for _, (x, y, a, b), tone in shapes:
        cv2.ellipse(bgr, (x, y), (a, b), 0, 0, 360, (tone, tone, tone), -1, cv2.LINE_AA)
    return bgr
