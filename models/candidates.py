"""Where focus areas are stated: headings, lists, tables and sentences, each with its weight.

Every source gives groups: names that stand side by side. Members of a group are different
areas; the same area comes back in several groups, which is how a real one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.cues import split_words
from models.document import Block, Document
from models.naming import ANNOUNCES, LONGEST_NAME, clean_name, cut_items, is_name, marked_name
from models.statement import ITEMS, Statements

# What a source is worth. A name needs two, or one strong source, to be called an area.
MARKED, CHILD, LISTED, RUN, TABLED, SAID, SIBLING, TITLED = 1.0, 0.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.5
COUNTED = 0.5
"""Weight of a table with figures beside the names: sectors that were weighed, not yet chosen."""
MOST_MEMBERS = 14  # more names side by side are a list of something else: firms, projects, statistics
_SURE = 0.5  # score of focus_area over which a heading counts without a marker
_LIKELY = 0.3  # and over which a sentence that uses the words of priority does
_FURTHER = re.compile(
    r"\b(?:andre|andra|øvrige|övriga|ytterligere|other|further|additional)\b.*\b(?:muligh|mulegh|høve|möjligh|mulighed|"
    r"opportunit|områd|areas|domains|fields)",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\s*(?:[:;(]|\s[–—-]\s|\.\s|, (?:som|der|which|vilket|såsom|such|herunder|including)\b)")
_OPENING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+|[A-H][.)]\s+)?(?P<name>[^.:;]{3,110})[.:]\s+\S", re.DOTALL)
_VERB = re.compile(r"\b(?:er|är|is|are|skal|ska|shall|will|has|har|have|bør|bör|must|må|kan|can|by|av)\b", re.IGNORECASE)
_COPULA = re.compile(r"\s(?:er|är|is|are|blir|bliver|vert|utgjør|utgör|udgør|becomes?)\s", re.IGNORECASE)
_APPOSITION = re.compile(r"(?:^|\s)(?P<name>[^,.;:()]{3,60}),\s(?:et|ett|eit|en|ein|a|an|our|vårt|vores)\s", re.IGNORECASE)
_BREAK = re.compile(r"\b(?:for|för|som|as|at|att|to|til|till|med|with|innen|inom|inden|kalla\w*|calle?d?)\s+", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:ikke|ikkje|inte|not|no longer|never|aldri|aldrig|ingen|neither|without|frem for|rather than|bortfall\w*|"
    r"tidligere|tidigare|tidlegare|former\w*|previous\w*|earlier)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """A name where it stands. `start`-`end` are characters of the text, `section` what lies under it."""

    name: str
    start: int
    end: int
    weight: float
    source: str
    section: int | None = None


Group = tuple[Candidate, ...]


def find_groups(document: Document, statements: Statements, focus: np.ndarray) -> list[Group]:
    """Return groups of names from all sources. `focus` is each sentence's focus_area score, (n,)."""
    headings = _heading_scores(document, focus)
    skipped = _noisy_sections(document)
    groups = [
        *_from_children(document, skipped),
        *_from_others(document, skipped),
        *_from_siblings(document, skipped),
        *_from_marks(document, skipped),
        *_from_lists(document, statements, focus),
        *_from_runs(document, focus),
        *_from_tables(document),
        *_from_sentences(document, focus),
        *_from_titles(document, headings, skipped),
    ]
    return [group for group in groups if group and len(group) <= MOST_MEMBERS]


def _heading_scores(document: Document, focus: np.ndarray) -> dict[int, float]:
    """Return the focus_area score of each section's heading."""
    by_block = {one.block: float(focus[at]) for at, one in enumerate(document.sentences) if one.unit == "heading"}
    sections = enumerate(document.sections)
    return {n: by_block.get(one.block, 0.0) for n, one in sections if one.block is not None}


def _noisy_sections(document: Document) -> frozenset[int]:
    """Return the sections that are contents pages or reference lists."""
    return frozenset(one.section for one in document.segments if one.noise and one.section is not None)


def _children(document: Document, parent: int | None) -> list[int]:
    return [n for n, one in enumerate(document.sections) if one.parent == parent]


