"""What is drawn on a page beside words: rules, filled rectangles, pictures, and what hides words.

The pdfium functions come from ingest/glyphs.py, which holds the lock while this runs.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

from ingest.raw import Shape
from ingest.words import (
    IDENTITY,
    Box,
    Cover,
    Deadline,
    Matrix,
    PageContent,
    cut_box,
    is_white,
    join,
    move_box,
    page_box,
)

MAX_OBJECTS = 20_000
"""Drawn objects looked at per page: a map can hold 100,000; tables and boxes are drawn with few."""
MAX_SEGMENTS = 400
"""Line segments of one path: more is a picture made of lines, never a rule or a box."""
MAX_DEPTH = 6
"""Nested forms looked into."""
MAX_TRIED_PICTURES = 20
"""Pictures over words that are drawn on their own to see whether they are see-through."""
CHECK_OBJECTS = 500
"""Objects between two looks at the clock."""
FLAT_POINTS = 0.3
"""Off the axis by less than this a segment counts as straight across or straight down."""
LEAST_ART_POINTS = 24
"""Curves and slanted lines smaller than this in either direction are icons or bullets."""
MAX_ART_SHARE = 0.6
"""Art over more of the page than this is its background."""
ART_GAP_POINTS = 8
MAX_ART = 400
PANEL_POINTS = (36, 14)
PANEL_SHARE = 0.5
"""A shape holds words from so many points of width and height on, up to half of the page's."""
SAME_CORNER_POINTS = 1.0
"""A path of four or five segments is a rectangle when its opposite corners are those of its bounds."""
ROUNDED_SEGMENTS = (6, 24)
STRAIGHT_SHARE = 1.0
"""A rectangle with rounded corners is drawn with so many segments (seen: 9-18), half of its outline straight."""
LEAST_TEXT_POINTS = 4.0
MAX_SILENT = 200
"""Text operations without words: narrower ones are spaces (seen: 0-3 points), more than 200 no fake bold."""
TEXT, PATH, PICTURE, SHADING, FORM = 1, 2, 3, 4, 5
LINE_TO, MOVE_TO = 0, 2
"""pdfium's FPDF_PAGEOBJ_* and FPDF_SEGMENT_*."""


@dataclass(frozen=True, slots=True)
class _Item:
    """An object, its kind, the matrix from its points to the page as shown, its depth in forms."""

    handle: int
    kind: int
    matrix: Matrix
    z: int
    nested: bool


def read_drawings(
    content: PageContent, document: Any, page: Any, calls: Any, matrix: Matrix, deadline: Deadline
) -> None:
    """Fill in a page's shapes, pictures, ink, covers, clips and drawing depths."""
    drawings = _Drawings(content, document, page, calls)
    for item in drawings.items(matrix, deadline):
        drawings.take(item)
    content.pictures.extend(_gather_art(drawings.art, content))
    content.panels.extend(box for box in drawings.art[:MAX_ART] if _may_hold_words(box, content))


