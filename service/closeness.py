"""How near the words of a passage come to those of a question: late interaction over kept bits.

Each word of the question that means something looks for the nearest word of a passage. An answer says
what is asked about in one place, so only words that stand near each other count together: a passage's closeness is
that of its best stretch, the question's words by their weights. A document's bits are kept as long as there is room.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from sqlalchemy import Connection

from corpus.reading import read_words
from service.shelf import Shelf

KEPT = 400_000_000
"""Bytes of bits kept: 2.6 KB a segment of 55 words, so 150,000 segments."""


BLOCK = 8
"""Words of half a stretch. MRR@10 of 383 own questions, left out in turn: with 6, 8, 10 and 12 .768 to .770, with 16
.763, with 28 .760, with two sentences .764, with the whole passage .759."""


class Closeness:
    """Words of a shelf's segments, and how near they come to a question; safe to use from several threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._kept: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def measure(
        self, connection: Connection, rows: np.ndarray, aims: np.ndarray, weights: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return each segment's closeness, float32 (n,), and how near its nearest word comes to each aim, (n, t).

        Both are from -0.8 to 0.8, nan where no words are kept. `aims` are the question's words, unit rows (t, d),
        `weights` (t,) theirs.
        """
        found = np.full(len(rows), np.nan, dtype=np.float32)
        met = np.full((len(rows), len(aims)), np.nan, dtype=np.float32)
        near, sizes = self._compare(connection, rows, aims)
        if near.size:
            met[sizes > 0] = _take_most(near, sizes)
            blocks = -(-sizes // BLOCK)
            stretches = _join_neighbours(_take_most(near, sizes, BLOCK), blocks)
            worth = stretches @ (weights / weights.sum()).astype(np.float32)
            found[sizes > 0] = _take_most(worth[:, None], blocks)[:, 0]
        return found, met

    def _compare(
        self, connection: Connection, rows: np.ndarray, aims: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return how near each word of the segments comes to each aim, (words, t), and each segment's words, (n,)."""
        parts = [self._words(connection, row) for row in rows.tolist()]
        sizes = np.array([len(one) for one in parts], dtype=np.int64)
        if not sizes.any() or not len(aims):
            return np.zeros((0, len(aims)), dtype=np.float32), sizes
        bits = np.unpackbits(np.concatenate([one for one in parts if len(one)]), axis=1, count=aims.shape[1])
        near = 2.0 * (bits.astype(np.float32) @ aims.T) - aims.sum(axis=1)
        return near / np.float32(np.sqrt(aims.shape[1])), sizes

    def fill(self, connection: Connection) -> None:
        """Read the words of all documents, as many as are kept."""
        for owner in range(len(self._shelf.documents)):
            if self._size >= KEPT:
                return
            self._read(connection, owner)

    def _words(self, connection: Connection, row: int) -> np.ndarray:
        starts, bits = self._read(connection, int(self._shelf.owners[row]))
        ordinal = int(self._shelf.ordinals[row])
        return bits[starts[ordinal] : starts[ordinal + 1]] if ordinal + 1 < len(starts) else bits[:0]

    def _read(self, connection: Connection, owner: int) -> tuple[np.ndarray, np.ndarray]:
        with self._lock:
            held = self._kept.get(owner)
            if held is not None:
                self._kept.move_to_end(owner)
                return held
        counts, bits = read_words(connection, self._shelf.documents[owner])
        fresh = np.concatenate([[0], np.cumsum(counts)]), bits
        with self._lock:
            if owner not in self._kept:
                self._kept[owner] = fresh
                self._size += bits.nbytes
            while self._size > KEPT and len(self._kept) > 1:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._size -= dropped.nbytes
        return fresh


def _take_most(values: np.ndarray, sizes: np.ndarray, step: int | None = None) -> np.ndarray:
    """Return the most of each run of rows, of so many each, or of every `step` rows within one; empty runs left out."""
    ends = np.cumsum(sizes)
    runs = [np.arange(end - size, end, step or size) for end, size in zip(ends, sizes, strict=True) if size]
    most: np.ndarray = np.maximum.reduceat(values, np.concatenate(runs), axis=0)
    return most


def _join_neighbours(blocks: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the most of each block and the next of its segment, which has so many; the last stands alone."""
    joined = np.maximum(blocks, np.roll(blocks, -1, axis=0))
    last = np.cumsum(sizes)[sizes > 0] - 1
    joined[last] = blocks[last]
    return joined
