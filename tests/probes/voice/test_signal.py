"""How long the mix is."""

from __future__ import annotations

import numpy as np

from qcheck.probes.voice import Mono


def test_the_mix_is_as_long_as_its_samples() -> None:
    assert Mono(np.zeros(12_000, np.float32), 8_000).duration_s == 1.5
