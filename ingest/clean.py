"""Lines -> running text: hyphens at line ends, soft hyphens, spaces. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

SOFT_HYPHEN = "\u00ad"
HYPHEN = "\u2010"
HYPHENS = f"-{HYPHEN}{SOFT_HYPHEN}"

_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SOFT_INSIDE = re.compile(SOFT_HYPHEN + r"(?=\S)")
_HYPHEN_INSIDE = re.compile(r"\u2010(?=\S)|\u2011")
_WORD = re.compile(r"[^\W_]+(?:[-\u2010][^\W_]+)*")
_LAST = re.compile(r"([^\W_]*)( ?)[-\u2010\u00ad]$")
_FIRST = re.compile(r"[^\W_]+")

_ADDRESS = re.compile(r"://|www\.|/[^/]*/|-[^-]*-[^-]*-")
NAME_LEAST = 2
NOUN_CHARS = 5
"""A capitalised word that the document also writes alone, twice or more, keeps its hyphen before a
word of five letters: `Bærum-regionen`. With one occurrence or shorter endings, halves of words
at a sentence's start (`For-skningen`, `Til-tak`) are torn."""

PREFIX_LEAST = 2
"""So many words like `covid-19` and none like `covidsykdom` show that the hyphen stays."""

CONJUNCTIONS = frozenset("og eller och samt eller and or und ja tai samt men til till to".split())
"""After a line-end hyphen these words show that the hyphen stands for a left-out second
part (`produksjons- og`), so hyphen and space stay."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a document writes where no line ends: words and words with hyphens, casefolded.

    `tails` holds for the first part of each word with a hyphen what follows it. `automatic`
    tells that the producer marks its own hyphens with U+2010 or U+00AD, so that a plain hyphen
    at a line end was typed by the writer. `lower` holds the words seen in small letters, `order`
    all words in order.
    """

    words: Counter[str] = field(default_factory=Counter)
    tails: dict[str, tuple[str, ...]] = field(default_factory=dict)
    automatic: bool = False
    lower: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """Return text as NFC with plain single spaces, no control characters, no soft hyphens inside."""
    if text.isprintable() and "  " not in text and _is_plain(text):
        return text
    text = _CONTROLS.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", _HYPHEN_INSIDE.sub("-", _SOFT_INSIDE.sub("", text)))


def _is_plain(text: str) -> bool:
    """Tell whether printable text is NFC and has no hyphen but the plain one: most lines, told at little cost."""
    if text.isascii():
        return True
    return HYPHEN not in text and "\u2011" not in text and unicodedata.is_normalized("NFC", text)


def build_vocabulary(lines: Iterable[str]) -> Vocabulary:
    """Count the words of lines, without the last word of a line that ends in a hyphen."""
    words: Counter[str] = Counter()
    lower: set[str] = set()
    automatic = plain = 0
    for line in lines:
        ends = line[-1:]
        if ends in (HYPHEN, SOFT_HYPHEN):
            automatic += 1
        elif ends == "-":
            plain += 1
        found = _WORD.findall(line.replace(HYPHEN, "-").replace(SOFT_HYPHEN, ""))
        if ends and ends in HYPHENS:
            found = found[:-1]
        lower.update(word for word in found if word.islower())
        words.update(map(str.casefold, found))
    tails: dict[str, list[str]] = {}
    for word in words:
        head, _, tail = word.partition("-")
        if tail:
            tails.setdefault(head, []).append(tail)
    hyphened = {head: tuple(sorted(own)) for head, own in tails.items()}
    return Vocabulary(words, hyphened, automatic > plain, frozenset(lower), tuple(sorted(words)))


