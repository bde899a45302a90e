"""Phrases brought to one loudness."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from repairs import mended

from qcheck.fixes.helpers.meter import loudness_lufs
from qcheck.fixes.voice.level_phrases import _phrases
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Speech


def test_levelled_phrases_keep_their_own_dynamics(fixtures: Path) -> None:
    path = fixtures / "defects" / "loudness-consistency.mp3"
    before = Evidence(File("a.mp3", path.read_bytes())).get(Recording).samples[:, 0]
    _, made = mended(path, unsafe=True)
    after = Evidence(File("a.wav", made.data)).get(Recording).samples[:, 0]
    loud = np.abs(before) > 0.01
    gain = after[loud] / before[loud]
    # One gain a phrase: nearly every sample has one of a few.
    counts = np.histogram(20 * np.log10(np.abs(gain)), bins=np.arange(-20, 20, 0.1))[0]
    assert np.sort(counts)[-4:].sum() > 0.9 * loud.sum()


def test_levelled_phrases_are_nearer_to_each_other_by_another_meter(fixtures: Path) -> None:
    evidence = Evidence(File("v", (fixtures / "defects" / "loudness-consistency.mp3").read_bytes()))
    before = evidence.get(Recording)
    _, made = mended(fixtures / "defects" / "loudness-consistency.mp3", unsafe=True)

    def spread_lu(sound: Recording) -> float:
        lufs = []
        for phrase in _phrases(evidence.get(Speech).spans):
            first, last = (round(at * sound.rate_hz) for at in (phrase.start_s, phrase.end_s))
            # The standard's block, without which there is no loudness.
            if last - first >= 0.4 * sound.rate_hz:
                part = dataclasses.replace(sound, samples=sound.samples[first:last])
                lufs.append(loudness_lufs(part))
        assert len(lufs) >= 2
        return max(lufs) - min(lufs)

    assert spread_lu(made.content) < 0.5 * spread_lu(before)
