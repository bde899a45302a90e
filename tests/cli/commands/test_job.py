"""`qcheck job`: payloads and plans checked, and nothing sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import qcheck

GOOD = json.dumps({"text": "[S1] Hello. [S2] Hi."})
BAD = json.dumps({"words": "[S1] Hello."})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "good.json").write_text(GOOD)
    (tmp_path / "bad.json").write_text(BAD)
    (tmp_path / "qcheck.toml").write_text('for = "falai/dia-tts"\nexclude = ["bad.json"]\n')
    return tmp_path


def test_several_payloads_are_one_report(here: Path) -> None:
    ran = qcheck("job", "good.json", "bad.json", "--output-format", "json", cwd=here)
    assert ran.returncode == 1, ran.stderr
    document = json.loads(ran.stdout)
    names = [file["file"] for file in document["files"]]
    assert names == ["good.json", "payload: text", "bad.json"]
    assert document["target"] == "falai/dia-tts"


def test_a_payload_comes_from_standard_input_too(here: Path) -> None:
    ran = qcheck("job", "--for", "dia-tts", "--isolated", "-", cwd=here, stdin=BAD.encode())
    assert ran.returncode == 1
    assert "payload-keys" in ran.stdout


def test_exclude_holds_for_named_files_where_that_is_asked_for(here: Path) -> None:
    assert qcheck("job", "bad.json", cwd=here).returncode == 1
    ran = qcheck("job", "--force-exclude", "bad.json", cwd=here)
    assert ran.returncode == 0
    assert "every file is excluded by the configuration" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--isolated", "good.json"], "which app is good.json for? Say so with --for APP"),
        (["--for", "dia-tts", "talk.toml"], "a plan names its app itself: --for is for payloads"),
        (["nowhere.json"], "nowhere.json: No such file or directory"),
    ],
)
def test_what_cannot_be_checked_is_one_line(here: Path, arguments: list[str], says: str) -> None:
    ran = qcheck("job", *arguments, cwd=here)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"qcheck: {says}\n")


def test_payloads_for_different_apps_are_for_none(here: Path) -> None:
    for app in ("falai/dia-tts", "infsh/media-merger"):
        folder = here / app.partition("/")[2]
        folder.mkdir()
        (folder / "qcheck.toml").write_text(f'for = "{app}"\n')
        (folder / "job.json").write_text("{}")
    files = ("dia-tts/job.json", "media-merger/job.json")
    document = json.loads(qcheck("job", *files, "--output-format", "json", cwd=here).stdout)
    assert [file["file"] for file in document["files"]] == list(files)
    assert document["target"] is None
