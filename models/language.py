"""Which language a text is in: nb, nn, sv, da, en, fi or another.

Three witnesses, added as log odds: py3langid, restricted to these languages and the ones
they are mistaken for; our own word and ending marks, which alone tell bokmål, nynorsk and
Danish apart; and the document's language as the prior, which decides where the text is
too short to say.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, get_args

from models.document import LANGUAGES, Language
from models.sentences import split_sentences
from models.wordmarks import ENDINGS, LETTERS, WORDS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = [
    "DocumentLanguages",
    "confirm",
    "document_languages",
    "identify",
    "rank_languages",
    "split_sentences",
]

_ALL: tuple[Language, ...] = get_args(Language)
_OURS = ("nb", "nn", "sv", "da", "en", "fi")
# The languages that py3langid may answer beside ours: neighbours in the region or in looks, and the
# large ones of the European Union.
_OTHERS = tuple("de nl fr es it pt pl et lv lt is fo se ru uk cs hu ro".split())
_NAMES = {"no": "nb", "nn": "nn", "sv": "sv", "da": "da", "en": "en", "fi": "fi"}
_LONGEST_ENDING = max(map(len, ENDINGS))
# Characters of a text that are read: of 2,511 treebank paragraphs 100 got .992 right, 200 .999, 800 all.
_READ = 800
# Weights in nats of log odds, from a grid of 90 on 3,800 treebank sentences of four words and more:
# langid alone .971 right, with marks .979, with the right prior .997, with a wrong one still .950
# (langid weighed 1: .998 and .919; 3: .993 and .961).
_LANGID_WEIGHT = 2.0
_WORD_WEIGHT = 2.0
_ENDING_WEIGHT = 1.5
_LETTER_WEIGHT = 2.0
_PRIOR_WEIGHT = 2.0
# Marks whose best two are this far apart settle it without langid: nearly all paragraphs, a third of the
# sentences. 4 to 14 were as right as always asking, and paragraphs took under half the time.
_SETTLED = 6.0
# A piece is asked about anew when marks speak this much for another language: a word and an ending.
_DOUBT = 3.5
_STEM_OF_SHORT = 7  # letters of a word whose ending of two counts: "svar" and "klar" are no plurals
_FEW_WORDS = 3  # up to this many, a text has the language of its document, unless two marks speak against it
_SHARE, _SHARE_CHARACTERS = 0.03, 1200  # a language is "present" from 3 % of the characters, or half a page
# Names in a row look like any language: up to this many words without a mark, another must beat this too.
# With the right prior .9971 -> .9984 on the treebanks, with a wrong one .949 -> .935 (4.0: .9984 and .911).
_SOME_WORDS, _NAMES_WEIGHT = 8, 2.0
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
_WORD = re.compile(r"[^\W\d_]+")


class DocumentLanguages(NamedTuple):
    """The language most of a document is in, and all that a fair part of it is in (most text first)."""

    prior: Language
    present: tuple[str, ...]


def identify(text: str, prior: Language | None = None) -> Language:
    """Return the language of a text; `prior` is the document's and wins where the text is too short."""
    return _identify(_without_addresses(text[:_READ]), prior)


def confirm(text: str, language: Language) -> Language:
    """Return the language of a piece of a text in `language`: another only where our marks and langid say so.

    Fast, since most pieces have no mark against their surroundings and langid is not asked.
    """
    text = _without_addresses(text[:_READ])
    if _weigh_against(text, language) < _DOUBT:
        return language
    scores = _weigh_marks(text)
    if max(scores.values()) - scores[language] < _DOUBT:
        return language
    return _identify(text, language)


def _without_addresses(text: str) -> str:
    """Return a text without links and mail addresses; most have none, which is told faster than replaced."""
    return _ADDRESS.sub(" ", text) if "://" in text or "www." in text or "@" in text else text


def document_languages(texts: Iterable[str]) -> DocumentLanguages:
    """Return a document's prior and its languages from its paragraphs (or any pieces of it)."""
    pieces = [text for text in texts if text.strip()]
    alone = Counter[Language]()
    for text in pieces:
        alone[identify(text)] += len(text)
    prior: Language = max(_ALL, key=lambda code: (alone[code], code == "other"))
    within = Counter[str]()
    for text in pieces:
        within[identify(text, prior)] += len(text)
    return DocumentLanguages(prior, rank_languages(within))


