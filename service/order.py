"""What is asked to be compared or exported, carried out: the same for the command line and HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from corpus.reading import read_findings
from models.errors import BadComparison, BadQuery
from models.finding import Comparison
from service.captions import write_captions
from service.choice import make_filter
from service.library import Library


@dataclass(frozen=True)
class Order:
    """What to look at. With `comparison` regions (or documents) are laid side by side, else findings are listed.

    `focus_area` narrows to an area; `include_parts` counts predecessors, successors and parts
    with a region, in comparisons only.
    """

    regions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    focus_area: str | None = None
    include_parts: bool = False
    comparison: bool = False

    def filters(self) -> dict[str, Any]:
        """Return what narrows the order, for a manifest."""
        given = {
            "regions": list(self.regions),
            "documents": list(self.documents),
            "kinds": list(self.kinds),
            "themes": list(self.themes),
            "focus_area": self.focus_area,
            "include_parts": self.include_parts,
        }
        return {key: value for key, value in given.items() if value}


def make_order(
    regions: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    **more: Any,
) -> Order:
    """Return an order from options, of which lists may be missing."""
    return Order(
        tuple(regions or ()), tuple(documents or ()), tuple(kinds or ()), tuple(themes or ()), **more
    )


def refuse_mixture(order: Order) -> None:
    """Refuse documents beside regions. Raises: BadComparison."""
    if order.documents and (order.regions or order.include_parts):
        raise BadComparison(
            "Documents are compared with documents, regions with regions; name one sort only.",
            subject=order.documents[0],
        )


def compare_ordered(library: Library, order: Order) -> Comparison:
    """Return the comparison that is asked for, of regions or of documents; one made lately is not made again.

    Raises: UnknownRegion, UnknownDocument, UnknownKind, UnknownTheme, BadComparison.
    """
    from service.compare import compare_documents, compare_regions

    refuse_mixture(order)
    compare: Callable[..., Comparison] = compare_documents
    if not order.documents:
        compare = partial(compare_regions, include_parts=order.include_parts)
    make = partial(
        compare,
        library.catalogue,
        library.taxonomy,
        order.documents or order.regions,
        kinds=order.kinds,
        themes=order.themes,
        focus_area=order.focus_area,
    )
    return library.comparisons.get((library.stamp(), order), make)


def write_order(
    library: Library,
    order: Order,
    path: Path | None,
    format: str | None = None,
    language: str | None = None,
) -> Path:
    """Write what is asked for to a new file and return where; the format is that of its ending unless given.

    A comparison without a path is named after what it compares, in the current folder; as a
    REFI-QDA project it holds the findings that it counts, and its picture has the words of `language`.

    Raises: OutputExists, BadQuery, and what comparing or choosing raises.
    """
    from service.export import (
        FORMATS,
        PROJECT,
        TOGETHER,
        choose_format,
        name_file,
        write_comparison,
        write_findings,
    )

    kind = choose_format(path, format, TOGETHER if order.comparison else (*FORMATS, PROJECT))
    if order.comparison and kind == PROJECT:
        from service.counted import list_counted

        found = list_counted(library, order)
        path = path or name_file((*order.regions, *order.documents), kind)
        return write_findings(found, library.catalogue, path, kind, order.filters())
    if order.comparison:
        comparison = compare_ordered(library, order)
        captions = write_captions(language, library.taxonomy) if language else None
        return write_comparison(comparison, library.catalogue, path, format, order.filters(), captions)
    if order.include_parts:
        raise BadQuery("Parts are included in comparisons only; add --comparison.", subject="include_parts")
    choice = make_filter(
        library,
        documents=order.documents,
        regions=order.regions,
        kinds=order.kinds,
        themes=order.themes,
        focus_areas=(order.focus_area,) if order.focus_area else (),
    )
    with library.catalogue.read() as connection:
        found = read_findings(connection, choice)
    path = path or name_file(("findings",), kind)
    return write_findings(found, library.catalogue, path, format, order.filters())
