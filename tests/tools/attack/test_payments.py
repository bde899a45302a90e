"""The campaign that kills productions, and what it counts."""

from __future__ import annotations

import os

import pytest

from tools.attack.payments import Payments, campaign, line, paid

JOB = {"app": "infsh/media-merger", "payload": {"media_files": []}}
OTHER = {"app": "infsh/media-merger", "payload": {"media_files": [{"file": "a.mp4"}]}}


@pytest.mark.parametrize(
    ("log", "counted"),
    [
        ([JOB, OTHER], (0, 0)),
        ([JOB, JOB, OTHER], (1, 0)),
        ([JOB, JOB, JOB, OTHER, OTHER], (3, 0)),
        ([JOB], (0, 1)),
        ([], (0, 2)),
    ],
)
def test_jobs_are_counted_by_app_and_payload(
    log: list[dict[str, object]], counted: tuple[int, int]
) -> None:
    assert paid(log, ["clip-001", "clip-002"]) == counted


def test_what_a_campaign_found_adds_up() -> None:
    found = Payments(productions=1, jobs=3, kills=2) + Payments(productions=1, jobs=1, doubts=1)
    assert found == Payments(productions=2, jobs=4, kills=2, doubts=1)
    assert found.holds
    assert line(found).startswith("| 2 | 4 | 2 |")


@pytest.mark.parametrize("fault", ["paid_twice", "not_paid", "unfinished", "tracebacks"])
def test_any_fault_counts(fault: str) -> None:
    assert not (Payments(productions=1) + Payments(**{fault: 1})).holds


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and the stand-in are POSIX's")
def test_killed_productions_are_paid_exactly_once() -> None:
    """A few kills, so that the campaign itself works; `python -m tools.attack` makes hundreds."""
    found = campaign(kills=6, seed=2, productions=2)
    assert found.holds, found
    assert found.kills >= 6
    assert found.productions >= 2
    assert found.jobs >= 5
