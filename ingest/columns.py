"""Reading order: pieces of a page -> columns, each from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pieces import Piece, all_bold, glue, rows_of

CROSSING_POINTS = 3.0
"""A piece may reach this far over a gutter without crossing it (accents, italics)."""
LEAST_ROWS = 3.0
"""Both sides of a gutter hold text side by side over at least so many line heights."""
MOST_PIECES = 3_000
"""Pages with more pieces (maps, hostile files) are read in rows."""
FAMILIAR_ROWS = 0.6
"""… or this, where other pages have the same gutter: the last lines of a chapter."""
COLUMN_LINES = 3
"""So many lines that start at one place are a column of their own."""
FILL_SHARE = 0.4
"""Lines of a text column fill at least this share of its width; labels of pictures do not."""
SAME_POINTS = 6.0
"""Gutters of different pages this close are one."""
FLUSH_POINTS = 2.5
JUSTIFIED_SHARE = 0.55
"""Lines end within so many points of one edge on this share of the lines of justified pages:
0.70-0.85 where seen; ragged pages have 0.05-0.15."""
GLUE_EM = 6.0
"""Pieces of one row and column closer than this are one line (wide justified spaces)."""
TITLE_SHARE = 1.15
NARROWEST_POINTS = 20.0
"""No column is narrower than this: a bullet or number is none."""
MOST_CANDIDATES = 16
LAST_GAPS = (0.7, 1.0)
"""In line heights: the last line of a paragraph stands so close to the line above, so far from what follows."""
LARGER_SHARE = 1.08
"""A line this much larger than the body heads what follows."""
CLEAR_EM = 0.3
"""Nothing stands so closely (in heights of the heading) above a heading over two columns, in the other column either."""
STOPS = (".", "!", "?", ":", ";")
DEEPEST = 6

Row = list[Piece]


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of one column between two full-width lines, from the top; edges in points."""

    pieces: tuple[Piece, ...]
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Grid:
    """What a document's pages have in common.

    The body's size in points, gutters (x) that several pages have, and whether its lines are set
    to both edges.
    """

    size: float = 10.0
    gutters: tuple[float, ...] = ()
    justified: bool = False


def find_grid(pages: Iterable[Sequence[Piece]], size: float) -> Grid:
    """Return what pages have in common; `size` is that of the body in points."""
    counts: Counter[int] = Counter()
    flush, lines = 0, 0.0
    for pieces in pages:
        if len(pieces) <= MOST_PIECES:
            gutter = _find_gutter(rows_of(pieces), ())
            if gutter is not None:
                counts[round(gutter / SAME_POINTS)] += 1
        ends = Counter(round(p.x1 / FLUSH_POINTS) for p in pieces if abs(p.style.size - size) < 0.3)
        top = ends.most_common(1)[0][0] if ends else 0
        flush += ends[top - 1] + ends[top] + ends[top + 1]
        lines += ends.total() / (2 if counts else 1)
    places = [place for place, count in counts.items() if count + counts[place - 1] + counts[place + 1] >= 2]
    return Grid(size, tuple(sorted(SAME_POINTS * place for place in places)), flush > JUSTIFIED_SHARE * lines)


def read_columns(pieces: Sequence[Piece], grid: Grid) -> list[Column]:
    """Return the columns of a page in reading order."""
    if not pieces:
        return []
    rows = rows_of(pieces)
    if len(pieces) > MOST_PIECES:
        return [_column(rows)]
    return _order(rows, grid, 0)


def _order(rows: list[Row], grid: Grid, depth: int) -> list[Column]:
    gutter = _find_gutter(rows, grid.gutters) if depth < DEEPEST else None
    if gutter is None:
        return [_column(rows)]
    columns: list[Column] = []
    bands = _bands(rows, gutter, grid.size)
    for place, (band, split) in enumerate(bands):
        if not split:
            columns += _order(band, grid, depth + 1) if len(bands) > 1 else [_column(band)]
            continue
        left, right = _sides(band, gutter)
        late = _late_heading(left, right, grid.size) if place + 1 < len(bands) else []
        if late:
            left = left[: -len(late)]
        columns += _order(left, grid, depth + 1) + _order(right, grid, depth + 1)
        columns += [_column(late)] if late else []
    return columns


