"""Fits which spectra around the eyes are whole, enlarged or blurred, and by how many octaves.

From sound portraits, reduced so far that they are sharp beyond doubt, then enlarged or blurred by
known amounts, and handled as pictures are: sharpened, with grain, in other tones, saved as JPEG.
"""

from __future__ import annotations

import hashlib
import inspect
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes import detail
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.portrait import FaceCrop
from tools.accuracy.digests import code_digest
from tools.accuracy.labels import Row
from tools.accuracy.makers.detail import (
    as_jpeg,
    blurred,
    defocused,
    enlarged,
    grainy,
    levels,
    reduced,
    shaken,
    sharpened,
    soft_skinned,
)

MEDIUM = "portraits"

# Portraits that may serve at full size: sharp as the camera gave them. Those named are not: an eye
# sees that they were enlarged, or out of focus, before they came here.
SHARP_SETS = {"london_neutral", "london_smiling", "canada", "us_senate", "us_governors"}
SOFT = {
    "us_governors/kimberly-reynolds.jpg",
    "us_governors/brad-little.jpg",
    "us_governors/lawrence-hogan.jpg",
    "us_governors/steve-sisolak.jpg",
    "us_senate/todd-young.jpg",
    "us_senate/mark-kelly.jpg",
}
SMALL_SETS = {"lisa_zoom", "face_recognition"}
LARGEST_PX, SMALLEST_PX = 1100, 100
PLAN = (
    ["whole"] * 14
    + ["soft skin"] * 3
    + ["soft lens"] * 3
    + ["enlarged"] * 16
    + ["blur"] * 5
    + ["shake"] * 7
)
CAUSES = ["whole", "enlarged", "blurred"]
# Half octaves of detail that may be missing before a picture holds less than it claims.
LOST_FROM = 1.8
# Standard deviation of the blur that takes one octave: what Detail's docstring calls one pixel.
BLUR_OF_ONE_PIXEL = 0.42


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Fit both groups of networks."""
    cv2.setNumThreads(1)
    mark = _mark()
    found = [_samples(row, cache, mark) for row in rows if _serves(row)]
    measured, cause, octaves = (np.concatenate([f[i] for f in found]) for i in range(3))
    mean, deviation = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-3)
    standard = (measured - mean) / deviation
    told = cause >= 0
    arrays = {"mean": mean, "deviation": deviation}
    for i in range(detail.MEMBERS):
        causes = MLPClassifier(hidden_layer_sizes=(48,), alpha=0.5, max_iter=80, random_state=i)
        amount = MLPRegressor(hidden_layer_sizes=(24,), alpha=1.0, max_iter=60, random_state=i)
        with warnings.catch_warnings():
            # Stopping before it has converged is meant: it keeps to what people have in common.
            warnings.simplefilter("ignore", ConvergenceWarning)
            causes.fit(standard[told], cause[told])
            amount.fit(standard, octaves)
        for name, network in (("cause", causes), ("octaves", amount)):
            (first, second), (first0, second0) = network.coefs_, network.intercepts_
            arrays |= {
                f"{name}{i}_in": first,
                f"{name}{i}_in0": first0,
                f"{name}{i}_out": second,
                f"{name}{i}_out0": second0,
            }
    whole = {key: value.astype(np.float32) for key, value in arrays.items()}
    people = len({row.subject for row in rows if _serves(row)})
    text = f"{len(measured)} pictures made from portraits of {people} people"
    return {**whole, "note": np.array(text)}


def _serves(row: Row) -> bool:
    """Sharp photographs of bare faces; smaller and doubtful ones only much reduced."""
    labels = row.labels
    if row.medium != "portraits" or row.name in SOFT:
        return False
    if labels["set"] in SHARP_SETS | SMALL_SETS:
        return True
    photo = labels["kind"] in ("photo", "ai_photo")
    usable = labels["usable_by_seed_rules"] in ("yes", "borderline")
    return photo and (
        labels["set"] == "facemask_with" or (labels["set"] == "talkinghead" and usable)
    )


def _mark() -> str:
    """Of everything that the samples come from, and not of how networks are fitted to them."""
    own = "".join(inspect.getsource(each) for each in (_made, _one, _enlarged, _handled))
    makers = code_digest(Path(__file__).parents[1] / "makers" / "detail.py")
    return hashlib.sha256(
        f"{own}{PLAN}{makers}{code_digest(Path(detail.__file__))}".encode()
    ).hexdigest()


def _samples(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, cause (−1: neither here nor there) and octaves lost of what is made from a file."""
    data = row.path.read_bytes()
    key = hashlib.sha256(mark.encode() + data).hexdigest()[:24]
    path = cache / f"{key}.npz"
    if not path.exists():
        measured, cause, octaves = _made(row, data)
        np.savez(path, measured=measured, cause=cause, octaves=octaves)
    with np.load(path) as stored:
        return stored["measured"], stored["cause"], stored["octaves"]


