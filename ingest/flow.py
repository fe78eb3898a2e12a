"""One page -> its parts: head, columns of body blocks, footnotes, foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.boards import find_boards
from ingest.columns import Grid, read_columns
from ingest.contents import Entry
from ingest.drafts import Draft
from ingest.fields import Board
from ingest.figures import find_areas, is_pictured, split_diagram, split_figures
from ingest.grids import find_grids
from ingest.leaves import may_hold_lists, split_items
from ingest.notes import split_notes
from ingest.paragraphs import build_drafts
from ingest.pieces import Piece, Style, attach_markers
from ingest.ranks import find_ranks
from ingest.raw import RawPage
from ingest.rules import Area, Drawing, find_frames, read_drawing
from ingest.stacks import find_stacks
from ingest.tables import Table, find_tables
from ingest.tall import settle_tall

TITLE_STEP = 1_000_000_000
"""The title of a board is numbered so far above its first field: above the fields of a million pages."""
BAND_SHARE = 0.8
"""A frame over so much of the width of a page's text parts the columns above and below it, however short its words are."""
LEAST_ROWS = 3
"""A ruled area of fewer rows at a page's edge may be a letterhead."""


@dataclass(slots=True)
class PageParts:
    """Blocks of one page by place; `columns` in reading order."""

    page: int
    heads: list[Draft] = field(default_factory=list)
    columns: list[list[Draft]] = field(default_factory=list)
    notes: list[Draft] = field(default_factory=list)
    feet: list[Draft] = field(default_factory=list)

    @property
    def body(self) -> list[Draft]:
        """The blocks of all columns in reading order."""
        return [draft for column in self.columns for draft in column]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page, and the boards and ruled tables found by it."""

    drawing: Drawing
    tables: tuple[Table, ...]
    boards: tuple[Board, ...] = ()

    @property
    def indexes(self) -> frozenset[int]:
        """The indexes of the pieces in boards, and in tables of three rows or more."""
        tables = [table for table in self.tables if len(table.rows) >= LEAST_ROWS]
        held = [*(table.pieces for table in tables), *(board.pieces for board in self.boards)]
        return frozenset(piece.index for pieces in held for piece in pieces)


def read_drawn(page: RawPage, pieces: Sequence[Piece], before: Drawn | None = None) -> Drawn:
    """Return the rules, boards and ruled tables of a page, given all its pieces and the page before."""
    level = [piece for piece in pieces if not piece.angle]
    drawing = read_drawing(page, level)
    last = before.boards[-1] if before is not None and before.boards else None
    boards: list[Board] = []
    if (last is not None and last.open) or may_hold_lists(pieces):
        boards = find_boards(page, drawing, pieces, last)
        boards += find_stacks(page.index, _without(level, boards))
        boards += find_ranks(page.index, _without(level, boards))
    return Drawn(drawing, tuple(find_tables(_without(level, boards), drawing)), tuple(boards))


def read_page(
    page: RawPage, pieces: Sequence[Piece], entries: Sequence[Entry], drawn: Drawn, body: Style, grid: Grid
) -> PageParts:
    """Return the parts of a page, given its pieces without running lines and contents entries."""
    boards = drawn.boards
    pieces = _without(pieces, boards)
    level = [piece for piece in pieces if not piece.angle]
    drawing = drawn.drawing
    tables = _kept(drawn, level)
    rest, notes = split_notes(_without(level, tables), drawing.across, body, page.height)
    turned = [piece for piece in pieces if piece.angle]
    areas = find_areas(page)
    rest, figures = split_figures(areas, [*settle_tall(rest), *turned], grid.size)
    rest, labels = split_diagram(page, rest)
    figures += labels
    loose = [Draft("paragraph", [piece], figure=True) for piece in rest if piece.angle]
    rest = [piece for piece in rest if not piece.angle]
    grids = find_grids(rest)
    rest = _without(rest, grids)
    items, held = _fold_frames(rest, find_frames(page, drawing, rest, grid.size), grid)
    folded = [*([figure] for figure in figures), *([_table_draft(table)] for table in tables + grids)]
    folded += [[entry.draft for entry in entries]] if entries else []
    folded += [_board_drafts(board, grid) for board in boards]
    for drafts in folded:
        items.append(_holder([piece for draft in drafts for piece in draft.pieces], len(held)))
        held.append(drafts)
    columns = [build_drafts(column, grid, held) for column in read_columns(attach_markers(items), grid)]
    _set_area([*columns, loose], level, areas)
    return PageParts(page.index, columns=[*columns, loose], notes=notes)


def _kept(drawn: Drawn, level: Sequence[Piece]) -> list[Table]:
    """Return the tables of a page, found anew if a part of one turned out to be a running line."""
    left = {piece.index for piece in level}
    if all(piece.index in left for table in drawn.tables for piece in table.pieces):
        return list(drawn.tables)
    return find_tables(level, drawn.drawing)


def _set_area(columns: Sequence[Sequence[Draft]], pieces: Sequence[Piece], areas: Sequence[Area]) -> None:
    """Tell every block the edges of the page's text, and whether a picture is close."""
    edges = min((p.x0 for p in pieces), default=0.0), max((p.x1 for p in pieces), default=0.0)
    for column in columns:
        for draft in column:
            draft.area = edges
            draft.pictured = is_pictured(draft, areas)


