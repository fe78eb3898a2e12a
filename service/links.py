"""Which measure answers which barrier: within a region, and from another region where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.finding import GENERAL, Citation, Lesson, Link
from service.quotes import order_quotes
from service.scope import Side

PER_BARRIER = 2
"""Measures named for one barrier at most."""
PER_REGION = 40
"""Links of a region that are shown, best first."""
OPEN_PER_REGION = 10
"""Barriers without a measure, and lessons, that are shown of a region."""
MOST = 1_500
"""Barriers, and measures, of a region that are looked at: the surest. Bounds the table to 9 MB."""
SAME_THEME, SOME_THEME = 0.20, 0.10
"""What a common main theme, or any common theme, adds to the cosine."""
BONUSES = (0.0, SOME_THEME, SAME_THEME)
SAME_AREA = 0.10
"""What it adds that both belong to the same focus area."""
ANSWERS = 0.45
"""Score from which a measure is said to answer a barrier: with theme and area in common, a cosine of 0.15.
On the samples' true findings that names a measure for most barriers (114 links). The links were not
judged one by one, so this is reasoning, not a measured bound."""
TEACHES = 0.40
"""The same across regions, where no focus area can be the same: with the theme in common, a cosine of 0.20.
At 0.45 no lesson at all was left on the samples."""


_GAINS = np.array([bonus + area for area in (0.0, float(np.float32(SAME_AREA))) for bonus in BONUSES])
"""What is added, by `_Pairs.common`."""


@dataclass(frozen=True)
class _Pairs:
    """A side's barriers and measures, and what they have in common, (barriers, measures) of uint8.

    It is 0 for no theme, 1 for a common one, 2 for the main one, and 3 more for the focus area.
    `same` are the places of statements that are both.
    """

    barriers: list[int]
    measures: list[int]
    common: np.ndarray
    same: tuple[np.ndarray, np.ndarray]


def link_measures(side: Side) -> tuple[list[Link], list[int]]:
    """Return a side's links, best first, and the indexes of its barriers without a measure, surest first."""
    links, left = side.keep("links", lambda: _link_measures(side), side.centring.key)
    return list(links), list(left)


def _link_measures(side: Side) -> tuple[list[Link], list[int]]:
    pairs = _pair(side)
    best = _find_best(_score_pairs(side, pairs), ANSWERS, PER_BARRIER)
    found = [(score, pairs.barriers[row], pairs.measures[at]) for row, at, score in best]
    answered = {barrier for _, barrier, _ in found}
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    links = [
        Link(region=side.region, barrier=side.cite(b), measure=side.cite(m), score=round(min(score, 1.0), 4))
        for score, b, m in found[:PER_REGION]
    ]
    return links, [one for one in pairs.barriers if one not in answered]


def cite_unanswered(side: Side, unanswered: Sequence[int]) -> tuple[Citation, ...]:
    """Return the surest barriers without a measure."""
    return tuple(side.cite(n) for n in unanswered[:OPEN_PER_REGION])


def find_lessons(side: Side, unanswered: Sequence[int], others: Sequence[Side]) -> list[Lesson]:
    """Return for a side's unanswered barriers the best measure of another side, best first."""
    found = []
    for other in others:
        barriers, measures = list(unanswered[:MOST]), _surest(other, "measure")
        for row, at, score in _find_best(_score(side, barriers, other, measures), TEACHES, 1):
            found.append((score, barriers[row], other, measures[at]))
    found.sort(key=lambda one: (-one[0], one[1], one[2].region, one[3]))
    seen: set[int] = set()
    lessons: list[Lesson] = []
    for score, barrier, other, measure in found:
        if barrier in seen or len(lessons) == OPEN_PER_REGION:
            continue
        seen.add(barrier)
        lessons.append(
            Lesson(
                region=side.region,
                barrier=side.cite(barrier),
                teacher=other.region,
                measure=other.cite(measure),
                score=round(min(score, 1.0), 4),
            )
        )
    return lessons


