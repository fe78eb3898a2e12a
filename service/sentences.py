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
from models.finding import KINDS
from service.neutral import Neutral
from service.shelf import Shelf

KEPT = 200_000
"""Sentences kept, 1.5 KB each: 300 MB, or 130 documents of 100 pages."""


@dataclass(frozen=True)
class Page:
    """A document's sentences: language-neutral vectors float32 (n, d), `spans` int64 (n, 2) in characters.

    `titles` (n,) is True for headings; `kinds` (n,) holds bit k for KINDS[k].
    """

    vectors: np.ndarray
    spans: np.ndarray
    titles: np.ndarray
    kinds: np.ndarray


class Sentences:
    """Sentences of a shelf's segments."""

    def __init__(self, shelf: Shelf, neutral: Neutral) -> None:
        self._shelf = shelf
        self._neutral = neutral
        self._kept: OrderedDict[int, Page] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    def of(self, connection: Connection, row: int) -> Page:
        """Return the sentences of a segment."""
        page, inside = self._read(connection, int(self._shelf.owners[row])), self._inside(row)
        return Page(page.vectors[inside], page.spans[inside], page.titles[inside], page.kinds[inside])

    def cosines(self, connection: Connection, rows: np.ndarray, query: np.ndarray) -> list[np.ndarray]:
        """Return the cosines of a query with the sentences of each segment, float32 (m,) each."""
        if not len(rows):
            return []
        owners = self._shelf.owners[rows].tolist()
        pages = {owner: self._read(connection, owner) for owner in set(owners)}
        parts = [pages[owner].vectors[self._inside(row)] for owner, row in zip(owners, rows, strict=True)]
        cosines = np.concatenate(parts) @ query
        return np.split(cosines, np.cumsum([len(one) for one in parts])[:-1])

    def around(self, connection: Connection, row: int, query: np.ndarray) -> np.ndarray:
        """Return the cosines of a query with all sentences of a segment's document, headings apart."""
        page = self._read(connection, int(self._shelf.owners[row]))
        cosines: np.ndarray = (page.vectors @ query)[~page.titles]
        return cosines

    def fill(self, connection: Connection) -> None:
        """Read the sentences of all documents, as many as are kept."""
        for owner in range(len(self._shelf.documents)):
            if self._count >= KEPT:
                return
            self._read(connection, owner)

    def _inside(self, row: int) -> slice:
        return slice(int(self._shelf.firsts[row]), int(self._shelf.lasts[row]) + 1)

    def _read(self, connection: Connection, owner: int) -> Page:
        with self._lock:
            held = self._kept.get(owner)
            if held is not None:
                self._kept.move_to_end(owner)
                return held
        page = _read_page(connection, self._shelf.documents[owner], self._neutral)
        with self._lock:
            if owner not in self._kept:
                self._kept[owner] = page
                self._count += len(page.spans)
            while self._count > KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._count -= len(dropped.spans)
        return page


def _read_page(connection: Connection, document: str, neutral: Neutral) -> Page:
    columns, labels = schema.findings.c, schema.finding_labels.c
    query = (
        sa.select(columns.start, columns.end, columns.unit)
        .where(columns.document == document)
        .order_by(columns.ordinal)
    )
    rows = connection.execute(query).all()
    spans = np.array([(row.start, row.end) for row in rows], dtype=np.int64).reshape(-1, 2)
    titles = np.array([row.unit == "heading" for row in rows], dtype=bool)
    kinds = np.zeros(len(rows), dtype=np.uint8)
    for ordinal, kind in connection.execute(
        sa.select(labels.ordinal, labels.kind).where(labels.document == document)
    ):
        kinds[ordinal] |= 1 << KINDS.index(kind)
    return Page(neutral.passages(read_vectors(connection, "sentences", document)), spans, titles, kinds)
