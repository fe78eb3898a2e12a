"""Cue words: which classes of words a text holds, counted per language.

A pattern is a word or words in a row; "*" at the end of a word stands for any ending. The
lists are in cues.toml (classes of statements) and in the taxonomy (themes, actors).

spaCy's PhraseMatcher was not taken: it matches whole tokens, and compounds need open endings.
Its speed on these lists was not measured.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np

from models.document import ANALYSED
from models.taxonomy import Term

_WORD = re.compile(r"[^\W\d_]+(?:[-.'’&][^\W\d_]+)*|\d+|%")
_SHORTEST_STEM = 2  # characters: shorter stems with open ends would match half the language
_KEPT_TEXTS = 60_000  # texts whose classes are remembered: the statements of 300 documents are 30,000
_KEPT_WORDS = 60_000  # distinct words whose classes are remembered per lexicon


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case; a number and a per cent sign are words too."""
    return _WORD.findall(text.casefold())


class Lexicon:
    """Classes of patterns by language. `names` are the classes, in the order of the counts."""

    def __init__(self, patterns: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """Take patterns by class and language; nynorsk also reads bokmål's and the reverse."""
        self.names = tuple(patterns)
        self._texts: dict[tuple[str, str], frozenset[str]] = {}
        self._tables = {language: _Table() for language in ANALYSED}
        for number, by_language in enumerate(patterns.values()):
            for language, words in by_language.items():
                for reader in _readers(language):
                    for word in words:
                        self._tables[reader].add(word.casefold(), number)

    def count(self, words: Sequence[str], language: str) -> np.ndarray:
        """Return how often each class occurs: float32 (len(names),); zeros for other languages."""
        counts = np.zeros(len(self.names), dtype=np.float32)
        for number, _ in self.find(words, language):
            counts[number] += 1
        return counts

    def find_classes(self, text: str, language: str) -> frozenset[str]:
        """Return the classes that occur in a text; the answers for many texts are kept."""
        known = self._texts.get((text, language))
        if known is None:
            found = self.find(split_words(text), language)
            known = frozenset(self.names[number] for number, _ in found)
            if len(self._texts) < _KEPT_TEXTS:
                self._texts[text, language] = known
        return known

    def find(self, words: Sequence[str], language: str) -> list[tuple[int, int]]:
        """Return (class, index of the word) for all that is found, in order of the words."""
        table = self._tables.get(language)
        if table is None:
            return []
        found = []
        for at, word in enumerate(words):
            singles, phrases = table.look_up(word)
            found += [(number, at) for number in singles]
            found += [(number, at) for rest, number in phrases if _continues(rest, words, at + 1)]
        return found


class _Table:
    """The patterns of one language: by whole word, by stem, and phrases by their first word."""

    def __init__(self) -> None:
        self.whole: dict[str, list[int]] = {}
        self.stems: dict[str, list[int]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self.phrase_stems: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._known: dict[str, tuple[list[int], list[tuple[tuple[str, ...], int]]]] = {}

    def add(self, pattern: str, number: int) -> None:
        first, *rest = pattern.replace(":", " ").split()
        stem = first.removesuffix("*")
        if rest:
            side = self.phrase_stems if first.endswith("*") else self.phrases
            side.setdefault(stem, []).append((tuple(rest), number))
        else:
            single = self.stems if first.endswith("*") else self.whole
            single.setdefault(stem, []).append(number)

    def look_up(self, word: str) -> tuple[list[int], list[tuple[tuple[str, ...], int]]]:
        known = self._known.get(word)
        if known is None:
            starts = [word[:end] for end in range(_SHORTEST_STEM, len(word) + 1)]
            singles = self.whole.get(word, []) + [n for one in starts for n in self.stems.get(one, ())]
            phrases = self.phrases.get(word, []) + [
                p for one in starts for p in self.phrase_stems.get(one, ())
            ]
            known = (sorted(set(singles)), phrases)
            if len(self._known) < _KEPT_WORDS:
                self._known[word] = known
        return known


@lru_cache(maxsize=1)
def statement_cues() -> Lexicon:
    """Return the lexicon of cues.toml."""
    table = tomllib.loads((files("models") / "cues.toml").read_text(encoding="utf-8"))
    classes = {name: value for name, value in table.items() if isinstance(value, dict)}
    return Lexicon({name: {code: text.split() for code, text in by.items()} for name, by in classes.items()})


def term_cues(terms: Sequence[Term]) -> Lexicon:
    """Return the lexicon of themes or actors, a class for each, in their order."""
    return Lexicon({term.id: term.cues for term in terms})


def _readers(language: str) -> tuple[str, ...]:
    return ("nb", "nn") if language in ("nb", "nn") else (language,) if language in ANALYSED else ()


def _continues(rest: Sequence[str], words: Sequence[str], at: int) -> bool:
    if at + len(rest) > len(words):
        return False
    for step, pattern in enumerate(rest):
        word = words[at + step]
        if not (word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern):
            return False
    return True
