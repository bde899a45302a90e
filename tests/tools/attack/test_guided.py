"""Fuzzing by coverage, where Atheris is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.attack.guided import fuzz, is_there


@pytest.mark.skipif(not is_there(), reason="Atheris is not installed")
def test_a_reader_is_fuzzed_by_its_branches(tmp_path: Path) -> None:
    found = fuzz("RIFF chunks", 3, 1, tmp_path)
    assert found.faults == ()
    assert found.runs > 1000
    assert found.added > 0


def test_a_reader_that_is_not_there_is_a_fault_and_not_a_success(tmp_path: Path) -> None:
    found = fuzz("no such reader", 1, 1, tmp_path)
    assert found.runs == 0
    assert found.faults
