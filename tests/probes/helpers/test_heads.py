"""Heads are found whichever way they look, and where they are."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from qcheck.probes.helpers import heads
from qcheck.probes.helpers.heads import look_for_heads, start_looking

Pixels = NDArray[np.uint8]
FIXTURES = Path(__file__).parents[3] / "fixtures"


@cache
def read(name: str, side_px: int = 800) -> Pixels:
    picture = cv2.imread(str(FIXTURES / name), cv2.IMREAD_COLOR)
    assert picture is not None
    return cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA).astype(np.uint8)


def test_a_sitter_is_one_head_that_looks_ahead() -> None:
    (head,) = look_for_heads(read("portrait.png")).heads
    left, top = head.region.centre_px
    assert (left, top) == pytest.approx((400, 370), abs=40)
    assert not head.side_view


def test_two_people_are_two_heads_and_the_largest_comes_first() -> None:
    one, other = look_for_heads(read("defects/face-count.jpg")).heads
    assert one.region.area_px >= other.region.area_px


@pytest.mark.parametrize("side_px", [333, 1600])
def test_a_head_lies_at_the_same_share_of_a_picture_of_any_size(side_px: int) -> None:
    (large,) = look_for_heads(read("portrait.png")).heads
    (other,) = look_for_heads(read("portrait.png", side_px)).heads
    assert other.region.left_px / side_px == pytest.approx(large.region.left_px / 800, abs=0.02)
    assert other.region.bottom_px / side_px == pytest.approx(large.region.bottom_px / 800, abs=0.02)


def test_a_picture_that_is_no_square_keeps_its_heads_in_place() -> None:
    wide = cv2.copyMakeBorder(
        read("portrait.png"), 0, 0, 0, 700, cv2.BORDER_CONSTANT, value=(90, 90, 90)
    ).astype(np.uint8)
    (head,) = look_for_heads(wide).heads
    assert head.region.centre_px == pytest.approx((400, 370), abs=45)


@pytest.mark.parametrize("shape", [(64, 64, 3), (900, 40, 3), (1, 1, 3)])
def test_nobody_is_found_where_nobody_is(shape: tuple[int, int, int]) -> None:
    assert look_for_heads(np.full(shape, 127, np.uint8)).heads == ()


def test_looking_beside_other_work_finds_the_same() -> None:
    assert start_looking(read("portrait.png")).result() == look_for_heads(read("portrait.png"))


@pytest.mark.parametrize("name", ["portrait.png", "defects/face-visible.jpg", "defects/shadow.jpg"])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_picture_is_known_to_be_turned_by_its_heads(name: str, turns: int) -> None:
    anticlockwise = np.ascontiguousarray(np.rot90(read(name), turns))
    assert look_for_heads(anticlockwise).quarter_turns == turns


def test_a_picture_without_anybody_is_taken_as_it_is() -> None:
    assert look_for_heads(np.full((300, 200, 3), 90, np.uint8)).quarter_turns == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_does_not_wait_for_its_parents_thread() -> None:
    start_looking(read("portrait.png")).result()
    child = os.fork()
    if child == 0:
        os._exit(heads._worker.cache_info().currsize)
    assert os.waitpid(child, 0)[1] == 0
    assert heads._worker.cache_info().currsize == 1
