"""Segment vectors in Chroma, for nearest-neighbour search; derived, never the truth.

The catalogue holds every vector too; what Chroma lacks or has too much (after a kill -9,
or a restored backup) is mended by `reconcile`. One process at a time opens this store: two
that write damage it silently (chromadb 1.5.9, 4 of 4 runs), and one that only reads does
not see the other's additions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.reading import read_vectors

BATCH = 5_000
"""Rows per call; chromadb refuses more than 5,461."""


class Vectors:
    """The collection of one encoder's segment vectors; ids are `segments.id`."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client = client
        self._collection = collection

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
        return cls(client, collection)

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
        return added, len(surplus)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def segment_ids(catalogue: Catalogue, document: str) -> list[int]:
    """Return the ids of a document's segments, in order."""
    columns = schema.segments.c
    query = sa.select(columns.id).where(columns.document == document).order_by(columns.ordinal)
    with catalogue.read() as connection:
        return list(connection.scalars(query))


def _segment_ids(catalogue: Catalogue) -> Iterator[tuple[str, list[int]]]:
    columns = schema.documents.c
    with catalogue.read() as connection:
        documents = connection.scalars(sa.select(columns.id).order_by(columns.id)).all()
    for document in documents:
        yield document, segment_ids(catalogue, document)


def _name(fingerprint: str) -> str:
    return f"segments-{fingerprint}"
