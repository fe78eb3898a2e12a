"""Search: a question in any language -> passages with verbatim quotes and exact pages.

Lexical evidence (FTS5) and language-neutral vectors are fused with weights that know the
languages of question and passage. Everything is kept in memory between searches and made
anew when the catalogue changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.catalogue import Catalogue
from corpus.ranking import Ranker
from corpus.reading import Filter
from models.document import LANGUAGES
from models.finding import SearchAnswer
from models.language import identify
from models.taxonomy import Taxonomy
from models.terms import load_terms
from service.answerable import is_answered
from service.evidence import Words, choose_words, weigh_words
from service.fusion import Evidence, fuse, rerank, tell_distance
from service.hits import fold, make_hits
from service.neutral import Neutral, load_neutral
from service.passages import Matcher, Passage, read_passage
from service.sentences import Sentences
from service.shelf import Shelf, load_shelf, read_mask, source_of
from service.wording import Wording, read_wording

if TYPE_CHECKING:
    from corpus.vectors import Vectors
    from models.encoder import Encoder

RERANKED = 50
"""Segments whose sentences are compared with the query."""
READ = 6
"""Passages read closely beyond those shown, so that folded ones are replaced."""
LIMIT = 100
"""Hits at most."""


@dataclass(frozen=True)
class Room:
    """A shelf with all that is made of it for search."""

    shelf: Shelf
    ranker: Ranker
    vectors: np.ndarray
    sentences: Sentences


@dataclass(frozen=True)
class Found:
    """What a query found. `rows` best first, `passing` all that may be, arrays (n,) over the shelf."""

    words: Words
    query: np.ndarray
    rows: np.ndarray
    passing: np.ndarray
    scores: np.ndarray
    cosines: np.ndarray
    lexical: np.ndarray
    evidence: Evidence


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
        self._lock = Lock()
        self._room: Room | None = None
        self._neutral: Neutral | None = None
        self._encode = lru_cache(maxsize=1024)(self._encode_query)

    def search(self, query: str, choice: Filter = Filter(), *, limit: int = 10) -> SearchAnswer:
        """Return the passages that answer a query best, `limit` from 1 to 100. Raises: BadQuery."""
        wording = read_wording(query)
        limit = max(1, min(limit, LIMIT))
        room = self.open_room()
        with self._catalogue.read() as connection:
            found = self.find(connection, room, wording, choice)
            passages = self.read(connection, room, found, limit + READ)
            answered = is_answered(connection, wording, found, passages, room.ranker, self._taxonomy)
            hits = make_hits(connection, room.shelf, found, fold(passages, limit))
        return SearchAnswer(query=query, answered=answered, hits=hits)

    def open_room(self) -> Room:
        """Return what is kept in memory, made anew if the catalogue has changed."""
        with self._lock:
            if self._room is None or self._room.shelf.texts != self._catalogue.texts:
                shelf = load_shelf(self._catalogue, self._encoder.dimension)
                self._room = make_room(shelf, self._directions())
            return self._room

    def find(self, connection: Connection, room: Room, wording: Wording, choice: Filter) -> Found:
        """Rank the segments that pass."""
        shelf = room.shelf
        language = identify(wording.text)
        words = choose_words(connection, wording, language, self._terms)
        query = self._encode(words.text)
        cosines = room.vectors @ query
        evidence = Evidence(
            distance=tell_distance(language, LANGUAGES)[shelf.languages],
            cosines=cosines,
            lexical=weigh_words(connection, room.ranker, words, wording, len(shelf.ids)),
            noise=shelf.noise,
        )
        scores = fuse(evidence)
        passing = self._pass(connection, room, wording, choice)
        rows = best_first(scores, passing, RERANKED)
        closest = np.array(
            [room.sentences.cosines(connection, int(row), query).max(initial=-1.0) for row in rows],
            dtype=np.float32,
        )
        scores = rerank(scores, evidence, rows, closest)
        rows = best_first(scores, passing, max(RERANKED, 2 * LIMIT))
        lexical_scores = evidence.lexical.grams + evidence.lexical.concepts
        return Found(words, query, rows, passing, scores, cosines, lexical_scores, evidence)

    def read(self, connection: Connection, room: Room, found: Found, count: int) -> list[Passage]:
        """Read the best passages closely."""
        shelf, matcher = room.shelf, Matcher(found.words)
        passages = []
        for row in found.rows[:count]:
            source = source_of(connection, shelf, shelf.documents[shelf.owners[row]])
            passages.append(
                read_passage(connection, shelf, room.sentences, source, int(row), found.query, matcher)
            )
        return passages

    def _pass(self, connection: Connection, room: Room, wording: Wording, choice: Filter) -> np.ndarray:
        """Return the rows that a filter and the query's own conditions let through."""
        mask = read_mask(connection, room.shelf, choice)
        if mask is None:
            mask = np.ones(len(room.shelf.ids), dtype=bool)
        wanted = [lexical.find_phrase(connection, words) for words in wording.phrases]
        wanted += [lexical.find_prefix(connection, start) for start in wording.prefixes]
        for ids in wanted:
            mask &= np.isin(room.shelf.ids, ids)
        for words in wording.excluded:
            mask &= ~np.isin(room.shelf.ids, lexical.find_phrase(connection, words))
        return np.flatnonzero(mask)

    def _directions(self) -> Neutral:
        if self._neutral is None:
            self._neutral = load_neutral(self._encoder)
        return self._neutral

    def _encode_query(self, text: str) -> np.ndarray:
        row = np.asarray(self._encoder.encode_queries([text]), dtype=np.float32)
        bare: np.ndarray = self._directions().questions(row)[0]
        return bare


def make_room(shelf: Shelf, neutral: Neutral) -> Room:
    """Make what search needs of a shelf."""
    vectors = neutral.passages(shelf.vectors)
    return Room(shelf, Ranker(shelf.ids, shelf.lengths), vectors, Sentences(shelf, neutral))


def best_first(scores: np.ndarray, passing: np.ndarray, count: int) -> np.ndarray:
    """Return up to `count` passing rows by score, highest first, ties by row."""
    if len(passing) > count:
        passing = passing[np.argpartition(-scores[passing], count - 1)[:count]]
    best: np.ndarray = passing[np.lexsort((passing, -scores[passing]))]
    return best
