"""Fits what an eye behind dark glass, hair or a hand looks like.

Real sunglasses in the corpus are few, and most of them are grey and small, so glasses of every tint
are drawn on bare faces of every set, and clear glasses with reflections as well; what else is drawn
is that of ``covering``. The same changes of light, contrast, detail and place go over all of them,
so that neither greyness nor smallness carries the answer.
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from pathlib import Path

import cv2
import numpy as np

from qcheck.probes.helpers import lenses
from tools.accuracy.drawings.eyes import eye_rows
from tools.accuracy.fits.covering import code_mark, sample_of, train, truth
from tools.accuracy.labels import Row

MEDIUM = "portraits"

COPIES = 4
HIDDEN, MEMBERS = 24, 3
# Where half lies on the network's scale (logits): from scores of sets that were not fitted on, so
# that about 1 % of bare faces without a mask exceed half.
ZERO = 1.0


def _drawn(row: Row, cache: Path, mark: str) -> tuple[np.ndarray, np.ndarray]:
    """Features and truths made of one file; the same for the same file and code."""
    content = hashlib.sha256(row.path.read_bytes() + row.name.encode()).hexdigest()[:24]
    path = cache / f"{content}-{mark[:12]}.pkl"
    if path.exists():
        found: tuple[np.ndarray, np.ndarray] = pickle.loads(path.read_bytes())
        return found
    sample = sample_of(row)
    rng = np.random.default_rng(zlib.crc32(content.encode()))
    rows = [] if sample is None else eye_rows(sample, rng, COPIES)
    made = np.array([f for f, _ in rows], np.float16), np.array([c for _, c in rows], int)
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)
    return made


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """One ensemble, which ``covers.probability`` calls ``eye``."""
    cv2.setNumThreads(1)
    mark = code_mark(Path(str(lenses.__file__)))
    portraits = [row for row in rows if row.medium == "portraits"]
    kept = [made for row in portraits if len((made := _drawn(row, cache, mark))[1])]
    features, truths = (np.concatenate(each) for each in zip(*kept, strict=True))
    stored: dict[str, np.ndarray] = {}
    for name, value in train(features, truths, HIDDEN, MEMBERS).items():
        joint = "" if name[0].isdigit() else "_"
        stored[f"eye{joint}{name}"] = np.asarray(value, np.float16)
    stored["eye_zero"] = np.array(ZERO, np.float32)
    people = len({row.subject for row in portraits})
    real = sum(truth(row.labels)[0] == 1 for row in portraits)
    stored["note"] = np.array(
        f"{len(portraits)} portraits of {people} people or near-duplicate groups, sunglasses on "
        f"{real}; glasses of every tint, hair and hands drawn on the bare ones"
    )
    return stored
