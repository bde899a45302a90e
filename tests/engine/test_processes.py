"""How a worker's process is started: a fork only of our own process, and only without threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from in_workers import double, process, surroundings

from qcheck.engine.processes import Fork, Interpreter, Process, start_process
from qcheck.engine.worker import Call, Returned, receive, send

HELPERS = str(Path(__file__).resolve().parent.parent / "helpers")

FORKING = """
import json, os, sys, threading
sys.path.insert(0, sys.argv[1])
from in_workers import process
from qcheck.core.own_process import claim_process
from qcheck.engine.processes import start_process
from qcheck.engine.worker import Call, receive, send
if sys.argv[2] == "ours":
    claim_process()
if sys.argv[3] == "threads":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
workers = [start_process({}) for _ in range(3)]
kinds = sorted({type(worker).__name__ for worker in workers})
for worker in workers:
    send(worker.calls, Call(process, (), 60, 10**9))
pids = [receive(worker.answers).value for worker in workers]
assert pids == [worker.pid for worker in workers]
for worker in workers:
    # Its end is seen though the others were copied while its pipe was open.
    worker.calls.close()
    assert worker.end() == 1 and not worker.alive
print(json.dumps(kinds))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other platform forks safely")
@pytest.mark.parametrize(
    ("whose", "threads", "kind"),
    [
        ("ours", "none", "Fork"),
        ("ours", "threads", "Interpreter"),
        ("theirs", "none", "Interpreter"),
    ],
)
def test_only_our_own_process_without_threads_is_forked(
    whose: str, threads: str, kind: str
) -> None:
    command = [sys.executable, "-P", "-c", FORKING, HELPERS, whose, threads]
    ran = subprocess.run(command, capture_output=True, timeout=60)
    assert (json.loads(ran.stdout or b"null"), ran.stderr) == ([kind], b"")


def answer(worker: Process, call: Call) -> object:
    send(worker.calls, call)
    answered = receive(worker.answers)
    assert isinstance(answered, Returned)
    return answered.value


def test_an_interpreter_imports_from_where_this_one_does_and_not_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in_workers.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    worker = Interpreter({"OMP_NUM_THREADS": "1"})
    try:
        environment, first = answer(worker, Call(surroundings, (), 60, 10**9))
        assert environment["OMP_NUM_THREADS"] == "1"
        assert first != [""]
        assert answer(worker, Call(process, (), 60, 10**9)) == worker.pid != os.getpid()
    finally:
        worker.kill()
    assert worker.end() == -9
    assert not worker.alive


def test_a_crash_is_seen_by_its_signal() -> None:
    worker = start_process({})
    send(worker.calls, Call(double, (-1,), 60, 10**9))
    with pytest.raises(EOFError):
        receive(worker.answers)
    assert worker.end() == -6


def test_this_process_has_threads_and_is_not_forked() -> None:
    assert threading.active_count() >= 1
    worker = start_process({})
    assert not isinstance(worker, Fork)
    worker.kill()
    worker.end()
