"""The log of what people said of sentences: only ever added to, tied to letters and not to ids.

An entry accepts, rejects or changes the labels of one sentence, or undoes another entry.
It keeps what it needs to be read alone: who, when, the quote, old and new labels, and where
the sentence stood, so that it outlives the document's removal and every new reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.anchors import Anchor, fold_letters
from models.document import Frozen
from models.errors import UnknownReview
from models.verdict import Verdict


class Entry(Frozen):
    """One entry of the log. `page` is physical, from 1; `nth` counts equal sentences of the section from 0.

    `finding` and `document` are the ids of the day. `number` is 0 before it is stored.
    """

    number: int = 0
    at: str
    reviewer: str
    action: Literal["accept", "reject", "change", "undo"]
    undoes: int | None = None
    note: str = ""
    finding: str
    document: str
    content: str
    file: str
    key: str
    section: tuple[str, ...] = ()
    page: int
    nth: int = 0
    quote: str
    old: Verdict
    new: Verdict

    @property
    def anchor(self) -> Anchor:
        """Where the sentence stood."""
        return Anchor(self.key, tuple(map(fold_letters, self.section)), self.page, self.nth)


def add_entry(connection: Connection, entry: Entry) -> Entry:
    """Store an entry and return it with its number."""
    values = entry.model_dump(mode="json", exclude={"number"})
    number = connection.execute(sa.insert(schema.reviews).values(**values)).inserted_primary_key
    return entry.model_copy(update={"number": number[0] if number else 0})


def read_entry(connection: Connection, number: int) -> Entry:
    """Return an entry by its number. Raises: UnknownReview."""
    table = schema.reviews
    row = connection.execute(sa.select(table).where(table.c.number == number)).first()
    if row is None:
        last = connection.scalar(sa.select(sa.func.max(table.c.number)))
        nearest = [str(last)] if last else []
        raise UnknownReview(f"The log has no entry {number}.", subject=str(number), nearest=nearest)
    return _entry(row)


def read_entries(connection: Connection, numbers: Iterable[int]) -> dict[int, Entry]:
    """Return entries by their numbers."""
    table = schema.reviews
    wanted = sorted(numbers)
    found: dict[int, Entry] = {}
    for at in range(0, len(wanted), schema.AT_ONCE):
        query = sa.select(table).where(table.c.number.in_(wanted[at : at + schema.AT_ONCE]))
        found |= {row.number: _entry(row) for row in connection.execute(query)}
    return found


def read_log(
    connection: Connection,
    *,
    documents: Sequence[str] | None = None,
    reviewer: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Return entries, newest first; those about documents (ids or contents), by a person, below a number."""
    columns = schema.reviews.c
    query = sa.select(schema.reviews).order_by(columns.number.desc()).limit(limit)
    if documents is not None:
        query = query.where(sa.or_(columns.document.in_(documents), columns.content.in_(documents)))
    if reviewer is not None:
        query = query.where(columns.reviewer == reviewer)
    if before is not None:
        query = query.where(columns.number < before)
    return [_entry(row) for row in connection.execute(query)]


def read_about(connection: Connection, document: str) -> list[Entry]:
    """Return all entries about a stored document and the editions before it, oldest first."""
    table = schema.reviews
    if connection.scalar(sa.select(table.c.number).limit(1)) is None:
        return []
    origins = trace_back(connection, document)
    about = sa.or_(table.c.document.in_(origins), table.c.content.in_(origins))
    rows = connection.execute(sa.select(table).where(about).order_by(table.c.number))
    return [_entry(row) for row in rows]


def find_undone(connection: Connection) -> frozenset[int]:
    """Return the numbers of all entries that are undone, undone undoings not counted."""
    columns = schema.reviews.c
    query = sa.select(columns.number, columns.undoes).where(columns.undoes.is_not(None))
    undone: set[int] = set()
    for number, target in connection.execute(query.order_by(columns.number.desc())):
        if number not in undone:
            undone.add(target)
    return frozenset(undone)


def read_reviewers(connection: Connection) -> dict[str, int]:
    """Return who has reviewed and how many entries each made, undoing included, by name."""
    column = schema.reviews.c.reviewer
    query = sa.select(column, sa.func.count()).group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def link_succession(connection: Connection, old: str, new: str, new_content: str) -> None:
    """Remember that a document takes the place of a stored one."""
    columns = schema.documents.c
    content = connection.scalar(sa.select(columns.content).where(columns.id == old))
    table = schema.successions
    for pair in ((old, new), (content, new_content)):
        there = sa.and_(table.c.old == pair[0], table.c.new == pair[1])
        if (
            None not in pair
            and pair[0] != pair[1]
            and not connection.scalar(sa.select(sa.exists().where(there)))
        ):
            connection.execute(sa.insert(table).values(old=pair[0], new=pair[1]))


def trace_back(connection: Connection, document: str) -> frozenset[str]:
    """Return ids and contents of a stored document and of all editions before it."""
    columns, table = schema.documents.c, schema.successions.c
    content = connection.scalar(sa.select(columns.content).where(columns.id == document))
    return _follow(connection, {document} | ({content} if content else set()), table.new, table.old)


def trace_ahead(connection: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the documents held that a name (id or content) stands for or leads to, sorted."""
    table, columns = schema.successions.c, schema.documents.c
    reached = _follow(connection, set(names), table.old, table.new)
    held = sa.select(columns.id).where(sa.or_(columns.id.in_(reached), columns.content.in_(reached)))
    return tuple(connection.scalars(held.order_by(columns.id)))


def _follow(connection: Connection, names: set[str], start: Any, end: Any) -> frozenset[str]:
    reached, new = set(names), set(names)
    while new:
        new = set(connection.scalars(sa.select(end).where(start.in_(new)))) - reached
        reached |= new
    return frozenset(reached)


def _entry(row: Any) -> Entry:
    record = dict(row._mapping)
    return Entry.model_validate(record)