def _find_best(scores: np.ndarray, bound: float, most: int) -> list[tuple[int, int, float]]:
    """Row, column and score of the highest scores of each row from a bound on; the first of equal ones before."""
    found: list[tuple[int, int, float]] = []
    if not scores.size:
        return found
    rows, left = np.arange(len(scores)), scores.copy()
    for _ in range(most):
        columns = left.argmax(axis=1)
        best = left[rows, columns]
        told = np.flatnonzero(best >= bound)
        found += zip(told.tolist(), columns[told].tolist(), best[told].tolist(), strict=True)
        left[rows, columns] = -np.inf
    return found


def _score(side: Side, barriers: Sequence[int], other: Side, measures: Sequence[int]) -> np.ndarray:
    """The scores of two sides' statements, (barriers, measures)."""
    if not barriers or not measures or side.vectors.shape[1] != other.vectors.shape[1]:
        return np.zeros((len(barriers), 0), dtype=np.float32)
    scores: np.ndarray = side.vectors[barriers] @ other.vectors[measures].T
    return scores + np.take(BONUSES, _share_themes(side, barriers, other, measures))


def _score_pairs(side: Side, pairs: _Pairs) -> np.ndarray:
    """The scores of a side's own pairs, (barriers, measures)."""
    if not pairs.common.size:
        return np.zeros((len(pairs.barriers), 0), dtype=np.float32)
    scores = side.vectors[pairs.barriers] @ side.vectors[pairs.measures].T + _GAINS[pairs.common]
    scores[pairs.same] = 0.0
    return scores


def _pair(side: Side) -> _Pairs:
    """A side's own barriers and measures, kept with its statements."""

    def make() -> _Pairs:
        barriers, measures = _surest(side, "barrier"), _surest(side, "measure")
        area = len(BONUSES) * _same_area(side, barriers, measures)
        rows, columns = np.nonzero(np.equal.outer(barriers, measures))
        common = _share_themes(side, barriers, side, measures) + area
        return _Pairs(barriers, measures, common, (rows, columns))

    return side.keep("pairs", make)


def _surest(side: Side, kind: str) -> list[int]:
    return side.keep(("surest", kind), lambda: order_quotes(side, side.select(kind), kind)[0][:MOST])


def _share_themes(side: Side, barriers: Sequence[int], other: Side, measures: Sequence[int]) -> np.ndarray:
    """What themes are common, (barriers, measures) of uint8: the main one 2, any one 1, none 0."""
    said = [side.statements[n].themes for n in barriers], [other.statements[n].themes for n in measures]
    column = {name: n for n, name in enumerate(sorted({one for rows in said for row in rows for one in row}))}
    (some, main), (any_, first) = (_mark_themes(rows, column) for rows in said)
    same: np.ndarray = (main @ first.T) > 0
    touch: np.ndarray = (some @ any_.T) > 0
    common: np.ndarray = np.where(same, 2, touch).astype(np.uint8)
    return common


def _mark_themes(rows: Sequence[Sequence[str]], column: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Tables (rows, themes) of 1 where a statement has a theme, and where it is its main one."""
    some, main = (np.zeros((len(rows), len(column)), dtype=np.float32) for _ in range(2))
    for at, row in enumerate(rows):
        for name in row:
            some[at, column[name]] = 1.0
        if row:
            main[at, column[row[0]]] = 1.0
    return some, main


def _same_area(side: Side, barriers: Sequence[int], measures: Sequence[int]) -> np.ndarray:
    """Where a barrier and a measure are of the same focus area, 1; else 0 (uint8)."""
    names = (
        [side.statements[n].focus_area for n in barriers],
        [side.statements[n].focus_area for n in measures],
    )
    codes = {name: n for n, name in enumerate(sorted({*names[0], *names[1]}))}
    left = np.array([codes[name] for name in names[0]])
    right = np.array([codes[name] for name in names[1]])
    same = np.equal.outer(left, right) & (left != codes.get(GENERAL, -1))[:, None]
    return same.astype(np.uint8)
