"""Barriers and measures by theme: cells with counts, density and quotes; what is shared, unique, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from models.cues import Lexicon
from models.finding import Cell, Kind, NearPassage, ThemeComparison, ThemeRow
from service.quotes import choose_diverse, weigh_form, weigh_kind
from service.scope import Side

LATER_THEME = 0.7
"""What a statement weighs for a theme that is not its main one; at 0.6 one of the ten sample pairs lost a theme."""
SHARE = 0.01
"""Share of the weight of all statements of a kind that a theme needs: of hundreds, a few are of a wrong theme. Themes
of measures that Viken and Norrbotten share: F1 0.74 without, 0.78 with it; with 0.02 the samples' fall to 0.91 (0.97)."""
LABELLED = 1.0
"""Score of what a person labelled: one such statement makes a theme a region's."""
COMMON = "politics"
"""The theme of goals, priorities and decisions, of which every strategy speaks when it speaks of itself. Of 28 strategies
written for this it was claimed for 21 (barriers) and 24 (measures) regions, and told by the text of one each."""
COMMON_UNSAID, COMMON_LATER = 0.1, 0.3
"""What a statement weighs for COMMON of which no word speaks of it, or for which it is not the main theme. With these and
`Bar.common`, themes held by the 28: barriers F1 0.80 to 0.82, measures 0.81 to 0.83; shared by Viken and Norrbotten 0.86 to
0.92 and 0.78 as before; shared by three English 0.86 to 1.00 and 1.00; held by the samples 0.82 to 0.85 and 0.97. A
share of 0.05 for measures too gives 0.85, 0.71, 1.00, 0.94."""
FEW, LONG = 5, 2_000
"""Statements of a kind that are too few to tell what a text of so many words lacks: the samples, of 2,100 to
2,300 words, have 18 barriers and 32 measures or more."""
NO_WORD = 0.6
"""What a statement is worth as a quote of a theme of which none of its words speaks."""
USED = 0.5
"""What a quote is worth in a cell that another cell of the region shows already."""


@dataclass(frozen=True)
class Bar:
    """What makes a theme a region's own: the weight of one statement, or of all together.

    `unsaid` and `later_unsaid` are what a statement weighs of which no word speaks of its main theme, or of another,
    unless a person labelled it. `common` is the share of all statements' weight that the theme COMMON needs.
    """

    one: float
    all: float
    unsaid: float = 1.0
    later_unsaid: float = 1.0
    common: float = 0.0


BARS: Mapping[str, Bar] = {
    "barrier": Bar(one=0.45, all=0.7, unsaid=0.4, later_unsaid=0.3, common=0.05),
    "measure": Bar(one=0.6, all=0.6, common=0.03),
}  # fmt: skip
"""The classifier gives every barrier a theme, also "great challenges remain". Themes of barriers, with these and with the
bar of measures: shared by Viken and Norrbotten F1 0.86 and 0.71, held by three English strategies 0.83 and 0.86, held by
the samples 0.82 and 0.82. For measures the same rule gives 0.78 and 0.78, 0.95 and 0.95, 0.93 and 0.97. Of 100 settings
tried none was better for all three; all looked at them."""


class _Ranked(NamedTuple):
    """What a statement is worth as a quote of a theme, how far it speaks for it, and its index."""

    worth: float
    weight: float
    at: int


@dataclass(frozen=True)
class Bundle:
    """The statements of one kind and theme in one region: indexes of `Side.statements`, best quotes first.

    `weights` say how far they speak for the theme, `worth` how well they show it as quotes. `least` is what they
    must weigh together in a text of so many statements.
    """

    side: Side
    bar: Bar
    members: tuple[int, ...]
    weights: tuple[float, ...]
    worth: tuple[float, ...]
    least: float = 0.0

    @property
    def density(self) -> float:
        """Statements per 1,000 words read."""
        words = self.side.coverage.words
        return round(1000 * len(self.members) / words, 4) if words else 0.0

    @property
    def held(self) -> bool:
        """Whether the evidence is enough to say that the region has the theme."""
        total, most = sum(self.weights), max(self.weights, default=0.0)
        enough = most >= self.bar.one or total >= self.bar.all
        return enough and (total >= self.least or most >= LABELLED)


