"""Fits what a closed eye is told from an open one by.

Closed eyes are few in the corpus, so upper lids are drawn down over open ones. The same open eyes,
as they are, roughened, smiling, looking aside, up and down, and narrowed from above and below as a
laugh does it, are the other side. Real closed eyes take part as well.
"""

from __future__ import annotations

import hashlib
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.gaze import lid_gaps
from qcheck.probes.helpers.lids import lid_features
from qcheck.probes.portrait import AlignedFace, Face
from tools.accuracy.digests import code_digest
from tools.accuracy.fits.expression import _rough
from tools.accuracy.labels import Row
from tools.accuracy.makers import Made
from tools.accuracy.makers.faces import with_closed_lids, with_narrowed_lids

MEDIUM = "portraits"

STUDIO = {"london_neutral", "london_smiling", "canada"}
# Looked at: eyes closed, which the labels do not say, and eyes of which nobody can say.
CLOSED_UNSAID = {
    "aflw2000/image00516.jpg",
    "more/djangocon/zan-anderle.jpg",
    "more/sports5/3f5fd4fead.jpg",
    "muxspace_lfw/Bruce_Springsteen_0003.jpg",
    "muxspace_lfw/Dan_LaCoutre_0001.jpg",
    "yale/subject15.rightlight",
}
UNCLEAR = {
    "more/ember_team/cmanson.jpg",
    "more/jupyter_bios/Martha_Cryan.jpg",
    "muxspace_lfw/Billy_Donovan_0001.jpg",
    "muxspace_lfw/Gerhard_Schroeder_0024.jpg",
    "muxspace_lfw/John_Paul_II_0008.jpg",
    "muxspace_lfw/Michael_Pfleger_0001.jpg",
    "muxspace_lfw/Tom_Ridge_0016.jpg",
    "talkinghead/SadTalker-art_15.png",
}
# Narrowed to less, eyes are as good as closed.
OPENINGS_LEFT = (0.25, 0.6)
STRENGTH = 0.03
FOLDS = 5
FALSE_ALARMS = 0.015


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """``mean``, ``scale``, ``weight`` (n,) and ``zero`` ()."""
    values, truth, plain, fold = [], [], [], []
    for row in rows:
        if row.medium != "portraits" or (closed := _closed(row)) is None:
            continue
        for view, eyes in _features(row, closed, cache).items():
            made = view.startswith("closed")
            for eye in (0, 1):
                values.append(eyes[eye])
                truth.append(closed or (made and view.removeprefix("closed ") in _SIDES[eye]))
                plain.append(view == "as it is")
                fold.append(zlib.crc32(row.origin.encode()) % FOLDS)
    x, y = np.array(values), np.array(truth)
    of, as_is = np.array(fold), np.array(plain)
    out = np.zeros(len(y))
    for each in range(FOLDS):
        mean, scale, weight, zero = _regression(x[of != each], y[of != each])
        known = np.clip((x - mean) / scale, -4, 4)
        out = np.where(of == each, known @ weight + zero, out)
    middle = np.quantile(out[~y & as_is], 1 - FALSE_ALARMS)
    mean, scale, weight, zero = _regression(x, y)
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "weight": weight.astype(np.float32),
        "zero": np.array(zero - middle, np.float32),
        "note": np.array(
            f"logistic regression of {y.sum()} closed eyes, nearly all drawn, and {(~y).sum()} open"
        ),
    }


_SIDES = (("both", "right"), ("both", "left"))


def _closed(row: Row) -> bool | None:
    labels = row.labels
    usable = labels["kind"] in ("photo", "ai_photo") and labels["mask"] != "1"
    if not usable or labels["glasses"] == "sun" or row.name in UNCLEAR:
        return None
    if labels["eyes_closed"] == "1" or row.name in CLOSED_UNSAID:
        return True
    if labels["gaze_cat"] or labels["set"] in STUDIO:
        return False
    calm = labels["set"] == "yale" and labels["expression"] in ("neutral", "sad", "smile")
    return False if calm else None


def _regression(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(np.clip((x - mean) / scale, -4, 4), y)
    return mean, scale, model.coef_[0], float(model.intercept_[0])


def _features(row: Row, closed: bool, cache: Path) -> dict[str, np.ndarray]:
    """For each view in which the face is found: (2, n)."""
    mark = hashlib.sha256(row.path.read_bytes() + code_digest(Path(__file__)).encode()).hexdigest()
    kept = cache / f"{mark[:32]}.npz"
    if not kept.exists():
        # Any: a keyword might be savez's own `allow_pickle`, as far as its types know.
        views: dict[str, Any] = dict(_views(row, closed))
        np.savez(kept, **views)
    with np.load(kept) as stored:
        return {name: stored[name] for name in stored.files}


def _views(row: Row, closed: bool) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    seen = {}
    try:
        bgr = Evidence(File(row.path.name, row.path.read_bytes())).get(Picture).bgr
        seen["as it is"] = _eyes(bgr)
    except (Unmeasurable, ProbeCrashed):
        return {}
    changed: dict[str, Callable[[], np.ndarray]] = {
        "rough": lambda: _rough(bgr, rng),
    }
    if not closed and row.labels["glasses"] != "clear":
        side = str(rng.choice(["both", "both", "right", "left"]))
        changed[f"closed {side}"] = lambda: _drawn(bgr, rng, with_closed_lids, eyes=side)
        left = float(rng.uniform(*OPENINGS_LEFT))
        changed["narrowed"] = lambda: _drawn(bgr, rng, with_narrowed_lids, left=left)
    for name, change in changed.items():
        try:
            seen[name] = _eyes(change())
        except (Unmeasurable, ProbeCrashed):
            continue
    return seen


def _drawn(
    bgr: np.ndarray, rng: np.random.Generator, maker: Callable[..., Made], **given: Any
) -> np.ndarray:
    shrink = min(1.0, rng.uniform(300, 700) / max(bgr.shape[:2]))
    small = cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    data = np.frombuffer(maker(small, rng, **given).data, np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))


def _eyes(bgr: np.ndarray) -> np.ndarray:
    evidence = Evidence(File("view.png", cv2.imencode(".png", bgr)[1].tobytes()))
    face, aligned = evidence.get(Face), evidence.get(AlignedFace)
    return lid_features(aligned.bgr, lid_gaps(face), dict(face.blendshapes))
