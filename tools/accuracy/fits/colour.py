"""Fits which colours of skin, eye white and the brightest parts go together without a cast.

From sound colour portraits as they are, and lit by lamps of other colours: channels multiplied in
linear light. Both also before walls of any colour, so that a wall is no cast.
"""

from __future__ import annotations

import hashlib
import inspect
import zlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes import colour
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR, to_lab
from qcheck.probes.portrait import FaceCrop, Person, Skin, Thumbnail
from tools.accuracy.digests import code_digest
from tools.accuracy.labels import Row

MEDIUM = "portraits"

SETS = {
    "london_neutral",
    "london_smiling",
    "canada",
    "us_senate",
    "us_governors",
    "face_recognition",
    "facemask_without",
}
# Gains of red, green and blue: lamp light on a camera set to daylight and worse, shade on one set
# to lamps, fluorescent tubes, and filters.
CASTS = (
    (1.5, 1.0, 0.5),
    (1.8, 1.0, 0.35),
    (0.6, 1.0, 1.6),
    (0.45, 0.9, 1.7),
    (0.75, 1.15, 0.75),
    (0.6, 1.2, 0.6),
    (1.3, 0.75, 1.3),
    (1.1, 1.1, 0.4),
)
WALLS = 2
CLIPPED = 4.0
GREY_BELOW_CHROMA = 4.0


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression on the measures, their squares and products."""
    cv2.setNumThreads(1)
    serving = [row for row in rows if _serves(row)]
    found = [_samples(row, cache, _mark()) for row in serving]
    measured = np.concatenate([f[0] for f in found])
    cast = np.concatenate([f[1] for f in found])
    # Mean and spread of sound pictures: what a cast departs from.
    sound = measured[cast == 0]
    mean, deviation = np.nanmean(sound, axis=0), np.nanstd(sound, axis=0)
    standard = np.clip(np.nan_to_num((measured - mean) / deviation), -CLIPPED, CLIPPED)
    across, down = np.triu_indices(standard.shape[1])
    terms = np.concatenate([standard, standard[:, across] * standard[:, down]], axis=1)
    model = LogisticRegression(C=0.01, max_iter=5000, class_weight="balanced").fit(terms, cast)
    # Half is put where one sound picture in fifty is wrong.
    level = -np.quantile(terms[cast == 0] @ model.coef_[0], 0.98)
    return {
        "mean": mean.astype(np.float32),
        "deviation": deviation.astype(np.float32),
        "slope": model.coef_[0].astype(np.float32),
        "level": np.array([level], np.float32),
        "note": np.array(f"{len(measured)} pictures made from {len(serving)} portraits"),
    }


def _serves(row: Row) -> bool:
    labels = row.labels
    if row.medium != "portraits":
        return False
    usable = labels["usable_by_seed_rules"] in ("yes", "borderline")
    shipped = labels["set"] == "talkinghead" and labels["kind"] in ("photo", "ai_photo") and usable
    return labels["set"] in SETS or shipped


def _mark() -> str:
    own = "".join(inspect.getsource(each) for each in (_made, _tinted, _wall))
    code = code_digest(Path(colour.__file__))
    return hashlib.sha256(f"{own}{CASTS}{WALLS}{code}".encode()).hexdigest()


def _samples(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray]:
    data = row.path.read_bytes()
    path = cache / f"{hashlib.sha256(mark.encode() + data).hexdigest()[:24]}.npz"
    if not path.exists():
        measured, cast = _made(row, data)
        np.savez(path, measured=measured, cast=cast)
    with np.load(path) as stored:
        return stored["measured"], stored["cast"]


def _made(row: Row, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    evidence = Evidence(File(row.name, data))
    try:
        thumbnail, person = evidence.get(Thumbnail), evidence.get(Person)
        lights = colour.read_lights(thumbnail, evidence.get(Skin), evidence.get(FaceCrop))
    except (Unmeasurable, ProbeCrashed):
        return np.zeros((0, 7)), np.zeros(0, np.int64)
    lab = to_lab(lights.scene_bgr)
    if np.percentile(np.hypot(lab[:, 1], lab[:, 2]), 95) < GREY_BELOW_CHROMA:
        return np.zeros((0, 7)), np.zeros(0, np.int64)
    step = slice(None, None, colour.SCENE_STEP_PX)
    size = thumbnail.bgr.shape[1], thumbnail.bgr.shape[0]
    mask = cv2.resize(person.mask, size)[step, step].reshape(-1, 1)
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    measured, cast = [], []
    for wall in range(1 + WALLS):
        scene = lights.scene_bgr
        if wall:
            scene = mask * scene + (1 - mask) * _wall(rng)
        one = replace(lights, scene_bgr=scene)
        for gains in ((1.0, 1.0, 1.0), *CASTS):
            measured.append(colour.combined(_tinted(one, gains)))
            cast.append(int(gains != (1.0, 1.0, 1.0)))
    return np.array(measured), np.array(cast)


def _tinted(lights: colour.Lights, gains: tuple[float, float, float]) -> colour.Lights:
    """As bright as before, in a light of another colour."""
    gain = np.array(gains[::-1])
    gain = gain / float(gain @ LUMINANCE_BGR)
    return colour.Lights(
        np.clip(lights.skin_bgr * gain, 0, 1),
        np.clip(lights.eye_white_bgr * gain, 0, 1).astype(np.float32),
        np.clip(lights.scene_bgr * gain, 0, 1).astype(np.float32),
    )


def _wall(rng: np.random.Generator) -> np.ndarray:
    """Any colour, linear."""
    hsv = np.array([[[360 * rng.random(), rng.uniform(0.1, 0.7), rng.uniform(0.05, 1)]]])
    value = cv2.cvtColor(hsv.astype(np.float32), cv2.COLOR_HSV2BGR)[0, 0]
    return np.asarray(np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4))
