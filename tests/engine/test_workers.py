"""Calls in processes of their own: each is watched, and costs no other call anything."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from in_workers import (
    double,
    double_at_second_try,
    fail,
    fail_oddly,
    hang,
    hoard,
    process,
    surroundings,
)
from shell import qcheck
from sized_files import PNG

from qcheck.engine.processes import Process, start_process
from qcheck.engine.worker import Call
from qcheck.engine.workers import map_in_workers, start_early

IN_PROCESS = "QCHECK_IN_PROCESS"


@pytest.fixture(autouse=True)
def _in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qcheck.engine.workers.IN_PROCESS", IN_PROCESS)


def call(
    function: Callable[..., Any], *arguments: Any, check_s: float = 60, memory_mb: float = 4000
) -> Call:
    return Call(function, arguments, check_s, int(memory_mb * 1e6))


def lost(number: int, why: str) -> Any:
    return number, why


def results(*calls: Call, workers: int = 2) -> list[Any]:
    return list(map_in_workers(calls, workers, lost, lambda _: None))


def test_many_files_come_back_in_order_and_a_dying_process_is_one_crash(folder: Path) -> None:
    names = ["good.png", "die.png", "fair.png", "bad.png"]
    (folder / "die.png").write_bytes(PNG + b"DIE")
    for i in range(8):
        (folder / f"n{i}.png").write_bytes(PNG)
        names.append(f"n{i}.png")
    ran = qcheck(*names, "-j", "2", "--output-format", "json", cwd=folder)
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == names
    crashed = [
        file["file"]
        for file in document["files"]
        if any(o["status"] == "crashed" for o in file["outcomes"])
    ]
    assert crashed == ["die.png"]
    assert document["counts"] == {"error": 1, "warning": 1, "info": 0}
    assert ran.returncode == 2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_one_file_that_crashes_hangs_or_eats_memory_costs_itself(folder: Path, count: int) -> None:
    """However few or many stand beside it: what was found in the others is shown."""
    (folder / "qcheck.toml").write_text(
        'plugins = ["rules.py"]\nselect = ["size"]\n[bounds]\ncheck-s = 2\n'
    )
    names = ["bad.png", *(f"n{i}.png" for i in range(count))]
    for name in names[1:]:
        (folder / name).write_bytes(PNG + b"SLEEP")
    ran = qcheck(*names, "--output-format", "json", cwd=folder)
    bad, *others = json.loads(ran.stdout)["files"]
    assert [each["status"] for each in bad["outcomes"]] == ["fail"]
    for file in others:
        assert [each["reason"] for each in file["outcomes"]] == [
            "checking it took longer than 2 s (the bound `check-s`)"
        ]
    assert (ran.returncode, ran.stderr) == (2, "")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "numbers", [[], [1], [1, 2, 3, 4, 5], [-1], [1, -2, 3], [-1, 2, -3, -4, 5, 6, 7, 8]]
)
def test_results_come_in_order_and_only_what_crashes_is_lost(
    numbers: list[int], workers: int
) -> None:
    done: list[Any] = []
    calls = [call(double, number) for number in numbers]
    found = list(map_in_workers(calls, workers, lost, done.append))
    why = "the process that checked it crashed (SIGABRT); the file may be damaged"
    assert found == [2 * n if n > 0 else (i, why) for i, n in enumerate(numbers)]
    assert done == found


def test_a_call_whose_worker_died_is_tried_once_more(tmp_path: Path) -> None:
    """What died may not have been this call's fault: something ended the process from outside."""
    assert results(call(double_at_second_try, 4, str(tmp_path / "tried"))) == [8]


def test_a_worker_that_takes_too_long_is_killed_and_its_call_lost() -> None:
    found = results(call(double, 1), call(hang, 600, check_s=0.2), call(double, 3))
    assert found == [2, (1, "checking it took longer than 0.2 s (the bound `check-s`)"), 6]


def test_a_worker_that_takes_too_much_memory_is_killed_and_its_call_lost() -> None:
    found = results(call(hoard, 400_000_000, memory_mb=300), call(double, 3))
    assert found == [(0, "checking it took more than 300 MB of memory (the bound `memory-mb`)"), 6]


def test_idle_workers_are_used_again_and_only_where_they_would_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = results(call(process))
    assert results(call(process)) == [first]
    monkeypatch.chdir(tmp_path)
    (elsewhere,) = results(call(process))
    monkeypatch.setenv("QCHECK_MODELS", "elsewhere")
    (otherwise,) = results(call(process))
    assert len({first, elsewhere, otherwise, os.getpid()}) == 4


def test_workers_that_were_started_early_take_the_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    started: list[int] = []

    def start(environment: dict[str, str]) -> Process:
        started.append((worker := start_process(environment)).pid)
        return worker

    monkeypatch.setattr("qcheck.engine.workers.start_process", start)
    start_early(3, 2)
    early = list(started)
    assert {*results(*[call(process)] * 3)} <= {*early}
    assert (len(early), started) == (2, early)


def test_no_worker_is_started_early_where_a_fork_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qcheck.engine.workers.may_fork", lambda: True)
    monkeypatch.setattr("qcheck.engine.workers.start_process", lambda _: pytest.fail("started"))
    start_early(3, 2)


def test_workers_get_one_thread_each_and_import_nothing_from_this_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    before = dict(os.environ)
    for environment, first in results(call(surroundings), call(surroundings)):
        assert environment == {
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "3",
            "PYTHONSAFEPATH": "1",
        }
        assert first not in ([""], [str(tmp_path)])
    ((alone, _),) = results(call(surroundings))
    assert alone == {"OMP_NUM_THREADS": None, "MKL_NUM_THREADS": "3", "PYTHONSAFEPATH": "1"}
    assert dict(os.environ) == before


def test_what_a_function_raises_is_raised_here() -> None:
    """Nothing that can be told of is a process that died."""
    with pytest.raises(ValueError, match="it is odd"):
        results(call(fail, "it is odd"), call(double, 1))
    with pytest.raises(RuntimeError, match="Unsendable"):
        results(call(fail_oddly))


def test_a_debugger_may_keep_all_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(IN_PROCESS, "1")
    assert results(call(process), call(process)) == [os.getpid()] * 2
