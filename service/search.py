"""Search: a question in any language -> passages with verbatim quotes and exact pages.

Lexical evidence (FTS5) and language-neutral vectors are fused with weights that know the
languages of question and passage. Everything is kept in memory between searches and made
anew when the catalogue changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.catalogue import Catalogue, read_counter
from corpus.lexicon import Lexicon
from corpus.ranking import Ranker
from corpus.reading import Filter
from models.document import LANGUAGES
from models.finding import SearchAnswer
from models.language import identify
from models.taxonomy import Taxonomy
from models.terms import Concept, load_terms
from models.threads import stay_single
from models.words import Signs, load_signs
from service.answerable import is_answered
from service.closeness import Closeness
from service.concepts import Concepts
from service.evidence import Words, choose_words, mark_concept, weigh_words
from service.fusion import Evidence, fuse, rerank, tell_distance
from service.hits import fold, make_hits
from service.neutral import Neutral, load_neutral
from service.passages import Excerpt, Matcher, Passage, cut_excerpt, read_passage
from service.sentences import Sentences
from service.shelf import Shelf, load_shelf, read_mask, source_of
from service.wording import Wording, read_wording

if TYPE_CHECKING:
    from corpus.vectors import Vectors
    from models.encoder import Encoder

RERANKED = 50
"""Segments whose sentences are compared with the query."""
RESIDENT = 20_000
"""Segments up to which index and sentences are kept in memory, read in 0.5 s for 2,300 of them."""
SPARE = 6
"""Passages looked at beyond those shown, so that folded ones are replaced."""
LIMIT = 100
"""Hits at most."""


class Room:
    """A shelf with all that is made of it for search. `vectors` float32 (n, d) without language."""

    def __init__(self, shelf: Shelf, neutral: Neutral, generation: int) -> None:
        self.shelf = shelf
        self.generation = generation
        self.ranker = Ranker(shelf.ids, shelf.lengths)
        self.lexicon = Lexicon()
        self.vectors = neutral.passages(shelf.vectors)
        self.sentences = Sentences(shelf, neutral)
        self.closeness = Closeness(shelf)
        self._filling = Lock()
        self._filled = len(shelf.ids) > RESIDENT

    def renew(self, generation: int) -> Room:
        """Return this room for a later state of the catalogue in which people's word has changed, and no text."""
        later = copy(self)
        later.generation, later.sentences = generation, self.sentences.renew()
        return later

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


