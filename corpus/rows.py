"""The catalogue's segments as numbers, a row each, in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from models.document import LANGUAGES

CODES = {language: code for code, language in enumerate(LANGUAGES)}
COLUMNS = ("id", "owner", "ordinal", "start", "end", "first", "last", "section", "language", "noise")
"""Of a row: `owner` numbers its document, `section` is -1 where there is none, `language` of `CODES`."""


@dataclass(frozen=True)
class Held:
    """Which segments a document has now: first and last id, and how many."""

    first: int
    last: int
    count: int


def read_held(connection: Connection) -> dict[str, Held]:
    """Return what is held of each document that has segments, in order of the first segment's id.

    Ids rise with the ordinal, so the ends are looked up: to group 250,000 segments took 0.14 s after each change.
    """
    documents, segments = schema.documents.c, schema.segments.c
    ends = sa.select(segments.id).where(segments.document == documents.id).limit(1)
    first = ends.order_by(segments.ordinal).scalar_subquery()
    last = ends.order_by(segments.ordinal.desc()).scalar_subquery()
    found = connection.execute(sa.select(documents.id, first, last, documents.segment_count)).all()
    rows = sorted((row for row in found if row[1] is not None), key=lambda row: row[1])
    return {document: Held(first, last, count) for document, first, last, count in rows}


def read_numbers(
    connection: Connection, owners: Mapping[str, int], *, alone: str | None = None
) -> np.ndarray:
    """Return the segments of all documents, or of one, in order of id, int64 (n, COLUMNS)."""
    table = schema.segments
    query = sa.select(
        table.c.id, table.c.document, table.c.ordinal, table.c.start, table.c.end,
        table.c.first, table.c.last, table.c.section, table.c.language, table.c.noise,
    ).order_by(table.c.id)  # fmt: skip
    if alone is not None:
        query = query.where(table.c.document == alone)
    rows = [
        (
            row.id, owners[row.document], row.ordinal, row.start, row.end, row.first, row.last,
            -1 if row.section is None else row.section, CODES.get(row.language, CODES["other"]),
            row.noise != "",
        )
        for row in connection.execute(query).all()
    ]  # fmt: skip
    return np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
