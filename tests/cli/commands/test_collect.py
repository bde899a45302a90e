"""`qcheck collect`: the result of an answer, in the file that was asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from command import qcheck
from hosting import Hosting

from qcheck.cli.root import qcheck_command
from qcheck.jobs import answers


@pytest.fixture
def hosting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosting]:
    made = Hosting()
    monkeypatch.setenv("QCHECK_LOOPBACK_ORIGIN", made.origin)
    yield made
    made.close()


def test_the_answer_and_the_hosts_are_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch_answer(answer: bytes, app: str, output: Path, added: Collection[str]) -> None:
        asked.append((answer, app, output, list(added)))

    monkeypatch.setattr(answers, "fetch_answer", fetch_answer)
    (tmp_path / "answer.json").write_bytes(b"{}")
    command = ["collect", "--for", "infsh/media-merger", "-o", "out", str(tmp_path / "answer.json")]
    ran = CliRunner().invoke(qcheck_command, [*command, "--result-host", "CDN.x.org"])
    assert (ran.exit_code, ran.output) == (0, "out\n")
    assert asked == [(b"{}", "infsh/media-merger", Path("out"), ["cdn.x.org"])]


def test_a_result_is_written_under_the_name_that_was_asked_for(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    (tmp_path / "answer.json").write_text(
        json.dumps({"output": {"result": hosting.hand_out("a", fixtures / "talk.mp4")}})
    )
    command = ("collect", "--for", "infsh/media-merger", "-o", "new/talk.mp4", "answer.json")
    ran = qcheck(*command, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "new/talk.mp4\n"), ran.stderr
    assert (tmp_path / "new" / "talk.mp4").read_bytes() == (fixtures / "talk.mp4").read_bytes()
    again = qcheck(*command, cwd=tmp_path)
    assert again.returncode == 2
    assert again.stderr == "qcheck: new/talk.mp4 is there already; nothing was written\n"


def test_a_result_of_another_format_is_refused_in_one_line_that_says_what_to_do(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    place = hosting.hand_out("a", fixtures / "defects" / "video-container.webm")
    (tmp_path / "answer.json").write_text(json.dumps({"output": {"result": place}}))
    command = ("collect", "--for", "infsh/media-merger", "-o", "talk.mp4", "answer.json")
    ran = qcheck(*command, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "qcheck: the result is WebM, which talk.mp4 does not say; nothing was written. "
        "Ask for talk.webm\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]


def test_an_answer_without_a_result_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("no answer")
    ran = qcheck("collect", "--for", "falai/dia-tts", "-o", "out", "answer.json", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are POSIX's")
@pytest.mark.parametrize("what", ["pipe", "/dev/zero", "/dev/null"])
def test_an_answer_that_is_no_file_is_one_line_at_once(tmp_path: Path, what: str) -> None:
    if what == "pipe":
        os.mkfifo(tmp_path / "pipe")
    ran = qcheck("collect", "--for", "falai/dia-tts", "-o", "out", what, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr == f"qcheck: {what}: it is a {'pipe' if what == 'pipe' else 'device'}, " + (
        "not a file\n"
    )


def test_a_host_that_is_no_name_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("{}")
    host = ("--result-host", "10.0.0.1")
    command = ("collect", "--for", "falai/dia-tts", "-o", "out", *host, "answer.json")
    ran = qcheck(*command, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr == (
        "qcheck: --result-host 10.0.0.1: must be a host name, such as cdn.x.org\n"
    )


def test_no_configuration_that_is_found_allows_a_host(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text('result-host = "evil.org"\nhosts = ["evil.org"]\n')
    (tmp_path / "answer.json").write_text(
        json.dumps({"output": {"result": "https://evil.org/a.mp4"}})
    )
    command = ("collect", "--for", "infsh/media-merger", "-o", "a.mp4", "answer.json")
    ran = qcheck(*command, cwd=tmp_path)
    assert ran.returncode == 2
    assert "not from evil.org" in ran.stderr
    assert not (tmp_path / "a.mp4").exists()
