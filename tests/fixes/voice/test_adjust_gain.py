"""Recordings turned up or down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from repairs import mended, recorded, wav, wish

from qcheck.engine.options import Options
from qcheck.fixes.helpers.meter import loudness_lufs
from qcheck.fixes.voice.adjust_gain import adjust_gain
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Loudness, TruePeak


@pytest.mark.parametrize("level", [0.004, 0.02, 1.0])
def test_loudness_comes_to_the_target_and_the_true_peak_stays_under_its_limit(
    tmp_path: Path, voice: NDArray[np.int16], level: float
) -> None:
    samples = voice / 32768 * level
    path = wav(tmp_path / "voice.wav", samples, subtype="PCM_24")
    _, made = mended(path, loudness_lufs=-23.0)
    evidence = Evidence(File("mended.wav", made.data))
    assert evidence.get(Loudness).integrated_lufs == pytest.approx(-23, abs=0.1)
    assert evidence.get(TruePeak).peak_dbtp <= -1


def test_a_gain_is_less_where_peaks_leave_no_room(tmp_path: Path, voice: NDArray[np.int16]) -> None:
    samples = voice / 32768 * 0.01
    samples[1000:1040] += 0.5 * np.hanning(40)
    _, made = mended(wav(tmp_path / "click.wav", samples, subtype="PCM_24"))
    evidence = Evidence(File("mended.wav", made.data))
    assert evidence.get(TruePeak).peak_dbtp == pytest.approx(-1.1, abs=0.05)
    assert evidence.get(Loudness).integrated_lufs < -25
    assert "peaks keep it from −20.0 LUFS" in made.deeds[0].says


@given(st.floats(-49, 3), st.floats(-40, 6), st.floats(-36, -8) | st.none())
def test_no_gain_ever_lifts_a_peak_over_the_limit(
    lufs: float, dbtp: float, wanted: float | None
) -> None:
    hum = np.sin(2 * np.pi * 220 * np.arange(24_000) / 48_000)[:, None].astype(np.float32)
    scale = 10 ** ((lufs - loudness_lufs(recorded(hum))) / 20)
    recording = recorded(hum * np.float32(scale))
    loudness, peak = Loudness(lufs, lufs), TruePeak(dbtp, None)
    made = adjust_gain(recording, loudness, peak, wish(loudness_lufs=wanted))
    if made is None:
        return
    gain_db = 20 * np.log10(made.values[0].samples[100, 0] / recording.samples[100, 0])
    assert dbtp + gain_db <= -1 + 1e-3
    assert gain_db <= 0 or lufs + gain_db <= (-20 if wanted is None else wanted) + 1e-3


def test_a_peak_keeps_to_its_configured_limit_though_only_loudness_is_checked(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    (tmp_path / "qcheck.toml").write_text("[limits.true-peak]\nwarn-above-dbtp = -6.0\n")
    options = Options(config=tmp_path / "qcheck.toml", select=("loudness",))
    samples = voice / 32768 * 0.02
    _, made = mended(wav(tmp_path / "v.wav", samples, subtype="PCM_24"), options, loudness_lufs=-10)
    assert Evidence(File("v.wav", made.data)).get(TruePeak).peak_dbtp == pytest.approx(
        -6.1, abs=0.1
    )


def test_the_loudness_that_is_told_is_measured_on_what_was_made(
    tmp_path: Path, voice: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []

    def meter(sound: Recording) -> float:
        measured.append(sound)
        return loudness_lufs(sound)

    monkeypatch.setattr("qcheck.fixes.voice.adjust_gain.loudness_lufs", meter)
    _, made = mended(wav(tmp_path / "soft.wav", voice / 32768 * 0.01, subtype="PCM_24"))
    assert made.content.samples is measured[-1].samples
    assert "to −20.0 LUFS" in made.deeds[0].says
