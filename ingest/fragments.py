"""Words -> rows of words that make one line: joined along the baseline, split at column gaps.

A gap of 0.3 font sizes can part two columns, and one of 1.3 two justified words, so a gap is
judged by what stands around it: the drawing operation, rules between, and the rows above and below.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.raw import Shape
from ingest.words import Word

LOOSE_GAP_EM = 0.45
"""A gap up to this is a space; over it the rows around are asked. Half of the gaps of justified lines
in s3_lt_lithuania (Word) are wider, the narrowest gap of two table cells seen is 0.56 (LibreOffice)."""
WORD_GAP_EM = 0.9
"""Words drawn one after the other part over a narrower gap only where a table is certain; words drawn
apart always part over a wider one. 99 % of justified gaps in 14 files are under 1.06."""
CELL_GAP_EM = 0.3
"""A rule or the edge of a filled box parts words whose gap is at least this wide."""
COLUMN_GAP_EM = 2.0
"""A gap this wide always parts, save after a list marker or a heading's number."""
MARKER_GAP_EM = 6.0
SAME_BASELINE_EM = 0.2
RAISED_EM = 0.6
RAISED_SIZE = 0.85
OVERLAP_EM = 0.3
DROP_CAP = 1.8
ALIGNED_POINTS = 0.6
FAR_ROWS_EM = 12.0
TABLE_ROWS = 2
"""Two more fragments that start within 0.6 points of one, at most 12 font sizes away, are cells under it."""
STRIP_EM = 0.4
"""The part of a gap that must be free in other rows, at its left or its right end."""
MIN_NUMBERED = 8
NEAR_ROWS = 6
NEAR_ROWS_EM = 2.6
"""Rows above and below within this distance are asked whether they too have a gap here."""

_MARKER = re.compile(
    r"[•·▪■□●○◦◆❖❑◻‣–—*➢➔→►▶✓✔✗☑\-\uf000-\uf0ff]|o|§+"
    r"|§*\(?(\d{1,3}(\.\d{1,3}){0,4}|[A-ZÆØÅ](\.\d{1,3}){1,4})[.):]?"
    r"|\(?([A-Za-zÆØÅæøå]|[a-zæøå]{2}|[ivx]{1,5}|[IVX]{1,5})[.):]"
)
_NOTE_MARK = re.compile(r"[\d,;*†‡§a-z()\[\]]{1,6}")


