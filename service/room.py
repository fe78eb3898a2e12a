"""What search keeps of one state of a catalogue: all in memory, or by an index where it is large."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from threading import Lock

import numpy as np
from sqlalchemy import Connection

from corpus.lexicon import Lexicon
from corpus.ranking import Ranker
from corpus.reading import Filter
from corpus.wide import Wide, WideLexicon, WideRanker
from models.finding import SearchAnswer
from models.terms import Concept
from service.closeness import Closeness
from service.evidence import mark_concept
from service.excerpts import PartTexts, Texts, WholeTexts
from service.nearness import Coded, Exact, Nearness
from service.neutral import Neutral
from service.sentences import Sentences
from service.shelf import Shelf, hold_findings, read_mask
from service.wide import WideCloseness, WideSentences, make_shelf

RESIDENT = 20_000
"""Segments up to which index and sentences are kept in memory, read in 0.5 s for 2,300 of them."""
CANDIDATES = 2_500
"""Rows whose cosine is made exact: those with the best estimated score."""
NEAREST = 2_500
"""And those with the best estimated cosine; recall@10 of the vectors with so many is in docs/search.md."""
MASKS = 100
"""Filters by findings that are remembered, a byte a segment each."""

ANSWERS = 256
"""Answers that are remembered: 20 kB each at ten hits; a page with facets asks for more."""


class Answers:
    """The last answers by query, filter and limit, in one state of the catalogue; safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Filter, int], SearchAnswer] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: tuple[str, Filter, int]) -> SearchAnswer | None:
        """Return the answer given before."""
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def put(self, asked: tuple[str, Filter, int], told: SearchAnswer) -> None:
        """Remember an answer."""
        with self._lock:
            self._kept[asked] = told
            while len(self._kept) > ANSWERS:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._kept.clear()


class Room:
    """A shelf with all that is made of it for search."""

    def __init__(
        self,
        shelf: Shelf,
        generation: int,
        ranker: Ranker,
        lexicon: Lexicon,
        nearness: Nearness,
        sentences: Sentences,
        closeness: Closeness,
        texts: Texts,
        *,
        fillable: bool,
    ) -> None:
        self.shelf = shelf
        self.generation = generation
        self.ranker = ranker
        self.lexicon = lexicon
        self.nearness = nearness
        self.sentences = sentences
        self.closeness = closeness
        self.texts = texts
        self.answers = Answers()
        self._masks: dict[tuple[tuple[str, ...], ...], np.ndarray] = {}
        self._filling = Lock()
        self._filled = not fillable

    def renew(self, generation: int) -> Room:
        """Return this room for a later state of the catalogue in which people's word has changed, and no text."""
        later = copy(self)
        later.generation, later.sentences = generation, self.sentences.renew()
        later.answers, later._masks = Answers(), {}
        return later

    def mask(self, connection: Connection, choice: Filter) -> np.ndarray | None:
        """Return which segments pass a filter, bool (n,), the caller's own; None if all do.

        A segment passes when one of its findings has the kind, theme and focus area; which have is
        remembered: at 250,000 segments that is what a filter costs.
        """
        if choice.empty:
            return None
        mask = read_mask(connection, self.shelf, choice)
        asked = (choice.kinds, choice.themes, choice.focus_areas)
        if any(asked):
            held = self._masks.get(asked)
            if held is None:
                held = hold_findings(connection, self.shelf, choice)
                if len(self._masks) < MASKS:
                    self._masks[asked] = held
            mask &= held
        return mask

    def fill(self, connection: Connection, concepts: Sequence[Concept]) -> None:
        """Read index and sentences into memory, once; while one thread does, others go on without."""
        if self._filled or not self._filling.acquire(blocking=False):
            return
        try:
            self.ranker.fill(connection)
            self.lexicon.fill(connection)
            self.sentences.fill(connection)
            self.closeness.fill(connection)
            for concept in concepts:
                mark_concept(connection, self.ranker, self.lexicon, concept)
            self._filled = True
        finally:
            self._filling.release()


def make_room(shelf: Shelf, neutral: Neutral, generation: int) -> Room:
    """Return a room that holds its vectors, and all else of it where there are not too many segments."""
    return Room(
        shelf,
        generation,
        Ranker(shelf.ids, shelf.lengths),
        Lexicon(),
        Exact(neutral.passages(shelf.vectors)),
        Sentences(shelf, neutral),
        Closeness(shelf),
        WholeTexts(shelf),
        fillable=len(shelf.ids) <= RESIDENT,
    )


def make_wide_room(wide: Wide, neutral: Neutral, texts: int, generation: int) -> Room:
    """Return a room that reads from the index of a large catalogue."""
    shelf = make_shelf(wide, texts)
    return Room(
        shelf,
        generation,
        WideRanker(wide),
        WideLexicon(wide),
        Coded(wide),
        WideSentences(shelf, neutral, wide),
        WideCloseness(shelf, wide),
        PartTexts(shelf, wide),
        fillable=True,
    )


def choose_candidates(scores: np.ndarray, cosines: np.ndarray, passing: np.ndarray) -> np.ndarray:
    """Return the passing rows, ascending, that may be among the best by estimated score or cosine."""
    if len(passing) <= CANDIDATES:
        return passing
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[_take_best(scores, passing, CANDIDATES)] = True
    chosen[_take_best(cosines, passing, NEAREST)] = True
    return np.flatnonzero(chosen)


def _take_best(values: np.ndarray, passing: np.ndarray, count: int) -> np.ndarray:
    some = values if len(passing) == len(values) else values[passing]
    if len(some) <= count:
        return passing
    bound = np.partition(some, len(some) - count)[len(some) - count]
    return passing[np.flatnonzero(some >= bound)[: 2 * count]]
