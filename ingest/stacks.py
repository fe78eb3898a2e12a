"""Boards that nothing is drawn around: lists side by side, each under its label."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from ingest.fields import PAGE_STEP, Board, Field, around
from ingest.leaves import LABEL_CHARS, is_known, part_glued, stands_out, starts_item, tells
from ingest.pieces import Piece, attach_markers, rows_of

GAP_EM = 2.5
"""A larger gap between two rows (in line heights) ends the lists."""
LEAST_ROWS = 2
"""Rows below a label."""
LEAST_COLUMNS = 3
"""So many lists side by side are a board. Two may be the columns of the page, unless two more stand
below them, or their labels are known ones."""
SET_OUT_EM = 1.5
"""Bullets stand at most so far left of their label."""
OVER_POINTS = 3.0
FIRST_NUMBER = 500
"""Fields are numbered from here within a page: those of drawn boards come before."""
MOST_PIECES = 1_500
MOST_HEADS = 40

Row = list[Piece]


def find_stacks(page: int, pieces: Sequence[Piece]) -> list[Board]:
    """Return the boards without a drawing on a page (physical number), from the top."""
    if len(pieces) > MOST_PIECES:
        return []
    rows = rows_of(attach_markers([piece for piece in pieces if not piece.angle]))
    heads = [
        place
        for place, (row, below) in enumerate(itertools.pairwise(rows))
        if _may_head(row) and (any(is_known([piece]) for piece in row) or stands_out(row, below))
    ]
    boards: list[Board] = []
    end = 0
    for place in heads[:MOST_HEADS]:
        if place < end:
            continue
        for borders in _borders(rows[place]):
            stop, blocks = _read_blocks(rows, place, borders)
            if blocks and _is_board(blocks):
                number = PAGE_STEP * page + FIRST_NUMBER + sum(len(board.fields) for board in boards)
                boards.append(_make(blocks, number, pieces))
                end = stop
                break
    return boards


def _may_head(row: Row) -> bool:
    """Tell whether a row is two short lines or more in one look, none of them an item."""
    if len(row) < 2 or any(len(p.text) > LABEL_CHARS or p.text[-1] in ".,;" for p in row):
        return False
    first = row[0].style
    alike = all(
        abs(p.style.size - first.size) < 0.3 and (p.style.bold, p.style.color) == (first.bold, first.color)
        for p in row
    )
    return alike and not any(starts_item(p) or not p.text[0].isalpha() for p in row)


def _borders(heads: Row) -> list[list[float]]:
    """Return where the columns under labels may part: at the labels' left ends, or half way between them."""
    starts = [piece.x0 - OVER_POINTS for piece in heads[1:]]
    middles = [(piece.x0 + piece.x1) / 2 for piece in heads]
    return [starts, [(a + b) / 2 for a, b in itertools.pairwise(middles)]]


Block = tuple[Row, list[Row]]


def _read_blocks(rows: Sequence[Row], place: int, borders: Sequence[float]) -> tuple[int, list[Block]]:
    """Return the row after the lists, and each row of labels with the lines of each column below it."""
    blocks: list[Block] = []
    while place < len(rows) and _is_head(rows, place, borders, blocks):
        heads = rows[place]
        columns: list[Row] = [[] for _ in heads]
        last = max(piece.y1 for piece in heads)
        at = place + 1
        while at < len(rows):
            row = rows[at]
            height = median(piece.height for piece in row)
            if row[0].y0 - last > GAP_EM * height or _crosses(row, borders):
                break
            if any(columns) and _is_head(rows, at, borders, [*blocks, (heads, columns)]):
                break
            for piece in row:
                columns[sum(piece.x0 >= border for border in borders)].append(piece)
            last = max(last, *(piece.y1 for piece in row))
            at += 1
        if not all(len(column) >= LEAST_ROWS for column in columns):
            break
        blocks.append((heads, columns))
        place = at
    return place, blocks


def _is_head(rows: Sequence[Row], place: int, borders: Sequence[float], blocks: Sequence[Block]) -> bool:
    """Tell whether a row has one label in each column; further ones look as the first ones do."""
    row = rows[place]
    own = [sum(piece.x0 >= border for border in borders) for piece in row]
    if own != list(range(len(borders) + 1)) or not _may_head(row):
        return False
    if not blocks:
        return True
    first = blocks[0][0]
    return all(
        a.style == b.style and a.text.isupper() == b.text.isupper() for a, b in zip(first, row, strict=True)
    )


def _crosses(row: Row, borders: Sequence[float]) -> bool:
    return any(p.x0 < b - OVER_POINTS and p.x1 > b + OVER_POINTS for p in row for b in borders)


def _is_board(blocks: Sequence[Block]) -> bool:
    """Tell whether labels stand over lists, and not headings over the columns of a page."""
    heads = [piece for row, _ in blocks for piece in row]
    columns = [column for _, own in blocks for column in own]
    if not all(_stands_over(head, column) for head, column in zip(heads, columns, strict=True)):
        return False
    words = all(sum(tells(piece.text) for piece in column) >= LEAST_ROWS for column in columns)
    known = words and sum(is_known([piece]) for piece in heads) >= 2
    if not known and not all(stands_out([head], column) for head, column in zip(heads, columns, strict=True)):
        return False
    bullets = sum(sum(starts_item(piece) for piece in column) >= 2 for column in columns)
    apart = len(blocks[0][0]) >= LEAST_COLUMNS or len(blocks) > 1
    return known or (apart and 2 * bullets >= len(columns))


def _stands_over(head: Piece, column: Row) -> bool:
    """Tell whether a label starts where its lines do, or stands over their middle."""
    left, right = min(piece.x0 for piece in column), max(piece.x1 for piece in column)
    middle = (head.x0 + head.x1) / 2
    return left >= head.x0 - SET_OUT_EM * head.style.size or left + 0.3 * (right - left) <= middle <= right


def _make(blocks: Sequence[Block], number: int, pieces: Sequence[Piece]) -> Board:
    fields: list[Field] = []
    for heads, columns in blocks:
        for head, column in zip(heads, columns, strict=True):
            label, lines = tuple(part_glued([head], pieces)), tuple(part_glued(column, pieces))
            fields.append(Field(around([head, *column]), label, (lines,), number + len(fields) + 1))
    return Board(
        around([p for heads, own in blocks for row in (heads, *own) for p in row]), "bars", tuple(fields)
    )
