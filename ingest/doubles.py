"""Text printed twice to look bold: one copy is kept, and said to be bold.

pdfium drops most second copies itself, without a trace in its text; the copies are then
drawing operations that own no word (`PageContent.silent`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.words import Box, Style, Word

MAX_NEAR_POINTS = 2.0
WINDOW = 30
"""Words of one text compared with each other; more than 30 of one height and text are rows of signs."""
NEAR_EM = 0.12
"""Fake bold is printed again this near, in font sizes. The narrowest real repeat ("l" after "l") is 0.2."""
NEAR_SHARE = 0.1
"""A silent copy is as wide as what it doubles, within this share."""


def drop_doubles(words: Sequence[Word]) -> list[Word]:
    """Return the words without second prints of the same text at the same place; the first becomes bold."""
    counts = Counter(word.text for word in words)
    order = sorted((word.text, word.y, at) for at, word in enumerate(words) if counts[word.text] > 1)
    second: set[int] = set()
    first: set[int] = set()
    for place, (text, y, at) in enumerate(order):
        if order[place - 1][0] != text or y - order[place - 1][1] > MAX_NEAR_POINTS:
            continue
        for other_text, other_y, other in reversed(order[max(place - WINDOW, 0) : place]):
            if other_text != text or y - other_y > MAX_NEAR_POINTS:
                break
            if other not in second and _same_place(words[other], words[at]):
                first.add(min(at, other))
                second.add(max(at, other))
    if not second:
        return list(words)
    kept = [word for at, word in enumerate(words) if at not in second]
    return _embolden(kept, {id(words[at]) for at in first - second})


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
    near = min(NEAR_EM * first.style.size, MAX_NEAR_POINTS)
    close = abs(first.x0 - second.x0) <= near and abs(first.y - second.y) <= near
    return close and first.angle == second.angle
