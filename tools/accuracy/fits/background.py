"""Fits which background is plain, softly blurred, or a place.

From photographs whose background is known, as they are and handled as pictures are; and from the
same people before a smooth ground of any colour, some with a stand or a paper's edge at the frame,
before painted canvas, or before their own place out of focus, as a lens blurs it.
"""

from __future__ import annotations

import hashlib
import inspect
import zlib
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes import backdrop
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.portrait import Person, Thumbnail
from tools.accuracy.digests import code_digest
from tools.accuracy.fits import Unfittable
from tools.accuracy.labels import Row
from tools.accuracy.makers.detail import as_jpeg, grainy, levels

MEDIUM = "portraits"

# As they are, twice handled, and the made ones.
AS_IT_IS, HANDLED, MADE = 1.0, 0.3, 0.2
# What one set counts for at most within a kind: many pictures of one studio would speak for all.
SET_COUNTS = 12.0
# Chosen with whole sets left out: .0005 to .01 are within two in a hundred.
STRENGTH = 0.001


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression on features and their products."""
    cv2.setNumThreads(1)
    mark = _mark()
    measured, kinds, counts, sets = [], [], [], []
    for row in rows:
        if _serves(row):
            found = _samples(row, cache, mark)
            measured.append(found[0])
            kinds.append(found[1])
            counts.append(found[2])
            sets += [row.origin] * len(found[1])
    if len({*np.concatenate(kinds)} if kinds else {}) < len(backdrop.KINDS):
        raise Unfittable("a kind of background has no example")
    features, kind, weight = (np.concatenate(each) for each in (measured, kinds, counts))
    origin = np.array(sets)
    for each in range(len(backdrop.KINDS)):
        for name in set(sets):
            of_set = (kind == each) & (origin == name)
            weight[of_set] *= SET_COUNTS / max(SET_COUNTS, weight[of_set].sum())
        # Rare kinds weigh as the square root of what they would need to be even.
        weight[kind == each] /= np.sqrt(weight[kind == each].sum())
    mean, deviation = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    known = backdrop.terms((features - mean) / deviation)
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit(known, kind, sample_weight=weight / weight.mean())
    return {
        "mean": mean.astype(np.float32),
        "deviation": deviation.astype(np.float32),
        "slope": model.coef_.T.astype(np.float32),
        "level": model.intercept_.astype(np.float32),
        "note": np.array(f"{len(features)} pictures, {len(measured)} of them photographs"),
    }


def _mark() -> str:
    """Of everything that the samples come from, and not of how they are fitted."""
    smooth = (_before_smooth, _before_vivid, _before_canvas, _shade, _with_stand)
    parts = (_made, _handled, _before, *smooth, _before_blur)
    own = "".join(inspect.getsource(each) for each in parts)
    modules = Path(backdrop.__file__), Path(__file__).parents[1] / "makers" / "detail.py"
    code = "".join(code_digest(path) for path in modules)
    return hashlib.sha256(f"{own}{AS_IT_IS}{HANDLED}{MADE}{code}".encode()).hexdigest()


def _serves(row: Row) -> bool:
    labels = row.labels
    return (
        row.medium == "portraits"
        and labels["kind"] in ("photo", "ai_photo")
        and labels.get("behind", "") in backdrop.KINDS
    )


def _samples(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data = row.path.read_bytes()
    key = hashlib.sha256(f"{mark}{row.labels['behind']}".encode() + data).hexdigest()[:24]
    path = cache / f"{key}.npz"
    if not path.exists():
        measured, kind, weight = _made(row, data)
        np.savez(path, measured=measured, kind=kind, weight=weight)
    with np.load(path) as stored:
        return stored["measured"], stored["kind"], stored["weight"]


def _made(row: Row, data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    evidence = Evidence(File(row.name, data))
    try:
        thumbnail, person = evidence.get(Thumbnail), evidence.get(Person)
        evidence.get(Picture)
    except (Unmeasurable, ProbeCrashed):
        return np.zeros((0, backdrop.FEATURES), np.float32), np.zeros(0, np.int64), np.zeros(0)
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    own = row.labels["behind"]
    small = thumbnail.bgr
    cases = [(small, own, AS_IT_IS)]
    cases += [(_handled(small, rng), own, HANDLED) for _ in range(2)]
    smooth = [_before_smooth(small, person, rng) for _ in range(2)]
    # Blue screens and painted walls are plain too, and few among those photographed.
    vivid = [_before_vivid(small, person, rng) for _ in range(2)]
    # Cut out and put on a colour without any grain, as background removers do.
    flat = np.broadcast_to(rng.integers(0, 256, 3).astype(np.float64), small.shape)
    cases.append((_before(small, person, flat), "plain", MADE))
    plain = [smooth[0], _with_stand(vivid[0], rng), vivid[1], _with_stand(smooth[1], rng)]
    plain.append(_before_canvas(small, person, rng))
    cases += [(_handled(each, rng), "plain", MADE) for each in plain]
    if own == "place":
        blurred = [_before_blur(small, person, rng, 0.007, 0.035) for _ in range(5)]
        cases += [(_handled(each, rng), "soft", MADE) for each in blurred]
        # Hardly out of focus is still a place.
        slightly = _before_blur(small, person, rng, 0.0005, 0.003)
        cases.append((_handled(slightly, rng), own, MADE))
    if own == "soft":
        cases.append((_handled(_before_blur(small, person, rng, 0.004, 0.02), rng), own, MADE))
    measured, kinds, weights = [], [], []
    for bgr, kind, weight in cases:
        features, _ = backdrop.describe_background(Thumbnail(bgr, thumbnail.scale), person)
        measured.append(features)
        kinds.append(backdrop.KINDS.index(kind))
        weights.append(weight)
    return np.array(measured), np.array(kinds), np.array(weights)


def _handled(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """In other tones, with grain, smaller, as JPEG; size as before."""
    value = (bgr / 255.0) ** 2.0 ** rng.uniform(-0.5, 0.5)
    value = 0.5 + (value - 0.5) * rng.uniform(0.7, 1.15)
    bgr = levels(255 * value)
    if rng.random() < 0.4:
        bgr = grainy(bgr, rng.uniform(0.5, 3), rng)
    if rng.random() < 0.5:
        bgr = as_jpeg(bgr, int(rng.integers(70, 96)))
    return bgr


def _before(bgr: np.ndarray, person: Person, ground: np.ndarray) -> np.ndarray:
    mask = cv2.resize(person.mask, (bgr.shape[1], bgr.shape[0]))[:, :, np.newaxis]
    return levels(mask * bgr + (1 - mask) * ground)


def _before_smooth(bgr: np.ndarray, person: Person, rng: np.random.Generator) -> np.ndarray:
    """One colour, lighter on one side or at the middle, as paper in a studio is."""
    colour = rng.uniform(15, 245) * rng.uniform(0.75, 1.1, 3)
    return _before(bgr, person, np.clip(colour * _shade(bgr, rng), 0, 255))


def _before_vivid(bgr: np.ndarray, person: Person, rng: np.random.Generator) -> np.ndarray:
    """As smooth, in a saturated colour."""
    hue, saturation, value = rng.integers(0, 180), rng.integers(90, 256), rng.integers(60, 256)
    colour = cv2.cvtColor(np.array([[[hue, saturation, value]]], np.uint8), cv2.COLOR_HSV2BGR)
    return _before(bgr, person, np.clip(colour[0, 0] * _shade(bgr, rng), 0, 255))


def _shade(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(height, width, 1): light that falls off to one side and from somewhere in the middle."""
    height, width = bgr.shape[:2]
    down, right = np.mgrid[:height, :width] / max(height, width)
    turn = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(turn) * (right - 0.5) + np.sin(turn) * (down - 0.5)) * rng.uniform(0, 0.5)
    bowl = -((right - rng.uniform(0.2, 0.8)) ** 2 + (down - rng.uniform(0, 0.6)) ** 2)
    shade: np.ndarray = 1 + slope + bowl * rng.uniform(0, 1.0)
    return shade[:, :, np.newaxis]


