"""What is wrong with a plan is found before anything is sent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from productions import ALONE, DIALOGUE, ONE, SIX_SECONDS, SPOKEN, write, write_long_voice

from qcheck.engine.options import Options
from qcheck.jobs.plan_checks import check_plan


def findings(text: str) -> dict[str, str]:
    """Rules that found something of severity warning and more, with what they say first."""
    report = check_plan(write(text), ALONE).report
    return {f.rule: f.judgement.message for f in report.findings if f.severity.label != "info"}


def test_a_sound_plan_has_nothing_to_mend_and_a_price(here: Path) -> None:
    checked = check_plan(write(ONE), ALONE)
    assert checked.report.exit_code == 0
    assert checked.plan is not None
    assert [stage.name for stage in checked.plan.stages] == ["clip-001"]
    assert checked.plan.price_usd == pytest.approx(0.16 * 9.777, abs=0.01)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("this is no TOML", "readable", "not TOML"),
        (ONE.replace("portrait =", "portait ="), "plan-keys", "portrait is probably meant"),
        (ONE.replace("voice =", "voices ="), "plan-keys", "voice is probably meant"),
        (ONE + "script = 'script.txt'", "plan-keys", "both given"),
        (ONE.replace('"portrait.png"', "3"), "plan-keys", "none of what"),
        (ONE.replace("omnihuman-1-5", "omnihuman-1-6"), None, ""),
        (ONE.replace("bytedance/omnihuman-1-5", "omnihumn"), "plan-keys", "no app"),
        (ONE.replace("portrait.png", "nobody.png"), "plan-files", "no such file"),
        (ONE.replace("captions = false", ""), "plan-captions", "without sound"),
        (ONE.replace("captions = false", 'captions = "script"'), "plan-keys", "SRT"),
        (ONE.replace("portrait.png", "glasses.jpg"), "eyes-visible", "eyes"),
        (ONE.replace("captions = false", 'captions = "late.srt"'), "caption-sync", "0.7"),
        (ONE.replace("captions = false", 'captions = "gap.srt"'), "caption-coverage", "speech"),
        (ONE + '[merge]\ntransition_type = "crossfade"', "plan-merge", "crossfade"),
        (ONE + '[render]\nresolution = "720p"', "payload-keys", "no input resolution"),
        (ONE.replace("portrait.png", "both.jpg"), "face-count", "2 faces"),
        (
            DIALOGUE.replace("bytedance/omnihuman-1-5", "falai/fabric-1-0"),
            "plan-speakers",
            "2 people",
        ),
        (DIALOGUE.replace("both.jpg", "portrait.png"), "face-count", "one face"),
        (DIALOGUE + "[speakers.Anna]\nmask-index = 3", "plan-speakers", "mask-index"),
        (
            DIALOGUE + '[[turn]]\nspeaker = "Ben"\nvoice = "voice.wav"\nportrait = "portrait.png"',
            "plan-portrait",
            "2 portraits",
        ),
        (DIALOGUE.replace('voice = "other.wav"', ""), "plan-keys", "a voice or a text"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_by_its_rule(
    here: Path, text: str, rule: str | None, words: str
) -> None:
    found = findings(text)
    if rule is None:
        assert not found
    else:
        assert words in found[rule], found


def test_a_plan_for_two_faces_passes(here: Path) -> None:
    checked = check_plan(write(DIALOGUE), ALONE)
    assert checked.report.exit_code == 0, checked.report.findings


def test_a_script_with_three_speakers_is_blocked(here: Path) -> None:
    Path("three.txt").write_text("[S1] One of us. [S2] And another. [S3] And I am the third.")
    report = check_plan(
        write(ONE.replace('voice = "voice.wav"', 'script = "three.txt"')), ALONE
    ).report
    assert report.exit_code == 1
    rules = {finding.rule for finding in report.findings}
    assert {"script-turns", "plan-speakers"} <= rules


def test_a_voice_without_a_pause_is_named_with_the_stretch(here: Path, fixtures: Path) -> None:
    samples, rate_hz = soundfile.read(fixtures / "voice.wav", dtype="float32")
    loud = samples[int(1.2 * rate_hz) : int(1.5 * rate_hz)]
    soundfile.write("breathless.wav", np.tile(loud, 140), rate_hz)
    checked = check_plan(write(ONE.replace("voice.wav", "breathless.wav")), ALONE)
    assert checked.plan is None
    assert checked.report.exit_code == 1
    assert any("no pause to cut at" in note for note in checked.report.notes)
    assert "duration" in {finding.rule for finding in checked.report.findings}


def test_a_noise_that_the_whole_has_is_told_once_and_not_in_every_segment(
    here: Path, fixtures: Path
) -> None:
    write_long_voice(here / "talk.wav", fixtures)
    samples, rate_hz = soundfile.read("talk.wav", dtype="float32")
    noise = np.random.default_rng(2).standard_normal(len(samples)).astype(np.float32)
    soundfile.write("talk.wav", samples + noise * np.float32(10 ** (-38 / 20)), rate_hz)
    report = check_plan(write(ONE.replace("voice.wav", "talk.wav")), ALONE).report
    assert [f.file for f in report.findings if f.rule == "noise-floor"] == ["talk.wav"]
    assert sum("of talk.wav" in file.file for file in report.files) >= 4


def test_a_voice_is_cut_as_its_configuration_says_and_each_segment_checked_by_it(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "qcheck.toml").write_text(SIX_SECONDS)
    write(ONE)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    checked = check_plan(str(here / "talk.toml"), Options())
    assert checked.plan is not None
    assert [stage.name for stage in checked.plan.stages][:3] == [
        "segments-001",
        "clip-001",
        "clip-002",
    ]
    judged = [each for each in checked.report.files if " s of voice.wav" in each.file]
    assert len(judged) == len(checked.plan.stages[0].outputs) >= 2
    wanted = {
        judgement.wanted
        for each in judged
        for outcome in each.outcomes
        if outcome.rule == "duration"
        for judgement in outcome.judgements
    }
    assert wanted == {6}
    assert "duration" not in {finding.rule for finding in checked.report.findings}


def test_a_limit_that_the_voice_cannot_keep_blocks_the_plan(here: Path) -> None:
    Path("qcheck.toml").write_text("[limits.duration]\nwarn-above-s = 1\nfail-above-s = 1\n")
    checked = check_plan(write(ONE), Options())
    assert checked.plan is None
    assert checked.report.exit_code == 1
    assert any("no pause to cut at" in note for note in checked.report.notes)


def test_each_app_is_asked_about_one_payload_and_every_text_is_checked(here: Path) -> None:
    Path("script.txt").write_text("[S1] Hello to all of you. [S2] And from me, too.")
    text = SPOKEN.replace("falai/fabric-1-0", "bytedance/omnihuman-1-5")
    quick = Options(isolated=True, select=("payload-keys", "script-brackets"))
    report = check_plan(write(text), quick).report
    checked = [(file.medium, file.file) for file in report.files]
    assert [name for medium, name in checked if medium == "payload"] == [
        *("portrait", "cut-out", "voice-001", "clip-001", "merged"),
    ]
    assert [name for medium, name in checked if medium == "script"] == [
        *("script.txt", "voice-001: text", "voice-002: text"),
    ]
