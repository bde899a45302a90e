"""Fits how far apart two groups of voiceprints are when two people speak.

From the corpus's single voices, as they are and with a second half that was recorded another way,
and from pairs of them made to take turns. Each pair is of the same set where that has several
speakers, so that it is voices that are told apart and not microphones.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import soxr
from sklearn.linear_model import LogisticRegression

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes import speakers
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Voiceprints
from tools.accuracy.digests import code_digest
from tools.accuracy.labels import Row
from tools.accuracy.makers.rooms import levelled, moved_microphone, turns

MEDIUM = "voices"

RATE_HZ = 16_000
PAIRS = 4  # each voice with so many others
# Of one set, but perhaps of one person.
UNSURE = ("th_driving__echomimic", "th_driving__echomimic_v2")
SUNG_OR_WITH_MUSIC = ("imagine", "haierlizhi", "audios__2", "audios__3", "audios__4", "audios__5")
FALSE_ALARMS = 0.01


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression, shifted to where one voice in a hundred would be called two."""
    mark = code_digest(Path(__file__)) + code_digest(Path(speakers.__file__))
    voices = [row for row in rows if _serves(row)]
    found, two = [], []
    for row in voices:
        for change in range(2):
            features = _kept(cache, mark, f"{row.name} {change}", _single, row, change)
            found += features
            two += [0] * len(features)
        others = [other for other in voices if _may_pair(row, other)]
        others.sort(key=lambda other: zlib.crc32(f"{row.name} {other.name}".encode()))
        others.sort(key=lambda other: other.labels["set"] != row.labels["set"])
        near = [other for other in others if other.labels["set"] == row.labels["set"]]
        far = [other for other in others if other.labels["set"] != row.labels["set"]]
        for other in [*near[: PAIRS - 1], *far][:PAIRS]:
            name = f"{row.name} with {other.name}"
            features = _kept(cache, mark, name, _pair, row, other, name)
            found += features
            two += [1] * len(features)
    x, y = np.array(found), np.array(two)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=5000)
    model.fit((x - mean) / scale, y)
    slope = model.coef_[0]
    scores = (x - mean) / scale @ slope
    zero = -float(np.quantile(scores[y == 0], 1 - FALSE_ALARMS))
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "slope": slope.astype(np.float32),
        "zero": np.float32(zero),
        "note": np.array(f"{np.sum(y == 0)} single voices, {np.sum(y == 1)} pairs"),
    }


def _serves(row: Row) -> bool:
    if row.medium != "voices" or any(word in row.name for word in SUNG_OR_WITH_MUSIC):
        return False
    name = row.labels["set"]
    plain = name in ("libri_clean", "p808_nsd_clean", "derived/one_spk", "derived/dc")
    return plain or name.startswith("th_driving") or row.name in _ONE_OF_LJ


# More would let one speaker count for many.
_ONE_OF_LJ = ("ljspeech/LJ001-0001.flac", "ljspeech/LJ001-0014.flac")


def _may_pair(row: Row, other: Row) -> bool:
    same_set = row.labels["set"] == other.labels["set"]
    return row.subject != other.subject and not (same_set and row.labels["set"] in UNSURE)


def _kept(
    cache: Path, mark: str, name: str, make: Callable[..., np.ndarray], *of: object
) -> list[np.ndarray]:
    path = cache / f"{hashlib.sha256(f'{mark}{name}'.encode()).hexdigest()[:24]}.npy"
    if not path.exists():
        np.save(path, make(*of))
    stored = np.load(path)
    return [stored] if len(stored) else []


def _features(samples: np.ndarray) -> np.ndarray:
    """Empty where there is too little speech."""
    evidence = Evidence(File("made", b""))
    shaped = samples.astype(np.float32)[:, None]
    evidence._taken[Recording] = Recording(shaped, RATE_HZ, "WAV", "PCM", 16, None, False)
    try:
        return speakers.compare(evidence.get(Voiceprints).vectors)[0]
    except Unmeasurable:
        return np.zeros(0)


def _read(row: Row) -> np.ndarray:
    samples, rate_hz = soundfile.read(row.path, dtype="float32", always_2d=True)
    return levelled(soxr.resample(samples.mean(axis=1), rate_hz, RATE_HZ), RATE_HZ)


def _single(row: Row, change: int) -> np.ndarray:
    samples = _read(row)
    if change:
        rng = np.random.default_rng(zlib.crc32(row.name.encode()))
        made = moved_microphone(samples, RATE_HZ, rng)
        samples = soundfile.read(io.BytesIO(made.data), dtype="float32")[0]
    return _features(samples)


def _pair(row: Row, other: Row, name: str) -> np.ndarray:
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    return _features(turns(_read(row), _read(other), RATE_HZ, rng))
