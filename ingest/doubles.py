"""Text printed twice to look bold: one copy is kept, and said to be bold.

pdfium drops most second copies itself, without a trace in its text; the copies are then
drawing operations that own no word (`PageContent.silent`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ingest.words import Box, Style, Word

CELL_POINTS = 4.0
NEAR_EM = 0.12
"""Fake bold is printed again this near, in font sizes. The narrowest real repeat ("l" after "l") is 0.2."""
NEAR_SHARE = 0.1
"""A silent copy is as wide as what it doubles, within this share."""


def drop_doubles(words: Sequence[Word]) -> list[Word]:
    """Return the words without second prints of the same text at the same place; the first becomes bold.

    Two words near each other share one of two cells, laid half a cell apart.
    """
    cells: dict[tuple[str, int], list[Word]] = {}
    second: set[int] = set()
    first: set[int] = set()
    for word in words:
        text, x = word.text, word.x0 / CELL_POINTS
        even, odd = (text, 2 * math.floor(x)), (text, 2 * math.floor(x + 0.5) + 1)
        others = (*cells.get(even, ()), *cells.get(odd, ()))
        twin = next((other for other in others if _same_place(other, word)), None)
        if twin is None:
            cells.setdefault(even, []).append(word)
            cells.setdefault(odd, []).append(word)
        else:
            second.add(id(word))
            first.add(id(twin))
    if not second:
        return list(words)
    kept = [word for word in words if id(word) not in second]
    return _embolden(kept, {id(word) for word in kept} & first)


def mark_silent(words: Sequence[Word], silent: Sequence[Box]) -> list[Word]:
    """Return the words, bold where a drawing operation without words of its own lies over theirs."""
    extents: dict[int, tuple[float, float, float, float]] = {}
    for word in words:
        x0, x1, y, size = extents.get(word.owner, (word.x0, word.x1, word.y, word.style.size))
        extents[word.owner] = (min(x0, word.x0), max(x1, word.x1), y, size)
    doubled = {owner for owner, extent in extents.items() if any(_covers(box, extent) for box in silent)}
    return _embolden(words, {id(word) for word in words if word.owner in doubled and not word.angle})


def _covers(box: Box, extent: tuple[float, float, float, float]) -> bool:
    """Tell whether a box begins and ends where a row of words does, and holds its baseline."""
    x0, x1, y, size = extent
    near = NEAR_EM * size + 0.5
    wide = NEAR_SHARE * (x1 - x0) + near
    return abs(box[0] - x0) <= near + 0.1 * size and abs(box[2] - x1) <= wide and box[1] < y <= box[3] + near


def _embolden(words: Sequence[Word], chosen: set[int]) -> list[Word]:
    styles: dict[Style, Style] = {}
    return [
        replace(word, style=styles.setdefault(word.style, replace(word.style, bold=True)))
        if id(word) in chosen
        else word
        for word in words
    ]


def _same_place(first: Word, second: Word) -> bool:
    near = min(NEAR_EM * first.style.size, CELL_POINTS / 2)
    close = abs(first.x0 - second.x0) <= near and abs(first.y - second.y) <= near
    return close and first.angle == second.angle
