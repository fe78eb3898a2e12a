"""Tables without rules: rows of short cells that stand below one another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from ingest.cells import cut_at_edges, fill_row, find_edges, holds_prose
from ingest.markers import BULLETS
from ingest.pieces import Piece, all_bold, rows_of
from ingest.rules import Area
from ingest.tables import Table

LEAST_ROWS = 3
GAP_EM = 2.2
"""A larger gap between two rows (in line heights) ends a table."""
FILL_SHARE = 0.75
"""Cells fill less of their column than this, lines of running text in columns more: 0.9 where seen."""
CELL_CHARS = 45
"""Median length of a cell's line; columns of text have 45-60 characters a line."""
MOST_PIECES = 1_500

Row = list[Piece]


def find_grids(pieces: Sequence[Piece]) -> list[Table]:
    """Return the tables of a page that have no rules, from the top."""
    if len(pieces) > MOST_PIECES:
        return []
    tables = []
    for run in _runs(rows_of(pieces)):
        table = _read_grid(run)
        if table is not None:
            tables.append(table)
    return tables


def _runs(rows: Sequence[Row]) -> list[list[Row]]:
    """Return stretches of rows of several pieces; one row of a single piece may stand between two."""
    runs: list[list[Row]] = []
    run: list[Row] = []
    for place, row in enumerate(rows):
        near = not run or row[0].y0 - max(p.y1 for p in run[-1]) <= GAP_EM * row[0].height
        alike = not run or abs(row[0].style.size - run[-1][0].style.size) < 1.2
        several = len(row) > 1 and not any(piece.text[0] in BULLETS for piece in row)
        following = rows[place + 1] if place + 1 < len(rows) else []
        if several and near and alike:
            run.append(row)
        elif run and near and alike and len(row) == 1 and len(following) > 1 and len(run[-1]) > 1:
            run.append(row)
        else:
            runs.append(run)
            run = [row] if several else []
    runs.append(run)
    return [each for each in runs if sum(len(row) > 1 for row in each) >= LEAST_ROWS]


def _read_grid(run: list[Row]) -> Table | None:
    pieces = [piece for row in run for piece in row]
    x0, x1 = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    edges = find_edges(pieces, x0, x1)
    if not edges or not _is_sparse(pieces, edges, x0, x1) or holds_prose(pieces, edges):
        return None
    rows = [fill_row(cut_at_edges(row, edges), edges) for row in run]
    if 2 * sum(sum(map(bool, row)) >= 2 for row in rows) < len(rows) or sum(map(bool, rows[0])) < 2:
        return None
    area = Area(x0, min(p.y0 for p in pieces), x1, max(p.y1 for p in pieces))
    first = [piece for cell in rows[0] for piece in cell]
    rest = [piece for row in rows[1:] for cell in row for piece in cell]
    header = all(map(all_bold, first)) and not all(map(all_bold, rest))
    return Table(area, tuple(rows), tuple(edges), int(header))


def _is_sparse(pieces: Sequence[Piece], edges: Sequence[float], x0: float, x1: float) -> bool:
    """Tell whether pieces are short in the columns they stand in, as cells are and text is not."""
    bounds = [x0, *edges, x1]
    shares = []
    for left, right in itertools.pairwise(bounds):
        own = [p for p in pieces if left - 3 <= p.x0 < right - 3]
        if own:
            shares.append(median(p.x1 - p.x0 for p in own) / max(right - left, 1.0))
    short = median(len(piece.text) for piece in pieces) <= CELL_CHARS
    return short and bool(shares) and min(shares) < FILL_SHARE and sum(shares) / len(shares) < FILL_SHARE