class Edges:
    """Upright rules and the sides of boxes, which part words."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        edges: list[tuple[float, float, float]] = []
        for shape in shapes:
            if shape.y1 - shape.y0 < 5:
                continue
            edges.append((shape.x0, shape.y0, shape.y1))
            if shape.x1 - shape.x0 > 2.5:
                edges.append((shape.x1, shape.y0, shape.y1))
        self._edges = sorted(set(edges))
        self._xs = [edge[0] for edge in self._edges]

    def between(self, left: float, right: float, y: float) -> bool:
        """Tell whether an edge stands between two x at height `y` (points)."""
        at = bisect_left(self._xs, left - 0.5)
        while at < len(self._xs) and self._xs[at] <= right + 0.5:
            if self._edges[at][1] <= y <= self._edges[at][2]:
                return True
            at += 1
        return False


class Fragment:
    """Words drawn one after the other on one baseline; `order` is the first one's place in that order."""

    __slots__ = ("order", "size", "until", "words", "x0", "x1", "y")

    def __init__(self, order: int, word: Word) -> None:
        self.order = self.until = order
        self.words = [word]
        self.x0, self.x1, self.y, self.size = word.x0, word.x1, word.y, word.style.size

    def add(self, order: int, word: Word) -> None:
        """Append a word; a larger one, or the text after a drop cap, gives the baseline."""
        size = word.style.size
        if size != self.size and self._gives_way(size, word.text):
            self.y, self.size = word.y, size
        self.words.append(word)
        self.until = order
        if word.x1 > self.x1:
            self.x1 = word.x1

    def _gives_way(self, size: float, text: str) -> bool:
        if self.size < RAISED_SIZE * size:
            return size < DROP_CAP * self.size or len(self.words) == 1
        return self.size > DROP_CAP * size and len(self.words) == 1 and len(self.words[0].text) <= len(text)

    @property
    def text(self) -> str:
        """The characters without spaces."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Around:
    """The rows above and below one, the nearest first, each left to right."""

    above: Sequence[Sequence[Fragment]]
    below: Sequence[Sequence[Fragment]]


def gather(words: Sequence[tuple[int, Word]], edges: Edges) -> Iterator[tuple[int, list[Word]]]:
    """Yield the words of each line, left to right, with the place of its first word in the drawing order."""
    rows = _attach_marks(_rows(_fragments(words, edges)))
    for row in rows:
        row.sort(key=lambda fragment: fragment.x0)
    rows = [part for row in _part_numbers(rows) for part in row]
    for at, row in enumerate(rows):
        around = Around(rows[max(at - NEAR_ROWS, 0) : at][::-1], rows[at + 1 : at + 1 + NEAR_ROWS])
        for group in _groups(row, around, edges):
            line = [word for fragment in group for word in fragment.words]
            if len(group) > 1:
                line.sort(key=lambda word: word.x0)
            yield min(fragment.order for fragment in group), line


def _fragments(words: Sequence[tuple[int, Word]], edges: Edges) -> list[Fragment]:
    fragments: list[Fragment] = []
    current: Fragment | None = None
    last: Word | None = None
    for order, word in words:
        if current is not None and last is not None and _continues(current, last, word, edges):
            current.add(order, word)
        else:
            current = Fragment(order, word)
            fragments.append(current)
        last = word
    return fragments


def _continues(fragment: Fragment, last: Word, word: Word, edges: Edges) -> bool:
    small, large = word.style.size, fragment.size
    if small > large:
        small, large = large, small
    gap = word.x0 - last.x1
    off = abs(word.y - fragment.y)
    if gap < -OVERLAP_EM * large:
        return False
    if off > SAME_BASELINE_EM * large:
        return off < RAISED_EM * large and small < RAISED_SIZE * large and gap < 0.5 * large
    if word.owner == last.owner:
        return gap < COLUMN_GAP_EM * large
    if gap >= LOOSE_GAP_EM * large:
        return False
    return gap < CELL_GAP_EM * large or not edges.between(last.x1, word.x0, word.y - 0.3 * small)


def _rows(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Group fragments of one baseline, top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda fragment: (fragment.y, fragment.x0)):
        row = rows[-1] if rows else None
        if row is not None and abs(fragment.y - row[0].y) <= SAME_BASELINE_EM * min(
            fragment.size, row[0].size
        ):
            row.append(fragment)
        else:
            rows.append([fragment])
    return rows


def _attach_marks(rows: list[list[Fragment]]) -> list[list[Fragment]]:
    """Move small raised fragments that were drawn apart to the row of the word they mark."""
    for at, row in enumerate(rows):
        for mark in list(row):
            if len(mark.words) == 1 and _NOTE_MARK.fullmatch(mark.words[0].text):
                home = _home(mark, rows[at + 1 : at + 4])
                if home is not None:
                    row.remove(mark)
                    home.append(mark)
    return [row for row in rows if row]


def _home(mark: Fragment, below: Sequence[list[Fragment]]) -> list[Fragment] | None:
    for row in below:
        for fragment in row:
            size = fragment.size
            near = fragment.x0 - 0.5 * size <= mark.x0 <= fragment.x1 + 0.4 * size
            if near and mark.size < RAISED_SIZE * size and 0 < fragment.y - mark.y < RAISED_EM * size:
                return row
    return None


def _part_numbers(rows: Sequence[list[Fragment]]) -> list[list[list[Fragment]]]:
    """Set the numbers of lines in the margin apart: one row becomes two where they are.

    Numbers are line numbers when they count rows in steps of one, and the text beside them goes on in
    the middle of sentences, which the entries of a list or a table of contents do not.
    """
    heads = [
        (row, int(row[0].text)) for row in rows if row[0].text.isdigit() and len(row[0].text) <= 4 and row[1:]
    ]
    counted = sum(second == first + 1 for (_, first), (_, second) in pairwise(heads))
    small = sum(row[1].text[:1].islower() for row, _ in heads)
    if len(heads) < MIN_NUMBERED or counted < 0.8 * (len(heads) - 1) or small < 0.25 * len(heads):
        return [[row] for row in rows]
    edge = max(row[0].x1 for row, _ in heads)
    return [
        [row[:1], row[1:]] if row[0].text.isdigit() and row[0].x1 <= edge and row[1:] else [row]
        for row in rows
    ]


def _groups(row: Sequence[Fragment], around: Around, edges: Edges) -> Iterator[list[Fragment]]:
    """Split a row's fragments (left to right) at column gaps."""
    group: list[Fragment] = []
    for fragment in row:
        if group and _parts(group, fragment, around, edges):
            yield group
            group = []
        group.append(fragment)
    if group:
        yield group


