"""Search: a question in any language -> passages with verbatim quotes and exact pages.

Lexical evidence (FTS5) and language-neutral vectors are fused with weights that know the
languages of question and passage. Everything is kept in memory between searches and made
anew when the catalogue changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.catalogue import Catalogue
from corpus.flat import FlatDamaged
from corpus.meta import read_counter
from corpus.reading import Filter
from corpus.recipe import Recipe
from models.document import LANGUAGES
from models.finding import SearchAnswer
from models.language import identify
from models.taxonomy import Taxonomy
from models.terms import load_terms
from models.threads import stay_single
from models.words import Signs, load_signs
from service.answerable import JUDGED, is_answered
from service.concepts import Concepts
from service.evidence import Words, choose_words, weigh_asked, weigh_each, weigh_words
from service.fusion import Evidence, fuse, rerank, tell_distance, weigh_gathered
from service.hits import fold, make_hits
from service.neutral import Neutral, load_neutral
from service.passages import Excerpt, Matcher, Passage, gather, read_passage
from service.room import Room, choose_candidates, make_room, make_wide_room
from service.shelf import load_shelf
from service.upkeep import Level, Upkeep, is_large
from service.wording import Wording, read_wording

if TYPE_CHECKING:
    from models.encoder import Encoder

RERANKED = 50
"""Segments whose sentences and words are compared with the query."""
READ = 20
"""Of these, the best whose texts are read: 10, 16, 20, 30 and all give MRR@10 .767 to .768 on 383 own questions, left
out in turn. All took 4.2 ms of CPU a question, 20 1.7; most of it is saved when hits are made of them."""
SPARE = 6
"""Passages looked at beyond those shown, so that folded ones are replaced."""
LIMIT = 100
"""Hits at most."""


@dataclass(frozen=True)
class Found:
    """What a query found. `rows` best first, `passing` all that may be, arrays (n,) over the shelf.

    `met` is of each row compared closely how near its words come to the question's meaningful ones, (t,), nan where
    it keeps none; `matcher` finds the question's words in texts, `excerpts` are those read so far by row. `lacking` says
    that what must stand word for word stands nowhere, so the rows are near misses.
    """

    words: Words
    query: np.ndarray
    rows: np.ndarray
    passing: np.ndarray
    scores: np.ndarray
    cosines: np.ndarray
    lexical: np.ndarray
    evidence: Evidence
    met: dict[int, np.ndarray]
    matcher: Matcher
    excerpts: dict[int, Excerpt]
    lacking: bool = False


class Searcher:
    """Search over a catalogue; safe to use from several threads.

    `when_damaged` is called when an index turns out not to be as it was written; it may be set.
    """

    def __init__(self, catalogue: Catalogue, encoder: Encoder, taxonomy: Taxonomy) -> None:
        self.catalogue = catalogue
        self.when_damaged: Callable[[], None] = lambda: None
        self._encoder = encoder
        self._taxonomy = taxonomy
        self._terms = load_terms(catalogue.folder.taxonomy)
        self._concepts = Concepts(self._terms.concepts)
        self._asked = False
        stay_single()
        self._lock = Lock()
        self._room: Room | None = None
        self._beginning = Lock()
        self._neutral: Neutral | None = None
        self._upkeep: Upkeep | None = None
        self._signs: Signs | None = None
        self._encode = lru_cache(maxsize=1024)(self._encode_query)

    def search(self, query: str, choice: Filter = Filter(), *, limit: int = 10) -> SearchAnswer:
        """Return the passages that answer a query best, `limit` from 1 to 100. Raises: BadQuery."""
        wording = read_wording(query)
        limit = max(1, min(limit, LIMIT))
        try:
            return self._answer(query, wording, choice, limit)
        except FlatDamaged:
            self._leave_index()
            return self._answer(query, wording, choice, limit)

    def _answer(self, query: str, wording: Wording, choice: Filter, limit: int) -> SearchAnswer:
        with self.catalogue.read() as connection:
            room = self._open(connection)
            told = room.answers.get((query, choice, limit))
            if told is not None:
                return told
            found = self.find(connection, room, wording, choice)
            looked = max(limit, JUDGED)
            kept = fold(self._cut_best(connection, room, found, looked + SPARE), looked)
            passages = self.read(connection, room, found, [one for one, _ in kept])
            # The same are judged however many hits are asked for; all of them were compared closely.
            near = set(found.rows[: JUDGED + SPARE].tolist())
            judged = [one for one in passages if one.row in near]
            answered = is_answered(connection, wording, found, judged, room, self._taxonomy)
            hits = make_hits(room.shelf, found, passages[:limit], [others for _, others in kept[:limit]])
        self._asked = True
        told = SearchAnswer(query=query, answered=answered, hits=hits)
        room.answers.put((query, choice, limit), told)
        return told

    def open_room(self) -> Room:
        """Return what is kept in memory, made anew if the catalogue has changed."""
        with self.catalogue.read() as connection:
            return self._open(connection)

    def prepare(self) -> None:
        """Get ready for many questions: all that fits in memory is read, and the encoder made."""
        try:
            self._fill()
        except FlatDamaged:
            self._leave_index()
            self._fill()
        self._encode("")
        self._asked = True

    def _fill(self) -> None:
        with self.catalogue.read() as connection:
            self._open(connection).fill(connection, self._terms.concepts)

    def refresh_index(self) -> bool:
        """Make the indexes of a large catalogue anew where they are needed; say whether one was."""
        with self.catalogue.read() as connection:
            if not is_large(connection):
                return False
        made = [self.upkeep.make(level) for level in Level]
        if any(made):
            with self._lock:
                self._room = None
        return any(made)

    def renew_room(self) -> None:
        """Make anew what is kept of the catalogue's state, while others are answered from what was kept before."""
        with self.catalogue.read() as connection:
            generation = read_counter(connection, "generation")
            room = self._make_room(connection, generation)
            try:
                room.fill(connection, self._terms.concepts)
            except FlatDamaged:
                return
        with self._lock:
            if self._room is None or self._room.generation <= generation:
                self._room = room

    def is_indexed(self, connection: Connection) -> bool:
        """Return whether the catalogue is small, or has a sound index."""
        return self.upkeep.is_sound(connection)

    def _leave_index(self) -> None:
        """Answer without the index, as parts of it are not what they were."""
        with self._lock:
            self.upkeep.distrust()
            self._room = None
        self.when_damaged()

    def _open(self, connection: Connection) -> Room:
        """Return the room of the catalogue's state, filled if this process has answered before.

        One by an index is ready as it is: what of it can be looked up beforehand took a question 0.8 s at 250,000.
        """
        generation = read_counter(connection, "generation")
        with self._lock:
            if self._room is None or self._room.generation != generation:
                self._room = self._renew(connection, generation)
            room = self._room
        if self._asked and room.nearness.exact:
            room.fill(connection, self._terms.concepts)
        return room

    def _renew(self, connection: Connection, generation: int) -> Room:
        """Return a room of the catalogue's state; where no text has changed, with what is kept of texts."""
        texts, room = read_counter(connection, "texts"), self._room
        if room is not None and room.shelf.texts == texts:
            return room.renew(generation)
        return self._make_room(connection, generation)

    def _make_room(self, connection: Connection, generation: int) -> Room:
        texts = read_counter(connection, "texts")
        wide = self.upkeep.open(connection)
        if wide is not None:
            return make_wide_room(wide, self._directions(), texts, generation)
        shelf = load_shelf(connection, texts, self._encoder.dimension)
        return make_room(shelf, self._directions(), generation)

    @property
    def upkeep(self) -> Upkeep:
        """What keeps the indexes of a large catalogue."""
        with self._beginning:
            if self._upkeep is None:
                neutral = self._directions()
                recipe = Recipe(neutral.passages, neutral.name, self._encoder.dimension)
                self._upkeep = Upkeep(self.catalogue, recipe)
            return self._upkeep

    def find(self, connection: Connection, room: Room, wording: Wording, choice: Filter) -> Found:
        """Rank the segments that pass."""
        shelf = room.shelf
        language = identify(wording.text)
        words = choose_words(connection, room.lexicon, wording, language, self._terms, self._concepts)
        query, asked = self._encode(words.text)
        cosines, *measured = room.nearness.compare(query)
        evidence = Evidence(
            distance=tell_distance(language, LANGUAGES).take(shelf.languages, mode="clip"),
            cosines=cosines,
            lexical=weigh_words(connection, room.ranker, room.lexicon, words, wording, len(shelf.ids)),
            noise=shelf.noise,
            measured=tuple(measured),
        )
        scores = fuse(evidence)
        passing, lacking = self._pass(connection, room, wording, choice)
        near_enough = passing
        if not room.nearness.exact:
            near_enough = choose_candidates(scores, cosines, passing)
            cosines[near_enough] = room.nearness.refine(query, near_enough)
            scores[near_enough] = fuse(evidence, near_enough)
        rows = best_first(scores, near_enough, RERANKED)
        near = room.sentences.cosines(connection, rows, query)
        closest = np.array([one.max(initial=-1.0) for one in near], dtype=np.float32)
        weights = weigh_asked(connection, room.ranker, words.text, len(asked))
        words_near, near_each = room.closeness.measure(connection, rows, asked, weights)
        met = dict(zip(rows.tolist(), near_each, strict=True))
        scores = rerank(scores, evidence, rows, closest, words_near)
        matcher, first = Matcher(words), best_first(scores, rows, READ)
        excerpts = self.cut(connection, room, first)
        gathered = self._gather(connection, room, excerpts, matcher)
        scores[first] += weigh_gathered(evidence.distance[first], gathered)
        rows = best_first(scores, near_enough, max(RERANKED, 2 * LIMIT))
        lexical_scores = evidence.lexical.grams + evidence.lexical.concepts
        read = {one.row: one for one in excerpts}
        return Found(
            words,
            query,
            rows,
            passing,
            scores,
            cosines,
            lexical_scores,
            evidence,
            met,
            matcher,
            read,
            lacking,
        )

    def _gather(
        self, connection: Connection, room: Room, excerpts: Sequence[Excerpt], matcher: Matcher
    ) -> np.ndarray:
        """Return which share of the question's words each text holds in one place, float32 (n,)."""
        weights = weigh_each(connection, room.ranker, matcher.words)
        return np.array([gather(matcher.find(one.text), weights) for one in excerpts], dtype=np.float32)

    def _cut_best(self, connection: Connection, room: Room, found: Found, count: int) -> list[Excerpt]:
        """Return the best segments found, of which those that were ranked by their text are at hand."""
        rows = found.rows[:count]
        unread = np.array([row for row in rows.tolist() if row not in found.excerpts], dtype=np.intp)
        known = found.excerpts | {one.row: one for one in self.cut(connection, room, unread)}
        return [known[row] for row in rows.tolist()]

    def cut(self, connection: Connection, room: Room, rows: np.ndarray) -> list[Excerpt]:
        """Return segments of the shelf."""
        return room.texts.cut(connection, rows)

    def read(
        self, connection: Connection, room: Room, found: Found, excerpts: Sequence[Excerpt]
    ) -> list[Passage]:
        """Read what was found closely."""
        rows = np.array([one.row for one in excerpts], dtype=np.intp)
        near = room.sentences.cosines(connection, rows, found.query)
        pages = room.sentences.read(connection, rows)
        return [
            read_passage(one, page, cosines, found.matcher)
            for one, page, cosines in zip(excerpts, pages, near, strict=True)
        ]

    def _pass(
        self, connection: Connection, room: Room, wording: Wording, choice: Filter
    ) -> tuple[np.ndarray, bool]:
        """Return the rows that a filter and the query's own conditions let through.

        A phrase within a question that stands in no row is not asked for, and True comes with the rows:
        who asks who recorded "Walking in Fresno?" is not helped by nothing.
        """
        mask = room.mask(connection, choice)
        if mask is None and not wording.strict:
            return np.arange(len(room.shelf.ids)), False
        if mask is None:
            mask = np.ones(len(room.shelf.ids), dtype=bool)
        for start in wording.prefixes:
            mask &= np.isin(room.shelf.ids, lexical.find_prefix(connection, start))
        for words in wording.excluded:
            mask &= ~np.isin(room.shelf.ids, lexical.find_phrase(connection, words))
        exact = mask.copy()
        for words in wording.phrases:
            exact &= np.isin(room.shelf.ids, lexical.find_phrase(connection, words))
        lacking = wording.quotes_within and not exact.any() and bool(mask.any())
        return np.flatnonzero(mask if lacking else exact), lacking

    def _directions(self) -> Neutral:
        if self._neutral is None:
            self._neutral = load_neutral(self._encoder)
        return self._neutral

    def _encode_query(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a question's vector (d,) without language, and what its words look for."""
        row, words = self._encoder.read_question(text)
        if self._signs is None:
            self._signs = load_signs(self._encoder)
        bare: np.ndarray = self._directions().questions(row[None])[0]
        return bare, self._signs.aim(words)


def best_first(scores: np.ndarray, passing: np.ndarray, count: int) -> np.ndarray:
    """Return up to `count` passing rows by score, highest first, ties by row."""
    if len(passing) > count:
        passing = passing[np.argpartition(-scores[passing], count - 1)[:count]]
    best: np.ndarray = passing[np.lexsort((passing, -scores[passing]))]
    return best
