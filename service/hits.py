"""Passages -> hits: pages, section path, labels, reasons; near-duplicates folded into one before they are read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corpus.grams import find_words
from models.document import LANGUAGES
from models.finding import Hit, Why
from service.passages import Excerpt, Passage
from service.shelf import Shelf

if TYPE_CHECKING:
    from service.search import Found

SAME = 0.8
"""Share of three-word runs from which two passages of a document say the same."""
TERMS = 12
"""Matched terms that are told."""


def fold(excerpts: Sequence[Excerpt], limit: int) -> list[tuple[Excerpt, list[Excerpt]]]:
    """Return the best segments, each with those of its document that repeat it."""
    kept: list[tuple[Excerpt, list[Excerpt]]] = []
    for one in excerpts:
        same = (pair for pair in kept if pair[0].source.id == one.source.id)
        twin = next((pair for pair in same if _repeats(_runs(one.text), _runs(pair[0].text))), None)
        if twin:
            twin[1].append(one)
        elif len(kept) < limit:
            kept.append((one, []))
    return kept


@lru_cache(maxsize=2_048)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words of a text; the last segments are remembered."""
    words = [word for word, _, _ in find_words(text)]
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset([tuple(words)])


def _repeats(runs: frozenset[tuple[str, ...]], others: frozenset[tuple[str, ...]]) -> bool:
    return len(runs & others) >= SAME * min(len(runs), len(others))


def make_hits(
    shelf: Shelf, found: Found, passages: Sequence[Passage], repeats: Sequence[Sequence[Excerpt]]
) -> tuple[Hit, ...]:
    """Return the hits of passages in order, `repeats` what says the same as each."""
    every = len(found.passing) == len(found.scores)
    passing = tuple(one if every else one[found.passing] for one in (found.lexical, found.cosines))
    pairs = zip(passages, repeats, strict=True)
    return tuple(_make_hit(shelf, found, passing, *pair, rank) for rank, pair in enumerate(pairs, 1))


def _make_hit(
    shelf: Shelf,
    found: Found,
    passing: Sequence[np.ndarray],
    passage: Passage,
    others: Sequence[Excerpt],
    rank: int,
) -> Hit:
    row, source = passage.row, passage.source
    section = int(shelf.sections[row])
    return Hit(
        rank=rank,
        score=round(float(found.scores[row]), 4),
        document=source.id,
        title=source.title,
        region=next(iter(source.regions), None),
        year=source.year,
        language=LANGUAGES[shelf.languages[row]],
        section=source.path(None if section < 0 else section),
        pages=passage.pages,
        quote=passage.quote,
        text=passage.text,
        labels=passage.labels,
        also=tuple(dict.fromkeys(page for other in others for page in other.pages)),
        why=Why(
            lexical_rank=_rank(passing[0], found.lexical[row]) if found.lexical[row] > 0 else None,
            vector_rank=_rank(passing[1], found.cosines[row]),
            matched_terms=passage.matched[:TERMS],
        ),
    )


def _rank(values: np.ndarray, value: float) -> int:
    """Return the place from 1 of a value among those that pass."""
    return int(np.count_nonzero(values > value)) + 1
