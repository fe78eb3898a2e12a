"""How near the words of a passage come to those of a question: late interaction over kept bits.

Each token of the question looks for the word of the passage that is nearest to it, and the mean of
these is the passage's closeness. A document's bits are kept as long as there is room.
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


class Closeness:
    """Words of a shelf's segments, and how near they come to a question; safe to use from several threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._kept: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def measure(self, connection: Connection, rows: np.ndarray, aims: np.ndarray) -> np.ndarray:
        """Return each segment's closeness, float32 (n,), from -0.8 to 0.8; nan where no words are kept.

        `aims` are the question's tokens, unit rows (t, d).
        """
        if not len(aims):
            return np.full(len(rows), np.nan, dtype=np.float32)
        found: np.ndarray = self.meet(connection, rows, aims).mean(axis=1)
        return found

    def meet(self, connection: Connection, rows: np.ndarray, aims: np.ndarray) -> np.ndarray:
        """Return how near the nearest word of each segment comes to each aim, (n, t); nan where none are kept."""
        parts = [self._words(connection, row) for row in rows.tolist()]
        sizes = np.array([len(one) for one in parts], dtype=np.int64)
        held = sizes > 0
        found = np.full((len(rows), len(aims)), np.nan, dtype=np.float32)
        if held.any() and len(aims):
            packed = np.concatenate([one for one in parts if len(one)])
            bits = np.unpackbits(packed, axis=1, count=aims.shape[1])
            near = 2.0 * (bits.astype(np.float32) @ aims.T) - aims.sum(axis=1)
            firsts = np.concatenate([[0], np.cumsum(sizes[held])[:-1]])
            found[held] = np.maximum.reduceat(near, firsts, axis=0) / np.sqrt(aims.shape[1])
        return found

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
