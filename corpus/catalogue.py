"""The catalogue: the truth about what is held, one transaction per document.

A document is there whole or not at all: its pages, blocks, sections, segments, findings,
focus areas, vectors and full-text rows go in together. Every change raises the
generation, which others compare to know that their view is old.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from corpus import lexical, schema
from corpus.anchors import tell_content
from corpus.folder import Folder
from corpus.opening import HEAD, connect, migrate, read_revision, refuse_newer
from corpus.overlay import restore_reviews
from corpus.reviews import link_succession
from corpus.sketch import compare_sketches, sketch_text
from models.document import Document, make_id
from models.errors import CatalogueDamaged, EncoderMismatch, UnknownDocument
from models.finding import Analysis
from models.nearest import nearest_names


@dataclass(frozen=True)
class Twin:
    """A stored document that resembles another text; `likeness` is the share of shared shingles."""

    document: str
    file: str
    likeness: float


class Catalogue:
    """An open catalogue. Many threads may read; one process at a time may write.

    `clock` gives the time of what is stored; it may be set. What nobody closed is closed when it is let go.
    """

    def __init__(self, engine: Engine, folder: Folder) -> None:
        self._engine = engine
        weakref.finalize(self, engine.dispose)
        self.folder = folder
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> str:
        """Return the time as it is stored: ISO 8601, UTC, whole seconds."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    @classmethod
    def open(cls, folder: Folder, *, write: bool = False) -> Catalogue:
        """Open a data folder; with `write`, make or upgrade it (the caller holds the lock).

        Raises: CatalogueDamaged, CatalogueNewer, BadPath.
        """
        if write:
            folder.create()
        engine = connect(folder.catalogue if write or folder.catalogue.exists() else None)
        try:
            with engine.connect() as connection:
                revision = read_revision(connection)
                refuse_newer(revision, folder)
                if revision != HEAD:
                    migrate(connection)
                lexical.prepare(connection)
                connection.commit()
        except sa.exc.DatabaseError as error:
            engine.dispose()
            raise CatalogueDamaged(
                f"The catalogue cannot be read ({error.orig}); restore it from a backup or remove the data"
                " folder and ingest again.",
                subject=folder.catalogue.name,
            ) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, folder)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the catalogue."""
        with self._engine.connect() as connection:
            _hold_state(connection)
            yield connection

    @contextmanager
    def change(self, *, texts: bool = True) -> Iterator[Connection]:
        """Give a connection whose changes are kept together, and raise the generation.

        `texts` is False where documents and vectors stay as they are.
        """
        with self._engine.begin() as connection:
            for counter in ("generation", "texts") if texts else ("generation",):
                number = read_counter(connection, counter) + 1
                _set_meta(connection, counter, str(number))
            yield connection

    @property
    def generation(self) -> int:
        """How many times the catalogue was changed."""
        return self._counter("generation")

    @property
    def texts(self) -> int:
        """How many times documents or vectors were changed; a review changes neither."""
        return self._counter("texts")

    def _counter(self, name: Literal["generation", "texts"]) -> int:
        with self.read() as connection:
            return read_counter(connection, name)

    def use_encoder(self, name: str, fingerprint: str, dimension: int) -> None:
        """Record the encoder of a new catalogue, or check that it is the same one.

        Raises: EncoderMismatch.
        """
        with self.read() as connection:
            held = _meta(connection, "encoder_fingerprint")
            holder = _meta(connection, "encoder")
            empty = connection.scalar(sa.select(sa.func.count()).select_from(schema.documents)) == 0
        if held == fingerprint:
            return
        if held is not None and not empty:
            raise EncoderMismatch(
                f"This data folder holds vectors of {holder}, not of {name}; set STRATEGI_ENCODER to it,"
                " or run `strategi reindex` to make all vectors again.",
                subject=name,
                nearest=[holder or ""],
            )
        with self.change() as connection:
            write_encoder(connection, name, fingerprint, dimension)

    def encoder(self) -> tuple[str, str] | None:
        """Return name and fingerprint of the encoder whose vectors are held."""
        with self.read() as connection:
            name, fingerprint = _meta(connection, "encoder"), _meta(connection, "encoder_fingerprint")
        return (name, fingerprint) if name and fingerprint else None

    def find_bytes(self, sha256: str) -> str | None:
        """Return the document that has these very bytes."""
        query = sa.select(schema.documents.c.id).where(schema.documents.c.sha256 == sha256)
        with self.read() as connection:
            return connection.scalar(query)

    def find_twins(self, text: str) -> list[Twin]:
        """Return the stored documents by likeness to a text, most alike first."""
        sketch = sketch_text(text)
        columns = schema.documents.c
        with self.read() as connection:
            rows = connection.execute(sa.select(columns.id, columns.file, columns.sketch)).all()
        twins = [Twin(row.id, row.file, compare_sketches(sketch, row.sketch)) for row in rows]
        return sorted(twins, key=lambda twin: (-twin.likeness, twin.document))

    def resolve(self, name: str) -> str:
        """Return the id of a document named by id, start of an id, or file name.

        Raises: UnknownDocument.
        """
        columns = schema.documents.c
        with self.read() as connection:
            rows = connection.execute(sa.select(columns.id, columns.file).order_by(columns.id)).all()
        exact = [row.id for row in rows if name in (row.id, row.file, Path(row.file).stem)]
        found = exact or [row.id for row in rows if len(name) >= 4 and row.id.startswith(name)]
        if len(found) == 1:
            return str(found[0])
        nearest = nearest_names(name, [row.file for row in rows])
        said = "Several documents are" if found else "No document is"
        raise UnknownDocument(
            f"{said} called “{name[:80]}”; `strategi list` gives the ids.", subject=name[:80], nearest=nearest
        )

    def store(
        self,
        document: Document,
        analysis: Analysis,
        segment_vectors: np.ndarray,
        sentence_vectors: np.ndarray,
        words: Sequence[np.ndarray] = (),
        *,
        replaces: str | None = None,
    ) -> str | None:
        """Keep a document with everything made from it, in one transaction.

        `segment_vectors` and `sentence_vectors` are float32 (n, d), aligned with
        `document.segments` and `document.sentences`, `words` the bits of each segment's words,
        uint8 (w, d / 8), if there are any. `replaces` is removed in the same transaction, and its
        SHA-256 returned.
        """
        old = None
        with self.change() as connection:
            if replaces is not None:
                link_succession(connection, replaces, document.id, tell_content(document.text))
                old = _delete(connection, replaces)
            _insert(connection, document, analysis, self.now())
            write_vectors(connection, document.id, "segments", segment_vectors)
            write_vectors(connection, document.id, "sentences", sentence_vectors)
            write_words(connection, document.id, words)
            restore_reviews(connection, document.id)
        return old

    def remove(self, document: str) -> str:
        """Remove a document and all that was made from it; returns its SHA-256."""
        with self.change() as connection:
            return _delete(connection, document)

    def set_guess(self, document: str, **fields: Any) -> None:
        """Correct title, regions, year or type; what is set so is marked "option".

        A corrected region is taken over by findings that had one of the old ones.
        """
        columns = schema.documents.c
        with self.change() as connection:
            row = connection.execute(sa.select(columns.sources).where(columns.id == document)).one()
            sources = dict(row.sources) | dict.fromkeys(fields, "option")
            values = {**fields, "sources": sources}
            connection.execute(sa.update(schema.documents).where(columns.id == document).values(**values))
            if "regions" in fields:
                _replace_regions(connection, document, fields["regions"])


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


def mark_rewritten(connection: Connection) -> None:
    """Say that what was made of documents has changed while their segments kept their ids."""
    _set_meta(connection, "rewritten", str(int(_meta(connection, "rewritten") or 0) + 1))


def write_encoder(connection: Connection, name: str, fingerprint: str, dimension: int) -> None:
    """Record which encoder made the vectors."""
    _set_meta(connection, "encoder", name)
    _set_meta(connection, "encoder_fingerprint", fingerprint)
    _set_meta(connection, "encoder_dimension", str(dimension))


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


def _hold_state(connection: Connection) -> None:
    """Begin a transaction: the driver does not before a SELECT, so each would see a newer state."""
    if not getattr(connection.connection.driver_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN")


def read_counter(connection: Connection, name: Literal["generation", "texts"]) -> int:
    """Return how many times the catalogue, or its texts and vectors, were changed."""
    return int(_meta(connection, name) or 0)


def _meta(connection: Connection, key: str) -> str | None:
    return connection.scalar(sa.select(schema.meta.c.value).where(schema.meta.c.key == key))


def _set_meta(connection: Connection, key: str, value: str) -> None:
    connection.execute(sa.delete(schema.meta).where(schema.meta.c.key == key))
    connection.execute(sa.insert(schema.meta).values(key=key, value=value))


def _delete(connection: Connection, document: str) -> str:
    lexical.remove(connection, _segment_ids(connection, document))
    column = schema.documents.c
    sha256 = connection.scalar(sa.select(column.sha256).where(column.id == document))
    connection.execute(sa.delete(schema.documents).where(column.id == document))
    return str(sha256)


def _insert(connection: Connection, document: Document, analysis: Analysis, at: str) -> None:
    _insert_document(connection, document, at)
    _insert_layout(connection, document)
    _insert_segments(connection, document)
    _insert_findings(connection, document, analysis)
    _insert_areas(connection, document.id, analysis)


def _insert_document(connection: Connection, document: Document, at: str) -> None:
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
    _replace_regions(connection, document.id, guess.regions)


def body_text(document: Document) -> str:
    """Return the text without running heads, feet and contents: what a document says."""
    skipped = {"header", "footer", "contents"}
    return "\n".join(document.quote(block) for block in document.blocks if block.type not in skipped)


def _replace_regions(connection: Connection, document: str, regions: Sequence[str]) -> None:
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
