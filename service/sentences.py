"""Sentences of the segments at hand: spans and language-neutral vectors, kept for the documents last used."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
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
class Texts:
    """A document's sentences: language-neutral vectors float32 (n, d), `spans` int64 (n, 2) in characters.

    `titles` (n,) is True for headings.
    """

    vectors: np.ndarray
    spans: np.ndarray
    titles: np.ndarray


@dataclass(frozen=True)
class Page(Texts):
    """Sentences with what they state: `kinds` (n,) holds bit k for KINDS[k]."""

    kinds: np.ndarray


@dataclass
class _Store:
    """The texts kept, by document, the last used last, and how many sentences they hold."""

    kept: OrderedDict[int, Texts] = field(default_factory=OrderedDict)
    count: int = 0
    lock: Lock = field(default_factory=Lock)


class Sentences:
    """Sentences of a shelf's segments, in one state of the catalogue."""

    def __init__(self, shelf: Shelf, neutral: Neutral, store: _Store | None = None) -> None:
        self._shelf = shelf
        self._neutral = neutral
        self._store = store or _Store()
        self._kinds: dict[int, np.ndarray] = {}

    def renew(self) -> Sentences:
        """Return the same sentences, for a catalogue in which what they state has changed and no text."""
        return Sentences(self._shelf, self._neutral, self._store)

    def of(self, connection: Connection, row: int) -> Page:
        """Return the sentences of a segment."""
        owner, inside = int(self._shelf.owners[row]), self._inside(row)
        page, kinds = self._read(connection, owner), self._read_kinds(connection, owner)
        return Page(page.vectors[inside], page.spans[inside], page.titles[inside], kinds[inside])

    def read(self, connection: Connection, rows: np.ndarray) -> list[Page]:
        """Return the sentences of segments."""
        return [self.of(connection, row) for row in rows.tolist()]

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
            if self._store.count >= KEPT:
                return
            self._read(connection, owner)
            self._read_kinds(connection, owner)

    def _inside(self, row: int) -> slice:
        return slice(int(self._shelf.firsts[row]), int(self._shelf.lasts[row]) + 1)

    def _read_kinds(self, connection: Connection, owner: int) -> np.ndarray:
        if owner not in self._kinds:
            count = len(self._read(connection, owner).spans)
            self._kinds[owner] = _read_kinds(connection, self._shelf.documents[owner], count)
        return self._kinds[owner]

    def _read(self, connection: Connection, owner: int) -> Texts:
        store = self._store
        with store.lock:
            held = store.kept.get(owner)
            if held is not None:
                store.kept.move_to_end(owner)
                return held
        page = _read_page(connection, self._shelf.documents[owner], self._neutral)
        with store.lock:
            if owner not in store.kept:
                store.kept[owner] = page
                store.count += len(page.spans)
            while store.count > KEPT and len(store.kept) > 1:
                _, dropped = store.kept.popitem(last=False)
                store.count -= len(dropped.spans)
        return page


def _read_page(connection: Connection, document: str, neutral: Neutral) -> Texts:
    columns = schema.findings.c
    query = (
        sa.select(columns.start, columns.end, columns.unit)
        .where(columns.document == document)
        .order_by(columns.ordinal)
    )
    rows = connection.execute(query).all()
    spans = np.array([(row.start, row.end) for row in rows], dtype=np.int64).reshape(-1, 2)
    titles = np.array([row.unit == "heading" for row in rows], dtype=bool)
    return Texts(neutral.passages(read_vectors(connection, "sentences", document)), spans, titles)


def _read_kinds(connection: Connection, document: str, count: int) -> np.ndarray:
    labels = schema.finding_labels.c
    kinds = np.zeros(count, dtype=np.uint8)
    query = sa.select(labels.ordinal, labels.kind).where(labels.document == document)
    for ordinal, kind in connection.execute(query):
        kinds[ordinal] |= 1 << KINDS.index(kind)
    return kinds
