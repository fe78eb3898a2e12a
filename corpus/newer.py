"""Documents that are in no index yet: analysed as the full-text index did, and kept in memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.grams import count_terms, find_surfaces, split_words
from corpus.reading import read_vectors
from corpus.recipe import Recipe, fit_rows
from corpus.rows import Held, read_numbers

Terms = dict[str, "array[int]"]
"""Where each term stands, ascending: four times the row, and the mark (an index of `lexical.COUNTS`)."""


@dataclass(frozen=True)
class Newer:
    """A document that is in no index. Rows of `terms` count from its first segment; `words` count segments."""

    document: str
    held: Held
    numbers: np.ndarray
    vectors: np.ndarray
    terms: Terms
    words: Mapping[str, int]


def read_newer(connection: Connection, document: str, held: Held, recipe: Recipe) -> Newer:
    """Read a document whole."""
    terms: Terms = {}
    words: Counter[str] = Counter()
    count_document(connection, document, terms, words, 0)
    rows = fit_rows(read_vectors(connection, "segments", document), held.count, recipe.dimension)
    numbers = read_numbers(connection, {document: 0}, alone=document)
    return Newer(document, held, numbers, recipe.turn(rows), terms, words)


def count_document(
    connection: Connection, document: str, terms: Terms, words: Counter[str], first: int
) -> None:
    """Add the terms and words of a document's segments, of which the first is row `first`."""
    known: dict[str, lexical.Forms] = {}
    for row, one in enumerate(lexical.iterate_rows(connection, document), first):
        text = "\n".join((*one.path, one.text))
        forms = known.setdefault(one.language, {})
        unknown = [word for word in dict.fromkeys(find_surfaces(text)) if word not in forms]
        forms |= dict.fromkeys(unknown, ()) | lexical.read_forms(connection, unknown, one.language)
        for term, times in count_terms(text, forms).items():
            terms.setdefault(term, array("I")).append(4 * row + lexical.mark_times(times))
        words.update(set(split_words(one.text)).union(split_words("\n".join(one.path))))


def read_codes(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows (int32) and marks of what `Terms` hold."""
    return (codes >> 2).astype(np.int32), codes & 3
