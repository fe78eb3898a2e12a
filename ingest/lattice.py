"""Drawn boxes and rules -> areas cut into cells, each with its lines: what boards are made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from ingest.cells import cut_at_edges
from ingest.fields import around
from ingest.pieces import Piece
from ingest.raw import RawPage
from ingest.rules import MOST_RULES, Area, Drawing

TOUCH_POINTS = 12.0
"""Boxes and rules no further apart are of one lattice: gaps between boxes are 0-9 points where seen."""
ALIGNED_POINTS = 32.0
"""Boxes of one height side by side, or of one width one below another, may be so far apart."""
SAME_POINTS = 4.0
LEAST_WIDTH, LEAST_HEIGHT = 150.0, 24.0
PAGE_SHARE = 0.8
"""A box over more of the page than this is its background."""
COVER_SHARE = 0.6
"""Edges cut an area in two if they run along so much of the cut: a disc may stand over the middle."""
NEAR_SHARE = 0.05
OVER_POINTS = 3.0
"""A line that reaches this far over a cut on both sides runs through it."""
MOST_BOXES = 250
"""Pages with more boxes are maps, charts or tables of figures."""
MOST_CELLS = 80
LEAST_UNDER = 2
DISC_CHARS = 40
"""A disc stands over two boxes or rules and more, with a word or two in it."""
DEEPEST = 6
SLIVER_POINTS = 10.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a lattice with its lines in the file's order; none of both cuts further."""

    area: Area
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    """A straight edge at `at` from `a` to `b`, in points."""

    at: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class _Edges:
    down: tuple[_Edge, ...]
    across: tuple[_Edge, ...]


def find_lattices(page: RawPage, drawing: Drawing, pieces: Sequence[Piece]) -> list[list[Cell]]:
    """Return the cells of each drawn area that edges cut in two or more, from the top; turned lines too."""
    boxes = _boxes(page, drawing)
    rules = [Area(rule.a, rule.at, rule.b, rule.at) for rule in drawing.across]
    rules += [Area(rule.at, rule.a, rule.at, rule.b) for rule in drawing.down]
    if len(boxes) + len(rules) < 2 or len(boxes) > MOST_BOXES or len(rules) > MOST_RULES:
        return []
    found = []
    for group in _groups([*boxes, *rules]):
        area = around(group)
        if area.x1 - area.x0 < LEAST_WIDTH or area.y1 - area.y0 < LEAST_HEIGHT:
            continue
        inside = [piece for piece in pieces if area.holds(piece)]
        if len(inside) < 3 or any(_leaves(piece, area) for piece in inside):
            continue
        discs = _discs(group, inside)
        over = {piece.index for disc in discs for piece in disc.pieces}
        cells = _cut(area, [piece for piece in inside if piece.index not in over], _edges(group), 0)
        if 2 <= len(cells) <= MOST_CELLS:
            found.append([*discs, *cells])
    return found


def _discs(group: Sequence[Area], pieces: Sequence[Piece]) -> list[Cell]:
    """Return the small boxes that stand over where other boxes or rules meet, with their words."""
    discs: list[Cell] = []
    taken: set[int] = set()
    for box in group:
        if box.x1 - box.x0 < SLIVER_POINTS or box.y1 - box.y0 < SLIVER_POINTS:
            continue
        if sum(_overlaps(other, box) for other in group) < LEAST_UNDER:
            continue
        own = [piece for piece in pieces if box.holds(piece) and piece.index not in taken]
        if own and sum(len(piece.text) for piece in own) <= DISC_CHARS:
            discs.append(Cell(box, tuple(own)))
            taken |= {piece.index for piece in own}
    return discs


def _overlaps(one: Area, disc: Area) -> bool:
    """Tell whether a box or rule runs into a disc and out of it; touching sides do not."""
    near = SAME_POINTS
    if (
        one.x0 > disc.x1 - near
        or one.x1 < disc.x0 + near
        or one.y0 > disc.y1 - near
        or one.y1 < disc.y0 + near
    ):
        return False
    across = one.x0 < disc.x0 - near or one.x1 > disc.x1 + near
    down = one.y0 < disc.y0 - near or one.y1 > disc.y1 + near
    covers = one.x0 < disc.x0 + near and one.x1 > disc.x1 - near
    covers = covers and one.y0 < disc.y0 + near and one.y1 > disc.y1 - near
    return (across or down) and not covers


def _boxes(page: RawPage, drawing: Drawing) -> list[Area]:
    """Return the boxes of a page, rounded ones and cut-off ones too, without its background."""
    panels = [
        Area(shape.x0, shape.y0, shape.x1, shape.y1)
        for shape in page.panels
        if isfinite(shape.x0 + shape.y0 + shape.x1 + shape.y1)
    ]
    most = PAGE_SHARE * page.width * page.height
    return [
        area
        for area in (*drawing.fills, *drawing.outlines, *panels)
        if (area.x1 - area.x0) * (area.y1 - area.y0) <= most
    ]


def _groups(areas: Sequence[Area]) -> list[list[Area]]:
    """Return areas in groups of those that touch or are aligned side by side, from the top."""
    groups: list[list[Area]] = []
    for area in sorted(areas, key=lambda each: (each.y0, each.x0)):
        joined = [area]
        apart = []
        for group in groups:
            if any(_belong(other, area) for other in reversed(group)):
                joined = group + joined
            else:
                apart.append(group)
        groups = [*apart, joined]
    return sorted((group for group in groups if len(group) > 1), key=lambda group: group[0].y0)


