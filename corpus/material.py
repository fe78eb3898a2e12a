"""What comparing needs of a document, read in few queries for many documents and kept while unchanged.

Comparing 30 regions over 300 documents looks at some 30,000 findings. They are read in five
queries, whatever the number of documents, and decoded once: a catalogue's materials are kept
until it changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.area import Area, Member, Statement
from corpus.catalogue import Catalogue
from corpus.meta import read_counter
from corpus.reading import decode_vectors
from models.finding import GENERAL, Citation, PageRef

MOST_KEPT = 2_000
"""Documents whose material is kept. A sample's is some 200 kB (vectors and text): 400 MB for all, by that."""
MOST_MEMBERS = 60
"""Sentences that stand for a focus area, stated ones first; the samples' areas have 13 to 32."""


@dataclass(frozen=True)
class Material:
    """A document's part in comparisons.

    `vectors` are float32 unit rows (n, d) of `statements`, a row of zeros where a sentence has
    none. `sums` are the sums of all sentence vectors by language, with their counts.
    """

    id: str
    file: str
    title: str
    regions: tuple[str, ...]
    year: int | None
    languages: tuple[str, ...]
    words: int
    pages: int
    pages_without_text: int
    page_starts: tuple[int, ...]
    page_refs: tuple[PageRef, ...]
    statements: tuple[Statement, ...]
    vectors: np.ndarray
    sums: Mapping[str, tuple[np.ndarray, int]]
    areas: tuple[Area, ...]
    text: str
    notes: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """What is worked out of it elsewhere, kept as long as it is."""

    @cached_property
    def tongues(self) -> tuple[str, ...]:
        """The languages of its statements, one each."""
        return tuple(one.language for one in self.statements)

    @cached_property
    def said_of(self) -> tuple[str | None, ...]:
        """The regions to which its statements are ascribed, each once."""
        return tuple(dict.fromkeys(one.region for one in self.statements))

    def statements_of(self, regions: frozenset[str | None]) -> tuple[Statement, ...]:
        """Return the statements ascribed to some regions."""
        if regions.issuperset(self.said_of):
            return self.statements
        return tuple(one for one in self.statements if one.region in regions)

    def page_span(self, start: int, end: int) -> tuple[PageRef, ...]:
        """Return the pages on which characters `start` to `end` (half-open) stand."""
        first = max(bisect_right(self.page_starts, start) - 1, 0)
        last = max(bisect_right(self.page_starts, max(end - 1, start)) - 1, first)
        return self.page_refs[first : last + 1]

    def cite(
        self, start: int, end: int, *, region: str | None, language: str, finding: str | None = None
    ) -> Citation:
        """Return the citation of a span, its quote cut from the text."""
        return Citation(
            document=self.id,
            title=self.title,
            region=region or next(iter(self.regions), None),
            year=self.year,
            pages=self.page_span(start, end),
            quote=self.text[start:end],
            language=language,
            finding=finding,
        )

    def cite_statement(self, one: Statement, region: str | None = None) -> Citation:
        """Return the citation of a statement."""
        region = region or one.region
        return self.cite(one.start, one.end, region=region, language=one.language, finding=one.id)


class _Shelf:
    """The materials of one catalogue as of one generation."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.generation = -1
        self.kept: dict[str, Material] = {}


_SHELVES: WeakKeyDictionary[Catalogue, _Shelf] = WeakKeyDictionary()
_GATE = Lock()


def read_materials(catalogue: Catalogue, documents: Sequence[str]) -> dict[str, Material]:
    """Return the material of documents by id, in the order given; ids that are not there are left out."""
    with _GATE:
        shelf = _SHELVES.setdefault(catalogue, _Shelf())
    with shelf.lock, catalogue.read() as connection:
        generation = read_counter(connection, "generation")
        if generation != shelf.generation or len(shelf.kept) > MOST_KEPT:
            shelf.kept, shelf.generation = {}, generation
        missing = [one for one in dict.fromkeys(documents) if one not in shelf.kept]
        shelf.kept |= _load(connection, missing)
        return {one: shelf.kept[one] for one in documents if one in shelf.kept}


def documents_of(catalogue: Catalogue, regions: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return by region the ids of the documents that name it, by title and id."""
    table, documents = schema.document_regions, schema.documents
    query = sa.select(table.c.region, table.c.document).join(documents, documents.c.id == table.c.document)
    query = query.where(table.c.region.in_(regions)).order_by(documents.c.title, documents.c.id)
    found = defaultdict(list)
    with catalogue.read() as connection:
        for row in connection.execute(query):
            found[row.region].append(row.document)
    return {region: tuple(found[region]) for region in regions}


def _load(connection: Connection, documents: Sequence[str]) -> dict[str, Material]:
    found: dict[str, Material] = {}
    for at in range(0, len(documents), 400):
        chunk = documents[at : at + 400]
        tables = (schema.documents, schema.pages, schema.focus_areas)
        rows, pages, areas = (_by_document(connection, table, chunk) for table in tables)
        spans, labelled = _spans(connection, chunk), _labelled(connection, chunk)
        vectors = _vectors(connection, chunk)
        for one in chunk:
            if one in rows:
                found[one] = _build(
                    rows[one][0], pages[one], areas[one], spans[one], labelled[one], vectors.get(one)
                )
    return found


