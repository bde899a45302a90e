"""Sunglasses of every kind, and clear glasses on a bare face.

A lens lets a share of the light through, more in one hue than in another and more at the bottom
than at the top, and mirrors some of what is before it. Clear lenses do the same, hardly at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator

from tools.accuracy.drawings.canvas import HEIGHT, WIDTH, Sample, any_colour, blend, fill, line

GAMMA = 2.2
# The nose's tip stands 25 mm and more before the eyes, glasses half as much: a turned head shifts
# them by so much of the tip's shift in the aligned copy.
SHIFT = 0.45
# Of a turned head's far lens, per pixel of the tip's shift.
NARROWER = 0.014


class Style(NamedTuple):
    """Of a lens: its outline, and where it sits about the eye."""

    half_width: float
    half_height: float
    corner: float
    droop: float
    x: float
    y: float


@dataclass(frozen=True)
class Lens:
    """What glass does to light."""

    through: np.ndarray
    """(height, width, 3): the share of linear light that passes."""
    mirrored: np.ndarray
    """(height, width, 3): linear light from the front, 0 to 1."""


def glasses(sample: Sample, rng: Generator, dark: bool) -> np.ndarray:
    """Sunglasses, or clear glasses on a bare face."""
    mid_left = sample.points[[33, 133]].mean(axis=0)
    mid_right = sample.points[[362, 263]].mean(axis=0)
    turn = float(np.clip(sample.points[1, 0] - WIDTH / 2, -25, 25))
    style = Style(
        rng.uniform(11.5, 20.5),
        rng.uniform(5.5, 17),
        rng.uniform(0.45, 1.1),
        rng.uniform(-0.1, 0.3),
        rng.uniform(-1, 3.5),
        rng.uniform(-2, 5),
    )
    lenses = [_outline(mid_left, -1, style, turn), _outline(mid_right, 1, style, turn)]
    if dark and rng.random() < 0.12:
        lenses = [_visor(mid_left, mid_right, style.half_height, turn)]
    blur = rng.uniform(0, 0.8)
    out = sample.bgr.astype(float)
    lens = _dark_lens(rng) if dark else _clear_lens(rng)
    out = _seen_through(out, lens, np.maximum.reduce([fill(each, blur) for each in lenses]))
    out = _glints(out, lenses, rng, 0.45 if dark else 0.3)
    return _framed(out, lenses, (mid_left, mid_right), style, turn, blur, rng)


def _outline(eye: np.ndarray, side: int, style: Style, turn: float) -> np.ndarray:
    """Outline of one lens about ``eye``; ``side`` is -1 for the one on the picture's left."""
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    far = 1 - NARROWER * max(0.0, side * turn)
    px = np.sign(c) * np.abs(c) ** style.corner * style.half_width * far
    py = np.sign(s) * np.abs(s) ** style.corner * style.half_height
    py = py + style.droop * side * px * (py > 0)
    return np.asarray(np.c_[eye[0] + side * style.x + SHIFT * turn + px, eye[1] + style.y + py])


def _visor(left: np.ndarray, right: np.ndarray, high: float, turn: float) -> np.ndarray:
    """One lens over both eyes, with room for the nose."""
    y = (left[1] + right[1]) / 2
    outline = np.array(
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
    return np.asarray(np.add(outline, (SHIFT * turn, 0)))


def _hue(rng: Generator, strength: float) -> np.ndarray:
    """Three shares of which the largest is 1."""
    shares = np.exp(rng.normal(0, strength, 3))
    return np.asarray(shares / shares.max())


def _dark_lens(rng: Generator) -> Lens:
    kind = rng.random()
    # Categories 1 to 4 of ISO 12312-1 let through .43 to .8, .18 to .43, .08 to .18, and less.
    share = rng.uniform(0.0, 0.18) if rng.random() < 0.65 else rng.uniform(0.18, 0.4)
    rows = (np.arange(HEIGHT)[:, None] - 60) / 20
    gradient = rng.uniform(0.5, 2.5) if rng.random() < 0.3 else 0.0
    through = np.clip(share * 2 ** (gradient * rows), 0, 0.8)
    hue = _hue(rng, 0.9 if kind < 0.35 else 0.15)
    light = np.broadcast_to(through[..., None] * hue, (HEIGHT, WIDTH, 3))
    if kind < 0.35:
        gain = rng.uniform(0.0, 0.25)
        return Lens(light, np.clip(_scene(rng, 0.5), 0, 1) * gain)
    if kind < 0.6:  # a mirror
        return Lens(light * 0.5, _scene(rng, 0.8) * _hue(rng, 0.8) * rng.uniform(0.15, 0.7))
    veil = rng.uniform(0, 0.06) * _hue(rng, 0.3)
    scene = _scene(rng, 0.3) * rng.uniform(0, 0.25) if rng.random() < 0.5 else 0.0
    return Lens(light, np.broadcast_to(veil + scene, (HEIGHT, WIDTH, 3)))


def _clear_lens(rng: Generator) -> Lens:
    """From 80 % on glass is no sunglass (ISO 12312-1, category 0); coatings mirror in a hue."""
    light = np.broadcast_to(rng.uniform(0.82, 1.0) * _hue(rng, 0.06), (HEIGHT, WIDTH, 3))
    if rng.random() < 0.35:
        place = (_blobs(rng, rng.uniform(2, 6)) > rng.uniform(0.7, 1.6))[..., None]
        return Lens(light, place * _hue(rng, 0.8) * rng.uniform(0.05, 0.5))
    return Lens(light, np.full((HEIGHT, WIDTH, 3), rng.uniform(0, 0.04)))


def _blobs(rng: Generator, size_px: float) -> np.ndarray:
    noise = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), size_px)
    return np.asarray(noise / (noise.std() + 1e-9))


