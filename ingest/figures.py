"""Labels of charts and diagrams: small short text in and around drawn shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isfinite

from ingest.captions import is_caption
from ingest.drafts import Draft
from ingest.pieces import Piece, rows_of
from ingest.raw import RawPage, Shape
from ingest.rules import Area

CELL_POINTS = 18.0
"""Shapes nearer than about this are of one figure: gaps between bars are 3-12 pt where seen."""
LEAST_SHAPES = 3
LEAST_WIDTH, LEAST_HEIGHT = 60.0, 30.0
SMALL_SHARE = 0.86
"""Labels are set at most at this share of the body's size: 0.55-0.82 where seen; boxes' text 0.95."""
LABEL_CHARS = 40
LABEL_SHARE = 0.7
"""Most small lines in a figure are short; an area of small long lines is a text box."""
REACH_X, REACH_Y = 45.0, 16.0
"""Labels stand so far outside the shapes: names left of bars, years below axes."""
CLOSE_POINTS = 40.0
"""A caption stands at most so far above or below its picture."""
CAPTION_GAP = 0.4
"""The next line of a caption follows with at most so many line heights between."""
LEAST_PANELS, LEAST_DRAWN = 3, 2
"""Shapes with words in a diagram, and those of them that are no rectangles."""
MOST_PANELS = 400
PANEL_POINTS = (36.0, 14.0)
PANEL_LINES, PANEL_CHARS = 7, 160
"""Labels in one shape of a diagram: up to 5 lines and 75 letters where seen; text boxes hold more."""
MOST_SHAPES = 20_000


def split_figures(
    areas: Sequence[Area], pieces: Sequence[Piece], size: float
) -> tuple[list[Piece], list[Draft]]:
    """Return a page's pieces without labels of figures, and one paragraph of labels per figure.

    `size` is that of the body in points.
    """
    small = [piece for piece in pieces if piece.style.size <= SMALL_SHARE * size or piece.angle]
    if len(small) < 2 or not areas:
        return list(pieces), []
    captions = _captions(pieces)
    small = [piece for piece in small if piece.index not in captions]
    taken: set[int] = set()
    drafts: list[Draft] = []
    for area in areas:
        near = [p for p in small if p.index not in taken and _is_near(p, area)]
        short = [p for p in near if len(p.text) <= LABEL_CHARS]
        if len(short) < 2 or len(short) < LABEL_SHARE * len(near):
            continue
        taken |= {piece.index for piece in short}
        ordered = [piece for row in rows_of(short) for piece in row]
        drafts.append(Draft("paragraph", ordered, area.x0, area.x1, figure=True))
    return [piece for piece in pieces if piece.index not in taken], drafts


def split_diagram(page: RawPage, pieces: Sequence[Piece]) -> tuple[list[Piece], list[Draft]]:
    """Return a page's pieces without the words in ovals, arrows and rounded boxes, and a block for each of these.

    Three such shapes with a few words each make a diagram, coloured boxes among them; fewer are
    decoration behind text.
    """
    if len(page.panels) < LEAST_DRAWN:
        return list(pieces), []
    filled = [
        shape for shape in page.shapes[:MOST_PANELS] if shape.fill is not None and _is_panel(shape, page)
    ]
    panels = sorted([*page.panels, *filled], key=lambda each: (each.x1 - each.x0) * (each.y1 - each.y0))
    inside: dict[Shape, list[Piece]] = {}
    for piece in pieces:
        panel = next((each for each in panels if _holds(each, piece)), None)
        if panel is not None:
            inside.setdefault(panel, []).append(piece)
    labels = [
        Draft("paragraph", [p for row in rows_of(own) for p in row], panel.x0, panel.x1, figure=True)
        for panel, own in inside.items()
        if len(own) <= PANEL_LINES and sum(len(p.text) for p in own) <= PANEL_CHARS
    ]
    if len(labels) < LEAST_PANELS or sum(panel in page.panels for panel in inside) < LEAST_DRAWN:
        return list(pieces), []
    taken = {piece.index for draft in labels for piece in draft.pieces}
    return [piece for piece in pieces if piece.index not in taken], labels


def _is_panel(shape: Shape, page: RawPage) -> bool:
    wide, high = shape.x1 - shape.x0, shape.y1 - shape.y0
    return PANEL_POINTS[0] <= wide <= 0.5 * page.width and PANEL_POINTS[1] <= high <= 0.5 * page.height


def _holds(panel: Shape, piece: Piece) -> bool:
    return panel.x0 - 2 <= piece.x0 and piece.x1 <= panel.x1 + 2 and panel.y0 <= piece.middle <= panel.y1


def _captions(pieces: Sequence[Piece]) -> set[int]:
    """Return the indexes of the lines of numbered captions: each next one stands straight below in the same look."""
    found: set[int] = set()
    open_at: list[Piece] = []
    for piece in sorted(pieces, key=lambda each: (each.y0, each.x0)):
        above = next((p for p in open_at if _goes_on(p, piece)), None)
        if above is None and not is_caption(piece.text):
            continue
        open_at = [p for p in open_at if p is not above] + [piece]
        found.add(piece.index)
    return found


def _goes_on(above: Piece, piece: Piece) -> bool:
    gap = piece.y0 - above.y1
    return (
        above.style == piece.style
        and abs(above.x0 - piece.x0) <= 2.0
        and -0.3 * piece.height <= gap <= CAPTION_GAP * piece.height
        and not is_caption(piece.text)
    )


def _is_near(piece: Piece, area: Area) -> bool:
    """Tell whether a label stands in or close to an area; of turned ones the near end counts."""
    middle = (piece.x0 + piece.x1) / 2
    inside = area.x0 - REACH_X <= middle <= area.x1 + REACH_X
    if piece.angle:
        return inside and area.y0 - REACH_Y <= piece.y1 and piece.y0 <= area.y1 + REACH_Y
    return inside and area.y0 - REACH_Y <= piece.middle <= area.y1 + REACH_Y


def is_pictured(draft: Draft, areas: Sequence[Area]) -> bool:
    """Tell whether a block stands close above, below or in a picture."""
    top, end = draft.pieces[0].y0, draft.pieces[-1].y1
    return any(area.y0 - CLOSE_POINTS <= end and top <= area.y1 + CLOSE_POINTS for area in areas)


def find_areas(page: RawPage) -> list[Area]:
    """Return the places on a page where several shapes or a picture stand, from the top."""
    drawn = len(page.shapes) + len(page.pictures)
    if drawn > MOST_SHAPES or (len(page.shapes) < LEAST_SHAPES and not page.pictures):
        return []
    cells: dict[tuple[int, int], int] = {}
    spans: list[tuple[int, int, int, int]] = []
    pictures = [shape for shape in page.pictures if not _is_background(shape, page)]
    shapes = [shape for shape in page.shapes if not _is_background(shape, page)]
    for shape in [*shapes, *pictures]:
        spans.append(_cells_of(shape, page))
        x0, y0, x1, y1 = spans[-1]
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                cells[x, y] = -1
    _number(cells)
    counts = Counter(cells[x0, y0] for x0, y0, _, _ in spans)
    for x0, y0, _, _ in spans[len(shapes) :]:
        counts[cells[x0, y0]] += LEAST_SHAPES
    areas = [_area(cells, group) for group, count in counts.items() if count >= LEAST_SHAPES]
    wide = [a for a in areas if a.x1 - a.x0 >= LEAST_WIDTH and a.y1 - a.y0 >= LEAST_HEIGHT]
    return sorted(wide, key=lambda area: (area.y0, area.x0))


def _is_background(shape: Shape, page: RawPage) -> bool:
    if not isfinite(shape.x0 + shape.y0 + shape.x1 + shape.y1):
        return True
    wide, high = shape.x1 - shape.x0 > 0.8 * page.width, shape.y1 - shape.y0 > 0.4 * page.height
    return wide or high


def _cells_of(shape: Shape, page: RawPage) -> tuple[int, int, int, int]:
    def place(value: float, most: float) -> int:
        return int(min(max(value, 0.0), max(most, 1.0)) // CELL_POINTS)

    return (
        place(shape.x0, page.width), place(shape.y0, page.height),
        place(shape.x1, page.width), place(shape.y1, page.height),
    )  # fmt: skip


def _number(cells: dict[tuple[int, int], int]) -> None:
    """Give cells that touch one number."""
    group = 0
    for start in sorted(cells):
        if cells[start] >= 0:
            continue
        cells[start] = group
        stack = [start]
        while stack:
            x, y = stack.pop()
            for at in (
                (x - 1, y - 1), (x - 1, y), (x - 1, y + 1), (x, y - 1),
                (x, y + 1), (x + 1, y - 1), (x + 1, y), (x + 1, y + 1),
            ):  # fmt: skip
                if cells.get(at) == -1:
                    cells[at] = group
                    stack.append(at)
        group += 1


def _area(cells: dict[tuple[int, int], int], group: int) -> Area:
    own = [at for at, number in cells.items() if number == group]
    xs, ys = [x for x, _ in own], [y for _, y in own]
    return Area(
        min(xs) * CELL_POINTS, min(ys) * CELL_POINTS, (max(xs) + 1) * CELL_POINTS, (max(ys) + 1) * CELL_POINTS
    )