def _by_document(
    connection: Connection, table: sa.Table, documents: Sequence[str]
) -> defaultdict[str, list[Any]]:
    key = table.c.id if table is schema.documents else table.c.document
    order = table.c.get("ordinal", table.c.get("index", key))
    found = defaultdict(list)
    for row in connection.execute(sa.select(table).where(key.in_(documents)).order_by(key, order)):
        found[row.id if table is schema.documents else row.document].append(row)
    return found


def _spans(connection: Connection, documents: Sequence[str]) -> defaultdict[str, list[Any]]:
    """Every sentence's place, language and area, without the columns that must be decoded."""
    columns = schema.findings.c
    query = sa.select(
        columns.document,
        columns.ordinal,
        columns.start,
        columns.end,
        columns.language,
        columns.focus_area,
        columns.unit,
    )
    query = query.where(columns.document.in_(documents)).order_by(columns.document, columns.ordinal)
    found = defaultdict(list)
    for row in connection.execute(query):
        found[row[0]].append(row)
    return found


def _labelled(connection: Connection, documents: Sequence[str]) -> defaultdict[str, list[Any]]:
    table, labels = schema.findings, schema.finding_labels.c
    stated = sa.exists().where(labels.document == table.c.document, labels.ordinal == table.c.ordinal)
    query = sa.select(table).where(table.c.document.in_(documents), stated)
    found = defaultdict(list)
    for row in connection.execute(query.order_by(table.c.document, table.c.ordinal)):
        found[row.document].append(row)
    return found


def _vectors(connection: Connection, documents: Sequence[str]) -> dict[str, np.ndarray]:
    table = schema.vectors
    query = sa.select(table.c.document, table.c.rows, table.c.data)
    query = query.where(table.c.document.in_(documents), table.c.what == "sentences")
    return {row.document: decode_vectors(row.rows, row.data) for row in connection.execute(query)}


def _build(
    row: Any,
    pages: list[Any],
    areas: list[Any],
    spans: list[Any],
    labelled: list[Any],
    vectors: np.ndarray | None,
) -> Material:
    if vectors is None or len(vectors) != len(spans):
        vectors = np.zeros((len(spans), 1), dtype=np.float32)
    used = np.asarray(vectors.any(axis=1))
    labels = {one.ordinal: tuple(one.labels) for one in labelled}
    statements = tuple(_state(one, row.text) for one in labelled)
    return Material(
        id=row.id,
        file=row.file,
        title=row.title,
        regions=tuple(row.regions),
        year=row.year,
        languages=tuple(row.languages),
        words=row.words,
        pages=row.page_count,
        pages_without_text=row.pages_without_text,
        page_starts=tuple(page.start for page in pages),
        page_refs=tuple(PageRef(index=page.index, label=page.label) for page in pages),
        statements=statements,
        vectors=vectors[[one.ordinal for one in labelled]],
        sums=_sum_languages(spans, vectors, used),
        areas=tuple(_area(one, areas, spans, labels, vectors, used, row.text) for one in areas),
        text=row.text,
    )


def _state(row: Any, text: str) -> Statement:
    return Statement(
        document=row.document,
        ordinal=row.ordinal,
        id=row.id,
        start=row.start,
        end=row.end,
        language=row.language,
        unit=row.unit,
        region=row.region,
        labels=tuple(row.labels),
        kinds=row.kinds,
        themes=tuple(row.themes),
        focus_area=row.focus_area or GENERAL,
        section=row.section,
        quote=text[row.start : row.end],
    )


def _sum_languages(
    spans: list[Any], vectors: np.ndarray, used: np.ndarray
) -> dict[str, tuple[np.ndarray, int]]:
    ordinals = defaultdict(list)
    for row in spans:
        if used[row.ordinal]:
            ordinals[row.language].append(row.ordinal)
    return {code: (vectors[rows].sum(axis=0), len(rows)) for code, rows in sorted(ordinals.items())}


def _area(
    row: Any,
    areas: list[Any],
    spans: list[Any],
    labels: Mapping[int, tuple[str, ...]],
    vectors: np.ndarray,
    used: np.ndarray,
    text: str,
) -> Area:
    data = row.data
    named = {n for ordinals in data.get("headlines", {}).values() for n in ordinals}
    own = [span for span in spans if used[span.ordinal] and _belongs(span, row.name, data, named)]
    own.sort(key=lambda span: (span.ordinal not in named, span.ordinal not in labels, span.ordinal))
    chosen = own[:MOST_MEMBERS]
    languages = Counter(span.language for span in chosen)
    return Area(
        document=row.document,
        name=row.name,
        aliases=tuple(data.get("aliases", ())),
        niches=tuple(data.get("niches", ())),
        domains=tuple(data.get("domains", ())),
        score=float(data.get("score", 1.0)),
        start=data["start"],
        end=data["end"],
        language=max(sorted(languages), key=languages.__getitem__, default="other"),
        members=tuple(
            Member(
                one.ordinal,
                one.start,
                one.end,
                one.language,
                labels.get(one.ordinal, ()),
                text[one.start : one.end],
                one.unit,
            )
            for one in chosen
        ),
        vectors=vectors[[one.ordinal for one in chosen]],
        others=tuple(
            name for one in areas if one.name != row.name for name in (one.name, *one.data.get("aliases", ()))
        ),
    )


def _belongs(span: Any, name: str, data: Mapping[str, Any], named: set[int]) -> bool:
    inside = data["start"] <= span.start < max(data["end"], data["start"] + 1)
    return span.focus_area == name or span.ordinal in named or inside
