"""Hair, patches, masks, microphones and plain things before a face."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tools.accuracy.drawings.canvas import (
    EYES,
    HEIGHT,
    JAW,
    TURN,
    WIDTH,
    Sample,
    any_colour,
    blend,
    by,
    cloth,
    fill,
    line,
    shading,
)


def hair(sample: Sample, rng: Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Locks over one eye (-1 the picture's left) or both (0).

    Returns the picture and what it covers.
    """
    out = sample.bgr.astype(float)
    tone = any_colour(rng, 0, 90) if rng.random() < 0.7 else any_colour(rng, 90, 220)
    spots = EYES if side == 0 else EYES[[0 if side < 0 else 1]]
    cover = np.zeros((HEIGHT, WIDTH))
    lean = rng.normal(0, 12)
    for x, y in spots:
        for _ in range(rng.integers(14, 44)):
            top = x + lean + rng.normal(0, 8), rng.uniform(-5, 30)
            end = x - lean * 0.3 + rng.normal(0, 9), rng.uniform(y + 8, y + 60)
            bend = (top[0] + end[0]) / 2 + rng.normal(0, 8), (top[1] + end[1]) / 2
            t = np.linspace(0, 1, 12)[:, None]
            path = (1 - t) ** 2 * top + 2 * t * (1 - t) * np.array(bend) + t**2 * np.array(end)
            lock = line(path, rng.uniform(0.8, 3.6), False, 0.3) * rng.uniform(0.7, 1)
            out = blend(out, lock, np.clip(tone + rng.normal(0, 18), 0, 255))
            cover = np.maximum(cover, lock)
    return out, cover


def patch(sample: Sample, rng: Generator, side: int) -> np.ndarray:
    """A plain shape over one eye or both: an eye patch, a hand, a phone, a cap's shade."""
    out = sample.bgr.astype(float)
    for x, y in EYES if side == 0 else EYES[[0 if side < 0 else 1]]:
        n = rng.integers(4, 9)
        angle = np.sort(rng.uniform(0, 2 * np.pi, n)) if n > 5 else np.arange(n) * 2 * np.pi / n
        radius = rng.uniform(13, 30, (n, 1))
        shape = (x + rng.normal(0, 3), y + rng.normal(0, 3)) + radius * np.c_[
            np.cos(angle), np.sin(angle)
        ]
        surface = cloth(rng, any_colour(rng)) * shading(sample, rng)
        core = fill(np.array([(x - 9, y - 4), (x + 9, y - 4), (x + 9, y + 4), (x - 9, y + 4)]))
        out = blend(out, np.maximum(fill(shape, rng.uniform(0, 1)), core), np.clip(surface, 0, 255))
    return out


def mask(sample: Sample, rng: Generator) -> np.ndarray:
    """A face mask from somewhere on the nose to below the chin."""
    out = sample.bgr.astype(float)
    jaw = sample.points[list(JAW)] + rng.normal(0, 0.8, (len(JAW), 2))
    grow = rng.uniform(0.93, 1.1)
    centre = sample.points[1]
    jaw = centre + (jaw - centre) * grow
    first = rng.integers(1, 5)
    jaw = jaw[first:-first]
    nose = sample.points[6] * (w := rng.uniform(0, 0.75)) + sample.points[4] * (1 - w)
    left, right = jaw[0], jaw[-1]
    side_y = rng.uniform(-4, 8)
    top = np.array(
        [
            right + by(0, side_y),
            right * 0.5 + nose * 0.5 + (0, rng.uniform(-3, 5)),
            nose + by(3, 0),
            nose + by(-3, 0),
            left * 0.5 + nose * 0.5 + (0, rng.uniform(-3, 5)),
            left + by(0, side_y),
        ]
    )
    shape = np.vstack([jaw, top])
    if rng.random() < 0.2:  # a scarf: down to the frame
        shape = np.vstack(
            [(2, HEIGHT), left + by(-9, 4), top[::-1], right + by(9, 4), (WIDTH - 2, HEIGHT)]
        )
    tone = rng.choice(["white", "dark", "blue", "any"], p=[0.28, 0.27, 0.2, 0.25])
    colour = {
        "white": any_colour(rng, 190, 255),
        "dark": any_colour(rng, 0, 60),
        "blue": np.clip(np.array([210, 190, 130]) + rng.normal(0, 22, 3), 0, 255),
        "any": any_colour(rng),
    }[str(tone)]
    surface = cloth(rng, colour, rng.uniform(3, 40)) * shading(sample, rng, rng.uniform(0.4, 1))
    if rng.random() < 0.75:  # form: lighter along the nose, darker towards the jaw
        x = (np.arange(WIDTH) - centre[0]) / 45
        surface = surface * (1 + rng.uniform(0, 0.25) - rng.uniform(0, 0.45) * x**2)[None, :, None]
    cover = fill(shape, rng.uniform(0, 0.9))
    out = blend(out, cover, np.clip(surface, 0, 255))
    for _ in range(rng.integers(0, 5)):  # folds and seams
        y = rng.uniform(nose[1] + 6, 140)
        fold = [(left[0] + 4, y - 3), (centre[0], y + rng.uniform(0, 6)), (right[0] - 4, y - 3)]
        shade = colour * rng.uniform(0.4, 1.25)
        out = blend(
            out, line(fold, rng.uniform(0.4, 1.6), False, 0.6) * cover * 0.6, np.clip(shade, 0, 255)
        )
    if rng.random() < 0.15:  # valve or print
        spot = centre + by(rng.uniform(-16, 16), rng.uniform(8, 34))
        out = blend(
            out, line([spot, spot + 0.1], rng.uniform(5, 14), False, 0.5) * cover, any_colour(rng)
        )
    if rng.random() < 0.6:
        for end, edge in ((sample.points[234], left), (sample.points[454], right)):
            out = blend(
                out, line([edge + by(0, side_y), end + by(0, -4)], rng.uniform(0.5, 1.4)), colour
            )
    return out


