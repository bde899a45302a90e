"""How much one file may take."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.bounds import Bounds, narrower

WHOLE = st.integers(1, 10**6).map(float)
ANY = st.builds(Bounds, **{field.name: WHOLE for field in dataclasses.fields(Bounds)})


def test_bounds_are_asked_for_in_the_units_that_code_counts_in() -> None:
    bounds = Bounds(file_mb=1.5, picture_megapixels=0.25, recording_s=0.5, check_s=7, memory_mb=300)
    assert (bounds.file_bytes, bounds.picture_pixels) == (1_500_000, 250_000)
    assert (bounds.recording_samples, bounds.memory_bytes) == (24_000, 300_000_000)


@given(ANY, ANY)
def test_the_narrower_of_two_is_as_narrow_as_both_and_no_narrower(
    one: Bounds, other: Bounds
) -> None:
    both = narrower(one, other)
    assert both == narrower(other, one)
    for field in dataclasses.fields(Bounds):
        values = {getattr(one, field.name), getattr(other, field.name)}
        assert getattr(both, field.name) == min(values)
