"""Payloads, and everything that they name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from productions import ALONE, GOOD

from qcheck.engine.options import Options
from qcheck.jobs.check import check_job, price_usd


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
