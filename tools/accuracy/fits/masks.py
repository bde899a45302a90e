"""Fits what a mask before nose, mouth and chin looks like.

A head of its own, because what covers a part only (a finger, a microphone, a lock) draws the line
between bare and covered through the middle of beards and open mouths. Masks are drawn on the bare
faces of every set, in every colour; beards, open mouths, glasses, hard light, half a face in shade,
heads turned aside and very small faces are drawn on bare faces as well, in any combination. Colours
are shifted and often taken out, so that colour is evidence where there is any, and not needed where
there is none.
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from qcheck.probes.helpers.covers import mask_features
from tools.accuracy.drawings import bare, covers
from tools.accuracy.drawings.canvas import (
    EYES,
    HEIGHT,
    JAW,
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
from tools.accuracy.drawings.glasses import glasses
from tools.accuracy.fits import covering
from tools.accuracy.labels import Row

MEDIUM = "portraits"


def open_mouth(sample: Sample, rng: np.random.Generator) -> np.ndarray:
    """The face with its jaw dropped: a dark gap between the lips, often with teeth."""
    out = sample.bgr.astype(np.float32)
    left, right, lip = sample.points[61], sample.points[291], sample.points[13]
    half = max(np.hypot(*(right - left)) / 2 * rng.uniform(0.7, 1.1), 5.0)
    drop = rng.uniform(4, 22)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    wide = np.clip(1 - ((x - lip[0]) / (half * 1.02)) ** 2, 0, 1) ** 0.6
    jaw = np.clip(1.35 - np.abs(x - lip[0]) / (half * 2.2), 0, 1)
    # What lies below the lips is pulled down; less at the corners and beside the chin.
    shift = drop * np.maximum(wide, 0.6 * jaw)
    below = y > lip[1]
    source = np.where(below, np.maximum(y - shift, np.minimum(y, lip[1] + 1)), y)
    out = cv2.remap(out, x, source.astype(np.float32), cv2.INTER_LINEAR, None, 1).astype(float)
    gap = (below & (y < lip[1] + drop * wide)).astype(np.float32)
    gap = cv2.GaussianBlur(gap, (0, 0), 0.7)
    out = blend(out, gap, any_colour(rng, 5, 60) * (0.8, 0.8, 1.3))
    if rng.random() < 0.6:
        teeth = gap * np.clip((lip[1] + drop * wide * rng.uniform(0.15, 0.5) - y) + 0.5, 0, 1)
        out = blend(out, teeth, np.full(3, rng.uniform(130, 235)))
    return out


def balaclava(sample: Sample, rng: np.random.Generator) -> np.ndarray:
    """Cloth over the whole face, free about the eyes."""
    out = sample.bgr.astype(float)
    oval = sample.points[[10, 297, 332, 284, 251, *reversed(JAW), 21, 54, 103, 67]]
    centre = oval.mean(axis=0)
    cover = fill(centre + (oval - centre) * rng.uniform(0.98, 1.12), rng.uniform(0.2, 0.9))
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    hole = np.zeros_like(cover)
    if rng.random() < 0.5:
        for eye in EYES:
            half = rng.uniform(13, 19), rng.uniform(9, 15)
            hole = np.maximum(hole, fill(eye + np.c_[np.cos(turn), np.sin(turn)] * half, 0.6))
    else:
        half = rng.uniform(36, 46), rng.uniform(12, 20)
        hole = fill(by(64, 59) + np.c_[np.cos(turn), np.sin(turn)] * half, 0.6)
    cover = cover * (1 - hole)
    tone = any_colour(rng)
    surface = cloth(rng, tone, rng.uniform(3, 25)) * shading(sample, rng)
    x = (np.arange(WIDTH) - sample.points[1, 0]) / 45
    surface = surface * (1 + rng.uniform(0, 0.2) - rng.uniform(0, 0.4) * x**2)[None, :, None]
    out = blend(out, cover, np.clip(surface, 0, 255))
    if rng.random() < 0.5:  # holes to breathe through
        spot = sample.points[2] + by(0, rng.uniform(-4, 3))
        out = blend(out, line([spot - by(3, 0), spot + by(3, 0)], 2.5, False, 0.5), (10, 10, 10))
    return out


def masked(sample: Sample, rng: np.random.Generator) -> np.ndarray:
    """Any cover of nose, mouth and chin together."""
    kind = rng.random()
    if kind < 0.08:
        return balaclava(sample, rng)
    out = covers.mask(sample, rng)
    if kind < 0.3:  # the seam of a folded mask or a moulded cup
        top, end = sample.points[4] + by(0, -6), sample.points[152]
        out = blend(
            out,
            line([top, (top + end) / 2 + by(rng.normal(0, 2), 0), end], rng.uniform(0.5, 1.8)),
            any_colour(rng),
        )
    elif kind < 0.42:  # a printed or knitted pattern, a valve
        for _ in range(int(rng.integers(1, 12))):
            spot = sample.points[[1, 2, 13, 17]].mean(axis=0)
            spot = spot + rng.normal(0, 1, 2) * (13, 10)
            ends = [spot, spot + rng.normal(0, 3, 2)]
            out = blend(out, line(ends, rng.uniform(1, 6), False, 0.4), any_colour(rng))
    return out


def turned(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As of a head turned aside: the far half narrow and often dark, the nose moved across it."""
    far, squeeze = rng.choice([-1, 1]), rng.uniform(0.5, 0.95)
    across = rng.uniform(1, 12)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    out = (x - 64) * far
    moved = across * np.exp(-(((y - 92) / 28) ** 2) - (out / 32) ** 2)
    source = np.where(out > 0, out / squeeze, out) - moved
    mapped = (64 + far * source).astype(np.float32)
    picture = cv2.remap(np.asarray(bgr, np.float32), mapped, y, cv2.INTER_LINEAR, None, 1)
    gain = 1 - rng.uniform(0, 0.9) * np.clip(out / rng.uniform(15, 45), 0, 1) ** rng.uniform(0.5, 2)
    return np.asarray(picture * gain[..., None], float)


