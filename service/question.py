"""What a question asks, by rules: regions, kinds, themes, a focus area and an operation on sets.

models/taxonomy/questions.toml holds the words in five languages. Words that no rule knows
are kept: a question that turns on one of them is for search, not for counting.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from models.document import ANALYSED
from models.domains import name_domains
from models.finding import KINDS
from models.language import identify
from models.taxonomy import Taxonomy
from models.terms import load_terms

Operation = Literal["shared", "unique", "lacking", "compare", "learn", "list", "search"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BESIDE = {"nn": ("nn", "nb", "da"), "nb": ("nb", "nn", "da"), "da": ("da", "nb", "nn")}
"""Languages whose words are read together: a short question in one of them is often one in all."""
GENITIVE = ("'s", "’s", "s'", "s’", "'", "’", "s")
"""Endings that a region's name may take."""
TELLING = 5
"""Letters from which an unknown word may be what a question is about; shorter ones are small words."""
IDENTIFIED = 1.5
"""What the identifier's word weighs against one small word that only one language has: questions are
short, and "Kva styrkar" is nynorsk whatever two words look like."""
RULE_WORD = 1.0
"""The same of a word that the language's own rules know ("satsingsområder" is no Danish)."""
LONGEST = 2_000
"""Characters of a question that are read."""


@dataclass(frozen=True)
class Question:
    """A question as understood. `unknown` are names of regions that no document is about.

    `focus_area` is an area's name, or the asker's word for one; `rest` are words that no
    rule knows.
    """

    text: str
    language: str
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    focus_area: str | None = None
    operation: Operation = "search"
    swapped: bool = False
    unknown: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a word decides what is asked that no rule knows, and no theme or field tells it either."""
        told = self.themes or (self.focus_area and self.kinds) or self.operation == "learn"
        return not told and any(len(word) >= TELLING for word in self.rest)

    def record(self) -> dict[str, Any]:
        """Return how the question was understood, for JSON."""
        return {
            "regions": list(self.regions),
            "kinds": list(self.kinds),
            "themes": list(self.themes),
            "focus_area": self.focus_area,
            "operation": self.operation,
            "language": self.language,
        }


@dataclass
class _Sheet:
    """A question's words while rules take them: each word once, the longest match first."""

    tokens: list[str]
    taken: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.taken = [False] * len(self.tokens)

    def find(self, phrase: str) -> list[int]:
        """Return where a phrase of the rules stands, among words not taken."""
        words = phrase.split()
        last = len(self.tokens) - len(words) + 1
        return [at for at in range(last) if all(self._fits(at + n, word) for n, word in enumerate(words))]

    def take(self, at: int, count: int) -> None:
        """Mark words as understood."""
        self.taken[at : at + count] = [True] * count

    def left(self) -> list[str]:
        """Return the words that no rule took."""
        return [word for word, taken in zip(self.tokens, self.taken, strict=True) if not taken]

    def _fits(self, at: int, word: str) -> bool:
        token = self.tokens[at]
        return not self.taken[at] and (token.startswith(word[:-1]) if word.endswith("*") else token == word)


def understand(text: str, taxonomy: Taxonomy, known: Sequence[str], areas: Sequence[str] = ()) -> Question:
    """Return what a question asks; `known` are the regions, `areas` the focus areas that documents have."""
    text = " ".join(text[:LONGEST].split())
    matches = list(_TOKEN.finditer(text))
    sheet = _Sheet([one.group().casefold() for one in matches])
    area = _take_area(sheet, areas)
    named = _take_regions(
        sheet, taxonomy, known, {at for at, one in enumerate(matches) if one.group()[0].isupper()}
    )
    language = _tell_language(sheet.left())
    fact = bool(_places(sheet, "fact", language))
    kinds = _take_table(sheet, "kind", KINDS, language)
    themes = _take_table(sheet, "theme", taxonomy.theme_ids(), language)
    negated = _places(sheet, "lacking", language)
    operation = _take_operation(sheet, language, len(named))
    for table in ("within", "filler"):
        _take(sheet, table, language)
    area = area or _take_domain(sheet, language)
    _take_small_words(sheet, language)
    held = tuple(dict.fromkeys(name for name, is_held, _ in named if is_held))
    around = {one.name for one in taxonomy.regions if one.level == "country"} if held else set()
    absent = tuple(dict.fromkeys(name for name, is_held, _ in named if not is_held and name not in around))
    positions = [at for _, is_held, at in named if is_held]
    return Question(
        text=text,
        language=language,
        regions=held,
        kinds=tuple(kinds),
        themes=tuple(themes),
        focus_area=area,
        operation="search" if fact else _settle(operation, held, kinds, themes, area),
        swapped=operation == "lacking" and len(positions) > 1 and bool(negated) and negated[0] < positions[1],
        unknown=absent + _strange_names(sheet, text, matches),
        rest=tuple(sheet.left()),
    )


