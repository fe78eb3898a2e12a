"""Focus areas in lists, runs of paragraphs and tables that words of priority announce."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from models.candidates import COUNTED, HEAD, LIKELY, LISTED, RUN, TABLED, Candidate, Group
from models.document import Block, Document
from models.naming import ANNOUNCES, clean_name, is_name, marked_name
from models.sayings import NEGATED, VERB
from models.statement import Statements

_OPENING = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+|[A-H][.)]\s+)?(?P<name>[^.:;]{3,110})[.:]\s+\S",
    re.DOTALL,
)


def from_enumerations(document: Document, statements: Statements, focus: np.ndarray) -> Iterator[Group]:
    """Give the groups of lists, runs and tables. `focus` is each sentence's focus_area score, (n,)."""
    yield from _from_lists(document, statements, focus)
    yield from _from_runs(document, focus)
    yield from _from_tables(document)


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
        announced = ANNOUNCES.search(text) and not NEGATED.search(text)
        if announced and (focus[lead] >= LIKELY or text.endswith(":") or focus[items].mean() >= LIKELY):
            group = tuple(found for at in items if (found := _item(document, at)) is not None)
            if len(group) >= max(2, 0.6 * len(items)):
                yield group


def _item(document: Document, at: int) -> Candidate | None:
    sentence = document.sentences[at]
    text = document.text[sentence.start : sentence.end]
    name = marked_name(text) or clean_name(HEAD.split(text, maxsplit=1)[0])
    if not is_name(name):
        return None
    return Candidate(name, sentence.start, sentence.end, LISTED, "list", None, sentence.section)


def _from_runs(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Paragraphs and items of a section that open with a name, after a heading or sentence that announces areas.

    "1.1. Photonics. The area was chosen because …", with other paragraphs between them.
    """
    opened: dict[int | None, int] = {}
    for at, sentence in enumerate(document.sentences):
        text = document.text[sentence.start : sentence.end]
        said = sentence.unit == "heading" or text.endswith(":") or focus[at] >= LIKELY
        if said and ANNOUNCES.search(text) and not NEGATED.search(text):
            opened.setdefault(sentence.section, sentence.end)
    for section, end in opened.items():
        blocks = [one for one in document.blocks if one.section == section and one.start >= end]
        runs = [
            (_level(document, block), one)
            for block in blocks
            if (one := _run_in(document, block)) is not None
        ]
        levels = Counter(level for level, _ in runs if level)
        series = levels.most_common(1)[0][0] if levels else ""
        group = tuple(one for level, one in runs if level == series)
        if len(group) >= 2:
            yield group


def _level(document: Document, block: Block) -> str:
    """Return the number before the last of a dotted one: items of one series share it ("15" of "15.4")."""
    match = re.match(r"(\d{1,2}(?:\.\d{1,2})*)\.\d{1,2}\.?\s", document.text[block.start : block.start + 20])
    return match[1] if match else ""


def _run_in(document: Document, block: Block) -> Candidate | None:
    """Return the name that opens a numbered paragraph or item and is followed by more text."""
    text = document.text[block.start : block.end]
    match = _OPENING.match(text)
    numbered = match is not None and bool(match["number"])
    if match is None or not (block.type == "list_item" or (block.type == "paragraph" and numbered)):
        return None
    name = clean_name(match["name"])
    if not is_name(name) or VERB.search(name):
        return None
    return Candidate(name, block.start, block.start + match.end("name"), RUN, "run", None, block.section)


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
            cells = (
                list(across)
                if len(block.rows) <= 3 < len(across)
                else [row[0] for row in block.rows[1:] if row]
            )
        else:
            continue
        weight = COUNTED if _is_counted(block) else TABLED
        group = tuple(one for cell in cells if (one := _cell(document, block, cell, weight)) is not None)
        # A form on one area has lines too, but these are "Challenges" and "Goals".
        if 2 * len(group) > len(cells):
            yield group


def _is_counted(block: Block) -> bool:
    """Say whether most cells beside the first column are figures."""
    cells = [cell for row in block.rows[1:] for cell in row[1:] if cell.strip()]
    figures = sum(
        any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell) for cell in cells
    )
    return figures > 0.5 * len(cells)


def _above(document: Document, number: int) -> str:
    """Return the caption or line before a table and its section's title."""
    before = document.blocks[number - 1] if number else None
    near = document.text[before.start : before.end] if before is not None and before.type == "caption" else ""
    section = document.blocks[number].section
    return near + "\n" + (document.sections[section].title if section is not None else "")


def _cell(document: Document, block: Block, cell: str, weight: float) -> Candidate | None:
    name = clean_name(HEAD.split(cell, maxsplit=1)[0])
    start = document.text.find(cell, block.start, block.end)
    if start < 0 or not is_name(name):
        return None
    return Candidate(name, start, start + len(cell), weight, "table", None, block.section)