def compare_themes(
    sides: Sequence[Side],
    kind: Kind,
    themes: Sequence[str],
    cues: Lexicon,
    chosen: Sequence[frozenset[int]] | None = None,
) -> ThemeComparison:
    """Return a kind's `themes` across the sides, densest theme first.

    `cues` are the words of themes. `chosen` narrows each side to indexes of its statements,
    for one focus area.
    """
    table: dict[str, list[Bundle]] = {theme: [] for theme in themes}
    quotes = []
    for n, side in enumerate(sides):
        ranked = _rank(side, kind, cues)
        inside = chosen[n] if chosen is not None else None
        whole = _weigh_all(ranked, inside)
        for theme, row in table.items():
            least = whole * (BARS[kind].common if theme == COMMON else SHARE)
            row.append(_bundle(side, kind, ranked.get(theme, ()), inside, least))
        quotes.append(_choose_quotes(side, kind, cues, inside))
    nearest = _find_nearest(sides, table, cues)
    dense = {theme: sum(one.density for one in row) for theme, row in table.items()}
    rows = [
        _make_row(theme, table[theme], nearest, quotes)
        for theme in sorted(table, key=lambda theme: -dense[theme])
    ]
    return ThemeComparison(themes=tuple(rows), **_list_themes(table, kind))


def is_scant(side: Side, kind: str) -> bool:
    """Say whether so few statements of a kind were recognised in a text that it cannot be said to lack any."""
    return side.readable and side.coverage.words >= LONG and len(side.select(kind)) < FEW


def _rank(side: Side, kind: str, cues: Lexicon) -> dict[str, Sequence[_Ranked]]:
    return side.keep(("ranked", kind), partial(_rank_quotes, side, kind, cues), cues)


def _rank_quotes(side: Side, kind: str, cues: Lexicon) -> dict[str, Sequence[_Ranked]]:
    """The statements of a kind by theme, best quotes first."""
    found: dict[str, list[_Ranked]] = {}
    classes, bar = _find_classes(side, cues), BARS[kind]
    for n in side.select(kind):
        one, said = side.statements[n], classes[n]
        sure, form = weigh_kind(one, kind), weigh_form(one)
        for rank, theme in enumerate(one.themes):
            share = 1.0 if rank == 0 else LATER_THEME
            worth = sure * share * form * (1.0 if theme in said else NO_WORD)
            if one.score(kind) < LABELLED:
                share = _doubt(theme, rank, share, bar, said=theme in said)
            weight = one.score(kind) * share
            found.setdefault(theme, []).append(_Ranked(worth, weight, n))
    return {theme: sorted(rows, key=lambda row: (-row.worth, row.at)) for theme, rows in found.items()}


def _doubt(theme: str, rank: int, share: float, bar: Bar, *, said: bool) -> float:
    """What is left of a statement's share in its theme of that rank where nobody labelled it."""
    if theme == COMMON:
        return (COMMON_LATER if rank else share) if said else COMMON_UNSAID
    return share if said else share * (bar.later_unsaid if rank else bar.unsaid)


def _find_classes(side: Side, cues: Lexicon) -> tuple[frozenset[str], ...]:
    """The themes of which the words of each statement speak."""

    def make() -> tuple[frozenset[str], ...]:
        return tuple(cues.find_classes(one.quote, one.language) for one in side.statements)

    return side.keep("classes", make, cues)


def _weigh_all(ranked: Mapping[str, Sequence[_Ranked]], chosen: frozenset[int] | None) -> float:
    """The weight of all statements of a kind, of all themes."""
    rows = (one for some in ranked.values() for one in some)
    return sum(one.weight for one in rows if chosen is None or one.at in chosen)


def _bundle(
    side: Side, kind: str, ranked: Sequence[_Ranked], chosen: frozenset[int] | None, least: float = 0.0
) -> Bundle:
    held = [one for one in ranked if chosen is None or one.at in chosen]
    worth, weights, members = zip(*held, strict=True) if held else ((), (), ())
    return Bundle(side, BARS[kind], members, weights, worth, least)


def _make_row(
    theme: str,
    row: Sequence[Bundle],
    nearest: Mapping[tuple[str, str], NearPassage],
    quotes: Sequence[Mapping[str, Sequence[int]]],
) -> ThemeRow:
    cells = {
        one.side.region: _make_cell(one, nearest.get((theme, one.side.region)), own.get(theme, ()))
        for one, own in zip(row, quotes, strict=True)
    }
    return ThemeRow(theme=theme, cells=cells, why=_explain(row))


