"""Focus areas among headings: below an announcing one, marked, numbered, or likely by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from models.candidates import (
    CHILD,
    LABELLED,
    MARKED,
    NUMBERED,
    SIBLING,
    TITLED,
    Candidate,
    Group,
    find_ancestors,
    find_children,
    score_headings,
)
from models.document import Document, pages_of
from models.naming import ANNOUNCES, clean_name, is_name, labelled_name, marked_name, same_area

_LONGEST_LABEL = 100  # characters
_SURE = 0.5  # score of focus_area over which a heading counts without a marker
_FURTHER = re.compile(
    r"\b(?:andre|andra|øvrige|övriga|ytterligere|other|further|additional)\b.*\b(?:muligh|mulegh|høve|möjligh|mulighed|"
    r"opportunit|områd|areas|domains|fields)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:polic(?:y|ies)|politik\w*|implementation|gjennomføring|genomförande|gennemførelse)\b",
    re.IGNORECASE,
)


def from_headings(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Give the groups of headings. `focus` is each sentence's focus_area score, (n,)."""
    skipped = _noisy_sections(document) | _parts_of_areas(document)
    yield from _from_children(document, skipped)
    yield from _from_others(document, skipped)
    yield from _from_siblings(document, skipped)
    yield from _from_marks(document, skipped)
    yield from _from_labels(document)
    yield from _from_titles(document, score_headings(document, focus), skipped)
    yield from _from_numbers(document, skipped)


def _noisy_sections(document: Document) -> frozenset[int]:
    """Return the sections that are contents pages or reference lists."""
    return frozenset(one.section for one in document.segments if one.noise and one.section is not None)


def _parts_of_areas(document: Document) -> frozenset[int]:
    """Return announcing sections that list parts of areas, not the document's areas.

    Their title comes again with other names below ("Potential focus sectors"), or they stand in the
    section of one area, below a chapter that announces the areas.
    """
    below: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    parts = set()
    for number, one in enumerate(document.sections):
        if not ANNOUNCES.search(one.title):
            continue
        names = tuple(clean_name(document.sections[n].title) for n in find_children(document, number))
        below.setdefault(clean_name(one.title).casefold(), []).append((number, names))
        above = [document.sections[n].title for n in find_ancestors(document, number)]
        if above and not ANNOUNCES.search(above[0]) and any(ANNOUNCES.search(title) for title in above[1:]):
            parts.add(number)
    for places in below.values():
        if len(places) > 1 and not _share_names([names for _, names in places if names]):
            parts.update(number for number, _ in places)
    return frozenset(parts)


def _share_names(lists: Sequence[Sequence[str]]) -> bool:
    """Say whether two of some lists have a name in common, or only one is there."""
    known: list[str] = []
    for names in lists:
        if any(same_area(one, two) for one in names for two in known):
            return True
        known += names
    return len(lists) < 2


def name_section(document: Document, number: int, weight: float, source: str) -> Candidate | None:
    """Return a section's title as a candidate, None if it cannot be a name."""
    section = document.sections[number]
    name = marked_name(section.title) or clean_name(section.title)
    if not is_name(name) or section.block is None:
        return None
    block = document.blocks[section.block]
    return Candidate(name, block.start, block.end, weight, source, number)


def _titles(document: Document, numbers: Sequence[int], weight: float, source: str) -> Group:
    found = [name_section(document, number, weight, source) for number in numbers]
    return tuple(one for one in found if one is not None)


def _from_children(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one that announces areas ("Våre satsingsområder")."""
    for number, section in enumerate(document.sections):
        if number not in skipped and ANNOUNCES.search(section.title) and not _ABOUT.search(section.title):
            group = _titles(document, _numbered(document, find_children(document, number)), CHILD, "child")
            if len(group) >= 2:
                yield group


def _numbered(document: Document, sections: list[int]) -> list[int]:
    """Return the numbered ones where most sections side by side have a number, else all."""
    kept = [one for one in sections if document.sections[one].number]
    return kept if len(kept) > len(sections) / 2 else sections


def _from_others(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one on further areas ("Andre muligheter"), inside a chapter that announces areas."""
    for number, section in enumerate(document.sections):
        above = section.parent is not None and ANNOUNCES.search(document.sections[section.parent].title)
        if above and number not in skipped and _FURTHER.search(section.title):
            group = _titles(document, find_children(document, number), CHILD, "child")
            if len(group) >= 2:
                yield group


def _from_siblings(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Chapters after a title page that announces areas and has nothing below it."""
    for number, section in enumerate(document.sections):
        if number in skipped or not ANNOUNCES.search(section.title) or find_children(document, number):
            continue
        after = [one for one in find_children(document, section.parent) if one > number]
        run = []
        for one in after:
            title = document.sections[one]
            if (
                title.level != section.level
                or ANNOUNCES.search(title.title)
                or not is_name(clean_name(title.title))
            ):
                break
            run.append(one)
        group = _titles(document, run, SIBLING, "sibling")
        if len(group) >= 2:
            yield group


def _from_marks(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that carry a marker and a name ("Priority area 2: Photonics")."""
    marked = [
        n for n, one in enumerate(document.sections) if n not in skipped and is_name(marked_name(one.title))
    ]
    yield _titles(document, marked, MARKED, "mark")


def _from_labels(document: Document) -> Iterator[Group]:
    """Labels of figures that say of a name that it is an area ("FLAGSHIP Clean water"), two on a page or more.

    A name goes on with a few words of explanation where a heading has only its front: the heading is the name.
    """
    titles = sorted(
        ((clean_name(one.title), n) for n, one in enumerate(document.sections)),
        key=lambda pair: -len(pair[0]),
    )
    by_page: dict[int, list[Candidate]] = {}
    for block in document.blocks:
        name = (
            labelled_name(document.text[block.start : block.end])
            if block.end - block.start <= _LONGEST_LABEL
            else ""
        )
        if block.type not in ("paragraph", "list_item") or not is_name(name):
            continue
        title, section = next(
            ((t, n) for t, n in titles if is_name(t) and (name + " ").startswith(t + " ")), (name, None)
        )
        found = Candidate(title, block.start, block.end, LABELLED, "mark", section, block.section)
        by_page.setdefault(pages_of(document.pages, block.start, block.end)[0].index, []).append(found)
    yield from (tuple(group) for group in by_page.values() if len(group) >= 2)


def _from_titles(document: Document, headings: dict[int, float], skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that the classifier takes for the name of an area; each stands alone."""
    for number, score in headings.items():
        if score >= _SURE and number not in skipped:
            group = _titles(document, [number], TITLED, "title")
            if group:
                yield group


def _from_numbers(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings numbered one after the other below one heading, or chapters: runs of two names or more."""
    for parent in sorted({-1 if one.parent is None else one.parent for one in document.sections}):
        run: list[Candidate] = []
        last = 0
        for number in find_children(document, None if parent < 0 else parent):
            label = re.search(r"(\d+)\.?$", document.sections[number].number or "")
            title = (
                name_section(document, number, NUMBERED, "number")
                if label and number not in skipped
                else None
            )
            if run and (title is None or not label or int(label[1]) != last + 1):
                if len(run) >= 2:
                    yield tuple(run)
                run = []
            if title is not None and label:
                run.append(title)
                last = int(label[1])
        if len(run) >= 2:
            yield tuple(run)
