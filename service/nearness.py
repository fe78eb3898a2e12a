"""How near segments are to a question: all compared exactly, or all by bits and the best exactly.

Measured at 250,000 segments and written in docs/search.md: the bits take a tenth of an exact product.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from corpus.wide import Wide

BLOCK = 256
"""Rows made exact at a time, which stay in the processor's cache: of 4,500 in one piece 9.5 ms of CPU, so 4.4."""


class Nearness(Protocol):
    """Compares a question's vector (d,) with those of all rows."""

    exact: bool

    def compare(self, query: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return the cosine with each row, float32 (n,), their mean and standard deviation."""
        ...

    def refine(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the exact cosines with some rows (ascending), float32."""
        ...


class Exact:
    """Rows in memory, float32 (n, d)."""

    exact = True

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def compare(self, query: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return the cosine with each row, their mean and standard deviation."""
        cosines = self._vectors @ query
        if not len(cosines):
            return cosines, 0.0, 1.0
        return cosines, float(cosines.mean()), float(cosines.std())

    def refine(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the cosines with some rows."""
        found: np.ndarray = self._vectors[rows] @ query
        return found


class Coded:
    """Rows of a large catalogue by their codes, newer ones exactly; mean and spread are exact all the same."""

    exact = False

    def __init__(self, wide: Wide) -> None:
        count = max(len(wide.numbers), 1)
        self._wide = wide
        self._newer = wide.stack_newer()
        total, squares = wide.sum_vectors()
        self._mean, self._squares = total / count, squares / count

    def compare(self, query: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return an estimate of the cosine with each row, their mean and standard deviation."""
        level = float(self._mean @ query)
        spread = float(np.sqrt(max(query @ self._squares @ query - level**2, 0.0)))
        found = []
        for part in self._wide.parts:
            about = part.index.frame.estimate(query, part.index.heads, part.index.codes)
            found.append(about if part.whole else about[part.sources])
        if len(self._newer):
            found.append(self._newer @ query)
        return found[0] if len(found) == 1 else np.concatenate(found), level, spread

    def refine(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the exact cosines with some rows."""
        old = rows[: np.searchsorted(rows, self._wide.bases)]
        fresh = rows[len(old) :] - self._wide.bases
        blocks = (old[at : at + BLOCK] for at in range(0, len(old), BLOCK))
        found = [self._wide.read_vectors(block) @ query for block in blocks]
        return np.concatenate([*found, self._newer[fresh] @ query])
