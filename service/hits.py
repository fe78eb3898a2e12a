"""Passages -> hits: pages, section path, labels, reasons; near-duplicates folded into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corpus.grams import find_words
from models.document import LANGUAGES
from models.finding import Hit, PageRef, Why
from service.passages import Passage
from service.shelf import Shelf

if TYPE_CHECKING:
    from service.search import Found

SAME = 0.8
"""Share of three-word runs from which two passages of a document say the same."""
TERMS = 12
"""Matched terms that are told."""


def fold(passages: Sequence[Passage], limit: int) -> list[tuple[Passage, list[Passage]]]:
    """Return the best passages, each with those of its document that repeat it."""
    kept: list[tuple[Passage, frozenset[tuple[str, ...]], list[Passage]]] = []
    for passage in passages:
        runs = _runs(passage.text)
        twin = next(
            (one for one in kept if one[0].source.id == passage.source.id and _repeats(runs, one[1])), None
        )
        if twin:
            twin[2].append(passage)
        elif len(kept) < limit:
            kept.append((passage, runs, []))
    return [(passage, others) for passage, _, others in kept]


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = [word for word, _, _ in find_words(text)]
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset([tuple(words)])


def _repeats(runs: frozenset[tuple[str, ...]], others: frozenset[tuple[str, ...]]) -> bool:
    return len(runs & others) >= SAME * min(len(runs), len(others))


def make_hits(shelf: Shelf, found: Found, kept: Sequence[tuple[Passage, list[Passage]]]) -> tuple[Hit, ...]:
    """Return the hits of folded passages, in order."""
    return tuple(
        _make_hit(shelf, found, passage, others, rank) for rank, (passage, others) in enumerate(kept, 1)
    )


def _make_hit(shelf: Shelf, found: Found, passage: Passage, others: Sequence[Passage], rank: int) -> Hit:
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
        pages=_pages(passage),
        quote=passage.quote,
        text=passage.text,
        labels=passage.labels,
        also=tuple(dict.fromkeys(page for other in others for page in _pages(other))),
        why=Why(
            lexical_rank=_rank(found.lexical, found.passing, row),
            vector_rank=_rank(found.cosines, found.passing, row, always=True),
            matched_terms=passage.matched[:TERMS],
        ),
    )


def _pages(passage: Passage) -> tuple[PageRef, ...]:
    return passage.source.page_refs(passage.start, passage.start + len(passage.text))


def _rank(scores: np.ndarray, passing: np.ndarray, row: int, *, always: bool = False) -> int | None:
    """Return the place from 1 of a row among those that pass, None if nothing speaks for it."""
    if not always and scores[row] <= 0:
        return None
    return int(np.count_nonzero(scores[passing] > scores[row])) + 1
