"""Words in their base form, and compounds in their parts, for the lexical side of search.

simplemma's dictionaries (140,000 to 960,000 forms a language) give the base forms and are
the vocabulary of the splitter: a compound is a row of base forms with their linking letters
and, last, any known form. Dictionaries are opened on first use, in the low-memory form
(9 to 14 MB a language instead of 55 to 100, still 60,000 look-ups a second). The list of a
language's base forms takes one to three seconds to draw from them, so it is kept in the user's cache.
"""

from __future__ import annotations

from collections import ChainMap
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from models.cache import Progress, build_once, default_cache
from models.errors import ModelMissing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simplemma import Lemmatizer

COMPOUNDING: frozenset[str] = frozenset(("nb", "nn", "sv", "da"))
_LANGUAGES = COMPOUNDING | {"en"}
_CACHE = 65536  # words a document of 400 pages has some 15,000 different ones
_SHORTEST, _LONGEST = 6, 50  # letters of a word that is looked at for parts
# Parts of two and three letters that make compounds; any other so short is noise ("as", "ens", "tal").
_SHORT_PARTS = frozenset(
    """
    by øy ö bil fly gas gass hav hus liv mat mad mål nät net rom rum sak sag sjø sjö sø skog skov tre træ
    trä vei vej veg väg vin vind år sol land jord fag lag tog tåg øl lån lön båt båd råd stål leg fôr
    """.split()
)
# Beginnings and ends that look like words but only derive: "under|visning", "sel|skap", "tekno|logi".
_NO_MODIFIER = frozenset(
    """
    an at av be alle allt andre best dans dess egen fort forst forut förut gene gennem genom gjennom halv
    hvor indre inne inni kvar motse pers prior samma sammen sammens saman tillge tillra tills tilse tilte
    undan underst uppe uppge överst övers komp tran bi bort de den der det efter eller enn er et etter fag
    for fore fra fram frem från för före gen gjen hen her hin hit hos igen inn ind in inter kom kon kontra
    med mel mellom mellan men mis miss mot mod nå ned nær ner no nu når om on opp op ord over ovan på pro
    re sam samt sel selv sig seg själv sjølv so som stra så til till tilbage tillbaka trans tre un und
    under unn upp ut utan uten ud vi vid ved vor å ån åter eft ende ene bære bere
    """.split()
)
_NO_HEAD = frozenset(
    """
    el år enes lens rens uren pallium talt vende risk rijal tane elja terte eten idig ovation ring ringer
    ringene rede kere nere tere lere lede kende rane tare lene erte omme somme bart anke angi etter tiger
    aker ange ånga aktig ande ant ar are artig bar bare barhet barhed de dom eller else en ende ene er ere
    erna erne este full fulla fulle fullt gjøre haft haftig hed heden heder het heten heter heit heita
    heite iar ide ikt ing ingen inga inger ingar isk iske ist isten ister iv lege leg leik lek lig liga
    lige ligt log logi logien ment mässig mæssig messig ning ningen ninger ningar nom nomi or rik rike sal
    sam samt sel sen ser sig sjon skap skapen skapet skab skaber skabet som ten tet tion tioner tionen
    tisk tor torer vis vist ad ade ans and att ast al ale ell elle era erad et eter eri erier ess iell iet
    if ion ioner isering ium om ont tek teket tur turen ur urer ör tal stå sta te tes ta tar ter les la
    """.split()
)


class _Lexicon(NamedTuple):
    """A language's dictionary (form to base form) and its base forms."""

    forms: Mapping[str, str]
    bases: frozenset[str]

    def find(self, form: str) -> str | None:
        """The base of a form: itself if it is one ("bruk", not "bruke"); a verb gives way to its noun."""
        if form in self.bases:
            return form
        base = self.forms.get(form)
        if base is None and form.endswith("s"):  # bokmål and nynorsk lack the genitives
            return self.find(form[:-1])
        stem = base[:-1] if base and base[-1] in "ea" and base != form else ""
        if stem in self.bases and form.startswith(stem):
            return stem
        return base


def lemmas(word: str, language: str) -> tuple[str, ...]:
    """Return the base forms of a word, best first, in lower case; the word itself if it is unknown."""
    return _find_lemmas(word.lower(), language)


def compound_parts(word: str, language: str) -> tuple[str, ...]:
    """Return the base forms of a compound's parts in order, () if it is none.

    "arbeidsplassene" gives arbeid, plass.
    """
    low = word.lower()
    if language not in COMPOUNDING or not _SHORTEST <= len(low) <= _LONGEST or not low.isalpha():
        return ()
    return _split(low, language)


