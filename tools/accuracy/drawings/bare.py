"""What does not cover a face: beards, hard light; and what every picture goes through."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from tools.accuracy.drawings.canvas import (
    EYES,
    HEIGHT,
    JAW,
    WIDTH,
    Sample,
    any_colour,
    blend,
    by,
    fill,
)


def beard(sample: Sample, rng: Generator) -> np.ndarray:
    """A beard or moustache, on a bare face: dark, soft-edged, hairy, the lips left free."""
    out = sample.bgr.astype(float)
    jaw = sample.points[list(JAW)][4:-4]
    top = sample.points[[205, 2, 425]] + by(0, rng.uniform(0, 6))
    cover = fill(np.vstack([jaw + by(0, rng.uniform(0, 8)), top[::-1]]), rng.uniform(2, 5))
    lips = sample.points[[61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91]]
    cover = cover * (1 - fill(lips, 0.8))
    if rng.random() < 0.4:
        cover *= (np.arange(HEIGHT)[:, None] > sample.points[17, 1] - rng.uniform(-6, 4)).astype(
            float
        )
    strands = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), 0.8, sigmaY=2.0)
    tone = any_colour(rng, 0, 80) if rng.random() < 0.75 else any_colour(rng, 80, 220)
    surface = tone[None, None] + (strands / strands.std() * rng.uniform(4, 25))[..., None]
    return blend(out, cover * rng.uniform(0.35, 1), np.clip(surface, 0, 255))


def light(out: np.ndarray, rng: Generator) -> np.ndarray:
    """Light from one side, a hard shadow, or eyes in the dark of their sockets."""
    kind = rng.random()
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    if kind < 0.5:
        angle = rng.uniform(0, 2 * np.pi)
        slope = ((x - 64) * np.cos(angle) + (y - 85) * np.sin(angle)) / 50
        gain = 2.0 ** (rng.uniform(0, 1.8) * np.clip(slope, -1, 1) * 0.5)
    elif kind < 0.75:
        angle = rng.uniform(0, 2 * np.pi)
        edge = (x - 64 - rng.normal(0, 12)) * np.cos(angle) + (y - 85) * np.sin(angle)
        gain = 1 - rng.uniform(0.2, 0.85) / (1 + np.exp(-edge / rng.uniform(1, 7)))
    else:
        gain = np.ones_like(x)
        for ex, ey in EYES:
            socket = np.exp(-(((x - ex) / 13) ** 2) - ((y - ey + 4) / rng.uniform(7, 11)) ** 2)
            gain = gain * (1 - rng.uniform(0.1, 0.6) * socket)
    return np.asarray(out * gain[..., None])


def change(bgr: np.ndarray, rng: Generator, mirrored: bool = True) -> np.ndarray:
    """What every picture goes through: size, detail, contrast, grey, noise, place."""
    out = np.asarray(bgr, np.float64)
    if rng.random() < 0.35:
        out = light(out, rng)
    if mirrored and rng.random() < 0.5:
        out = out[:, ::-1]
    turn, grow = rng.normal(0, 3.0), rng.normal(1, 0.04)
    matrix = np.asarray(cv2.getRotationMatrix2D((64, 80), turn, grow), np.float64)
    matrix[:, 2] += rng.normal(0, 1.6, 2)
    matrix[0, 1] += rng.normal(0, 0.03)
    turned = cv2.warpAffine(out, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    out = np.asarray(turned, np.float64)
    if rng.random() < 0.4:
        weights = rng.dirichlet((2, 4, 3))
        out = np.repeat((out @ weights)[..., None], 3, axis=2)
    out = 255 * np.clip(out / 255, 0, 1) ** np.exp(rng.normal(0, 0.25))
    out = (out - 128) * np.exp(rng.normal(0, 0.18)) + 128 + rng.normal(0, 14)
    if rng.random() < 0.35:  # dark skin and underexposure; paper-white scans
        out = out * (rng.uniform(0.25, 1) if rng.random() < 0.7 else rng.uniform(1.1, 1.8))
    out = np.clip(out, 0, 255)
    if rng.random() < 0.4:
        shrink = rng.uniform(0.4, 1)
        small = cv2.resize(out, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        large = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        out = np.asarray(large, np.float64)
    out = out + rng.normal(0, rng.uniform(0, 5), out.shape[:2])[..., None]
    copy = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))]
        coded = cv2.imencode(".jpg", copy, quality)[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    return copy
