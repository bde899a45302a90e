"""A job sent once, whatever is killed and when."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hosting import Hosting
from productions import ONE, plan_of
from programs import QUICK, STATE, Program, Told

from qcheck.core.errors import UsageFault
from qcheck.jobs import sending
from qcheck.jobs.execution import run_plan
from qcheck.jobs.locks import locked
from qcheck.jobs.sending import find_program
from qcheck.jobs.stages import AppStage, StageFailed
from qcheck.jobs.states import read_json, stage_key, write_json

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")


def run(told: Told, *again: str) -> Path:
    return run_plan(plan_of(ONE), QUICK, told, again=again)


def noted() -> AppStage:
    """The one stage of the plan, noted as sent."""
    plan = plan_of(ONE)
    stage = plan.stages[0]
    assert isinstance(stage, AppStage)
    write_json(stage.state_file("sent.json"), {"key": stage_key(stage, plan, {})})
    return stage


def cut_off(log: str, answer: str = "") -> AppStage:
    """A stage that was sent and whose program was killed, with what it had printed."""
    stage = noted()
    stage.answer.write_text(answer)
    stage.state_file("log").write_text(log)
    return stage


def task(**more: object) -> str:
    return json.dumps({"id": "abc-123", **more})


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo one >&2; echo 'it is full' >&2; exit 3", "infsh ended with 3: it is full"),
        ("echo 'on the wrong stream'; exit 1", "infsh ended with 1: on the wrong stream"),
        ("exit 1", "infsh ended with 1: it said nothing"),
    ],
)
def test_a_program_that_refuses_is_quoted_and_the_stage_is_sent_again_without_doubt(
    program: Program, told: Told, script: str, says: str
) -> None:
    program.answers(script)
    with pytest.raises(StageFailed, match=f"clip-001: {says}"):
        run(told)
    assert not (STATE / "clip-001.sent.json").exists()
    with pytest.raises(StageFailed):
        run(told)
    assert told.of("cut off") == []
    assert len(program.sent) == 2
    assert not Path("talk.mp4").exists()


def test_what_a_program_says_cannot_steer_the_terminal(program: Program, told: Told) -> None:
    program.answers(r"printf 'bad \033[2J news' >&2; exit 1")
    with pytest.raises(StageFailed) as failed:
        run(told)
    assert str(failed.value).endswith(r"bad \x1b[2J news")


def test_a_program_that_cannot_be_started_is_named_and_leaves_no_doubt(
    program: Program, told: Told
) -> None:
    whole = program.path.read_text()
    program.path.write_text("#!/nowhere/at/all\n")
    with pytest.raises(StageFailed, match="clip-001: infsh: No such file"):
        run(told)
    program.path.write_text(whole)
    assert run(told) == Path("talk.mp4")


@pytest.mark.parametrize(
    "script",
    [
        "kill -9 $$",
        "kill -15 $$",
        "sh -c 'kill -9 $$'",
        "echo nothing of use",
        "echo '{\"output\": {}}'",
    ],
)
def test_a_job_that_may_have_been_paid_is_not_sent_again_by_itself(
    program: Program, told: Told, script: str
) -> None:
    whole = program.path.read_text()
    program.answers(script)
    with pytest.raises(StageFailed):
        run(told)
    program.path.write_text(whole)
    for _ in range(2):
        with pytest.raises(StageFailed, match="is not known, and it is not sent again by itself"):
            run(told)
    assert len(program.sent) == 1
    assert run(told, "clip-001") == Path("talk.mp4")
    assert len(program.sent) == 2


def test_the_answer_that_a_doubt_asks_for_is_taken(program: Program, told: Told) -> None:
    stage = cut_off("")
    with pytest.raises(StageFailed) as failed:
        run(told)
    assert f"`infsh task get TASK --json > {stage.answer}`" in str(failed.value)
    stage.answer.write_text(program.answer)
    assert run(told) == Path("talk.mp4")
    assert program.calls == []


@pytest.mark.parametrize(
    "log", ["Running\nTask ID: abc-123\n", "task: abc-123", "Task completed\nTask ID: abc-123"]
)
def test_the_platform_is_asked_for_a_task_whose_answer_was_cut_off(
    program: Program, told: Told, log: str
) -> None:
    stage = cut_off(log)
    assert run(told) == Path("talk.mp4")
    assert program.calls == ["task get abc-123 --json"]
    assert told[0] == "clip-001  was cut off before its answer came; asking for task abc-123"
    # What it said is kept: it is asked once.
    assert stage.answer.read_text().strip() == program.answer


def test_a_program_that_fails_after_it_named_its_task_leaves_the_task_to_be_asked_for(
    program: Program, told: Told
) -> None:
    whole = program.path.read_text()
    program.answers("echo 'Task ID: abc-123' >&2; echo 'connection lost' >&2; exit 1")
    with pytest.raises(StageFailed, match="ended with 1: connection lost"):
        run(told)
    program.path.write_text(whole)
    assert run(told) == Path("talk.mp4")
    assert len(program.sent) == 1


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (f"echo '{task(status='running', output=None)}'", "task abc-123 has no result yet"),
        (f"echo '{task(status=9, output=None)}'", "task abc-123 has no result yet"),
        (f"echo '{task(status=10, output=None)}'", "task abc-123 has no result yet"),
        ("echo no JSON", "task abc-123 has no result yet"),
        ("exit 4", "`infsh task get abc-123 --json` ended with 4"),
    ],
)
def test_a_task_without_a_result_is_not_sent_again(
    program: Program, told: Told, said: str, says: str
) -> None:
    cut_off("Task ID: abc-123\n")
    program.answers(said)
    for _ in range(2):
        with pytest.raises(StageFailed, match=says):
            run(told)
    assert program.sent == []


@pytest.mark.parametrize("status", ["failed", "Cancelled", 11, 12])
def test_a_task_that_failed_on_the_platform_is_sent_again(
    program: Program, told: Told, status: object
) -> None:
    cut_off("Task ID: abc-123\n")
    failed = task(status=status, output=None)
    program.answers(f"if [ $1 = task ]; then echo '{failed}'; else echo '{program.answer}'; fi")
    assert run(told) == Path("talk.mp4")
    assert [call.split()[0] for call in program.calls] == ["task", "app"]
    assert told.of("failed on the platform; it is sent again") != []


def test_what_was_noted_but_never_begun_is_sent(program: Program, told: Told) -> None:
    """Killed between the note and the file for the answer, which is made before the program runs"""
    noted()
    assert run(told) == Path("talk.mp4")
    assert len(program.sent) == 1


def test_a_note_that_cannot_be_read_is_a_doubt(program: Program, told: Told) -> None:
    stage = cut_off("")
    stage.state_file("sent.json").write_text("{")
    with pytest.raises(StageFailed, match=r"sent\.json cannot be read"):
        run(told)
    assert program.calls == []


def test_an_answer_that_came_while_nobody_waited_is_used(program: Program, told: Told) -> None:
    noted().answer.write_text(program.answer)
    assert run(told) == Path("talk.mp4")
    assert told[0] == "clip-001  was answered while nobody waited"
    assert program.calls == []


def test_an_answer_to_something_else_is_not_used_and_not_lost(program: Program, told: Told) -> None:
    stage = noted()
    write_json(stage.state_file("sent.json"), {"key": "another"})
    stage.answer.write_text("paid for")
    assert run(told) == Path("talk.mp4")
    assert len(program.sent) == 1
    assert stage.state_file("answer.old-1.json").read_text() == "paid for"


@pytest.mark.parametrize("what", ["pipe", "folder", "endless"])
def test_a_kept_answer_that_is_none_is_neither_waited_for_nor_followed(
    program: Program, told: Told, what: str
) -> None:
    stage = noted()
    if what == "pipe":
        os.mkfifo(stage.answer)
    elif what == "folder":
        stage.answer.mkdir()
    else:
        stage.answer.symlink_to("/dev/zero")
    with pytest.raises(StageFailed, match="clip-001: "):
        run(told)
    assert program.calls == []


@pytest.mark.parametrize(
    "name", ["clip-001.answer.json", "clip-001.log", "clip-001.input.json", "clip-001.sent.json"]
)
def test_no_link_in_the_folder_of_a_plan_is_written_through(
    program: Program, told: Told, name: str, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("my own")
    STATE.mkdir(parents=True)
    (STATE / name).symlink_to(mine)
    with contextlib.suppress(StageFailed):
        run(told)
    assert mine.read_text() == "my own"


def test_nothing_is_sent_where_its_result_has_no_room(
    program: Program, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StageFailed, match="only 1 MB are free in talk-run/state"):
        run(told)
    assert program.calls == []


def test_only_stages_that_are_sent_can_be_sent_again(program: Program, told: Told) -> None:
    with pytest.raises(UsageFault, match="--send-again clip-002: must be one of clip-001"):
        run(told, "clip-002")


def test_a_stage_that_is_still_under_way_is_waited_for(program: Program) -> None:
    stage = noted()
    held = contextlib.ExitStack()
    held.enter_context(locked(stage.state_file("lock")))
    said = []

    def tell(line: str) -> None:
        said.append(line)
        if "still under way" in line:
            # What was waited for: the answer comes, and its process ends.
            stage.answer.write_text(program.answer)
            held.close()

    assert run_plan(plan_of(ONE), QUICK, tell) == Path("talk.mp4")
    assert said[:2] == [
        "clip-001  is still under way from an earlier run; waiting for it",
        "clip-001  was answered while nobody waited",
    ]
    assert program.calls == []


def test_either_name_of_the_program_will_do(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(program.path, program.folder / "belt")
    assert find_program() == "infsh"
    program.path.unlink()
    assert find_program() == "belt"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageFault, match="neither infsh nor belt"):
        find_program()


def test_a_program_in_the_working_directory_does_not_send(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "infsh").write_text("#!/bin/sh\ntouch ran-here\n")
    (here / "infsh").chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    run_plan(plan_of(ONE), QUICK, lambda _: None)
    assert program.calls
    assert not Path("ran-here").exists()
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(UsageFault, match="what lies there is not run"):
        find_program()


def test_an_older_answer_is_gone_before_the_new_job_is_noted_as_sent(
    program: Program, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, a run would else take the older answer for the new one."""
    stage = noted()
    stage.state_file("sent.json").unlink()
    stage.answer.write_text(program.answer)

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending.Sender, "_run", killed)
    with pytest.raises(KeyboardInterrupt):
        run(told)
    assert read_json(stage.state_file("sent.json")) != {}
    assert not stage.answer.exists()


def test_an_answer_whose_result_is_not_to_be_had_is_asked_for_again_not_paid_again(
    program: Program, told: Told, hosting: Hosting
) -> None:
    hosting.play("made", b"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(StageFailed, match="the server answers with status 503"):
        run(told)
    hosting.hand_out("made", program.clip)
    assert run(told) == Path("talk.mp4")
    assert len(program.sent) == 1
