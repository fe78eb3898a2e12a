"""Sentences and words' bits of a large catalogue: of its index by row, of newer documents as elsewhere."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.codes import widen
from corpus.wide import Wide
from models.finding import KINDS
from service.closeness import Closeness
from service.neutral import Neutral
from service.sentences import Page, Sentences
from service.shelf import Shelf, arrange_shelf

_LABELS = schema.finding_labels.c
_KINDS = sa.select(_LABELS.ordinal, _LABELS.kind).where(
    _LABELS.document == sa.bindparam("document"),
    _LABELS.ordinal.between(sa.bindparam("first"), sa.bindparam("last")),
)


def make_shelf(wide: Wide, texts: int) -> Shelf:
    """Return the shelf of a large catalogue; its vectors stay where they are."""
    return arrange_shelf(texts, wide.documents, wide.numbers, np.zeros((0, 0), dtype=np.float32))


class WideSentences(Sentences):
    """Sentences read segment by segment, nothing kept but those of newer documents."""

    def __init__(self, shelf: Shelf, neutral: Neutral, wide: Wide) -> None:
        super().__init__(shelf, neutral)
        self._wide = wide

    def renew(self) -> Sentences:
        """Return the same sentences, for a catalogue in which what they state has changed and no text."""
        return WideSentences(self._shelf, self._neutral, self._wide)

    def of(self, connection: Connection, row: int) -> Page:
        """Return the sentences of a segment."""
        place, inside = self._wide.find(row), self._inside(row)
        if place is None:
            return super().of(connection, row)
        count = inside.stop - inside.start
        spans, titles = place.index.read_spans(place.owner, inside.start, count)
        vectors = widen(place.index.read_sentences(place.owner, inside.start, count))
        return Page(vectors, spans, titles, self._read_kinds_of(connection, row, inside))

    def cosines(self, connection: Connection, rows: np.ndarray, query: np.ndarray) -> list[np.ndarray]:
        """Return the cosines of a query with the sentences of each segment, float32 (m,) each."""
        if not len(rows):
            return []
        parts = []
        for row in rows.tolist():
            place, inside = self._wide.find(row), self._inside(row)
            if place is None:
                page = self._read(connection, int(self._shelf.owners[row]))
                parts.append(page.vectors[inside].astype(np.float16))
            else:
                count = inside.stop - inside.start
                parts.append(place.index.read_sentences(place.owner, inside.start, count))
        cosines = widen(np.concatenate(parts)) @ query
        return np.split(cosines, np.cumsum([len(one) for one in parts])[:-1])

    def around(self, connection: Connection, row: int, query: np.ndarray) -> np.ndarray:
        """Return the cosines of a query with all sentences of a segment's document, headings apart."""
        place = self._wide.find(row)
        if place is None:
            return super().around(connection, row, query)
        count = place.index.count_sentences(place.owner)
        titles = place.index.read_spans(place.owner, 0, count)[1]
        cosines: np.ndarray = (widen(place.index.read_sentences(place.owner, 0, count)) @ query)[~titles]
        return cosines

    def fill(self, connection: Connection) -> None:
        """Leave the sentences where they are."""

    def _read_kinds_of(self, connection: Connection, row: int, inside: slice) -> np.ndarray:
        values = {
            "document": self._shelf.documents[self._shelf.owners[row]],
            "first": inside.start,
            "last": inside.stop - 1,
        }
        kinds = np.zeros(inside.stop - inside.start, dtype=np.uint8)
        for ordinal, kind in connection.execute(_KINDS, values):
            kinds[ordinal - inside.start] |= 1 << KINDS.index(kind)
        return kinds


class WideCloseness(Closeness):
    """Words' bits read segment by segment."""

    def __init__(self, shelf: Shelf, wide: Wide) -> None:
        super().__init__(shelf)
        self._wide = wide

    def fill(self, connection: Connection) -> None:
        """Leave the words where they are."""

    def _words(self, connection: Connection, row: int) -> np.ndarray:
        place = self._wide.find(row)
        return super()._words(connection, row) if place is None else place.index.read_signs(place.row)
