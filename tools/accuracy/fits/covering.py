"""Fits what a covered eye and a covered mouth look like.

Real sunglasses in the corpus are grey and small, real masks are contrast-boosted, hands are few, so
most of what covers a face is drawn: glasses, masks, scarves, hands, microphones, hair and plain
shapes of random form, tone and gloss, on faces of every set; and every picture, bare or covered,
goes through the same changes of light, contrast, detail and place, so that neither greyness nor
smallness carries the answer. Clear glasses, beards, hard shadows and light from one side are drawn
on bare faces as well. What is stored are weights of small networks on edge histograms and coarse
brightness.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes import face
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.helpers import aligned_face, covers
from qcheck.probes.helpers.covers import lower_features
from qcheck.probes.portrait import AlignedFace, Face
from tools.accuracy import drawings
from tools.accuracy.drawings.bare import beard, change, light
from tools.accuracy.drawings.canvas import JAW, Sample, fill
from tools.accuracy.drawings.covers import mask, microphone, thing
from tools.accuracy.drawings.glasses import glasses
from tools.accuracy.drawings.hands import hand
from tools.accuracy.labels import Row

MEDIUM = "portraits"

Rows = list[tuple[np.ndarray, float]]
"""Features, and whether what they are of is covered."""


def sample_of(row: Row) -> Sample | None:
    """None where no face is found."""
    evidence = Evidence(File(row.path.name, row.path.read_bytes()))
    try:
        found, copy = evidence.get(Face), evidence.get(AlignedFace)
    except (Unmeasurable, ProbeCrashed):
        return None
    points = cv2.transform(found.landmarks_px[None, :, :2].astype(np.float64), copy.matrix)[0]
    return Sample(copy.bgr, np.asarray(points), *truth(row.labels))


# Looked at one by one, where the labels' columns are silent or wrong.
SUNGLASSES = {"facemask_with/with_mask279.jpg", "more/inpycon23/aravind-sekar.jpg"}
MOUTH_COVERED = {
    "facemask_without/2020-06-23-120107-copy-.jpg",
    "facemask_without/410.jpg",
    "muxspace_lfw/Celine_Dion_0008.jpg",
    "muxspace_lfw/Juan_Carlos_Ferrero_0007.jpg",
}
# The landmarks are not on the face, or it is a profile.
NO_FRONT = {
    "aflw2000/image00251.jpg",
    "aflw2000/image00475.jpg",
    "aflw2000/image02420.jpg",
    "muxspace_lfw/Jake_Gyllenhaal_0002.jpg",
    "muxspace_lfw/Roman_Polanski_0003.jpg",
    "muxspace_lfw/Phil_Gramm_0002.jpg",
}


def truth(labels: dict[str, str]) -> tuple[float, float]:
    """Whether eyes and lower face are covered: 1, 0, or nan where nobody knows."""
    file = labels["file"]
    if file in NO_FRONT or labels["kind"] == "animal":
        return float("nan"), float("nan")
    eyes = 1.0 if labels["glasses"] == "sun" or file in SUNGLASSES else 0.0
    if "hair_over_eyes" in labels["defects"]:
        eyes = float("nan")
    lower = 0.0
    if labels["mask"] == "1" or file in MOUTH_COVERED:
        lower = 1.0
    elif labels["hand"] == "1":  # at a cheek, mostly: neither
        lower = float("nan")
    return eyes, lower


def of_lower(cover: np.ndarray, points: np.ndarray) -> float:
    """Truth about nose, mouth and chin under ``cover``: nan where only the rim is touched."""
    shape = fill(np.vstack([points[list(JAW)][2:-2], points[[425, 4, 205]]])) > 0.5
    share = cover[shape].mean()
    return 1.0 if share > 0.3 else 0.0 if share < 0.02 else float("nan")


def lower_rows(sample: Sample, rng: Generator, copies: int) -> Rows:
    """Features and truth of the face below the eyes, drawn ``copies`` times."""
    rows: Rows = []

    def add(bgr: np.ndarray, covered: float) -> None:
        if not np.isnan(covered):
            rows.append((lower_features(change(bgr, rng)), covered))

    if np.isnan(sample.lower):
        return rows
    if sample.lower == 1:
        for _ in range(6 * copies):
            add(sample.bgr, 1)
        return rows
    for _ in range(copies):
        add(sample.bgr, 0)
    for _ in range(copies):
        kind = rng.random()
        if kind < 0.5:
            add(beard(sample, rng), 0)
        elif kind < 0.7:
            add(glasses(sample, rng, bool(rng.random() < 0.5)), 0)
        else:
            add(light(sample.bgr.astype(float), rng), 0)
    for _ in range(copies + copies // 2):
        kind = rng.random()
        if kind < 0.6:
            add(mask(sample, rng), 1)
        elif kind < 0.7:
            add(thing(sample, rng), 1)
        elif kind < 0.85:
            bgr, cover = hand(sample, rng, sample.points[13])
            add(bgr, of_lower(cover, sample.points))
        else:
            bgr, cover = microphone(sample, rng)
            add(bgr, of_lower(cover, sample.points))
    return rows


COPIES = 4
# Small enough that the file stays under 300 kB.
HIDDEN, MEMBERS = 20, 3
ROWS = {"lower": lower_rows}


def code_mark(*files: Path) -> str:
    """Of what a drawing's features are made of: drawing takes minutes, so nothing else counts."""
    whole = hashlib.sha256()
    drawn_by = sorted(Path(drawings.__path__[0]).glob("*.py"))
    for file in (
        *files,
        *drawn_by,
        *(Path(str(each.__file__)) for each in (face, aligned_face, covers)),
    ):
        whole.update(file.read_bytes())
    return whole.hexdigest()


