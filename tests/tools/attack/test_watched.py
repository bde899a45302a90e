"""An input that crashes, hangs or eats memory costs itself, and is known."""

from __future__ import annotations

import os
import signal
import time

from tools.attack.watched import ABORT, EXCESS, HANG, Limits, watched

LIMITS = Limits(seconds=60.0, memory_bytes=200_000_000, address_bytes=8_000_000_000)


def test_what_comes_back_is_in_order() -> None:
    replies = list(watched(["a", "bb", "ccc"], len, LIMITS))
    assert [(each.number, each.made) for each in replies] == [(0, 1), (1, 2), (2, 3)]
    assert all(each.ended is None for each in replies)


def test_one_that_ends_its_process_is_named_and_the_others_go_on() -> None:
    def handle(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    replies = list(watched(range(6), handle, LIMITS))
    assert [each.number for each in replies] == list(range(6))
    assert [each.made for each in replies] == [0, 1, 2, None, 4, 5]
    ended = replies[3].ended
    assert ended is not None
    assert (ended.kind, ended.says) == (ABORT, "the process ended: SIGKILL")


def test_one_that_never_ends_is_ended() -> None:
    def handle(number: int) -> int:
        while number == 1:
            time.sleep(0.01)
        return number

    replies = list(watched(range(3), handle, Limits(seconds=0.5)))
    ended = replies[1].ended
    assert ended is not None
    assert ended.kind == HANG
    assert [each.made for each in replies] == [0, None, 2]


def test_one_that_takes_much_memory_is_named_with_what_came_of_it() -> None:
    def handle(number: int) -> int:
        return len(bytearray(b"x" * 300_000_000)) if number == 1 else number

    replies = list(watched(range(3), handle, LIMITS))
    ended = replies[1].ended
    assert ended is not None
    assert ended.kind == EXCESS
    assert [each.made for each in replies] == [0, 300_000_000, 2]
    assert replies[2].grown_bytes < LIMITS.memory_bytes


def test_what_is_raised_is_told() -> None:
    def handle(number: int) -> float:
        return 1 / number

    first, second = watched([0, 1], handle, LIMITS)
    assert first.ended is not None
    assert "ZeroDivisionError" in first.ended.says
    assert second.made == 1.0