def rank_languages(characters: Mapping[str, int]) -> tuple[str, ...]:
    """Return the languages with a fair share of the characters, most first."""
    bound = min(_SHARE_CHARACTERS, _SHARE * sum(characters.values()))
    held = [code for code, count in characters.items() if count >= bound and count > 0]
    return tuple(sorted(held, key=lambda code: (-characters[code], LANGUAGES.index(code))))


@lru_cache(maxsize=4096)
def _identify(text: str, prior: Language | None) -> Language:
    scores = _weigh_marks(text)
    words = len(_WORD.findall(text))
    if prior is not None and scores[prior] > -_DOUBT and words <= _FEW_WORDS:
        return prior
    if prior is not None:
        unmarked = scores[prior] == 0 and words <= _SOME_WORDS
        scores[prior] += _PRIOR_WEIGHT + (_NAMES_WEIGHT if unmarked else 0)
    if not _is_settled(scores):
        for code, score in _ask_langid(text).items():
            scores[code] += score
    if not any(scores.values()):
        return "other"
    return max(_ALL, key=lambda code: (scores[code], code == prior))


def _weigh_marks(text: str) -> dict[str, float]:
    """Return each language's log odds from marks: 0 for none against it, else below."""
    against: dict[frozenset[str], float] = {}
    low = text.lower()
    for homes, weight in map(_read_mark, _WORD.findall(low)):
        if weight:
            against[homes] = against.get(homes, 0.0) + weight
    total = sum(against.values())
    scores = {code: -total for code in LANGUAGES}
    for homes, weight in against.items():
        for code in homes:
            scores[code] += weight
    for letter, homes in LETTERS.items():
        if letter in low:
            for code in _OURS:
                scores[code] -= 0 if code in homes else _LETTER_WEIGHT
    return scores


@lru_cache(maxsize=32768)
def _read_mark(word: str) -> tuple[frozenset[str], float]:
    """Return the languages at home in a word and what it weighs: 0 if it is no mark."""
    if word in WORDS:
        return WORDS[word], _WORD_WEIGHT
    for length in range(min(_LONGEST_ENDING, len(word) - 3), 1, -1):
        if word[-length:] in ENDINGS:
            known = length > 2 or len(word) >= _STEM_OF_SHORT
            return ENDINGS[word[-length:]], _ENDING_WEIGHT if known else 0.0
    return frozenset(), 0.0


def _weigh_against(text: str, language: Language) -> float:
    """Return the log odds of marks against one language: as `_weigh_marks`, in a third of the time."""
    low = text.lower()
    against = sum(map(_against(language), _WORD.findall(low)))
    strange = sum(letter in low for letter, homes in LETTERS.items() if language not in homes)
    return against + (_LETTER_WEIGHT * strange if language in _OURS else 0.0)


@cache
def _against(language: Language) -> Callable[[str], float]:
    """Return what tells how much a word in small letters weighs against a language."""

    @lru_cache(maxsize=32768)
    def weigh(word: str) -> float:
        homes, weight = _read_mark(word)
        return 0.0 if language in homes else weight

    return weigh


def _is_settled(scores: Mapping[str, float]) -> bool:
    best, second = sorted(scores.values(), reverse=True)[:2]
    return best - second >= _SETTLED


def _ask_langid(text: str) -> dict[str, float]:
    """Return each language's log odds against the best by py3langid, tempered by the root of the length."""
    size = len(text.encode("utf-8", "surrogatepass"))
    best: dict[str, float] = {}
    for name, score in _load_langid().rank(text):
        code = _NAMES.get(name, "other")
        best.setdefault(code, score)
    top = max(best.values())
    scale = _LANGID_WEIGHT / math.sqrt(max(size, 1))
    return {code: (score - top) * scale for code, score in best.items()}


@cache
def _load_langid() -> LanguageIdentifier:
    from models.langid import load_langid

    return load_langid([*_NAMES, *_OTHERS])