def _made(row: Row, data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    nothing = np.zeros((0, 75), np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32)
    try:
        crop = Evidence(File(row.name, data)).get(FaceCrop)
    except (Unmeasurable, ProbeCrashed):
        return nothing
    luma, points, side = crop.luma, crop.landmarks_px, crop.face_side_px
    if side > LARGEST_PX:
        scale = LARGEST_PX / side
        reduced_luma = cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        luma = np.asarray(reduced_luma, np.uint8)
        points, side = points * scale, LARGEST_PX
    sharp = row.labels["set"] in SHARP_SETS
    if side < 1.7 * SMALLEST_PX:
        return nothing
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    measured, causes, octaves = [], [], []
    for kind in PLAN:
        picture, factor = _one(luma, side, sharp, kind, rng)
        scale = picture.shape[1] / luma.shape[1]
        made = FaceCrop(picture, picture, points * np.float32(scale), 0, 0, side * scale)
        try:
            features = detail.describe_detail(made)
        except Unmeasurable:
            continue
        lost = factor >= LOST_FROM
        cause = CAUSES.index(
            "whole" if not lost else "enlarged" if kind == "enlarged" else "blurred"
        )
        # Between what is whole and what is not lies what may be called either.
        undecided = kind not in ("whole", "soft skin", "soft lens") and not lost
        measured.append(features)
        causes.append(-1 if undecided else cause)
        octaves.append(np.log2(factor))
    if not measured:
        return nothing
    return np.array(measured), np.array(causes), np.array(octaves, np.float32)


def _one(
    luma: np.ndarray, side: float, sharp: bool, kind: str, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """A picture of ``kind``, and how many of its pixels stand for one."""
    smallest = 60.0 if kind == "enlarged" else float(SMALLEST_PX)
    picture = luma
    if not sharp or rng.random() < 0.65:
        least = 1.15 if sharp else 1.6
        factor = np.exp(rng.uniform(np.log(least), np.log(max(1.7, min(side / smallest, 5.0)))))
        picture = reduced(luma, factor, rng)
    share = np.exp(rng.uniform(np.log(0.004), np.log(0.05)))
    sigma = max(0.45, share * 0.43 * side * picture.shape[1] / luma.shape[1])
    coarseness = 1.0
    if kind == "enlarged":
        picture, coarseness = _enlarged(picture, luma.shape[1], side, rng)
    elif kind == "soft skin":
        radius = 0.008 * side * picture.shape[1] / luma.shape[1]
        smooth = soft_skinned(picture, rng.uniform(8, 30), radius)
        picture = levels(picture + rng.uniform(0.4, 1) * (smooth - picture.astype(np.float32)))
    elif kind == "soft lens":
        sigma = rng.uniform(0.25, 0.42)
        picture = blurred(picture, sigma)
        coarseness = float(np.hypot(1, sigma / BLUR_OF_ONE_PIXEL))
    elif kind == "blur":
        picture = (blurred if rng.random() < 0.5 else defocused)(picture, sigma)
        coarseness = float(np.hypot(1, sigma / BLUR_OF_ONE_PIXEL))
    elif kind == "shake":
        picture = shaken(picture, sigma, rng.uniform(0, np.pi))
        coarseness = float(np.hypot(1, sigma / BLUR_OF_ONE_PIXEL))
    return _handled(picture, rng), coarseness


def _enlarged(
    picture: np.ndarray, width: int, side: float, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    factor = float(rng.choice([1.5, 2, 2, 2, 2, 2.5, 3, 3, 4, 4, 6]))
    # At most a face of 1700 px: a larger one takes long and shows nothing new.
    now = side * picture.shape[1] / width
    if now * factor > 1700:
        picture = reduced(picture, now * factor / 1700, rng)
    if rng.random() < 0.2:
        picture = as_jpeg(picture, int(rng.integers(70, 97)))
    with_pillow = bool(rng.random() < 0.5)
    kernels = ["nearest", "linear", "linear", "cubic", "cubic", "cubic", "lanczos", "lanczos"]
    kernel = str(rng.choice([*kernels, "box" if with_pillow else "cubic"]))
    size = round(picture.shape[1] * factor), round(picture.shape[0] * factor)
    picture = enlarged(picture, size, kernel, with_pillow)
    if rng.random() < 0.12:
        less = rng.uniform(0.75, 0.95)
        return reduced(picture, 1 / less, rng), factor * less
    return picture, factor


def _handled(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if rng.random() < 0.3:
        picture = sharpened(picture, rng.uniform(0.2, 1.2), rng.uniform(0.5, 1.5))
    if rng.random() < 0.35:
        picture = grainy(picture, rng.uniform(0.7, 4.5), rng, coarse=bool(rng.random() < 0.3))
    if rng.random() < 0.4:
        value = (picture / 255.0) ** 2.0 ** rng.uniform(-0.6, 0.6)
        value = 0.5 + (value - 0.5) * rng.uniform(0.6, 1.15) + rng.uniform(-0.06, 0.06)
        picture = levels(255 * value)
    for chance, least in ((0.65, 70), (0.12, 75)):
        if rng.random() < chance:
            picture = as_jpeg(picture, int(rng.integers(least, 97)))
    return picture
