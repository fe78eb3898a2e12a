"""A found segment read closely: which of its sentences answers best, which words of the query it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection

from corpus.grams import canonical_word, cut_grams, find_words
from corpus.reading import Source
from models.terms import Concept
from service.evidence import Words, is_form
from service.sentences import Sentences
from service.shelf import Shelf

ALIKE = 0.6
"""Share of a word's grams that another word must hold to count as the same."""
WORD_SHARE = 0.35
"""What matched words count beside the cosine when the best sentence is chosen."""

TITLE_LOSS = 0.4
"""What a heading loses: it holds the words of the query and says nothing. Chosen, not measured; in a passage of
headings alone the best of them is still the quote."""


@dataclass(frozen=True)
class Passage:
    """A segment with its sentences. `cosines` float32 (m,), `spans` (m, 2), `best` indexes them.

    `matched` are the words of the text that meet the query, as they stand; `held` the words
    of the query that were met.
    """

    row: int
    source: Source
    text: str
    start: int
    spans: np.ndarray
    cosines: np.ndarray
    best: int
    matched: tuple[str, ...]
    held: frozenset[str]

    @property
    def quote(self) -> str:
        """The best sentence, verbatim."""
        return self.sentence(self.best) if len(self.spans) else self.text

    @property
    def quote_span(self) -> tuple[int, int]:
        """Where the best sentence stands in the document's text."""
        if not len(self.spans):
            return self.start, self.start + len(self.text)
        return int(self.spans[self.best][0]), int(self.spans[self.best][1])

    def sentence(self, number: int) -> str:
        """Return a sentence's text."""
        start, end = self.spans[number]
        return self.source.text[start:end]


def read_passage(
    connection: Connection,
    shelf: Shelf,
    sentences: Sentences,
    source: Source,
    row: int,
    query: np.ndarray,
    matcher: Matcher,
) -> Passage:
    """Read one segment closely."""
    start, end = int(shelf.starts[row]), int(shelf.ends[row])
    text = source.text[start:end]
    spans = sentences.spans(connection, row)
    cosines = sentences.cosines(connection, row, query)
    hits = matcher.find(text)
    shares = np.zeros(len(spans), dtype=np.float32)
    for number, (first, last) in enumerate(spans):
        met = {target for _, place, target in hits if first <= start + place < last}
        shares[number] = len(met) / max(matcher.count, 1)
    worth = cosines + WORD_SHARE * shares - TITLE_LOSS * sentences.titles(connection, row)
    best = int(np.argmax(worth)) if len(spans) else 0
    matched = tuple(dict.fromkeys(word for word, _, _ in hits))
    return Passage(
        row, source, text, start, spans, cosines, best, matched, frozenset(one for _, _, one in hits)
    )


class Matcher:
    """Tells which word of a query a word of a text meets: itself, alike, or of the same concept.

    Only spellings that share a gram are compared: any two words that are alike share one.
    `count` is the number of the query's words.
    """

    def __init__(self, words: Words) -> None:
        self.count = len(words.words)
        self._known: dict[str, str | None] = {}
        self._spellings: list[tuple[str, str]] = []
        self._by_gram: dict[str, list[int]] = {}
        for word in words.words:
            others = (
                one for concept in words.concepts if _belongs(word, concept) for one in _single_words(concept)
            )
            for spelling in dict.fromkeys((word, *others)):
                for gram in dict.fromkeys(cut_grams(spelling)):
                    self._by_gram.setdefault(gram, []).append(len(self._spellings))
                self._spellings.append((spelling, word))

    def find(self, text: str) -> list[tuple[str, int, str]]:
        """Return (word as it stands, its place, the query's word) for each word of a text that meets one."""
        found = ((text[start:end].lower(), start, self._meet(word)) for word, start, end in find_words(text))
        return [(source, place, target) for source, place, target in found if target is not None]

    def _meet(self, word: str) -> str | None:
        if word not in self._known:
            near = sorted({n for gram in cut_grams(word) for n in self._by_gram.get(gram, ())})
            met = (self._spellings[n][1] for n in near if is_alike(word, self._spellings[n][0]))
            self._known[word] = next(met, None)
        return self._known[word]


def _belongs(word: str, concept: Concept) -> bool:
    return any(is_form(word, one) for one in _single_words(concept))


def _single_words(concept: Concept) -> list[str]:
    entries = [entry for ones in concept.words.values() for entry in ones]
    return [canonical_word(entry) for entry in entries if " " not in entry]


@lru_cache(maxsize=200_000)
def is_alike(word: str, other: str) -> bool:
    """Return whether two canonical words share most of their letters, or one holds the other as a part."""
    if word == other or is_form(word, other) or is_form(other, word):
        return True
    if len(other) < 5 or len(word) < 5:
        return False
    mine, theirs = set(cut_grams(word)), set(cut_grams(other))
    return len(mine & theirs) >= ALIKE * len(theirs)
