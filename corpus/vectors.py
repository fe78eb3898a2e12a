"""Segment vectors in Chroma, for nearest-neighbour search; derived, never the truth.

The catalogue holds every vector too; what Chroma lacks or has too much (after a kill -9,
or a restored backup) is mended by `reconcile`. One process at a time opens this store: two
that write damage it silently (chromadb 1.5.9, 4 of 4 runs), and one that only reads does
not see the other's additions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.meta import read_meta
from corpus.reading import read_vectors

NOTE = "in-line.json"
"""In the store's folder: of which state of the catalogue it holds just the vectors.

Comparing all ids took 6 s of CPU and 700 MB for 250,000 on a loaded machine; with a note the service does
not open the store until something is written.
"""
BATCH = 5_000
"""Rows per call; chromadb refuses more than 5,461."""


class Vectors:
    """The collection of one encoder's segment vectors; ids are `segments.id`."""

    def __init__(self, client: Any, collection: Any, fingerprint: str) -> None:
        self._client = client
        self._collection = collection
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, catalogue: Catalogue, fingerprint: str) -> Vectors:
        """Open, or make, the store of a data folder for one encoder's vectors."""
        import chromadb
        from chromadb.config import Settings

        folder = catalogue.folder.vectors
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False, is_persistent=True, allow_reset=False)
        client = chromadb.PersistentClient(path=str(folder), settings=settings)
        for stale in client.list_collections():
            if stale.name != _name(fingerprint):
                client.delete_collection(stale.name)
        collection = client.get_or_create_collection(
            _name(fingerprint), configuration={"hnsw": {"space": "ip"}}, embedding_function=None
        )
        return cls(client, collection, fingerprint)

    def add(self, ids: Sequence[int], rows: np.ndarray) -> None:
        """Add unit vectors, float32 (n, d)."""
        for at in range(0, len(ids), BATCH):
            names = [str(one) for one in ids[at : at + BATCH]]
            self._collection.add(ids=names, embeddings=rows[at : at + BATCH])

    def remove(self, ids: Sequence[int]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        for at in range(0, len(ids), BATCH):
            self._collection.delete(ids=[str(one) for one in ids[at : at + BATCH]])

    def query(self, vector: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` segment ids with their cosine, nearest first, ties by id."""
        count = self._collection.count()
        if not count:
            return []
        answer = self._collection.query(
            query_embeddings=[vector], n_results=min(limit, count), include=["distances"]
        )
        pairs = zip(answer["ids"][0], answer["distances"][0], strict=True)
        return sorted(((int(one), 1.0 - far) for one, far in pairs), key=lambda pair: (-pair[1], pair[0]))

    def ids(self) -> set[int]:
        """Return the ids of all vectors held."""
        return {int(one) for one in self._collection.get(include=[])["ids"]}

    def reconcile(self, catalogue: Catalogue) -> tuple[int, int]:
        """Bring the store to what the catalogue holds; returns how many were added and removed."""
        held = self.ids()
        wanted = dict(_segment_ids(catalogue))
        surplus = sorted(held - {one for ids in wanted.values() for one in ids})
        self.remove(surplus)
        added = 0
        for document, ids in wanted.items():
            missing = [n for n, one in enumerate(ids) if one not in held]
            if missing:
                with catalogue.read() as connection:
                    rows = read_vectors(connection, "segments", document)
                self.add([ids[n] for n in missing], rows[missing])
                added += len(missing)
        self.note(catalogue)
        return added, len(surplus)

    def catch_up(self, catalogue: Catalogue) -> None:
        """Bring the store to what the catalogue holds, unless a note says that it is there."""
        if _read_note(catalogue) != _tell_state(catalogue, self._fingerprint):
            self.reconcile(catalogue)

    def note(self, catalogue: Catalogue) -> None:
        """Say that the store holds what the catalogue does, if it has as many; for when nothing is half done."""
        state = _tell_state(catalogue, self._fingerprint)
        if self._collection.count() != state["count"]:
            return
        draft = _note_of(catalogue).with_suffix(".tmp")
        with suppress(OSError):
            draft.write_text(json.dumps(state), encoding="utf-8")
            draft.replace(_note_of(catalogue))

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def segment_ids(catalogue: Catalogue, document: str) -> list[int]:
    """Return the ids of a document's segments, in order."""
    columns = schema.segments.c
    query = sa.select(columns.id).where(columns.document == document).order_by(columns.ordinal)
    with catalogue.read() as connection:
        return list(connection.scalars(query))


def _note_of(catalogue: Catalogue) -> Path:
    return catalogue.folder.vectors / NOTE


def _read_note(catalogue: Catalogue) -> Any:
    try:
        return json.loads(_note_of(catalogue).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _tell_state(catalogue: Catalogue, fingerprint: str) -> dict[str, Any]:
    """Return what tells one set of segments from others: no id is given twice, so as many up to the same are the same."""
    column = schema.segments.c.id
    with catalogue.read() as connection:
        count, last = connection.execute(sa.select(sa.func.count(), sa.func.max(column))).one()
        rewritten = read_meta(connection, "rewritten")
    return {"fingerprint": fingerprint, "rewritten": rewritten, "count": count, "last": last}


def _segment_ids(catalogue: Catalogue) -> Iterator[tuple[str, list[int]]]:
    columns = schema.documents.c
    with catalogue.read() as connection:
        documents = connection.scalars(sa.select(columns.id).order_by(columns.id)).all()
    for document in documents:
        yield document, segment_ids(catalogue, document)


def _name(fingerprint: str) -> str:
    return f"segments-{fingerprint}"
