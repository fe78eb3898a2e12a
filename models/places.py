"""Which region a sentence is about, when it is not the document's own.

Two signs count: a section on one of the document's regions ("5.2 Akershus"), and a sentence
that is laid in another country or region of the registry ("I Sverige …") and names none of
the document's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.cues import split_words
from models.document import Document
from models.statement import Statements
from models.taxonomy import Region, Taxonomy

_LONGEST = 4  # words of a region's name
_PLACING = frozenset(("i", "in", "på", "for", "fra", "från", "from", "across", "hos", "inom", "innenfor"))
_FRONT = 5  # words from the start within which a foreign name sets the scene
_GENITIVE = ("s", "’s", "'s")


class PlaceFinder:
    """Finds names of the registry in text."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._names: dict[tuple[str, ...], Region] = {}
        self._by_name = {region.name: region for region in taxonomy.regions}
        for region in taxonomy.regions:
            for name in (region.name, *region.aliases):
                words = tuple(split_words(name))
                if words and len(words) <= _LONGEST:
                    self._names.setdefault(words, region)
        self._first = {words[0] for words in self._names}

    def find_regions(self, document: Document, statements: Statements) -> list[str | None]:
        """Return for each sentence the region it is about, None where it is the document's first."""
        own = document.guess.regions
        family = self._family(own)
        by_path: dict[tuple[str, ...], str | None] = {}
        found: list[str | None] = []
        for one in statements.items:
            if one.path not in by_path:
                by_path[one.path] = self._from_titles(one.path, own)
            found.append(self._elsewhere(one.text, family) or by_path[one.path])
        return found

    def _from_titles(self, path: Sequence[str], own: Sequence[str]) -> str | None:
        """Return the one region of the document that the nearest telling title names."""
        for title in reversed(path):
            named = {region.name for _, region in self.find(split_words(title))} & set(own)
            if named:
                return named.pop() if len(named) == 1 else None
        return None

    def _elsewhere(self, text: str, family: frozenset[str]) -> str | None:
        words = split_words(text)
        if not self._first.intersection(word for full in words for word in _bare(full)):
            return None
        named = self.find(words)
        if not named or any(region.name in family for _, region in named):
            return None
        at, region = named[0]
        placed = at == 0 or (at < _FRONT and words[at - 1] in _PLACING and words[0] in _PLACING)
        return region.name if placed and family else None

    def find(self, words: Sequence[str]) -> list[tuple[int, Region]]:
        """Return (index of the first word, region) of the names in a list of words, longest first."""
        found = []
        at = 0
        while at < len(words):
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                region = self._match(words[at : at + length])
                if region is not None:
                    found.append((at, region))
                    at += length - 1
                    break
            at += 1
        return found

    def _match(self, words: Sequence[str]) -> Region | None:
        for last in _bare(words[-1]):
            region = self._names.get((*words[:-1], last))
            if region is not None:
                return region
        return None

    def _family(self, own: Iterable[str]) -> frozenset[str]:
        """Return the document's regions with their parents, parts, forerunners and successors."""
        family = set(own)
        for name in own:
            region = self._by_name.get(name)
            while region is not None:
                family |= {region.name, *region.predecessors, *region.successors}
                region = self._by_name.get(region.parent or "")
        family |= {
            one.name for one in self._by_name.values() if one.parent in family and one.level != "country"
        }
        countries = {self._by_name[name].country for name in own if name in self._by_name}
        family |= {
            one.name for one in self._by_name.values() if one.level == "country" and one.country in countries
        }
        return frozenset(family)


def _bare(word: str) -> tuple[str, ...]:
    """Return the word and, where it ends as a genitive does, the word without."""
    for ending in _GENITIVE:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word, word[: -len(ending)]
    return (word,)
