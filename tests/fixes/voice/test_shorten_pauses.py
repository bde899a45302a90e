"""Long pauses made shorter."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from repairs import done, found, mended, wav

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Pauses


def test_long_pauses_are_shortened_and_words_are_not_touched(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    pauses = Evidence(File("v", wav(tmp_path / "v.wav", voice).read_bytes())).get(Pauses)
    middle = max(pauses.inside, key=lambda pause: pause.seconds)
    at = round((middle.start_s + middle.end_s) / 2 * 48_000)
    noise = np.round(np.random.default_rng(1).normal(0, 3, 3 * 48_000)).astype(np.int16)
    path = wav(tmp_path / "pause.wav", np.concatenate([voice[:at], noise, voice[at:]]))
    after, made = mended(path, unsafe=True)
    assert done(made) == ["pauses", "encode"]
    assert "long-pause" not in found(after)
    short, _ = soundfile.read(io.BytesIO(made.data), dtype="int32")
    head = round(middle.start_s * 48_000)
    tail = len(voice) - round(middle.end_s * 48_000)
    dither = 2 << 8
    assert np.abs(short[:head] - (voice[:head].astype(np.int64) << 16)).max() <= dither
    assert np.abs(short[-tail:] - (voice[-tail:].astype(np.int64) << 16)).max() <= dither
