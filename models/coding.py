"""A focus area coded to public lists, by the words of its name, aliases, niches and headlines.

Every code is carried by words that stand in the area's own texts. Of words that overlap the
longest counts, so "digital health" is not also "digital". A code above another that was
given is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from models.codelists import Code, CodeList, find_files, load_code_lists
from models.domains import read_together

Source = Literal["name", "alias", "niche", "headline"]
NAME, ALIAS = 0.7, 0.5
"""What a word in the name, or in an alias, says of a code."""
NICHE, HEADLINE = 0.6, 0.6
"""What niches, or headlines, say that all hold a word of a code; by root of the share that does."""
HINT = 0.5
"""What a hint ("~skog") weighs against a word."""
LEAST, NEAR = 0.32, 0.5
"""The score that a code needs, and its share of the best one's: docs/findings.md has the figures."""
MOST = 3
"""Codes of a list that an area is given."""
_TOKEN = re.compile(r"[^\W_]+|&")


class Wording(NamedTuple):
    """A text of an area: what it is of the area, and its language ("other" reads every list of words)."""

    text: str
    source: Source
    language: str


class Carried(NamedTuple):
    """Words of one text that carry a code: the text's index, and the words as they stand there."""

    wording: int
    words: tuple[str, ...]


class Scored(NamedTuple):
    """A code of a list with its score in [0, 1] and what carries it, in the order of the texts."""

    list: CodeList
    code: Code
    score: float
    evidence: tuple[Carried, ...]


class _Pattern(NamedTuple):
    """What follows the first word of a pattern: further whole words, the last maybe a beginning."""

    code: int
    rest: tuple[str, ...]
    open: bool
    weight: float


class _Match(NamedTuple):
    """A pattern found: `start`-`end` are the letters it names (of a phrase, its words), `last` ends the last word."""

    start: int
    end: int
    last: int
    code: int
    weight: float


class _Words:
    """A list's patterns in a language, by the letters of their first word."""

    def __init__(self, codes: Sequence[Code], languages: Sequence[str]) -> None:
        self.whole: dict[str, list[_Pattern]] = defaultdict(list)
        self.begins: dict[str, list[_Pattern]] = defaultdict(list)
        self.ends: dict[str, list[_Pattern]] = defaultdict(list)
        for number, code in enumerate(codes):
            words = dict.fromkeys(word for one in languages for word in code.words.get(one, ()))
            for word in words:
                self._add(word, number)

    def _add(self, word: str, code: int) -> None:
        weight, word = (HINT, word[1:]) if word.startswith("~") else (1.0, word)
        first, *rest = word.strip("*").split("_")
        pattern = _Pattern(code, tuple(rest), word.endswith("*"), weight)
        if word.startswith("*"):
            self.ends[first].append(pattern)
        elif word.endswith("*") and not rest:
            self.begins[first].append(pattern)
        else:
            self.whole[first].append(pattern)

    def find(self, text: str) -> list[_Match]:
        """Return the patterns in a text, without those inside a longer one; by place."""
        tokens = [(one.group().lower(), one.start(), one.end()) for one in _TOKEN.finditer(text)]
        found = [match for at in range(len(tokens)) for match in self._at(text, tokens, at)]
        return [one for one in found if not any(_hides(other, one) for other in found)]

    def _at(self, text: str, tokens: Sequence[tuple[str, int, int]], at: int) -> Iterator[_Match]:
        word, start, end = tokens[at]
        for size in range(2, len(word) + 1):
            for one in self.begins.get(word[:size], ()):
                yield _Match(start, start + size, end, one.code, one.weight)
            for one in self.ends.get(word[-size:], ()):
                yield _Match(end - size, end, end, one.code, one.weight)
        for one in self.whole.get(word, ()):
            last = _follow(text, tokens, at, one)
            if last is not None:
                yield _Match(start, last, last, one.code, one.weight)