class _Drawings:
    """Sorts the objects of one page into its content."""

    def __init__(self, content: PageContent, document: Any, page: Any, calls: Any) -> None:
        self._content, self._document, self._page, self._calls = content, document, page, calls
        self._floats = (ctypes.c_float * 6)()
        self._float_at = tuple(ctypes.addressof(self._floats) + 4 * at for at in range(4))
        self._numbers = (ctypes.c_uint * 4)()
        self._number_at = tuple(ctypes.addressof(self._numbers) + 4 * at for at in range(4))
        self._paper: Box = (0.0, 0.0, content.width, content.height)
        self._tried = 0
        self._owners = {word.owner for word in content.words}
        self.art: list[Box] = []

    def items(self, matrix: Matrix, deadline: Deadline) -> Iterator[_Item]:
        """Walk the objects in drawing order, into forms."""
        calls, page = self._calls, ctypes.cast(self._page.raw, ctypes.c_void_p).value
        count = calls.count_objects(page)
        stack: list[tuple[Iterator[Any], Matrix]] = [
            (map(calls.page_object, repeat(page, count), range(count)), matrix)
        ]
        z = 0
        while stack and z < MAX_OBJECTS:
            handle = next(stack[-1][0], None)
            if handle is None:
                stack.pop()
                continue
            if z % CHECK_OBJECTS == 0:
                deadline.check()
            kind = calls.kind(handle)
            if kind == FORM and len(stack) < MAX_DEPTH:
                count = max(calls.count_children(handle), 0)
                children = map(calls.child, repeat(handle, count), range(count))
                stack.append((children, join(self._own_matrix(handle), stack[-1][1])))
                continue
            yield _Item(handle, kind, stack[-1][1], z, len(stack) > 1)
            z += 1

    def take(self, item: _Item) -> None:
        """Add one object."""
        if item.kind == TEXT:
            self._take_text(item)
        elif item.kind == PATH:
            self._take_path(item)
        elif item.kind == PICTURE:
            self._take_picture(item)
        elif item.kind == SHADING:
            box = self._bounds(item)
            if box is not None:
                self._content.inked.append(box)

    def _take_text(self, item: _Item) -> None:
        self._content.depth[item.handle] = item.z
        if item.handle not in self._owners:
            box = self._bounds(item)
            if (
                box is not None
                and box[2] - box[0] > LEAST_TEXT_POINTS
                and len(self._content.silent) < MAX_SILENT
            ):
                self._content.silent.append(box)
            return
        clip = self._clip(item)
        if clip is not None and clip != self._paper:
            self._content.clips[item.handle] = clip

    def _own_matrix(self, handle: int) -> Matrix:
        floats = self._floats
        if not self._calls.object_matrix(handle, self._float_at[0]):
            return IDENTITY
        return floats[0], floats[1], floats[2], floats[3], floats[4], floats[5]

    def _take_picture(self, item: _Item) -> None:
        box = self._bounds(item)
        if box is None:
            return
        self._content.inked.append(box)
        self._content.pictures.append(box)
        if not item.nested:
            self._content.covers.extend(Cover(place, item.z) for place in self._hidden_under(item, box))

    def _take_path(self, item: _Item) -> None:
        fill, stroked = self._ink(item)
        box = self._bounds(item) if fill is not None or stroked else None
        if box is None:
            return
        clip = self._clip(item)
        shown = box if clip is None else cut_box(box, clip)
        if shown is None:
            return
        if fill is None or not is_white(fill):
            self._content.inked.append(shown)
        parts = self._rectangles(item, box)
        if not parts:
            self.art.append(shown)
            if self._is_rounded(item, box):
                self._content.shapes.append(Shape(*shown, fill=fill))
        elif clip is None:
            self._content.shapes.extend(Shape(*part, fill=fill) for part in parts)
        else:
            cut = [left for part in parts if (left := cut_box(part, clip)) is not None]
            self._content.shapes.extend(Shape(*part, fill=fill) for part in cut)
            if fill is not None and len(parts) == len(cut) == 1 and not item.nested and self._is_opaque(item):
                self._content.covers.append(Cover(cut[0], item.z))

    def _bounds(self, item: _Item) -> Box | None:
        """Return the object's box cut to the paper, None outside of it."""
        if not self._calls.bounds(item.handle, *self._float_at):
            return None
        floats = self._floats
        return cut_box(move_box((floats[0], floats[1], floats[2], floats[3]), item.matrix), self._paper)

    def _clip(self, item: _Item) -> Box | None:
        """Return the part of the paper that the object may draw on, None where that is not known.

        Clip paths inside forms mix two coordinate systems, so they are not used.
        """
        if item.nested:
            return None
        calls, box = self._calls, self._paper
        clip = calls.clip(item.handle)
        for path in range(calls.clip_paths(clip) if clip else 0):
            if not 4 <= calls.clip_segments(clip, path) <= 6:
                return None
            corners = [self._point(calls.clip_segment(clip, path, at), item.matrix) for at in (0, 2)]
            box = cut_box(_around(corners), box) or (0.0, 0.0, 0.0, 0.0)
        return box

    def _ink(self, item: _Item) -> tuple[int | None, bool]:
        """Return the fill color (None: not filled) and whether the outline is drawn."""
        numbers = self._numbers
        if not self._calls.draw_mode(item.handle, self._number_at[0], self._number_at[1]):
            return None, False
        filled, stroked = numbers[0], bool(numbers[1])
        if not filled:
            return None, stroked
        known = self._calls.color(item.handle, *self._number_at)
        if known and not numbers[3]:
            return None, stroked
        return numbers[0] << 16 | numbers[1] << 8 | numbers[2] if known else 0, stroked

    def _rectangles(self, item: _Item, box: Box) -> list[Box]:
        """Return the path's parts if all are straight rules or rectangles, else nothing."""
        calls = self._calls
        count = calls.segments(item.handle)
        if not 2 <= count <= MAX_SEGMENTS:
            return []
        matrix = join(self._own_matrix(item.handle), item.matrix)
        if count in (4, 5):
            corners = _around([self._point(calls.segment(item.handle, at), matrix) for at in (0, 2)])
            if all(abs(one - other) < SAME_CORNER_POINTS for one, other in zip(corners, box, strict=True)):
                return [box]
        parts: list[list[tuple[float, float]]] = []
        for at in range(count):
            segment = calls.segment(item.handle, at)
            kind = calls.segment_kind(segment)
            point = self._point(segment, matrix)
            if kind == MOVE_TO:
                parts.append([point])
            elif kind != LINE_TO or not parts or not _straight(parts[-1][-1], point):
                return []
            else:
                parts[-1].append(point)
        boxes = (cut_box(_around(part), self._paper) for part in parts if len(part) > 1)
        return [part for part in boxes if part is not None]

    def _is_rounded(self, item: _Item, box: Box) -> bool:
        """Tell whether a path is a rectangle with rounded corners: all its points lie on its bounds' sides."""
        calls = self._calls
        count = calls.segments(item.handle)
        if not ROUNDED_SEGMENTS[0] <= count <= ROUNDED_SEGMENTS[1]:
            return False
        matrix = join(self._own_matrix(item.handle), item.matrix)
        segments = [calls.segment(item.handle, at) for at in range(count)]
        points = [self._point(segment, matrix) for segment in segments]
        if not all(_on_side(point, box) for point in points):
            return False
        straight = sum(
            abs(one[0] - other[0]) + abs(one[1] - other[1])
            for (one, other), segment in zip(pairwise(points), segments[1:], strict=True)
            if calls.segment_kind(segment) == LINE_TO
        )
        return straight >= STRAIGHT_SHARE * (box[2] - box[0] + box[3] - box[1])

    def _point(self, segment: int, matrix: Matrix) -> tuple[float, float]:
        floats = self._floats
        self._calls.segment_point(segment, self._float_at[0], self._float_at[1])
        a, b, c, d, e, f = matrix
        return a * floats[0] + c * floats[1] + e, b * floats[0] + d * floats[1] + f

    def _is_opaque(self, item: _Item) -> bool:
        return not self._calls.see_through(item.handle)

    def _hidden_under(self, item: _Item, box: Box) -> list[Box]:
        """Return the places of words drawn before a picture, under it, where nothing shows through."""
        content = self._content
        under = [
            place
            for word in content.words
            if content.depth.get(word.owner, item.z) < item.z
            and cut_box(place := page_box(word, content.width, content.height), box) == place
        ]
        if not under or self._tried >= MAX_TRIED_PICTURES or not self._is_opaque(item):
            return []
        self._tried += 1
        clip = self._clip(item)
        return self._solid_places(item, box, under) if clip is not None and cut_box(box, clip) == box else []

    def _solid_places(self, item: _Item, box: Box, places: Sequence[Box]) -> list[Box]:
        """Return the places in whose middle the picture, drawn on its own, is not see-through."""
        raw = self._calls.raw
        handle = ctypes.cast(item.handle, raw.FPDF_PAGEOBJECT)
        bitmap = raw.FPDFImageObj_GetRenderedBitmap(self._document.raw, self._page.raw, handle)
        if not bitmap:
            return []
        try:
            return [place for place in places if _alpha(bitmap, raw, place, box) == 255]
        finally:
            raw.FPDFBitmap_Destroy(bitmap)


