"""Two printed pages on one PDF page: found, and read one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.drafts import Draft
from ingest.pieces import Piece
from ingest.raw import Line, RawDocument, RawPage, Run, Shape

WIDE_SHARE = 1.2
"""A spread is at least this much wider than high (A4 side by side: 1.41)."""
EDGE_SHARE = 0.12
"""Page numbers stand in this part of the height at the top or bottom."""
CROSSING_POINTS = 5.0
CROSSING_SHARE = 0.2
"""On a spread no more than this share of the lines runs over the middle: titles and pictures."""
CLEAR_SHARE = 0.7
NUMBERED_SHARE = 0.3
"""So many wide pages must show two numbers that follow each other; covers and plates show none."""
SIZE_SHARE = 0.03

_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,]\d)")


@dataclass(frozen=True, slots=True)
class Halves:
    """A document whose spreads are cut.

    `origins` names for each page its PDF page and the points by which its lines were moved left.
    """

    raw: RawDocument
    origins: tuple[tuple[int, float], ...]

    @property
    def cut(self) -> bool:
        """Tell whether any page was cut."""
        return len(self.origins) != len({page for page, _ in self.origins})


def cut_spreads(raw: RawDocument) -> Halves:
    """Return a document with every spread as two pages, numbered anew from 1."""
    found = find_spreads(raw.pages)
    pages: list[RawPage] = []
    origins: list[tuple[int, float]] = []
    firsts: dict[int, int] = {}
    for page in raw.pages:
        firsts[page.index] = len(pages) + 1
        halves = _halves(page) if page.index in found else [(page, 0.0)]
        for half, shift in halves:
            pages.append(replace(half, index=len(pages) + 1))
            origins.append((page.index, shift))
    if not found:
        return Halves(raw, tuple((page.index, 0.0) for page in raw.pages))
    marks = tuple(replace(mark, page=firsts.get(mark.page or 0)) for mark in raw.bookmarks)
    return Halves(replace(raw, pages=tuple(pages), bookmarks=marks), tuple(origins))


def find_spreads(pages: Sequence[RawPage]) -> set[int]:
    """Return the numbers of the pages that hold two printed pages side by side.

    Either two page numbers that follow each other show it, or the wide pages' middles are
    clear and a page of half the width (a cover) or lines that stand in both halves do.
    """
    wide = [page for page in pages if page.width >= WIDE_SHARE * page.height and len(page.lines) > 1]
    if not wide:
        return set()
    clear = [page for page in wide if _crossing(page) <= CROSSING_SHARE * len(page.lines)]
    numbered = sum(_has_two_numbers(page) for page in wide)
    half_size = any(_is_half(page, wide[0]) for page in pages)
    doubled = sum(_has_doubles(page) for page in wide)
    open_middles = len(clear) >= CLEAR_SHARE * len(wide)
    shown = half_size or doubled >= max(2, len(wide) / 2)
    if numbered >= max(1, NUMBERED_SHARE * len(wide)) or (open_middles and shown):
        return {page.index for page in clear}
    return set()


def _crossing(page: RawPage) -> int:
    middle = page.width / 2
    return sum(
        line.x0 < middle - CROSSING_POINTS and line.x1 > middle + CROSSING_POINTS for line in page.lines
    )


def _has_two_numbers(page: RawPage) -> bool:
    edges = [
        line
        for line in page.lines
        if line.y1 < EDGE_SHARE * page.height or line.y0 > (1 - EDGE_SHARE) * page.height
    ]
    sides: tuple[set[int], set[int]] = (set(), set())
    for line in edges:
        sides[line.x0 >= page.width / 2].update(map(int, _NUMBER.findall(line.text)))
    return any(number + 1 in sides[1] for number in sides[0])


def _is_half(page: RawPage, wide: RawPage) -> bool:
    same_height = abs(page.height - wide.height) <= SIZE_SHARE * wide.height
    return same_height and abs(2 * page.width - wide.width) <= SIZE_SHARE * wide.width


def _has_doubles(page: RawPage) -> bool:
    """Tell whether a line of the page's edge stands in both halves at one height."""
    middle = page.width / 2
    edges = [
        line
        for line in page.lines
        if line.y1 < EDGE_SHARE * page.height or line.y0 > (1 - EDGE_SHARE) * page.height
    ]
    left = {(re.sub(r"[\W\d]+", "", line.text), round(line.y0 / 4)) for line in edges if line.x1 <= middle}
    right = {(re.sub(r"[\W\d]+", "", line.text), round(line.y0 / 4)) for line in edges if line.x0 >= middle}
    return any(len(text) >= 4 for text, _ in left & right)


def _halves(page: RawPage) -> list[tuple[RawPage, float]]:
    middle = page.width / 2
    left = [line for line in page.lines if line.x0 < middle - CROSSING_POINTS]
    right = [_moved_line(line, middle) for line in page.lines if line.x0 >= middle - CROSSING_POINTS]
    shapes, pictures, panels = (_halved(own, middle) for own in (page.shapes, page.pictures, page.panels))
    one, other = (
        replace(page, width=middle, lines=tuple(lines), shapes=drawn[0], pictures=drawn[1], panels=drawn[2])
        for lines, *drawn in zip((left, right), shapes, pictures, panels, strict=True)
    )
    return [(one, 0.0), (other, middle)]


def _halved(shapes: Sequence[Shape], middle: float) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Return what is drawn on the left half, and on the right one moved to its own left edge."""
    left = tuple(shape for shape in shapes if shape.x1 <= middle + CROSSING_POINTS)
    right = (_moved_shape(shape, middle) for shape in shapes if shape.x0 >= middle - CROSSING_POINTS)
    return left, tuple(right)


def _moved_line(line: Line, shift: float) -> Line:
    runs = tuple(_moved_run(run, shift) for run in line.runs)
    return replace(line, x0=line.x0 - shift, x1=line.x1 - shift, runs=runs)


def _moved_run(run: Run, shift: float) -> Run:
    return replace(run, x0=run.x0 - shift, x1=run.x1 - shift)


def _moved_shape(shape: Shape, shift: float) -> Shape:
    return replace(shape, x0=shape.x0 - shift, x1=shape.x1 - shift)


def restore_pages(drafts: Sequence[Draft], halves: Halves) -> None:
    """Put the lines of blocks back on the PDF pages from which they were cut."""
    for draft in drafts:
        draft.pieces = [_restored(piece, halves) for piece in draft.pieces]
        draft.cells = [[[_restored(piece, halves) for piece in cell] for cell in row] for row in draft.cells]


def _restored(piece: Piece, halves: Halves) -> Piece:
    page, shift = halves.origins[piece.page - 1]
    return replace(piece, page=page, x0=piece.x0 + shift, x1=piece.x1 + shift)


def restore_labels(labels: Mapping[int, str], halves: Halves) -> dict[int, str]:
    """Return labels by PDF page; a spread's is that of both halves ("8-9")."""
    found: dict[int, list[str]] = {}
    for index, (page, _) in enumerate(halves.origins, 1):
        if index in labels:
            found.setdefault(page, []).append(labels[index])
    return {page: "-".join(dict.fromkeys(own)) for page, own in found.items()}