def drawn(row: Row, cache: Path, mark: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Features and truths made of one file; the same for the same file and code."""
    content = hashlib.sha256(row.path.read_bytes() + row.name.encode()).hexdigest()[:24]
    path = cache / f"{content}-{mark[:12]}.pkl"
    if path.exists():
        found: dict[str, tuple[np.ndarray, np.ndarray]] = pickle.loads(path.read_bytes())
        return found
    sample = sample_of(row)
    made = {}
    for network, rows_of in ROWS.items():
        rng = np.random.default_rng((zlib.crc32(network.encode()), int(content[:12], 16)))
        rows = [] if sample is None else rows_of(sample, rng, COPIES)
        made[network] = (
            np.array([features for features, _ in rows], np.float16),
            np.array([covered for _, covered in rows], int),
        )
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)
    return made


def train(
    features: np.ndarray, truths: np.ndarray, hidden: int = HIDDEN, members: int = MEMBERS
) -> dict[str, np.ndarray]:
    """An ensemble of small networks, each on standardised features."""
    from sklearn.neural_network import MLPClassifier

    x = features.astype(np.float32)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 0.05
    x = (x - mean) / scale
    stored = {"mean": mean, "scale": scale}
    for member in range(members):
        net = MLPClassifier(
            (hidden,),
            alpha=3e-2,
            batch_size=256,
            learning_rate_init=7e-4,
            max_iter=16,
            random_state=member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it stops at max_iter on purpose
            net.fit(x, truths)
        for layer, (w, b) in enumerate(zip(net.coefs_, net.intercepts_, strict=True)):
            stored[f"{member}_w{layer}"], stored[f"{member}_b{layer}"] = w, b
    return stored


# Where half lies on the network's scale (logits): from scores of people not fitted on, so that
# under 1 % of bare faces exceed half.
ZERO = {"lower": 1.0}


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Two ensembles, for an eye and for nose, mouth and chin."""
    cv2.setNumThreads(1)
    mark = code_mark(Path(__file__))
    portraits = [row for row in rows if row.medium == "portraits"]
    tables = [drawn(row, cache, mark) for row in portraits]
    stored: dict[str, np.ndarray] = {}
    for network in ROWS:
        kept = [table[network] for table in tables if len(table[network][1])]
        features, truths = (np.concatenate(each) for each in zip(*kept, strict=True))
        for name, value in train(features, truths).items():
            joint = "" if name[0].isdigit() else "_"
            stored[f"{network}{joint}{name}"] = np.asarray(value, np.float16)
        stored[f"{network}_zero"] = np.array(ZERO[network], np.float32)
    known = [truth(row.labels) for row in portraits]
    people = len({row.subject for row in portraits})
    eyes, lower = (sum(each[k] == 1 for each in known) for k in (0, 1))
    stored["note"] = np.array(
        f"{len(portraits)} portraits of {people} people or near-duplicate groups, eyes covered in "
        f"{eyes}, mouth or chin in {lower}; covers drawn on the bare ones, {COPIES} of each kind"
    )
    return stored