def _late_heading(left: list[Row], right: list[Row], size: float) -> list[Row]:
    """Return the last rows of a left column that head the full-width text below both columns.

    Not where the last of them goes on in the right column.
    """
    floor = right[-1][-1].y1 - 1
    last = left[-1][-1]
    if not (_heads(last, size) or last.text.endswith(STOPS)) and right[0][0].text[:1].islower():
        return []
    for place, row in enumerate(left):
        if place and row[0].y0 >= floor and _heads(row[0], size):
            return left[place:]
    return []


def _heads(piece: Piece, size: float) -> bool:
    return all_bold(piece) or piece.style.size > LARGER_SHARE * size


def _sides(band: Sequence[Row], gutter: float) -> tuple[list[Row], list[Row]]:
    """Return what stands left and right of a gutter, as rows of their own."""
    left = [piece for row in band for piece in row if piece.x1 <= gutter + CROSSING_POINTS]
    right = [piece for row in band for piece in row if piece.x1 > gutter + CROSSING_POINTS]
    return rows_of(left), rows_of(right)


def _bands(rows: Sequence[Row], gutter: float, size: float) -> list[tuple[list[Row], bool]]:
    """Cut a page at the rows that cross a gutter; True marks the bands with text on both sides.

    Rows on one side only, between rows that cross, belong to the full-width text.
    """
    runs: list[tuple[list[Row], bool]] = []
    for place, row in enumerate(rows):
        crossing = any(_crosses(piece, gutter) for piece in row) or _heads_columns(rows, place, gutter, size)
        if runs and (runs[-1][1] == crossing or (runs[-1][1] and _ends_title(runs[-1][0][-1], row, size))):
            runs[-1][0].append(row)
        else:
            runs.append(([row], crossing))
    _keep_last_lines(runs)
    bands: list[tuple[list[Row], bool]] = []
    for run, crossing in runs:
        split = not crossing and all(_sides(run, gutter))
        if bands and not split and not bands[-1][1]:
            bands[-1][0].extend(run)
        else:
            bands.append((run, split))
    return bands


def _heads_columns(rows: Sequence[Row], place: int, gutter: float, size: float) -> bool:
    """Tell whether a short row is a heading over both columns: both are empty beside it and begin anew level below."""
    row, below = rows[place], rows[place + 1] if place + 1 < len(rows) else []
    large = len(row) == 1 and row[0].style.size > TITLE_SHARE * size and row[0].x1 <= gutter
    if not large or len(below) < 2 or below[0].x0 > gutter or below[-1].x1 <= gutter + CROSSING_POINTS:
        return False
    heading, right = row[0], next(piece for piece in below if piece.x1 > gutter + CROSSING_POINTS)
    if right.x0 < gutter - CROSSING_POINTS or max(below[0].style.size, right.style.size) > TITLE_SHARE * size:
        return False
    above = max(
        (p.y1 for other in rows[:place] for p in other if p.x1 > gutter + CROSSING_POINTS), default=0.0
    )
    return heading.y0 - above >= CLEAR_EM * heading.height


def _keep_last_lines(runs: Sequence[tuple[list[Row], bool]]) -> None:
    """Give short last lines of full-width paragraphs, which cross no gutter, back to what stands above."""
    for (above, _), (run, crossing) in pairwise(runs):
        if crossing or len(run) < 2 or len(run[0]) > 1:
            continue
        before, line, after = above[-1][-1], run[0][0], min(piece.y0 for piece in run[1])
        alike = before.holds is None and line.holds is None and before.style.size == line.style.size
        straight = line.y0 - before.y1 <= LAST_GAPS[0] * line.height
        if alike and straight and after - line.y1 >= LAST_GAPS[1] * line.height:
            above.append(run.pop(0))