def half_in_shade(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hard light from one side: the border of the shadow runs down the nose or across the face."""
    angle = rng.normal(0, 0.5) + rng.choice([0, np.pi])
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    edge = (x - 64 - rng.normal(0, 10)) * np.cos(angle) + (y - 85) * np.sin(angle)
    gain = 1 - rng.uniform(0.6, 0.96) / (1 + np.exp(-edge / rng.uniform(0.7, 6)))
    return np.asarray(np.asarray(bgr, float) * gain[..., None])


def tiny(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Seen with a few pixels, as a face in the distance."""
    shrink = rng.uniform(0.15, 0.4)
    small = cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), float)


def change(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What every picture goes through, with a cast of any colour."""
    bgr = np.asarray(bgr, float)
    if rng.random() < 0.25:
        bgr = turned(bgr, rng)
    if rng.random() < 0.12:
        bgr = half_in_shade(bgr, rng)
    if rng.random() < 0.15:
        bgr = tiny(bgr, rng)
    cast = np.exp(rng.normal(0, 0.1, 3)) if rng.random() < 0.6 else np.ones(3)
    return bare.change(np.clip(np.asarray(bgr, float) * cast, 0, 255), rng)


def dressed(sample: Sample, rng: np.random.Generator) -> np.ndarray:
    """A bare face with what is often taken for a cover: one thing, or several of them."""
    first = rng.random()
    wears = [rng.random() < 0.3 for _ in range(3)]
    if first < 0.35 or wears[0]:
        sample = replace(sample, bgr=_levels(bare.beard(sample, rng)))
    if 0.35 <= first < 0.6 or wears[1]:
        sample = replace(sample, bgr=_levels(open_mouth(sample, rng)))
    if 0.6 <= first < 0.75 or wears[2]:
        sample = replace(sample, bgr=_levels(glasses(sample, rng, bool(rng.random() < 0.5))))
    if first >= 0.75:
        return bare.light(sample.bgr.astype(float), rng)
    return sample.bgr


def _levels(bgr: np.ndarray) -> np.ndarray:
    levels: np.ndarray = np.clip(bgr, 0, 255).astype(np.uint8)
    return levels


def rows_of(sample: Sample, rng: np.random.Generator, copies: int) -> list[tuple[np.ndarray, int]]:
    """Features and truth of one face, drawn ``copies`` times."""
    rows = []

    def add(bgr: np.ndarray, covered: int) -> None:
        rows.append((mask_features(change(bgr, rng)), covered))

    if sample.lower == 1:
        for _ in range(7 * copies):
            add(sample.bgr, 1)
        return rows
    if np.isnan(sample.lower):
        return rows
    for _ in range(copies):
        add(sample.bgr, 0)
    for _ in range(copies):
        add(dressed(sample, rng), 0)
    for _ in range(copies):
        add(masked(sample, rng), 1)
    return rows


COPIES = 4
# Two hundred pictures of 28 people in the dark: as many as of everybody else would be too much.
FEW = {"yaleB_ext": 2, "yale": 2}
HIDDEN, MEMBERS = 16, 3


def drawn(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray]:
    """Features and truths made of one file; the same for the same file and code."""
    content = hashlib.sha256(row.path.read_bytes() + row.name.encode()).hexdigest()[:24]
    path = cache / f"{content}-{mark[:12]}.pkl"
    if path.exists():
        found: tuple[np.ndarray, np.ndarray] = pickle.loads(path.read_bytes())
        return found
    sample = covering.sample_of(row)
    if sample is not None and "mic" in row.labels["defects"]:  # before a part of the face: neither
        sample = replace(sample, lower=float("nan"))
    rng = np.random.default_rng((zlib.crc32(b"masks"), int(content[:12], 16)))
    copies = FEW.get(row.labels["set"], COPIES)
    rows = [] if sample is None else rows_of(sample, rng, copies)
    made = np.array([each for each, _ in rows], np.float16), np.array([c for _, c in rows], int)
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)
    return made


# Where half lies on the network's scale (logits). Fitted without any real mask, 58 of 60 lie above
# -2.0; of sets that were left out in turn, 5 of 480 bare faces do, and of those all but one are
# cleared by the other network, which judges parts.
ZERO = -2.0


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """An ensemble of small networks."""
    cv2.setNumThreads(1)
    mark = covering.code_mark(Path(__file__), Path(covering.__file__))
    portraits = [row for row in rows if row.medium == "portraits"]
    tables = [drawn(row, cache, mark) for row in portraits]
    kept = [table for table in tables if len(table[1])]
    features, truths = (np.concatenate(each) for each in zip(*kept, strict=True))
    stored: dict[str, np.ndarray] = {}
    for name, value in covering.train(features, truths, HIDDEN, MEMBERS).items():
        joint = "" if name[0].isdigit() else "_"
        stored[f"mask{joint}{name}"] = np.asarray(value, np.float16)
    stored["mask_zero"] = np.array(ZERO, np.float32)
    real = sum(covering.truth(row.labels)[1] == 1 for row in portraits)
    people = len({row.subject for row in portraits})
    stored["note"] = np.array(
        f"{len(portraits)} portraits of {people} people or near-duplicate groups, {real} of them "
        f"with nose, mouth or chin covered; masks, beards and open mouths drawn on the bare ones"
    )
    return stored
