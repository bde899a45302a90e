"""Fits how facial skin is shaded by soft light from the front.

From studio portraits alone: the mean, over people, of the light on each mirrored pair of patches
of skin against the face's own median. It holds what every face has (darker sides of the nose, a
brighter forehead), so that what is left of a face is its own light.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR
from qcheck.probes.helpers.face_mesh import skin_pairs
from qcheck.probes.portrait import Skin
from tools.accuracy.digests import code_digest
from tools.accuracy.labels import Row

MEDIUM = "portraits"

STUDIO = {"london_neutral", "london_smiling", "canada"}
# As in the measure: a thousandth of full light keeps the logarithm finite.
BLACK = 1e-3


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """``soft_stops``: (n,) stops against the face's median, for n pairs of patches."""
    pairs = len(skin_pairs()["area_cm2"])
    by_person: dict[str, list[np.ndarray]] = {}
    for row in rows:
        if row.labels.get("set") in STUDIO:
            stops = _stops(row.path, cache)
            if len(stops) == pairs:
                by_person.setdefault(row.subject, []).append(stops)
    if not by_person:
        return {"soft_stops": np.zeros(pairs, np.float32), "note": np.array("of nobody")}
    mean = np.mean([np.mean(each, axis=0) for each in by_person.values()], axis=0)
    note = f"mean of {len(by_person)} people in studio light ({', '.join(sorted(STUDIO))})"
    return {"soft_stops": mean.astype(np.float32), "note": np.array(note)}


def _stops(path: Path, cache: Path) -> np.ndarray:
    """(n,): light on each pair, both sides' mean; empty where the face or a part is not seen."""
    mark = hashlib.sha256(path.read_bytes() + code_digest(Path(__file__)).encode()).hexdigest()
    kept = cache / f"{mark[:32]}.npy"
    if not kept.exists():
        np.save(kept, _measure(path))
    stops: np.ndarray = np.load(kept)
    return stops


def _measure(path: Path) -> np.ndarray:
    try:
        found = Evidence(File(path.name, path.read_bytes())).get(Skin)
    except (Unmeasurable, ProbeCrashed):
        return np.zeros(0, np.float32)
    stops = np.log2(found.linear_bgr @ LUMINANCE_BGR + BLACK)
    centred: np.ndarray = (stops - np.median(stops)).mean(axis=0)
    return centred.astype(np.float32)
