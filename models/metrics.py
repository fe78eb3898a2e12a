"""Measures of quality: precision and recall with leave, ranking, agreement, calibration, intervals.

Pure functions over plain sequences and arrays.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 1000
"""Bootstrap samples; other numbers were not measured."""


class Score(NamedTuple):
    """Precision, recall and their harmonic mean; `wanted` and `called` are the counts behind them."""

    precision: float
    recall: float
    f1: float
    wanted: int
    called: int


def score_kind(wanted: Sequence[bool], right: Sequence[bool], called: Sequence[bool]) -> Score:
    """Return the score of one kind: recall over `wanted`, precision over `right` (wanted or allowed)."""
    want, good, call = (np.asarray(one, dtype=bool) for one in (wanted, right, called))
    return make_score(int((want & call).sum()), int(want.sum()), int((good & call).sum()), int(call.sum()))


def make_score(found: int, wanted: int, right: int, called: int) -> Score:
    """Return the score of counts; precision and recall of nothing are 0."""
    precision = right / called if called else 0.0
    recall = found / wanted if wanted else 0.0
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0, wanted, called)


def score_sets(pairs: Sequence[tuple[Collection[Hashable], Collection[Hashable]]]) -> Score:
    """Return the micro score of (wanted, called) sets."""
    shared = sum(len(set(wanted) & set(called)) for wanted, called in pairs)
    return make_score(shared, sum(len(set(w)) for w, _ in pairs), shared, sum(len(set(c)) for _, c in pairs))


def share_overlapping(pairs: Sequence[tuple[Collection[Hashable], Collection[Hashable]]]) -> float:
    """Return the share of (wanted, called) sets that have a member in common; 0 for none."""
    return sum(bool(set(wanted) & set(called)) for wanted, called in pairs) / len(pairs) if pairs else 0.0


def kappa(left: Sequence[Hashable], right: Sequence[Hashable]) -> float:
    """Return Cohen's kappa of two readers' labels; 1 when both always agree.

    Raises: ValueError when the lengths differ or are 0.
    """
    if len(left) != len(right) or not left:
        raise ValueError("two readers must label the same things, and at least one")
    count = len(left)
    agreed = sum(one == other for one, other in zip(left, right, strict=True)) / count
    first, second = Counter(left), Counter(right)
    chance = sum(times * second[one] for one, times in first.items()) / count**2
    return 1.0 if chance == 1.0 else (agreed - chance) / (1 - chance)


def kappa_of_two(left: np.ndarray, right: np.ndarray) -> float:
    """Return Cohen's kappa of yes and no, bool (n,) each: the same as `kappa`, quick enough to draw again."""
    yes = float(left.mean()), float(right.mean())
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return 1.0 if chance == 1.0 else (float((left == right).mean()) - chance) / (1 - chance)


def reciprocal_rank(right: Sequence[bool], limit: int = 10) -> float:
    """Return 1 / the rank of the first right answer within `limit`, 0 if there is none."""
    return next((1 / rank for rank, good in enumerate(right[:limit], 1) if good), 0.0)


def ndcg(right: Sequence[bool], relevant: int, limit: int = 10) -> float:
    """Return the discounted gain of a ranking over the best possible with `relevant` right answers."""
    gain = sum(1 / math.log2(rank + 1) for rank, good in enumerate(right[:limit], 1) if good)
    best = sum(
        1 / math.log2(rank + 1) for rank in range(1, min(max(relevant, sum(right[:limit])), limit) + 1)
    )
    return gain / best if best else 0.0


def reliability(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Return (mean score, share right, count) of each filled bin of scores, lowest first."""
    values, good = np.asarray(scores, dtype=float), np.asarray(right, dtype=bool)
    places = np.minimum((values * bins).astype(int), bins - 1)
    filled = [places == place for place in range(bins) if (places == place).any()]
    return [(float(values[one].mean()), float(good[one].mean()), int(one.sum())) for one in filled]


def calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the mean distance between score and share right, weighted by the bins' counts."""
    rows = reliability(scores, right, bins)
    count = sum(row[2] for row in rows)
    return sum(abs(mean - share) * size for mean, share, size in rows) / count if count else 0.0


def bootstrap(
    groups: Sequence[Hashable],
    measure: Callable[[np.ndarray], float],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of a measure when whole groups are drawn again.

    `measure` takes indexes of items (with repeats).
    """
    places: dict[Hashable, list[int]] = {}
    for at, group in enumerate(groups):
        places.setdefault(group, []).append(at)
    members = [np.array(one) for one in places.values()]
    if not members:
        return 0.0, 0.0
    maker = np.random.RandomState(seed)
    values = []
    for _ in range(resamples):
        drawn = maker.randint(0, len(members), len(members))
        values.append(measure(np.concatenate([members[one] for one in drawn])))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
