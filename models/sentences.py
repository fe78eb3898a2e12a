"""Where sentences begin and end: our own rules, for the five languages alike.

A full stop is judged by the word before it, the character after it and where the sentence
began; the word lists are in models/abbreviations.py. Boundary F1 on treebanks (dev and
test, eight sentences at a time): .998-.999 in all five languages, spaCy's own sentencizer
.88-.99; on the hard places of tests/golden see tests/test_sentences.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from models import abbreviations

# How far back a word before a stop is read, in characters. 10 to 80 gave the same on the treebanks
# and tests/golden; reading it whole makes dotted leaders and addresses quadratic.
_WORD_LIMIT = 40
# A parenthesis opened inside a sentence is looked for its end this far, in characters: "(se kap. 3.
# Les også …)". Without the rule five more false ends in 9,500 sentences; 50 to 1,000 gave the same.
_PARENTHESIS_LIMIT = 200
_LIST_LIMIT = 600  # characters back to the number before, in a list run into one sentence
# A colon ends a sentence only between two clauses, and not in Danish and English: the Norwegian
# treebanks never go on after one (0 of 7,749 sentences), the Swedish hardly (2 of 1,723), the Danish
# (7 of 1,129) and the English (10 of 3,039) do. Before it, under five words are a label ("Tiltak 3:");
# after it, under six, or with capitals among them, are names.
_COLON_LANGUAGES = frozenset(("nb", "nn", "sv"))
_COLON_WORDS_BEFORE = 5
_COLON_WORDS_AFTER = 6
_OPENERS = "\"'“”„«»‘(["
_CLOSERS = "\"'”’»«“)]"
_LEADS = _OPENERS + "–—-•*"

_CANDIDATE = re.compile(
    r"""
    (?<![.!?…])(?P<stop>[.!?…]++)
    (?P<close>["'”’»«“)\]]{0,4})
    (?P<note>\d{1,3}(?:[,–-]\d{1,3}){0,4}|(?:\[\d{1,3}\]){1,4}|[⁰¹²³⁴-⁹]{1,4})?
    (?=\s)
    | (?<=[^\W\d_]{3})[.!?](?P<joined>)(?=[A-ZÆØÅÄÖ][a-zæøåäöé]+[ ,])
    | (?<=\w)(?P<colon>:)(?=\s[A-ZÆØÅÄÖ][a-zæøåäöéü]*\ [a-zæøåäöéü])
    | (?P<bullet>\s)(?=[•▪●◦‣∙■□►▶➢✓✔]\s)
    | (?P<paragraph>\n[ \t]{0,20}\n)
    """,
    re.VERBOSE,
)
_ROMAN = re.compile(r"[IVX]{1,5}")
_ORDINAL = re.compile(r"\d{1,2}")
_LABEL = re.compile(r"\s*[^\W\d_]{2,16} \d{1,2}(?:[.-]\d{1,2})?")  # "Mål 1. …", "Figur 2-5. …"
_YEAR = re.compile(r"(?:19|20)\d\d")
_CITED = re.compile(r"\s\((?:19|20)\d\d[a-z]?\)")  # "OECD. (2013)." goes on
_DOTTED = re.compile(r"(?:[^\W\d_]{1,4}\.-?){1,6}[^\W\d_]{1,4}")
_ANDS = frozenset(("og", "og/eller", "samt", "och", "and", "eller", "or"))
_CURRENCIES = frozenset(("NOK", "SEK", "DKK", "EUR", "USD", "GBP", "ISK"))  # "1,2 mrd. NOK"
_FIRM_FORMS = frozenset(("AS", "ASA", "AB", "ApS", "Ltd", "Inc", "Plc", "Oy", "KS", "SA"))  # "Opplev! AS"
_SHORT_WORDS = frozenset("iåöø")  # whole words of one letter: "få tak i.", "i en å."
_VOWELS = frozenset("aeiouyæøåäöéAEIOUYÆØÅÄÖ")


class _Rules(NamedTuple):
    """The word lists of one language."""

    never: frozenset[str]
    numbered: frozenset[str]
    final: frozenset[str]
    unsure: frozenset[str]
    starters: frozenset[str]
    lettered: frozenset[str]
    colon: bool


class _Place(NamedTuple):
    """A stop in its surroundings: `word` before it, `next` character and `following` word after it."""

    text: str
    start: int
    stop: int
    word: str
    next: str
    following: str
    first: bool


def split_sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences: half-open, ordered, without white space at their ends.

    Every character that is not white space is in exactly one span. Languages without lists
    of their own (fi, other) get the English ones.
    """
    rules = _rules(language)
    spans: list[tuple[int, int]] = []
    start = 0
    for end, after in _boundaries(text, rules):
        _append(spans, text, start, end)
        start = after
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if left < len(piece):
        spans.append((start + left, start + len(piece.rstrip())))


@lru_cache(maxsize=8)
def _rules(language: str) -> _Rules:
    code = language if language in abbreviations.NEVER else "en"
    return _Rules(
        never=abbreviations.NEVER[code],
        numbered=abbreviations.NUMBERED[code],
        final=abbreviations.FINAL[code],
        unsure=abbreviations.UNSURE[code],
        starters=abbreviations.STARTERS[code],
        lettered=abbreviations.LETTERED[code],
        colon=code in _COLON_LANGUAGES,
    )


def _boundaries(text: str, rules: _Rules) -> Iterator[tuple[int, int]]:
    """Yield (end of a sentence, where the next may begin)."""
    start = 0
    for match in _CANDIDATE.finditer(text):
        if match["bullet"] or match["paragraph"]:
            yield match.start(), match.end()
            start = match.end()
        elif _ends(text, start, match, rules):
            yield match.end(), match.end()
            start = match.end()


def _ends(text: str, start: int, match: re.Match[str], rules: _Rules) -> bool:
    """Say whether the sentence that began at `start` ends at this stop."""
    place = _read_place(text, start, match)
    if not place.next or place.next.islower() or place.next in ",;:.)!?":
        return False
    if match["colon"]:
        return rules.colon and _colon_ends(text, start, match.start())
    if _CITED.match(text, match.end()):
        return False
    if match["note"] and not _may_carry_note(place):
        return False
    if _in_parenthesis(text, start, match):
        return False
    if match["joined"] is not None:
        return not any(sign in place.word for sign in "@/_") and "www" not in place.word
    stop = match["stop"]
    if stop == ".":
        return _full_stop_ends(place, rules)
    if stop.strip(".…"):
        return "?" in stop or not _is_name(place, rules)
    return len(stop) < 4 and place.next.isupper()


def _read_place(text: str, start: int, match: re.Match[str]) -> _Place:
    stop = match.start()
    window = text[max(start, stop - _WORD_LIMIT) : stop]
    word = window[_last_space(window) + 1 :].lstrip(_OPENERS)
    at = match.end()
    while at < len(text) and (text[at].isspace() or text[at] in _LEADS):
        at += 1
    end = at
    while end < len(text) and end < at + 24 and text[end].isalpha():
        end += 1
    first = len(window) < _WORD_LIMIT and window.lstrip(_LEADS + " ") == word
    return _Place(text, start, stop, word, text[at : at + 1], text[at:end], first)


def _last_space(window: str) -> int:
    at = len(window) - 1
    while at >= 0 and not window[at].isspace():
        at -= 1
    return at


def _colon_ends(text: str, start: int, colon: int) -> bool:
    """A clause, a colon and a whole sentence with a capital are two statements, to Norwegian readers."""
    before = text[max(start, colon - _PARENTHESIS_LIMIT) : colon]
    if len(before.split()) < _COLON_WORDS_BEFORE or before.count("(") > before.count(")"):
        return False
    after = text[colon + 1 : colon + 400]
    stop = re.search(r"[.!?](?=\s|$)", after)
    words = after[: stop.start()].split() if stop else []
    named = any(word[:1].isupper() for word in words[1:_COLON_WORDS_AFTER])
    return len(words) >= _COLON_WORDS_AFTER and not named


def _is_name(place: _Place, rules: _Rules) -> bool:
    """The exclamation mark belongs to a name: "Opplev! AS", "medlemmer av Woods! Cluster"."""
    if place.following in _FIRM_FORMS:
        return True
    named = place.word[:1].isupper() and not place.word.isupper() and not place.first
    return named and place.next.isupper() and place.following.lower() not in rules.starters


def _may_carry_note(place: _Place) -> bool:
    """A note's number follows a word or a year; after other numbers the stop is a decimal point."""
    if not (place.next.isupper() or place.next == "§"):
        return False
    return not place.word[-1:].isdigit() or bool(_YEAR.fullmatch(place.word))


def _in_parenthesis(text: str, start: int, match: re.Match[str]) -> bool:
    """The stop is inside a parenthesis that was opened within the sentence and is closed soon."""
    stop = match.start()
    opened = text.rfind("(", max(start, stop - _PARENTHESIS_LIMIT), stop)
    if opened <= start or ")" in match[0] or text.find(")", opened, stop) >= 0:
        return False
    return text.find(")", stop, stop + _PARENTHESIS_LIMIT) >= 0


def _full_stop_ends(place: _Place, rules: _Rules) -> bool:
    word = place.word.lower()
    if not word:
        before = place.text[max(place.start, place.stop - _WORD_LIMIT) : place.stop].rstrip()[-1:]
        return place.next.isupper() and (before.isalnum() or before in _CLOSERS)
    if word in rules.never or _is_marker(place):
        return False
    number = place.next.isdigit() or place.next == "§"
    if word in rules.numbered and (number or (place.next.isupper() and len(place.following) == 1)):
        return False
    if place.word in rules.final:
        return not number and place.following not in _CURRENCIES
    if len(word) == 1 and word.isalpha() and place.word not in _SHORT_WORDS:
        return _letter_ends(place, rules)
    if word in rules.unsure or _looks_short(place.word):
        return place.following.lower() in rules.starters
    return not (place.next.isdigit() and _ORDINAL.fullmatch(word))


def _is_marker(place: _Place) -> bool:
    """A number or letter opens the sentence or an item: "2. Kompetansen …", "Figur 3. Eksport …"."""
    label = place.word
    if _LABEL.fullmatch(place.text, place.start, place.stop):
        return True
    if not (_ORDINAL.fullmatch(label) or _ROMAN.fullmatch(label) or len(label) == 1):
        return False
    end = place.stop - len(label)
    before = place.text[max(place.start, end - _WORD_LIMIT) : end].rstrip()
    return place.first or before[-1:] in (":", ";") or _continues_list(label, before, place)


def _continues_list(label: str, before: str, place: _Place) -> bool:
    """The number follows its predecessor in a list run into the sentence: "1. Se, 2. Velge og 3. Gjøre"."""
    if not label.isdigit() or label in ("0", "1"):
        return False
    if before.endswith((",", ";")) or before[before.rfind(" ") + 1 :].lower() in _ANDS:
        begin = max(place.start - 1, place.stop - _LIST_LIMIT, 0)
        return place.text.find(f" {int(label) - 1}. ", begin, place.stop) >= 0
    return False


def _letter_ends(place: _Place, rules: _Rules) -> bool:
    """A single letter is an initial unless it is a label, a unit, or a sentence clearly follows."""
    before = place.text[max(place.start, place.stop - _WORD_LIMIT) : place.stop - 1].split()
    previous = before[-1].lower() if before else ""
    if previous[-1:].isdigit() or previous in rules.lettered:
        return True
    return len(place.following) > 1 and place.following.lower() in rules.starters


def _looks_short(word: str) -> bool:
    """An abbreviation nobody listed: dotted inside ("e.kr"), or letters without a vowel ("hvv", "Chr")."""
    if _DOTTED.fullmatch(word):
        return True
    return len(word) <= 5 and word.isalpha() and word[1:].islower() and not _VOWELS.intersection(word)
