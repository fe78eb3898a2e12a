"""Barriers and measures by theme: cells with counts, density and quotes; what is shared, unique, missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.material import Statement
from models.finding import Cell, Kind, NearPassage, ThemeComparison, ThemeRow
from service.scope import Side

QUOTES = 3
"""Quotes in a cell; all are counted."""
CANDIDATES = 12
"""Best statements of a cell among which the quotes are chosen."""
LATER_THEME = 0.7
"""What a statement weighs for a theme that is not its main one; at 0.6 one of the ten sample pairs lost a theme."""
EVIDENCE = 0.6
"""Weight that makes a theme a region's own: one sure statement on its main theme, or two that touch it."""
SAME = 0.85
"""Cosine (language mean removed) from which two quotes say the same. Set by reasoning: a quote lost to
a false repeat is still counted, so only near-copies go."""
OVERLAP = 0.6
"""Share of common words from which two quotes say the same, whatever their vectors."""
SPREAD = 0.5
"""What likeness to a quote already chosen costs, in units of score."""
UNIT_WEIGHTS = {"sentence": 1.0, "bullet": 0.95, "row": 0.8, "caption": 0.7, "footnote": 0.7, "heading": 0.6}
"""How well a unit reads as a quote by itself."""
SHORT, LONG = 45, 380
"""Characters outside of which a quote says too little, or cannot be taken in at a glance."""


@dataclass(frozen=True)
class Bundle:
    """The statements of one kind and theme in one region: indexes of `Side.statements` and their weights."""

    side: Side
    members: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def total(self) -> float:
        """The weight of all."""
        return sum(self.weights)

    @property
    def density(self) -> float:
        """Statements per 1,000 words read."""
        words = self.side.coverage.words
        return round(1000 * len(self.members) / words, 4) if words else 0.0

    @property
    def held(self) -> bool:
        """Whether the evidence is enough to say that the region has the theme."""
        return self.total >= EVIDENCE


def compare_themes(
    sides: Sequence[Side], kind: Kind, themes: Sequence[str], chosen: Sequence[frozenset[int]] | None = None
) -> ThemeComparison:
    """Return a kind's `themes` across the sides, densest theme first.

    `chosen` narrows each side to indexes of its statements, for one focus area.
    """
    table: dict[str, list[Bundle]] = {theme: [] for theme in themes}
    for n, side in enumerate(sides):
        bundles = _bundle(side, kind, chosen[n] if chosen is not None else None)
        for theme, row in table.items():
            row.append(bundles.get(theme, Bundle(side, (), ())))
    nearest = _find_nearest(sides, table)
    rows = [_make_row(theme, row, nearest) for theme, row in table.items()]
    dense = {theme: sum(one.density for one in row) for theme, row in table.items()}
    order = {theme: n for n, theme in enumerate(table)}
    rows.sort(key=lambda row: (-dense[row.theme], order[row.theme]))
    return ThemeComparison(themes=tuple(rows), **_list_themes(table))


def _bundle(side: Side, kind: str, chosen: frozenset[int] | None) -> dict[str, Bundle]:
    """The statements of a kind by theme, heaviest first."""
    found: dict[str, list[tuple[float, int]]] = {}
    for n in side.select(kind):
        if chosen is not None and n not in chosen:
            continue
        one = side.statements[n]
        for rank, theme in enumerate(one.themes):
            weight = one.score(kind) * (1.0 if rank == 0 else LATER_THEME)
            found.setdefault(theme, []).append((weight, n))
    return {theme: _order_bundle(side, rows) for theme, rows in found.items()}


def _order_bundle(side: Side, rows: list[tuple[float, int]]) -> Bundle:
    rows.sort(key=lambda pair: (-pair[0] * weigh_form(side.statements[pair[1]]), pair[1]))
    return Bundle(side, tuple(n for _, n in rows), tuple(weight for weight, _ in rows))


def weigh_form(one: Statement) -> float:
    """Return how well a statement reads as a quote by itself, in (0, 1]."""
    length = one.end - one.start
    size = 0.7 if length < SHORT else 0.85 if length > LONG else 1.0
    return UNIT_WEIGHTS.get(one.unit, 0.7) * size


