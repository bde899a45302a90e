"""`qcheck apps`: listed, shown, and updated from what the platform says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import qcheck

PRINTED = json.dumps(
    {"id": 1, "version": {"input_schema": {"properties": {"words": {"type": "string"}}}}}
)


def test_apps_are_listed_and_one_is_shown(tmp_path: Path) -> None:
    listed = qcheck("apps", cwd=tmp_path).stdout
    assert listed == qcheck("apps", "show", cwd=tmp_path).stdout
    assert "falai/dia-tts" in listed
    shown = qcheck("apps", "dia-tts", cwd=tmp_path).stdout
    assert shown.startswith("falai/dia-tts: ")
    assert shown == qcheck("apps", "show", "falai/dia-tts", cwd=tmp_path).stdout
    unknown = qcheck("apps", "somebody/new-app", cwd=tmp_path)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("source", ["-", "printed.json"])
def test_an_app_is_updated_in_the_users_own_folder(tmp_path: Path, source: str) -> None:
    (tmp_path / "printed.json").write_text(PRINTED)
    given = ("apps", "update", "dia-tts", "--from", source)
    own = {"XDG_DATA_HOME": str(tmp_path / "data")}
    ran = qcheck(*given, cwd=tmp_path, stdin=PRINTED.encode(), **own)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"falai/dia-tts  updated in {tmp_path / 'data'}")
    assert "input      words: " in qcheck("apps", "dia-tts", cwd=tmp_path, **own).stdout


@pytest.mark.parametrize("text", ["{}", "no JSON"])
def test_what_the_platform_did_not_say_is_refused_by_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "printed.json").write_text(text)
    given = ("apps", "update", "dia-tts", "--from", "printed.json")
    ran = qcheck(*given, cwd=tmp_path, XDG_DATA_HOME=str(tmp_path / "data"))
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith("qcheck: printed.json: ")
    assert not (tmp_path / "data").exists()
