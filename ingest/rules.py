"""Drawn shapes -> rules and frames: what tables and boxes are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ingest.pieces import Piece
from ingest.raw import RawPage, Shape

THIN_POINTS = 4.5
"""Shapes no thicker than this are rules (a 2 pt stroke is reported with 2 pt of margin)."""
TOUCH_POINTS = 6.0
"""Parts of a rule with a smaller gap between them are one rule (cell by cell drawing)."""
LEAST_RULE_POINTS = 12.0
PAPER = 0xF8
"""Fills with no channel darker than this are paper: Word puts white behind every line."""
QUOTE_SHARE = 1.15
QUOTE_POINTS = 190.0
"""A pull quote is so much larger than the body, and its two rules no further apart (points)."""
MOST_RULES = 120
MOST_SHAPES = 4_000
"""Maps and charts with more shapes than this on a page are not searched for tables."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: horizontal from `a` to `b` at height `at`, or vertical at x `at`. Points."""

    at: float
    a: float
    b: float

    @property
    def length(self) -> float:
        """Points from end to end."""
        return self.b - self.a


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page, in points from its top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, piece: Piece) -> bool:
        """Tell whether a piece's middle is inside."""
        middle = (piece.x0 + piece.x1) / 2
        return self.x0 - 1 <= middle <= self.x1 + 1 and self.y0 - 2 <= piece.middle <= self.y1 + 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """The rules, filled areas and outlines of a page, in points."""

    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()
    fills: tuple[Area, ...] = ()
    outlines: tuple[Area, ...] = ()


def read_drawing(page: RawPage, pieces: Sequence[Piece]) -> Drawing:
    """Return the rules and filled areas of a page; lines under words are left out."""
    if not page.shapes or len(page.shapes) > MOST_SHAPES:
        return Drawing()
    across, down, fills, outlines = _sort(page)
    lines: dict[int, list[Piece]] = {}
    for piece in pieces:
        for step in (-1, 0, 1):
            lines.setdefault(round(piece.y1 / 8) + step, []).append(piece)
    kept = [rule for rule in across if not _underlines(rule, lines.get(round(rule.at / 8), ()))]
    return Drawing(tuple(merge_rules(kept)), tuple(merge_rules(down)), tuple(fills), tuple(outlines))


def _sort(page: RawPage) -> tuple[list[Rule], list[Rule], list[Area], list[Area]]:
    across, down = [], []
    fills: list[Area] = []
    outlines: list[Area] = []
    for shape in page.shapes:
        if not isfinite(shape.x0 + shape.y0 + shape.x1 + shape.y1):
            continue
        width, height = shape.x1 - shape.x0, shape.y1 - shape.y0
        if height <= THIN_POINTS < width:
            across.append(Rule((shape.y0 + shape.y1) / 2, shape.x0, shape.x1))
        elif width <= THIN_POINTS < height:
            down.append(Rule((shape.x0 + shape.x1) / 2, shape.y0, shape.y1))
        elif width > THIN_POINTS and height > THIN_POINTS:
            area = Area(shape.x0, shape.y0, shape.x1, shape.y1)
            if shape.fill is None:
                outlines.append(area)
            elif not _is_white(shape):
                fills.append(area)
    return across, down, fills, outlines


def _is_white(shape: Shape) -> bool:
    fill = shape.fill or 0
    return all(fill >> step & 0xFF >= PAPER for step in (0, 8, 16))


def _underlines(rule: Rule, pieces: Sequence[Piece]) -> bool:
    """Tell whether a rule only underlines words."""
    return any(
        p.y1 - 0.45 * p.height <= rule.at <= p.y1 + 1.0 and rule.a >= p.x0 - 2 and rule.b <= p.x1 + 2
        for p in pieces
    )