def _belong(one: Area, other: Area) -> bool:
    apart_x = max(one.x0, other.x0) - min(one.x1, other.x1)
    apart_y = max(one.y0, other.y0) - min(one.y1, other.y1)
    if apart_x <= TOUCH_POINTS and apart_y <= TOUCH_POINTS:
        return True
    level = abs(one.y0 - other.y0) <= SAME_POINTS and abs(one.y1 - other.y1) <= SAME_POINTS
    stacked = abs(one.x0 - other.x0) <= SAME_POINTS and abs(one.x1 - other.x1) <= SAME_POINTS
    tall, wide = min(one.y1 - one.y0, other.y1 - other.y0), min(one.x1 - one.x0, other.x1 - other.x0)
    return (level and apart_x <= min(ALIGNED_POINTS, tall)) or (
        stacked and apart_y <= min(ALIGNED_POINTS, wide)
    )


def _leaves(piece: Piece, area: Area) -> bool:
    """Tell whether a line runs over the side of an area."""
    return piece.x0 < area.x0 - 2 * OVER_POINTS or piece.x1 > area.x1 + 2 * OVER_POINTS


def _edges(group: Iterable[Area]) -> _Edges:
    down, across = [], []
    for area in group:
        if area.x1 - area.x0 > SLIVER_POINTS:
            across += [_Edge(y, area.x0, area.x1) for y in {area.y0, area.y1}]
        if area.y1 - area.y0 > SLIVER_POINTS:
            down += [_Edge(x, area.y0, area.y1) for x in {area.x0, area.x1}]
    return _Edges(tuple(sorted(down, key=_place)), tuple(sorted(across, key=_place)))


def _place(edge: _Edge) -> tuple[float, float]:
    return edge.at, edge.a


def _cut(area: Area, pieces: Sequence[Piece], edges: _Edges, depth: int) -> list[Cell]:
    """Return the cells of an area: it is cut along the edges that cover most of a cut, and so on.

    More than MOST_CELLS are no lattice, so the rest of them is not looked for.
    """
    if depth >= DEEPEST:
        return [Cell(area, tuple(pieces))]
    down = _covers(edges.down, area.x0, area.x1, area.y0, area.y1)
    across = _covers(edges.across, area.y0, area.y1, area.x0, area.x1)
    xs = [(share, x) for share, x in down if not _runs_over_x(pieces, x)]
    ys = [(share, y) for share, y in across if not any(_runs_over_y(piece, y) for piece in pieces)]
    best = max((share for share, _ in (*xs, *ys)), default=0.0)
    upright = max((share for share, _ in ys), default=0.0) < best
    cuts = sorted(at for share, at in (xs if upright else ys) if share >= best - NEAR_SHARE)
    if not cuts:
        return [Cell(area, tuple(pieces))]
    cells: list[Cell] = []
    parted = cut_at_edges(pieces, cuts) if upright else pieces
    for part in _parts(area, cuts, upright):
        if len(cells) > MOST_CELLS:
            break
        own = [piece for piece in parted if _stands_in(piece, part)]
        small = part.x1 - part.x0 < SLIVER_POINTS or part.y1 - part.y0 < SLIVER_POINTS
        if own or not small:
            cells += _cut(part, own, edges, depth + 1)
    return cells


def _covers(
    edges: Sequence[_Edge], start: float, end: float, low: float, high: float
) -> list[tuple[float, float]]:
    """Return (share, place) of the cuts between `start` and `end` of which edges cover enough."""
    found = []
    group: list[_Edge] = []
    inner = [edge for edge in edges if start + SAME_POINTS < edge.at < end - SAME_POINTS]
    for edge in [*inner, None]:
        if group and (edge is None or edge.at - group[0].at > SAME_POINTS):
            share = _covered(group, low, high)
            if share >= COVER_SHARE:
                found.append((round(share, 2), sum(each.at for each in group) / len(group)))
            group = []
        if edge is not None:
            group.append(edge)
    return found


def _covered(edges: Sequence[_Edge], low: float, high: float) -> float:
    """Return which share of a line from `low` to `high` edges cover."""
    total, at = 0.0, low
    for edge in sorted(edges, key=lambda each: each.a):
        start, end = max(edge.a, at), min(edge.b, high)
        if end > start:
            total += end - start
            at = end
    return total / max(high - low, 1.0)


def _runs_over_x(pieces: Sequence[Piece], x: float) -> bool:
    over = [p for p in pieces if p.x0 < x - OVER_POINTS and p.x1 > x + OVER_POINTS]
    return any(p.x0 < x - OVER_POINTS and p.x1 > x + OVER_POINTS for p in cut_at_edges(over, [x]))


def _runs_over_y(piece: Piece, y: float) -> bool:
    return piece.y0 < y - OVER_POINTS and piece.y1 > y + OVER_POINTS


def _parts(area: Area, cuts: Sequence[float], upright: bool) -> list[Area]:
    if upright:
        xs = [area.x0, *cuts, area.x1]
        return [Area(a, area.y0, b, area.y1) for a, b in itertools.pairwise(xs)]
    ys = [area.y0, *cuts, area.y1]
    return [Area(area.x0, a, area.x1, b) for a, b in itertools.pairwise(ys)]


def _stands_in(piece: Piece, area: Area) -> bool:
    x = (piece.x0 + piece.x1) / 2
    return area.x0 <= x < area.x1 and area.y0 <= piece.middle < area.y1
