"""BM25 over the postings of the full-text index, in arrays; postings are kept once read.

SQLite's own bm25() needs places in every row (three times the size) and knows one weight
per column; here the postings of a query's terms come from FTS5 and are added up in numpy.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from corpus import lexical

K1, B = 1.2, 0.75
"""The customary constants of BM25; not tuned."""
KEPT = 30_000_000
"""Postings kept in memory: 8 bytes each."""


class Posting(NamedTuple):
    """Rows (int32, ascending) that hold a term, and its BM25 there (float32, up to `idf * (K1 + 1)`)."""

    rows: np.ndarray
    weights: np.ndarray
    idf: float


class _Whole(NamedTuple):
    """All postings: term n's are `rows[starts[n]:starts[n + 1]]`, the same of `weights`; `idfs` by n."""

    numbers: dict[str, int]
    starts: list[int]
    rows: np.ndarray
    weights: np.ndarray
    idfs: list[float]


class Ranker:
    """Scores of all rows for terms. `ids` are segment ids ascending, `lengths` characters."""

    def __init__(self, ids: np.ndarray, lengths: np.ndarray) -> None:
        self._ids = ids
        mean = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
        self._damp = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
        self._kept: OrderedDict[str, Posting] = OrderedDict()
        self._count = 0
        self._concepts: dict[str, np.ndarray] = {}
        self._lock = Lock()
        self._whole: _Whole | None = None
        self._nothing = Posting(np.zeros(0, np.int32), np.zeros(0, np.float32), self.weigh_count(0))

    def fill(self, connection: Connection) -> None:
        """Read all postings into memory, so that no query has to."""
        terms, slots, postings = lexical.read_all_postings(connection)
        at, known = self._place(postings.ids)
        rows, slots, counts = at[known].astype(np.int32), slots[known], postings.counts[known]
        sizes = np.bincount(slots, minlength=len(terms))
        idfs = [self.weigh_count(int(size)) for size in sizes]
        idf = np.array(idfs, dtype=np.float32)[slots]
        weights = self._weigh_rows(idf, counts, rows)
        starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        self._whole = _Whole({term: n for n, term in enumerate(terms)}, starts, rows, weights, idfs)

    def score(self, connection: Connection, terms: Iterable[str]) -> tuple[np.ndarray, float]:
        """Return each row's BM25 (float32, n) and the sum of the terms' idf, which bounds it times K1 + 1."""
        scores = np.zeros(len(self._ids), dtype=np.float32)
        total = 0.0
        for term in terms:
            posting = self.read(connection, term)
            scores[posting.rows] += posting.weights
            total += posting.idf
        return scores, total

    def count(self, connection: Connection, term: str) -> int:
        """Return in how many rows a term stands."""
        return len(self.read(connection, term).rows)

    def rows_of(self, connection: Connection, term: str) -> np.ndarray:
        """Return the rows that hold a term, in any order."""
        return self.read(connection, term).rows

    def read(self, connection: Connection, term: str) -> Posting:
        """Return a term's posting."""
        if self._whole is not None:
            return self._pick(self._whole, term)
        with self._lock:
            held = self._kept.get(term)
            if held is not None:
                self._kept.move_to_end(term)
                return held
        posting = self._weigh(lexical.read_postings(connection, term))
        with self._lock:
            if term not in self._kept:
                self._kept[term] = posting
                self._count += len(posting.rows)
            while self._count > KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._count -= len(dropped.rows)
        return posting

    def recall(self, concept: str, find: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the rows of a concept of the term list, found once: its words are looked up one by one."""
        held = self._concepts.get(concept)
        if held is None:
            marked = np.zeros(len(self._ids), dtype=bool)
            marked[find()] = True
            held = self._concepts[concept] = np.flatnonzero(marked)
        return held

    def find_rows(self, ids: np.ndarray) -> np.ndarray:
        """Return the rows (int32) of segment ids, those not known left out."""
        at, known = self._place(ids)
        return at[known].astype(np.int32)

    def _pick(self, whole: _Whole, term: str) -> Posting:
        number = whole.numbers.get(term)
        if number is None:
            return self._nothing
        start, end = whole.starts[number], whole.starts[number + 1]
        return Posting(whole.rows[start:end], whole.weights[start:end], whole.idfs[number])

    def _place(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of segment ids, and which of them are known."""
        at = np.minimum(np.searchsorted(self._ids, ids), max(len(self._ids) - 1, 0))
        return at, self._ids[at] == ids if len(self._ids) else np.zeros(len(at), bool)

    def _weigh(self, postings: lexical.Postings) -> Posting:
        at, known = self._place(postings.ids)
        rows, counts = at[known].astype(np.int32), postings.counts[known]
        idf = self.weigh_count(len(rows))
        return Posting(rows, self._weigh_rows(idf, counts, rows), idf)

    def _weigh_rows(self, idf: float | np.ndarray, counts: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return BM25 of a term in rows, float32, from its idf and its counts there (float32)."""
        weights = idf * counts * np.float32(K1 + 1) / (counts + self._damp[rows])
        return weights.astype(np.float32)

    def weigh_count(self, count: int) -> float:
        """Return the idf of what stands in `count` rows."""
        return float(np.log1p((len(self._ids) - count + 0.5) / (count + 0.5)))
