"""Counts of what the catalogue holds, and findings a part at a time: what a page of lists needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.reading import Filter, Source, has_label, make_finding, narrow, read_source
from models.document import Frozen
from models.finding import GENERAL, Finding

Counts = dict[str, int]


class Tally(Frozen):
    """Labelled findings by region, language, kind, theme, focus area, document type and year."""

    findings: int
    region: Counts
    language: Counts
    kind: Counts
    theme: Counts
    focus_area: Counts
    type: Counts
    year: dict[int, int]


class Stated(Frozen):
    """What is known of one labelled sentence, found by its very words."""

    finding: str
    labels: tuple[str, ...]
    themes: tuple[str, ...]
    focus_area: str | None = None


def tally_findings(connection: Connection) -> Tally:
    """Return the counts over the whole catalogue; a finding with two kinds counts for both."""
    table, documents = schema.findings.c, schema.documents.c
    labels, themes = schema.finding_labels.c, schema.finding_themes.c
    own = sa.select(sa.func.count()).select_from(schema.findings).where(has_label(()))
    joined = schema.findings.join(schema.documents, documents.id == table.document)

    def count(column: Any, source: Any, *, labelled: bool) -> dict[Any, int]:
        query = sa.select(column, sa.func.count()).select_from(source).group_by(column).order_by(column)
        rows = connection.execute(query.where(has_label(())) if labelled else query)
        return {row[0]: row[1] for row in rows if row[0] is not None}

    areas = count(table.focus_area, schema.findings, labelled=True)
    return Tally(
        findings=connection.scalar(own) or 0,
        region=count(table.region, schema.findings, labelled=True),
        language=count(table.language, schema.findings, labelled=True),
        kind=count(labels.kind, schema.finding_labels, labelled=False),
        theme=count(themes.theme, schema.finding_themes, labelled=False),
        focus_area={name: n for name, n in areas.items() if name != GENERAL},
        type=count(documents.type, joined, labelled=True),
        year=count(documents.year, joined, labelled=True),
    )


def read_part(
    connection: Connection, choice: Filter, limit: int, first: int = 0
) -> tuple[int, list[Finding]]:
    """Return how many labelled findings pass, and `limit` of them from `first` (from 0)."""
    table, documents = schema.findings, schema.documents
    query = sa.select(table).join(documents, documents.c.id == table.c.document)
    query = narrow(query, choice).where(has_label(choice.kinds))
    total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    order = (documents.c.title, table.c.document, table.c.ordinal)
    sources: dict[str, Source] = {}
    found = []
    for row in connection.execute(query.order_by(*order).limit(limit).offset(first)).all():
        if row.document not in sources:
            sources[row.document] = read_source(connection, row.document)
        found.append(make_finding(row, sources[row.document]))
    return total, found


def read_stated(connection: Connection, document: str) -> dict[str, Stated]:
    """Return the labelled sentences of a document by their words; the first one where words repeat."""
    table = schema.findings.c
    text = (
        connection.scalar(sa.select(schema.documents.c.text).where(schema.documents.c.id == document)) or ""
    )
    columns = (table.id, table.start, table.end, table.labels, table.themes, table.focus_area)
    query = sa.select(*columns).where(table.document == document, has_label(())).order_by(table.ordinal)
    stated: dict[str, Stated] = {}
    for row in connection.execute(query):
        area = row.focus_area if row.focus_area != GENERAL else None
        one = Stated(
            finding=row.id, labels=tuple(row.labels), themes=tuple(row.themes), focus_area=area or None
        )
        stated.setdefault(text[row.start : row.end], one)
    return stated


def read_types(connection: Connection, documents: Sequence[str]) -> dict[str, str]:
    """Return the type of each document that exists."""
    columns = schema.documents.c
    rows = connection.execute(sa.select(columns.id, columns.type).where(columns.id.in_(documents)))
    return {row.id: row.type for row in rows}


def read_unread(connection: Connection, document: str) -> list[tuple[int, str | None, str]]:
    """Return the pages of a document that gave no text: index from 1, printed label, state."""
    columns = schema.pages.c
    query = sa.select(columns.index, columns.label, columns.state)
    query = query.where(columns.document == document, columns.state != "text").order_by(columns.index)
    return [(index, label, state) for index, label, state in connection.execute(query)]


def count_labelled(connection: Connection) -> Counts:
    """Return how many labelled findings each document has; documents without any are left out."""
    table = schema.findings.c
    query = sa.select(table.document, sa.func.count()).where(has_label(())).group_by(table.document)
    return {row[0]: row[1] for row in connection.execute(query)}
