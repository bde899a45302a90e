"""An aligned face to draw on, and what every drawing is made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from qcheck.probes.helpers.aligned_face import ALIGNED_SIZE_PX

WIDTH, HEIGHT = ALIGNED_SIZE_PX
FINE = 4  # covers are drawn this much finer and reduced, for smooth edges
EYES = np.array([(43.0, 60.0), (85.0, 60.0)])
TURN = np.linspace(0, 2 * np.pi, 16, endpoint=False)
# Landmarks along it, from ear to ear.
JAW = (
    *(234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152),
    *(377, 400, 378, 379, 365, 397, 288, 361, 323, 454),
)


@dataclass
class Sample:
    """One face of the corpus, aligned."""

    bgr: np.ndarray
    points: np.ndarray  # (478, 2) in the aligned copy
    eyes: float  # 1 covered, 0 bare, nan unknown
    lower: float


def by(x: float, y: float) -> np.ndarray:
    """A step, in pixels of the copy."""
    return np.array((x, y), float)


def blend(bgr: np.ndarray, mask: np.ndarray, colour: ArrayLike) -> np.ndarray:
    """``colour``: a (h, w, 3) picture or one colour; ``mask`` 0 to 1."""
    mask = mask[..., None]
    blended = bgr * (1 - mask) + np.asarray(colour, float) * mask
    return np.asarray(np.clip(blended, 0, 255))


def coverage(draw: Callable[[np.ndarray], object], blur: float = 0.0) -> np.ndarray:
    """A soft mask from ``draw(canvas)`` on a finer canvas."""
    canvas = np.zeros((HEIGHT * FINE, WIDTH * FINE), np.uint8)
    draw(canvas)
    small = cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    mask = np.asarray(small, np.float64) / 255.0
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), blur)) if blur > 0 else mask


def fill(points: ArrayLike, blur: float = 0.0) -> np.ndarray:
    shape = np.round(np.asarray(points) * FINE).astype(np.int32)
    return coverage(lambda canvas: cv2.fillPoly(canvas, [shape], 255), blur)


def line(points: ArrayLike, thick: float, closed: bool = False, blur: float = 0.0) -> np.ndarray:
    shape = np.round(np.asarray(points) * FINE).astype(np.int32)
    width = max(1, round(thick * FINE))
    return coverage(lambda canvas: cv2.polylines(canvas, [shape], closed, 255, width), blur)


def any_colour(rng: Generator, low: float = 0, high: float = 255) -> np.ndarray:
    base = rng.uniform(low, high)
    return np.asarray(np.clip(base + rng.normal(0, rng.choice([0, 10, 60]), 3), low, high))


def cloth(rng: Generator, colour: ArrayLike, strength: float | None = None) -> np.ndarray:
    """A plain, checked, striped or mottled surface."""
    picture = np.tile(np.asarray(colour, float), (HEIGHT, WIDTH, 1))
    kind = rng.choice(["plain", "stripes", "mottled", "weave"], p=[0.5, 0.15, 0.2, 0.15])
    strength = rng.uniform(5, 70) if strength is None else strength
    if kind == "stripes":
        angle, period = rng.uniform(0, np.pi), rng.uniform(3, 14)
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
        picture += strength * wave[..., None]
    elif kind == "mottled":
        noise = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), rng.uniform(1, 6))
        picture += (strength * noise / (noise.std() + 1e-9))[..., None]
    elif kind == "weave":
        picture += rng.normal(0, strength / 4, (HEIGHT, WIDTH, 1))
    return np.asarray(np.clip(picture, 0, 255))


def shading(sample: Sample, rng: Generator, amount: float = 0.7) -> np.ndarray:
    """The light on the face, coarse: what covers it is lit alike."""
    luma = np.asarray(cv2.cvtColor(sample.bgr, cv2.COLOR_BGR2GRAY)).astype(float)
    coarse = np.asarray(cv2.GaussianBlur(luma, (0, 0), 14))
    hull = coarse[50:130, 30:98]
    light = np.clip(coarse / (np.median(hull) + 1), 0.3, 1.6)[..., None]
    return np.asarray(light**amount)
