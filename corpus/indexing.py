"""Making the index of a large catalogue: what search reads, in flat files beside the catalogue.

Everything in it is derived; the same catalogue gives the same bytes. Postings come term by term
from the full-text index, vectors document by document, so memory stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import lexical, schema
from corpus.codes import make_frame
from corpus.flat import Draft, FlatDamaged, Stream
from corpus.newer import Terms, count_document, read_codes
from corpus.reading import read_vectors, read_words
from corpus.recipe import Recipe, fit_rows
from corpus.rows import COLUMNS, Held, read_held, read_numbers
from corpus.strings import join_strings

AT_ONCE = 8_192
"""Vectors turned to codes at a time."""


def build_index(
    connection: Connection, root: Path, recipe: Recipe, held: Mapping[str, Held] | None = None
) -> None:
    """Make the index of one state of the catalogue, or of the documents `held` (in order of id) alone.

    The postings of all come from the full-text index, those of some from their texts.
    Raises: OSError, FlatDamaged (segments out of order).
    """
    alone = held is not None
    held = read_held(connection) if held is None else held
    numbers = _read_numbers(connection, held) if alone else read_numbers(connection, _count_up(held))
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
        if alone:
            words = _put_counted_terms(connection, draft, held)
        else:
            words = _put_terms(connection, draft, numbers[:, 0])
        _put_strings(draft, "words", sorted(words))
        draft.put("word_counts", np.array([words[one] for one in sorted(words)], dtype=np.int32))
        documents = [[one, at.first, at.last, at.count] for one, at in held.items()]
        draft.commit({"stamp": recipe.stamp(connection), "documents": documents})
    except BaseException:
        draft.discard()
        raise


def _count_up(held: Iterable[str]) -> dict[str, int]:
    return {document: number for number, document in enumerate(held)}


def _read_numbers(connection: Connection, held: Mapping[str, Held]) -> np.ndarray:
    """Return the segments of some documents, document by document."""
    owners = _count_up(held)
    parts = [read_numbers(connection, owners, alone=document) for document in held]
    return np.concatenate([np.zeros((0, len(COLUMNS)), dtype=np.int64), *parts])


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


def _put_terms(connection: Connection, draft: Draft, ids: np.ndarray) -> Mapping[str, int]:
    """Keep the postings: of each term and mark where its rows begin, and how many there are. Returns the words."""
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
    return lexical.read_words(connection)


def _place(places: dict[str, np.ndarray], term: str, mark: int, stream: Stream, count: int) -> None:
    if term not in places:
        places[term] = np.zeros((len(lexical.COUNTS), 2), dtype=np.int64)
    places[term][mark] = stream.size // 4, count


def _put_counted_terms(connection: Connection, draft: Draft, held: Mapping[str, Held]) -> Mapping[str, int]:
    """Keep the postings of some documents, whose texts are analysed; returns in how many segments each word stands."""
    terms: Terms = {}
    words: Counter[str] = Counter()
    first, marks = 0, len(lexical.COUNTS)
    for document, at in held.items():
        count_document(connection, document, terms, words, first)
        first += at.count
    names = sorted(terms)
    codes = np.frombuffer(b"".join(terms[one].tobytes() for one in names), dtype=np.uint32)
    rows, found = read_codes(codes)
    slots = np.repeat(marks * np.arange(len(names)), [len(terms[one]) for one in names]) + found
    draft.put("postings", rows[np.argsort(slots, kind="stable")])
    counts = np.bincount(slots, minlength=marks * len(names))
    table = np.stack([np.cumsum(counts) - counts, counts], axis=1)
    _put_strings(draft, "terms", names)
    draft.put("term_places", table.reshape(-1, marks, 2).astype(np.int64))
    return words


def _put_strings(draft: Draft, name: str, texts: list[str]) -> None:
    data, ends = join_strings(texts)
    draft.put(name, data)
    draft.put(f"{name}_ends", ends)
