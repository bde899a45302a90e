"""An app that nobody described gets no free pass: what its payload names, or holds, is checked."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from productions import ALONE

from qcheck.jobs.check import check_job

APP = "somebody/another-app"


def checked(payload: object) -> dict[str, list[str]]:
    """Names of the rules with errors by what was checked."""
    report = check_job(APP, json.dumps(payload), ALONE)
    return {
        file.file: [f.rule for f in file.findings if f.severity.label == "error"]
        for file in report.files
    }


@pytest.mark.parametrize(
    "payload",
    [
        {"image": "glasses.jpg"},
        {"whatever": [{"deep": {"down": "glasses.jpg"}}]},
        {"a": "portrait.png", "b": "glasses.jpg", "text": "Hello."},
    ],
)
def test_a_file_anywhere_in_the_payload_is_checked(here: Path, payload: object) -> None:
    assert "eyes-visible" in checked(payload)["glasses.jpg"]


def test_a_sound_job_passes_and_says_how_a_contract_is_added(here: Path) -> None:
    report = check_job(APP, '{"image": "portrait.png", "voice": "voice.wav", "n": 3}', ALONE)
    assert report.exit_code == 0
    assert [file.medium for file in report.files] == ["payload", "portrait", "voice"]
    assert any(f"qcheck apps update {APP}" in note for note in report.notes)


def test_what_a_payload_holds_itself_is_checked_as_a_file_is(here: Path) -> None:
    held = base64.b64encode((here / "glasses.jpg").read_bytes()).decode()
    for value in (held, f"data:image/jpeg;base64,{held}"):
        assert "eyes-visible" in checked({"picture": value})["payload: picture"]


def test_an_address_of_media_is_not_accepted_unseen(here: Path) -> None:
    assert checked({"x": "https://example.org/face.jpg"})["payload"] == ["payload-files"]
    assert checked({"x": "https://example.org/terms"})["payload"] == []


def test_words_are_words(here: Path) -> None:
    (here / "notes").write_text("nothing for an app", "utf-8")
    assert list(checked({"prompt": "notes", "seed": 3, "mode": "fast" * 30})) == ["payload"]


@pytest.mark.parametrize(
    "value", ["data:image/png;base64,iVBORw0KGgo", "data:video/mp4;base64,?", "data:audio/wav,x"]
)
def test_what_calls_itself_media_and_is_none_blocks(here: Path, value: str) -> None:
    assert checked({"x": value})["payload: x"] == ["readable"]


def test_a_file_whose_name_reads_as_base64_is_a_file(here: Path) -> None:
    name = "a" * 64
    (here / name).write_bytes((here / "glasses.jpg").read_bytes())
    assert "eyes-visible" in checked({"x": name})[name]


def test_a_deep_payload_is_looked_through(here: Path) -> None:
    payload = '{"a":' * 400 + '"glasses.jpg"' + "}" * 400
    report = check_job(APP, payload, ALONE)
    assert [file.file for file in report.files] == ["payload", "glasses.jpg"]