def _with_stand(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One or two narrow things that the frame cuts: a stand, a lamp, the paper's own edge."""
    done = bgr.copy()
    height, width = bgr.shape[:2]
    for _ in range(rng.integers(1, 3)):
        wide, high = (
            max(2, int(rng.uniform(0.01, 0.05) * width)),
            int(rng.uniform(0.1, 1) * height),
        )
        top, left = int(rng.uniform(0, height - high + 1)), int(rng.choice([0, width - wide]))
        colour = rng.uniform(0, 255) * rng.uniform(0.8, 1.1, 3)
        rough = rng.normal(0, rng.uniform(0, 25), (high // 4 + 1, wide // 2 + 1))
        texture = cv2.resize(rough, (wide, high))[:, :, np.newaxis]
        done[top : top + high, left : left + wide] = levels(colour + texture)
    return done


def _before_canvas(bgr: np.ndarray, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Painted canvas or mottled paper, as official portraits have: clouds of several sizes."""
    height, width = bgr.shape[:2]
    clouds = np.zeros((height, width))
    finest = rng.uniform(0.015, 0.05) * max(height, width)
    for octave in range(3):
        noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), finest * 2**octave)
        clouds += noise / noise.std() * 2 ** (octave * rng.uniform(0, 0.5))
    clouds = clouds[:, :, np.newaxis] / clouds.std() * (1 + rng.uniform(-0.25, 0.25, 3))
    colour = rng.uniform(25, 190) * rng.uniform(0.75, 1.15, 3)
    ground = colour * (1 + rng.uniform(0.03, 0.16) * clouds) * _shade(bgr, rng)
    return _before(bgr, person, np.clip(ground, 0, 255))


def _before_blur(
    bgr: np.ndarray, person: Person, rng: np.random.Generator, least: float, most: float
) -> np.ndarray:
    """The same place out of focus: a disc in linear light, its radius a share of the longer side.

    The person is not smeared into it.
    """
    radius = np.exp(rng.uniform(np.log(least), np.log(most))) * max(bgr.shape[:2])
    reach = np.arange(-np.ceil(radius), np.ceil(radius) + 1)
    disc = np.clip(radius + 0.5 - np.hypot(reach, reach[:, np.newaxis]), 0, 1).astype(np.float32)
    disc /= disc.sum()
    light = ((bgr / 255.0) ** 2.2).astype(np.float32)
    # Lamps are brighter than what a file holds; out of focus they show it.
    light /= 1 - 0.9 * rng.uniform() * light
    away = (cv2.resize(person.mask, (bgr.shape[1], bgr.shape[0])) < 0.3).astype(np.float32)
    share = cv2.filter2D(away, -1, disc, borderType=cv2.BORDER_REFLECT)[:, :, np.newaxis]
    ground = cv2.filter2D(light * away[:, :, np.newaxis], -1, disc, borderType=cv2.BORDER_REFLECT)
    ground = np.clip(ground / np.maximum(share, 1e-3), 0, 1) ** (1 / 2.2)
    return _before(bgr, person, 255 * ground)
