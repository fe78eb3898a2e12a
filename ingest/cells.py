"""Pieces in an area -> columns, rows and cells of a table."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from statistics import median

from ingest.pieces import Piece, char_width, is_stretched, rows_of, split_at, x_of

GAP_POINTS = 4.0
"""White space between two columns is at least so wide."""
SPANNING_SHARE = 0.15
"""So many of an area's rows may run over a gap between columns (titles, merged cells)."""
RUNNING_LINES, RUNNING_CHARS = 4, 20
"""So many lines of a column, each of so many letters, that go on in lower case one after the other are text: rows of a
table start anew."""
Cells = list[list[Piece]]


def find_edges(pieces: Sequence[Piece], x0: float, x1: float) -> list[float]:
    """Return the inner borders of columns, x in points.

    White space between the pieces shows them, and where cells stand too close for that, the
    place at which lines start again and again.
    """
    rows = len(rows_of(pieces))
    allowed = int(SPANNING_SHARE * rows)
    edges = _gaps(pieces, allowed, x0, x1)
    for start in _starts(pieces, max(2, rows // 4)):
        if (
            start > x0 + 8
            and all(abs(start - edge) > 10 for edge in edges)
            and _opens(pieces, start, allowed)
        ):
            edges.append(start - 1.0)
    return sorted(edges)


def _gaps(pieces: Sequence[Piece], allowed: int, x0: float, x1: float) -> list[float]:
    """Return the right ends of white gaps over which at most `allowed` pieces run."""
    spans = [(a, b) for piece in pieces for a, b in _spans(piece)]
    events = sorted([(a, 1) for a, _ in spans] + [(b, -1) for _, b in spans])
    edges: list[float] = []
    covered, gap = 0, None
    for x, step in events:
        before = covered
        covered += step
        if before > allowed >= covered:
            gap = x
        elif before <= allowed < covered:
            if gap is not None and x - gap >= GAP_POINTS and x0 < gap and x < x1:
                edges.append(x - 1.0)
            gap = None
    return edges


def _starts(pieces: Sequence[Piece], least: int) -> list[float]:
    """Return the x at which at least so many pieces start."""
    counts = Counter(round(piece.x0 / 2) for piece in pieces)
    places = {place: counts[place] + counts[place + 1] for place in counts}
    return sorted(2.0 * place for place, count in places.items() if count >= least)


def _opens(pieces: Sequence[Piece], start: float, allowed: int) -> bool:
    """Tell whether the pieces that run over an x have a space there, so that it may part cells."""
    over = [piece for piece in pieces if piece.x0 < start - 6 and piece.x1 > start + 6]
    closed = 0
    for piece in over:
        near = (abs(x_of(piece, i + 1) - start) for i, char in enumerate(piece.text) if char == " ")
        closed += min(near, default=1e9) > 0.8 * piece.style.size
    return closed <= allowed and len(over) <= 0.6 * len(pieces)


def _spans(piece: Piece) -> list[tuple[float, float]]:
    """Return where runs stand: those that touch are one, the gap in a stretched one is left open."""
    spans: list[tuple[float, float]] = []
    for _, a, b in piece.spans or ((0, piece.x0, piece.x1),):
        if spans and a - spans[-1][1] < GAP_POINTS:
            spans[-1] = (spans[-1][0], max(spans[-1][1], b))
        else:
            spans.append((a, b))
    if len(spans) == 1 and is_stretched(piece):
        first, last = piece.text.split(" ", 1)[0], piece.text.rsplit(" ", 1)[-1]
        wide = char_width(piece)
        return [(piece.x0, piece.x0 + len(first) * wide), (piece.x1 - len(last) * wide, piece.x1)]
    return spans


def cut_at_edges(pieces: Sequence[Piece], edges: Sequence[float]) -> list[Piece]:
    """Return pieces cut where they run over a column's border and have a space there."""
    cut: list[Piece] = []
    for piece in pieces:
        rest = piece
        for edge in edges:
            if rest.x0 < edge - 6 and rest.x1 > edge + 6:
                halves = split_at(rest, edge)
                if halves and halves[0].text and halves[1].text:
                    cut.append(halves[0])
                    rest = halves[1]
        cut.append(rest)
    return cut


def column_of(piece: Piece, edges: Sequence[float]) -> int:
    """Return the column in which most of a piece stands, from 0."""
    bounds = [float("-inf"), *edges, float("inf")]
    shares = [min(piece.x1, b) - max(piece.x0, a) for a, b in itertools.pairwise(bounds)]
    return max(range(len(shares)), key=lambda column: (round(shares[column], 1), -column))


def fill_row(pieces: Sequence[Piece], edges: Sequence[float]) -> Cells:
    """Return the cells of one row: each cell's lines from the top."""
    cells: Cells = [[] for _ in range(len(edges) + 1)]
    for piece in sorted(pieces, key=lambda each: (each.middle, each.x0)):
        cells[column_of(piece, edges)].append(piece)
    return [[piece for row in rows_of(cell) for piece in row] for cell in cells]


def split_rows(pieces: Sequence[Piece], edges: Sequence[float]) -> list[list[Piece]]:
    """Cut pieces between two rules into rows of the table: a cell may be several lines high."""
    lines = rows_of(pieces)
    if len(lines) < 2:
        return [list(line) for line in lines]
    gaps = [_gap(a, b) for a, b in itertools.pairwise(lines)]
    least, most = min(gaps), max(gaps)
    height = median(piece.height for piece in pieces)
    uneven = most - least > 0.25 * height
    rows = [list(lines[0])]
    for gap, line in zip(gaps, lines[1:], strict=True):
        columns = {column_of(piece, edges) for piece in line}
        apart = gap > least + max(0.25 * height, 0.3 * (most - least))
        full = 0 in columns and len(columns) * 3 >= 2 * (len(edges) + 1) and not _carries_on(line)
        if (uneven and apart) or (not uneven and full):
            rows.append(list(line))
        else:
            rows[-1] += line
    return rows


def is_one_row(band: Sequence[Piece], edges: Sequence[float]) -> bool:
    """Tell whether pieces between two rules are one row: cells start at one height, their lines follow without a hole.

    Rows below one another leave holes, or give all columns as many lines.
    """
    columns: dict[int, list[Piece]] = {}
    for piece in band:
        columns.setdefault(column_of(piece, edges), []).append(piece)
    cells = [rows_of(pieces) for pieces in columns.values()]
    height = median(piece.height for piece in band)
    tops = [min(piece.y0 for piece in cell[0]) for cell in cells]
    close = all(_gap(a, b) <= 0.6 * height for cell in cells for a, b in itertools.pairwise(cell))
    uneven = len({len(cell) for cell in cells}) > 1 or all(len(cell) == 1 for cell in cells)
    return close and uneven and max(tops) - min(tops) <= 0.5 * height


def holds_prose(pieces: Sequence[Piece], edges: Sequence[float]) -> bool:
    """Tell whether lines of a column run on as text; of two columns a line less each is enough."""
    columns: dict[int, list[Piece]] = {}
    for piece in pieces:
        columns.setdefault(column_of(piece, edges), []).append(piece)
    runs = sorted((_longest_run(rows_of(column)) for column in columns.values()), reverse=True)
    return runs[0] >= RUNNING_LINES or (len(runs) > 1 and runs[1] >= RUNNING_LINES - 1)


def _longest_run(lines: Sequence[Sequence[Piece]]) -> int:
    """Return how many lines follow each other in which each goes on in lower case below one without a stop."""
    longest = run = 1
    for above, below in itertools.pairwise(lines):
        close = _gap(above, below) < below[0].height
        goes_on = below[0].text[:1].islower() and above[-1].text[-1:] not in ".!?:;"
        full = sum(len(piece.text) for piece in above) >= RUNNING_CHARS
        run = run + 1 if close and goes_on and full else 1
        longest = max(longest, run)
    return longest


def _carries_on(line: Sequence[Piece]) -> bool:
    """Tell whether most pieces of a line start in lower case, as the second lines of cells do."""
    return 2 * sum(piece.text[:1].islower() for piece in line) > len(line)


def _gap(above: Sequence[Piece], below: Sequence[Piece]) -> float:
    return min(p.y0 for p in below) - max(p.y1 for p in above)
