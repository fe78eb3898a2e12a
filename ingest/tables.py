"""Tables drawn with rules or filled cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.cells import Cells, cut_at_edges, fill_row, find_edges, holds_prose, is_one_row, split_rows
from ingest.pieces import Piece, all_bold, rows_of
from ingest.rules import Area, Drawing, Rule, merge_rules

SAME_END_POINTS = 4.5
"""Rules of one table end within so many points of each other."""
TALLEST_BAND = 260.0
"""Two rules further apart (points) do not hold one row."""
PADDING_EM = 1.1
"""Text further below a rule than this many line heights is not in a cell below it."""
LARGER_POINTS = 1.2
"""A line this much larger than the table around it is a heading between two tables."""
WIDE_SHARE = 0.65
"""Two lines of so much of a table's width run across all its columns."""
TIGHT_EM = 0.75
"""Lines above the first rule belong to the table while they follow each other this closely."""

ONE_ROW_SHARE = 0.6
"""So many of the bands between rules are one row each where a rule stands under every row."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells of pieces; `edges` are the inner borders of the columns, x in points."""

    area: Area
    rows: tuple[Cells, ...]
    edges: tuple[float, ...]
    header_rows: int = 0

    @property
    def pieces(self) -> list[Piece]:
        """All lines of the table, row by row."""
        return [piece for row in self.rows for cell in row for piece in cell]


def find_tables(pieces: Sequence[Piece], drawing: Drawing) -> list[Table]:
    """Return the ruled tables of a page, from the top."""
    levels = _levels(drawing)
    tables: list[Table] = []
    taken: set[int] = set()
    for stack in _stacks(levels):
        free = [piece for piece in pieces if piece.index not in taken]
        for part in _cut_stack(stack, free, drawing):
            table = _read_table(part, free, drawing)
            if table is not None:
                tables.append(table)
                taken |= {piece.index for piece in table.pieces}
                free = [piece for piece in free if piece.index not in taken]
    return sorted(tables, key=lambda table: table.area.y0)


def _levels(drawing: Drawing) -> list[Rule]:
    """Return horizontal rules and the top and bottom edges of filled areas, from the top."""
    edges = [Rule(y, area.x0, area.x1) for area in drawing.fills for y in (area.y0, area.y1)]
    return merge_rules([*drawing.across, *edges])


def _stacks(levels: Sequence[Rule]) -> list[list[Rule]]:
    """Group rules that lie below one another and end alike."""
    stacks: list[list[Rule]] = []
    for rule in levels:
        if rule.length < 40:
            continue
        for stack in reversed(stacks):
            last = stack[-1]
            if (
                abs(last.a - rule.a) <= SAME_END_POINTS
                and abs(last.b - rule.b) <= SAME_END_POINTS
                and rule.at - last.at <= TALLEST_BAND
            ):
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return stacks


def _inside(pieces: Sequence[Piece], top: float, end: float, x0: float, x1: float) -> list[Piece]:
    return [p for p in pieces if top - 2 <= p.middle <= end + 2 and p.x0 >= x0 - 6 and p.x1 <= x1 + 6]


def _cut_stack(stack: list[Rule], pieces: Sequence[Piece], drawing: Drawing) -> list[list[Rule]]:
    """Cut a stack where what stands between two rules is no row: headings, paragraphs, space."""
    parts = [[stack[0]]]
    x0, x1 = min(rule.a for rule in stack), max(rule.b for rule in stack)
    near = [p for p in pieces if stack[0].at <= p.middle <= stack[-1].at and p.x1 > x0 and p.x0 < x1]
    size = median(piece.style.size for piece in near) if near else 0.0
    cells = any(len(row) > 1 for row in rows_of(near))
    for above, below in itertools.pairwise(stack):
        band = [p for p in near if above.at < p.middle < below.at]
        wide = any(p.x0 < x0 - 6 or p.x1 > x1 + 6 for p in band)
        large = bool(band) and median(piece.style.size for piece in band) > size + LARGER_POINTS
        other = wide or large or not _is_row(band, above.at, below.at)
        if below.at - above.at > 3 and (other or (cells and _is_prose(band, above, below, drawing))):
            parts.append([below])
        else:
            parts[-1].append(below)
    return parts


