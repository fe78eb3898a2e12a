"""Boards: lists side by side or below one another, each in a field with its label, as in a SWOT analysis.

What is drawn tells the fields (ingest/lattice.py). A label stands on top of its field, in a bar over
it, or left of it. What is read so is a heading with list items for each field, and no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.fields import Leaf, is_known, join_label, split_head, tells
from ingest.lattice import Cell, find_lattices
from ingest.pieces import Piece
from ingest.raw import RawPage
from ingest.rules import Area, Drawing

Form = Literal["rows", "bars", "tops"]
"""Labels left of their lists, in bars over them, or as first lines of the fields themselves."""

EDGE_POINTS = 8.0
"""Edges of cells that belong together differ by so much at most."""
GAP_POINTS = 14.0
"""A bar stands at most so far over its field."""
NARROW_SHARE = 0.5
"""Labels stand in a column no wider than this share of the board."""
TITLE_SHARE = 0.6
"""A cell over so much of a board's width and above its fields holds its title."""
REST_SHARE = 0.25
"""Names of axes and the like are at most this share of a board's letters."""
LEAST_BULLETS = 3
"""A single row with a label is a board from so many bullets on."""
EDGE_SHARE, EDGE_LINES = 0.2, 3
"""A board goes on over a page if it ends and starts so near the edge, with so few lines beyond."""
MOST_FIELDS = 24


