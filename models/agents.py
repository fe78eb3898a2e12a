"""Who is asked to act: actors that are the subject of what shall be done.

"Municipalities should …", "bör länet …", "det är viktigt att universiteten …" ask somebody; "support for
municipalities" and "so that firms can …" do not, though the words are there. In our own measures a word for an actor
is one of the labelled actors in 80 % of sentences, as subject in 88 % (firms 36 and 60 %); on gold in 38 of 70, as
subject, by these rules, in 26 of 31.

A strategy speaks of its region as one that acts ("vi ska", "Lappland must"): all of gold's and 67 to 85 % of our own
such measures ask the region's actors taken together, which the taxonomy counts as the region.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from models.cues import split_words, term_cues
from models.places import PlaceFinder
from models.taxonomy import Taxonomy

COLLECTIVE = "county"
"""The actor that a region's name, or "we", stands for."""
_AHEAD, _BEFORE, _CLOSE, _JOINED = 5, 4, 2, 4
"""Words in which the verb must follow, in which a clause may have opened before, in which a preposition binds, and in
which another actor may be joined by "and"."""
_NORDIC_MODALS = "kan må skal vil kunne burde skulle"
_WORDS: Mapping[str, Mapping[str, str]] = {
    "modals": {
        "nb": f"{_NORDIC_MODALS} bør behøver trenger ønsker kommer lar",
        "nn": f"{_NORDIC_MODALS} bør treng ønskjer kjem lét",
        "sv": "kan bör måste ska skall vill behöver skulle borde kunde kommer låter",
        "da": f"{_NORDIC_MODALS} bør behøver ønsker kommer lader",
        "en": "should must will shall can could need needs ought may",
    },
    "prepositions": {
        "nb": "for til hos med i av på mellom blant fra overfor mot om innen gjennom enn",
        "nn": "for til hos med i av på mellom blant frå overfor mot om innan gjennom enn",
        "sv": "för till hos med i av på mellan bland från gentemot om inom genom än åt",
        "da": "for til hos med i af på mellem blandt fra overfor mod om inden gennem end ved",
        "en": "for to with in of on between among from over by toward towards within across into via than at",
    },
    "that": {"nb": "at", "nn": "at", "sv": "att", "da": "at", "en": "that"},
    "clauses": {
        "nb": "som slik sånn så der hvor hvis om når dersom",
        "nn": "som slik så der kor viss om når dersom",
        "sv": "som så där vilket om när",
        "da": "som der sådan så hvor hvis om når",
        "en": "so where which who when if whether",
    },
    "demands": {"nb": "krav", "nn": "krav", "sv": "krav", "da": "krav", "en": "demands requirements"},
    "joins": {
        "nb": "og eller samt",
        "nn": "og eller samt",
        "sv": "och eller samt",
        "da": "og eller samt",
        "en": "and or",
    },
    "we": {"nb": "vi", "nn": "vi", "sv": "vi", "da": "vi", "en": "we"},
}


class AgentFinder:
    """Finds the actors of a taxonomy that are subjects; a user's own actors too."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._cues = term_cues(taxonomy.actors)
        self._places = PlaceFinder(taxonomy)
        names = [term.id for term in taxonomy.actors]
        self._collective = names.index(COLLECTIVE) if COLLECTIVE in names else None
        self._count = len(names)

    def find(self, texts: Iterable[str], languages: Iterable[str]) -> np.ndarray:
        """Return for each sentence which actors are asked to act in it, float32 (n, actors), 1 or 0."""
        rows = [
            self._mark(split_words(text), language) for text, language in zip(texts, languages, strict=True)
        ]
        return np.array(rows, dtype=np.float32).reshape(-1, self._count)

    def _mark(self, words: Sequence[str], language: str) -> np.ndarray:
        marks = np.zeros(self._count, dtype=np.float32)
        grammar = _GRAMMARS.get(language)
        if grammar is not None:
            named = sorted(self._name(words, language, grammar["we"]), key=lambda one: one[1])
            subjects = {at for _, at in named if _is_subject(words, at, grammar)}
            subjects |= _find_joined(words, [at for _, at in named], subjects, grammar)
            for actor, at in named:
                if at in subjects:
                    marks[actor] = 1.0
        return marks

    def _name(self, words: Sequence[str], language: str, we: frozenset[str]) -> list[tuple[int, int]]:
        """Return (actor, index of the word) of all that may act."""
        named = self._cues.find(words, language)
        if self._collective is not None:
            named += [(self._collective, at) for at, word in enumerate(words) if word in we]
            named += [(self._collective, at) for at, _ in self._places.find(words)]
        return named


def _is_subject(words: Sequence[str], at: int, grammar: Mapping[str, frozenset[str]]) -> bool:
    """Say whether the word is what a verb of duty or a that-clause has as its subject, or of what something is demanded."""
    before = words[max(0, at - _BEFORE) : at]
    if len(before) > 1 and before[-2] in grammar["demands"]:
        return True
    if not grammar["prepositions"].isdisjoint(before[-_CLOSE:]) or not grammar["clauses"].isdisjoint(before):
        return False
    if not grammar["that"].isdisjoint(before) or not grammar["modals"].isdisjoint(before[-_CLOSE:]):
        return True
    return _meets_verb(words[at + 1 : at + 1 + _AHEAD], grammar)


def _meets_verb(after: Sequence[str], grammar: Mapping[str, frozenset[str]]) -> bool:
    """Say whether a verb of duty comes before another clause opens."""
    for word in after:
        if word in grammar["clauses"] or word in grammar["that"]:
            return False
        if word in grammar["modals"]:
            return True
    return False


def _find_joined(
    words: Sequence[str], places: Sequence[int], subjects: set[int], grammar: Mapping[str, frozenset[str]]
) -> set[int]:
    """Return the places of actors that "and" joins to a subject: "universities and firms should"."""
    joined: set[int] = set()
    for left, right in pairwise(places):
        between = words[left + 1 : right]
        if len(between) >= _JOINED or grammar["joins"].isdisjoint(between):
            continue
        if any(
            not grammar[what].isdisjoint(between) for what in ("prepositions", "clauses", "that", "modals")
        ):
            continue
        bound = not grammar["prepositions"].isdisjoint(words[max(0, left - _CLOSE) : left])
        if left in subjects or (right in subjects and not bound):
            joined |= {left, right}
    return joined


def _make_grammars() -> dict[str, dict[str, frozenset[str]]]:
    languages = _WORDS["we"]
    return {
        language: {what: frozenset(by_language[language].split()) for what, by_language in _WORDS.items()}
        for language in languages
    }


_GRAMMARS = _make_grammars()
