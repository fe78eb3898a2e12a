"""Focus areas among chapters that are built alike: each with its "Goals" and "What we do", or its own SWOT.

Such chapters need no word of priority: what a strategy treats in the same way, again and again, are its areas. They
are believed where their titles are mostly fields that regions specialise in, and most of them say what is to be
done. Likewise the chapters that a sentence counts: "the six chapters that follow".

Measured on ten strategies that were written for this by people who did not know the rules, and on 22 real and sample
documents, in which nothing changed: docs/findings.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from models.candidates import ALIKE, CHOSEN, COUNTED_OUT, Candidate, Group, find_ancestors, find_children
from models.chapters import name_section
from models.counted import CHOICE, FEWEST, find_count
from models.document import Block, Document, pages_of
from models.domains import name_domains
from models.finding import KINDS
from models.naming import ACROSS, clean_name, is_name
from models.sayings import NEGATED

_TOLD = 0.4
"""Score over which a sentence is a measure, near the threshold of the heads."""
_HALF = 0.5
_ABOVE, _NEAR = frozenset(("paragraph", "list_item")), 2
"""What a short line over a heading is typed as, and within how many blocks it stands."""
_MOST_TITLES = 12  # titles that come again under one chapter: more are a form that is filled in
_ASIDE = re.compile(
    rf"\b(?:{'|'.join(ACROSS)}|på (?:tvers|tvärs|tværs)|hori[sz]ont\w*|"
    r"genom allt|gennem det hele|rammer?|ramverk|framework|enabl\w+|foundations?|möjliggör\w*|muliggjør\w*|muliggør\w*|"
    r"forutsetning\w*|føresetnad\w*|förutsättning\w*|forudsætning\w*|perspe[ck]tiv\w*|prin[cs]ip\w*|kartlegg\w+|kartlägg\w*|"
    r"kortlægning\w*|analyser\w*|analy[sz]ed|tidligere|tidigare|tidlegare|previous|former|earlier)\b",
    re.IGNORECASE,
)
"""Titles above, or of, chapters that are no areas: what cuts across, what was only looked into, what was before."""
_CHAPTERS = (
    r"(?:kapit(?:la|l?ene|lerne|let|tel|el)|kapittel\w*|a[vf]snitt\w*|chapters|sections|delar|deler?|delene)"
)
_FOLLOW = r"(?:føl[gj]\w+|följ\w+|neda?nfor|nedan|neste|nästa|næste|next|follow\w*|below)"
_FOLLOWING = re.compile(
    rf"\b{_CHAPTERS}(?:\W+\w+){{0,3}}?\W+{_FOLLOW}\b|\b{_FOLLOW}(?:\W+\w+){{0,3}}?\W+{_CHAPTERS}\b",
    re.IGNORECASE,
)
"""Words for chapters that follow."""


def from_parallels(document: Document, scores: np.ndarray) -> Iterator[Group]:
    """Give the groups of chapters built alike. `scores` are each sentence's, (n, kinds)."""
    measures = _count_measures(document, scores)
    yield from _from_alike(document, measures)
    yield from _from_following(document, measures)
    yield from _from_leads(document, scores)


def _count_measures(document: Document, scores: np.ndarray) -> Counter[int]:
    """Return how many measures each section holds, those of the sections below it counted too."""
    counts: Counter[int] = Counter()
    for at in np.flatnonzero(scores[:, KINDS.index("measure")] >= _TOLD):
        section = document.sentences[at].section
        if section is not None:
            counts.update((section, *find_ancestors(document, section)))
    return counts


def _from_alike(document: Document, measures: Counter[int]) -> Iterator[Group]:
    """Chapters under which the same titles come again."""
    owners = _find_owners(document)
    for parent in dict.fromkeys(document.sections[one].parent for one in sorted(owners)):
        alike = [one for one in sorted(owners) if document.sections[one].parent == parent]
        acting = [one for one in alike if _count_below(document, one, owners, measures)]
        if len(acting) >= FEWEST and len(acting) > _HALF * len(alike):
            yield from _believe(document, alike)


def _find_owners(document: Document) -> set[int]:
    """Return the sections that have at least half of the titles that come again, directly below or after them.

    Bold words that open a paragraph ("Status.", "Dette vil vi.") are titles too.
    """
    titles = [clean_name(one.title).casefold() for one in document.sections]
    leads = [
        (clean_name(_lead(document, one)).casefold(), one.section) for one in document.blocks if one.run_in
    ]
    often = {title for title, count in Counter(titles).items() if count >= FEWEST and title}
    held: defaultdict[int, set[str]] = defaultdict(set)
    for number, title in enumerate(titles):
        owner = _owner(document, number, titles, often) if title in often else None
        if owner is not None:
            held[owner].add(title)
    for lead, section in leads:
        if lead and section is not None and titles[section] not in often:
            held[section].add(lead)
    spread = Counter(title for some in held.values() for title in some)
    common = {title for title, count in spread.items() if count >= FEWEST}
    if not common or len(common) > _MOST_TITLES:
        return set()
    most = max(len(some & common) for some in held.values())
    return {owner for owner, some in held.items() if len(some & common) >= max(1, _HALF * most)}


def _lead(document: Document, block: Block) -> str:
    """Return the bold words that open a paragraph."""
    return document.text[block.start : block.start + block.run_in]


def _owner(document: Document, number: int, titles: Sequence[str], often: set[str]) -> int | None:
    """Return the chapter that a title stands under: its parent, or where both have one level the one before it."""
    above = document.sections[number].parent
    while above is not None and titles[above] in often:
        above = document.sections[above].parent
    level = document.sections[number].level
    before = [
        one
        for one in find_children(document, document.sections[number].parent)
        if one < number and document.sections[one].level <= level and titles[one] not in often
    ]
    flat = before[-1] if before else None
    if flat is not None and any(titles[one] in often for one in find_children(document, flat)):
        return above
    return flat if flat is not None and _comes_beside(document, number, titles) else above


