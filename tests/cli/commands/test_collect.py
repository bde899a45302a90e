"""`qcheck collect`: the result of an answer, in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from command import qcheck

from qcheck.cli.root import qcheck_command
from qcheck.jobs import answers


def test_the_file_that_was_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch_answer(answer: bytes, app: str, output: Path) -> Path:
        asked.append((answer, app, output))
        return output.with_suffix(".mp4")

    monkeypatch.setattr(answers, "fetch_answer", fetch_answer)
    (tmp_path / "answer.json").write_bytes(b"{}")
    command = ["collect", "--for", "infsh/media-merger", "-o", "out", str(tmp_path / "answer.json")]
    ran = CliRunner().invoke(qcheck_command, command)
    assert (ran.exit_code, ran.output) == (0, "out.mp4\n")
    assert asked == [(b"{}", "infsh/media-merger", Path("out"))]


def test_an_answer_without_a_result_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("no answer")
    ran = qcheck("collect", "--for", "falai/dia-tts", "-o", "out", "answer.json", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()
