"""A hand before the face: rods with round ends, lit, in skin."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from tools.accuracy.drawings.canvas import (
    HEIGHT,
    TURN,
    WIDTH,
    Sample,
    any_colour,
    blend,
    cloth,
    fill,
    line,
    shading,
)


@dataclass(frozen=True)
class Skeleton:
    """A hand in space, (x, y, height towards the camera) in pixels of the aligned copy."""

    rods: list[tuple[np.ndarray, np.ndarray, float]]
    """Start, end and thickness."""
    knuckles: list[np.ndarray]
    tips: list[np.ndarray]
    creases: list[tuple[np.ndarray, np.ndarray]]
    """Joints, and the way that the finger goes there."""
    thick: float
    fist: bool


def hand(
    sample: Sample, rng: Generator, target: ArrayLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """A hand of rods with round ends: flat, bent or a fist, in skin of the sitter or of another.

    Its finger tips, knuckles or palm lie on ``target``: anywhere on the face where None. Returns
    the picture and what it covers.
    """
    out = sample.bgr.astype(float)
    if target is None:
        target = sample.points[int(rng.choice([13, 17, 152, 2, 50, 280, 205, 425, 172, 397]))]
    at = np.asarray(target) + rng.normal(0, 4, 2)
    bones = _skeleton(rng)
    shift = np.array([*(at - _touching(bones, rng)[:2]), 0.0])
    surface = np.full((HEIGHT, WIDTH), -1e3)
    for start, end, radius in bones.rods:
        _bone(surface, start + shift, end + shift, radius)
    cover = (surface > -500).astype(float)
    shade = _lit(surface, cover, rng)
    own_skin = np.median(out[84:96, 40:88].reshape(-1, 3), axis=0)
    skin = own_skin * rng.uniform(0.75, 1.3) if rng.random() < 0.75 else any_colour(rng, 40, 230)
    glove = cloth(rng, skin, rng.uniform(0, 6))
    picture = glove * shade[..., None] * shading(sample, rng, rng.uniform(0, 0.7))
    picture = _detailed(picture, bones, shift, skin, rng)
    contact = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(1.5, 5)))
    contact = np.roll(contact, rng.integers(-3, 4, 2), axis=(0, 1)) * rng.uniform(0, 0.6)
    out = out * (1 - contact[..., None] * (1 - cover[..., None]))
    soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.4, 0.9)))
    return blend(out, soft, np.clip(picture, 0, 255)), soft


def _skeleton(rng: Generator) -> Skeleton:
    """Some hand with its wrist at the origin, fingers up, mostly."""
    size = rng.uniform(26, 42)  # length of the middle finger; an eye distance is 42
    lean = rng.normal(0, 1.0)
    forward = np.array([np.sin(lean), -np.cos(lean), 0.0])
    side = np.array([forward[1], -forward[0], 0.0]) * rng.choice([-1, 1])
    side = _turned(side, rng.normal(0, 0.7), forward)
    out_of = np.cross(forward, side)
    fist = bool(rng.random() < 0.3)
    bend = rng.uniform(1.0, 1.5) if fist else abs(rng.normal(0, 0.35))
    spread = 0.0 if fist else rng.uniform(0, 0.2)
    thick = size * rng.uniform(0.1, 0.135)
    wrist = np.zeros(3)
    hand = Skeleton([(wrist - forward * size * 2, wrist, thick * 2.6)], [], [], [], thick, fist)
    for index, length in enumerate((0.9, 1.0, 0.95, 0.76)):
        offset = (index - 1.5) * thick * 2.0
        knuckle = wrist + forward * size * (1.05 - 0.04 * (index - 1) ** 2) + side * offset
        hand.rods.append((wrist + side * offset * 0.6, knuckle, thick * 1.35))
        hand.knuckles.append(knuckle)
        if rng.random() < (0.12 if not fist else 0):  # tucked away
            continue
        ahead = _turned(forward, (index - 1.5) * spread, out_of)
        joint = knuckle
        own = bend * rng.uniform(0.7, 1.3) + abs(rng.normal(0, 0.12))
        for part in (0.45, 0.3, 0.25):
            ahead = _turned(ahead, own, side)
            end = joint + ahead * size * length * part
            hand.rods.append((joint, end, thick * (1.0 if part > 0.4 else 0.92)))
            if part > 0.25:
                hand.creases.append((end, ahead))
            joint = end
        hand.tips.append(joint)
    thumb = wrist + forward * size * 0.3 + side * -thick * 3.2
    swing = rng.uniform(-0.2, 1.1)
    ahead = forward * np.cos(swing) - side * np.sin(swing)
    for part in (0.5, 0.36):
        end = thumb + ahead * size * part
        hand.rods.append((thumb, end, thick * 1.15))
        thumb, ahead = end, _turned(ahead, rng.uniform(0, 0.4), out_of)
    return hand


def _touching(hand: Skeleton, rng: Generator) -> np.ndarray:
    """The point of the hand that lies on its target."""
    kind = rng.random()
    knuckles = np.mean(hand.knuckles, axis=0)
    if hand.fist or kind < 0.35 or not hand.tips:
        return np.asarray(knuckles)
    if kind < 0.6:
        return hand.tips[rng.integers(len(hand.tips))]
    return np.asarray(np.mean(hand.tips, axis=0) * 0.5 + knuckles * 0.5)


def _bone(surface: np.ndarray, start: np.ndarray, end: np.ndarray, thick: float) -> None:
    """Raise ``surface``, heights towards the camera, by a rod with round ends (x, y, height)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    along = end[:2] - start[:2]
    reach = np.clip(
        ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(along @ along, 1e-6), 0, 1
    )
    away = np.hypot(x - start[0] - reach * along[0], y - start[1] - reach * along[1])
    top = start[2] + reach * (end[2] - start[2]) + np.sqrt(np.maximum(thick**2 - away**2, 0))
    np.maximum(surface, np.where(away < thick + 0.5, top, -1e3), out=surface)


