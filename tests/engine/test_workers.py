"""Many files at once, in processes of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from in_workers import double, fail, surroundings
from shell import qcheck
from sized_files import PNG

from qcheck.engine.workers import map_in_processes


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


def lost(number: int) -> int:
    return 1000 + number


@pytest.mark.parametrize(
    "numbers", [[], [1], [1, 2, 3, 4, 5], [-1], [1, -2, 3], [-1, 2, -3, -4, 5, 6, 7, 8]]
)
def test_results_come_in_order_and_only_a_call_that_dies_again_is_lost(numbers: list[int]) -> None:
    """Though it takes the calls along that were under way beside it."""
    done: list[int] = []
    found = list(map_in_processes(double, [(n,) for n in numbers], 2, lost, done.append))
    assert found == [2 * n if n > 0 else 1000 + n for n in numbers]
    assert done == found


def test_a_worker_gets_one_thread_and_imports_nothing_from_this_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    before = dict(os.environ)
    ((environment, first),) = map_in_processes(surroundings, [()], 1, lost, lambda _: None)
    assert environment == {
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "3",
        "PYTHONSAFEPATH": "1",
    }
    assert first not in ([""], [str(tmp_path)])
    assert dict(os.environ) == before


def test_an_error_of_the_function_is_raised_here_and_the_environment_is_as_it_was() -> None:
    """Nothing that can be told of is a process that died."""
    before = dict(os.environ)
    with pytest.raises(ValueError, match="it is odd"):
        list(map_in_processes(fail, [("it is odd",)], 2, lost, lambda _: None))
    assert dict(os.environ) == before