def _settle(
    operation: str | None,
    regions: Sequence[str],
    kinds: Sequence[str],
    themes: Sequence[str],
    area: str | None,
) -> Operation:
    if not (kinds or themes or (area and regions)) and not (operation and len(regions) > 1):
        return "search"
    if operation in ("shared", "unique", "lacking", "compare", "learn"):
        return operation  # type: ignore[return-value]
    return "list"


def _tell_language(words: Sequence[str]) -> str:
    """The language of a question without its names: what its small words and the identifier say together."""
    stopwords = load_terms().stopwords
    found = identify(" ".join(words))
    score = {}
    for code in ANALYSED:
        alone = stopwords[code].difference(*(stopwords[other] for other in ANALYSED if other != code))
        known = _count_rule_words(words, code)
        score[code] = sum(word in alone for word in words) + RULE_WORD * known + IDENTIFIED * (found == code)
    return max(ANALYSED, key=lambda code: score[code])


def _count_rule_words(words: Sequence[str], language: str) -> int:
    """How many words a language's own rules know."""
    sheet = _Sheet(list(words))
    rules = [row.get(language, ()) for table in ("kind", "operation") for row in read_rules()[table].values()]
    return len({at for phrases in rules for phrase in phrases for at in sheet.find(phrase)})


def _take_regions(
    sheet: _Sheet, taxonomy: Taxonomy, known: Sequence[str], capitals: set[int]
) -> list[tuple[str, bool, int]]:
    """The regions named, in order: name, whether documents have it, place. Longest names first.

    A region of the registry without documents is taken only where it is written as a name:
    "island" is no country.
    """
    names: dict[str, tuple[str, bool]] = {}
    held = {one.casefold(): one for one in known}
    for region in taxonomy.regions:
        spellings = [one.casefold() for one in (region.name, *region.aliases)]
        own = next((held[one] for one in spellings if one in held), None)
        names |= {one: (own or region.name, own is not None) for one in spellings}
    names |= {folded: (name, True) for folded, name in held.items()}
    found = []
    for spelling in sorted(names, key=lambda one: (-len(one.split()), -len(one), one)):
        words = _TOKEN.findall(spelling)
        for at in _find_name(sheet, words):
            if names[spelling][1] or at in capitals:
                sheet.take(at, len(words))
                found.append((*names[spelling], at))
    return sorted(found, key=lambda one: one[2])


def _find_name(sheet: _Sheet, words: Sequence[str]) -> list[int]:
    """Where a name stands, its last word maybe in the genitive."""
    if not words:
        return []
    *first, last = words
    forms = {last, *(last + ending for ending in GENITIVE)}
    found = []
    for at in range(len(sheet.tokens) - len(words) + 1):
        part = sheet.tokens[at : at + len(words)]
        free = not any(sheet.taken[at : at + len(words)])
        if free and part[:-1] == first and part[-1] in forms:
            found.append(at)
    return found


def _take_area(sheet: _Sheet, areas: Sequence[str]) -> str | None:
    """A focus area called by its whole name, the longest first."""
    for name in sorted(set(areas), key=lambda one: (-len(one), one)):
        words = [word.casefold() for word in _TOKEN.findall(name)]
        places = _find_name(sheet, words)
        if places and (len(words) > 1 or len(name) >= 5) and not _is_rule_word(words):
            sheet.take(places[0], len(words))
            return name
    return None


