"""Reading the catalogue back: documents whole, findings and focus areas by filter, vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Select

from corpus import schema
from models.document import (
    Block,
    Document,
    Frozen,
    Guess,
    Page,
    Section,
    Segment,
    Sentence,
    Span,
    pages_of,
    section_path,
)
from models.finding import KINDS, Citation, Coverage, Finding, FocusArea, PageRef, Reviewed


class Filter(Frozen):
    """What to look at; an empty field means all. Years are inclusive.

    Documents are ids. A finding passes `kinds` if one of them was decided, `themes` if it
    has one of them.
    """

    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None

    @property
    def empty(self) -> bool:
        """Whether everything passes."""
        return self == Filter()


class Source(Frozen):
    """A document's data that every citation of it carries, with its text and pages."""

    id: str
    file: str
    title: str
    regions: tuple[str, ...]
    year: int | None
    type: str
    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]

    def page_refs(self, start: int, end: int) -> tuple[PageRef, ...]:
        """Return the pages on which characters `start` to `end` stand."""
        pages = pages_of(self.pages, start, end)
        return tuple(PageRef(index=page.index, label=page.label) for page in pages)

    def cite(
        self, span: Span, *, region: str | None = None, language: str = "other", finding: str | None = None
    ) -> Citation:
        """Return the citation of a span, its quote cut from the text."""
        return Citation(
            document=self.id,
            title=self.title,
            region=region or next(iter(self.regions), None),
            year=self.year,
            pages=self.page_refs(span.start, span.end),
            quote=self.text[span.start : span.end],
            language=language,
            finding=finding,
        )

    def cut(self, start: int, end: int) -> str:
        """Return characters of the text."""
        return self.text[start:end]

    def path(self, section: int | None) -> tuple[str, ...]:
        """Return the titles from the root down to a section."""
        return section_path(self.sections, section)


def read_source(connection: Connection, document: str) -> Source:
    """Return what citations of a document need. The id must exist."""
    columns = schema.documents.c
    row = connection.execute(sa.select(schema.documents).where(columns.id == document)).one()
    return Source(
        id=row.id,
        file=row.file,
        title=row.title,
        regions=tuple(row.regions),
        year=row.year,
        type=row.type,
        text=row.text,
        pages=_pages(connection, document),
        sections=_sections(connection, document),
    )


def read_area_names(connection: Connection, document: str) -> list[str]:
    """Return the names of a document's focus areas, in order."""
    columns = schema.focus_areas.c
    query = sa.select(columns.name).where(columns.document == document).order_by(columns.ordinal)
    return list(connection.scalars(query))


def read_document(connection: Connection, document: str) -> Document:
    """Return a stored document whole. The id must exist."""
    columns = schema.documents.c
    row = connection.execute(sa.select(schema.documents).where(columns.id == document)).one()
    guess = Guess(
        title=row.title, regions=tuple(row.regions), year=row.year, type=row.type, sources=row.sources
    )
    return Document(
        id=row.id,
        file=row.file,
        sha256=row.sha256,
        text=row.text,
        pages=_pages(connection, document),
        blocks=tuple(Block.model_validate(one.data) for one in _rows(connection, schema.blocks, document)),
        sections=_sections(connection, document),
        sentences=tuple(
            Sentence.model_validate(_pick(one, Sentence))
            for one in _rows(connection, schema.findings, document)
        ),
        segments=tuple(
            Segment.model_validate(_pick(one, Segment))
            for one in _rows(connection, schema.segments, document)
        ),
        languages=tuple(row.languages),
        guess=guess,
        warnings=tuple(row.warnings),
    )


def read_findings(connection: Connection, choice: Filter, *, everything: bool = False) -> list[Finding]:
    """Return the findings that pass, by document (title, id) and place.

    With `everything`, sentences without a label too.
    """
    table = schema.findings
    query = sa.select(table).join(schema.documents, schema.documents.c.id == table.c.document)
    query = narrow(query, choice)
    if not everything or choice.kinds:
        query = query.where(has_label(choice.kinds))
    order = (schema.documents.c.title, table.c.document, table.c.ordinal)
    sources: dict[str, Source] = {}
    found = []
    for row in connection.execute(query.order_by(*order)):
        if row.document not in sources:
            sources[row.document] = read_source(connection, row.document)
        found.append(make_finding(row, sources[row.document]))
    return found