@lru_cache(maxsize=_CACHE)
def _find_lemmas(word: str, language: str) -> tuple[str, ...]:
    if language not in _LANGUAGES or not word:
        return (word,)
    found = _load_lemmatizer().lemmatize(word, lang=language).lower()
    if found == word and language in COMPOUNDING and word not in _load_lexicon(language).forms:
        parts = _segment(word, language)
        if parts:
            found = word[: len(word) - len(parts[-1].form)] + parts[-1].base
    return (found,)


class _Part(NamedTuple):
    """A stretch of a compound as it stands (linking letters included), its base form and its cost."""

    form: str
    base: str
    cost: float


_Row = tuple[float, tuple[_Part, ...]]  # the cost of parts, and the parts


@lru_cache(maxsize=_CACHE)
def _split(word: str, language: str) -> tuple[str, ...]:
    bases: list[str] = []
    for part in _segment(word, language):
        inner = _split(part.base, language) if len(part.base) >= _SHORTEST else ()
        bases.extend(inner or (part.base,))
    return tuple(bases)


def _segment(word: str, language: str) -> tuple[_Part, ...]:
    """Return the cheapest row of at least two parts, () if there is none."""
    found = _continue(word, 0, language, {})
    return found[1] if found else ()


def _continue(word: str, start: int, language: str, memo: dict[int, _Row | None]) -> _Row | None:
    """Return the cheapest row of parts from `start` to the end; a head alone only after a modifier."""
    if start in memo:
        return memo[start]
    head = _read_head(word[start:], language) if start else None
    best: _Row | None = (head.cost, (head,)) if head else None
    for end in range(start + 2, len(word) - 1):
        part = _read_modifier(word[start:end], language)
        rest = _continue(word, end, language, memo) if part else None
        if part and rest and (best is None or part.cost + rest[0] < best[0]):
            best = (part.cost + rest[0], (part, *rest[1]))
    memo[start] = best
    return best


def _read_head(form: str, language: str) -> _Part | None:
    if form in _NO_HEAD or not _is_long_enough(form):
        return None
    base = _load_lexicon(language).find(form)
    if base is None or base in _NO_HEAD or not base.isalpha() or not _is_long_enough(base):
        return None
    return _Part(form, base, _price(base))


@lru_cache(maxsize=_CACHE)
def _read_modifier(form: str, language: str) -> _Part | None:
    if form in _NO_MODIFIER:
        return None
    bases = _load_lexicon(language).bases
    for base, cost in _unlink(form, language):
        if base in bases and base not in _NO_MODIFIER and _is_long_enough(base):
            return _Part(form, base, _price(base) + cost)
    return None


def _unlink(form: str, language: str) -> list[tuple[str, float]]:
    """The base forms that a part may stand for, with what the linking costs."""
    found = [(form, 0.0)]
    if form.endswith("s"):
        found.append((form[:-1], 0.1))
        if language in ("sv", "da") and form.endswith(("ts", "ds")):
            found.append((form[:-1] + "e", 0.2))
    if form.endswith("e") and language != "sv":
        found.append((form[:-1], 0.4))
    if language == "sv":
        if form.endswith(("o", "u")):
            found.append((form[:-1] + "a", 0.2))
        if len(form) > 3:
            found.append((form + "a", 0.3))
    if language in ("sv", "da") and len(form) > 3:
        found.append((form + "e", 0.4))
    return found


def _is_long_enough(base: str) -> bool:
    return len(base) > 3 or base in _SHORT_PARTS


def _price(base: str) -> float:
    return 2.0 + (0.5 if len(base) < 5 else 0.0)


@cache
def _load_lemmatizer() -> Lemmatizer:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(low_memory=True))


_OPENING = Lock()  # two threads that want a language at once open it once


def _load_lexicon(language: str) -> _Lexicon:
    with _OPENING:
        return _open_lexicon(language)


@cache
def _open_lexicon(language: str) -> _Lexicon:
    from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

    forms = LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(language)
    bases = _load_bases(language)
    if language == "nn":  # a sixth of the bokmål dictionary, and most nouns are the same
        wider = _open_lexicon("nb")
        return _Lexicon(ChainMap(forms, wider.forms), bases | wider.bases)  # type: ignore[arg-type]
    return _Lexicon(forms, bases)


def _load_bases(language: str) -> frozenset[str]:
    """Return a language's base forms from the cache, or drawn anew where none can be kept."""

    def write(folder: Path, _: Progress) -> None:
        (folder / "bases.txt").write_text("\n".join(sorted(_draw_bases(language))), encoding="utf-8")

    folder = default_cache() / f"words-simplemma-{version('simplemma')}-{language}"
    try:
        return frozenset((build_once(folder, write) / "bases.txt").read_text(encoding="utf-8").split("\n"))
    except (ModelMissing, OSError):
        return _draw_bases(language)


def _draw_bases(language: str) -> frozenset[str]:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    whole = DefaultDictionaryFactory(1).get_dictionary(language)
    return frozenset(base for base in whole.values() if base.islower())
