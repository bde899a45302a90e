"""The wave brought back to its zero line."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from repairs import done, mended, wav


def test_an_offset_is_taken_away_to_the_step_and_nothing_but_it(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    shifted = (voice.astype(np.int32) + 1500).clip(-32768, 32767).astype(np.int16)
    _, made = mended(wav(tmp_path / "shifted.wav", shifted))
    assert done(made) == ["dc-offset", "encode"]
    straight, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert len(np.unique(shifted.astype(int) - straight)) == 1
    assert abs(straight.mean()) <= 0.5
