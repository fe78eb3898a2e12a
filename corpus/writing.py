"""The rows of one document: put in, put in place of older ones, and taken out, within a transaction of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import lexical, schema
from corpus.anchors import tell_content
from corpus.meta import mark_rewritten
from corpus.overlay import restore_reviews
from corpus.sketch import sketch_text
from models.document import Document, make_id
from models.finding import Analysis


def rewrite_analysis(
    connection: Connection,
    document: Document,
    analysis: Analysis,
    segments: np.ndarray,
    sentences: np.ndarray,
    words: Sequence[np.ndarray] = (),
) -> None:
    """Put new findings, focus areas, vectors and full-text rows in place of a stored document's old ones."""
    mark_rewritten(connection)
    tables = (schema.finding_themes, schema.finding_labels, schema.findings, schema.focus_areas)
    for table in tables:
        connection.execute(sa.delete(table).where(table.c.document == document.id))
    _insert_findings(connection, document, analysis)
    _insert_areas(connection, document.id, analysis)
    write_vectors(connection, document.id, "segments", segments)
    write_vectors(connection, document.id, "sentences", sentences)
    write_words(connection, document.id, words)
    ids = _segment_ids(connection, document.id)
    lexical.remove(connection, ids)
    _index_segments(connection, document, ids)
    restore_reviews(connection, document.id)


def write_vectors(connection: Connection, document: str, what: str, rows: np.ndarray) -> None:
    """Keep the vectors of a document's segments or sentences, in place of older ones."""
    table = schema.vectors
    connection.execute(sa.delete(table).where(table.c.document == document, table.c.what == what))
    data = np.ascontiguousarray(rows, dtype=np.float16).tobytes()
    connection.execute(sa.insert(table).values(document=document, what=what, rows=len(rows), data=data))


def write_words(connection: Connection, document: str, words: Sequence[np.ndarray]) -> None:
    """Keep the bits of the words of a document's segments, in place of older ones; nothing if there are none."""
    table = schema.vectors
    connection.execute(sa.delete(table).where(table.c.document == document, table.c.what == "words"))
    if any(len(one) for one in words):
        counts = np.array([len(one) for one in words], dtype="<u2")
        data = counts.tobytes() + b"".join(one.tobytes() for one in words)
        connection.execute(
            sa.insert(table).values(document=document, what="words", rows=len(words), data=data)
        )


def delete_document(connection: Connection, document: str) -> str:
    """Take out a document and all that was made from it; returns its SHA-256."""
    lexical.remove(connection, _segment_ids(connection, document))
    column = schema.documents.c
    sha256 = connection.scalar(sa.select(column.sha256).where(column.id == document))
    connection.execute(sa.delete(schema.documents).where(column.id == document))
    return str(sha256)


def insert_document(connection: Connection, document: Document, analysis: Analysis, at: str) -> None:
    """Put in a document with its findings and focus areas, but for vectors; `at` is the time of it (ISO 8601)."""
    _insert_row(connection, document, at)
    _insert_layout(connection, document)
    _insert_segments(connection, document)
    _insert_findings(connection, document, analysis)
    _insert_areas(connection, document.id, analysis)


def _insert_row(connection: Connection, document: Document, at: str) -> None:
    guess = document.guess
    body = body_text(document)
    connection.execute(
        sa.insert(schema.documents).values(
            id=document.id,
            file=document.file,
            sha256=document.sha256,
            sketch=sketch_text(body),
            title=guess.title,
            regions=list(guess.regions),
            year=guess.year,
            type=guess.type,
            languages=list(document.languages),
            sources=guess.sources,
            text=document.text,
            words=len(body.split()),
            page_count=len(document.pages),
            pages_without_text=sum(page.state != "text" for page in document.pages),
            segment_count=len(document.segments),
            warnings=list(document.warnings),
            ingested_at=at,
            content=tell_content(document.text),
        )
    )
    replace_regions(connection, document.id, guess.regions)


