"""Fits how sure a jump or a fade of the level is.

From the corpus's natural takes with 4 s of speech and more, as they are and with a jump by 6 dB or
a fade by 10 dB put in: each take twice, at other places and other ways round.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import numpy as np
import soundfile
from sklearn.linear_model import LogisticRegression

from qcheck.media.file import File
from qcheck.probes import jumps
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import AlikeMoments, Speech
from tools.accuracy.digests import code_digest
from tools.accuracy.fits import Unfittable
from tools.accuracy.labels import Row
from tools.accuracy.makers.sound import faded_through, jumped_anywhere

MEDIUM = "voices"

SETS = ("libri_clean", "ljspeech", "p808_nsd_clean")
LEAST_SPEECH_S = 4.0
TIMES = 2
# Of natural takes: each of the two kinds of change is reported of so many.
FALSE_ALARMS = 0.02


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression of three features each, shifted to where few natural takes lie."""
    mark = code_digest(Path(__file__)) + code_digest(Path(jumps.__file__))
    found: dict[str, list[np.ndarray]] = {"natural": [], "jump": [], "fade": []}
    for row in rows:
        name = row.labels["set"]
        if row.medium == "voices" and (name in SETS or name.startswith("th_driving")):
            for kind, features in found.items():
                for time in range(1 if kind == "natural" else TIMES):
                    kept = _kept(cache, mark, row, kind, time)
                    features += [kept] if len(kept) else []
    arrays: dict[str, np.ndarray] = {}
    if not all(found.values()):
        raise Unfittable("no natural take is left")
    for kind, columns in (("jump", slice(0, 3)), ("fade", slice(3, 6))):
        x = np.array([*found["natural"], *found[kind]])[:, columns]
        y = np.repeat([0, 1], [len(found["natural"]), len(found[kind])])
        scale = x.std(0)
        model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=5000)
        slope = model.fit(x / scale, y).coef_[0] / scale
        natural = np.array(found["natural"])[:, columns] @ slope
        arrays[f"{kind}_slope"] = slope.astype(np.float32)
        arrays[f"{kind}_zero"] = np.array(-np.quantile(natural, 1 - FALSE_ALARMS), np.float32)
    arrays["note"] = np.array(f"{len(found['natural'])} takes, {len(found['jump'])} with a change")
    return arrays


def _kept(cache: Path, mark: str, row: Row, kind: str, time: int) -> np.ndarray:
    """(6,): the features of a jump and of a fade; empty where there is too little speech."""
    name = f"{mark} {row.name} {kind} {time}"
    path = cache / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.npy"
    if not path.exists():
        np.save(path, _features(row, kind, zlib.crc32(f"{row.name} {kind} {time}".encode())))
    stored: np.ndarray = np.load(path)
    return stored


def _features(row: Row, kind: str, seed: int) -> np.ndarray:
    samples, rate_hz = soundfile.read(row.path, dtype="float32", always_2d=True)
    rng = np.random.default_rng(seed)
    evidence = Evidence(File("natural", row.path.read_bytes()))
    if kind == "jump":
        made = jumped_anywhere(samples.mean(axis=1), rate_hz, rng, by_db=6, least_side_s=2)
        evidence = Evidence(File("made.wav", made.data))
    elif kind == "fade":
        made = faded_through(samples.mean(axis=1), rate_hz, rng, by_db=10)
        evidence = Evidence(File("made.wav", made.data))
    speech = evidence.get(Speech)
    alike = evidence.get(AlikeMoments)
    jump, fade = jumps.jump_features(alike, speech), jumps.fade_features(alike, speech)
    if speech.speech_s < LEAST_SPEECH_S or jump is None or fade is None:
        return np.zeros(0)
    return np.concatenate([jump.features, fade.features])
