"""How near segments are to a question: all compared exactly, or all by bits and the best exactly.

Measured at 250,000 segments and written in docs/search.md: the bits take a tenth of an exact product.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from corpus.wide import Wide


class Nearness(Protocol):
    """Compares a question's vector (d,) with those of all rows."""

    exact: bool

    def compare(self, query: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return the cosine with each row, float32 (n,), their mean and standard deviation."""
        ...

    def refine(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the exact cosines with some rows, float32."""
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
    """Rows of a large catalogue by their codes; mean and spread are exact all the same."""

    exact = False

    def __init__(self, wide: Wide) -> None:
        count = max(len(wide.numbers), 1)
        self._wide = wide
        self._heads, self._codes = wide.heads(), wide.codes()
        total, squares = wide.sum_vectors()
        self._mean, self._squares = total / count, squares / count

    def compare(self, query: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return an estimate of the cosine with each row, their mean and standard deviation."""
        level = float(self._mean @ query)
        spread = float(np.sqrt(max(query @ self._squares @ query - level**2, 0.0)))
        return self._wide.index.frame.estimate(query, self._heads, self._codes), level, spread

    def refine(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the exact cosines with some rows."""
        found: np.ndarray = self._wide.read_vectors(rows) @ query
        return found