def _make_cell(bundle: Bundle, near: NearPassage | None, quoted: Sequence[int]) -> Cell:
    side = bundle.side
    if not side.readable:
        return Cell(status="unknown")
    if not bundle.members:
        return Cell(status="not_found", pages_read=side.pages_read, nearest=near)
    return Cell(
        status="found",
        count=len(bundle.members),
        per_1000_words=bundle.density,
        citations=tuple(side.cite(n) for n in quoted),
        pages_read=side.pages_read,
        weak=not bundle.held,
    )


def _choose_quotes(
    side: Side, kind: str, cues: Lexicon, inside: frozenset[int] | None
) -> Mapping[str, Sequence[int]]:
    """The quotes of each theme of a side, by index; the theme with most statements chooses first.

    They hang on nothing but the side: a cell shows the same whoever it is compared with.
    """

    def make() -> Mapping[str, Sequence[int]]:
        vectors, used = side.centre_alone(), Counter[int]()
        table = {theme: _bundle(side, kind, rows, inside) for theme, rows in _rank(side, kind, cues).items()}
        found = {}
        for theme in sorted(table, key=lambda theme: (-len(table[theme].members), theme)):
            found[theme] = choose_diverse(side, vectors, *_prefer_unused(table[theme], used))
            used.update(found[theme])
        return found

    return make() if inside is not None else side.keep(("quoted", kind), make, cues)


def _prefer_unused(bundle: Bundle, used: Mapping[int, int]) -> tuple[Sequence[int], Sequence[float]]:
    """A bundle's members, the best quotes first, and what each is worth where others are shown already."""
    if used.keys().isdisjoint(bundle.members):
        return bundle.members, bundle.worth
    pairs = zip(bundle.members, bundle.worth, strict=True)
    worth = {n: worth * USED ** used[n] if n in used else worth for n, worth in pairs}
    best = sorted(worth, key=lambda n: (-worth[n], n))
    return best, [worth[n] for n in best]


def _find_nearest(
    sides: Sequence[Side], table: Mapping[str, Sequence[Bundle]], cues: Lexicon
) -> dict[tuple[str, str], NearPassage]:
    """For themes that a side lacks: its statement nearest to what the others say of it.

    Those with a word of the theme come before those without.
    """
    found = {}
    lacked = [theme for theme, row in table.items() if not all(one.members for one in row)]
    centres = {theme: centre for theme in lacked if (centre := _centre_of(table[theme])) is not None}
    for at, side in enumerate(sides):
        themes = [theme for theme in centres if not table[theme][at].members]
        if not themes or not len(side.statements) or not side.readable:
            continue
        cosines = side.vectors @ np.stack([centres[theme] for theme in themes], axis=1)
        said = _find_classes(side, cues)
        for column, theme in enumerate(themes):
            spoken = np.array([theme in one for one in said])
            best = int((cosines[:, column] + 2.0 * spoken).argmax())
            score = round(float(cosines[best, column]), 4)
            found[theme, side.region] = NearPassage(citation=side.cite(best), score=score)
    return found


def _centre_of(row: Sequence[Bundle]) -> np.ndarray | None:
    """The unit mean (d,) of all statements of a theme, None where nobody has any."""
    rows = [one.side.vectors[list(one.members)] for one in row if one.members]
    if not rows:
        return None
    mean = np.concatenate(rows).mean(axis=0)
    centre: np.ndarray = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre


def _list_themes(table: Mapping[str, Sequence[Bundle]], kind: str) -> dict[str, object]:
    """Shared, unique and missing themes; regions that could not be read say nothing for or against.

    Nothing is said to be missing where hardly a statement of the kind was recognised.
    """
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
            if not is_scant(empty[0].side, kind):
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
        yield f"In {_join(weak)} by sentences that are unsure or hardly speak of it only"
    absent = [f"{one.side.region} ({one.side.pages_read} pages read)" for one in read if not one.members]
    if absent:
        yield f"Not found in {_join(absent)}"
    unread = [one.side.region for one in row if not one.side.readable]
    if unread:
        yield f"Unknown for {_join(unread)}: nothing readable"


def _join(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