def _is_prose(band: Sequence[Piece], above: Rule, below: Rule, drawing: Drawing) -> bool:
    """Tell whether lines as wide as the table stand where no border or colour joins the rules: between two tables."""
    long = sum(len(row) == 1 and row[0].x1 - row[0].x0 >= WIDE_SHARE * above.length for row in rows_of(band))
    if long < 2:
        return False
    middle = (above.at + below.at) / 2
    return not any(
        above.a - SAME_END_POINTS <= rule.at <= above.b + SAME_END_POINTS and rule.a < middle < rule.b
        for rule in drawing.down
    ) and not any(
        area.y0 < middle < area.y1 and area.x0 < above.b and area.x1 > above.a for area in drawing.fills
    )


def _is_row(band: Sequence[Piece], top: float, end: float) -> bool:
    """Tell whether pieces between two rules fill the space between them as a row does."""
    if not band:
        return end - top < 40
    height = median(piece.height for piece in band)
    above = min(piece.y0 for piece in band) - top
    below = end - max(piece.y1 for piece in band)
    return above <= PADDING_EM * height + max(below, 0) and below <= 2.5 * height + max(above, 0)


def _read_table(stack: list[Rule], pieces: Sequence[Piece], drawing: Drawing) -> Table | None:
    x0, x1 = min(rule.a for rule in stack), max(rule.b for rule in stack)
    inside = _inside(pieces, stack[0].at, stack[-1].at, x0, x1)
    edges = _column_edges(stack, inside, drawing, x0, x1)
    above = _rows_above(stack[0].at, pieces, inside, edges, x0, x1)
    # Over a frame whose words are a board's stands running text, or one row of heads.
    if not inside and len(rows_of(above)) != 1:
        return None
    if above:
        edges = _column_edges(stack, [*above, *inside], drawing, x0, x1)
    if not edges:
        return _one_column(stack, inside, drawing)
    gridded = bool(_drawn_edges(stack, drawing, x0, x1))
    if len(stack) == 2 and not gridded and holds_prose(inside, edges):
        return None
    rows = _all_rows(stack, inside, above, edges, gridded)
    if not _is_table(rows, stack, drawing):
        return None
    found = [p for row in rows for cell in row for p in cell]
    area = Area(
        x0, min(stack[0].at, min(p.y0 for p in found)), x1, max(stack[-1].at, max(p.y1 for p in found))
    )
    return Table(area, tuple(rows), tuple(edges), _header_rows(rows))


def _column_edges(
    stack: list[Rule], inside: Sequence[Piece], drawing: Drawing, x0: float, x1: float
) -> list[float]:
    """Return the borders of columns: vertical rules if there are any, white space otherwise."""
    return _drawn_edges(stack, drawing, x0, x1) or find_edges(inside, x0, x1)


def _drawn_edges(stack: list[Rule], drawing: Drawing, x0: float, x1: float) -> list[float]:
    top, end = stack[0].at, stack[-1].at
    drawn = sorted({
        round(rule.at)
        for rule in drawing.down
        if x0 + 8 < rule.at < x1 - 8 and min(rule.b, end + 3) - max(rule.a, top - 3) > 0.4 * (end - top)
    })  # fmt: skip
    return [float(x) for place, x in enumerate(drawn) if place == 0 or x - drawn[place - 1] > 6]