def _is_rule_word(words: Sequence[str]) -> bool:
    """Whether a one-word name is a word that rules need ("Kompetanse")."""
    if len(words) != 1:
        return False
    sheet = _Sheet(list(words))
    tables = [_words(table, language) for table in ("kind", "theme") for language in ANALYSED]
    return any(sheet.find(phrase) for table in tables for phrases in table.values() for phrase in phrases)


def _take_table(sheet: _Sheet, table: str, ids: Iterable[str], language: str) -> list[str]:
    """The ids of a table whose words stand in the question, in the order of the question."""
    rules = _words(table, language)
    phrases = [(phrase, one) for one in ids for phrase in rules.get(one, ())]
    phrases.sort(key=lambda pair: (-len(pair[0].split()), -len(pair[0]), pair[0]))
    found: dict[str, int] = {}
    for phrase, one in phrases:
        for at in sheet.find(phrase):
            sheet.take(at, len(phrase.split()))
            found[one] = min(found.get(one, at), at)
    return sorted(found, key=lambda one: (found[one], one))


def _places(sheet: _Sheet, operation: str, language: str) -> list[int]:
    table = _words("operation", language) if operation != "fact" else {"fact": _words("fact", language)[""]}
    phrases = table.get(operation, ())
    return sorted(at for phrase in phrases for at in sheet.find(phrase))


def _take_operation(sheet: _Sheet, language: str, regions: int) -> str | None:
    """The operation that a question names. Sharing and comparing need two regions to be meant."""
    rules = _words("operation", language)
    found = {
        name: [(at, phrase) for phrase in phrases for at in sheet.find(phrase)]
        for name, phrases in rules.items()
    }
    for places in found.values():
        for at, phrase in places:
            sheet.take(at, len(phrase.split()))
    order = (
        ("learn", "unique", "lacking", "shared", "compare") if regions else ("shared", "compare", "unique")
    )
    return next((name for name in order if found.get(name)), None)


def _take(sheet: _Sheet, table: str, language: str) -> None:
    for phrase in _words(table, language)[""]:
        for at in sheet.find(phrase):
            sheet.take(at, len(phrase.split()))


def _take_domain(sheet: _Sheet, language: str) -> str | None:
    """The asker's words for a field ("energi", "offshore wind"), taken as a focus area."""
    for at, word in enumerate(sheet.tokens):
        count = 0
        while at + count < len(sheet.tokens) and _is_field(sheet, at + count, language):
            count += 1
        if count:
            sheet.take(at, count)
            return " ".join([word, *sheet.tokens[at + 1 : at + count]])
    return None


def _is_field(sheet: _Sheet, at: int, language: str) -> bool:
    word = sheet.tokens[at]
    if sheet.taken[at] or len(word) < 3 or word in load_terms().stopwords[language]:
        return False
    return bool(name_domains((word,), language) or name_domains((word,), "other"))


def _take_small_words(sheet: _Sheet, language: str) -> None:
    small = frozenset().union(*(load_terms().stopwords[code] for code in _BESIDE.get(language, (language,))))
    for at, word in enumerate(sheet.tokens):
        if word in small or len(word) == 1:
            sheet.take(at, 1)


def _strange_names(sheet: _Sheet, text: str, matches: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """Words left over that are written like names, but not at a sentence's beginning."""
    found = []
    for at, match in enumerate(matches):
        begins = at == 0 or text[: match.start()].rstrip().endswith((".", "?", "!", ":"))
        if not sheet.taken[at] and not begins and match.group()[0].isupper():
            found.append(match.group())
    return tuple(dict.fromkeys(found))


@cache
def read_rules() -> dict[str, Any]:
    """Return the tables of questions.toml."""
    return tomllib.loads((files("models") / "taxonomy" / "questions.toml").read_text(encoding="utf-8"))


@cache
def _words(table: str, language: str) -> Mapping[str, tuple[str, ...]]:
    """A table's phrases for a language, longest first; a flat table stands under ""."""
    codes = _BESIDE.get(language, (language,))
    rules = read_rules()[table]
    if any(code in rules for code in ANALYSED):
        rules = {"": rules}
    joined = {
        name: dict.fromkeys(one for code in codes for one in row.get(code, ())) for name, row in rules.items()
    }
    return {
        name: tuple(sorted(words, key=lambda one: (-len(one.split()), -len(one), one)))
        for name, words in joined.items()
    }
