"""Hits and facets of the search page.

Facets are counted over the best hits for the words alone, each facet under what was picked
in the others, so a count says how many hits a tick would leave.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.reading import Filter
from corpus.tally import Stated, Tally, read_part, read_stated, read_types, tally_findings
from models.finding import Finding, Hit
from service.asked import FACETS, MOST, Asked
from service.library import Library

MOST_AREAS = 40
"""Focus areas counted, those with most first: documents have about ten each, and nobody reads hundreds."""
KEPT = 128
"""Documents whose labelled sentences are kept in memory: about 0.2 MB each."""


@dataclass(frozen=True)
class Value:
    """A line of a facet."""

    name: str
    count: int
    picked: bool


@dataclass(frozen=True)
class Found:
    """What the search page shows. `total` counts all findings that pass where no words were asked."""

    hits: tuple[Hit, ...] = ()
    findings: tuple[Finding, ...] = ()
    answered: bool = True
    total: int = 0
    facets: Mapping[str, tuple[Value, ...]] | None = None
    years: Mapping[int, int] | None = None


class Memory:
    """Counts and labelled sentences kept for one generation of the catalogue."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._generation = -1
        self._tally: Tally | None = None
        self._stated: OrderedDict[str, dict[str, Stated]] = OrderedDict()

    def tally(self) -> Tally:
        """Return the counts of the whole catalogue."""
        with self._lock:
            self._turn()
            if self._tally is None:
                with self._library.catalogue.read() as connection:
                    self._tally = tally_findings(connection)
            return self._tally

    def stated(self, document: str) -> dict[str, Stated]:
        """Return the labelled sentences of a document by their words."""
        with self._lock:
            self._turn()
            if document not in self._stated:
                with self._library.catalogue.read() as connection:
                    self._stated[document] = read_stated(connection, document)
                while len(self._stated) > KEPT:
                    self._stated.popitem(last=False)
            self._stated.move_to_end(document)
            return self._stated[document]

    def _turn(self) -> None:
        generation = self._library.catalogue.generation
        if generation != self._generation:
            self._generation, self._tally = generation, None
            self._stated.clear()


def find(library: Library, memory: Memory, asked: Asked) -> Found:
    """Return hits for words, or the findings that pass where there are none.

    Raises: the errors of unknown names and of queries without a word.
    """
    choice = asked.choose(library)
    if asked.words:
        return _search(library, memory, asked, choice)
    tally = memory.tally()
    facets = {facet: _lines(getattr(tally, facet), asked.picked[facet]) for facet in FACETS}
    facets["focus_area"] = _cut_areas(facets["focus_area"])
    if not asked.narrowed:
        return Found(facets=facets, years=tally.year, total=tally.findings)
    with library.catalogue.read() as connection:
        total, findings = read_part(connection, choice, asked.shown)
    return Found(findings=tuple(findings), total=total, facets=facets, years=tally.year)


def _search(library: Library, memory: Memory, asked: Asked, choice: Filter) -> Found:
    wide = library.searcher.search(asked.words, Filter(), limit=MOST)
    answer = library.searcher.search(asked.words, choice, limit=MOST) if not choice.empty else wide
    facets, years = count_facets(library, memory, wide.hits, asked)
    return Found(answer.hits[: asked.shown], (), answer.answered, len(answer.hits), facets, years)


def count_facets(
    library: Library, memory: Memory, hits: Sequence[Hit], asked: Asked
) -> tuple[dict[str, tuple[Value, ...]], dict[int, int]]:
    """Return the lines of each facet, most hits first, and hits by year."""
    documents = sorted({hit.document for hit in hits})
    with library.catalogue.read() as connection:
        types = read_types(connection, documents)
    stated = {one: memory.stated(one) for one in documents}
    rows = [(hit.year, _values(hit, types, stated[hit.document].get(hit.quote))) for hit in hits]
    lines = {}
    for facet in FACETS:
        others = {name: picked for name, picked in asked.picked.items() if name != facet and picked}
        passing = [row for year, row in rows if _passes(row, others) and _in_years(year, asked)]
        counts = Counter(value for row in passing for value in row[facet])
        lines[facet] = _lines(counts, asked.picked[facet])
    lines["focus_area"] = _cut_areas(lines["focus_area"])
    years = Counter(year for year, row in rows if year is not None and _passes(row, asked.picked))
    return lines, dict(sorted(years.items()))


def _values(hit: Hit, types: Mapping[str, str], stated: Stated | None) -> dict[str, Sequence[str]]:
    kind = types.get(hit.document)
    return {
        "region": [hit.region] if hit.region else [],
        "language": [hit.language],
        "kind": hit.labels,
        "theme": stated.themes if stated else (),
        "focus_area": [stated.focus_area] if stated and stated.focus_area else [],
        "type": [kind] if kind else [],
    }


def _passes(row: Mapping[str, Sequence[str]], picked: Mapping[str, Sequence[str]]) -> bool:
    return all(not values or set(values) & set(row[facet]) for facet, values in picked.items())


def _in_years(year: int | None, asked: Asked) -> bool:
    if asked.year_from is None and asked.year_to is None:
        return True
    low, high = asked.year_from or 0, asked.year_to or 9999
    return year is not None and low <= year <= high


def _lines(counts: Mapping[Any, int], picked: Sequence[str]) -> tuple[Value, ...]:
    names = sorted({*counts, *picked}, key=lambda name: (-counts.get(name, 0), name))
    return tuple(Value(name, counts.get(name, 0), name in picked) for name in names)


def _cut_areas(lines: Sequence[Value]) -> tuple[Value, ...]:
    return tuple(one for at, one in enumerate(lines) if at < MOST_AREAS or one.picked)
