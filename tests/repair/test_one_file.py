"""One file and the repairs that it goes through."""

from __future__ import annotations

from pathlib import Path

import pytest
from repairs import ISOLATED, checked, done, found, mended


@pytest.mark.parametrize(
    ("name", "rule", "unsafe"),
    [
        ("orientation.jpg", "orientation", False),
        ("face-centred.jpg", "face-centred", True),
        ("eye-line.jpg", "eye-line", True),
        ("headroom.jpg", "headroom", True),
        ("readable-extension.png", "readable", False),
    ],
)
def test_what_its_rule_found_is_mended(fixtures: Path, name: str, rule: str, unsafe: bool) -> None:
    path = fixtures / "defects" / name
    assert rule in found(checked(path))
    after, _ = mended(path, unsafe=unsafe)
    assert rule not in found(after)


@pytest.mark.parametrize(
    "name", ["portrait.png", "defects/head-roll.jpg", "defects/image-noise.jpg"]
)
def test_what_needs_no_repair_that_there_is_keeps_its_bytes(fixtures: Path, name: str) -> None:
    _, made = mended(fixtures / name, unsafe=True)
    assert made.data == (fixtures / name).read_bytes()


def test_what_changes_the_picture_is_not_done_unasked(fixtures: Path) -> None:
    path = fixtures / "defects" / "eye-line.jpg"
    assert mended(path)[1].data == path.read_bytes()


@pytest.mark.parametrize("name", ["orientation.jpg", "eye-line.jpg"])
def test_mending_a_mended_picture_changes_nothing(
    fixtures: Path, tmp_path: Path, name: str
) -> None:
    _, once = mended(fixtures / "defects" / name, unsafe=True)
    path = tmp_path / "once.jpg"
    path.write_bytes(once.data)
    _, twice = mended(path, unsafe=True)
    assert twice.data == once.data


@pytest.mark.parametrize(
    ("name", "rule", "fix", "unsafe"),
    [
        ("channels.mp3", "channels", "channels", False),
        ("dc-offset.wav", "dc-offset", "dc-offset", False),
        ("edge-silence.mp3", "edge-silence", "trim", False),
        ("loudness.mp3", "loudness", "gain", False),
        ("true-peak.wav", "true-peak", "gain", False),
        ("sample-rate.wav", "sample-rate", "resample", False),
        ("long-pause.mp3", "long-pause", "pauses", True),
        ("loudness-consistency.mp3", "loudness-consistency", "level", True),
    ],
)
def test_what_its_rule_found_is_mended_and_nothing_else_appears(
    fixtures: Path, name: str, rule: str, fix: str, unsafe: bool
) -> None:
    path = fixtures / "defects" / name
    before = found(checked(path))
    assert rule in before
    after, made = mended(path, ISOLATED, unsafe=unsafe)
    assert done(made) == [fix, "encode"]
    # What a low rate has lost stays lost, and is found once there is room for it.
    lost = {"true-bandwidth"} if rule == "sample-rate" else set()
    assert found(after) <= before - {rule} | lost


@pytest.mark.parametrize("name", ["long-pause.mp3", "loudness-consistency.mp3"])
def test_what_changes_the_voice_is_not_done_unasked(fixtures: Path, name: str) -> None:
    path = fixtures / "defects" / name
    _, made = mended(path)
    assert (made.data, done(made)) == (path.read_bytes(), [])


@pytest.mark.parametrize("name", ["noise-floor.mp3", "hum.mp3", "reverberation.mp3", "music.mp3"])
def test_noise_is_never_taken_out(fixtures: Path, name: str) -> None:
    path = fixtures / "defects" / name
    _, made = mended(path, unsafe=True)
    assert (made.data, done(made)) == (path.read_bytes(), [])


def test_a_sound_voice_keeps_its_bytes(fixtures: Path) -> None:
    _, made = mended(fixtures / "voice.wav", unsafe=True)
    assert made.data == (fixtures / "voice.wav").read_bytes()


@pytest.mark.parametrize("name", ["edge-silence.mp3", "loudness.mp3", "sample-rate.wav"])
def test_mending_a_mended_recording_changes_nothing(
    fixtures: Path, tmp_path: Path, name: str
) -> None:
    _, once = mended(fixtures / "defects" / name, unsafe=True)
    path = tmp_path / "once.wav"
    path.write_bytes(once.data)
    _, twice = mended(path, unsafe=True)
    assert twice.data == once.data
