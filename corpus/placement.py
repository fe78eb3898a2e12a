"""Where a quote stands on a page: its letters found among the page's, or nothing.

Spaces, hyphens and the shapes of letters differ between a document's text and the page
(line ends, soft hyphens, ligatures), so both are compared without them. A quote that is
found twice is placed only if its block says where; one that is not found is not placed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.drawing import Letter
from models.document import Block, Box, Document, Page, Span

DROPPED = frozenset("-‐‑­\x02\ufffe\ufffd\u200b\ufeff")
"""Hyphens at line ends are gone from the text and stand on the page; comparing goes on without any."""
SLACK_POINTS = 2.0
"""By how much a letter may stand outside its block's box."""
SAME_LINE = 0.5
"""Overlap of heights, as share of the lower one, from which two letters stand on one line."""
WORD_GAP = 1.5
"""Heights of a letter between two pieces of a line from which they are two pieces (columns, table cells)."""


@dataclass(frozen=True)
class Line:
    """A run of letters on one line of a page, in points, origin top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


def place_span(document: Document, span: Span, page: Page, letters: Sequence[Letter]) -> tuple[Box, ...]:
    """Return the boxes, one per line, of a span's part on a page; () if that is not certain."""
    start, end = max(span.start, page.start), min(span.end, page.end)
    if end <= start or not letters:
        return ()
    blocks = [block for block in document.blocks if block.start < end and block.end > start]
    wanted = [_fold(one) for one in spell(document, blocks, start, end)]
    pools = [range(len(letters)), _inside(blocks, page.index, letters)]
    for pool in pools:
        places = [place for one in wanted for place in _find(one, pool, letters)]
        if len({(place[0], place[-1]) for place in places}) == 1:
            return _boxes([letters[at] for at in places[0]], page.index)
    return ()


def spell(document: Document, blocks: Iterable[Block], start: int, end: int) -> list[str]:
    """Return how characters `start` to `end` may stand on the page: plain, and with footnote numbers."""
    plain = document.text[start:end]
    noted, at = "", start
    notes = [note for block in blocks for note in block.note_refs if start < note.offset <= end]
    for note in sorted(notes, key=lambda one: one.offset):
        noted += document.text[at : note.offset] + note.number
        at = note.offset
    return [plain] if not noted else [plain, noted + document.text[at:end]]


def group_lines(letters: Sequence[Letter]) -> list[Line]:
    """Return the letters as lines, in the order of the file: a text that can be selected."""
    lines: list[list[Letter]] = []
    for letter in letters:
        if letter[0] in "\r\n\x00":
            continue
        if letter[0] == "\x02" or letter[0] == "\ufffe":
            letter = ("-", *letter[1:])
        if lines and (letter[0].isspace() or _follows(lines[-1], letter)):
            lines[-1].append(letter)
        elif not letter[0].isspace():
            lines.append([letter])
    return [_line(one) for one in lines]


def _follows(line: Sequence[Letter], letter: Letter) -> bool:
    last = next(one for one in reversed(line) if not one[0].isspace())
    height = max(last[4] - last[2], letter[4] - letter[2], 1.0)
    gap = letter[1] - last[3]
    return _level(last, letter) and -height <= gap <= WORD_GAP * height


def _level(one: Letter, other: Letter) -> bool:
    """Whether two letters stand on one line."""
    overlap = min(one[4], other[4]) - max(one[2], other[2])
    return overlap >= SAME_LINE * min(one[4] - one[2], other[4] - other[2])


def _line(letters: Sequence[Letter]) -> Line:
    solid = [one for one in letters if not one[0].isspace()]
    return Line(
        text="".join(" " if one[0].isspace() else one[0] for one in letters).strip(),
        x0=min(one[1] for one in solid),
        y0=min(one[2] for one in solid),
        x1=max(one[3] for one in solid),
        y1=max(one[4] for one in solid),
    )


def _fold(text: str) -> str:
    """Return a text without spaces and hyphens, ligatures and accents in one form."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if not char.isspace() and char not in DROPPED)


def _find(wanted: str, pool: Iterable[int], letters: Sequence[Letter]) -> Iterator[list[int]]:
    """Give, for each place where the folded text stands, the indexes of its letters."""
    text, owners = "", []
    for at in pool:
        if (folded := _fold(letters[at][0])) and letters[at][0] != "\x00":
            text += folded
            owners += [at] * len(folded)
    composed = unicodedata.normalize("NFC", text)
    if composed != text or not wanted:
        return
    found = text.find(wanted)
    while found >= 0:
        yield owners[found : found + len(wanted)]
        found = text.find(wanted, found + 1)


def _inside(blocks: Iterable[Block], page: int, letters: Sequence[Letter]) -> list[int]:
    """Return the indexes of letters whose middle lies in a box of the blocks."""
    boxes = [box for block in blocks for box in block.boxes if box.page == page]
    inside = []
    for at, (_, x0, y0, x1, y1) in enumerate(letters):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        for box in boxes:
            across = box.x0 - SLACK_POINTS <= x <= box.x1 + SLACK_POINTS
            if across and box.y0 - SLACK_POINTS <= y <= box.y1 + SLACK_POINTS:
                inside.append(at)
                break
    return inside


def _boxes(letters: Sequence[Letter], page: int) -> tuple[Box, ...]:
    """Return one box per line of letters that follow each other in the text."""
    rows: list[list[Letter]] = []
    for letter in letters:
        if rows and _level(rows[-1][-1], letter) and letter[1] >= rows[-1][-1][1] - (letter[4] - letter[2]):
            rows[-1].append(letter)
        else:
            rows.append([letter])
    lines = [_line(row) for row in rows]
    return tuple(Box(page=page, x0=one.x0, y0=one.y0, x1=one.x1, y1=one.y1) for one in lines)