@dataclass(frozen=True, slots=True)
class Field:
    """A list under its label; `number` is one over pages, `groups` are built apart.

    The label is empty where a field goes on from the page before, or has none.
    """

    area: Area
    label: tuple[Piece, ...]
    groups: tuple[tuple[Piece, ...], ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The fields of one lattice in reading order, its title, and what else stands in it.

    `open` tells that it reaches the foot of its page, `nested` that its labels stand below a title.
    """

    area: Area
    form: Form
    fields: tuple[Field, ...]
    title: tuple[Piece, ...] = ()
    rest: tuple[Piece, ...] = ()
    open: bool = False
    nested: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """All lines of the board."""
        own = [p for field in self.fields for part in (field.label, *field.groups) for p in part]
        return [*self.title, *self.rest, *own]


def find_boards(
    page: RawPage, drawing: Drawing, pieces: Sequence[Piece], before: Board | None
) -> list[Board]:
    """Return the boards of a page, from the top; `before` is the last one of the page before."""
    boards: list[Board] = []
    for cells in find_lattices(page, drawing, pieces):
        earlier = before if not boards and before is not None and _at_head(cells, page, pieces) else None
        board = _read_board(cells, earlier)
        if board is not None:
            board = replace(board, open=_at_foot(board.area, page, pieces))
            boards.append(_number(board, earlier, 100 * page.index + sum(len(b.fields) for b in boards)))
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
    area = _around(leaves)
    title = _title(leaves, area)
    if title is not None:
        leaves = [leaf for leaf in leaves if leaf is not title]
    for read in (_read_rows, _read_bars, _read_tops):
        board = read(leaves, area, before if before is not None and before.open else None)
        if board is not None and _is_whole(board):
            held = title.pieces if title is not None else ()
            nested = bool(held) or bool(before is not None and _goes_on(board) and before.nested)
            return replace(board, title=board.title or held, nested=nested or bool(board.title))
    return None


def _around(leaves: Sequence[Leaf]) -> Area:
    return Area(
        min(leaf.area.x0 for leaf in leaves), min(leaf.area.y0 for leaf in leaves),
        max(leaf.area.x1 for leaf in leaves), max(leaf.area.y1 for leaf in leaves),
    )  # fmt: skip


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


def _read_rows(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read labels in a narrow column at the left, each beside a list."""
    bands = _bands(leaves)
    if len(bands) != 2:
        return None
    left, right = (sorted(band, key=lambda leaf: leaf.area.y0) for band in bands)
    wide = max(leaf.area.x1 for leaf in left) - min(leaf.area.x0 for leaf in left)
    if wide > NARROW_SHARE * (area.x1 - area.x0) or not all(leaf.is_label for leaf in left if leaf.pieces):
        return None
    pairs: list[tuple[Leaf | None, list[Leaf]]] = []
    for leaf in right:
        label = next((one for one in left if one.is_beside(leaf)), None)
        if pairs and label is not None and pairs[-1][0] is label:
            pairs[-1][1].append(leaf)
        else:
            pairs.append((label, [leaf]))
    head = pairs[0]
    titled = head[1][0].is_label and not (head[0] is not None and head[0].pieces) and len(pairs) > 1
    title = head[1][0].pieces if titled else ()
    pairs = pairs[1:] if titled else pairs
    if pairs[0][0] is not None and pairs[0][0].pieces and pairs[0][1][0].is_heading:
        return None  # the heads of a table's two columns
    fields = [
        Field(_around([*([label] if label else []), *own]), join_label(label.pieces if label else ()),
              tuple(leaf.pieces for leaf in own if leaf.pieces))
        for label, own in pairs
    ]  # fmt: skip
    goes_on = before is not None and before.form == "rows" and _same_edges(before.area, area)
    return Board(area, "rows", tuple(fields), title) if _is_listed_rows(pairs, fields, goes_on) else None


def _is_listed_rows(
    pairs: Sequence[tuple[Leaf | None, list[Leaf]]], fields: Sequence[Field], goes_on: bool
) -> bool:
    lists = [own for _, own in pairs if any(leaf.pieces for leaf in own)]
    bullets = [sum(leaf.bullets for leaf in own) for own in lists]
    labels = [field.label for field in fields if field.label]
    if len(labels) >= 2 and sum(map(is_known, labels)) >= 2:
        return True
    if not lists or 2 * sum(count >= 2 for count in bullets) < len(lists):
        return False
    return goes_on or len(labels) >= 2 or (len(labels) == 1 and sum(bullets) >= LEAST_BULLETS)


def _bands(leaves: Sequence[Leaf]) -> list[list[Leaf]]:
    """Return leaves in columns: those of one column share some of their width."""
    bands: list[list[Leaf]] = []
    end = float("-inf")
    for leaf in sorted(leaves, key=lambda each: each.area.x0):
        if bands and leaf.area.x0 < end - EDGE_POINTS:
            bands[-1].append(leaf)
        else:
            bands.append([leaf])
        end = max(end, leaf.area.x1)
    return bands


def _read_bars(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read labels in bars over their lists, two or more side by side."""
    own = [leaf for leaf in leaves if leaf.pieces]
    under: dict[int, list[Leaf]] = {}
    bars: list[Leaf] = []
    loose: list[Leaf] = []
    for leaf in sorted(own, key=lambda each: (each.area.y0, each.area.x0)):
        above = next((bar for bar in reversed(bars) if _hangs(leaf, bar, under.get(id(bar), []))), None)
        if leaf.is_label and (above is None or not is_known(above.pieces) or is_known(leaf.pieces)):
            bars.append(leaf)
        elif above is not None:
            under.setdefault(id(above), []).append(leaf)
        else:
            loose.append(leaf)
    heads = [bar for bar in bars if id(bar) in under]
    kin = [bar for bar in bars if bar not in heads and any(bar.is_level_with(head) for head in heads)]
    heads = [bar for bar in bars if bar in heads or bar in kin]
    known = sum(is_known(bar.pieces) for bar in heads) >= 2
    several = any(len(each) > 1 for each in under.values())
    if not heads or (several and not known):
        return None
    fields = [
        Field(_around([bar, *under.get(id(bar), [])]), join_label(bar.pieces),
              tuple(leaf.pieces for leaf in under.get(id(bar), [])))
        for bar in heads
    ]  # fmt: skip
    follow = [_follow(leaf, before) for leaf in loose]
    if any(each is None for each in follow):
        return None
    lists = [leaf for leaf in own if leaf not in bars]
    others = [bar for bar in bars if bar not in heads]
    if sum(bar.is_beside(leaf) for bar in others for leaf in lists[:MOST_FIELDS]) >= 2:
        return None  # the rows have labels too: a table
    rest = [piece for bar in others for piece in bar.pieces]
    made = _ordered([*[each for each in follow if each], *fields])
    listed = (known and 2 * sum(tells(leaf.text) for leaf in lists) >= len(lists)) or 2 * sum(
        leaf.bullets >= 2 for leaf in lists
    ) >= len(lists)
    return Board(area, "bars", made, rest=tuple(rest)) if listed and _is_abreast(made) else None


def _hangs(leaf: Leaf, bar: Leaf, under: Sequence[Leaf]) -> bool:
    """Tell whether a cell stands straight under a bar of its width, or under what does."""
    above = under[-1] if under else bar
    gap = leaf.area.y0 - above.area.y1
    return -EDGE_POINTS <= gap <= GAP_POINTS and _same_width(leaf.area, bar.area)


def _read_tops(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read fields whose first lines are their labels, two or more side by side."""
    fields: list[Field] = []
    lists: list[Leaf] = []
    rest: list[Piece] = []
    for leaf in leaves:
        if not leaf.pieces:
            continue
        label, body = split_head(leaf)
        follow = _follow(leaf, before) if not label else None
        if leaf.is_label and not is_known(leaf.pieces):
            rest += leaf.pieces
        elif label:
            fields.append(Field(leaf.area, join_label(label), (tuple(body),) if body else ()))
            lists.append(leaf)
        elif follow is not None:
            fields.append(follow)
            lists.append(leaf)
        else:
            return None
    known = sum(is_known(field.label) for field in fields) >= 2
    listed = known or 2 * sum(leaf.bullets >= 2 for leaf in lists) >= len(lists)
    made = _ordered(fields)
    return Board(area, "tops", made, rest=tuple(rest)) if listed and _is_abreast(made) else None


def _follow(leaf: Leaf, before: Board | None) -> Field | None:
    """Return a field without a label that goes on with one of the same width on the page before."""
    fields = before.fields if before is not None and before.form != "rows" else ()
    last = next((field for field in reversed(fields) if _same_width(field.area, leaf.area)), None)
    return Field(leaf.area, (), (leaf.pieces,), last.number) if last is not None else None


def _same_width(one: Area, other: Area) -> bool:
    return abs(one.x0 - other.x0) <= EDGE_POINTS and abs(one.x1 - other.x1) <= EDGE_POINTS


def _same_edges(one: Area, other: Area) -> bool:
    return _same_width(one, other)


def _is_abreast(fields: Sequence[Field]) -> bool:
    """Tell whether two fields or more stand side by side."""
    return any(
        one.area.x1 <= other.area.x0 + EDGE_POINTS
        and min(one.area.y1, other.area.y1) - max(one.area.y0, other.area.y0) > EDGE_POINTS
        for one in fields
        for other in fields
    )


def _ordered(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return fields row by row."""
    rows: list[list[Field]] = []
    for field in sorted(fields, key=lambda each: each.area.y0):
        top = rows[-1][0].area if rows else None
        if top is not None and field.area.y0 < (top.y0 + top.y1) / 2:
            rows[-1].append(field)
        else:
            rows.append([field])
    return tuple(field for row in rows for field in sorted(row, key=lambda each: each.area.x0))


def _number(board: Board, before: Board | None, first: int) -> Board:
    """Return a board whose fields are numbered; those that go on have the number of the field before."""
    fields = []
    for place, field in enumerate(board.fields):
        number = field.number or first + place + 1
        if not place and not field.label and board.form == "rows" and before is not None and before.open:
            number = before.fields[-1].number if before.form == "rows" else number
        fields.append(replace(field, number=number))
    return replace(board, fields=tuple(fields))
