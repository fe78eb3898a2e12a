"""What a reader asks of the comparison page: the sides, what narrows them, how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from models.finding import COMPARED
from service.heat import SHOWS, Show
from service.order import Order, make_order

LONGEST = 200
"""Characters of a focus area's name that are looked at."""


@dataclass(frozen=True)
class Wanted:
    """The parameters of the comparison page. Regions or `documents` are compared, never both.

    `cell` is a place in a matrix ("barrier:skills:Region"), `whole` shows all its quotes, `linked`
    all barriers with their measures.
    """

    regions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    by_document: bool = False
    kinds: tuple[str, ...] = ()
    area: str = ""
    parts: bool = False
    show: Show = "density"
    turned: bool = False
    every: bool = False
    cell: str = ""
    whole: bool = False
    linked: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """What was picked to be compared."""
        return self.documents if self.by_document else self.regions

    def order(self) -> Order:
        """Return what is asked to be compared."""
        return make_order(
            () if self.by_document else self.regions,
            self.documents if self.by_document else (),
            self.kinds,
            focus_area=self.area or None,
            include_parts=self.parts and not self.by_document,
            comparison=True,
        )

    def query(self) -> str:
        """Return the parameters that export the same comparison, all but the format."""
        order = self.order()
        pairs = [("region", one) for one in order.regions] + [("document", one) for one in order.documents]
        pairs += [("kind", one) for one in order.kinds]
        pairs += [("focus_area", order.focus_area)] if order.focus_area else []
        pairs += [("include_parts", "true")] if order.include_parts else []
        return urlencode(pairs)


def read_wanted(request: Request) -> Wanted:
    """Return what a request asks; what is none of the page's words is as if not sent."""
    params = request.query_params

    def several(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for one in params.getlist(name) if one))

    show = params.get("show", "")
    return Wanted(
        regions=several("region"),
        documents=several("document"),
        by_document=params.get("by") == "document" or bool(several("document")),
        kinds=tuple(kind for kind in COMPARED if kind in params.getlist("kind")),
        area=params.get("focus_area", "").strip()[:LONGEST],
        parts=params.get("parts") == "1",
        show=next((one for one in SHOWS if one == show), "density"),
        turned=params.get("turned") == "1",
        every=params.get("every") == "1",
        cell=params.get("cell", ""),
        whole=params.get("whole") == "1",
        linked=params.get("links") == "all",
    )


def list_editions(
    documents: Sequence[Mapping[str, Any]],
) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Return by region its oldest and newest document, where it has two of different years."""
    held: dict[str, list[Mapping[str, Any]]] = {}
    for one in documents:
        if one["year"] and one["regions"]:
            held.setdefault(one["regions"][0], []).append(one)
    found = []
    for region, rows in sorted(held.items()):
        rows = sorted(rows, key=lambda one: (one["year"], one["id"]))
        if rows[0]["year"] != rows[-1]["year"]:
            found.append((region, rows[0], rows[-1]))
    return found
