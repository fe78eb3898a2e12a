"""A large catalogue in one state: what its index holds, less what was removed, with what came since.

Segments get ever higher ids, so newer ones follow those of the index. A document of the index
counts while the catalogue has just its segments; all others that the catalogue has are newer and
are read whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.grams import count_terms, find_surfaces, split_words
from corpus.index import Index, Rows
from corpus.indexing import Recipe, fit_rows
from corpus.lexicon import Lexicon
from corpus.ranking import K1, Posting, Ranker
from corpus.reading import read_vectors
from corpus.rows import Held, read_numbers

NEWER = 4_000
"""Segments beside an index from which it is made again: reading them takes about 0.4 ms each."""
NEWER_SHARE = 0.01
"""Or this share of the index, if that is more: making it again takes longer then."""


@dataclass(frozen=True)
class Newer:
    """A document that is not in the index. `terms` hold (ordinal of the segment, mark) each, `words` counts."""

    document: str
    held: Held
    numbers: np.ndarray
    vectors: np.ndarray
    terms: Mapping[str, Sequence[tuple[int, int]]]
    words: Mapping[str, int]


def read_newer(connection: Connection, document: str, held: Held, recipe: Recipe) -> Newer:
    """Analyse a document's segments as the full-text index did."""
    numbers = read_numbers(connection, {document: 0}, alone=document)
    terms: dict[str, list[tuple[int, int]]] = {}
    words: Counter[str] = Counter()
    known: dict[str, lexical.Forms] = {}
    for ordinal, row in enumerate(lexical.iterate_rows(connection, document)):
        text = "\n".join((*row.path, row.text))
        forms = known.setdefault(row.language, {})
        unknown = [word for word in dict.fromkeys(find_surfaces(text)) if word not in forms]
        forms |= dict.fromkeys(unknown, ()) | lexical.read_forms(connection, unknown, row.language)
        for term, times in count_terms(text, forms).items():
            terms.setdefault(term, []).append((ordinal, lexical.mark_times(times)))
        words.update(set(split_words(row.text)).union(split_words("\n".join(row.path))))
    vectors = recipe.turn(
        fit_rows(read_vectors(connection, "segments", document), held.count, recipe.dimension)
    )
    return Newer(document, held, numbers, vectors, terms, words)


def count_surplus(index: Index, held: Mapping[str, Held]) -> int:
    """Return how many segments are not in the index, or in it and no longer held."""
    same = sum(one.count for document, (_, one) in index.documents.items() if held.get(document) == one)
    return len(index) - same + sum(one.count for one in held.values()) - same


def allowed_surplus(count: int) -> int:
    """Return how many segments may differ from an index of `count` before it is made again."""
    return max(NEWER, int(NEWER_SHARE * count))


