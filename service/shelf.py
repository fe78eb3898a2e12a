"""What search keeps in memory of a catalogue: a row per segment, and its documents.

Made anew when the catalogue's texts change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.reading import Filter, document_conditions, iterate_vectors
from corpus.rows import CODES, read_numbers


@dataclass(frozen=True)
class Shelf:
    """All segments in order of id; arrays are aligned.

    `ids` int64 ascending, `owners` index `documents`, `languages` hold `CODES`, `noise` is
    True for contents and references, `lengths` are characters, `vectors` unit float32 (n, d).
    """

    texts: int
    documents: tuple[str, ...]
    ids: np.ndarray
    owners: np.ndarray
    ordinals: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    firsts: np.ndarray
    lasts: np.ndarray
    sections: np.ndarray
    languages: np.ndarray
    noise: np.ndarray
    vectors: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Characters of each segment."""
        return self.ends - self.starts

    def find_rows(self, ids: np.ndarray) -> np.ndarray:
        """Return the rows of segment ids, those not on the shelf left out."""
        at = np.searchsorted(self.ids, ids)
        at = np.minimum(at, max(len(self.ids) - 1, 0))
        return at[self.ids[at] == ids] if len(self.ids) else at[:0]


def load_shelf(connection: Connection, texts: int, dimension: int) -> Shelf:
    """Read the segments and their vectors."""
    column = schema.segments.c.document
    documents = tuple(connection.scalars(sa.select(column).distinct().order_by(column)))
    owner = {document: n for n, document in enumerate(documents)}
    numbers = read_numbers(connection, owner)
    return arrange_shelf(texts, documents, numbers, _stack_vectors(connection, owner, numbers, dimension))


def arrange_shelf(texts: int, documents: tuple[str, ...], numbers: np.ndarray, vectors: np.ndarray) -> Shelf:
    """Return the shelf of segments whose `numbers` (n, 10) are those of `corpus.rows.read_numbers`."""
    columns = np.ascontiguousarray(numbers.T)
    return Shelf(
        texts=texts,
        documents=documents,
        ids=columns[0],
        owners=columns[1],
        ordinals=columns[2],
        starts=columns[3],
        ends=columns[4],
        firsts=columns[5],
        lasts=columns[6],
        sections=columns[7],
        languages=columns[8],
        noise=columns[9].astype(bool),
        vectors=vectors,
    )


def _stack_vectors(
    connection: Connection, owner: dict[str, int], numbers: np.ndarray, dimension: int
) -> np.ndarray:
    """Return the segments' vectors in order of the segments' ids."""
    vectors = np.zeros((len(numbers), dimension), dtype=np.float32)
    for document, rows in iterate_vectors(connection, "segments"):
        if document in owner and len(rows):
            at = np.flatnonzero(numbers[:, 1] == owner[document])
            vectors[at] = rows[numbers[at, 2]]
    return vectors


def read_mask(connection: Connection, shelf: Shelf, choice: Filter) -> np.ndarray:
    """Return which segments pass a filter by their document and language, bool (n,)."""
    mask = np.ones(len(shelf.ids), dtype=bool)
    conditions = document_conditions(choice)
    if conditions:
        passing = set(connection.scalars(sa.select(schema.documents.c.id).where(*conditions)))
        mask &= np.array([one in passing for one in shelf.documents], dtype=bool)[shelf.owners]
    if choice.languages:
        mask &= np.isin(shelf.languages, [CODES[one] for one in choice.languages if one in CODES])
    return mask


def hold_findings(connection: Connection, shelf: Shelf, choice: Filter) -> np.ndarray:
    """Return which segments have a finding of the kind, theme and focus area; each is asked for by itself.

    A search by kind among 36,750 segments took 200 ms while they were joined in one query, 50 ms since.
    """
    table, labels, themes = schema.findings.c, schema.finding_labels.c, schema.finding_themes.c
    asked = (
        (labels.document, labels.ordinal, labels.kind, choice.kinds),
        (themes.document, themes.ordinal, themes.theme, choice.themes),
        (table.document, table.ordinal, table.focus_area, choice.focus_areas),
    )
    numbers = {document: number for number, document in enumerate(shelf.documents)}
    held: set[tuple[str, int]] | None = None
    for document, ordinal, column, wanted in asked:
        if wanted:
            rows = connection.execute(sa.select(document, ordinal).where(column.in_(wanted)))
            found = {(one, number) for one, number in rows}
            held = found if held is None else held & found
    span = int(shelf.lasts.max(initial=0)) + 1
    inside = ((numbers[one], at) for one, at in held or () if one in numbers and at < span)
    places = np.sort(np.array([number * span + at for number, at in inside], dtype=np.int64))
    firsts = np.searchsorted(places, shelf.owners * span + shelf.firsts, side="left")
    return np.asarray(np.searchsorted(places, shelf.owners * span + shelf.lasts, side="right") > firsts)
