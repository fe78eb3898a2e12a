"""Segments cut from their documents: from whole texts that are kept, or one by one where there are many."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Protocol

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.reading import Source, read_source
from corpus.wide import Wide
from service.passages import Excerpt, cut_excerpt
from service.shelf import Shelf

KEPT = 20_000
"""Section paths kept."""
_TOLD = sa.select(*(schema.documents.c[name] for name in ("id", "file", "title", "regions", "year", "type")))
_SECTION = sa.select(schema.sections.c.title, schema.sections.c.parent).where(
    schema.sections.c.document == sa.bindparam("document"),
    schema.sections.c.ordinal == sa.bindparam("section"),
)


class Texts(Protocol):
    """Cuts segments of a shelf."""

    def cut(self, connection: Connection, rows: np.ndarray) -> list[Excerpt]:
        """Return segments, in the order asked for."""
        ...


class WholeTexts:
    """Keeps every document's text once it was asked for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._kept: dict[str, Source] = {}

    def cut(self, connection: Connection, rows: np.ndarray) -> list[Excerpt]:
        """Return segments, in the order asked for."""
        return [cut_excerpt(self._shelf, self._find(connection, row), row) for row in rows.tolist()]

    def _find(self, connection: Connection, row: int) -> Source:
        document = self._shelf.documents[self._shelf.owners[row]]
        held = self._kept.get(document)
        if held is None:
            held = self._kept[document] = read_source(connection, document)
        return held


class Clip(Source):
    """A document of which only the characters from `first` on, a segment's pages and its path were read."""

    first: int
    trail: tuple[str, ...]

    def cut(self, start: int, end: int) -> str:
        """Return characters of the document's text; they must lie in the segment."""
        return self.text[start - self.first : end - self.first]

    def path(self, section: int | None) -> tuple[str, ...]:
        """Return the titles from the root down to the segment's section."""
        return self.trail if section is not None else ()


class PartTexts(WholeTexts):
    """Reads of each segment of an index only its own characters, pages and path."""

    def __init__(self, shelf: Shelf, wide: Wide) -> None:
        super().__init__(shelf)
        self._wide = wide
        self._told: list[dict[str, Any]] = []
        self._trails: OrderedDict[tuple[int, int], tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def cut(self, connection: Connection, rows: np.ndarray) -> list[Excerpt]:
        """Return segments, in the order asked for."""
        return [self._cut(connection, row) for row in rows.tolist()]

    def _cut(self, connection: Connection, row: int) -> Excerpt:
        shelf, place = self._shelf, self._wide.find(row)
        if place is None:
            return cut_excerpt(shelf, self._find(connection, row), row)
        owner, start, end = (int(one[row]) for one in (shelf.owners, shelf.starts, shelf.ends))
        text = place.index.read_text(place.row)
        source = Clip.model_construct(
            **self._tell(connection, owner),
            text=text,
            pages=place.index.read_pages(place.owner, start, end),
            sections=(),
            first=start,
            trail=self._trail(connection, owner, int(shelf.sections[row])),
        )
        return Excerpt(row, source, text, start)

    def _tell(self, connection: Connection, owner: int) -> dict[str, Any]:
        """Return what every citation of a document carries."""
        if not self._told:
            rows = {
                row.id: row._asdict() | {"regions": tuple(row.regions)} for row in connection.execute(_TOLD)
            }
            self._told = [rows[document] for document in self._shelf.documents]
        return self._told[owner]

    def _trail(self, connection: Connection, owner: int, section: int) -> tuple[str, ...]:
        """Return the titles from the root down to a section; the last are remembered."""
        if section < 0:
            return ()
        held = self._trails.get((owner, section))
        if held is None:
            values = {"document": self._shelf.documents[owner], "section": section}
            title, parent = connection.execute(_SECTION, values).one()
            above = self._trail(connection, owner, parent) if parent is not None else ()
            held = (*above, title)
            with self._lock:
                self._trails[owner, section] = held
                if len(self._trails) > KEPT:
                    self._trails.popitem(last=False)
        return held
