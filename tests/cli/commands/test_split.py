"""`qcheck split`: a line for every segment."""

from __future__ import annotations

import json
from pathlib import Path

from command import qcheck


def test_every_segment_is_named_with_where_it_begins_and_ends(
    tmp_path: Path, fixtures: Path
) -> None:
    (tmp_path / "voice.wav").symlink_to(fixtures / "voice.wav")
    ran = qcheck("split", "voice.wav", "--longest", "6", "-o", "out", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    [manifest] = (tmp_path / "out").glob("*.json")
    segments = json.loads(manifest.read_text())["segments"]
    assert len(segments) == 2
    assert ran.stdout.splitlines() == [
        f"{each['file']}  {each['in_s']:.3f} to {each['out_s']:.3f} s" for each in segments
    ]


def test_what_is_not_a_recording_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "voice.wav").write_text("no sound")
    ran = qcheck("split", "voice.wav", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
