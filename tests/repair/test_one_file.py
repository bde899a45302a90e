"""One file and the repairs that it goes through."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from repairs import ISOLATED, checked, done, found, mended

from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.media.content import Recording
from qcheck.repair.one_file import Deed, Mending, _better, carry_over


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


def finding(severity: Severity, score: float = 50.0) -> Judgement:
    return Judgement(severity, "Something is off.", score)


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("after", "before", "better"),
    [
        ([], [("a", finding(WARNING))], True),
        ([("a", finding(WARNING))], [("a", finding(ERROR))], True),
        ([("a", finding(ERROR))], [("a", finding(WARNING))], False),
        ([("a", finding(WARNING))], [("a", finding(WARNING)), ("b", finding(WARNING))], True),
        ([("b", finding(WARNING, 90))], [("a", finding(WARNING, 50))], False),
        ([("a", finding(WARNING, 60))], [("a", finding(WARNING, 50))], True),
        ([("a", finding(WARNING, 40))], [("a", finding(WARNING, 50))], False),
        ([("a", finding(WARNING, 50))], [("a", finding(WARNING, 50))], False),
        # An error and nothing else is worse than two warnings.
        ([("a", finding(ERROR))], [("a", finding(WARNING)), ("b", finding(WARNING))], False),
    ],
)
def test_what_is_worth_a_change_of_the_picture_or_the_voice(
    after: list[tuple[str, Judgement]], before: list[tuple[str, Judgement]], better: bool
) -> None:
    assert _better(after, before) is better


SOUND = Recording(np.zeros((8, 1), np.float32), 48_000, "WAV", "PCM", 16, None, False)


def report_of(*judgements: Judgement, rule: str = "voice-format") -> FileReport:
    status = Status.FAIL if any(each.severity for each in judgements) else Status.PASS
    return FileReport("v", "voice", (Outcome(rule, "V01", status, judgements),))


def mending(*deeds: str, hides: tuple[str, ...] = ("voice-format",)) -> Mending:
    made = tuple(Deed(name, True, "") for name in deeds)
    return Mending(b"", "WAV", made, hides, SOUND)


POOR = Judgement(WARNING, "The MP3 has 64 kbit/s.", 50.0, 64, 128, "kbit/s", fix="qcheck fix")
CODEC = Judgement(WARNING, "It is a FLAC file.", 50.0, "FLAC", "WAV", "")
FINE = Judgement(None, "It is a WAV file.", 100.0)


def test_what_the_new_file_only_hides_stays_a_finding() -> None:
    after = carry_over(report_of(POOR), report_of(FINE), mending("encode"))
    [judgement] = after.outcomes[0].judgements
    assert judgement.message == (
        "The MP3 has 64 kbit/s. The new file no longer shows it, but cannot "
        f"{judgement.message.split()[-2]} it."
    )
    assert (judgement.severity, judgement.measured, judgement.fix) == (WARNING, 64, None)
    assert after.outcomes[0].status is Status.FAIL


def test_what_a_repair_answers_is_gone() -> None:
    for made, gone in ((mending("encode"), True), (mending("gain"), False)):
        after = carry_over(report_of(CODEC), report_of(FINE), made)
        assert (after.outcomes[0].status is Status.PASS) is gone


def test_both_what_is_hidden_and_what_is_left_are_shown() -> None:
    """Of an error and a warning, the error was hidden and a lesser finding came."""
    worse = dataclasses.replace(POOR, severity=ERROR)
    left = dataclasses.replace(CODEC, message="It is a WAV file of another kind.")
    after = carry_over(report_of(worse), report_of(FINE, left), mending("encode"))
    assert [each.severity for each in after.outcomes[0].judgements] == [ERROR, WARNING]


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        (report_of(POOR), report_of(FINE), mending("encode", hides=())),
        (report_of(POOR), report_of(POOR), mending("encode")),
        (report_of(POOR, rule="loudness"), report_of(FINE), mending("encode")),
        (report_of(FINE), report_of(FINE), mending("encode")),
    ],
)
def test_what_is_not_hidden_is_as_the_rules_say(
    before: FileReport, after: FileReport, made: Mending
) -> None:
    assert carry_over(before, after, made) == after


def test_a_file_that_was_only_renamed_hides_nothing(tmp_path: Path, fixtures: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes((fixtures / "defects" / "voice-format.mp3").read_bytes())
    after, made = mended(path)
    assert done(made) == ["encode"]
    assert made.hides == ()
    assert "voice-format" in found(after)


def test_a_file_that_is_no_picture_and_no_voice_is_refused(fixtures: Path, tmp_path: Path) -> None:
    with pytest.raises(Unmeasurable, match="neither a portrait nor a recording"):
        mended(fixtures / "captions.srt")
    (tmp_path / "torn.jpg").write_bytes((fixtures / "defects" / "readable.jpg").read_bytes())
    with pytest.raises(Unmeasurable) as torn:
        mended(tmp_path / "torn.jpg")
    assert "neither" not in str(torn.value)
