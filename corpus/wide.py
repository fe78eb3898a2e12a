"""A large catalogue in one state: what its indexes hold, less what was removed, with what came since.

Segments get ever higher ids, so those of a second index follow those of the first, and newer ones
follow both. A document of an index counts while the catalogue has just its segments; all others
that the catalogue has are newer and are read whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.index import Index, Rows
from corpus.lexicon import Lexicon
from corpus.newer import Newer, read_codes
from corpus.ranking import K1, Posting, Ranker
from corpus.rows import Held


@dataclass(frozen=True)
class Layout:
    """Which documents count in which index, and which are in none; each in order of id."""

    shares: tuple[tuple[Index, tuple[str, ...]], ...]
    rest: tuple[str, ...]

    def count_idle(self) -> list[int]:
        """Return how many segments of each index do not count."""
        return [
            len(index) - sum(index.documents[one][1].count for one in share) for index, share in self.shares
        ]

    def is_ordered(self, held: Mapping[str, Held]) -> bool:
        """Return whether the segments of each index, and the rest, follow those before them."""
        groups = [one for one in (*(share for _, share in self.shares), self.rest) if one]
        return all(held[one[-1]].last < held[other[0]].first for one, other in pairwise(groups))


def lay_out(indexes: Sequence[Index], held: Mapping[str, Held]) -> Layout:
    """Give each document to the first index that has just its segments."""
    left = dict(held)
    shares = []
    for index in indexes:
        share = tuple(one for one, (_, kept) in index.documents.items() if left.get(one) == kept)
        for one in share:
            del left[one]
        shares.append((index, share))
    return Layout(tuple(shares), tuple(left))


@dataclass(frozen=True)
class Part:
    """The rows of one index that count: row `first + n` of all is its row `sources[n]`.

    `renamed` (len(index),) gives the row among all, -1 for those that do not count.
    """

    index: Index
    first: int
    sources: np.ndarray
    renamed: np.ndarray

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.first + len(self.sources)

    @property
    def whole(self) -> bool:
        """Whether all rows count."""
        return len(self.sources) == len(self.index)

    def rows_of(self, term: str) -> Rows:
        """Return the rows that hold a term. Raises: FlatDamaged."""
        rows = self.index.read_rows(term)
        if self.whole and not self.first:
            return rows
        if self.whole:
            return tuple(one + np.int32(self.first) for one in rows)
        named = [self.renamed[one] for one in rows]
        return tuple(one[one >= 0] for one in named)


@dataclass(frozen=True)
class Place:
    """Where a row's segment lies: an index, the number of its document there, and its row there."""

    index: Index
    owner: int
    row: int


