"""What a comparison counts: the labelled sentences of each side, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.area import Statement
from corpus.reading import Filter, read_findings
from models.finding import Citation, Finding
from models.taxonomy import check_kinds, check_themes
from service.compare import choose_area
from service.editions import open_documents
from service.library import Library
from service.order import Order, refuse_mixture
from service.scope import Side, open_sides


def list_counted(library: Library, order: Order) -> list[Finding]:
    """Return the findings that a comparison counts, of every kind unless it names some, by document and place.

    Raises: as `compare_ordered`.
    """
    sides = _open(library, order)
    counted = {one.id for _, said in _choose(library, order, sides) for one in said}
    documents = tuple(dict.fromkeys(one.id for side in sides for one in side.materials))
    with library.catalogue.read() as connection:
        found = read_findings(connection, Filter(documents=documents))
    return [one for one in found if one.id in counted]


def cite_cell(library: Library, order: Order, kind: str, theme: str, region: str) -> tuple[Citation, ...]:
    """Return a citation of every statement behind a cell, by document and place; `region` is the side's label.

    Raises: as `compare_ordered`.
    """
    narrowed = replace(order, kinds=(kind,), themes=(theme,))
    for side, said in _choose(library, narrowed, _open(library, order)):
        if side.region == region:
            return tuple(side.sources[one.document].cite_statement(one, side.place) for one in said)
    return ()


def _open(library: Library, order: Order) -> tuple[Side, ...]:
    refuse_mixture(order)
    if order.documents:
        return open_documents(library.catalogue, order.documents)
    parts = order.include_parts
    return open_sides(library.catalogue, library.taxonomy, order.regions, include_parts=parts)


def _choose(library: Library, order: Order, sides: Sequence[Side]) -> Iterator[tuple[Side, list[Statement]]]:
    """Give each side with those of its statements that the order's filters leave."""
    kinds = set(check_kinds(order.kinds))
    themes = set(check_themes(order.themes, library.taxonomy)) if order.themes else set()
    chosen = choose_area(sides, sides[0].centring, order.focus_area) if order.focus_area else None
    for at, side in enumerate(sides):
        inside = sorted(chosen[at]) if chosen is not None else range(len(side.statements))
        said = [side.statements[n] for n in inside]
        yield side, [one for one in said if _passes(one.labels, kinds) and _passes(one.themes, themes)]


def _passes(held: Sequence[str], wanted: set[str]) -> bool:
    return not wanted or not wanted.isdisjoint(held)