def _rows_above(
    top: float, pieces: Sequence[Piece], inside: Sequence[Piece], edges: Sequence[float], x0: float, x1: float
) -> list[Piece]:
    """Return the header that stands above the first rule, if there is one."""
    over = [p for p in pieces if p.y1 <= top + 2 and p.x0 >= x0 - 6 and p.x1 <= x1 + 6 and p.y1 > top - 80]
    prose = max((p.y1 for p in over if p.x1 - p.x0 >= WIDE_SHARE * (x1 - x0)), default=0.0)
    over = [p for p in over if p.y0 >= prose]
    found: list[Piece] = []
    floor = top
    for row in reversed(rows_of(cut_at_edges(over, edges))):
        height = median(piece.height for piece in row)
        limit = (PADDING_EM if floor == top else TIGHT_EM) * height
        wide = any(piece.x0 < edge - 8 and piece.x1 > edge + 8 for piece in row for edge in edges)
        size = inside[0].style.size if inside else row[0].style.size
        if floor - max(p.y1 for p in row) > limit or wide or abs(row[0].style.size - size) > 1.2:
            break
        found += row
        floor = min(p.y0 for p in row)
    columns = find_edges(found, x0, x1) if found else []
    return found if len(columns) >= (1 if edges else 2) else []


def _all_rows(
    stack: list[Rule], inside: Sequence[Piece], above: list[Piece], edges: list[float], gridded: bool
) -> list[Cells]:
    cut = cut_at_edges(inside, edges)
    bands = [
        [p for p in cut if a.at - 2 < p.middle <= b.at + 2] for a, b in itertools.pairwise(stack)
    ]  # fmt: skip
    bands = [band for band in bands if band]
    trusted = gridded or (len(bands) >= 3 and _are_rows(bands, edges))
    rows = [fill_row(cut_at_edges(above, edges), edges)] if above else []
    for band in bands:
        parts = [band] if trusted else split_rows(band, edges)
        rows += [fill_row(part, edges) for part in parts]
    return [row for row in rows if any(row)]


def _are_rows(bands: Sequence[Sequence[Piece]], edges: Sequence[float]) -> bool:
    """Tell whether a rule stands under every row: bands of a few lines, or most of them one row each."""
    if median(len(rows_of(band)) for band in bands) <= 3:
        return True
    return sum(is_one_row(band, edges) for band in bands) >= ONE_ROW_SHARE * len(bands)


def _is_table(rows: Sequence[Cells], stack: Sequence[Rule], drawing: Drawing) -> bool:
    """Tell whether rows hold cells, and not columns of running text or boxes one below another."""
    if not rows:
        return False
    filled = [sum(bool(cell) for cell in row) for row in rows]
    if len(rows) == 1:
        own = {round(a.x0) for a in drawing.fills if stack[0].at - 4 <= a.y0 and a.y1 <= stack[-1].at + 4}
        return filled[0] >= 3 or (filled[0] == 2 and len(own) >= 2)
    cells = [cell for row in rows for cell in row if cell]
    if 2 * sum(len(cell) > 9 for cell in cells) > len(cells):
        return False
    return 2 * sum(count >= 2 for count in filled) >= len(rows)


def _one_column(stack: list[Rule], inside: Sequence[Piece], drawing: Drawing) -> Table | None:
    """Return a list set as a table of one column: four rules or more with a line between each."""
    real = [rule for rule in stack if any(abs(r.at - rule.at) < 3 for r in drawing.across)]
    if len(real) < 4:
        return None
    rows = [[p for p in inside if a.at - 2 < p.middle <= b.at + 2] for a, b in itertools.pairwise(stack)]
    rows = [row for row in rows if row]
    if len(rows) < 4 or sum(len(rows_of(row)) == 1 for row in rows) < 0.8 * len(rows):
        return None
    area = Area(stack[0].a, stack[0].at, stack[0].b, stack[-1].at)
    cells = [[sorted(row, key=lambda p: (p.middle, p.x0))] for row in rows]
    return Table(area, tuple(cells), (), _header_rows(cells))


def _header_rows(rows: Sequence[Cells]) -> int:
    """Return 1 if the first row is bold or coloured where the second is not."""
    if len(rows) < 2:
        return 0
    first = [piece for cell in rows[0] for piece in cell]
    rest = [piece for row in rows[1:] for cell in row[1:] or row for piece in cell]
    if first and all(all_bold(piece) for piece in first):
        return int(not rest or not all(all_bold(piece) for piece in rest))
    return int(bool(first) and bool(rest) and all(p.style.color != rest[0].style.color for p in first))