def _alpha(bitmap: Any, raw: Any, place: Box, box: Box) -> int:
    """Return the alpha (0-255) of a picture's bitmap at the middle of a place on the page."""
    if raw.FPDFBitmap_GetFormat(bitmap) != raw.FPDFBitmap_BGRA:
        return 255
    across = ((place[0] + place[2]) / 2 - box[0]) / ((box[2] - box[0]) or 1.0)
    down = ((place[1] + place[3]) / 2 - box[1]) / ((box[3] - box[1]) or 1.0)
    width, height = raw.FPDFBitmap_GetWidth(bitmap), raw.FPDFBitmap_GetHeight(bitmap)
    x, y = min(int(across * width), width - 1), min(int(down * height), height - 1)
    at = y * raw.FPDFBitmap_GetStride(bitmap) + 4 * x + 3
    return int(ctypes.cast(raw.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_uint8))[at])


def _gather_art(boxes: Sequence[Box], content: PageContent) -> list[Box]:
    """Return the boxes of drawn figures: curves and slanted lines that lie together, without backgrounds."""
    paper = content.width * content.height or 1.0
    groups: list[Box] = []
    for box in boxes[:MAX_ART]:
        if (box[2] - box[0]) * (box[3] - box[1]) > MAX_ART_SHARE * paper:
            continue
        merged = box
        apart = []
        for group in groups:
            if _near(group, merged):
                merged = (
                    min(group[0], merged[0]),
                    min(group[1], merged[1]),
                    max(group[2], merged[2]),
                    max(group[3], merged[3]),
                )
            else:
                apart.append(group)
        groups = [*apart, merged]
    large = LEAST_ART_POINTS
    return [group for group in groups if group[2] - group[0] >= large and group[3] - group[1] >= large]


def _may_hold_words(box: Box, content: PageContent) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    small = wide <= PANEL_SHARE * content.width and high <= PANEL_SHARE * content.height
    return small and wide >= PANEL_POINTS[0] and high >= PANEL_POINTS[1]


def _near(first: Box, second: Box) -> bool:
    gap = ART_GAP_POINTS
    return (
        first[0] - gap <= second[2]
        and second[0] - gap <= first[2]
        and first[1] - gap <= second[3]
        and second[1] - gap <= first[3]
    )


def _straight(start: tuple[float, float], end: tuple[float, float]) -> bool:
    return abs(start[0] - end[0]) < FLAT_POINTS or abs(start[1] - end[1]) < FLAT_POINTS


def _on_side(point: tuple[float, float], box: Box) -> bool:
    near = SAME_CORNER_POINTS
    return min(abs(point[0] - box[0]), abs(point[0] - box[2])) < near or (
        min(abs(point[1] - box[1]), abs(point[1] - box[3])) < near
    )


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)
