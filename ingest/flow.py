"""One page -> its parts: head, columns of body blocks, footnotes, foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.columns import Grid, read_columns
from ingest.contents import Entry
from ingest.drafts import Draft
from ingest.figures import find_areas, is_pictured, split_diagram, split_figures
from ingest.grids import find_grids
from ingest.notes import split_notes
from ingest.paragraphs import build_drafts
from ingest.pieces import Piece, Style, attach_markers
from ingest.raw import RawPage
from ingest.rules import Area, Drawing, find_frames, read_drawing
from ingest.tables import Table, find_tables
from ingest.tall import settle_tall

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
    """What is drawn on a page, and the ruled tables found by it."""

    drawing: Drawing
    tables: tuple[Table, ...]

    @property
    def indexes(self) -> frozenset[int]:
        """The indexes of the pieces in tables of three rows or more."""
        return frozenset(p.index for t in self.tables if len(t.rows) >= LEAST_ROWS for p in t.pieces)


def read_drawn(page: RawPage, pieces: Sequence[Piece]) -> Drawn:
    """Return the rules and ruled tables of a page, given all its pieces."""
    level = [piece for piece in pieces if not piece.angle]
    drawing = read_drawing(page, level)
    return Drawn(drawing, tuple(find_tables(level, drawing)))


def read_page(
    page: RawPage, pieces: Sequence[Piece], entries: Sequence[Entry], drawn: Drawn, body: Style, grid: Grid
) -> PageParts:
    """Return the parts of a page, given its pieces without running lines and contents entries."""
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


def _without(pieces: Sequence[Piece], tables: Sequence[Table]) -> list[Piece]:
    gone = {piece.index for table in tables for piece in table.pieces}
    return [piece for piece in pieces if piece.index not in gone]


def _fold_frames(
    pieces: Sequence[Piece], frames: Sequence[Area], grid: Grid
) -> tuple[list[Piece], list[list[Draft]]]:
    """Return pieces with one holder for each frame, and what each holder holds."""
    held: list[list[Draft]] = []
    items: list[Piece] = []
    rest = list(pieces)
    for number, frame in enumerate(frames):
        inside = [replace(piece, box=number) for piece in rest if frame.holds(piece)]
        if not inside or _is_chapter_number(inside):
            continue
        rest = [piece for piece in rest if not frame.holds(piece)]
        columns = read_columns(attach_markers(inside), grid)
        drafts = [draft for column in columns for draft in build_drafts(column, grid, [])]
        for draft in drafts:
            draft.boxed = True
        items.append(_holder(inside, len(held)))
        held.append(drafts)
    return rest + items, held


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