def _scene(rng: Generator, contrast: float) -> np.ndarray:
    """What stands before the sitter: sky over ground, or lights and windows."""
    if rng.random() < 0.5:
        y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
        horizon = 60 + rng.normal(0, 5) + rng.normal(0, 0.1) * (x - 64)
        sky = 1 / (1 + np.exp((y - horizon) / rng.uniform(0.5, 6)))
        low, high = any_colour(rng, 0, 160) / 255, any_colour(rng, 100, 255) / 255
        picture = low + sky[..., None] * (high - low)
    else:
        picture = np.tile(any_colour(rng, 20, 200) / 255, (HEIGHT, WIDTH, 1))
    picture = picture * 2 ** (contrast * _blobs(rng, rng.uniform(1.5, 7)))[..., None]
    return np.asarray(np.clip(picture, 0, 1) ** GAMMA)


def _seen_through(out: np.ndarray, lens: Lens, mask: np.ndarray) -> np.ndarray:
    linear = np.clip(out / 255, 0, 1) ** GAMMA
    glass = np.clip(linear * lens.through + lens.mirrored, 0, 1) ** (1 / GAMMA) * 255
    return blend(out, mask, glass)


def _glints(out: np.ndarray, lenses: list[np.ndarray], rng: Generator, chance: float) -> np.ndarray:
    if rng.random() > chance:
        return out
    for lens in lenses:
        mask = fill(lens, 0.3)
        spot = lens.mean(axis=0) + rng.uniform(-7, 7, 2)
        glint = fill(spot + rng.uniform(0.5, 3.5) * rng.normal(0, 1, (5, 2)), rng.uniform(0.4, 1.5))
        out = blend(out, glint * mask * rng.uniform(0.2, 1), (245, 245, 245))
    return out


def _framed(
    out: np.ndarray,
    lenses: list[np.ndarray],
    eyes: tuple[np.ndarray, np.ndarray],
    style: Style,
    turn: float,
    blur: float,
    rng: Generator,
) -> np.ndarray:
    """A full rim, half of one, or none; a bridge and temples."""
    frame = any_colour(rng, 0, 120) if rng.random() < 0.75 else any_colour(rng, 120, 240)
    thick = rng.uniform(0.3, 2.8)
    rim = rng.random()
    for lens in lenses:
        if rim < 0.7:
            out = blend(out, line(lens, thick, True, blur), frame)
        elif rim < 0.87:  # above the eye alone
            upper = lens[lens[:, 1] < lens[:, 1].mean()]
            upper = upper[np.argsort(upper[:, 0])]
            out = blend(out, line(upper, thick, False, blur), frame)
    shift = SHIFT * turn
    y = eyes[0][1] + style.y - rng.uniform(0, 5)
    bridge = [(64 - 8 + shift, y), (64 + shift, y - 2), (64 + 8 + shift, y)]
    out = blend(out, line(bridge, thick, False, blur), frame)
    for side, eye in ((-1, eyes[0]), (1, eyes[1])):
        x = eye[0] + side * (style.half_width + style.x) + shift
        temple = [(x, eye[1] - 2), (x + side * 15, eye[1] - 3)]
        out = blend(out, line(temple, thick, False, blur), frame)
    return out
