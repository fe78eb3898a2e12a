"""Focus areas that a sentence counts and what follows names: "we focus on four challenges", then four headings.

Such a sentence needs none of the words for areas. It is believed where it speaks of choosing, where
exactly as many names follow side by side, and where half of them are fields that regions specialise in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.cues import split_words
from models.document import Document
from models.domains import name_domains
from models.naming import ANNOUNCES, clean_name, is_name

COUNTS = {
    word: number
    for number, words in {
        2: "to två two tvo", 3: "tre three", 4: "fire fyra four", 5: "fem five", 6: "seks sex six", 7: "sju syv seven",
        8: "åtte åtta otte eight", 9: "ni nio nine", 10: "ti tio ten",
    }.items()
    for word in words.split()
}  # fmt: skip
Counted = tuple[str, int, int, int | None]
"""Name, start and end in the text, and its own section, None for a list item."""
FEWEST = 3
"""Names of a counted list; two are too often two sides of one matter."""
_CHOICE = re.compile(
    r"\b(?:focus\w*|fokus\w*|priorit\w+|satse\w*|satsa\w*|satsning\w*|satsing\w*|cho(?:ose|sen?|osing)|select\w*|"
    r"valgt\w*|velger|valde|vald|valt|väljer|vælger|udvalgt\w*|utvald\w*|utpek\w*|udpeg\w*|identified|"
    r"speciali[sz]\w+|spesialiser\w*|concentrat\w+|konsentrer\w*|koncentrer\w*|kraftsaml\w*)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:areas?|domains?|fields?|sectors?|themes?|topics|clusters?|niches|industries|(?:societal |grand )challenges|"
    r"missions|priorities|value chains|ecosystems|\w*områd\w+|\w*fel(?:t|ter|tene)|\w*næringe[rn]\w*|\w*næringar|"
    r"\w*näringar\w*|\w*erhverv\w*|\w*klynge\w*|\w*kluster\w*|\w*bransje\w*|\w*branscher\w*|\w*verdikjede\w*|"
    r"\w*värdekedj\w*|\w*værdikæde\w*|samfun\w*utfordring\w*|samhällsutmaning\w*|samfundsudfordring\w*|"
    r"\w*tema(?:er|ene|n|na)?|\w*domæner?|\w*domene[rn]?\w*|\w*domäner\w*|missioner?)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:horizontal\w*|cross-cutting|tverrgående|tvärgående|tværgående|criteria|kriteri\w+|steps?|steg|trinn|phases?|"
    r"faser?|principle\w*|prinsip\w*|princip\w*|ikke|ikkje|inte|not|never|aldri|aldrig|previous\w*|former\w*|earlier|"
    r"tidligere|tidigare|tidlegare|strengths?|styrker|weakness\w*|svakheter|threats?|barrier\w*|hinder)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\s*(?:[:;(]|\s[–—-]\s|\.\s)")


def find_counted(document: Document) -> Iterator[tuple[int | None, list[Counted]]]:
    """Give the section of each counting sentence, and what it counts."""
    for sentence in document.sentences:
        if sentence.unit == "heading":
            continue
        text = document.text[sentence.start : sentence.end]
        count = count_choice(text)
        if count < FEWEST:
            continue
        for names in (
            _headings_after(document, sentence.section, sentence.end),
            _items_after(document, sentence.section, sentence.end, count),
        ):
            if len(names) == count and _are_fields([one[0] for one in names], sentence.language):
                yield sentence.section, names
                break


def count_choice(text: str) -> int:
    """Return how many fields a sentence says are chosen, 0 where it does not."""
    if not _CHOICE.search(text) or not (_WHAT.search(text) or ANNOUNCES.search(text)) or _OTHER.search(text):
        return 0
    return find_count(text)


def find_count(text: str) -> int:
    """Return the last number that a text spells out ("fire områder"), 0 if there is none.

    Two counts only where there is no other: "to" is two in Norwegian and no number in English.
    """
    found = [COUNTS[word] for word in split_words(text) if word in COUNTS]
    return next((one for one in reversed(found) if one > 2), found[-1] if found else 0)


def _are_fields(names: Sequence[str], language: str) -> bool:
    return sum(bool(name_domains([name], language)) for name in names) * 2 >= len(names)


def _headings_after(document: Document, section: int | None, after: int) -> list[Counted]:
    """Return the headings right below the sentence's section, of one level, that stand after it."""
    found: list[Counted] = []
    for number, one in enumerate(document.sections):
        block = document.blocks[one.block] if one.block is not None else None
        if one.parent == section and section is not None and block is not None and block.start >= after:
            found.append((clean_name(one.title), block.start, block.end, number))
    return found if all(is_name(one[0]) for one in found) else []


def _items_after(document: Document, section: int | None, after: int, count: int) -> list[Counted]:
    """Return the list items of the sentence's section after it: all of them, or those in a row, if so many."""
    rest = [one for one in document.blocks if one.section == section and one.start >= after]
    items = [one for one in rest if one.type == "list_item"]
    run = items[:1]
    for one, two in pairwise(items):
        if rest.index(two) != rest.index(one) + 1:
            break
        run.append(two)
    chosen = next((one for one in (run, items) if len(one) == count), [])
    found: list[Counted] = []
    for block in chosen:
        head = _HEAD.split(document.text[block.start : block.end], maxsplit=1)[0]
        found.append((clean_name(head), block.start, block.end, None))
    return found if all(is_name(one[0]) for one in found) else []
