"""Eyes in sight and eyes behind glass, hair or a hand: what a network is shown of them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from qcheck.probes.helpers.lenses import eye_features
from tools.accuracy.drawings.bare import change, light
from tools.accuracy.drawings.canvas import EYES, HEIGHT, WIDTH, Sample
from tools.accuracy.drawings.covers import hair, mask, patch
from tools.accuracy.drawings.glasses import glasses
from tools.accuracy.drawings.hands import hand

Rows = list[tuple[np.ndarray, float]]
"""Features, and whether what they are of is covered."""


def of_eye(cover: np.ndarray, side: int) -> float:
    """Truth about an eye under ``cover``: nan where half of it is seen."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    centre = EYES[0 if side < 0 else 1]
    share = cover[((x - centre[0]) / 10) ** 2 + ((y - centre[1]) / 5) ** 2 < 1].mean()
    return 1.0 if share > 0.5 else 0.0 if share < 0.08 else float("nan")


def eye_rows(sample: Sample, rng: Generator, copies: int) -> Rows:
    """Features and truth of eyes, drawn ``copies`` times."""
    rows: Rows = []

    def add(bgr: np.ndarray, right: float, left: float) -> None:
        features = eye_features(change(bgr, rng, mirrored=right == left))
        for index, covered in enumerate((right, left)):
            if not np.isnan(covered):
                rows.append((features[index], covered))

    if np.isnan(sample.eyes):
        return rows
    if sample.eyes == 1:
        for _ in range(5 * copies):
            add(sample.bgr, 1, 1)
        return rows
    for _ in range(copies):
        add(sample.bgr, 0, 0)
        add(*_bare(sample, rng))
    for _ in range(copies + copies // 2):
        add(*_covered(sample, rng))
    return rows


def _bare(sample: Sample, rng: Generator) -> tuple[np.ndarray, float, float]:
    """What leaves an eye in sight: the picture, and the truth about the right and the left eye."""
    kind = rng.random()
    if kind < 0.55:
        return glasses(sample, rng, False), 0, 0
    if kind < 0.65:
        return mask(sample, rng), 0, 0
    if kind < 0.73:
        bgr, cover = hand(sample, rng)
        return bgr, of_eye(cover, -1), of_eye(cover, 1)
    return _hard_light(sample.bgr, rng), 0, 0


def _hard_light(bgr: np.ndarray, rng: Generator) -> np.ndarray:
    """The sun, or one lamp: shadows with edges, eyes in the dark of their sockets, little fill."""
    out = light(bgr.astype(float), rng)
    if rng.random() < 0.6:
        out = light(out, rng)
    if rng.random() < 0.4:  # as linear files are shown, or a hard tone curve shows them
        out = 255 * (np.clip(out, 0, 255) / 255) ** rng.uniform(1.2, 2.2)
    return out


def _covered(sample: Sample, rng: Generator) -> tuple[np.ndarray, float, float]:
    kind = rng.random()
    side = int(rng.choice([-1, 1]))
    if kind < 0.75:
        return glasses(sample, rng, True), 1, 1
    if kind < 0.86:
        bgr, cover = hair(sample, rng, side)
    elif kind < 0.92:
        bgr, cover = hand(sample, rng, EYES[0 if side < 0 else 1])
    else:
        return patch(sample, rng, side), float(side < 0), float(side > 0)
    return bgr, of_eye(cover, -1), of_eye(cover, 1)
