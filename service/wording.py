"""A query as typed -> what must stand, what must not, what to look for.

`"exact phrase"`, `-word` and `word*` are all the syntax there is. Everything else, AND,
NEAR( and lone signs too, is text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.grams import canonical, find_surfaces, split_words
from models.errors import BadQuery

LONGEST = 20_000
"""Characters of a query that are taken; a query by a person has under 1,000."""
WORDS = 120
"""Words of a query that are looked for; the encoder reads about as many."""
_PHRASE = re.compile(r'(?<![^\s(])(-?)["“”]([^"“”]+)["“”]')
_EXCLUDED = re.compile(r"(?<!\S)-([^\W\d_][\w-]*)")
_PREFIX = re.compile(r"(?<![\w*])([^\W_]{2,})\*(?![\w*])")
_NOISE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


@dataclass(frozen=True)
class Wording:
    """A query taken apart; all words canonical.

    `text` is what a reader would read. Every phrase and prefix must stand in a passage, no
    excluded phrase may; a phrase with other words beside it, if it stands anywhere.
    """

    text: str
    words: tuple[str, ...]
    surfaces: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()

    @property
    def strict(self) -> bool:
        """Whether something must or must not stand."""
        return bool(self.phrases or self.prefixes or self.excluded)

    @property
    def quotes_within(self) -> bool:
        """Whether there are exact phrases with other words beside them."""
        quoted = {word for phrase in self.phrases for word in phrase}
        return bool(self.phrases) and not quoted.issuperset(self.words)


def read_wording(query: str) -> Wording:
    """Take a query apart. Raises: BadQuery."""
    if len(query) > LONGEST:
        raise BadQuery(
            f"The query has {len(query)} characters; at most {LONGEST} are read.", subject=query[:40]
        )
    text = _NOISE.sub(" ", unicodedata.normalize("NFC", query.encode("utf-8", "replace").decode("utf-8")))
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    prefixes: list[str] = []

    def take_phrase(match: re.Match[str]) -> str:
        words = tuple(split_words(match[2]))
        if words:
            (excluded if match[1] else phrases).append(words)
        return " " if match[1] else f" {match[2]} "

    def take_excluded(match: re.Match[str]) -> str:
        excluded.append(tuple(split_words(match[1])))
        return " "

    def take_prefix(match: re.Match[str]) -> str:
        prefixes.append(canonical(match[1]))
        return match[1]

    text = _PHRASE.sub(take_phrase, text)
    text = _EXCLUDED.sub(take_excluded, text)
    text = " ".join(_PREFIX.sub(take_prefix, text).split())
    surfaces = tuple(dict.fromkeys(find_surfaces(text)))[:WORDS]
    if not any(len(word) > 1 or not word.isascii() for word in surfaces):
        raise BadQuery(_say_empty(query, excluded), subject=query[:40])
    words = tuple(dict.fromkeys(canonical(one) for one in surfaces))
    return Wording(
        text[:4000], words, surfaces, tuple(phrases), tuple(dict.fromkeys(prefixes)), tuple(excluded)
    )


def _say_empty(query: str, excluded: list[tuple[str, ...]]) -> str:
    if excluded:
        return "The query says only what must not stand; say also what to look for."
    if not query.strip():
        return "The query is empty; give a word or a question."
    return "The query has no word of two letters or more; give a word or a question."
