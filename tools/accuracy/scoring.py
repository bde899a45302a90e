"""Figures from scores: areas, error rates, errors, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
RESAMPLES = 500


def auc(sound: Scores, defective: Scores) -> float:
    """Area under the ROC curve: how often a defective case scores above a sound one."""
    if not (len(sound) and len(defective)):
        return float("nan")
    order = np.sort(sound)
    below = np.searchsorted(order, defective, "left")
    up_to = np.searchsorted(order, defective, "right")
    return float((below + up_to).mean() / 2 / len(sound))


def equal_error_rate(sound: Scores, defective: Scores) -> float:
    """Where as many sound cases are flagged as defective ones are missed, in shares."""
    if not (len(sound) and len(defective)):
        return float("nan")
    limits = np.unique(np.concatenate([sound, defective, [np.inf]]))
    alarms = 1 - np.searchsorted(np.sort(sound), limits, "left") / len(sound)
    misses = np.searchsorted(np.sort(defective), limits, "left") / len(defective)
    nearest = int(np.argmin(np.abs(alarms - misses)))
    return float((alarms[nearest] + misses[nearest]) / 2)


def caught_at(sound: Scores, defective: Scores, false_alarms: float) -> float:
    """Share of defective cases above the limit that flags at most ``false_alarms`` of the sound."""
    if not (len(sound) and len(defective)):
        return float("nan")
    allowed = int(np.floor(false_alarms * len(sound) + 1e-9))
    limit = np.sort(sound)[::-1][allowed] if allowed < len(sound) else -np.inf
    return float((defective > limit).mean())


def rank_correlation(measured: Scores, truth: Scores) -> float:
    """Spearman's."""
    if len(measured) < 3:
        return float("nan")
    return float(np.corrcoef(_ranks(measured), _ranks(truth))[0, 1])


def _ranks(values: Scores) -> Scores:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Scores = (last - (counts - 1) / 2)[inverse]
    return ranks


def interval(
    figure: Callable[[NDArray[np.intp]], float], subjects: Sequence[str]
) -> tuple[float, float]:
    """95 % bootstrap interval of ``figure(indices)``, drawing whole people with replacement."""
    names, owner = np.unique(np.asarray(subjects), return_inverse=True)
    if len(names) < 2:
        return float("nan"), float("nan")
    members = [np.flatnonzero(owner == i) for i in range(len(names))]
    rng = np.random.default_rng(0)
    values = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(names), len(names))
        values.append(figure(np.concatenate([members[i] for i in drawn])))
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return float("nan"), float("nan")
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)
