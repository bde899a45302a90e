"""Sunglasses, and clear glasses on a bare face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator

from tools.accuracy.drawings.canvas import HEIGHT, WIDTH, Sample, any_colour, blend, fill, line


class Style(NamedTuple):
    """Of a lens: its outline, and where it sits about the eye."""

    half_width: float
    half_height: float
    corner: float
    droop: float
    x: float
    y: float


@dataclass(frozen=True)
class Tint:
    """Of dark lenses: what is seen through them, and in them."""

    tone: np.ndarray
    through: float
    gradient: float
    """How much clearer they are further down."""
    gloss: float
    reflected: np.ndarray | None


def glasses(sample: Sample, rng: Generator, dark: bool) -> np.ndarray:
    """Sunglasses, or clear glasses on a bare face."""
    out = sample.bgr.astype(float)
    mid_left = sample.points[[33, 133]].mean(axis=0)
    mid_right = sample.points[[362, 263]].mean(axis=0)
    style = Style(
        rng.uniform(11.5, 20.5),
        rng.uniform(5.5, 17),
        rng.uniform(0.45, 1.1),
        rng.uniform(-0.1, 0.3),
        rng.uniform(-1, 3.5),
        rng.uniform(-2, 5),
    )
    lenses = [_lens(mid_left, -1, style), _lens(mid_right, 1, style)]
    if dark and rng.random() < 0.12:
        lenses = [_visor(mid_left, mid_right, style.half_height)]
    blur = rng.uniform(0, 0.8)
    frame = any_colour(rng, 0, 120) if rng.random() < 0.75 else any_colour(rng, 120, 240)
    thick = rng.uniform(0.3, 2.6)
    tint = _tint(rng)
    for lens in lenses:
        mask = fill(lens, blur)
        out = _dark(out, lens, mask, tint, rng) if dark else _clear(out, lens, mask, rng)
        if not dark or rng.random() < 0.8:
            out = blend(out, line(lens, thick, True, blur), frame)
    bridge = [(64 - 8, 58 + style.y), (64, 56 + style.y), (64 + 8, 58 + style.y)]
    out = blend(out, line(bridge, thick, False, blur), frame)
    for side, eye in ((-1, mid_left), (1, mid_right)):
        x, y = eye[0] + side * (style.half_width + style.x), eye[1] - 2
        out = blend(out, line([(x, y), (x + side * 15, y - 1)], thick, False, blur), frame)
    return out


def _lens(eye: np.ndarray, side: int, style: Style) -> np.ndarray:
    """Outline of one lens about ``eye``; ``side`` is -1 for the one on the picture's left."""
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    px = np.sign(c) * np.abs(c) ** style.corner * style.half_width
    py = np.sign(s) * np.abs(s) ** style.corner * style.half_height
    py = py + style.droop * side * px * (py > 0)
    return np.asarray(np.c_[eye[0] + side * style.x + px, eye[1] + style.y + py])


def _visor(left: np.ndarray, right: np.ndarray, high: float) -> np.ndarray:
    """One lens over both eyes, with room for the nose."""
    y = (left[1] + right[1]) / 2
    return np.array(
        [
            (left[0] - 20, y - high),
            (right[0] + 20, y - high),
            (right[0] + 20, y + high * 0.6),
            (right[0], y + high),
            (64 + 8, y + high * 0.8),
            (64, y + high * 0.2),
            (64 - 8, y + high * 0.8),
            (left[0], y + high),
            (left[0] - 20, y + high * 0.6),
        ]
    )


def _tint(rng: Generator) -> Tint:
    tone = any_colour(rng, 0, 75)
    through = rng.uniform(0.0, 0.35) if rng.random() < 0.8 else rng.uniform(0.3, 0.5)
    gradient = rng.uniform(0, 0.5) if rng.random() < 0.35 else 0.0
    gloss = rng.random()
    reflected = None
    if gloss > 0.55:
        noise = rng.normal(0, 1, (HEIGHT, WIDTH))
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), rng.uniform(2, 8)))
        reflected = np.clip(noise / noise.std() * rng.uniform(10, 45), 0, 255)[..., None]
    return Tint(tone, through, gradient, gloss, reflected)


def _dark(
    out: np.ndarray, lens: np.ndarray, mask: np.ndarray, tint: Tint, rng: Generator
) -> np.ndarray:
    middle = lens[:, 1].mean() / HEIGHT
    rows = np.linspace(0, 1, HEIGHT)[:, None]
    clear = np.clip(tint.through + tint.gradient * (rows - middle) * HEIGHT / 20, 0, 0.6)
    glass = out * clear[..., None] + (1 - clear[..., None]) * tint.tone
    if tint.reflected is not None:
        glass = glass + tint.reflected
    out = blend(out, mask, np.clip(glass, 0, 255))
    if tint.gloss < 0.45:
        spot = lens.mean(axis=0) + rng.uniform(-6, 6, 2)
        glint = fill(spot + rng.uniform(0.8, 4) * rng.normal(0, 1, (5, 2)), rng.uniform(0.4, 1.5))
        out = blend(out, glint * mask * rng.uniform(0.2, 1), (240, 240, 240))
    return out


def _clear(out: np.ndarray, lens: np.ndarray, mask: np.ndarray, rng: Generator) -> np.ndarray:
    out = blend(out, mask * rng.uniform(0, 0.22), any_colour(rng, 20, 230))
    if rng.random() < 0.3:
        spot = lens.mean(axis=0) + rng.uniform(-7, 7, 2)
        glint = fill(spot + rng.uniform(0.5, 2.2) * rng.normal(0, 1, (4, 2)), 0.5)
        out = blend(out, glint * mask * rng.uniform(0.2, 0.9), (250, 250, 250))
    return out