class Wide:
    """All segments of a state, in order of id. `numbers` are those of `corpus.rows`, `owner` of `documents`.

    Of the rows the first `bases` are the index's, `sources` (bases,) says which.
    """

    def __init__(self, index: Index, held: Mapping[str, Held], newer: Sequence[Newer]) -> None:
        self.index = index
        self.newer = {one.document: one for one in newer}
        alive = [(one, number) for one, (number, kept) in index.documents.items() if held.get(one) == kept]
        self.documents = (*(document for document, _ in alive), *self.newer)
        renamed = np.full(len(index.documents), -1, dtype=np.int64)
        renamed[[number for _, number in alive]] = np.arange(len(alive))
        owners = renamed[index.numbers[:, 1]]
        self.whole = len(alive) == len(index.documents)
        self.sources = np.flatnonzero(owners >= 0)
        self.bases = len(self.sources)
        self._renamed = np.full(len(index), -1, dtype=np.int32)
        self._renamed[self.sources] = np.arange(self.bases, dtype=np.int32)
        parts = [index.numbers[self.sources].copy(), *(one.numbers.copy() for one in newer)]
        parts[0][:, 1] = owners[self.sources]
        for number, part in enumerate(parts[1:], len(alive)):
            part[:, 1] = number
        self.numbers = np.concatenate(parts)
        self._terms = _merge(newer, self.bases)
        self.words = Counter[str]()
        for one in newer:
            self.words.update(one.words)

    def rows_of(self, term: str) -> Rows:
        """Return the rows that hold a term. Raises: FlatDamaged."""
        rows = self.index.read_rows(term)
        if not self.whole:
            rows = tuple(self._rename(one) for one in rows)
        more = self._terms.get(term)
        return tuple(map(np.concatenate, zip(rows, more, strict=True))) if more else rows

    def owner_of(self, row: int) -> int | None:
        """Return the number that a row's document has in the index, None if it is newer."""
        if row >= self.bases:
            return None
        return int(self.index.numbers[self.sources[row], 1])

    def heads(self) -> np.ndarray:
        """Return the heads of all rows."""
        kept = self.index.heads if self.whole else self.index.heads[self.sources]
        fresh = [self.index.frame.make_heads(one.vectors) for one in self.newer.values()]
        return np.concatenate([kept, *fresh]) if fresh else kept

    def codes(self) -> np.ndarray:
        """Return the codes of all rows."""
        kept = self.index.codes if self.whole else self.index.codes[:, self.sources]
        fresh = [self.index.frame.make_codes(one.vectors) for one in self.newer.values()]
        return np.concatenate([kept, *fresh], axis=1) if fresh else kept

    def read_vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return vectors without language, float32 (n, d)."""
        found = np.zeros((len(rows), len(self.index.total)), dtype=np.float32)
        old = rows < self.bases
        found[old] = self.index.read_vectors(self.sources[rows[old]])
        if not old.all():
            found[~old] = np.concatenate([one.vectors for one in self.newer.values()])[
                rows[~old] - self.bases
            ]
        return found

    def sum_vectors(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums (d,) of all vectors and (d, d) of their products, float64."""
        total, squares = self.index.total.copy(), self.index.squares.copy()
        gone = np.flatnonzero(self._renamed < 0)
        parts = [(-1.0, self.index.read_vectors(gone)), *((1.0, one.vectors) for one in self.newer.values())]
        for sign, rows in parts:
            total += sign * rows.sum(axis=0, dtype=np.float64)
            squares += sign * (rows.T @ rows)
        return total, squares

    def _rename(self, rows: np.ndarray) -> np.ndarray:
        here = self._renamed[rows]
        return here[here >= 0]


def _merge(newer: Sequence[Newer], first: int) -> dict[str, Rows]:
    """Return the rows of each term in newer documents; `first` is the first one's first row."""
    found: dict[str, tuple[list[int], ...]] = {}
    for one in newer:
        for term, places in one.terms.items():
            lists = found.setdefault(term, tuple([] for _ in lexical.COUNTS))
            for ordinal, mark in places:
                lists[mark].append(first + ordinal)
        first += len(one.numbers)
    return {term: tuple(np.array(rows, np.int32) for rows in lists) for term, lists in found.items()}