def merge_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Return rules with parts on one line that touch as one, in order of place."""
    merged: list[Rule] = []
    levels: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda each: (each.at, each.a)):
        if levels and rule.at - levels[-1][0].at <= 2.5:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    for level in levels:
        level.sort(key=lambda each: each.a)
        last = level[0]
        for rule in level[1:]:
            if rule.a - last.b <= TOUCH_POINTS:
                last = Rule(last.at, last.a, max(last.b, rule.b))
            else:
                merged.append(last)
                last = rule
        merged.append(last)
    return [rule for rule in merged if rule.length >= LEAST_RULE_POINTS]


def _ruled(across: Sequence[Rule], down: Sequence[Rule]) -> list[Area]:
    """Return rectangles made of two horizontal and two vertical rules."""
    areas: list[Area] = []
    if len(down) > MOST_RULES:
        return areas
    for left in down:
        for right in down:
            if right.at - left.at < 60 or abs(left.a - right.a) > 4 or abs(left.b - right.b) > 4:
                continue
            top = any(abs(r.at - left.a) < 4 and r.a <= left.at + 4 and r.b >= right.at - 4 for r in across)
            end = any(abs(r.at - left.b) < 4 and r.a <= left.at + 4 and r.b >= right.at - 4 for r in across)
            if top and end:
                areas.append(Area(left.at, left.a, right.at, left.b))
    return areas


def find_frames(page: RawPage, drawing: Drawing, pieces: Sequence[Piece], size: float) -> list[Area]:
    """Return the areas that set a part of a page's text apart, touching ones as one.

    `size` is that of the body in points.
    """
    areas = [
        *drawing.fills,
        *drawing.outlines,
        *_ruled(drawing.across, drawing.down),
        *_quoted(drawing, pieces, size),
    ]
    merged: list[Area] = []
    for area in sorted(areas, key=lambda each: (each.y0, each.x0)):
        if area.x1 - area.x0 < 60 or area.y1 - area.y0 < 8 or area.x1 - area.x0 > 0.95 * page.width:
            continue
        above = next((m for m in merged if _touches(m, area)), None)
        if above is None:
            merged.append(area)
        else:
            merged[merged.index(above)] = Area(
                min(above.x0, area.x0), min(above.y0, area.y0), max(above.x1, area.x1), max(above.y1, area.y1)
            )
        if len(merged) > 200:
            return []
    frames = []
    for area in merged:
        inside = sum(area.holds(piece) for piece in pieces)
        if inside and inside <= 0.9 * len(pieces) and _clear(area, pieces):
            frames.append(area)
    return frames


def _quoted(drawing: Drawing, pieces: Sequence[Piece], size: float) -> list[Area]:
    """Return the areas between two equal rules that hold a few large lines: pull quotes.

    The rule that ends one opens no other: a heading may stand between it and a rule of its own.
    """
    areas = []
    ends: set[Rule] = set()
    rules = [rule for rule in drawing.across if rule.length >= 60]
    for place, top in enumerate(rules[:MOST_RULES]):
        for end in rules[place + 1 : MOST_RULES] if top not in ends else ():
            if abs(top.a - end.a) > 4 or abs(top.b - end.b) > 4 or not 12 <= end.at - top.at <= QUOTE_POINTS:
                continue
            area = Area(top.a, top.at, top.b, end.at)
            inside = [piece for piece in pieces if area.holds(piece)]
            if inside and len(inside) <= 9 and all(p.style.size >= QUOTE_SHARE * size for p in inside):
                areas.append(area)
                ends.add(end)
            break
    return areas


def _touches(above: Area, area: Area) -> bool:
    """Tell whether one area continues another downwards or lies inside it."""
    apart = area.y0 - above.y1
    shared = min(above.x1, area.x1) - max(above.x0, area.x0)
    alike = abs(above.x0 - area.x0) < 20 and abs(above.x1 - area.x1) < 20
    inside = area.x0 >= above.x0 - 2 and area.x1 <= above.x1 + 2 and area.y1 <= above.y1 + 2
    return (alike and apart <= 9.0) or (inside and shared > 0)


def _clear(area: Area, pieces: Sequence[Piece]) -> bool:
    """Tell whether no line runs over an area's side: colour behind half a line is no frame."""
    return not any(
        area.y0 < p.middle < area.y1 and (p.x0 < area.x0 - 3 < p.x1 - 6 or p.x0 + 6 < area.x1 + 3 < p.x1)
        for p in pieces
    )
