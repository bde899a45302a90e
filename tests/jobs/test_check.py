"""Payloads, and everything that they name."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from productions import ALONE, GOOD

from qcheck.core.results import FileReport, Report
from qcheck.engine.inputs import fitting_role
from qcheck.engine.options import Options
from qcheck.engine.run import run
from qcheck.jobs.check import check_job, price_usd


@pytest.fixture
def here(here: Path, fixtures: Path) -> Path:
    # Copies: what is written through a link would change the fixtures.
    for path in (fixtures / "talk.mp4", *(fixtures / "defects").glob("*video*")):
        shutil.copy(path, here)
    return here


def job(app: str, payload: object) -> Report:
    return check_job(app, json.dumps(payload), ALONE)


def file(report: Report, name: str) -> FileReport:
    return next(each for each in report.files if each.file == name)


def errors(report: Report) -> set[str]:
    return {f"{f.file}: {f.rule}" for f in report.findings if f.severity.label == "error"}


def test_a_sound_lipsync_job_passes_and_everything_was_looked_at(here: Path) -> None:
    report = job("falai/pixverse-lipsync", {"video": "talk.mp4", "audio": "voice.wav"})
    assert errors(report) == set()
    assert report.exit_code == 0
    video = file(report, "talk.mp4")
    assert video.medium == "video"
    assert video.unmeasured == []
    ran = {outcome.rule for outcome in video.outcomes if outcome.status.value == "pass"}
    assert {"video-faces", "frontal-pose", "face-visible", "video-fits-voice"} <= ran


@pytest.mark.parametrize(
    ("video", "rule"),
    [
        ("video-faces.mp4", "video-faces"),
        ("video-container.webm", "video-container"),
        ("video-fits-voice.mp4", "video-fits-voice"),
        ("frontal-pose-video.mp4", "frontal-pose"),
        ("readable-video.mp4", "readable"),
        ("portrait.png", "readable"),
        ("voice.wav", "readable"),
    ],
)
def test_a_lipsync_job_with_a_defect_is_blocked_by_its_rule(
    here: Path, video: str, rule: str
) -> None:
    report = job("falai/pixverse-lipsync", {"video": video, "audio": "voice.wav"})
    assert report.exit_code == 1
    assert f"{video}: {rule}" in errors(report)


def test_the_gate_holds_such_a_job_back(here: Path) -> None:
    payload = json.dumps({"video": "video-faces.mp4", "audio": "voice.wav"})
    command = [sys.executable, "-m", "qcheck", "gate", "--isolated", "--"]
    words = ["infsh", "app", "run", "falai/pixverse-lipsync", "--input", payload]
    ran = subprocess.run([*command, *words], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "There are up to 2 faces" in ran.stdout + ran.stderr


def test_clips_to_be_joined_may_be_pictures_and_need_no_face(here: Path) -> None:
    clips = [{"file": "talk.mp4"}, {"file": "portrait.png"}, {"file": "video-cuts.mp4"}]
    report = job("infsh/media-merger", {"media_files": clips})
    assert [each.medium for each in report.files] == ["payload", "video", "picture", "video"]
    assert errors(report) == set()
    outcomes = {outcome.rule: outcome for outcome in file(report, "talk.mp4").outcomes}
    assert outcomes["readable"].status.value == "pass"
    assert outcomes["video-faces"].status.value == "skipped"
    assert not outcomes["frontal-pose"].unmeasured
    # Joined clips have cuts: that is what joining is.
    assert "video-cuts" not in {finding.rule for finding in report.findings}


def test_a_broken_clip_is_not_joined(here: Path) -> None:
    report = job("infsh/media-merger", {"media_files": [{"file": "readable-video.mp4"}]})
    assert errors(report) == {"readable-video.mp4: readable"}


def segments(shift_s: float) -> list[dict[str, object]]:
    """The captions of the fixture, as caption-videos wants them."""
    import webvtt

    captions = webvtt.from_srt("captions.srt").captions

    def at(stamp: str) -> float:
        hours, minutes, seconds = stamp.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds) + shift_s

    return [{"start": at(c.start), "end": at(c.end), "text": c.text} for c in captions]


def test_captions_are_held_against_the_sound_of_their_video(here: Path) -> None:
    fits = job("infsh/caption-videos", {"video_file": "talk.mp4", "segments": segments(0)})
    assert errors(fits) == set()
    assert not [f for f in fits.findings if f.rule in ("caption-sync", "caption-coverage")]
    late = job("infsh/caption-videos", {"video_file": "talk.mp4", "segments": segments(0.8)})
    said = next(f for f in late.findings if f.rule == "caption-sync")
    assert isinstance(said.judgement.measured, float)
    assert said.judgement.measured == pytest.approx(0.8, abs=0.1)


def test_captions_of_a_silent_video_are_checked_by_themselves(here: Path) -> None:
    payload = {"video_file": "video-cuts.mp4", "segments": [{"start": 0, "end": 2, "text": "Hi"}]}
    report = job("infsh/caption-videos", payload)
    captions = report.files[-1]
    assert captions.medium == "captions"
    assert captions.unmeasured == []


def test_captions_are_no_sound_for_other_captions(here: Path, fixtures: Path) -> None:
    other = here / "other.srt"
    other.write_bytes((fixtures / "captions.srt").read_bytes())
    report = run(["video-cuts.mp4", "captions.srt", "other.srt"], ALONE)
    assert not report.crashed


def test_a_video_goes_with_the_recording_of_its_name_or_the_only_one(here: Path) -> None:
    (here / "talk.wav").symlink_to(here / "voice.wav")
    (here / "other.mp4").symlink_to(here / "video-cuts.mp4")

    def fitted(*names: str) -> set[str]:
        report = run(names, ALONE)
        return {
            each.file
            for each in report.files
            for o in each.outcomes
            if o.rule == "video-fits-voice" and o.status.value != "skipped"
        }

    assert fitted("talk.mp4", "voice.wav") == {"talk.mp4"}
    assert fitted("talk.mp4", "other.mp4", "talk.wav", "voice.wav") == {"talk.mp4"}
    assert fitted("talk.mp4", "other.mp4", "voice.wav") == set()


def test_a_role_follows_the_content_where_the_app_takes_both(here: Path) -> None:
    assert fitting_role("talk.mp4", "video or picture") == "video"
    assert fitting_role("portrait.png", "video or picture") == "picture"
    assert fitting_role("voice.wav", "video or picture") == "video"
    assert fitting_role("portrait.png", "video") == "video"


def test_a_video_by_itself_is_checked(here: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "qcheck", "--isolated", "talk.mp4"], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Ready: 1 file checked" in ran.stdout


def test_a_sound_job_passes_and_its_price_is_known(here: Path) -> None:
    report = check_job("bytedance/omnihuman-1-5@v2", json.dumps(GOOD), ALONE)
    assert report.exit_code == 0
    assert [file.medium for file in report.files] == ["payload", "portrait", "voice"]
    assert price_usd(report, "bytedance/omnihuman-1-5", json.dumps(GOOD), ALONE) == pytest.approx(
        0.16 * 9.78, abs=0.05
    )


@pytest.mark.parametrize(
    ("app", "payload", "rule"),
    [
        ("falai/fabric-1-0", {**GOOD, "image": "glasses.jpg"}, "eyes-visible"),
        ("bytedance/omnihuman-1-5", {**GOOD, "mask_index": 1}, "face-count"),
        ("falai/fabric-1-0", {**GOOD, "image": "nobody.png"}, "payload-files"),
        ("falai/fabric-1-0", {**GOOD, "image": "."}, "payload-files"),
        ("falai/fabric-1-0", {**GOOD, "image": "https://example.org/a.png"}, "payload-files"),
        ("falai/fabric-1-0", {"image": "voice.wav", "audio": "portrait.png"}, "readable"),
        ("falai/fabric-1-0", {"portrait": "portrait.png", "audio": "voice.wav"}, "payload-keys"),
        ("falai/dia-tts", {"text": "[S1] Hello. [S1] Again, hello to all."}, "script-turns"),
        (
            "infsh/caption-videos",
            {
                "video_file": "https://x.org/a.mp4",
                "segments": [{"start": 2, "end": 1, "text": "x"}],
            },
            "caption-order",
        ),
    ],
)
def test_a_job_with_a_defect_is_blocked_by_its_rule(
    here: Path, app: str, payload: dict[str, Any], rule: str
) -> None:
    report = check_job(app, json.dumps(payload), ALONE)
    assert report.exit_code == 1
    assert rule in {
        finding.rule for finding in report.findings if finding.severity.label == "error"
    }


@pytest.mark.parametrize(
    "payload", ["", "no json", "[]", "3", '{"a": 1, "a": 2}', "[" * 100_000, "\ud800", '{"a": NaN}']
)
def test_a_payload_that_is_no_object_keeps_the_gate_shut(here: Path, payload: str) -> None:
    data = payload.encode("utf-8", "surrogatepass")
    assert check_job("falai/fabric-1-0", data, ALONE).exit_code == 1


def test_a_home_directory_is_expanded_for_the_command_line_only(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    payload = json.dumps({**GOOD, "image": "~/portrait.png"})
    assert check_job("falai/fabric-1-0", payload, ALONE).exit_code == 0
    report = check_job("falai/fabric-1-0", payload, Options(isolated=True, expands_home=False))
    assert any("does not expand ~" in finding.judgement.message for finding in report.findings)


def test_an_app_that_nobody_described_says_so(here: Path) -> None:
    report = check_job("some/app", json.dumps(GOOD), ALONE)
    assert any("no contract is known for some/app" in note for note in report.notes)


def test_contracts_follow_the_platform(here: Path) -> None:
    schema = {"properties": {"words": {"type": "string"}}, "required": ["words"]}
    printed = json.dumps({"id": 1, "version": {"input_schema": schema}})
    command = [sys.executable, "-m", "qcheck", "apps"]
    taken = subprocess.run(
        [*command, "update", "falai/dia-tts", "--from", "-"],
        input=printed,
        text=True,
        capture_output=True,
    )
    assert taken.returncode == 0, taken.stderr
    shown = subprocess.run([*command, "dia-tts"], text=True, capture_output=True)
    assert "words" in shown.stdout
    checked = subprocess.run(
        [sys.executable, "-m", "qcheck", "job", "--for", "dia-tts", "--isolated", "-"],
        input='{"text": "[S1] Hello."}',
        text=True,
        capture_output=True,
    )
    assert checked.returncode == 1
    assert "it is called words" in checked.stdout


def test_a_data_uri_is_checked_as_the_file_that_it_holds(here: Path) -> None:
    held = base64.b64encode((here / "glasses.jpg").read_bytes()).decode()
    whole = f"data:image/jpeg;base64,{held}"
    report = job("bytedance/omnihuman-1-5", {"image": whole, "audio": "voice.wav"})
    assert "payload: image: eyes-visible" in errors(report)
    assert not [f for f in report.findings if "lies elsewhere" in f.judgement.message]
    cut = job("bytedance/omnihuman-1-5", {"image": whole[: len(whole) // 2], "audio": "voice.wav"})
    assert "payload: image: readable" in errors(cut)
    assert all(len(f.judgement.message) < 1000 for f in cut.findings)


def test_clips_may_be_held_and_each_gets_the_medium_that_it_is(here: Path) -> None:
    names = ("talk.mp4", "portrait.png")
    clips = [
        {"file": f"data:;base64,{base64.b64encode((here / name).read_bytes()).decode()}"}
        for name in names
    ]
    report = job("infsh/media-merger", {"media_files": clips})
    assert [each.medium for each in report.files] == ["payload", "video", "picture"]


def test_an_input_that_its_contract_calls_no_file_may_name_one(here: Path) -> None:
    report = job("falai/dia-tts", {"text": "glasses.jpg"})
    assert "glasses.jpg: eyes-visible" in errors(report)


def test_two_keys_that_read_alike_hide_nothing(here: Path) -> None:
    good, bad = (
        f"data:image/jpeg;base64,{base64.b64encode((here / name).read_bytes()).decode()}"
        for name in ("portrait.png", "glasses.jpg")
    )
    for payload in ({"a.b": bad, "a": {"b": good}}, {"a": {"b": bad}, "a.b": good}):
        assert "payload: a.b: eyes-visible" in errors(job("somebody/other", payload))


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b'{"image": "a", "image": "b"}', "stands in it twice"),
        (b"\xef\xbb\xbf{}", "it is UTF-8 with a byte order mark"),
        ("{}".encode("utf-16"), "it is UTF-16"),
        ("{}".encode("utf-16-le"), "zero bytes"),
        (rb'{"image": "\ud800"}', "half a character"),
        (b'{"n": 1e999999}', "no reader has room for the number 1e999999"),
        (b'{"n": NaN}', "NaN is no JSON number"),
        (b'{"n": ' + b"9" * 100_000 + b"}", "no reader has room for the number 9999999999"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b"\xff", "no UTF-8 text"),
    ],
)
def test_a_payload_that_others_may_read_otherwise_is_blocked(payload: bytes, says: str) -> None:
    report = check_job("bytedance/omnihuman-1-5", payload, ALONE)
    assert report.exit_code == 1
    assert not report.crashed
    assert says in report.findings[0].judgement.message


def test_forty_thousand_keys_are_a_bounded_report(here: Path) -> None:
    payload = {"image": "portrait.png", "audio": "voice.wav"} | {
        f"key{i}": i for i in range(40_000)
    }
    report = job("bytedance/omnihuman-1-5", payload)
    assert report.exit_code == 1
    said = [f.judgement.message for f in report.findings if f.rule == "payload-keys"]
    assert len(said) == 1001
    assert said[-1].startswith("39000 more like these are not listed")
