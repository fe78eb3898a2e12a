"""Tokens of sentences, and what a lens of a few directions sees of them.

A claim often hangs on a word or two ("mangler", "søknadene ligger i to år"), which the mean over a
sentence drowns: of each direction the largest value over the tokens is kept instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tokens:
    """Token vectors of sentences: sentence n has `rows[starts[n]:starts[n + 1]]`, float16 (t, d), t from 1."""

    rows: np.ndarray
    starts: np.ndarray

    def take(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of the chosen sentences (indexes), float32, and where each one's begin."""
        firsts, ends = self.starts[chosen], self.starts[chosen + 1]
        rows = np.concatenate([self.rows[a:b] for a, b in zip(firsts, ends, strict=True)]).astype(np.float32)
        return rows, np.concatenate([[0], np.cumsum(ends - firsts)[:-1]])


def find_peaks(tokens: Sequence[np.ndarray], lens: np.ndarray) -> np.ndarray:
    """Return of each sentence the largest value of each direction over its tokens, float32 (n, k).

    `tokens` are (t, d) a sentence, `lens` (d, k); a sentence without tokens has zeros.
    """
    peaks = np.zeros((len(tokens), lens.shape[1]), dtype=np.float32)
    for row, one in zip(peaks, tokens, strict=True):
        if len(one):
            row[:] = (one @ lens).max(axis=0)
    return peaks
