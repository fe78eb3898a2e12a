"""Boards: lists side by side or below one another, each in a field with its label, as in a SWOT analysis.

What is drawn tells the fields (ingest/lattice.py). A label stands on top of its field, in a bar over
it, or left of it. What is read so is a heading with list items for each field, and no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.fields import PAGE_STEP, Board, around
from ingest.forms import MOST_FIELDS, read_bars, read_rows, read_tops
from ingest.lattice import Cell, find_lattices
from ingest.leaves import Leaf
from ingest.pieces import Piece
from ingest.raw import RawPage
from ingest.rules import Area, Drawing

TITLE_SHARE = 0.6
"""A cell over so much of a board's width and above its fields holds its title."""
REST_SHARE = 0.25
"""Names of axes and the like are at most this share of a board's letters."""
EDGE_SHARE, EDGE_LINES = 0.2, 3
"""A board goes on over a page if it ends and starts so near the edge, with so few lines beyond."""


def find_boards(
    page: RawPage, drawing: Drawing, pieces: Sequence[Piece], before: Board | None
) -> list[Board]:
    """Return the boards of a page, from the top; `before` is the last one of the page before."""
    boards: list[Board] = []
    taken: set[int] = set()
    for cells in find_lattices(page, drawing, pieces):
        if any(piece.index in taken for cell in cells for piece in cell.pieces):
            continue
        earlier = before if not boards and before is not None and _at_head(cells, page, pieces) else None
        board = _read_board(cells, earlier)
        if board is not None:
            board = replace(board, open=_at_foot(board.area, page, pieces))
            taken |= {piece.index for piece in board.pieces}
            first = PAGE_STEP * page.index + sum(len(each.fields) for each in boards)
            boards.append(_number(board, earlier, first))
    return boards


def _at_head(cells: Sequence[Cell], page: RawPage, pieces: Sequence[Piece]) -> bool:
    top = min(cell.area.y0 for cell in cells)
    return top < EDGE_SHARE * page.height and sum(p.y1 <= top for p in pieces) <= EDGE_LINES


def _at_foot(area: Area, page: RawPage, pieces: Sequence[Piece]) -> bool:
    low = area.y1 > (1 - EDGE_SHARE) * page.height
    return low and sum(p.y0 >= area.y1 for p in pieces) <= EDGE_LINES


def _read_board(cells: Sequence[Cell], before: Board | None) -> Board | None:
    leaves = [Leaf.of(cell) for cell in cells]
    leaves = [leaf for leaf in leaves if leaf.pieces or leaf.is_wide]
    if not any(leaf.pieces for leaf in leaves):
        return None
    area = around(leaf.area for leaf in leaves)
    title = _title(leaves, area)
    if title is not None:
        leaves = [leaf for leaf in leaves if leaf is not title]
    for read in (read_rows, read_bars, read_tops):
        board = read(leaves, area, before if before is not None and before.open else None)
        if board is not None and _is_whole(board):
            board = replace(board, rest=(*board.rest, *_decoration(leaves, board)))
            held = title.pieces if title is not None else ()
            nested = bool(held) or bool(before is not None and _goes_on(board) and before.nested)
            return replace(board, title=(*held, *board.title), nested=nested or bool(board.title))
    return None


def _decoration(leaves: Sequence[Leaf], board: Board) -> list[Piece]:
    """Return the lines of the cells that no part of a board holds: large first letters of labels."""
    held = {(piece.index, piece.x0) for piece in board.pieces}
    return [piece for leaf in leaves for piece in leaf.pieces if (piece.index, piece.x0) not in held]


def _title(leaves: Sequence[Leaf], area: Area) -> Leaf | None:
    """Return the first cell if it is a label over most of the board's width, with nothing beside it."""
    first = min((leaf for leaf in leaves if leaf.pieces), key=lambda leaf: leaf.area.y0, default=None)
    if first is None or not first.is_label or len(leaves) < 3:
        return None
    beside = [leaf for leaf in leaves if leaf is not first and leaf.pieces and leaf.is_level_with(first)]
    wide = first.area.x1 - first.area.x0 >= TITLE_SHARE * (area.x1 - area.x0)
    return first if wide and not beside else None


def _is_whole(board: Board) -> bool:
    """Tell whether nearly all words of a board stand in its fields."""
    rest = sum(len(p.text) for p in board.rest)
    return len(board.fields) <= MOST_FIELDS and rest <= REST_SHARE * sum(len(p.text) for p in board.pieces)


def _goes_on(board: Board) -> bool:
    return bool(board.fields) and not board.fields[0].label


def _number(board: Board, before: Board | None, first: int) -> Board:
    """Return a board whose fields are numbered; those that go on have the number of the field before."""
    fields = []
    for place, field in enumerate(board.fields):
        number = field.number or first + place + 1
        if not place and not field.label and board.form == "rows" and before is not None and before.open:
            number = before.fields[-1].number if before.form == "rows" else number
        fields.append(replace(field, number=number))
    return replace(board, fields=tuple(fields))
