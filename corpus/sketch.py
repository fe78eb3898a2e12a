"""Near-duplicate texts: bottom-k sketches of word shingles (Broder 1997).

Findings: the same report printed by another program (other pages, other hyphenation)
shares over 0.97 of its 8-word shingles' sketch once words are compared by their letters;
two different strategies share under 0.02. The old and the new edition of one report
lie between, hence the two bounds.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np

SHINGLE = 8
"""Words in a shingle."""
SIZE = 512
"""Hashes kept: the likeness is known to about 1/sqrt(512), 0.04."""
DUPLICATE = 0.9
"""From this likeness two texts are the same one."""
EDITION = 0.3
"""From this likeness one may be a new edition of the other; the user is told."""

_WORD = re.compile(r"[^\W\d_]+")


def sketch_text(text: str) -> bytes:
    """Return up to 512 sorted 64-bit hashes of the text's word shingles, as bytes."""
    words = _WORD.findall(text.casefold())
    shingles = {" ".join(words[n : n + SHINGLE]) for n in range(max(len(words) - SHINGLE + 1, 1))}
    hashes = (hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles)
    numbers = np.sort(np.array([int.from_bytes(one, "big") for one in hashes], dtype=np.uint64))
    return numbers[:SIZE].tobytes()


def compare_sketches(one: bytes, other: bytes) -> float:
    """Return the likeness (Jaccard estimate) in [0, 1] of two sketched texts."""
    a, b = np.frombuffer(one, dtype=np.uint64), np.frombuffer(other, dtype=np.uint64)
    union = np.union1d(a, b)[:SIZE]
    if not len(union):
        return 0.0
    shared = np.intersect1d(np.intersect1d(a, b, assume_unique=True), union, assume_unique=True)
    return len(shared) / len(union)
