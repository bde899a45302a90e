"""Quantiles of values that do not all count alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["weighted_quantile"]


def weighted_quantile(
    values: NDArray[np.floating], weights: NDArray[np.floating], quantile: float
) -> float:
    """The smallest of ``values`` that, with all below it, has ``quantile`` of the weight."""
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, quantile * cumulated[-1])])
