"""Features of statements: vectors in context, cue words in context, form, hashed words.

Two blocks come out. The dense one holds the statement's vector beside those of its
surroundings, and counts of cues in the sentence, its opening words, its headings, its
lead-in and the sentence before. The sparse one holds hashed word stems, alone and in pairs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args
from zlib import crc32

import numpy as np

from models.cues import Lexicon, split_words, statement_cues, term_cues
from models.document import ANALYSED, Unit
from models.statement import Statement, Statements
from models.taxonomy import Taxonomy, load_taxonomy

BUCKETS = 1 << 14  # hashed stems: keeps the weights under 3 MB; other sizes were not measured
_STEM = 7  # characters of a word that count; chosen, not measured
_OPENING = 3  # words: where an infinitive, an imperative or "Mangel på" stands
_MOST = 3.0  # a class counts no more than this
_LONG_WORD = 60  # characters; what is longer is no word
_UNITS: tuple[str, ...] = get_args(Unit)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Classes of cues whose meeting in one sentence says more than each: "ikke … barriere".
_MEETINGS = (
    ("negation", "obstacle"), ("concede", "obstacle"), ("contained", "obstacle"), ("method", "obstacle"),
    ("negation", "lack"), ("elsewhere", "obstacle"), ("elsewhere", "asset"), ("elsewhere", "possible"),
    ("can", "act"), ("must", "act"), ("need", "lack"), ("can", "possible"), ("must", "priority"),
    ("method", "priority"), ("method", "possible"), ("method", "scheme"), ("history", "scheme"),
    ("reported", "obstacle"), ("reported", "asset"), ("we", "will"), ("negation", "priority"),
    ("example", "asset"), ("priority", "region"), ("asset", "region"), ("possible", "region"),
)  # fmt: skip


@dataclass(frozen=True)
class Sparse:
    """Rows of hashed features: `indices[starts[n]:starts[n+1]]`, each with weight 1/√count."""

    indices: np.ndarray
    starts: np.ndarray

    def dot(self, weights: np.ndarray) -> np.ndarray:
        """Return float32 (n, k) for weights (BUCKETS, k)."""
        counts = np.diff(self.starts)
        out = np.zeros((len(counts), weights.shape[1]), dtype=np.float32)
        filled = counts > 0
        if filled.any():
            sums = np.add.reduceat(weights[self.indices], self.starts[:-1][filled], axis=0)
            out[filled] = sums / np.sqrt(counts[filled])[:, None]
        return out


@dataclass(frozen=True)
class Features:
    """All that the heads read. `near` are vectors (n, parts, d), `plain` the counts (n, p).

    `theme_counts` (n, themes) and `actor_counts` (n, actors) are how often their cues occur.
    `peaks` (n, k) are a sentence's tokens seen through the heads' lens: of each direction the
    largest value (models/peaks.py).
    """

    near: np.ndarray
    plain: np.ndarray
    words: Sparse
    theme_counts: np.ndarray
    actor_counts: np.ndarray
    peaks: np.ndarray


class FeatureMaker:
    """Makes features; its lexicons come from cues.toml and the taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.cues = statement_cues()
        self.themes = term_cues(taxonomy.themes)
        self.actors = term_cues(taxonomy.actors)
        numbers = {name: at for at, name in enumerate(self.cues.names)}
        self._left = [numbers[left] for left, _ in _MEETINGS]
        self._right = [numbers[right] for _, right in _MEETINGS]
        shipped = load_taxonomy()
        self._shipped = (len(shipped.themes), len(shipped.actors))  # a user's own come after these

    def make(
        self, statements: Statements, rows: np.ndarray, segments: np.ndarray, peaks: np.ndarray
    ) -> Features:
        """Return the features of statements with vectors (n, d), those of their segments, and peaks (n, k)."""
        words = [split_words(one.text) for one in statements.items]
        near = _surround(statements, rows, segments)
        themes = _count_all(self.themes, statements, words)
        actors = _count_all(self.actors, statements, words)
        known = [themes[:, : self._shipped[0]], actors[:, : self._shipped[1]]]
        plain = np.concatenate([self._plain(statements, words), *known], axis=1)
        return Features(near, np.minimum(plain, _MOST), _hash_all(statements, words), themes, actors, peaks)

    def _plain(self, statements: Statements, words: Sequence[Sequence[str]]) -> np.ndarray:
        items = statements.items
        own = _count_all(self.cues, statements, words)
        opening = _count_all(self.cues, statements, [one[:_OPENING] for one in words])
        titles, paths = self._count_paths(items)
        blocks = [
            own,
            opening,
            titles,
            paths,
            _take(own, statements.leads),
            _take(own, statements.before),
            own[:, self._left] * own[:, self._right] > 0,
            _form(statements, words),
        ]
        return np.concatenate([block.astype(np.float32) for block in blocks], axis=1)

    def _count_paths(self, items: Sequence[Statement]) -> tuple[np.ndarray, np.ndarray]:
        """Return counts in the nearest heading and in those above it."""
        known: dict[tuple[tuple[str, ...], str], tuple[np.ndarray, np.ndarray]] = {}
        for one in items:
            key = (one.path, one.language)
            if key not in known:
                nearest = split_words(one.path[-1]) if one.path else []
                above = [word for title in one.path[:-1] for word in split_words(title)]
                known[key] = (self.cues.count(nearest, one.language), self.cues.count(above, one.language))
        pairs = [known[one.path, one.language] for one in items]
        width = len(self.cues.names)
        titles = np.array([pair[0] for pair in pairs], dtype=np.float32).reshape(-1, width)
        return titles, np.array([pair[1] for pair in pairs], dtype=np.float32).reshape(-1, width)


