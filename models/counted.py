"""Focus areas that a sentence counts and what follows names: "we focus on four challenges", then four headings.

Such a sentence needs none of the words for areas. It is believed where it speaks of choosing, where
exactly as many names follow side by side, and where half of them are fields that regions specialise in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from models.candidates import COUNTED_OUT, HEAD, Candidate, Group, find_children
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
FEWEST = 3
"""Names of a counted list; two are too often two sides of one matter."""
CHOICE = re.compile(
    r"\b(?:focus\w*|fokus\w*|priorit\w+|satse\w*|satsa\w*|satsning\w*|satsing\w*|cho(?:ose|sen?|osing)|select\w*|"
    r"valgt\w*|velger|valde|vald|valt|väljer|vælger|udvalgt\w*|utvald\w*|utpek\w*|udpeg\w*|identified|"
    r"speciali[sz]\w+|spesialiser\w*|concentrat\w+|konsentrer\w*|koncentrer\w*|kraftsaml\w*)\b",
    re.IGNORECASE,
)
"""Words of choosing."""
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


def find_counted(document: Document) -> Iterator[Group]:
    """Give the headings or items that each counting sentence has counted."""
    for sentence in document.sentences:
        if sentence.unit == "heading":
            continue
        title = document.sections[sentence.section].title if sentence.section is not None else ""
        count = count_choice(document.text[sentence.start : sentence.end], title)
        if count < FEWEST:
            continue
        for group in (
            _cut_to(count, _headings_after(document, sentence.section, sentence.end), sentence.language),
            _items_after(document, sentence.section, sentence.end, count),
        ):
            if len(group) == count and _are_fields(group, sentence.language):
                yield group
                break


def count_choice(text: str, title: str = "") -> int:
    """Return how many fields a sentence says are chosen, 0 where it does not.

    What is counted may be said in the title above it: "Sectors", then "the following five …".
    """
    said = _WHAT.search(text) or ANNOUNCES.search(text) or _WHAT.search(title)
    if not CHOICE.search(text) or not said or _OTHER.search(text):
        return 0
    return find_count(text)


def find_count(text: str) -> int:
    """Return the last number that a text spells out ("fire områder"), 0 if there is none.

    Two counts only where there is no other: "to" is two in Norwegian and no number in English.
    """
    found = [COUNTS[word] for word in split_words(text) if word in COUNTS]
    return next((one for one in reversed(found) if one > 2), found[-1] if found else 0)


def _are_fields(group: Group, language: str) -> bool:
    return sum(bool(name_domains([one.name], language)) for one in group) * 2 >= len(group)


def _cut_to(count: int, group: Group, language: str) -> Group:
    """Return the first names that a sentence counted where those after them are no fields ("Emerging areas")."""
    rest = group[count:]
    return group[:count] if not any(name_domains([one.name], language) for one in rest) else group


def _headings_after(document: Document, section: int | None, after: int) -> Group:
    """Return the headings right below the sentence's section that stand after it."""
    found = []
    for number in find_children(document, section) if section is not None else ():
        one = document.sections[number]
        block = document.blocks[one.block] if one.block is not None else None
        if block is not None and block.start >= after:
            name = clean_name(one.title)
            found.append(Candidate(name, block.start, block.end, COUNTED_OUT, "count", number))
    return _if_names(found)


def _items_after(document: Document, section: int | None, after: int, count: int) -> Group:
    """Return the list items of the sentence's section after it: all of them, or those in a row, if so many."""
    rest = [one for one in document.blocks if one.section == section and one.start >= after]
    at = [n for n, one in enumerate(rest) if one.type == "list_item"]
    run = at[:1]
    for one, two in pairwise(at):
        if two != one + 1:
            break
        run.append(two)
    found = []
    for block in (rest[n] for n in next((some for some in (run, at) if len(some) == count), [])):
        name = clean_name(HEAD.split(document.text[block.start : block.end], maxsplit=1)[0])
        found.append(Candidate(name, block.start, block.end, COUNTED_OUT, "count", None, section))
    return _if_names(found)


def _if_names(found: list[Candidate]) -> Group:
    return tuple(found) if all(is_name(one.name) for one in found) else ()
