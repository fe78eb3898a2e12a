"""Statements: the sentences of a document, or of labelled text, as the classifier reads them.

A statement knows its place: section path, the lead-in of its list, its neighbours, its
heading. Labelled text and documents come out in the same shape, so what is learnt from one
holds for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.document import Document, Sentence, Unit
from models.labelled import Line, Reading
from models.passage import lead_text

ITEMS: frozenset[str] = frozenset(("bullet", "row"))
PASSAGE = 900
"""Characters of a training passage, near what a segment holds; a sentence's vector is pooled in it."""
_HEAD_WORDS = 6
_NONE = -1


@dataclass(frozen=True)
class Statement:
    """A sentence and what stands around it. `group` numbers its section within the text."""

    text: str
    language: str
    unit: Unit
    path: tuple[str, ...]
    group: int
    boxed: bool = False


@dataclass(frozen=True)
class Statements:
    """The statements of a text in order, and for each the index of its neighbours (-1: none).

    `leads` are lead-ins: the last sentence before a list or table. `headings` are the
    headings they stand under, where these are statements too. All are int32 (n,).
    """

    items: tuple[Statement, ...]
    before: np.ndarray
    after: np.ndarray
    leads: np.ndarray
    headings: np.ndarray


def read_document_statements(document: Document) -> Statements:
    """Return the statements of a document, aligned with `Document.sentences`."""
    paths = {index: document.path(index) for index in {one.section for one in document.sentences}}
    items = []
    for one in document.sentences:
        head = _cell_head(document, one) if one.unit == "row" else ""
        items.append(
            Statement(
                text=document.text[one.start : one.end],
                language=one.language,
                unit="bullet" if head else one.unit,
                path=(*paths[one.section], head) if head else paths[one.section],
                group=-1 if one.section is None else one.section,
                boxed=document.blocks[one.block].boxed,
            )
        )
    return _relate(tuple(items))


def _cell_head(document: Document, sentence: Sentence) -> str:
    """Return what a statement of a cell stands under: its row's first cell, or its column's head; else "".

    So the items beside "Weaknesses" are read like items under a heading of that name.
    """
    block = document.blocks[sentence.block]
    before = document.text[block.start : sentence.start]
    row, column = before.count("\n"), before.rsplit("\n", 1)[-1].count("\t")
    whole = not column and "\t" in document.text[sentence.start : sentence.end]
    if whole or row >= len(block.rows):
        return ""
    first = block.rows[row][0].strip()
    above = block.rows[0][column].strip() if block.header_rows and row and column < len(block.rows[0]) else ""
    head = first if column and first else above
    return head if 0 < len(head.split()) <= _HEAD_WORDS else ""


def read_line_statements(reading: Reading) -> Statements:
    """Return the statements of labelled text, aligned with its lines."""
    items = []
    for group, path, lines in split_sections(reading.lines):
        items += [Statement(one.text, reading.language, one.unit, path, group, one.boxed) for one in lines]
    return _relate(tuple(items))


def split_sections(lines: Sequence[Line]) -> list[tuple[int, tuple[str, ...], list[Line]]]:
    """Return (number, path, lines) of each section; a heading line opens one, as in a document."""
    found: list[tuple[int, tuple[str, ...], list[Line]]] = []
    path: tuple[str, ...] | None = None
    for line in lines:
        if line.unit == "heading" or line.path != path or not found:
            path = line.path
            found.append((len(found), _section_path(line), []))
        found[-1][2].append(line)
    return found


def build_reading_passages(reading: Reading) -> tuple[list[str], list[list[tuple[int, int]]]]:
    """Return passages for the encoder and the spans of their lines, all lines in order.

    They are as models/passage.py builds them from a document: the section's title, then
    whole sentences up to `PASSAGE` characters, never across a section.
    """
    texts: list[str] = []
    spans: list[list[tuple[int, int]]] = []
    for _, path, lines in split_sections(reading.lines):
        for run in _runs(lines):
            text = lead_text(path, run[0].text)
            places: list[tuple[int, int]] = []
            for line in run:
                gap = "" if not places else " " if line.unit == "sentence" else "\n"
                start = len(text) + len(gap)
                text += gap + line.text
                places.append((start, start + len(line.text)))
            texts.append(text)
            spans.append(places)
    return texts, spans


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    runs: list[list[Line]] = [[]]
    length = 0
    for line in lines:
        if runs[-1] and length + len(line.text) > PASSAGE:
            runs.append([])
            length = 0
        runs[-1].append(line)
        length += len(line.text) + 1
    return [run for run in runs if run]


def _section_path(line: Line) -> tuple[str, ...]:
    if line.unit != "heading" or (line.path and line.path[-1] == line.text):
        return line.path
    return (*line.path, line.text)


def _relate(items: tuple[Statement, ...]) -> Statements:
    count = len(items)
    before, after, leads, headings = (np.full(count, _NONE, dtype=np.int32) for _ in range(4))
    lead = heading = _NONE
    for at, one in enumerate(items):
        joined = at > 0 and items[at - 1].group == one.group
        if joined:
            before[at], after[at - 1] = at - 1, at
        else:
            lead = heading = _NONE
        if one.unit in ITEMS:
            leads[at] = lead
        else:
            lead = at
        if one.unit == "heading":
            heading = at
        elif heading != _NONE:
            headings[at] = heading
    return Statements(items, before, after, leads, headings)