def _parts(group: Sequence[Fragment], right: Fragment, around: Around, edges: Edges) -> bool:
    """Tell whether the gap before a fragment parts columns or cells."""
    left = max(group, key=lambda fragment: fragment.x1)
    size = max(left.size, right.size)
    gap = right.x0 - left.x1
    if gap < -OVERLAP_EM * size:
        return not _marks(left, right)
    if gap >= CELL_GAP_EM * size and edges.between(left.x1, right.x0, right.y - 0.3 * right.size):
        return True
    if gap < LOOSE_GAP_EM * size:
        return False
    if len(group) == 1 and gap < MARKER_GAP_EM * size and _is_marker(left):
        return False
    if gap >= COLUMN_GAP_EM * size:
        return True
    if any(fragment.until + 1 == right.order for fragment in group):
        table = _is_aligned(right, around, TABLE_ROWS) and _is_table_gutter(right, around)
        return table or (gap >= WORD_GAP_EM * size and _is_gutter(left, right, around))
    return gap >= WORD_GAP_EM * size or _is_aligned(right, around, 1) or _is_gutter(left, right, around)


def _marks(left: Fragment, right: Fragment) -> bool:
    """Tell whether one of two fragments is a mark that sits in a hole of the other."""
    small, large = sorted((left, right), key=lambda fragment: fragment.size)
    return len(small.words) == 1 and small.size < RAISED_SIZE * large.size


def _is_marker(fragment: Fragment) -> bool:
    return len(fragment.words) <= 3 and _MARKER.fullmatch(fragment.text) is not None


def _is_aligned(right: Fragment, around: Around, count: int) -> bool:
    """Tell whether so many other fragments nearby start at the same place."""
    starts = (
        fragment
        for row in (*around.above, *around.below)
        for fragment in row
        if abs(fragment.x0 - right.x0) < ALIGNED_POINTS
        and abs(fragment.y - right.y) < FAR_ROWS_EM * right.size
    )
    return sum(1 for _ in starts) >= count


def _is_table_gutter(right: Fragment, around: Around) -> bool:
    """Tell whether at least two rows, next to this one and each other, have text on both sides of the gap."""
    strip = (right.x0 - STRIP_EM * right.size, right.x0 - 0.1)
    both = 0
    for rows in (around.above, around.below):
        for row in rows:
            if _crosses(row, strip):
                break
            both += _flanks(row, strip)
    return both >= TABLE_ROWS


def _is_gutter(left: Fragment, right: Fragment, around: Around) -> bool:
    """Tell whether the nearest rows all leave the gap free, and at least one has text on both sides."""
    size = max(left.size, right.size)
    rows = [row for row in (*around.above, *around.below) if abs(row[0].y - right.y) < NEAR_ROWS_EM * size]
    wide = STRIP_EM * size
    strips = ((right.x0 - wide, right.x0 - 0.1), (left.x1 + 0.1, left.x1 + wide))
    return any(
        not any(_crosses(row, strip) for row in rows) and any(_flanks(row, strip) for row in rows)
        for strip in strips
    )


def _crosses(row: Sequence[Fragment], strip: tuple[float, float]) -> bool:
    return any(fragment.x0 < strip[1] and fragment.x1 > strip[0] for fragment in row)


def _flanks(row: Sequence[Fragment], strip: tuple[float, float]) -> bool:
    return row[0].x1 <= strip[0] and row[-1].x0 >= strip[1]