def microphone(sample: Sample, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """A microphone from below or beside, with grille, foam or a pop filter before it."""
    out = sample.bgr.astype(float)
    mouth = sample.points[[13, 14, 152, 17][int(rng.integers(4))]]
    mouth = mouth + by(rng.normal(0, 6), rng.uniform(-4, 6))
    radius = rng.uniform(7, 18)
    lean = rng.normal(0, 0.6) if rng.random() < 0.7 else rng.choice([-1, 1]) * rng.uniform(1, 1.7)
    end = mouth + by(np.sin(lean) * 110, np.cos(lean) * 110)
    colour = any_colour(rng, 0, 120) if rng.random() < 0.8 else any_colour(rng, 100, 230)
    stem = line([mouth, end], radius * rng.uniform(0.5, 1.6), False, 0.6)
    turned = rng.uniform(-0.5, 0.5)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    across = ((x - mouth[0]) * np.cos(lean) - (y - mouth[1]) * np.sin(lean)) / radius
    body = colour * (1 - 0.4 * np.abs(np.clip(across - turned, -1.5, 1.5)))[..., None]
    out = blend(out, stem, np.clip(body, 0, 255))
    long = by(np.sin(lean), np.cos(lean)) * radius * rng.uniform(0, 2.2)
    head = line([mouth, mouth + long + 0.1], radius * 2, False, 0.5)
    tone = any_colour(rng, 0, 90) if rng.random() < 0.6 else any_colour(rng, 60, 210)
    grille = cloth(rng, tone, rng.uniform(0, 60))
    form = np.clip(
        1.2 - 0.8 * np.hypot(x - mouth[0] + radius / 3, y - mouth[1] + radius / 3) / radius,
        0.2,
        1.3,
    )
    out = blend(out, head, np.clip(grille * form[..., None], 0, 255))
    cover = np.maximum(stem, head)
    if rng.random() < 0.25:
        band = line([mouth + long * 0.5 + by(-radius, 0), mouth + long * 0.5 + by(radius, 0)], 2)
        out = blend(out, band * head * 0.8, any_colour(rng))
    if rng.random() < 0.15:  # a pop filter
        wide = rng.uniform(20, 34)
        disc = fill(mouth + np.c_[np.cos(TURN) * wide * rng.uniform(0.6, 1), np.sin(TURN) * wide])
        net = cloth(rng, any_colour(rng, 0, 60), rng.uniform(0, 20))
        out = blend(out, disc * (through := rng.uniform(0.5, 0.95)), net)
        cover = np.maximum(cover, disc * through)
    return out, cover


def thing(sample: Sample, rng: Generator) -> np.ndarray:
    """A plain shape over the mouth: a cup, a phone, a page."""
    out = sample.bgr.astype(float)
    mouth = sample.points[[13, 14]].mean(axis=0)
    n = int(rng.choice([4, 4, 7]))
    angle = np.arange(n) * 2 * np.pi / n + rng.uniform(0, np.pi)
    radius = rng.uniform(22, 45, (n, 1))
    shape = mouth + rng.normal(0, 5, 2) + radius * np.c_[np.cos(angle), np.sin(angle)]
    surface = cloth(rng, any_colour(rng)) * shading(sample, rng, 0.5)
    return blend(out, fill(shape, rng.uniform(0, 0.8)), np.clip(surface, 0, 255))
