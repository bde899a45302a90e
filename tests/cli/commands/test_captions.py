"""`qcheck captions`: captions as infsh/caption-videos takes them."""

from __future__ import annotations

import json
from pathlib import Path

from command import qcheck

CAPTIONS = "1\n00:00:00,500 --> 00:00:01,250\nHello,\nyou.\n"


def test_a_file_becomes_segments(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(CAPTIONS)
    ran = qcheck("captions", "to-segments", "a.srt", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [{"start": 0.5, "end": 1.25, "text": "Hello,\nyou."}]


def test_what_holds_no_captions_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("nothing of the kind")
    ran = qcheck("captions", "to-segments", "a.srt", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "`qcheck a.srt` says more" in ran.stderr


def test_captions_of_a_plan_replace_nothing(tmp_path: Path, fixtures: Path) -> None:
    for name in ("portrait.png", "voice.wav", "captions.srt"):
        (tmp_path / name).symlink_to(fixtures / name)
    (tmp_path / "talk.toml").write_text(
        'app = "bytedance/omnihuman-1-5"\nportrait = "portrait.png"\nvoice = "voice.wav"\n'
        'captions = "captions.srt"\n'
    )
    command = ("captions", "for-plan", "talk.toml", "-o", "out.json")
    ran = qcheck(*command, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "out.json").read_text())["segments"][0]["text"]
    (tmp_path / "out.json").write_text("mine")
    again = qcheck(*command, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (2, "qcheck: out.json: File exists\n")
    assert (tmp_path / "out.json").read_text() == "mine"
