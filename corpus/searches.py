"""Saved searches: what was asked, and which documents were held when it was last looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.reading import Filter
from models.document import Frozen


class Saved(Frozen):
    """A saved search; `words` may be empty, then its filter lists statements. Times are ISO 8601, UTC."""

    id: str
    name: str
    words: str
    filters: Filter
    saved_at: str
    looked_at: str


def read_searches(connection: Connection) -> list[Saved]:
    """Return the saved searches by name."""
    table = schema.searches
    return [_saved(row) for row in connection.execute(sa.select(table).order_by(table.c.name, table.c.id))]


def add_search(connection: Connection, saved: Saved) -> None:
    """Keep a search; the documents held now count as seen. Its id and name must be new."""
    values = saved.model_dump(mode="json") | {"seen": _held(connection)}
    connection.execute(sa.insert(schema.searches).values(**values))


def see_search(connection: Connection, identity: str, at: str) -> None:
    """Count the documents held now as seen."""
    table = schema.searches
    change = sa.update(table).where(table.c.id == identity)
    connection.execute(change.values(seen=_held(connection), looked_at=at))


def delete_search(connection: Connection, identity: str) -> None:
    """Forget a search."""
    connection.execute(sa.delete(schema.searches).where(schema.searches.c.id == identity))


def find_unseen(connection: Connection, identity: str) -> tuple[str, ...]:
    """Return the ids of the documents that came after the last look, sorted."""
    column = schema.searches.c.seen
    seen = connection.scalar(sa.select(column).where(schema.searches.c.id == identity)) or []
    return tuple(sorted(set(_held(connection)) - set(seen)))


def _held(connection: Connection) -> Sequence[str]:
    column = schema.documents.c.id
    return list(connection.scalars(sa.select(column).order_by(column)))


def _saved(row: Any) -> Saved:
    record = dict(row._mapping)
    del record["seen"]
    return Saved.model_validate(record)