class Wide:
    """All segments of a state, in order of id. `numbers` are those of `corpus.rows`, `owner` of `documents`.

    They lie column by column. The rows of `parts` come first, then those of `newer` documents, from row `bases`
    on; `words` and `ordered` are the words of these.
    """

    def __init__(self, layout: Layout, newer: Sequence[Newer]) -> None:
        self.newer = {one.document: one for one in newer}
        self.documents = (*(one for _, share in layout.shares for one in share), *self.newer)
        self.words = Counter[str]()
        for one in newer:
            self.words.update(one.words)
        self.ordered = sorted(self.words)
        parts, numbers, first, owner = [], [], 0, 0
        for index, share in layout.shares:
            part, rows = _take_part(index, share, first, owner)
            parts.append(part)
            numbers.append(rows)
            first, owner = part.end, owner + len(share)
        self.parts, self.bases = tuple(parts), first
        self._firsts = []
        for one in newer:
            rows = one.numbers.copy(order="F")
            rows[:, 1] = owner
            numbers.append(rows)
            self._firsts.append(first)
            first, owner = first + len(rows), owner + 1
        self.numbers = np.concatenate(numbers)

    @property
    def whole(self) -> bool:
        """Whether all rows of all indexes count."""
        return all(part.whole for part in self.parts)

    @property
    def main(self) -> Index:
        """The largest index."""
        return self.parts[0].index

    def rows_of(self, term: str) -> Rows:
        """Return the rows that hold a term. Raises: FlatDamaged."""
        groups = [part.rows_of(term) for part in self.parts]
        codes = [
            np.frombuffer(held, dtype=np.uint32) + np.uint32(4 * first)
            for first, one in zip(self._firsts, self.newer.values(), strict=True)
            if (held := one.terms.get(term)) is not None
        ]
        if codes:
            rows, marks = read_codes(np.concatenate(codes))
            groups.append(tuple(rows[marks == mark] for mark in range(len(lexical.COUNTS))))
        return groups[0] if len(groups) == 1 else tuple(map(np.concatenate, zip(*groups, strict=True)))

    def find(self, row: int) -> Place | None:
        """Return where a row lies, None if its document is newer."""
        for part in self.parts:
            if row < part.end:
                at = int(part.sources[row - part.first])
                return Place(part.index, int(part.index.numbers[at, 1]), at)
        return None

    def stack_newer(self) -> np.ndarray:
        """Return the vectors of newer documents, float32 (n, d)."""
        nothing = np.zeros((0, len(self.main.total)), dtype=np.float32)
        return np.concatenate([nothing, *(one.vectors for one in self.newer.values())])

    def read_vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return vectors without language, float32 (n, d), of rows of the indexes."""
        found = np.zeros((len(rows), len(self.main.total)), dtype=np.float32)
        for part in self.parts:
            inside = (rows >= part.first) & (rows < part.end)
            if inside.any():
                found[inside] = part.index.read_vectors(part.sources[rows[inside] - part.first])
        return found

    def sum_vectors(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums (d,) of all vectors and (d, d) of their products, float64."""
        total, squares = np.zeros_like(self.main.total), np.zeros_like(self.main.squares)
        fresh = self.stack_newer()
        total += fresh.sum(axis=0, dtype=np.float64)
        squares += fresh.T @ fresh
        for part in self.parts:
            gone = part.index.read_vectors(np.flatnonzero(part.renamed < 0))
            total += part.index.total - gone.sum(axis=0, dtype=np.float64)
            squares += part.index.squares - gone.T @ gone
        return total, squares


def _take_part(index: Index, share: Sequence[str], first: int, owner: int) -> tuple[Part, np.ndarray]:
    """Return the part of an index that some of its documents make, and its numbers; `owner` is that of the first."""
    named = np.full(len(index.documents), -1, dtype=np.int64)
    named[[index.documents[one][0] for one in share]] = owner + np.arange(len(share))
    owners = named[index.numbers[:, 1]]
    sources = np.flatnonzero(owners >= 0)
    renamed = np.full(len(index), -1, dtype=np.int32)
    renamed[sources] = first + np.arange(len(sources), dtype=np.int32)
    numbers = index.numbers.T[:, sources].T
    numbers[:, 1] = owners[sources]
    return Part(index, first, sources, renamed), numbers


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

    def rows_of(self, connection: Connection, term: str) -> np.ndarray:  # noqa: ARG002
        """Return the rows that hold a term, in any order."""
        return np.concatenate(self._wide.rows_of(term))

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
        found = self._wide.words.get(word, 0)
        for part in self._wide.parts:
            at = part.index.words.find(word)
            found += int(part.index.word_counts[at]) if at >= 0 else 0
        return found

    def expand(self, connection: Connection, start: str, limit: int) -> list[str]:
        """Return words that start with canonical letters, the most frequent first."""
        if not self._wide.whole:
            return super().expand(connection, start, limit)
        index, counts = self._wide.main, self._count_beside(start)
        places = index.words.span(start)
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

    def _count_beside(self, start: str) -> Counter[str]:
        """Return the words outside the largest index that start so, with their counts there."""
        newer, ordered = self._wide.words, self._wide.ordered
        places = slice(bisect_left(ordered, start), bisect_left(ordered, start + "\U0010ffff"))
        counts = Counter({one: newer[one] for one in ordered[places]})
        for part in self._wide.parts[1:]:
            for at in part.index.words.span(start):
                counts[part.index.words[at].decode()] += int(part.index.word_counts[at])
        return counts
