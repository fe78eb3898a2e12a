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
from corpus.meta import read_counter, read_meta, set_meta, write_encoder
from corpus.opening import HEAD, connect, migrate, read_revision, refuse_newer
from corpus.overlay import restore_reviews
from corpus.reviews import link_succession
from corpus.sketch import compare_sketches, sketch_text
from corpus.writing import delete_document, insert_document, replace_regions, write_vectors, write_words
from models.document import Document
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
                set_meta(connection, counter, str(number))
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
            held = read_meta(connection, "encoder_fingerprint")
            holder = read_meta(connection, "encoder")
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
            name, fingerprint = read_meta(connection, "encoder"), read_meta(connection, "encoder_fingerprint")
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
                old = delete_document(connection, replaces)
            insert_document(connection, document, analysis, self.now())
            write_vectors(connection, document.id, "segments", segment_vectors)
            write_vectors(connection, document.id, "sentences", sentence_vectors)
            write_words(connection, document.id, words)
            restore_reviews(connection, document.id)
        return old

    def remove(self, document: str) -> str:
        """Remove a document and all that was made from it; returns its SHA-256."""
        with self.change() as connection:
            return delete_document(connection, document)

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
                replace_regions(connection, document, fields["regions"])


def _hold_state(connection: Connection) -> None:
    """Begin a transaction: the driver does not before a SELECT, so each would see a newer state."""
    if not getattr(connection.connection.driver_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN")
