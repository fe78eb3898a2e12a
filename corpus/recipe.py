"""What an index is made with, and what tells that from others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import lexical, schema

VERSION = 1
"""Of the files' contents."""
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


def fit_rows(rows: np.ndarray, count: int, width: int) -> np.ndarray:
    """Return as many rows as there are segments; those without a vector are zeros."""
    fitted = np.zeros((count, width), dtype=np.float32)
    if len(rows):
        fitted[: len(rows)] = rows[:count]
    return fitted