def join_lines(left: str, right: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Return what to keep of `left` and what stands between it and `right` ("" or " ")."""
    if not left or not right:
        return left, ""
    if left[-1] not in HYPHENS:
        return left, "" if _runs_on(left, right) else " "
    kept, between = _join_hyphen(left, right, vocabulary)
    if not between and not unicodedata.is_normalized("NFC", kept[-1:] + right[:1]):
        return kept, " "
    return kept, between


def _runs_on(left: str, right: str) -> bool:
    """Tell whether a line end cuts a word at a slash, a range at its dash or an address at one of its signs."""
    if left[-1] in "–—":  # a range of numbers: "2026–" and "2037"
        return left[-2:-1].isdigit() and right[:1].isdigit()
    if left[-1] == "/":
        return left[-2:-1].isalnum() or "/" in left[:-1]
    return left[-1] in "?&=_%#" and _ADDRESS.search(left.rsplit(" ", 1)[-1]) is not None


def _join_hyphen(left: str, right: str, vocabulary: Vocabulary) -> tuple[str, str]:
    last, first = _LAST.search(left), _FIRST.match(right)
    if last is None or first is None:
        return _plain(left), " "
    head, tail = last.group(1), first.group()
    if last.group(2):
        return _join_apart(left, head, tail, vocabulary)
    if left[-1] == SOFT_HYPHEN:
        return left[:-1], ""
    if not head:
        return _plain(left), ""
    token = left.rsplit(" ", 1)[-1]
    if _ADDRESS.search(token):
        return (_plain(left), "") if "-" in token[:-1].rsplit("/", 1)[-1] else (left[:-1], "")
    if tail.casefold() in CONJUNCTIONS and left[-1] == "-":
        return _plain(left), " "
    if len(tail) == 1 and right[1:2] == "-":
        return _plain(left), ""
    return (_plain(left), "") if keeps_hyphen(head, tail, left[-1], vocabulary) else (left[:-1], "")


def _join_apart(left: str, head: str, tail: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Join at a hyphen that a space parts from its word: a dash, or a hyphen badly placed.

    It is a hyphen where the document knows the whole word, or does not know the half.
    """
    words = vocabulary.words
    whole, half = words[(head + tail).casefold()], words[head.casefold()]
    if head and tail[0].islower() and head[-1].islower() and (whole or not half):
        return left[:-1].rstrip(), ""
    return _plain(left), " "


def _plain(text: str) -> str:
    """Return text with the hyphen at its end as a plain one."""
    return text[:-1] + "-" if text[-1] in HYPHENS else text


def keeps_hyphen(head: str, tail: str, mark: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the hyphen between two halves of a word is the writer's own.

    In order: what the document writes elsewhere; the producer's own sign; digits, single
    letters, capitals (`y-veien`, `1970-tallet`, `EU-land`); other words with the same first part
    (`start-up` for `start-upen`); names before a common noun (`Bærum-regionen`).
    """
    joined, apart = (head + tail).casefold(), f"{head}-{tail}".casefold()
    words = vocabulary.words
    if words[joined] != words[apart]:
        return words[apart] > words[joined]
    if mark == HYPHEN and vocabulary.automatic:
        return False
    if head[-1].isdigit() or len(head) == 1 or tail[0].isdigit():
        return True
    if tail[0].isupper() or head[-1].isupper():
        return True
    if any(_kin(tail.casefold(), other) for other in vocabulary.tails.get(head.casefold(), ())):
        return True
    if _is_prefix(head.casefold(), vocabulary) or _is_name(head, tail, vocabulary):
        return True
    return vocabulary.automatic and mark == "-"


def _is_prefix(head: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a document writes a hyphen after a word again and again and never goes on without."""
    if sum(vocabulary.words[f"{head}-{tail}"] for tail in vocabulary.tails.get(head, ())) < PREFIX_LEAST:
        return False
    at = bisect_left(vocabulary.order, head + "a")
    following = vocabulary.order[at] if at < len(vocabulary.order) else ""
    return not following.startswith(head)


def _is_name(head: str, tail: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a word is a name before a common noun (`Bærum-regionen`)."""
    if not head[0].isupper() or head.casefold() in vocabulary.lower or len(tail) < NOUN_CHARS:
        return False
    return vocabulary.words[head.casefold()] >= NAME_LEAST


def _kin(one: str, other: str) -> bool:
    """Tell whether two words differ only in their endings (`up`, `upen`)."""
    shared = min(len(one), len(other))
    return shared >= 2 and one[:shared] == other[:shared] and abs(len(one) - len(other)) <= 4
