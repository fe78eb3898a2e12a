"""Making the index of a large catalogue: what search reads, in flat files beside the catalogue.

Everything in it is derived; the same catalogue gives the same bytes. Postings come term by term
from the full-text index, vectors document by document, so memory stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import lexical, schema
from corpus.codes import make_frame
from corpus.flat import Draft, FlatDamaged, Stream
from corpus.reading import read_vectors, read_words
from corpus.rows import Held, read_held, read_numbers
from corpus.strings import join_strings

VERSION = 1
"""Of the files' contents."""
AT_ONCE = 8_192
"""Vectors turned to codes at a time."""
Turn = Callable[[np.ndarray], np.ndarray]
"""Takes the language out of vectors (n, d)."""


@dataclass(frozen=True)
class Recipe:
    """What an index is made with: `turn` for vectors, and what tells it and the encoder from others."""

    turn: Turn
    name: str
    dimension: int

    def stamp(self, connection: Connection) -> dict[str, Any]:
        """Return what must be the same for an index to count."""
        kept = {row.key: row.value for row in connection.execute(sa.select(schema.meta))}
        names = ("encoder_fingerprint", "rewritten")
        return {
            "version": VERSION,
            "lexical": lexical.VERSION,
            "turn": self.name,
            "dimension": self.dimension,
        } | {name: kept.get(name) for name in names}


def build_index(connection: Connection, root: Path, recipe: Recipe) -> None:
    """Make the index of one state of the catalogue. Raises: OSError, FlatDamaged (segments out of order)."""
    held = read_held(connection)
    owners = {document: number for number, document in enumerate(held)}
    numbers = read_numbers(connection, owners)
    if (np.diff(numbers[:, 1]) < 0).any():
        raise FlatDamaged("The segments of documents lie among each other.")
    draft = Draft(root)
    try:
        draft.put("numbers", numbers)
        _put_vectors(connection, draft, held, recipe)
        _put_sentences(connection, draft, held, recipe)
        _put_signs(connection, draft, held, recipe.dimension)
        _put_texts(connection, draft, held, numbers)
        _put_pages(connection, draft, held)
        _put_terms(connection, draft, numbers[:, 0])
        words = lexical.read_words(connection)
        _put_strings(draft, "words", sorted(words))
        draft.put("word_counts", np.array([words[one] for one in sorted(words)], dtype=np.int32))
        documents = [[one, at.first, at.last, at.count] for one, at in held.items()]
        draft.commit({"stamp": recipe.stamp(connection), "documents": documents})
    except BaseException:
        draft.discard()
        raise


def _put_vectors(connection: Connection, draft: Draft, held: Mapping[str, Held], recipe: Recipe) -> None:
    """Keep the segments' vectors without language, what tells them apart, and the sums that mean and spread come from."""
    width = recipe.dimension
    total, squares = np.zeros(width), np.zeros((width, width))
    with draft.stream("vectors", "<f2", (width,)) as stream:
        for document, at in held.items():
            rows = recipe.turn(fit_rows(read_vectors(connection, "segments", document), at.count, width))
            rows = rows.astype(np.float16).astype(np.float32)
            stream.add(rows)
            total += rows.sum(axis=0, dtype=np.float64)
            squares += (rows.T @ rows).astype(np.float64)
    draft.put("total", total)
    draft.put("squares", squares)
    count = sum(at.count for at in held.values())
    frame = make_frame(total, squares, count)
    heads, codes = [], []
    for first in range(0, count, AT_ONCE):
        rows = draft.read("vectors", first, AT_ONCE).astype(np.float32)
        heads.append(frame.make_heads(rows))
        codes.append(frame.make_codes(rows))
    draft.put("heads", np.concatenate(heads))
    draft.put("codes", np.concatenate(codes, axis=1))


def fit_rows(rows: np.ndarray, count: int, width: int) -> np.ndarray:
    """Return as many rows as there are segments; those without a vector are zeros."""
    fitted = np.zeros((count, width), dtype=np.float32)
    if len(rows):
        fitted[: len(rows)] = rows[:count]
    return fitted