def _comes_beside(document: Document, number: int, titles: Sequence[str]) -> bool:
    """Say whether a title stands more than once below one section: it cannot be that section's own part."""
    parent = document.sections[number].parent
    return sum(titles[one] == titles[number] for one in find_children(document, parent)) >= FEWEST


def _count_below(document: Document, owner: int, owners: set[int], measures: Counter[int]) -> int:
    """Return the measures of a chapter: below it, or in the sections beside it up to the next chapter."""
    beside = find_children(document, document.sections[owner].parent)
    after = [one for one in beside if one > owner]
    run = []
    for one in after:
        if one in owners:
            break
        run.append(one)
    return measures[owner] + sum(measures[one] for one in run)


def _from_following(document: Document, measures: Counter[int]) -> Iterator[Group]:
    """As many chapters as a sentence says will follow, after the one in which it stands."""
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        if sentence.unit == "heading" or sentence.section is None or not _FOLLOWING.search(text):
            continue
        count = find_count(text)
        after = [
            one
            for one in find_children(document, document.sections[sentence.section].parent)
            if one > sentence.section
        ]
        if count >= FEWEST and len(after) >= count and all(measures[one] for one in after[:count]):
            yield from _believe(document, after[:count], COUNTED_OUT)


def _from_leads(document: Document, scores: np.ndarray) -> Iterator[Group]:
    """Bold names that open paragraphs of a section that speaks of choosing, where most say what is to be done.

    Or as many as a sentence there counts ("five things that we do well"). Believed only where nothing else names areas:
    what carries them ("Power", "Transport") is told in this way too.
    """
    acting = {
        document.sentences[at].block
        for at in np.flatnonzero(scores[:, KINDS.index("measure")] >= _TOLD)
    }  # fmt: skip
    chosen = {
        one.section
        for one in document.sentences
        if one.unit != "heading" and CHOICE.search(text := document.text[one.start : one.end]) and not NEGATED.search(text)
    }  # fmt: skip
    for section in sorted(one for one in chosen if one is not None):
        blocks = [n for n, one in enumerate(document.blocks) if one.section == section and one.run_in]
        path = [document.sections[n].title for n in (section, *find_ancestors(document, section))]
        found = [one for n in blocks if (one := _open_name(document, document.blocks[n])) is not None]
        fields = [one for one in found if _is_field(document, one.name)]
        counted = len(found) == len(blocks) and _counts(document, section, len(blocks))
        acts = sum(n in acting for n in blocks) > _HALF * len(blocks)
        if not (acts or counted) or any(_ASIDE.search(one) for one in path):
            continue
        if len(fields) >= FEWEST and len(fields) > _HALF * len(blocks):
            yield tuple(fields if acts else found)


def _counts(document: Document, section: int, count: int) -> bool:
    """Say whether a sentence of a section counts so many of something."""
    own = (one for one in document.sentences if one.section == section and one.unit != "heading")
    return any(find_count(document.text[one.start : one.end]) == count for one in own)


def _open_name(document: Document, block: Block) -> Candidate | None:
    name = clean_name(_lead(document, block))
    if not is_name(name) or _ASIDE.search(name):
        return None
    return Candidate(name, block.start, block.start + block.run_in, ALIKE, CHOSEN, None, block.section)


def _is_field(document: Document, name: str) -> bool:
    return bool(name_domains([name], document.languages[0] if document.languages else ""))


def _believe(document: Document, sections: Sequence[int], weight: float = ALIKE) -> Iterator[Group]:
    """Give the titles as a group if most are fields, and nothing above says that they are something else.

    Where they are slogans, the short lines over them ("FOREST-BASED BIOECONOMY") are tried.
    """
    for name_of in (_title, _kicker):
        group = tuple(one for number in sections if (one := name_of(document, number, weight)) is not None)
        fields = sum(_is_field(document, one.name) for one in group)
        if len(group) >= FEWEST and len(group) > _HALF * len(sections) and fields >= _HALF * len(group):
            yield group
            return


def _kicker(document: Document, number: int, weight: float) -> Candidate | None:
    """Return the name in the short line straight before a heading, on its page."""
    heading = document.sections[number].block
    if _title_is_aside(document, number) or not heading:
        return None
    order = document.blocks[heading].order
    before = max(
        (one for one in document.blocks if one.order < order and one.type in _ABOVE),
        key=lambda one: one.order,
        default=None,
    )
    if (
        before is None
        or before.order < order - _NEAR
        or not _same_page(document, before, document.blocks[heading])
    ):
        return None
    name = _set_small(clean_name(document.text[before.start : before.end]))
    return Candidate(name, before.start, before.end, weight, "alike", number) if is_name(name) else None


def _same_page(document: Document, one: Block, other: Block) -> bool:
    pages = [pages_of(document.pages, block.start, block.end)[0].index for block in (one, other)]
    return pages[0] == pages[1]


def _set_small(name: str) -> str:
    """Return a name that is set in capitals with only its first letter large."""
    return name.capitalize() if name.isupper() else name


def _title_is_aside(document: Document, number: int) -> bool:
    titles = [document.sections[one].title for one in (number, *find_ancestors(document, number))]
    return any(_ASIDE.search(one) for one in titles)


def _title(document: Document, number: int, weight: float) -> Candidate | None:
    return None if _title_is_aside(document, number) else name_section(document, number, weight, "alike")