def make_finding(row: Any, source: Source) -> Finding:
    """Return the finding of a row of `schema.findings`."""
    return Finding(
        id=row.id,
        document=row.document,
        region=row.region,
        labels=tuple(row.labels),
        kinds=row.kinds,
        themes=tuple(row.themes),
        actors=tuple(row.actors),
        focus_area=row.focus_area,
        section=source.path(row.section),
        pages=source.page_refs(row.start, row.end),
        quote=source.text[row.start : row.end],
        language=row.language,
        unit=row.unit,
        start=row.start,
        end=row.end,
        labeller=row.labeller,
        reviewed=read_reviewed(row),
    )


def read_reviewed(row: Any) -> Reviewed | None:
    """Return who judged the sentence of a row of `schema.findings`, None if the classifier alone did."""
    if row.review is None:
        return None
    return Reviewed.model_validate({name: row.review[name] for name in Reviewed.model_fields})


def read_focus_areas(connection: Connection, choice: Filter) -> list[FocusArea]:
    """Return the focus areas that pass, by document (title, id) and rank within it."""
    documents = schema.documents
    table = schema.focus_areas
    query = sa.select(table, documents.c.regions).join(documents, documents.c.id == table.c.document)
    query = query.where(*document_conditions(choice))
    found = []
    for _, rows in groupby(
        connection.execute(query.order_by(documents.c.title, table.c.document, table.c.ordinal)).all(),
        key=lambda row: row.document,
    ):
        found += _areas_of(connection, list(rows))
    return found


def _areas_of(connection: Connection, rows: Sequence[Any]) -> list[FocusArea]:
    """Return the focus areas of one document: its text is read once, its headlines in one query."""
    source = read_source(connection, rows[0].document)
    table = schema.findings
    ordinals = {at for row in rows for named in row.data.get("headlines", {}).values() for at in named}
    wanted = sa.or_(table.c.ordinal.in_(ordinals), table.c.review.is_not(None))
    query = sa.select(table).where(table.c.document == source.id, wanted).order_by(table.c.ordinal)
    stated = {row.ordinal: row for row in connection.execute(query)}
    return [_area(source, row, stated) for row in rows]


def _area(source: Source, row: Any, stated: Mapping[int, Any]) -> FocusArea:
    data = row.data
    headlines = {
        kind: _headlines(source, stated, _choose_headlines(kind, row.name, data, stated))
        for kind in KINDS
        if kind != "focus_area"
    }
    span = Span(start=data["start"], end=data["end"])
    return FocusArea(
        id=row.id,
        name=row.name,
        aliases=tuple(data["aliases"]),
        niches=tuple(data["niches"]),
        region=next(iter(source.regions), None),
        document=row.document,
        score=data["score"],
        domains=tuple(data["domains"]),
        pages=source.page_refs(span.start, span.end),
        quote=source.text[span.start : span.end],
        strengths=headlines.get("strength", ()),
        opportunities=headlines.get("opportunity", ()),
        barriers=headlines.get("barrier", ()),
        measures=headlines.get("measure", ()),
    )


def _choose_headlines(
    kind: str, area: str, data: Mapping[str, Any], stated: Mapping[int, Any]
) -> Sequence[int]:
    """Return the ordinals of an area's headlines of a kind: a person's word before the classifier's choice."""

    def holds(ordinal: int) -> bool:
        row = stated[ordinal]
        return row.review is None or (kind in row.labels and row.focus_area == area)

    chosen = [one for one in data.get("headlines", {}).get(kind, ()) if holds(one)]
    added = [
        ordinal
        for ordinal, row in stated.items()
        if row.review is not None and holds(ordinal) and ordinal not in chosen
    ]
    return [*added, *chosen]


def _headlines(source: Source, rows: Mapping[int, Any], ordinals: Sequence[int]) -> tuple[Citation, ...]:
    cited = []
    for ordinal in ordinals:
        row = rows[ordinal]
        span = Span(start=row.start, end=row.end)
        cited.append(source.cite(span, region=row.region, language=row.language, finding=row.id))
    return tuple(cited)


def read_vectors(connection: Connection, what: str, document: str) -> np.ndarray:
    """Return the float32 (n, d) vectors of a document's "segments" or "sentences", in order."""
    table = schema.vectors
    query = sa.select(table.c.rows, table.c.data).where(table.c.document == document, table.c.what == what)
    row = connection.execute(query).one()
    return decode_vectors(row.rows, row.data)


def decode_vectors(rows: int, data: bytes) -> np.ndarray:
    """Return float32 (rows, d) from a row of `schema.vectors`."""
    flat = np.frombuffer(data, dtype=np.float16).astype(np.float32)
    return flat.reshape(rows, -1) if rows else flat.reshape(0, 0)


