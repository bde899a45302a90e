"""Fits which background is plain, softly blurred, or a place.

From photographs whose background is labelled, as they are and handled as pictures are; and from the
same people before a smooth ground of any colour, some with a stand or a paper's edge at the frame,
or before their own place out of focus.
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
from tools.accuracy.labels import Row
from tools.accuracy.makers.detail import as_jpeg, grainy, levels

MEDIUM = "portraits"

KIND_OF = {
    "solid": "plain",
    "dark": "plain",
    "blur": "soft",
    "bokeh": "soft",
    "indoor": "place",
    "office": "place",
    "outdoor": "place",
    "books": "place",
    "flag": "place",
}
# As they are, three times handled, and the made ones.
AS_IT_IS, HANDLED, MADE = 1.0, 0.3, 0.4


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression; every person weighs the same within a kind."""
    cv2.setNumThreads(1)
    mark = _mark()
    measured, kinds, counts, people = [], [], [], []
    for row in rows:
        if _serves(row):
            found = _samples(row, cache, mark)
            measured.append(found[0])
            kinds.append(found[1])
            counts.append(found[2])
            people += [row.subject] * len(found[1])
    features, kind, weight = (np.concatenate(each) for each in (measured, kinds, counts))
    # Many pictures of one studio would speak for all plain backgrounds.
    of_person = dict(zip(*np.unique(people, return_counts=True), strict=True))
    weight = weight / np.array([of_person[person] for person in people])
    for each in range(len(backdrop.KINDS)):
        # Rare kinds weigh as the square root of what they would need to be even.
        weight[kind == each] /= np.sqrt(weight[kind == each].sum())
    mean, deviation = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    standard = np.clip((features - mean) / deviation, -backdrop.CLIPPED, backdrop.CLIPPED)
    model = LogisticRegression(C=0.03, max_iter=5000)
    model.fit(standard, kind, sample_weight=weight / weight.mean())
    return {
        "mean": mean.astype(np.float32),
        "deviation": deviation.astype(np.float32),
        "slope": model.coef_.T.astype(np.float32),
        "level": model.intercept_.astype(np.float32),
        "note": np.array(f"{len(features)} pictures of {len(of_person)} people"),
    }


def _mark() -> str:
    """Of everything that the samples come from, and not of how they are fitted."""
    smooth = (_before_smooth, _before_vivid, _shade, _with_stand)
    parts = (_made, _handled, _before, *smooth, _before_blur)
    own = "".join(inspect.getsource(each) for each in parts)
    modules = Path(backdrop.__file__), Path(__file__).parents[1] / "makers" / "detail.py"
    code = "".join(code_digest(path) for path in modules)
    return hashlib.sha256(f"{own}{KIND_OF}{AS_IT_IS}{HANDLED}{MADE}{code}".encode()).hexdigest()


def _serves(row: Row) -> bool:
    labels = row.labels
    return (
        row.medium == "portraits"
        and labels["kind"] in ("photo", "ai_photo")
        and labels["background"] in KIND_OF
    )


def _samples(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data = row.path.read_bytes()
    key = hashlib.sha256(mark.encode() + data).hexdigest()[:24]
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
        return np.zeros((0, 32), np.float32), np.zeros(0, np.int64), np.zeros(0)
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    own = KIND_OF[row.labels["background"]]
    small = thumbnail.bgr
    cases = [(small, own, AS_IT_IS)]
    cases += [(_handled(small, rng), own, HANDLED) for _ in range(3)]
    cases.append((_handled(_before_smooth(small, person, rng), rng), "plain", MADE))
    # Cut out and put on a colour without any grain, as background removers do.
    flat = np.broadcast_to(rng.integers(0, 256, 3).astype(np.float64), small.shape)
    cases.append((_before(small, person, flat), "plain", MADE))
    cases.append((_before_smooth(small, person, rng), "plain", MADE))
    # Blue screens and painted walls are plain too, and few among those photographed.
    vivid = [_before_vivid(small, person, rng) for _ in range(4)]
    smooth = _before_smooth(small, person, rng)
    cases += [(_handled(each, rng), "plain", MADE) for each in vivid[:2]]
    cases.append((_with_stand(vivid[2], rng), "plain", MADE))
    cases += [(_handled(_with_stand(each, rng), rng), "plain", MADE) for each in (vivid[3], smooth)]
    if own == "plain":
        cases.append((_handled(_with_stand(small, rng), rng), own, HANDLED))
    if own == "place":
        cases += [(_handled(_before_blur(small, person, rng), rng), "soft", MADE) for _ in range(5)]
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


def _before_blur(bgr: np.ndarray, person: Person, rng: np.random.Generator) -> np.ndarray:
    """The same place out of focus; the person is not smeared into it."""
    values = bgr.astype(np.float32)
    mask = cv2.resize(person.mask, (bgr.shape[1], bgr.shape[0]))
    sigma = rng.uniform(0.012, 0.04) * max(bgr.shape[:2])
    away = (mask < 0.3).astype(np.float32)
    share = cv2.GaussianBlur(away, (0, 0), sigma)[:, :, np.newaxis]
    ground = cv2.GaussianBlur(values * away[:, :, np.newaxis], (0, 0), sigma)
    return _before(bgr, person, ground / np.maximum(share, 1e-3))
