"""Text to the terms of the full-text index: words, their four-letter pieces, lemmas and compound parts.

Words are written one way across the languages: lower case, ä as æ, ö as ø, aa as å, other
accents dropped. The letters å, æ and ø stay, so "mål" is not "mal"; what a query without
them may have meant is tried by `respell`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations, product

from models.document import ANALYSED
from models.morphology import compound_parts, lemmas

SIZE = 4
"""Letters of a gram. Four letters beat words, lemmas and stems by 4 nDCG points or more on four sets."""
LONGEST = 64
"""Letters of a word that are indexed; longer runs are data, not words."""
FORM = "="
"""First character of a lemma or compound part in the index, which no gram has."""
_EDGE = "_"
_WORD = re.compile(r"[^\W_]+")
_KEPT = str.maketrans({"å": "\ue000", "æ": "\ue001", "ø": "\ue002", "ä": "\ue001", "ö": "\ue002"})
_MARKED = re.compile(r"[^\x00-\xbf\u2010-\u203a\ue000-\ue002]")
"""Letters that may have an accent to drop; nothing below \xc0 has, nor dashes and quotes."""
_BACK = str.maketrans({"\ue000": "å", "\ue001": "æ", "\ue002": "ø"})
_RESPELLINGS = {"ae": "æ", "oe": "ø", "a": "åæ", "o": "ø"}
_CHANGES = 3
"""Letters restored in one word at most: "naeringsomrade" needs two."""
_TRIES = 200


def canonical(text: str) -> str:
    """Return text as the index writes it. Offsets do not survive: "aa" becomes one letter."""
    folded = unicodedata.normalize("NFC", text.casefold())
    if folded.isascii():
        return folded.replace("aa", "å")
    kept = folded.translate(_KEPT)
    if not _MARKED.search(kept):
        return kept.translate(_BACK).replace("aa", "å")
    parts = unicodedata.normalize("NFD", kept)
    bare = "".join([one for one in parts if not unicodedata.combining(one)])
    return bare.translate(_BACK).replace("aa", "å")


def split_words(text: str) -> list[str]:
    """Return the canonical words of a text in order, each at most LONGEST letters."""
    return [word[:LONGEST] for word in _WORD.findall(canonical(text))]


@lru_cache(maxsize=65_536)
def canonical_word(word: str) -> str:
    """Return a word as the index writes it; words come again and again, so they are remembered."""
    return canonical(word)


@lru_cache(maxsize=2_048)
def find_words(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return canonical words with their place in the text as it is; the last passages are remembered."""
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        for word in _split_token(text[start:end]):
            found.append((word, start, end))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _split_token(token: str) -> tuple[str, ...]:
    return tuple(split_words(token))


@lru_cache(maxsize=65_536)
def cut_grams(word: str) -> tuple[str, ...]:
    """Return the grams of a canonical word, its edges marked: "havet" -> _hav have avet vet_."""
    edged = f"{_EDGE}{word}{_EDGE}"
    if len(edged) <= SIZE:
        return (edged,)
    return tuple(edged[at : at + SIZE] for at in range(len(edged) - SIZE + 1))


def find_surfaces(text: str) -> list[str]:
    """Return the words of a text in order, in lower case, spelt as they are."""
    return [word[:LONGEST] for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())]


def analyse(word: str, language: str) -> tuple[str, ...]:
    """Return the canonical lemma and compound parts of a word; opens dictionaries (seconds, once)."""
    if language not in ANALYSED or not word.isalpha():
        return ()
    known = (canonical(one)[:LONGEST] for one in (*lemmas(word, language), *compound_parts(word, language)))
    return tuple(dict.fromkeys(one for one in known if one != canonical(word)))


def count_terms(text: str, forms: Mapping[str, Sequence[str]]) -> Counter[str]:
    """Return how often each gram, word, lemma and compound part stands in a text.

    `forms` gives what `analyse` says of a word as it is spelt.
    """
    found = (list_terms(surface, tuple(forms.get(surface, ()))) for surface in find_surfaces(text))
    return Counter(chain.from_iterable(found))


@lru_cache(maxsize=65_536)
def list_terms(surface: str, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the terms of a word as it is spelt: its grams, itself and its forms."""
    word = canonical(surface)
    return (*cut_grams(word), FORM + word, *(FORM + one for one in forms))


def respell(word: str) -> Iterator[str]:
    """Give what a word typed without å, æ and ø may have meant, fewest changes first, at most 200."""
    places = [(match.start(), match.group()) for match in re.finditer("ae|oe|a|o", word)]
    tried = 0
    for changes in range(1, _CHANGES + 1):
        for chosen in combinations(places, changes):
            for letters in product(*(_RESPELLINGS[found] for _, found in chosen)):
                if tried >= _TRIES:
                    return
                tried += 1
                yield _replace(word, chosen, letters)


def _replace(word: str, chosen: tuple[tuple[int, str], ...], letters: tuple[str, ...]) -> str:
    for (at, found), letter in reversed(list(zip(chosen, letters, strict=True))):
        word = word[:at] + letter + word[at + len(found) :]
    return word