class WideRanker(Ranker):
    """BM25 of a large catalogue's rows.

    How often a term stands is one of three numbers, so of each row the factor of one occurrence is known, and
    how much more two and four are worth; what remains is to add up the idf of the terms that stand there: a
    product of a sparse matrix of ones.
    """

    def __init__(self, wide: Wide) -> None:
        numbers = wide.numbers
        super().__init__(numbers[:, 0], numbers[:, 4] - numbers[:, 3])
        self._wide = wide
        counts = np.array(lexical.COUNTS, dtype=np.float32)[:, None]
        factors = counts * np.float32(K1 + 1) / (counts + self._damp)
        self._once, self._more = factors[0], factors / factors[0]
        self._ones = np.ones(0, dtype=np.float32)

    def fill(self, connection: Connection) -> None:
        """Leave the postings where they are."""

    def count(self, connection: Connection, term: str) -> int:  # noqa: ARG002
        """Return in how many rows a term stands."""
        return sum(map(len, self._wide.rows_of(term)))

    def read(self, connection: Connection, term: str) -> Posting:  # noqa: ARG002
        """Return a term's posting."""
        parts = self._wide.rows_of(term)
        rows = np.concatenate(parts)
        order = np.argsort(rows)
        counts = np.repeat(np.array(lexical.COUNTS, np.float32), [len(one) for one in parts])[order]
        idf = self.weigh_count(len(rows))
        return Posting(rows[order], self._weigh_rows(idf, counts, rows[order]), idf)

    def score(self, connection: Connection, terms: Iterable[str]) -> tuple[np.ndarray, float]:  # noqa: ARG002
        """Return each row's BM25 (float32, n) and the sum of the terms' idf."""
        total = 0.0
        once: list[tuple[np.ndarray, float]] = []
        more: list[tuple[np.ndarray, float]] = []
        values: list[np.ndarray] = []
        for term in terms:
            parts = self._wide.rows_of(term)
            idf = self.weigh_count(sum(map(len, parts)))
            total += idf
            once.append((parts[0], idf))
            for mark, rows in enumerate(parts[1:], 1):
                more.append((rows, idf))
                values.append(self._more[mark].take(rows))
        if not once:
            return np.zeros(self._damp.size, dtype=np.float32), total
        scores = self._add_up(once, self._take_ones(sum(len(rows) for rows, _ in once)))
        scores += self._add_up(more, np.concatenate(values))
        scores *= self._once
        return scores, total

    def _take_ones(self, count: int) -> np.ndarray:
        if len(self._ones) < count:
            self._ones = np.ones(2 * count, dtype=np.float32)
        return self._ones[:count]

    def _add_up(self, postings: Sequence[tuple[np.ndarray, float]], values: np.ndarray) -> np.ndarray:
        """Return for each row the sum of weight times value of the postings that name it, float32 (n,)."""
        from scipy.sparse import csc_array

        ends = np.cumsum([0, *(len(rows) for rows, _ in postings)], dtype=np.int32)
        rows = np.concatenate([rows for rows, _ in postings])
        matrix = csc_array((values, rows, ends), shape=(self._damp.size, len(postings)))
        found: np.ndarray = matrix @ np.array([weight for _, weight in postings], dtype=np.float32)
        return found


class WideLexicon(Lexicon):
    """Words of a large catalogue. Where documents of the index were removed, the catalogue itself is asked."""

    def __init__(self, wide: Wide) -> None:
        super().__init__()
        self._wide = wide

    def fill(self, connection: Connection) -> None:
        """Leave the words where they are."""

    def count(self, connection: Connection, word: str) -> int:
        """Return in how many segments a canonical word stands."""
        if not self._wide.whole:
            return super().count(connection, word)
        at = self._wide.index.words.find(word)
        return (int(self._wide.index.word_counts[at]) if at >= 0 else 0) + self._wide.words.get(word, 0)

    def expand(self, connection: Connection, start: str, limit: int) -> list[str]:
        """Return words that start with canonical letters, the most frequent first."""
        if not self._wide.whole:
            return super().expand(connection, start, limit)
        index, newer = self._wide.index, self._wide.words
        places = index.words.span(start)
        counts = Counter({one: count for one, count in newer.items() if one.startswith(start)})
        kept = index.word_counts[places.start : places.stop]
        if len(kept) > 4 * limit:
            bound = np.partition(kept, len(kept) - limit)[len(kept) - limit]
            chosen = np.flatnonzero(kept >= bound)
        else:
            chosen = np.arange(len(kept))
        held = {index.words[places.start + at].decode(): int(kept[at]) for at in chosen.tolist()}
        for word in counts:
            at = index.words.find(word)
            held[word] = counts[word] + (int(index.word_counts[at]) if at >= 0 else 0)
        return sorted(held, key=lambda word: (-held[word], word))[:limit]
