"""Sentences of the segments at hand: spans and language-neutral vectors, kept for the documents last used."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.reading import read_vectors
from service.neutral import Neutral
from service.shelf import Shelf

KEPT = 200_000
"""Sentences kept, 1.5 KB each: 300 MB, or 130 documents of 100 pages."""


@dataclass(frozen=True)
class Page:
    """A document's sentences: vectors float32 (n, d), `spans` int64 (n, 2) in characters of its text.

    `titles` (n,) is True for headings.
    """

    vectors: np.ndarray
    spans: np.ndarray
    titles: np.ndarray


class Sentences:
    """Sentences of a shelf's segments."""

    def __init__(self, shelf: Shelf, neutral: Neutral) -> None:
        self._shelf = shelf
        self._neutral = neutral
        self._kept: OrderedDict[int, Page] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    def spans(self, connection: Connection, row: int) -> np.ndarray:
        """Return start and end of each sentence of a segment, int64 (m, 2)."""
        return self._read(connection, int(self._shelf.owners[row])).spans[self._inside(row)]

    def titles(self, connection: Connection, row: int) -> np.ndarray:
        """Return which sentences of a segment are headings, bool (m,)."""
        return self._read(connection, int(self._shelf.owners[row])).titles[self._inside(row)]

    def cosines(self, connection: Connection, row: int, query: np.ndarray) -> np.ndarray:
        """Return the cosine of a query with each sentence of a segment, float32 (m,)."""
        vectors = self._read(connection, int(self._shelf.owners[row])).vectors[self._inside(row)]
        return np.asarray(self._neutral.passages(vectors) @ query, dtype=np.float32)

    def _inside(self, row: int) -> slice:
        return slice(int(self._shelf.firsts[row]), int(self._shelf.lasts[row]) + 1)

    def _read(self, connection: Connection, owner: int) -> Page:
        with self._lock:
            held = self._kept.get(owner)
            if held is not None:
                self._kept.move_to_end(owner)
                return held
        page = _read_page(connection, self._shelf.documents[owner])
        with self._lock:
            if owner not in self._kept:
                self._kept[owner] = page
                self._count += len(page.spans)
            while self._count > KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._count -= len(dropped.spans)
        return page


def _read_page(connection: Connection, document: str) -> Page:
    columns = schema.findings.c
    query = (
        sa.select(columns.start, columns.end, columns.unit)
        .where(columns.document == document)
        .order_by(columns.ordinal)
    )
    rows = connection.execute(query).all()
    spans = np.array([(row.start, row.end) for row in rows], dtype=np.int64).reshape(-1, 2)
    titles = np.array([row.unit == "heading" for row in rows], dtype=bool)
    return Page(read_vectors(connection, "sentences", document), spans, titles)