def read_words(connection: Connection, document: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how many words each segment of a document has, int64 (n,), and the bits of all, uint8 (w, d / 8).

    Both are empty where none are kept: the model gives none, or an older version read the document.
    """
    table = schema.vectors
    query = sa.select(table.c.rows, table.c.data).where(table.c.document == document, table.c.what == "words")
    row = connection.execute(query).one_or_none()
    if row is None:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.uint8)
    counts = np.frombuffer(row.data, dtype="<u2", count=row.rows).astype(np.int64)
    bits = np.frombuffer(row.data, dtype=np.uint8, offset=2 * row.rows)
    return counts, bits.reshape(int(counts.sum()), -1)


def iterate_vectors(connection: Connection, what: str) -> Iterator[tuple[str, np.ndarray]]:
    """Give document id and vectors, document by document in order of id."""
    table = schema.vectors
    query = sa.select(table.c.document).where(table.c.what == what).order_by(table.c.document)
    for document in connection.scalars(query).all():
        yield document, read_vectors(connection, what, document)


def read_coverage(connection: Connection, choice: Filter) -> Coverage:
    """Return how much was read of the documents that pass."""
    columns = schema.documents.c
    totals = (
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(columns.page_count), 0),
        sa.func.coalesce(sa.func.sum(columns.pages_without_text), 0),
        sa.func.coalesce(sa.func.sum(columns.words), 0),
    )
    row = connection.execute(sa.select(*totals).where(*document_conditions(choice))).one()
    return Coverage(documents=row[0], pages=row[1], pages_without_text=row[2], words=row[3])


def known_regions(connection: Connection) -> list[str]:
    """Return the regions that documents have, sorted."""
    column = schema.document_regions.c.region
    return list(connection.scalars(sa.select(column).distinct().order_by(column)))


def document_conditions(choice: Filter) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on `schema.documents` that a filter sets (regions, ids, years, types)."""
    columns = schema.documents.c
    conditions: list[sa.ColumnElement[bool]] = []
    if choice.documents:
        conditions.append(columns.id.in_(choice.documents))
    if choice.types:
        conditions.append(columns.type.in_(choice.types))
    if choice.year_from is not None:
        conditions.append(columns.year >= choice.year_from)
    if choice.year_to is not None:
        conditions.append(columns.year <= choice.year_to)
    if choice.regions:
        inner = schema.document_regions.c
        conditions.append(columns.id.in_(sa.select(inner.document).where(inner.region.in_(choice.regions))))
    return conditions


def narrow(query: Select[Any], choice: Filter) -> Select[Any]:
    """Apply a filter to a query over findings joined with documents."""
    columns = schema.findings.c
    query = query.where(*document_conditions(choice.model_copy(update={"regions": ()})))
    if choice.regions:
        query = query.where(columns.region.in_(choice.regions))
    if choice.languages:
        query = query.where(columns.language.in_(choice.languages))
    if choice.focus_areas:
        query = query.where(columns.focus_area.in_(choice.focus_areas))
    if choice.themes:
        themed = schema.finding_themes.c
        query = query.where(
            sa.exists().where(
                themed.document == columns.document,
                themed.ordinal == columns.ordinal,
                themed.theme.in_(choice.themes),
            )
        )
    return query


def has_label(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a finding has one of these kinds, any kind if none is given."""
    columns, labels = schema.findings.c, schema.finding_labels.c
    condition = sa.exists().where(labels.document == columns.document, labels.ordinal == columns.ordinal)
    return condition.where(labels.kind.in_(kinds)) if kinds else condition


def _rows(connection: Connection, table: sa.Table, document: str) -> Sequence[Any]:
    query = sa.select(table).where(table.c.document == document).order_by(table.c.ordinal)
    return connection.execute(query).all()


def _pages(connection: Connection, document: str) -> tuple[Page, ...]:
    table = schema.pages
    query = sa.select(table).where(table.c.document == document).order_by(table.c.index)
    return tuple(Page.model_validate(_pick(row, Page)) for row in connection.execute(query))


def _sections(connection: Connection, document: str) -> tuple[Section, ...]:
    rows = _rows(connection, schema.sections, document)
    return tuple(Section.model_validate(_pick(row, Section)) for row in rows)


def _pick(row: Any, model: type[Frozen]) -> dict[str, Any]:
    record = row._mapping
    return {name: record[name] for name in model.model_fields}
