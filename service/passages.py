"""A found segment read closely: which of its sentences answers best, which words of the query it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.grams import canonical_word, cut_grams, find_words
from corpus.reading import Source
from models.finding import KINDS, PageRef
from models.terms import Concept
from service.concepts import is_form
from service.evidence import Words
from service.sentences import Page
from service.shelf import Shelf

ALIKE = 0.6
"""Share of a word's grams that another word must hold to count as the same."""
WORD_SHARE = 0.35
"""What matched words count beside the cosine when the best sentence is chosen."""
GATHERED = 80
"""Characters within which words are in one place. MRR@10 of 383 own questions, left out in turn: .773; 150 .769, 250
.767, 400 .766, a sentence .768, without .758 (the first 50 read)."""
TITLE_LOSS = 0.4
"""What a heading loses: it holds the words of the query and says nothing. Chosen, not measured; in a passage of
headings alone the best of them is still the quote."""


@dataclass(frozen=True)
class Excerpt:
    """A segment as it stands: `row` of the shelf, `start` in the document's text."""

    row: int
    source: Source
    text: str
    start: int

    @property
    def pages(self) -> tuple[PageRef, ...]:
        """The pages that it stands on."""
        return self.source.page_refs(self.start, self.start + len(self.text))


@dataclass(frozen=True)
class Passage(Excerpt):
    """A segment read closely. `cosines` float32 (m,), `spans` (m, 2) its sentences, `best` indexes them.

    `matched` are the words of the text that meet the query, as they stand; `held` the words
    of the query that were met. `labels` are the kinds of its findings. `hits` are (word, place in the
    text, word of the query) of each that meets.
    """

    spans: np.ndarray
    cosines: np.ndarray
    best: int
    matched: tuple[str, ...]
    held: frozenset[str]
    labels: tuple[str, ...]
    hits: tuple[tuple[str, int, str], ...] = ()

    @property
    def quote(self) -> str:
        """The best sentence, verbatim."""
        return self.sentence(self.best) if len(self.spans) else self.text

    def sentence(self, number: int) -> str:
        """Return a sentence's text."""
        start, end = self.spans[number]
        return self.source.cut(int(start), int(end))


def cut_excerpt(shelf: Shelf, source: Source, row: int) -> Excerpt:
    """Return a segment of the shelf, `source` its document."""
    start = int(shelf.starts[row])
    return Excerpt(row, source, source.cut(start, int(shelf.ends[row])), start)


def read_passage(excerpt: Excerpt, page: Page, cosines: np.ndarray, matcher: Matcher) -> Passage:
    """Read one segment closely, `page` its sentences and `cosines` theirs with the query."""
    hits = matcher.find(excerpt.text)
    shares = _share_words(hits, page.spans - excerpt.start, matcher.count)
    worth = cosines + WORD_SHARE * shares - TITLE_LOSS * page.titles
    best = int(np.argmax(worth)) if len(worth) else 0
    matched = tuple(dict.fromkeys(word for word, _, _ in hits))
    held = frozenset(one for _, _, one in hits)
    bits = int(np.bitwise_or.reduce(page.kinds, initial=0))
    labels = tuple(kind for number, kind in enumerate(KINDS) if bits >> number & 1)
    as_is = (excerpt.row, excerpt.source, excerpt.text, excerpt.start)
    return Passage(*as_is, page.spans, cosines, best, matched, held, labels, tuple(hits))


def _share_words(hits: Sequence[tuple[str, int, str]], spans: np.ndarray, count: int) -> np.ndarray:
    """Return the share of a query's words that each sentence meets, float32 (m,)."""
    shares = np.zeros(len(spans), dtype=np.float32)
    for number, (first, last) in enumerate(spans.tolist() if hits else ()):
        met = {target for _, place, target in hits if first <= place < last}
        shares[number] = len(met) / max(count, 1)
    return shares


def gather(hits: Sequence[tuple[str, int, str]], weights: Mapping[str, float]) -> float:
    """Return which share of a query's words, by weight, meet within GATHERED characters of a text.

    `hits` are as in `Passage`, in order of their places.
    """
    most, first = 0.0, 0
    for end, (_, place, _) in enumerate(hits, 1):
        while hits[first][1] < place - GATHERED:
            first += 1
        met = dict.fromkeys(word for _, _, word in hits[first:end])
        most = max(most, sum(weights[word] for word in met))
    return most / max(sum(weights.values()), 1e-6)


class Matcher:
    """Tells which word of a query a word of a text meets: itself, alike, or of the same concept.

    Only spellings that share a gram are compared: any two words that are alike share one.
    `words` are the query's, `count` their number. What was found in a text is remembered.
    """

    def __init__(self, words: Words) -> None:
        self.words = words.words
        self.count = len(words.words)
        self._found: dict[str, list[tuple[str, int, str]]] = {}
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
        self._grams = frozenset(self._by_gram)

    def find(self, text: str) -> list[tuple[str, int, str]]:
        """Return (word as it stands, its place, the query's word) for each word of a text that meets one."""
        if text not in self._found:
            self._found[text] = self._read(text)
        return self._found[text]

    def _read(self, text: str) -> list[tuple[str, int, str]]:
        known, found = self._known, []
        for word, start, end in find_words(text):
            target = known[word] if word in known else self._meet(word)
            if target is not None:
                found.append((text[start:end].lower(), start, target))
        return found

    def _meet(self, word: str) -> str | None:
        grams, met = cut_grams(word), None
        if not self._grams.isdisjoint(grams):
            near = sorted({n for gram in grams for n in self._by_gram.get(gram, ())})
            fitting = (self._spellings[n][1] for n in near if is_alike(word, self._spellings[n][0]))
            met = next(fitting, None)
        self._known[word] = met
        return met


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