def _surround(statements: Statements, rows: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Return (n, 6, d): own vector, before, after, lead-in, heading, segment."""
    parts = [
        rows,
        *(
            _take(rows, at)
            for at in (statements.before, statements.after, statements.leads, statements.headings)
        ),
    ]
    return np.stack([*parts, segments], axis=1).astype(np.float32)


def _take(table: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the rows at indexes, zeros where the index is -1."""
    if not len(table):
        return table
    return table[at] * (at >= 0)[:, None].astype(table.dtype)


def _count_all(lexicon: Lexicon, statements: Statements, words: Sequence[Sequence[str]]) -> np.ndarray:
    counts = [lexicon.count(one, item.language) for one, item in zip(words, statements.items, strict=True)]
    return np.array(counts, dtype=np.float32).reshape(-1, len(lexicon.names))


def _form(statements: Statements, words: Sequence[Sequence[str]]) -> np.ndarray:
    """Return what is seen without reading: unit, language, place, length, signs."""
    rows = []
    items = statements.items
    for at, (one, said) in enumerate(zip(items, words, strict=True)):
        lead = statements.leads[at]
        rows.append([
            *(one.unit == name for name in _UNITS),
            *(one.language == code for code in ANALYSED),
            one.boxed,
            statements.before[at] < 0,
            statements.after[at] < 0,
            np.log1p(len(said)) / 2,
            bool(_DIGIT.search(one.text)),
            bool(_YEAR.search(one.text)),
            "%" in said,
            one.text.endswith(":"),
            one.text.endswith("?"),
            one.text[:1].islower(),
            one.text[:1] in "«“”\"–-",
            lead >= 0,
            lead >= 0 and items[lead].text.endswith(":"),
            len(one.path) / 3,
        ])  # fmt: skip
    return np.array(rows, dtype=np.float32).reshape(len(items), -1)


def _hash_all(statements: Statements, words: Sequence[Sequence[str]]) -> Sparse:
    known: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for one, said in zip(statements.items, words, strict=True):
        indices += sorted(_hash_words(one, said, known))
        starts.append(len(indices))
    return Sparse(np.array(indices, dtype=np.int64), np.array(starts, dtype=np.int64))


def _hash_words(statement: Statement, words: Sequence[str], known: dict[str, int]) -> set[int]:
    stems = [word[:_STEM] for word in words if len(word) <= _LONG_WORD]
    keys = [*stems, *(f"{left} {right}" for left, right in pairwise(stems))]
    if stems:
        keys.append("^" + stems[0])
    if statement.path:
        keys += ["#" + word[:_STEM] for word in split_words(statement.path[-1])]
    found = set()
    for key in keys:
        bucket = known.get(key)
        if bucket is None:
            bucket = known[key] = crc32(key.encode("utf-8", "replace")) % BUCKETS
        found.add(bucket)
    return found
