"""Which moments of a recording lie in stretches of speech."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span

__all__ = ["during"]


def during(spans: Iterable[Span], times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,): which of the (n,) times lie in one of ``spans``, both ends included."""
    inside = np.zeros(len(times_s), bool)
    for span in spans:
        inside |= (times_s >= span.start_s) & (times_s <= span.end_s)
    return inside