def _title(document: Document, number: int, weight: float, source: str) -> Candidate | None:
    """Return a section's title as a candidate, None if it cannot be a name."""
    section = document.sections[number]
    name = marked_name(section.title) or clean_name(section.title)
    if not is_name(name) or section.block is None:
        return None
    block = document.blocks[section.block]
    return Candidate(name, block.start, block.end, weight, source, number)


def _titles(document: Document, numbers: Sequence[int], weight: float, source: str) -> Group:
    found = [_title(document, number, weight, source) for number in numbers]
    return tuple(one for one in found if one is not None)


def _from_children(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one that announces areas ("Våre satsingsområder")."""
    for number, section in enumerate(document.sections):
        if number not in skipped and ANNOUNCES.search(section.title):
            group = _titles(document, _children(document, number), CHILD, "child")
            if len(group) >= 2:
                yield group


def _from_others(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one on further areas ("Andre muligheter"), inside a chapter that announces areas."""
    for number, section in enumerate(document.sections):
        above = section.parent is not None and ANNOUNCES.search(document.sections[section.parent].title)
        if above and number not in skipped and _FURTHER.search(section.title):
            group = _titles(document, _children(document, number), CHILD, "child")
            if len(group) >= 2:
                yield group


def _from_siblings(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Chapters after a title page that announces areas and has nothing below it."""
    for number, section in enumerate(document.sections):
        if number in skipped or not ANNOUNCES.search(section.title) or _children(document, number):
            continue
        after = [one for one in _children(document, section.parent) if one > number]
        run = []
        for one in after:
            title = document.sections[one]
            if title.level != section.level or ANNOUNCES.search(title.title) or not is_name(clean_name(title.title)):
                break
            run.append(one)
        group = _titles(document, run, SIBLING, "sibling")
        if len(group) >= 2:
            yield group


def _from_marks(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that carry a marker and a name ("Priority area 2: Photonics")."""
    marked = [n for n, one in enumerate(document.sections) if n not in skipped and is_name(marked_name(one.title))]
    yield _titles(document, marked, MARKED, "mark")


def _from_titles(document: Document, headings: dict[int, float], skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that the classifier takes for the name of an area; each stands alone."""
    for number, score in headings.items():
        if score >= _SURE and number not in skipped:
            group = _titles(document, [number], TITLED, "title")
            if group:
                yield group


def _from_lists(document: Document, statements: Statements, focus: np.ndarray) -> Iterator[Group]:
    """List items after a lead-in, or directly under a heading, that announces areas."""
    lists: dict[int, list[int]] = {}
    for at, one in enumerate(statements.items):
        if one.unit == "bullet":
            lead = int(statements.leads[at]) if statements.leads[at] >= 0 else int(statements.headings[at])
            lists.setdefault(lead, []).append(at)
    for lead, items in lists.items():
        if lead < 0:
            continue
        text = statements.items[lead].text
        announced = ANNOUNCES.search(text) and not _NEGATED.search(text)
        if announced and (focus[lead] >= _LIKELY or text.endswith(":") or focus[items].mean() >= _LIKELY):
            group = tuple(one for at in items if (one := _item(document, at)) is not None)
            if len(group) >= max(2, 0.6 * len(items)):
                yield group


def _item(document: Document, at: int) -> Candidate | None:
    sentence = document.sentences[at]
    text = document.text[sentence.start : sentence.end]
    name = marked_name(text) or clean_name(_HEAD.split(text, maxsplit=1)[0])
    if not is_name(name):
        return None
    return Candidate(name, sentence.start, sentence.end, LISTED, "list")


def _from_runs(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Paragraphs and items of a section that open with a name, after a heading or sentence that announces areas.

    "1.1. Photonics. The area was chosen because …", with other paragraphs between them.
    """
    opened: dict[int | None, int] = {}
    for at, sentence in enumerate(document.sentences):
        text = document.text[sentence.start : sentence.end]
        said = sentence.unit == "heading" or text.endswith(":") or focus[at] >= _LIKELY
        if said and ANNOUNCES.search(text) and not _NEGATED.search(text):
            opened.setdefault(sentence.section, sentence.end)
    for section, end in opened.items():
        blocks = [one for one in document.blocks if one.section == section and one.start >= end]
        group = tuple(one for block in blocks if (one := _run_in(document, block)) is not None)
        if 2 <= len(group):
            yield group


def _run_in(document: Document, block: Block) -> Candidate | None:
    """Return the name that opens a numbered paragraph or item and is followed by more text."""
    text = document.text[block.start : block.end]
    match = _OPENING.match(text)
    numbered = match is not None and bool(match["number"])
    if match is None or not (block.type == "list_item" or (block.type == "paragraph" and numbered)):
        return None
    name = clean_name(match["name"])
    if not is_name(name) or _VERB.search(name):
        return None
    return Candidate(name, block.start, block.start + match.end("name"), RUN, "run")


def _from_tables(document: Document) -> Iterator[Group]:
    """The column of a table whose head announces areas, or the first one under such a title."""
    for number, block in enumerate(document.blocks):
        if block.type != "table" or len(block.rows) < 2:
            continue
        column = next((n for n, cell in enumerate(block.rows[0]) if ANNOUNCES.search(cell)), None)
        if column is not None:
            cells = [row[column] for row in block.rows[1:] if len(row) > column]
        elif ANNOUNCES.search(_above(document, number)):
            across = block.rows[0][1:] if not block.rows[0][0].strip() else block.rows[0]
            cells = list(across) if len(block.rows) <= 3 < len(across) else [row[0] for row in block.rows[1:] if row]
        else:
            continue
        weight = COUNTED if _is_counted(block) else TABLED
        yield tuple(one for cell in cells if (one := _cell(document, block, cell, weight)) is not None)


def _is_counted(block: Block) -> bool:
    """Say whether most cells beside the first column are figures."""
    cells = [cell for row in block.rows[1:] for cell in row[1:] if cell.strip()]
    figures = sum(any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell) for cell in cells)
    return figures > 0.5 * len(cells)


def _above(document: Document, number: int) -> str:
    """Return the caption or line before a table and its section's title."""
    before = document.blocks[number - 1] if number else None
    near = document.text[before.start : before.end] if before is not None and before.type == "caption" else ""
    section = document.blocks[number].section
    return near + "\n" + (document.sections[section].title if section is not None else "")


def _cell(document: Document, block: Block, cell: str, weight: float) -> Candidate | None:
    name = clean_name(_HEAD.split(cell, maxsplit=1)[0])
    start = document.text.find(cell, block.start, block.end)
    if start < 0 or not is_name(name):
        return None
    return Candidate(name, start, start + len(cell), weight, "table")


def _from_sentences(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Sentences that name areas: "… satsingsområder: x, y og z", "X är vårt fokusområde"."""
    for at, sentence in enumerate(document.sentences):
        if focus[at] < _LIKELY or sentence.unit in ITEMS or sentence.unit == "heading":
            continue
        text = document.text[sentence.start : sentence.end]
        match = ANNOUNCES.search(text)
        if match is None or _NEGATED.search(text):
            continue
        names = _enumerated(text, match.end()) or _declared(text, match.start())
        if names:
            yield tuple(Candidate(name, sentence.start, sentence.end, SAID, "sentence") for name in names)


def _enumerated(text: str, after: int) -> list[str]:
    """Return the names after a colon or a verb of being that follows the word for areas."""
    rest = text[after:]
    colon = rest.find(":")
    if colon >= 0:
        return cut_items(_strip_end(rest[colon + 1 :]))
    copula = _COPULA.search(rest)
    return cut_items(_strip_end(rest[copula.end() :])) if copula and copula.start() < 60 else []


def _declared(text: str, before: int) -> list[str]:
    """Return the name before "is our focus area", or before ", a focus area"."""
    front = text[:before]
    copulas = list(_COPULA.finditer(front))
    subject = front[: copulas[0].start()] if copulas and before - copulas[-1].end() < 60 else ""
    if subject and len(split_words(subject)) <= 6:
        name = clean_name(re.sub(r"^(?:den|det|de|the|både|both)\s+", "", subject, flags=re.IGNORECASE))
        parts = cut_items(subject)
        return parts or ([name] if is_name(name) and len(split_words(name)) <= LONGEST_NAME // 2 else [])
    apposed = _APPOSITION.search(front)
    if apposed and before - apposed.end() < 40:
        name = clean_name(_BREAK.split(apposed["name"])[-1])
        return [name] if is_name(name) and len(split_words(name)) <= 5 else []
    return []


def _strip_end(text: str) -> str:
    return re.split(r"(?<=\w)[.!?](?:\s|$)", text.strip(), maxsplit=1)[0]
