"""Fits what an open mouth is told from neutral faces by.

A logistic regression, strongly regularised, on the lips' distances and five blendshapes. Every face
is taken three times: as it is, mirrored, and roughened (small, grey or not, tilted, darker or
brighter, JPEG). The zero is set on people left out in turn.
"""

from __future__ import annotations

import hashlib
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.expression import mouth_features
from qcheck.probes.portrait import Face
from tools.accuracy.digests import code_digest
from tools.accuracy.fits import Unfittable
from tools.accuracy.labels import Row
from tools.accuracy.makers.detail import as_jpeg

MEDIUM = "portraits"

VIEWS = ("as it is", "mirrored", "rough")
# Neutral faces of the muxspace set with parted lips were labelled by mood, not by mouth; smiles
# called closed show teeth as often as not. Neither teaches what closed lips look like.
LOOSELY_LABELLED = {"muxspace_lfw"}
OPEN = {"laugh", "talk", "surprise", "anger"}
STRENGTH = 0.1
FOLDS = 5
# Of neutral faces left out; where .5 comes to lie.
FALSE_ALARMS = 0.015


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """``mouth_open_mean``, ``_scale``, ``_weight`` (9,) and ``_zero`` (1,)."""
    truth = [_truth(row.labels) for row in rows]
    taken = [
        (row, opened, seen)
        for row, opened in zip(rows, truth, strict=True)
        if opened is not None and _usable(row) and (seen := _features(row, cache))
    ]
    y = np.array([opened for _, opened, _ in taken], bool)
    if y.all() or not y.any():
        raise Unfittable("only open or only closed mouths are left")
    fold = np.array([zlib.crc32(f"{row.subject}+".encode()) % FOLDS for row, *_ in taken])
    found = _regression([seen for *_, seen in taken], y, fold)
    arrays = {f"mouth_open_{name}": value for name, value in found.items()}
    arrays["note"] = np.array(f"logistic regression of {y.sum()} open mouths, {(~y).sum()} closed")
    return arrays


def _usable(row: Row) -> bool:
    labels = row.labels
    return labels["kind"] in ("photo", "ai_photo") and labels["mask"] != "1"


def _truth(labels: dict[str, str]) -> bool | None:
    """Whether the mouth is open; None where the labels do not say."""
    expression = labels["expression"]
    if expression in OPEN or (expression == "smile" and labels["expr_level"] == "teeth"):
        return True
    if expression != "neutral" or labels["set"] in LOOSELY_LABELLED:
        return None
    return False


def _regression(
    values: list[list[np.ndarray]], y: np.ndarray, fold: np.ndarray
) -> dict[str, np.ndarray]:
    plain = np.array([views[0] for views in values])
    out = np.zeros(len(y))
    for each in range(FOLDS):
        rest = np.flatnonzero(fold != each)
        if y[rest].all() or not y[rest].any():
            raise Unfittable("without some people, only open or only closed mouths are left")
        mean, scale, weight, zero = _one(values, y, rest)
        known = np.clip((plain - mean) / scale, -4, 4)
        out = np.where(fold == each, known @ weight + zero, out)
    middle = np.quantile(out[~y], 1 - FALSE_ALARMS)
    mean, scale, weight, zero = _one(values, y, np.arange(len(y)))
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "weight": weight.astype(np.float32),
        "zero": np.array(zero - middle, np.float32),
    }


def _one(
    values: list[list[np.ndarray]], y: np.ndarray, taken: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    x = np.array([view for i in taken for view in values[i]])
    truth = np.array([y[i] for i in taken for _ in values[i]])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    known = np.clip((x - mean) / scale, -4, 4)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(known, truth)
    return mean, scale, model.coef_[0], float(model.intercept_[0])


def _features(row: Row, cache: Path) -> list[np.ndarray]:
    """Of the mouth, for each view in which the face is found."""
    mark = hashlib.sha256(row.path.read_bytes() + code_digest(Path(__file__)).encode()).hexdigest()
    kept = cache / f"{mark[:32]}.npz"
    if not kept.exists():
        found = [_view(row, view) for view in VIEWS]
        seen = [each for each in found if each is not None] if found[0] is not None else []
        np.savez(kept, mouth=np.array(seen, np.float32))
    with np.load(kept) as stored:
        return list(stored["mouth"])


def _view(row: Row, view: str) -> np.ndarray | None:
    evidence = Evidence(File(row.path.name, row.path.read_bytes()))
    try:
        if view != "as it is":
            rng = np.random.default_rng(zlib.crc32(row.name.encode()))
            bgr = evidence.get(Picture).bgr
            bgr = np.ascontiguousarray(bgr[:, ::-1]) if view == "mirrored" else _rough(bgr, rng)
            evidence = Evidence(File("view.png", cv2.imencode(".png", bgr)[1].tobytes()))
        return mouth_features(evidence.get(Face))
    except (Unmeasurable, ProbeCrashed):
        return None


def _rough(bgr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shrink = min(1.0, rng.uniform(220, 420) / max(bgr.shape[:2]))
    small = cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.5:
        small = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    toned = np.rint(255 * (small / 255.0) ** rng.uniform(0.6, 1.5)).astype(np.uint8)
    height, width = toned.shape[:2]
    tilt = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-8, 8), 1.0)
    tilted = cv2.warpAffine(toned, tilt, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return as_jpeg(tilted, int(rng.uniform(45, 90)))
