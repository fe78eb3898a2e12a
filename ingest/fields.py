"""Fields and boards: lists under labels, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.pieces import Piece
from ingest.rules import Area

Form = Literal["rows", "bars", "tops"]
"""Labels left of their lists, in bars over them, or as first lines of the fields themselves."""

EDGE_POINTS = 8.0
"""Edges of cells that belong together differ by so much at most."""
PAGE_STEP = 1_000
"""Numbers of fields that a page has for itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """A list under its label; `number` is one over pages, `groups` are built apart.

    The label is empty where a field goes on from the page before, or has none.
    """

    area: Area
    label: tuple[Piece, ...]
    groups: tuple[tuple[Piece, ...], ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The fields of one lattice in reading order, its title, and what else stands in it.

    `open` tells that it reaches the foot of its page, `nested` that its labels stand below a title.
    """

    area: Area
    form: Form
    fields: tuple[Field, ...]
    title: tuple[Piece, ...] = ()
    rest: tuple[Piece, ...] = ()
    open: bool = False
    nested: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """All lines of the board."""
        own = [p for field in self.fields for part in (field.label, *field.groups) for p in part]
        return [*self.title, *self.rest, *own]


def around(areas: Iterable[Area | Piece]) -> Area:
    """Return the rectangle around others, or around lines."""
    own = list(areas)
    return Area(
        min(each.x0 for each in own), min(each.y0 for each in own),
        max(each.x1 for each in own), max(each.y1 for each in own),
    )  # fmt: skip


def same_width(one: Area, other: Area) -> bool:
    """Tell whether two areas start and end at the same x."""
    return abs(one.x0 - other.x0) <= EDGE_POINTS and abs(one.x1 - other.x1) <= EDGE_POINTS


def is_abreast(fields: Sequence[Field]) -> bool:
    """Tell whether two fields or more stand side by side."""
    return any(
        one.area.x1 <= other.area.x0 + EDGE_POINTS
        and min(one.area.y1, other.area.y1) - max(one.area.y0, other.area.y0) > EDGE_POINTS
        for one in fields
        for other in fields
    )


def order_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return fields row by row."""
    rows: list[list[Field]] = []
    for field in sorted(fields, key=lambda each: each.area.y0):
        top = rows[-1][0].area if rows else None
        if top is not None and field.area.y0 < (top.y0 + top.y1) / 2:
            rows[-1].append(field)
        else:
            rows.append([field])
    return tuple(field for row in rows for field in sorted(row, key=lambda each: each.area.x0))