def _turned(vector: np.ndarray, angle: float, axis: np.ndarray) -> np.ndarray:
    """``vector`` turned about the unit ``axis`` (Rodrigues)."""
    return np.asarray(
        vector * np.cos(angle)
        + np.cross(axis, vector) * np.sin(angle)
        + axis * (axis @ vector) * (1 - np.cos(angle))
    )


def _lit(surface: np.ndarray, cover: np.ndarray, rng: Generator) -> np.ndarray:
    """Brightness of ``surface`` under a lamp somewhere."""
    around = np.asarray(cv2.blur(np.where(cover > 0, surface, 0), (5, 5)))
    filled = np.where(cover > 0, surface, around)
    filled = np.asarray(cv2.GaussianBlur(filled, (0, 0), rng.uniform(0.5, 1.2)))
    slope_y, slope_x = np.gradient(filled)
    sun = rng.normal(0, 1, 3) * (1, 0.7, 0) + (0, -0.5, rng.uniform(0.7, 2))
    sun /= np.linalg.norm(sun)
    shade = (-slope_x * sun[0] - slope_y * sun[1] + sun[2]) / np.sqrt(1 + slope_x**2 + slope_y**2)
    ambient = rng.uniform(0.35, 0.8)
    return np.asarray(ambient + (1 - ambient) * np.clip(shade, 0, 1) / max(sun[2], 0.4))


def _detailed(
    picture: np.ndarray, hand: Skeleton, shift: np.ndarray, skin: np.ndarray, rng: Generator
) -> np.ndarray:
    """With grain, creases at the joints and perhaps nails."""
    fine = rng.normal(0, 1, (HEIGHT, WIDTH))
    fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), rng.uniform(0.6, 2.5)))
    picture *= (1 + rng.uniform(0, 0.05) * fine / fine.std())[..., None]
    for joint, ahead in hand.creases:
        across = np.array([ahead[1], -ahead[0]])
        spot = (joint + shift)[:2]
        for step in (-0.8, 0.8):
            ends = [spot + ahead[:2] * step + across * w * hand.thick * 0.7 for w in (-1, 1)]
            crease = line(ends, 0.5, False, 0.5) * rng.uniform(0.1, 0.5)
            picture = blend(picture, crease, skin * 0.5)
    if not hand.fist and rng.random() < 0.5:
        for tip in hand.tips:
            nail = (tip + shift)[:2] + hand.thick * 0.45 * np.c_[np.cos(TURN), np.sin(TURN)]
            picture = blend(picture, fill(nail, 0.5) * 0.5, np.clip(skin * 1.2 + 10, 0, 255))
    return picture
