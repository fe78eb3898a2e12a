"""What waits for a person: sentences nobody has judged, or that one person judged and another has not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.overlay import machine_says
from corpus.reading import Filter, Source, has_label, make_finding, narrow, read_source
from models.document import Frozen
from models.finding import Finding


class Waiting(Frozen):
    """A sentence to be judged, and the ones beside it in its section ("" at an edge).

    `doubt` in [0, 1] is the classifier's. `last` is the number of the newest entry about the
    sentence, 0 if there is none.
    """

    finding: Finding
    doubt: float
    before: str = ""
    after: str = ""
    last: int = 0


def read_queue(
    connection: Connection,
    choice: Filter,
    *,
    reviewer: str | None = None,
    second: bool = False,
    limit: int = 10,
    first: int = 0,
) -> tuple[int, list[Waiting]]:
    """Return how many sentences wait, and `limit` of them from `first` (from 0), most doubtful first.

    With `second`, those that others have judged and `reviewer` has not, with the labels that
    the classifier gave: who judges them does not see what the others said.
    """
    table, documents = schema.findings, schema.documents
    query = sa.select(table).join(documents, documents.c.id == table.c.document)
    query = narrow(query, choice).where(_waits(reviewer, second))
    if choice.kinds:
        query = query.where(has_label(choice.kinds))
    total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    order = (
        sa.func.coalesce(table.c.doubt, 0.0).desc(),
        documents.c.title,
        table.c.document,
        table.c.ordinal,
    )
    rows = connection.execute(query.order_by(*order).limit(limit).offset(first)).all()
    sources: dict[str, Source] = {}
    return total, [_await(connection, row, sources, blind=second) for row in rows]


def read_waiting(connection: Connection, finding: str, *, blind: bool = False) -> Waiting | None:
    """Return one sentence by its id, as the queue gives it; with `blind`, as the classifier had it."""
    table = schema.findings
    row = connection.execute(sa.select(table).where(table.c.id == finding)).first()
    return None if row is None else _await(connection, row, {}, blind=blind)


def _waits(reviewer: str | None, second: bool) -> sa.ColumnElement[bool]:
    table, decided = schema.findings.c, schema.decisions.c
    about = sa.exists().where(decided.document == table.document, decided.ordinal == table.ordinal)
    if not second:
        return sa.and_(table.doubt > 0, ~about)
    return sa.and_(about.where(decided.reviewer != reviewer), ~about.where(decided.reviewer == reviewer))


def _await(connection: Connection, row: Any, sources: dict[str, Source], *, blind: bool) -> Waiting:
    if row.document not in sources:
        sources[row.document] = read_source(connection, row.document)
    source = sources[row.document]
    finding = make_finding(row, source)
    if blind:
        finding = Finding.model_validate(finding.model_dump() | machine_says(row) | {"reviewed": None})
    before, after = _beside(connection, row, source)
    return Waiting(
        finding=finding,
        doubt=round(row.doubt or 0.0, 4),
        before=before,
        after=after,
        last=row.review["number"] if row.review else 0,
    )


def _beside(connection: Connection, row: Any, source: Source) -> tuple[str, str]:
    """Return the sentences before and after one, "" where there is none in its section."""
    table = schema.findings.c
    query = sa.select(table.ordinal, table.start, table.end, table.section).where(
        table.document == row.document, table.ordinal.in_((row.ordinal - 1, row.ordinal + 1))
    )
    near = {
        one.ordinal: source.text[one.start : one.end]
        for one in connection.execute(query)
        if one.section == row.section
    }
    return near.get(row.ordinal - 1, ""), near.get(row.ordinal + 1, "")