@dataclass(frozen=True)
class Found:
    """What a query found. `rows` best first, `passing` all that may be, arrays (n,) over the shelf.

    `aims` are what the question's tokens look for, `asked` what its meaningful words do. `lacking` says
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
    aims: np.ndarray
    asked: np.ndarray
    lacking: bool = False


class Searcher:
    """Search over a catalogue; safe to use from several threads."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, taxonomy: Taxonomy, vectors: Vectors | None = None
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._taxonomy = taxonomy
        self._store = vectors
        self._terms = load_terms(catalogue.folder.taxonomy)
        self._concepts = Concepts(self._terms.concepts)
        self._asked = False
        stay_single()
        self._lock = Lock()
        self._room: Room | None = None
        self._neutral: Neutral | None = None
        self._signs: Signs | None = None
        self._encode = lru_cache(maxsize=1024)(self._encode_query)

    def search(self, query: str, choice: Filter = Filter(), *, limit: int = 10) -> SearchAnswer:
        """Return the passages that answer a query best, `limit` from 1 to 100. Raises: BadQuery."""
        wording = read_wording(query)
        limit = max(1, min(limit, LIMIT))
        with self._catalogue.read() as connection:
            room = self._open(connection)
            found = self.find(connection, room, wording, choice)
            kept = fold(self.cut(connection, room, found.rows[: limit + SPARE]), limit)
            passages = self.read(connection, room, found, [one for one, _ in kept])
            answered = is_answered(connection, wording, found, passages, room, self._taxonomy)
            hits = make_hits(room.shelf, found, passages, [others for _, others in kept])
        self._asked = True
        return SearchAnswer(query=query, answered=answered, hits=hits)

    def open_room(self) -> Room:
        """Return what is kept in memory, made anew if the catalogue has changed."""
        with self._catalogue.read() as connection:
            return self._open(connection)

    def prepare(self) -> None:
        """Get ready for many questions: all that fits in memory is read, and the encoder made."""
        with self._catalogue.read() as connection:
            self._open(connection).fill(connection, self._terms.concepts)
        self._encode("")
        self._asked = True

    def _open(self, connection: Connection) -> Room:
        """Return the room of the catalogue's state, filled if this process has answered before."""
        generation = read_counter(connection, "generation")
        with self._lock:
            if self._room is None or self._room.generation != generation:
                self._room = self._renew(connection, generation)
            room = self._room
        if self._asked:
            room.fill(connection, self._terms.concepts)
        return room

    def _renew(self, connection: Connection, generation: int) -> Room:
        """Return a room of the catalogue's state; where no text has changed, with what is kept of texts."""
        texts, room = read_counter(connection, "texts"), self._room
        if room is not None and room.shelf.texts == texts:
            return room.renew(generation)
        shelf = load_shelf(connection, texts, self._encoder.dimension)
        return Room(shelf, self._directions(), generation)

    def find(self, connection: Connection, room: Room, wording: Wording, choice: Filter) -> Found:
        """Rank the segments that pass."""
        shelf = room.shelf
        language = identify(wording.text)
        words = choose_words(connection, room.lexicon, wording, language, self._terms, self._concepts)
        query, aims, asked = self._encode(words.text)
        cosines = room.vectors @ query
        evidence = Evidence(
            distance=tell_distance(language, LANGUAGES)[shelf.languages],
            cosines=cosines,
            lexical=weigh_words(connection, room.ranker, room.lexicon, words, wording, len(shelf.ids)),
            noise=shelf.noise,
        )
        scores = fuse(evidence)
        passing, lacking = self._pass(connection, room, wording, choice)
        rows = best_first(scores, passing, RERANKED)
        near = room.sentences.cosines(connection, rows, query)
        closest = np.array([one.max(initial=-1.0) for one in near], dtype=np.float32)
        words_near = room.closeness.measure(connection, rows, aims)
        scores = rerank(scores, evidence, rows, closest, words_near)
        rows = best_first(scores, passing, max(RERANKED, 2 * LIMIT))
        lexical_scores = evidence.lexical.grams + evidence.lexical.concepts
        return Found(
            words, query, rows, passing, scores, cosines, lexical_scores, evidence, aims, asked, lacking
        )

    def cut(self, connection: Connection, room: Room, rows: np.ndarray) -> list[Excerpt]:
        """Return segments of the shelf."""
        shelf = room.shelf
        return [
            cut_excerpt(shelf, source_of(connection, shelf, shelf.documents[shelf.owners[row]]), row)
            for row in rows.tolist()
        ]

    def read(
        self, connection: Connection, room: Room, found: Found, excerpts: Sequence[Excerpt]
    ) -> list[Passage]:
        """Read what was found closely."""
        matcher, rows = Matcher(found.words), np.array([one.row for one in excerpts], dtype=np.intp)
        near = room.sentences.cosines(connection, rows, found.query)
        return [
            read_passage(one, room.sentences.of(connection, one.row), cosines, matcher)
            for one, cosines in zip(excerpts, near, strict=True)
        ]

    def _pass(
        self, connection: Connection, room: Room, wording: Wording, choice: Filter
    ) -> tuple[np.ndarray, bool]:
        """Return the rows that a filter and the query's own conditions let through.

        A phrase within a question that stands in no row is not asked for, and True comes with the rows:
        who asks who recorded "Walking in Fresno?" is not helped by nothing.
        """
        mask = read_mask(connection, room.shelf, choice)
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

    def _encode_query(self, text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a question's vector (d,) without language, and what its tokens and its words look for."""
        row, tokens, words = self._encoder.read_question(text)
        if self._signs is None:
            self._signs = load_signs(self._encoder)
        bare: np.ndarray = self._directions().questions(row[None])[0]
        return bare, self._signs.aim(tokens), self._signs.aim(words)


def best_first(scores: np.ndarray, passing: np.ndarray, count: int) -> np.ndarray:
    """Return up to `count` passing rows by score, highest first, ties by row."""
    if len(passing) > count:
        passing = passing[np.argpartition(-scores[passing], count - 1)[:count]]
    best: np.ndarray = passing[np.lexsort((passing, -scores[passing]))]
    return best
