"""Recordings brought to 48 kHz."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from repairs import mended, wav

from qcheck.engine.options import Options


def test_resampling_keeps_length_and_tone(tmp_path: Path) -> None:
    seconds = np.arange(2 * 22_050) / 22_050
    tone = 0.3 * np.sin(2 * np.pi * 1000 * seconds)
    options = Options(isolated=True, select=("sample-rate",))
    _, made = mended(wav(tmp_path / "tone.wav", tone, 22_050), options)
    back, rate_hz = soundfile.read(io.BytesIO(made.data))
    assert (rate_hz, len(back)) == (48_000, 96_000)
    wanted = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(96_000) / 48_000)
    assert np.abs(back[500:-500] - wanted[500:-500]).max() < 2e-4
