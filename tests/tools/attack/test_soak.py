"""Whether memory and handles are flat is decided by figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.attack.soak import Reading, Soak, flat, soak


def readings(mb_per_check: float, files: int = 16, jump: int = 0) -> Soak:
    made = [
        Reading(
            n, 300 + (80 if n < 1000 else 0) + mb_per_check * n, files + jump * (n > 9000), 5, 2, n
        )
        for n in range(500, 20_001, 500)
    ]
    return Soak(tuple(made), 0)


def test_what_was_loaded_in_the_beginning_counts_for_nothing() -> None:
    assert readings(0.0).mb_per_1000 == pytest.approx(0, abs=1e-9)
    assert flat(readings(0.0))


def test_two_kilobytes_a_check_are_a_leak() -> None:
    assert readings(0.002).mb_per_1000 == pytest.approx(2)
    assert not flat(readings(0.002))


def test_a_handle_more_is_a_leak() -> None:
    assert not flat(readings(0.0, jump=1))


def test_two_verdicts_of_one_file_are_not_flat() -> None:
    assert not flat(Soak(readings(0.0).readings, verdicts=1))


def test_a_few_checks_are_read_and_told(tmp_path: Path) -> None:
    found = soak(16, tmp_path)
    assert [each.checks for each in found.readings] == [8, 16]
    assert found.verdicts == 0
    assert "| 16 |" in "\n".join(found.lines())
