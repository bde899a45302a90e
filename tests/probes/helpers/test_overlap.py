"""Two regions share what lies in both."""

from __future__ import annotations

import pytest

from qcheck.core.places import Box
from qcheck.probes.helpers.overlap import overlap, shared_px

SQUARE = Box(0, 0, 10, 10)


@pytest.mark.parametrize(
    ("other", "shared", "share"),
    [
        (SQUARE, 100, 1.0),
        (Box(5, 0, 15, 10), 50, 1 / 3),
        (Box(2, 2, 4, 4), 4, 0.04),
        (Box(10, 0, 20, 10), 0, 0.0),
        (Box(12, 12, 20, 20), 0, 0.0),
    ],
)
def test_what_lies_in_both_is_shared(other: Box, shared: float, share: float) -> None:
    assert shared_px(SQUARE, other) == shared_px(other, SQUARE) == shared
    assert overlap(SQUARE, other) == overlap(other, SQUARE) == pytest.approx(share)


def test_regions_without_area_have_nothing_in_common() -> None:
    assert overlap(Box(1, 1, 1, 1), Box(1, 1, 1, 1)) == 0
