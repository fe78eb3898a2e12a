"""Domains of specialisation: what a text is about, told by its words in five languages.

models/taxonomy/domains.toml holds the words. A word counts for every domain that claims it,
so "vindkraft" and "wind" meet in energy whatever the language. Phrases ("natural_resource*")
are looked for in names and sentences, not in counts of words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from models.document import ANALYSED, Frozen

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ALSO = {"nn": ("nn", "nb"), "nb": ("nb", "nn")}


class Domain(Frozen):
    """A domain: its label and words by language, and the NACE divisions it mostly lies in."""

    id: str
    nace: tuple[str, ...]
    labels: dict[str, str]
    words: dict[str, tuple[str, ...]]

    def label(self, language: str) -> str:
        """Return the label in a language, in English where there is none."""
        return self.labels.get(language) or self.labels.get("en", self.id)


class _Patterns(NamedTuple):
    """A language's words: whole ones, beginnings, ends and phrases, each with its domains."""

    whole: Mapping[str, frozenset[str]]
    begins: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]
    phrases: tuple[tuple[re.Pattern[str], str], ...]


@cache
def load_domains() -> tuple[Domain, ...]:
    """Return the domains that ship, in the order of their file."""
    rows = _read()["domain"]
    return tuple(
        Domain(
            id=row["id"],
            nace=tuple(row["nace"]),
            labels=row["labels"],
            words={code: tuple(row[code].split()) for code in ANALYSED if code in row},
        )
        for row in rows
    )


@cache
def load_kinship() -> np.ndarray:
    """Return how near each two domains are, in [0, 1], (domains, domains), symmetric, 1 with itself."""
    places = {one.id: n for n, one in enumerate(load_domains())}
    table = np.eye(len(places))
    for row in _read()["kin"]:
        one, other = (places[name] for name in row["pair"])
        table[one, other] = table[other, one] = row["share"]
    return table


@cache
def find_kin(domain: str) -> frozenset[str]:
    """Return a domain and those that are at least half the same."""
    ids = [one.id for one in load_domains()]
    row = load_kinship()[ids.index(domain)]
    return frozenset(one for one, share in zip(ids, row, strict=True) if share > 0.5)


def _read() -> dict[str, list[dict[str, Any]]]:
    text = (files("models") / "taxonomy" / "domains.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def read_together(language: str) -> tuple[str, ...]:
    """Return the languages whose words a text is read by: it may mix the two forms of Norwegian; all if unknown."""
    return _ALSO.get(language, (language,) if language in ANALYSED else ANALYSED)


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case; hyphens stay inside."""
    return _WORD.findall(text.lower())


def name_domains(texts: Iterable[str], language: str) -> frozenset[str]:
    """Return the domains that any word or phrase of some names, or sentences, speaks of."""
    found: set[str] = set()
    for text in texts:
        words = split_words(text)
        for word in words:
            found |= domains_of(word, language)
        if len(words) > 1:
            line = " ".join(words)
            found.update(domain for phrase, domain in _compile(language).phrases if phrase.search(line))
    return frozenset(found)


@lru_cache(maxsize=65_536)
def domains_of(word: str, language: str) -> frozenset[str]:
    """Return the domains that claim a word (lower case) of a language; of all languages for another one."""
    if "-" in word and (parts := word.split("-")):
        whole = _claim(word, language)
        return whole or frozenset().union(*(_claim(part, language) for part in parts))
    return _claim(word, language)


def _claim(word: str, language: str) -> frozenset[str]:
    patterns = _compile(language)
    found = set(patterns.whole.get(word, ()))
    found |= {domain for begin, domain in patterns.begins if word.startswith(begin)}
    found |= {domain for end, domain in patterns.ends if word.endswith(end)}
    return frozenset(found)


@cache
def _compile(language: str) -> _Patterns:
    codes = read_together(language)
    whole: dict[str, set[str]] = {}
    begins, ends, phrases = [], [], []
    for domain in load_domains():
        for word in dict.fromkeys(word for code in codes for word in domain.words.get(code, ())):
            if "_" in word:
                phrases.append((_phrase(word), domain.id))
            elif word.startswith("*"):
                ends.append((word[1:], domain.id))
            elif word.endswith("*"):
                begins.append((word[:-1], domain.id))
            else:
                whole.setdefault(word, set()).add(domain.id)
    wholes = {word: frozenset(ids) for word, ids in whole.items()}
    return _Patterns(wholes, tuple(begins), tuple(ends), tuple(phrases))


def _phrase(words: str) -> re.Pattern[str]:
    """A pattern for "natural_resource*" in words joined by single blanks."""
    end = "" if words.endswith("*") else r"(?![^ ])"
    return re.compile(rf"(?<![^ ]){re.escape(words.rstrip('*').replace('_', ' '))}{end}")