def choose_diverse(
    side: Side, members: Sequence[int], weights: Sequence[float], limit: int = QUOTES
) -> list[int]:
    """Return up to `limit` members, each with a point of its own, the heaviest first.

    A member too like a chosen one is passed over, be it by its words or its vector.
    """
    pool = list(members[:CANDIDATES])
    if len(pool) <= 1:
        return pool
    score = np.array([w * weigh_form(side.statements[n]) for n, w in zip(pool, weights, strict=False)])
    likeness = side.vectors[pool] @ side.vectors[pool].T
    words = [frozenset(side.statements[n].quote.casefold().split()) for n in pool]
    chosen: list[int] = []
    left = list(range(len(pool)))
    while left and len(chosen) < limit:
        near = likeness[:, chosen].max(axis=1) if chosen else np.zeros(len(pool))
        best = max(left, key=lambda at: (score[at] - SPREAD * max(float(near[at]), 0.0), -at))
        left.remove(best)
        if all(likeness[best, one] < SAME and _overlap(words[best], words[one]) < OVERLAP for one in chosen):
            chosen.append(best)
    return [pool[at] for at in chosen]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of common words in the shorter one."""
    return len(one & other) / max(min(len(one), len(other)), 1)


def _make_row(theme: str, row: Sequence[Bundle], nearest: Mapping[tuple[str, str], NearPassage]) -> ThemeRow:
    cells = {one.side.region: _make_cell(one, nearest.get((theme, one.side.region))) for one in row}
    return ThemeRow(theme=theme, cells=cells, why=_explain(row))


def _make_cell(bundle: Bundle, near: NearPassage | None) -> Cell:
    side = bundle.side
    if not side.readable:
        return Cell(status="unknown")
    if not bundle.members:
        return Cell(status="not_found", pages_read=side.pages_read, nearest=near)
    quoted = choose_diverse(side, bundle.members, bundle.weights)
    return Cell(
        status="found",
        count=len(bundle.members),
        per_1000_words=bundle.density,
        citations=tuple(cite(side, n) for n in quoted),
        pages_read=side.pages_read,
        weak=not bundle.held,
    )


def cite(side: Side, n: int):  # type: ignore[no-untyped-def]
    """Return the citation of a side's statement."""
    one = side.statements[n]
    return side.sources[one.document].cite_statement(one, side.place)


def _find_nearest(
    sides: Sequence[Side], table: Mapping[str, Sequence[Bundle]]
) -> dict[tuple[str, str], NearPassage]:
    """For themes that a side lacks: its statement nearest to what the others say of it."""
    found = {}
    centres = {theme: centre for theme, row in table.items() if (centre := _centre_of(row)) is not None}
    for at, side in enumerate(sides):
        themes = [theme for theme in centres if not table[theme][at].members]
        if not themes or not len(side.statements) or not side.readable:
            continue
        cosines = side.vectors @ np.stack([centres[theme] for theme in themes], axis=1)
        for column, theme in enumerate(themes):
            best = int(cosines[:, column].argmax())
            score = round(float(cosines[best, column]), 4)
            found[theme, side.region] = NearPassage(citation=cite(side, best), score=score)
    return found


def _centre_of(row: Sequence[Bundle]) -> np.ndarray | None:
    """The unit mean (d,) of all statements of a theme, None where nobody has any."""
    rows = [one.side.vectors[list(one.members)] for one in row if one.members]
    if not rows:
        return None
    mean = np.concatenate(rows).mean(axis=0)
    centre: np.ndarray = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre


def _list_themes(table: Mapping[str, Sequence[Bundle]]) -> dict[str, object]:
    """Shared, unique and missing themes; regions that could not be read say nothing for or against."""
    shared: list[tuple[float, str]] = []
    unique: dict[str, list[tuple[float, str]]] = {}
    missing: dict[str, list[tuple[float, str]]] = {}
    for theme, row in table.items():
        read = [one for one in row if one.side.readable]
        for one in row:
            unique.setdefault(one.side.region, [])
            missing.setdefault(one.side.region, [])
        if len(read) < 2:
            continue
        holders = [one for one in read if one.held]
        empty = [one for one in read if not one.members]
        if len(holders) == len(read):
            shared.append((-min(one.density for one in holders), theme))
        elif len(holders) == 1:
            unique[holders[0].side.region].append((-holders[0].density, theme))
        if len(holders) == len(read) - 1 and len(empty) == 1:
            missing[empty[0].side.region].append((-min(one.density for one in holders), theme))
    return {
        "shared": _names(shared),
        "unique": {region: _names(rows) for region, rows in unique.items()},
        "missing": {region: _names(rows) for region, rows in missing.items()},
    }


def _names(rows: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(theme for _, theme in sorted(rows))


def _explain(row: Sequence[Bundle]) -> str:
    """Say in words what the cells of a theme hold, densest region first."""
    read = [one for one in row if one.side.readable]
    held = sorted((one for one in read if one.members), key=lambda one: -one.density)
    if not held:
        pages = sum(one.side.pages_read for one in read)
        return f"Not found in {pages} pages read." if read else "Nothing could be read."
    return ". ".join(_sentences(held, read, row)) + "."


def _sentences(held: Sequence[Bundle], read: Sequence[Bundle], row: Sequence[Bundle]) -> Iterator[str]:
    yield "; ".join(
        f"{one.side.region} {len(one.members)} ({one.density:.2f} per 1,000 words)" for one in held
    )
    weak = [one.side.region for one in held if not one.held]
    if weak:
        yield f"In {_join(weak)} by one unsure sentence only"
    absent = [f"{one.side.region} ({one.side.pages_read} pages read)" for one in read if not one.members]
    if absent:
        yield f"Not found in {_join(absent)}"
    unread = [one.side.region for one in row if not one.side.readable]
    if unread:
        yield f"Unknown for {_join(unread)}: nothing readable"


def _join(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