def _ends_title(above: Row, row: Row, size: float) -> bool:
    """Tell whether a short row is the last line of a title that crosses the columns."""
    one, other = above[-1], row[0]
    large = (
        len(row) == 1
        and other.style.size > TITLE_SHARE * size
        and abs(one.style.size - other.style.size) < 0.3
    )
    return large and other.y0 - one.y1 < 0.6 * other.height


def _crosses(piece: Piece, gutter: float) -> bool:
    return piece.x0 < gutter - CROSSING_POINTS and piece.x1 > gutter + CROSSING_POINTS


def _find_gutter(rows: Sequence[Row], known: Sequence[float]) -> float | None:
    """Return the x just left of the best right-hand column, None if there is one column only.

    A gutter that other pages have needs one line on each side, another one several.
    """
    pieces = [piece for row in rows for piece in row]
    if len(pieces) < 2:
        return None
    best, found = 0.0, None
    height = sorted(piece.height for piece in pieces)[len(pieces) // 2]
    for gutter in _candidates(rows):
        gain = _gain(rows, gutter)
        familiar = any(abs(gutter - other) <= SAME_POINTS for other in known)
        if gain > best and gain >= (FAMILIAR_ROWS if familiar else LEAST_ROWS) * height:
            best, found = gain, gutter
    return found


def _candidates(rows: Sequence[Row]) -> list[float]:
    """Return where right-hand columns may start: places at which several lines do, or parts of rows."""
    left = min(piece.x0 for row in rows for piece in row) + NARROWEST_POINTS
    starts = Counter(round(piece.x0 / 3) for row in rows for piece in row if piece.x0 > left)
    inner = {round(piece.x0 / 3) for row in rows for piece in row[1:]}
    likely = [place for place, count in starts.most_common() if count >= 3 or place in inner]
    return sorted(3.0 * place - 2.5 for place in likely[:MOST_CANDIDATES])


def _gain(rows: Sequence[Row], gutter: float) -> float:
    """Return over how many points of height text stands on both sides of a gutter."""
    total = 0.0
    left: list[Piece] = []
    right: list[Piece] = []
    for row in [*rows, None]:
        if row is None or any(_crosses(piece, gutter) for piece in row):
            if left and right:
                total += _shared(left, right)
            left, right = [], []
            continue
        for piece in row:
            (left if piece.x1 <= gutter + CROSSING_POINTS else right).append(piece)
    return total


def _shared(left: Sequence[Piece], right: Sequence[Piece]) -> float:
    if min(_fill(left), _fill(right)) < FILL_SHARE:
        return 0.0
    top = max(left[0].y0, right[0].y0)
    end = min(left[-1].y1, right[-1].y1)
    return max(end - top, 0.0)


def _fill(side: Sequence[Piece]) -> float:
    """Return the share of its column's width that a line fills on average.

    Lines that start where two others do stand in a column of their own: a side may hold several.
    """
    starts: dict[int, list[Piece]] = {}
    for piece in side:
        starts.setdefault(round(piece.x0 / 3), []).append(piece)
    columns = [own for own in starts.values() if len(own) >= COLUMN_LINES]
    rest = [piece for own in starts.values() if len(own) < COLUMN_LINES for piece in own]
    full = sum(_widths(own) / _width(own) for own in columns) + _widths(rest) / _width(side)
    return max(full, _widths(side) / _width(side)) / len(side)


def _widths(pieces: Sequence[Piece]) -> float:
    return sum(piece.x1 - piece.x0 for piece in pieces)


def _width(pieces: Sequence[Piece]) -> float:
    return max(max(p.x1 for p in pieces) - min(p.x0 for p in pieces), 1.0)


def _column(rows: Sequence[Row]) -> Column:
    lines: list[Piece] = []
    for row in rows:
        line = row[0]
        for piece in row[1:]:
            plain = line.holds is None and piece.holds is None
            if plain and piece.x0 - line.x1 < GLUE_EM * max(line.style.size, 1.0):
                line = glue(line, piece)
            else:
                lines.append(line)
                line = piece
        lines.append(line)
    own = [line for line in lines if line.holds is None] or lines
    return Column(tuple(lines), min(p.x0 for p in own), max(p.x1 for p in own))
