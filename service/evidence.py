"""What speaks for each segment: grams, forms, concepts, names and vectors, all as arrays over the shelf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.grams import FORM, canonical, canonical_word, cut_grams, respell, split_words
from corpus.ranking import K1, Ranker
from models.document import ANALYSED
from models.terms import Concept, Terms
from service.wording import Wording

SHORTEST_START = 5
"""Letters of a term-list word from which longer words that start with it count as its forms."""
PREFIXES = 24
"""Respellings that are tried as the start of longer words, when none is a word."""
INFLECTION = 5
"""Letters that an ending may add."""


@dataclass(frozen=True)
class Words:
    """The words of a query that carry meaning, as the index spells them, and their language.

    `text` is the query with the letters that were left out. `forms` are lemmas and compound
    parts, `concepts` the entries of the term list that the query names.
    """

    text: str
    language: str
    words: tuple[str, ...]
    forms: tuple[str, ...]
    concepts: tuple[Concept, ...]


@dataclass(frozen=True)
class Lexical:
    """Arrays (n,) over the shelf, each from 0 to about 1.

    `grams` and `forms` are BM25 over its bound, `concepts` the share of the query's concepts
    that stand in any language, `names` the share of its names and numbers.
    """

    grams: np.ndarray
    forms: np.ndarray
    concepts: np.ndarray
    names: np.ndarray


def choose_words(connection: Connection, wording: Wording, language: str, terms: Terms) -> Words:
    """Return the meaningful words of a query; all of them if it has no other."""
    stop = terms.stopwords.get(language) or frozenset[str]().union(*terms.stopwords.values())
    surfaces = [one for one in wording.surfaces if one not in stop] or list(wording.surfaces)
    spelt = {one: _restore(connection, one) for one in surfaces}
    words = tuple(dict.fromkeys(spelt.values()))
    languages = [language] if language in ANALYSED else list(ANALYSED)
    forms: dict[str, None] = {}
    for code in languages:
        for found in lexical.read_forms(connection, surfaces, code).values():
            forms.update(dict.fromkeys(found))
    concepts = find_concepts(words, forms, languages, terms.concepts)
    return Words(_respell_text(wording.text, spelt), language, words, tuple(forms), tuple(concepts))


def _respell_text(text: str, spelt: dict[str, str]) -> str:
    """Put the letters that were left out back into a query: the encoder knows "næring", not "naering"."""
    for surface, word in spelt.items():
        if surface.isascii() and not word.isascii():
            text = re.sub(rf"(?<!\w){re.escape(surface)}(?!\w)", word, text, flags=re.IGNORECASE)
    return text


def _restore(connection: Connection, surface: str) -> str:
    """Return a word as the index spells it: "naering" is "næring" if no text has the former."""
    word = canonical(surface)
    if not word.isascii() or word.isdigit() or lexical.count_word(connection, word):
        return word
    tried = list(respell(word))
    best = max(tried, default=word, key=lambda one: lexical.count_word(connection, one))
    if lexical.count_word(connection, best):
        return best
    longer = lexical.expand_prefix(connection, word, 1)
    return (
        word
        if longer
        else next((one for one in tried[:PREFIXES] if lexical.expand_prefix(connection, one, 1)), word)
    )


def find_concepts(
    words: Sequence[str], forms: Iterable[str], languages: Sequence[str], concepts: Iterable[Concept]
) -> list[Concept]:
    """Return the concepts that words name in one of the languages."""
    known = set(forms)
    return [
        concept
        for concept in concepts
        if any(_names(words, known, entry) for code in languages for entry in concept.words.get(code, ()))
    ]


def _names(words: Sequence[str], forms: set[str], entry: str) -> bool:
    parts = [canonical_word(one) for one in entry.lower().split()]
    if len(parts) == 1:
        return parts[0] in forms or any(is_form(word, parts[0]) for word in words)
    rows = zip(*(words[at:] for at in range(len(parts))), strict=False)
    return any(all(is_form(word, part) for word, part in zip(row, parts, strict=True)) for row in rows)


def is_form(word: str, base: str) -> bool:
    """Return whether a word is a base word, perhaps with an ending."""
    if len(base) < SHORTEST_START:
        return word == base or (len(base) > 2 and word.startswith(base) and len(word) - len(base) <= 2)
    return word.startswith(base[:-1]) and len(word) - len(base) <= INFLECTION


def weigh_words(
    connection: Connection, ranker: Ranker, words: Words, wording: Wording, count: int
) -> Lexical:
    """Return the lexical evidence for all segments."""
    grams = dict.fromkeys(gram for word in words.words for gram in cut_grams(word))
    forms = dict.fromkeys(FORM + one for one in (*words.words, *words.forms))
    return Lexical(
        grams=_share(*ranker.score(connection, grams)),
        forms=_share(*ranker.score(connection, forms)),
        concepts=_weigh_concepts(connection, ranker, words, count),
        names=_weigh_names(connection, ranker, find_names(wording, words), count),
    )


def _share(scores: np.ndarray, total: float) -> np.ndarray:
    return np.asarray(scores / max(total * (K1 + 1), 1e-6), dtype=np.float32)


def _weigh_concepts(connection: Connection, ranker: Ranker, words: Words, count: int) -> np.ndarray:
    scores, total = np.zeros(count, np.float32), 0.0
    for concept in words.concepts:
        mask = np.zeros(count, dtype=bool)
        for entry in dict.fromkeys(one for ones in concept.words.values() for one in ones):
            mask[ranker.recall(entry, partial(_find_entry, connection, ranker, entry))] = True
        weight = ranker.weigh_count(int(mask.sum()))
        scores[mask] += weight
        total += weight
    return scores / max(total, 1e-6)


def _find_entry(connection: Connection, ranker: Ranker, entry: str) -> np.ndarray:
    parts = [canonical(one) for one in entry.lower().split()]
    if len(parts) > 1:
        return ranker.find_rows(lexical.find_phrase(connection, parts))
    rows = [ranker.read(connection, FORM + parts[0]).rows]
    if len(parts[0]) >= SHORTEST_START:
        rows += [
            ranker.read(connection, FORM + word).rows
            for word in lexical.expand_prefix(connection, parts[0], 40)
            if is_form(word, parts[0])
        ]
    return np.concatenate(rows)


def find_names(wording: Wording, words: Words) -> tuple[str, ...]:
    """Return the query's names, acronyms and numbers: what stays the same in every language."""
    found: dict[str, None] = {}
    for place, token in enumerate(wording.text.split()):
        bare = token.strip(".,;:!?()[]«»“”\"'’")
        inner = bare[:1].isupper() and place > 0
        if bare and (inner or any(one.isdigit() for one in bare) or (len(bare) > 1 and bare.isupper())):
            for word in split_words(bare):
                if word in words.words and (len(word) > 1 or word.isdigit()):
                    found[word] = None
    return tuple(found)


def _weigh_names(connection: Connection, ranker: Ranker, names: Sequence[str], count: int) -> np.ndarray:
    scores, total = np.zeros(count, np.float32), 0.0
    for name in names:
        part, bound = ranker.score(connection, cut_grams(name))
        weight = bound / max(len(cut_grams(name)), 1)
        scores += np.minimum(part / max(bound, 1e-6), 1.0) * weight
        total += weight
    return scores / max(total, 1e-6)