def body_text(document: Document) -> str:
    """Return the text without running heads, feet and contents: what a document says."""
    skipped = {"header", "footer", "contents"}
    return "\n".join(document.quote(block) for block in document.blocks if block.type not in skipped)


def replace_regions(connection: Connection, document: str, regions: Sequence[str]) -> None:
    """Give a document other regions; findings that had one of the old ones get the first of the new."""
    table = schema.document_regions
    old = set(connection.scalars(sa.select(table.c.region).where(table.c.document == document)))
    connection.execute(sa.delete(table).where(table.c.document == document))
    _insert_rows(
        connection, table, [{"document": document, "region": name} for name in dict.fromkeys(regions)]
    )
    findings = schema.findings
    stale = sa.and_(findings.c.document == document, findings.c.region.in_(old - set(regions)))
    first = regions[0] if regions else None
    connection.execute(sa.update(findings).where(stale).values(region=first))


def _insert_layout(connection: Connection, document: Document) -> None:
    key = {"document": document.id}
    _insert_rows(connection, schema.pages, [key | page.model_dump() for page in document.pages])
    blocks = [
        key | {"ordinal": n, "type": block.type, "data": block.model_dump(mode="json", exclude_defaults=True)}
        for n, block in enumerate(document.blocks)
    ]
    _insert_rows(connection, schema.blocks, blocks)
    sections = [key | {"ordinal": n} | section.model_dump() for n, section in enumerate(document.sections)]
    _insert_rows(connection, schema.sections, sections)


def _insert_segments(connection: Connection, document: Document) -> None:
    rows = [
        {"document": document.id, "ordinal": n} | segment.model_dump()
        for n, segment in enumerate(document.segments)
    ]
    _insert_rows(connection, schema.segments, rows)
    _index_segments(connection, document, _segment_ids(connection, document.id))


def _segment_ids(connection: Connection, document: str) -> Sequence[int]:
    columns = schema.segments.c
    query = sa.select(columns.id).where(columns.document == document).order_by(columns.ordinal)
    return connection.scalars(query).all()


def _index_segments(connection: Connection, document: Document, ids: Sequence[int]) -> None:
    texts = [
        lexical.Row(number, document.quote(segment), document.path(segment.section), segment.language)
        for number, segment in zip(ids, document.segments, strict=True)
    ]
    lexical.add(connection, texts)


def _insert_findings(connection: Connection, document: Document, analysis: Analysis) -> None:
    rows, labels, themes = [], [], []
    doubts = analysis.doubts or (None,) * len(analysis.judgements)
    judged_all = zip(document.sentences, analysis.judgements, doubts, strict=True)
    for n, (sentence, judged, doubt) in enumerate(judged_all):
        key = {"document": document.id, "ordinal": n}
        identity = make_id("finding", document.id, str(sentence.start), str(sentence.end))
        said = judged.model_dump(mode="json")
        said["region"] = judged.region or next(iter(document.guess.regions), None)
        beside = {"id": identity, "labeller": analysis.labeller, "doubt": doubt}
        rows.append(key | sentence.model_dump() | said | beside)
        labels += [key | {"kind": kind, "score": judged.kinds.get(kind, 1.0)} for kind in judged.labels]
        themes += [key | {"theme": theme, "rank": at} for at, theme in enumerate(judged.themes, 1)]
    _insert_rows(connection, schema.findings, rows)
    _insert_rows(connection, schema.finding_labels, labels)
    _insert_rows(connection, schema.finding_themes, themes)


def _insert_areas(connection: Connection, document: str, analysis: Analysis) -> None:
    rows = []
    for n, area in enumerate(analysis.areas):
        identity = make_id("area", document, area.name, str(n))
        data = area.model_dump(mode="json", exclude={"name"})
        rows.append({"document": document, "ordinal": n, "id": identity, "name": area.name, "data": data})
    _insert_rows(connection, schema.focus_areas, rows)


def _insert_rows(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)
