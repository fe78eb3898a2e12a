"""Concepts of the term list that a query names, found by the beginnings of its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from corpus.grams import canonical_word
from models.terms import Concept

SHORTEST_START = 5
"""Letters of a term-list word from which longer words that start with it count as its forms."""
INFLECTION = 5
"""Letters that an ending may add."""
_START = 3
"""Letters that a word and what it is a form of share at least, unless it is shorter."""


def is_form(word: str, base: str) -> bool:
    """Return whether a word is a base word, perhaps with an ending."""
    if len(base) < SHORTEST_START:
        return word == base or (len(base) > 2 and word.startswith(base) and len(word) - len(base) <= 2)
    return word.startswith(base[:-1]) and len(word) - len(base) <= INFLECTION


class Concepts:
    """The concepts of a term list, by the beginnings of their entries' first words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = tuple(concepts)
        self._entries: dict[str, list[tuple[int, str, tuple[str, ...]]]] = defaultdict(list)
        self._bases: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, concept in enumerate(self._concepts):
            for code, entries in concept.words.items():
                for entry in entries:
                    parts = tuple(canonical_word(one) for one in entry.lower().split())
                    if not parts:
                        continue
                    self._entries[parts[0][:_START]].append((number, code, parts))
                    if len(parts) == 1:
                        self._bases[parts[0]].append((number, code))

    def find(self, words: Sequence[str], forms: Iterable[str], languages: Collection[str]) -> list[Concept]:
        """Return the concepts that words, or their forms, name in one of the languages."""
        found = {number for one in forms for number, code in self._bases.get(one, ()) if code in languages}
        for start in dict.fromkeys(word[:_START] for word in words):
            for number, code, parts in self._entries.get(start, ()):
                if code in languages and number not in found and _stands(parts, words):
                    found.add(number)
        return [self._concepts[number] for number in sorted(found)]


def _stands(parts: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether forms of an entry's words stand next to each other."""
    if len(parts) == 1:
        return any(is_form(word, parts[0]) for word in words)
    rows = zip(*(words[at:] for at in range(len(parts))), strict=False)
    return any(all(is_form(word, part) for word, part in zip(row, parts, strict=True)) for row in rows)
