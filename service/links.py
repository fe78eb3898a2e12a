"""Which measure answers which barrier: within a region, and from another region where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.finding import GENERAL, Citation, Lesson, Link
from service.cells import cite
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
SAME_AREA = 0.10
"""What it adds that both belong to the same focus area."""
ANSWERS = 0.45
"""Score from which a measure is said to answer a barrier: with theme and area in common, a cosine of 0.15.
On the samples' true findings that names a measure for most barriers (114 links). The links were not
judged one by one, so this is reasoning, not a measured bound."""
TEACHES = 0.40
"""The same across regions, where no focus area can be the same: with the theme in common, a cosine of 0.20.
At 0.45 no lesson at all was left on the samples."""


@dataclass(frozen=True)
class _Pairs:
    """Barriers and measures of two sides (or one), and their scores (barriers, measures)."""

    barriers: list[int]
    measures: list[int]
    scores: np.ndarray


def link_measures(side: Side) -> tuple[list[Link], list[int]]:
    """Return a side's links, best first, and the indexes of its barriers without a measure, surest first."""
    pairs = _score(side, side)
    found: list[tuple[float, int, int]] = []
    unanswered = []
    for row, barrier in enumerate(pairs.barriers):
        best = _best(pairs.scores[row], ANSWERS)
        found += [(float(pairs.scores[row, at]), barrier, pairs.measures[at]) for at in best]
        if not best:
            unanswered.append(barrier)
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    links = [
        Link(
            region=side.region, barrier=cite(side, b), measure=cite(side, m), score=round(min(score, 1.0), 4)
        )
        for score, b, m in found[:PER_REGION]
    ]
    return links, unanswered


def cite_unanswered(side: Side, unanswered: Sequence[int]) -> tuple[Citation, ...]:
    """Return the surest barriers without a measure."""
    return tuple(cite(side, n) for n in unanswered[:OPEN_PER_REGION])


def find_lessons(side: Side, unanswered: Sequence[int], others: Sequence[Side]) -> list[Lesson]:
    """Return for a side's unanswered barriers the best measure of another side, best first."""
    found = []
    for other in others:
        pairs = _score(side, other, list(unanswered))
        for row, barrier in enumerate(pairs.barriers):
            for at in _best(pairs.scores[row], TEACHES)[:1]:
                found.append((float(pairs.scores[row, at]), barrier, other, pairs.measures[at]))
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
                barrier=cite(side, barrier),
                teacher=other.region,
                measure=cite(other, measure),
                score=round(min(score, 1.0), 4),
            )
        )
    return lessons


def _best(scores: np.ndarray, bound: float) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:PER_BARRIER]
    return [int(at) for at in order if scores[at] >= bound]


def _score(side: Side, other: Side, barriers: list[int] | None = None) -> _Pairs:
    barriers = _surest(side, "barrier") if barriers is None else barriers[:MOST]
    measures = _surest(other, "measure")
    if not barriers or not measures or side.vectors.shape[1] != other.vectors.shape[1]:
        return _Pairs(barriers, measures, np.zeros((len(barriers), 0), dtype=np.float32))
    scores = side.vectors[barriers] @ other.vectors[measures].T
    scores = scores + _theme_bonus(side, barriers, other, measures)
    if side is other:
        scores = scores + SAME_AREA * _same_area(side, barriers, measures)
        scores[np.equal.outer(barriers, measures)] = 0.0
    return _Pairs(barriers, measures, scores)


def _surest(side: Side, kind: str) -> list[int]:
    return order_quotes(side, side.select(kind), kind)[0][:MOST]


def _theme_bonus(side: Side, barriers: Sequence[int], other: Side, measures: Sequence[int]) -> np.ndarray:
    """What common themes add, (barriers, measures)."""
    said = [side.statements[n].themes for n in barriers], [other.statements[n].themes for n in measures]
    column = {name: n for n, name in enumerate(sorted({one for rows in said for row in rows for one in row}))}
    (some, main), (any_, first) = (_mark_themes(rows, column) for rows in said)
    same: np.ndarray = (main @ first.T) > 0
    touch: np.ndarray = (some @ any_.T) > 0
    bonus: np.ndarray = np.where(same, SAME_THEME, np.where(touch, SOME_THEME, 0.0))
    return bonus


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
    """Where a barrier and a measure are of the same focus area, 1.0; else 0.0."""
    names = (
        [side.statements[n].focus_area for n in barriers],
        [side.statements[n].focus_area for n in measures],
    )
    codes = {name: n for n, name in enumerate(sorted({*names[0], *names[1]}))}
    left = np.array([codes[name] for name in names[0]])
    right = np.array([codes[name] for name in names[1]])
    same = np.equal.outer(left, right) & (left != codes.get(GENERAL, -1))[:, None]
    return same.astype(np.float32)
