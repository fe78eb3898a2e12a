"""The full-text index: SQLite FTS5 in the catalogue's own file and transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection


class Row(NamedTuple):
    """A segment to index: its row id, text, section path and language."""

    id: int
    text: str
    path: tuple[str, ...]
    language: str


def prepare(connection: Connection) -> None:
    """Make the index if it is not there."""
    connection.exec_driver_sql(
        'CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(words, tokenize="unicode61 remove_diacritics 0")'
    )


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Index segments."""
    if rows:
        connection.execute(
            sa.text("INSERT INTO lexical(rowid, words) VALUES (:id, :words)"),
            [{"id": row.id, "words": " ".join((*row.path, row.text))} for row in rows],
        )


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Take segments out of the index."""
    if ids:
        connection.execute(sa.text("DELETE FROM lexical WHERE rowid = :id"), [{"id": one} for one in ids])
