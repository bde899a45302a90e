"""Long voices cut at their pauses."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.jobs.split import Place, best_cuts, split

places = st.lists(
    st.tuples(st.floats(0.5, 60), st.floats(0.2, 1.5)),
    min_size=1,
    max_size=9,
    unique_by=lambda p: p[0],
).map(lambda pairs: [Place(at, pause) for at, pause in sorted(pairs)])


def fewest_by_trying(cuts: list[Place], duration_s: float, longest_s: float) -> int | None:
    for count in range(len(cuts) + 1):
        for chosen in itertools.combinations([cut.at_s for cut in cuts], count):
            edges = [0.0, *chosen, duration_s]
            if all(b - a <= longest_s + 1e-9 for a, b in itertools.pairwise(edges)):
                return count
    return None


@given(places, st.floats(5, 40))
def test_as_few_segments_as_can_be(cuts: list[Place], longest_s: float) -> None:
    duration_s = 61.0
    fewest = fewest_by_trying(cuts, duration_s, longest_s)
    if fewest is None:
        with pytest.raises(UsageFault, match="no pause to cut at"):
            best_cuts(cuts, duration_s, longest_s)
        return
    chosen = best_cuts(cuts, duration_s, longest_s)
    assert len(chosen) == fewest
    edges = [0.0, *(cuts[i].at_s for i in chosen), duration_s]
    assert all(b - a <= longest_s + 1e-6 for a, b in itertools.pairwise(edges))


def test_of_equally_many_the_longer_pause_is_taken() -> None:
    cuts = [Place(28.0, 0.25), Place(29.0, 0.9)]
    assert best_cuts(cuts, 57.0, 30.0) == [1]


def test_a_greedy_cut_is_not_taken_where_it_costs_a_segment() -> None:
    cuts = [Place(20.0, 0.3), Place(29.0, 0.9), Place(45.0, 0.3), Place(49.0, 0.3)]
    assert len(best_cuts(cuts, 75.0, 30.0)) == 2


def test_the_best_length_is_aimed_at_where_that_is_wanted() -> None:
    cuts = [Place(float(at), 0.6) for at in range(5, 60, 5)]
    assert best_cuts(cuts, 60.0, 30.0) == [5]
    assert [cuts[i].at_s for i in best_cuts(cuts, 60.0, 30.0, 15.0)] == [15.0, 30.0, 45.0]


@pytest.fixture
def long_voice(tmp_path: Path, fixtures: Path) -> Path:
    samples, rate = soundfile.read(fixtures / "voice.wav", dtype="int16")
    path = tmp_path / "long.wav"
    soundfile.write(path, np.concatenate([samples] * 10), rate, subtype="PCM_16")
    return path


def test_segments_joined_are_the_original_and_none_is_too_long(long_voice: Path) -> None:
    manifest = split(str(long_voice), "omnihuman-1-5")
    folder = long_voice.with_name("long-segments")
    parts = [soundfile.read(folder / each.file, dtype="int16")[0] for each in manifest.segments]
    whole, rate = soundfile.read(long_voice, dtype="int16")
    assert np.array_equal(np.concatenate(parts), whole)
    assert all(len(part) <= 30 * rate for part in parts)
    assert len(parts) == 4
    written = json.loads((folder / "manifest.json").read_text())
    assert written["segments"][1]["in_sample"] == len(parts[0])
    assert written["integrated_lufs"] == pytest.approx(manifest.integrated_lufs)


def test_every_cut_is_in_a_pause(long_voice: Path) -> None:
    from qcheck.media.file import File
    from qcheck.probes.evidence import Evidence
    from qcheck.probes.voice import Pauses

    manifest = split(str(long_voice), longest_s=10)
    inside = Evidence(File("long.wav", long_voice.read_bytes())).get(Pauses).inside
    for segment in manifest.segments[1:]:
        assert any(pause.start_s < segment.in_s < pause.end_s for pause in inside)


@pytest.mark.parametrize(
    ("subtype", "dtype"),
    [("PCM_24", "int32"), ("PCM_32", "int32"), ("FLOAT", "float32"), ("DOUBLE", "float64")],
)
def test_no_bit_is_lost_in_any_format(
    tmp_path: Path, fixtures: Path, subtype: str, dtype: str
) -> None:
    samples, rate = soundfile.read(fixtures / "voice.wav")
    noise = np.random.default_rng(1).normal(0, 1e-6, len(samples))
    path = tmp_path / "voice.wav"
    soundfile.write(path, samples * 0.9 + noise, rate, subtype=subtype)
    manifest = split(str(path), longest_s=5)
    parts = [
        soundfile.read(tmp_path / "voice-segments" / s.file, dtype=dtype)[0]
        for s in manifest.segments
    ]
    assert len(parts) > 1
    assert np.array_equal(np.concatenate(parts), soundfile.read(path, dtype=dtype)[0])


def test_nothing_is_overwritten(long_voice: Path) -> None:
    split(str(long_voice))
    before = {path: path.read_bytes() for path in long_voice.with_name("long-segments").iterdir()}
    with pytest.raises(UsageFault, match="is there already"):
        split(str(long_voice))
    assert before == {path: path.read_bytes() for path in before}


def test_speech_without_a_pause_is_named(tmp_path: Path, fixtures: Path) -> None:
    with pytest.raises(UsageFault, match=r"from \d+\.\d to \d+\.\d s there is no pause"):
        split(str(fixtures / "voice.wav"), longest_s=1, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_recording_is_refused(tmp_path: Path, fixtures: Path) -> None:
    with pytest.raises(UsageFault):
        split(str(fixtures / "portrait.png"), folder=tmp_path / "out")
    with pytest.raises(UsageFault):
        split(str(tmp_path / "nowhere.wav"), folder=tmp_path / "out")