def _put_sentences(connection: Connection, draft: Draft, held: Mapping[str, Held], recipe: Recipe) -> None:
    """Keep the sentences: vectors without language, places in the text, which are headings."""
    columns = schema.findings.c
    query = sa.select(columns.start, columns.end, columns.unit).order_by(columns.ordinal)
    starts, spans, titles = [0], [np.zeros((0, 2), np.int64)], [np.zeros(0, bool)]
    with draft.stream("sentences", "<f2", (recipe.dimension,)) as stream:
        for document in held:
            rows = connection.execute(query.where(columns.document == document)).all()
            spans.append(np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2))
            titles.append(np.array([row.unit == "heading" for row in rows], dtype=bool))
            vectors = fit_rows(read_vectors(connection, "sentences", document), len(rows), recipe.dimension)
            stream.add(recipe.turn(vectors))
            starts.append(starts[-1] + len(rows))
    draft.put("sentence_starts", np.array(starts, dtype=np.int64))
    draft.put("spans", np.concatenate(spans))
    draft.put("titles", np.concatenate(titles))


def _put_signs(connection: Connection, draft: Draft, held: Mapping[str, Held], dimension: int) -> None:
    """Keep the bits of the segments' words."""
    counts = [np.zeros(1, np.int64)]
    with draft.stream("signs", "|u1", (-(-dimension // 8),)) as stream:
        for document, at in held.items():
            sizes, bits = read_words(connection, document)
            fits = len(sizes) == at.count and bits.shape[1] == -(-dimension // 8)
            counts.append(sizes if fits else np.zeros(at.count, np.int64))
            if fits:
                stream.add(bits)
    draft.put("sign_starts", np.cumsum(np.concatenate(counts)))


def _put_texts(connection: Connection, draft: Draft, held: Mapping[str, Held], numbers: np.ndarray) -> None:
    """Keep the segments' texts in UTF-8: from a long text SQLite fetches any part page by page."""
    column = schema.documents.c.text
    sizes = [0]
    with draft.stream("texts", "|u1") as stream:
        for number, document in enumerate(held):
            text = connection.scalar(sa.select(column).where(schema.documents.c.id == document)) or ""
            first, last = np.searchsorted(numbers[:, 1], [number, number + 1])
            parts = [
                text[start:end].encode("utf-8", "surrogatepass")
                for start, end in numbers[first:last, 3:5].tolist()
            ]
            stream.add(np.frombuffer(b"".join(parts), dtype=np.uint8))
            sizes += map(len, parts)
    draft.put("text_starts", np.cumsum(sizes, dtype=np.int64))


def _put_pages(connection: Connection, draft: Draft, held: Mapping[str, Held]) -> None:
    """Keep the pages: index, place in the text, label (after a sign, so that none differs from an empty one)."""
    columns = schema.pages.c
    query = sa.select(columns["index"], columns.start, columns.end, columns.label).order_by(columns["index"])
    starts, numbers, labels = [0], [np.zeros((0, 3), np.int64)], []
    for document in held:
        rows = connection.execute(query.where(columns.document == document)).all()
        numbers.append(np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3))
        labels += ["" if row.label is None else f"={row.label}" for row in rows]
        starts.append(starts[-1] + len(rows))
    draft.put("page_starts", np.array(starts, dtype=np.int64))
    draft.put("pages", np.concatenate(numbers))
    _put_strings(draft, "labels", labels)


def _put_terms(connection: Connection, draft: Draft, ids: np.ndarray) -> None:
    """Keep the postings: of each term and mark where its rows begin, and how many there are."""
    places: dict[str, np.ndarray] = {}
    with draft.stream("postings", "<i4") as stream:
        for term, mark, found in lexical.iterate_postings(connection):
            at = np.minimum(np.searchsorted(ids, found), max(len(ids) - 1, 0))
            rows = at[ids[at] == found] if len(ids) else at[:0]
            _place(places, term, mark, stream, len(rows))
            stream.add(rows)
    terms = sorted(places)
    _put_strings(draft, "terms", terms)
    table = np.array([places[one] for one in terms], dtype=np.int64)
    draft.put("term_places", table.reshape(-1, len(lexical.COUNTS), 2))


def _place(places: dict[str, np.ndarray], term: str, mark: int, stream: Stream, count: int) -> None:
    if term not in places:
        places[term] = np.zeros((len(lexical.COUNTS), 2), dtype=np.int64)
    places[term][mark] = stream.size // 4, count


def _put_strings(draft: Draft, name: str, texts: list[str]) -> None:
    data, ends = join_strings(texts)
    draft.put(name, data)
    draft.put(f"{name}_ends", ends)
