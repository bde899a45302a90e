"""A job sent, once: its answer taken from an earlier run, asked for by its task, or sent for.

Before a job is sent, it is noted that it will be, and what the program prints goes to files. So,
whatever is killed and when, the next run knows one of these:

- Nothing was noted, or the file for the answer was never made: the job was not sent.
- The program still runs: it holds the stage's lock, and is waited for.
- The answer is there: it is taken.
- The program ended without one, but had printed the number of its task: the platform is asked.
- It ended before it printed one: nobody can know whether it was sent. It is not sent again unless
  the user says so.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.atomic import sync_folder, write_whole
from qcheck.core.bounded_reading import open_regular
from qcheck.core.errors import UsageFault, printable
from qcheck.engine.options import Options
from qcheck.jobs.answers import output_in, read_answer
from qcheck.jobs.check import check_job, refuse_changed
from qcheck.jobs.gate import PROGRAMS, program_path
from qcheck.jobs.locks import Lock, locked
from qcheck.jobs.stages import AppStage, StageBlocked, StageFailed
from qcheck.jobs.states import move_aside, read_json, write_json

__all__ = ["Sender", "Tell", "find_program"]

Tell = Callable[[str], None]

# The program prints "Task ID: abc123def456" (inference-sh/skills, running-apps.md). A digit tells
# such a number from a word that follows "task".
_TASK = re.compile(rb"\b[Tt]ask(?: ID)?:?\s+(?=[\w-]*\d)(\w[\w-]{5,63})")
_LOG_BYTES = 1_000_000
_SAID_BYTES = 20_000
_ASKING_S = 120
# What its answer and result need; a full disk would lose what was paid for.
_LEAST_FREE_BYTES = 50_000_000
# inference.sh's documents and SDK number them differently, but 11 and 12 have failed in both.
_FAILED = ("failed", "cancelled", "canceled", 11, 12)
# A shell's code for a program that a signal ended is 128 and the signal's number.
_ENDED_BY_SIGNAL = 128


def find_program() -> str:
    """``infsh``, or ``belt``, which is its newer name. Raises UsageFault where neither is there."""
    for name in PROGRAMS:
        with contextlib.suppress(FileNotFoundError):
            program_path(name)
            return name
    raise UsageFault("neither infsh nor belt is on the PATH: install inference.sh's command line")


@dataclass(frozen=True)
class Sender:
    """What sends the jobs of a production."""

    program: str
    options: Options
    tell: Tell
    again: frozenset[str] = frozenset()
    """Stages that the user wants sent again although they may have been paid."""

    def answer(self, stage: AppStage, key: str, payload: Mapping[str, Any]) -> bytes:
        """What the app answers to a stage; ``key`` is the digest of what it is made from.

        Raises :class:`StageBlocked`, :class:`StageFailed` and UsageFault.
        """

        def waiting() -> None:
            self.tell(f"{stage.name}  is still under way from an earlier run; waiting for it")

        with locked(stage.state_file("lock"), waiting=waiting) as lock:
            if _sent_key(stage) == key and os.path.lexists(stage.answer):
                kept = self._kept(stage)
                if kept is not None:
                    return kept
            return self._send(stage, key, payload, lock)

    def _kept(self, stage: AppStage) -> bytes | None:
        """The answer to what was sent before; None where it may be sent again."""
        try:
            answer = read_answer(stage.answer)
        except OSError as error:
            raise StageFailed(f"{stage.name}: {stage.answer}: {error.strerror or error}") from error
        if _holds_output(answer, stage.app):
            self.tell(f"{stage.name}  was answered while nobody waited")
            return answer
        if stage.name in self.again:
            self.tell(f"{stage.name}  is sent again, as you asked")
            return None
        task = _task_in(stage, answer)
        if task is None:
            raise StageFailed(_doubt(stage, self.program))
        self.tell(f"{stage.name}  was cut off before its answer came; asking for task {task}")
        return self._asked_for(stage, task)

    def _asked_for(self, stage: AppStage, task: str) -> bytes | None:
        """The answer as the platform keeps it; None where the task failed there."""
        command = [self.program, "task", "get", task, "--json"]
        shown = " ".join(command)
        try:
            with tempfile.TemporaryFile() as out:
                done = subprocess.run(
                    command,
                    executable=program_path(self.program),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.DEVNULL,
                    timeout=_ASKING_S,
                    check=False,
                )
                out.seek(0)
                answer = out.read(_LOG_BYTES)
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = getattr(error, "strerror", None) or f"no answer in {_ASKING_S} s"
            raise StageFailed(f"{stage.name}: `{shown}`: {reason}; nothing was sent") from error
        if _holds_output(answer, stage.app):
            write_whole(stage.answer, answer, follow=False, durable=True)
            return answer
        if done.returncode:
            raise StageFailed(
                f"{stage.name}: `{shown}` ended with {done.returncode}; nothing was sent"
            )
        if _has_failed(answer):
            self.tell(f"{stage.name}  failed on the platform; it is sent again")
            return None
        raise StageFailed(f"{stage.name}: task {task} has no result yet; nothing was sent again")

    def _send(self, stage: AppStage, key: str, payload: Mapping[str, Any], lock: Lock) -> bytes:
        """Check the job, note that it is sent, and send it."""
        given = json.dumps(payload, ensure_ascii=False)
        speakers = stage.speakers if stage.speakers > 1 else None
        own = dataclasses.replace(self.options, speakers=speakers)
        report = check_job(stage.app, given, own, shown=stage.name)
        if report.exit_code:
            raise StageBlocked(stage.name, report, sent=False)
        refuse_changed(report)
        _refuse_full_disk(stage)
        file = stage.state_file("input.json")
        write_whole(file, given, follow=False, durable=True)
        # In this order: an older answer must never pass for the answer to this. It may have been
        # paid, and never fetched.
        for older in (stage.answer, stage.state_file("log")):
            _clear(older)
        write_json(stage.state_file("sent.json"), {"key": key})
        self.tell(f"{stage.name}  is sent to {stage.app}")
        command = [self.program, "app", "run", stage.app, "--input", str(file), "--json"]
        return self._run(stage, command, lock)

    def _run(self, stage: AppStage, command: list[str], lock: Lock) -> bytes:
        """Run the command; its answer goes to a file, so that it is not lost if nobody waits."""
        answer, log = stage.answer, stage.state_file("log")
        sent = stage.state_file("sent.json")
        try:
            with answer.open("xb") as out, log.open("xb") as err:
                # From here on there is a file for the answer: it may have been sent.
                sync_folder(answer.parent)
                # The child holds the lock for as long as it runs, and outlives this process: a job
                # that was sent goes on and is paid, whoever waits.
                with lock.handed_on() as handed:
                    child = subprocess.Popen(
                        command,
                        executable=program_path(self.program),
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=err,
                        **handed,
                    )
        except OSError as error:
            # Nothing was started.
            sent.unlink(missing_ok=True)
            raise StageFailed(f"{stage.name}: {command[0]}: {error.strerror or error}") from error
        code = child.wait()
        if code == 0:
            _make_durable(answer)
            try:
                return read_answer(answer)
            except OSError as error:
                raise StageFailed(f"{stage.name}: {answer}: {error.strerror or error}") from error
        said = _last_line(log) or _last_line(answer)
        if 0 < code < _ENDED_BY_SIGNAL and _task_in(stage, b"") is None:
            # It ended by itself and named no task: a later run sends it without a word of doubt.
            sent.unlink(missing_ok=True)
        says = f"{stage.name}: {command[0]} ended with {code}: {said or 'it said nothing'}"
        raise StageFailed(says)


def _sent_key(stage: AppStage) -> str | None:
    """What was noted as sent; None where nothing was. Raises :class:`StageFailed`."""
    sent = stage.state_file("sent.json")
    if not os.path.lexists(sent):
        return None
    key = read_json(sent).get("key")
    if not isinstance(key, str):
        raise StageFailed(
            f"{stage.name}: {sent} cannot be read, so whether it was sent and paid is not known; "
            "delete that file to send it"
        )
    return key


def _holds_output(answer: bytes, app: str) -> bool:
    try:
        output_in(answer, app)
    except StageFailed:
        return False
    return True


def _has_failed(answer: bytes) -> bool:
    try:
        task = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    status = task.get("status") if isinstance(task, dict) else None
    return (status.lower() if isinstance(status, str) else status) in _FAILED


def _task_in(stage: AppStage, answer: bytes) -> str | None:
    """The number of the task that the program printed."""
    found = _TASK.search(_part(stage.state_file("log"), _LOG_BYTES) + b"\n" + answer)
    return found[1].decode("ascii", "replace") if found else None


def _doubt(stage: AppStage, program: str) -> str:
    return (
        f"{stage.name} was cut off before its answer came; whether it was sent and charged is not "
        f"known, and it is not sent again by itself. If inference.sh lists its task, "
        f"`{program} task get TASK --json > {stage.answer}` takes its answer; if not, "
        f"--send-again {stage.name} sends it"
    )


def _refuse_full_disk(stage: AppStage) -> None:
    free = shutil.disk_usage(stage.answer.parent).free
    if free < _LEAST_FREE_BYTES:
        raise StageFailed(
            f"{stage.name}: only {free / 1e6:.0f} MB are free in {stage.answer.parent}, and its "
            f"result needs {_LEAST_FREE_BYTES / 1e6:.0f}; nothing was sent"
        )


def _clear(path: Path) -> None:
    """Make the name free; what stands there is kept under another."""
    if os.path.lexists(path) and path.lstat().st_size == 0:
        path.unlink()
    move_aside(path)


def _make_durable(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _last_line(path: Path) -> str:
    """The last line of what a program said, to be shown."""
    lines = _part(path, _SAID_BYTES, last=True).strip().decode("utf-8", "replace").splitlines()
    return printable(lines[-1])[:300] if lines else ""


def _part(path: Path, size_bytes: int, *, last: bool = False) -> bytes:
    """The first or last of what a program printed; nothing where that cannot be read."""
    try:
        with open_regular(path) as file:
            if last:
                file.seek(max(0, os.fstat(file.fileno()).st_size - size_bytes))
            return file.read(size_bytes)
    except OSError:
        return b""
