"""One voice and two."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from sounds import RATE_HZ, Wave, evidence, voice

from qcheck.core.probe import Inapplicable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers import weights
from qcheck.probes.speakers import compare
from qcheck.probes.voice import Heard, Speech, Voiceprints, Voices


def another(speech: Wave) -> Wave:
    """The same words by a larger body: pitch and vocal tract a fourth lower, and slower."""
    return np.asarray(soxr.resample(speech, RATE_HZ, round(RATE_HZ * 1.3)))


def vectors(one: int, other: int, apart: float) -> np.ndarray:
    """Unit vectors around two directions, ``apart`` from each other, with some scatter."""
    random = np.random.default_rng(one * 31 + other)
    base = random.normal(size=256)
    second = base + apart * random.normal(size=256)
    rows = [base] * one + [second] * other
    scattered = np.array(rows) + 0.2 * random.normal(size=(one + other, 256))
    return (scattered / np.linalg.norm(scattered, axis=1, keepdims=True)).astype(np.float32)


def test_one_voice_is_one(fixtures: Path) -> None:
    found = evidence(voice(fixtures)).get(Voices)
    assert found.two_likelihood < 0.2
    assert found.count == 1
    assert found.second == ()


def test_a_louder_second_half_is_no_second_voice(fixtures: Path) -> None:
    speech = voice(fixtures)
    half = len(speech) // 2
    uneven = np.concatenate([speech[:half], 0.4 * speech[half:]])
    assert evidence(uneven).get(Voices).count == 1


def test_a_second_voice_is_heard_where_it_speaks(fixtures: Path) -> None:
    speech = voice(fixtures)
    found = evidence(np.concatenate([speech, another(speech)])).get(Voices)
    assert found.count == 2
    turn_s = len(speech) / RATE_HZ
    first = [(span.start_s + span.end_s) / 2 < turn_s for span in found.second]
    assert len(set(first)) == 1
    assert sum(span.seconds for span in found.second) > 2


def test_little_speech_is_not_judged(fixtures: Path) -> None:
    with pytest.raises(Inapplicable):
        evidence(voice(fixtures)[: 2 * RATE_HZ]).get(Voices)


def test_voiceprints_are_unit_vectors_within_the_speech(fixtures: Path) -> None:
    made = evidence(voice(fixtures))
    prints = made.get(Voiceprints)
    np.testing.assert_allclose(np.linalg.norm(prints.vectors, axis=1), 1.0, atol=1e-4)
    assert (np.diff(prints.middles_s) > 0).all()
    spans = made.get(Speech).spans
    assert spans[0].start_s <= prints.middles_s[0]
    assert prints.middles_s[-1] <= spans[-1].end_s


@given(one=st.integers(3, 9), other=st.integers(3, 9))
def test_two_clusters_are_parted_where_they_meet(one: int, other: int) -> None:
    _, groups = compare(vectors(one, other, 1.5))
    assert len(set(groups[:one])) == 1
    assert len(set(groups[one:])) == 1
    assert groups[0] != groups[-1]


def test_the_farther_apart_the_less_alike() -> None:
    alike = [compare(vectors(6, 6, apart))[0][0] for apart in (0.0, 0.5, 1.0, 2.0)]
    assert alike == sorted(alike, reverse=True)


def test_the_encoder_hears_in_the_bands_of_librosa() -> None:
    import librosa

    bands = librosa.filters.mel(sr=Heard.RATE_HZ, n_fft=400, n_mels=40)
    np.testing.assert_array_equal(weights.arrays_of("voiceprint")["mel_bands"], bands)


def test_the_labelled_turns_are_told(corpus: Path) -> None:
    voices = corpus / "voices"
    with (voices / "labels.csv").open(newline="") as table:
        two = {
            row["file"]: row["label"] == "two_spk_turn"
            for row in csv.DictReader(table)
            if row["label"] in ("one_spk", "two_spk_turn")
        }
    assert two
    for name, turns in two.items():
        made = Evidence(File(name, (voices / name).read_bytes()))
        assert (made.get(Voices).count == 2) == turns, name