def _without(pieces: Sequence[Piece], tables: Sequence[Table | Board]) -> list[Piece]:
    gone = {piece.index for table in tables for piece in table.pieces}
    return [piece for piece in pieces if piece.index not in gone]


def _fold_frames(
    pieces: Sequence[Piece], frames: Sequence[Area], grid: Grid
) -> tuple[list[Piece], list[list[Draft]]]:
    """Return pieces with one holder for each frame, and what each holder holds."""
    held: list[list[Draft]] = []
    items: list[Piece] = []
    rest = list(pieces)
    wide = max((p.x1 for p in pieces), default=0.0) - min((p.x0 for p in pieces), default=0.0)
    for number, frame in enumerate(frames):
        inside = [replace(piece, box=number) for piece in rest if frame.holds(piece)]
        if not inside or _is_chapter_number(inside):
            continue
        rest = [piece for piece in rest if not frame.holds(piece)]
        columns = read_columns(attach_markers(inside), grid)
        drafts = [draft for column in columns for draft in build_drafts(column, grid, [])]
        for draft in drafts:
            draft.boxed = True
        holder = _holder(inside, len(held))
        if frame.x1 - frame.x0 >= BAND_SHARE * wide:
            holder = replace(holder, x0=frame.x0, x1=frame.x1)
        items.append(holder)
        held.append(drafts)
    return rest + items, held


def _board_drafts(board: Board, grid: Grid) -> list[Draft]:
    """Return what stands in a board: its title, names of axes, then field by field label and list."""
    drafts = [Draft("heading", list(board.title), depth=1)] if board.title else []
    drafts += [Draft("paragraph", [piece], figure=True) for piece in board.rest]
    for draft in drafts:
        draft.boxed, draft.field = True, board.fields[0].number + TITLE_STEP
    for part in board.fields:
        own = [Draft("heading", list(part.label), depth=1 + board.nested)] if part.label else []
        own += [draft for group in part.groups for draft in _list_drafts(group, grid, len(part.groups) > 1)]
        for draft in own:
            draft.boxed, draft.field = True, part.number
            draft.pieces = [replace(piece, box=part.number) for piece in draft.pieces]
        drafts += own
    return drafts


def _list_drafts(group: Sequence[Piece], grid: Grid, cut: bool) -> list[Draft]:
    """Return the items of a field, by their bullets or without any; `cut` tells that rules part them."""
    made: list[Draft] = []
    for column in read_columns(attach_markers(group), grid):
        drafts = build_drafts(column, grid, [])
        plain = all(draft.type == "paragraph" for draft in drafts)
        items = split_items(column.pieces) if plain else []
        items = [list(column.pieces)] if plain and cut and not items else items
        bare = [Draft("list_item", item, column.x0, column.x1, marker="") for item in items]
        made += bare or drafts
    return made


def _is_chapter_number(inside: Sequence[Piece]) -> bool:
    """Tell whether a frame holds nothing but the number of the heading beside it."""
    return len(inside) == 1 and inside[0].text.rstrip(".").isdecimal() and len(inside[0].text) <= 3


def _holder(pieces: Sequence[Piece], number: int) -> Piece:
    """Return a piece that stands for others in the search for columns."""
    first = pieces[0]
    return replace(
        first, index=-1 - number, text="", notes=(), spans=(), lead=0, holds=number,
        x0=min(p.x0 for p in pieces), y0=min(p.y0 for p in pieces),
        x1=max(p.x1 for p in pieces), y1=max(p.y1 for p in pieces),
    )  # fmt: skip


def _table_draft(table: Table) -> Draft:
    return Draft(
        "table", table.pieces, table.area.x0, table.area.x1,
        cells=[list(row) for row in table.rows], header_rows=table.header_rows,
    )  # fmt: skip