def _follow(text: str, tokens: Sequence[tuple[str, int, int]], at: int, pattern: _Pattern) -> int | None:
    """Where a pattern that begins at a word ends; None if it is not there."""
    last = tokens[at][2]
    for step, part in enumerate(pattern.rest, 1):
        if at + step >= len(tokens):
            return None
        word, start, end = tokens[at + step]
        free = pattern.open and step == len(pattern.rest)
        apart = text[last:start].strip() not in ("", "-", "\u2011")
        if apart or not (word.startswith(part) if free else word == part):
            return None
        last = end
    return last


def _hides(one: _Match, other: _Match) -> bool:
    """Whether a match holds all letters of another one, and more."""
    return one.start <= other.start and other.end <= one.end and one.end - one.start > other.end - other.start


class Coder:
    """Codes areas to some lists."""

    def __init__(self, lists: Sequence[CodeList]) -> None:
        self.lists = tuple(lists)
        self._compiled: dict[tuple[int, str], _Words] = {}

    def code(self, wordings: Sequence[Wording]) -> list[Scored]:
        """Return at most three codes of each list, list by list, best first; none where nothing carries one."""
        return [one for number in range(len(self.lists)) for one in self._code(number, wordings)]

    def find_list(self, identity: str) -> CodeList | None:
        """Return the list with this id."""
        return next((one for one in self.lists if one.id == identity), None)

    def _code(self, number: int, wordings: Sequence[Wording]) -> list[Scored]:
        codes = self.lists[number].codes
        held: dict[int, dict[int, list[_Match]]] = defaultdict(lambda: defaultdict(list))
        for at, wording in enumerate(wordings):
            for match in self._words(number, wording.language).find(wording.text):
                held[match.code][at].append(match)
        scores = {code: _score(found, wordings) for code, found in held.items()}
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        least = max(LEAST, NEAR * scores[ranked[0]]) if ranked else LEAST
        chosen = [code for code in ranked if scores[code] >= least]
        above = {codes[code].parent for code in chosen}
        chosen = [code for code in chosen if codes[code].id not in above][:MOST]
        return [
            Scored(self.lists[number], codes[code], scores[code], _carry(held[code], wordings))
            for code in chosen
        ]

    def _words(self, number: int, language: str) -> _Words:
        languages = read_together(language)
        key = (number, "+".join(languages))
        if key not in self._compiled:
            self._compiled[key] = _Words(self.lists[number].codes, languages)
        return self._compiled[key]


def _score(found: Mapping[int, Sequence[_Match]], wordings: Sequence[Wording]) -> float:
    """How surely a code is carried: what name, aliases, niches and headlines say, none of them wrong alone."""
    held: dict[str, list[float]] = defaultdict(list)
    for at, matches in found.items():
        held[wordings[at].source].append(max(one.weight for one in matches))
    miss = 1.0
    for source, most in (("name", NAME), ("alias", ALIAS)):
        miss *= 1.0 - most * max(held[source], default=0.0)
    for source, most in (("niche", NICHE), ("headline", HEADLINE)):
        said = sum(wording.source == source for wording in wordings)
        miss *= 1.0 - most * (sum(held[source]) / (said + 2)) ** 0.5
    return round(1.0 - miss, 3)


def _carry(found: Mapping[int, Sequence[_Match]], wordings: Sequence[Wording]) -> tuple[Carried, ...]:
    carried = []
    for at in sorted(found):
        text = wordings[at].text
        words = (text[_word_start(text, one.start) : one.last] for one in found[at])
        carried.append(Carried(at, tuple(dict.fromkeys(words))))
    return tuple(carried)


def _word_start(text: str, place: int) -> int:
    """Where the word begins that a letter stands in."""
    while place and _TOKEN.fullmatch(text[place - 1]):
        place -= 1
    return place


def load_coder(extra: Path | None = None) -> Coder:
    """Return the coder of the lists that ship and a folder's own; kept until a file changes.

    Raises: BadSettings.
    """
    stamps = []
    for path in find_files(extra):
        stat = path.stat()
        stamps.append((path.name, stat.st_mtime_ns, stat.st_size))
    return _coder(extra if stamps else None, tuple(stamps))


@lru_cache(maxsize=8)
def _coder(extra: Path | None, _stamps: tuple[tuple[str, int, int], ...]) -> Coder:
    return Coder(load_code_lists(extra))
