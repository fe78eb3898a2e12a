"""What speaks for each segment: grams, forms, concepts, names and vectors, all as arrays over the shelf."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy import Connection

from corpus import lexical
from corpus.grams import FORM, canonical, canonical_word, cut_grams, respell, split_words
from corpus.lexicon import Lexicon
from corpus.ranking import K1, Ranker
from models.document import ANALYSED
from models.terms import Concept, Terms
from models.words import list_words
from service.concepts import SHORTEST_START, Concepts, is_form
from service.wording import Wording

PREFIXES = 24
"""Respellings that are tried as the start of longer words, when none is a word."""


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


def choose_words(
    connection: Connection,
    lexicon: Lexicon,
    wording: Wording,
    language: str,
    terms: Terms,
    concepts: Concepts,
) -> Words:
    """Return the meaningful words of a query; all of them if it has no other."""
    stop = terms.stopwords.get(language) or frozenset[str]().union(*terms.stopwords.values())
    surfaces = [one for one in wording.surfaces if one not in stop] or list(wording.surfaces)
    spelt = {one: _restore(connection, lexicon, one) for one in surfaces}
    words = tuple(dict.fromkeys(spelt.values()))
    languages = [language] if language in ANALYSED else list(ANALYSED)
    forms: dict[str, None] = {}
    for code in languages:
        for found in lexicon.forms(connection, surfaces, code).values():
            forms.update(dict.fromkeys(found))
    named = tuple(concepts.find(words, forms, languages))
    return Words(_respell_text(wording.text, spelt), language, words, tuple(forms), named)


def _respell_text(text: str, spelt: dict[str, str]) -> str:
    """Put the letters that were left out back into a query: the encoder knows "næring", not "naering"."""
    for surface, word in spelt.items():
        if surface.isascii() and not word.isascii():
            text = re.sub(rf"(?<!\w){re.escape(surface)}(?!\w)", word, text, flags=re.IGNORECASE)
    return text


def _restore(connection: Connection, lexicon: Lexicon, surface: str) -> str:
    """Return a word as the index spells it: "naering" is "næring" if no text has the former."""
    word = canonical(surface)
    if not word.isascii() or word.isdigit() or lexicon.count(connection, word):
        return word
    tried = list(respell(word))
    best = max(tried, default=word, key=lambda one: lexicon.count(connection, one))
    if lexicon.count(connection, best):
        return best
    longer = lexicon.expand(connection, word, 1)
    return (
        word
        if longer
        else next((one for one in tried[:PREFIXES] if lexicon.expand(connection, one, 1)), word)
    )


def weigh_words(
    connection: Connection, ranker: Ranker, lexicon: Lexicon, words: Words, wording: Wording, count: int
) -> Lexical:
    """Return the lexical evidence for all segments."""
    grams = dict.fromkeys(gram for word in words.words for gram in cut_grams(word))
    forms = dict.fromkeys(FORM + one for one in (*words.words, *words.forms))
    return Lexical(
        grams=_share(*ranker.score(connection, grams)),
        forms=_share(*ranker.score(connection, forms)),
        concepts=_weigh_concepts(connection, ranker, lexicon, words.concepts, count),
        names=_weigh_names(connection, ranker, find_names(wording, words), count),
    )


def weigh_each(connection: Connection, ranker: Ranker, words: Sequence[str]) -> dict[str, float]:
    """Return the idf of canonical words, those that stand nowhere too."""
    return {word: ranker.weigh_count(ranker.count(connection, FORM + word)) for word in words}


def weigh_asked(connection: Connection, ranker: Ranker, text: str, count: int) -> np.ndarray:
    """Return the idf of a question's meaningful words (models/words.py), (count,); 1 each if the encoder read others."""
    words = [canonical_word(one) for one in list_words(text)]
    if len(words) != count:
        return np.ones(count)
    weights = weigh_each(connection, ranker, words)
    return np.array([weights[one] for one in words])


def _share(scores: np.ndarray, total: float) -> np.ndarray:
    return np.asarray(scores / max(total * (K1 + 1), 1e-6), dtype=np.float32)


def _weigh_concepts(
    connection: Connection, ranker: Ranker, lexicon: Lexicon, concepts: Sequence[Concept], count: int
) -> np.ndarray:
    scores, total = np.zeros(count, np.float32), 0.0
    for concept in concepts:
        rows = mark_concept(connection, ranker, lexicon, concept)
        weight = ranker.weigh_count(len(rows))
        scores[rows] += weight
        total += weight
    return scores / max(total, 1e-6)


def mark_concept(connection: Connection, ranker: Ranker, lexicon: Lexicon, concept: Concept) -> np.ndarray:
    """Return the rows that hold an entry of a concept in any language; remembered by the ranker."""
    return ranker.recall(concept.id, partial(_find_concept, connection, ranker, lexicon, concept))


def _find_concept(connection: Connection, ranker: Ranker, lexicon: Lexicon, concept: Concept) -> np.ndarray:
    entries = dict.fromkeys(one for ones in concept.words.values() for one in ones if one.strip())
    nothing = np.zeros(0, np.int32)
    return np.concatenate([nothing, *(_find_entry(connection, ranker, lexicon, one) for one in entries)])


def _find_entry(connection: Connection, ranker: Ranker, lexicon: Lexicon, entry: str) -> np.ndarray:
    parts = [canonical(one) for one in entry.lower().split()]
    if len(parts) > 1:
        return ranker.find_rows(lexical.find_phrase(connection, parts))
    rows = [ranker.rows_of(connection, FORM + parts[0])]
    if len(parts[0]) >= SHORTEST_START:
        rows += [
            ranker.rows_of(connection, FORM + word)
            for word in lexicon.expand(connection, parts[0], 40)
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
