"""Fitted numbers: those that ship, and others in their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qcheck.probes.helpers import weights


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    yield
    weights.use(None)


def test_numbers_are_read_once_without_the_note_beside_them() -> None:
    fitted = weights.arrays_of("colour")
    assert "note" not in fitted
    assert {array.dtype for array in fitted.values()} == {np.dtype(np.float32)}
    assert weights.arrays_of("colour") is fitted


def test_what_nobody_has_fitted_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        weights.arrays_of("nothing")


def test_other_numbers_stand_in_for_those_that_they_replace(tmp_path: Path) -> None:
    shipped = weights.arrays_of("light")
    np.savez(tmp_path / "colour.npz", slope=np.ones(3), note=np.array("made"))
    weights.use(tmp_path)
    assert set(weights.arrays_of("colour")) == {"slope"}
    assert set(weights.arrays_of("light")) == set(shipped)
    weights.use(None)
    assert set(weights.arrays_of("colour")) > {"slope"}
