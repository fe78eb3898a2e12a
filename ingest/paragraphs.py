"""Lines of a column -> paragraphs, list items and single lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.captions import is_caption
from ingest.columns import FLUSH_POINTS, JUSTIFIED_SHARE, Column, Grid
from ingest.drafts import Draft
from ingest.markers import BULLETS, marker_of
from ingest.pieces import Piece, all_bold
from models.document import BlockType

_SENTENCE_END = re.compile(r"[.!?:;…][»”\"’')\]]*$")

SIZE_STEP = 0.6
"""Lines whose sizes differ by more points are not of one paragraph."""
GAP_SHARE = 0.35
"""A gap wider than the column's usual one by this share of the line height ends a paragraph."""
INDENT_EM = 0.8
"""A first line set in by so many ems starts a paragraph."""
SLACK_SHARE = 0.03
"""A line that could have held the next word and still misses this share of the column's width
was ended by the writer."""
SURE_SHARE = 0.25
"""Missing this share more, it was so whatever the words are."""
BODY_STEP = 1.15
"""Lines up to this share of the body's size show where a column's right edge is; titles do not."""
DISPLAY_GAP = 0.3
"""Gap between the lines of one title, in line heights: titles are set with 1.0 to 1.3 of leading."""
TITLE_STEP = 1.5
"""Lines so many times as large as the smallest title are a cover's."""
JUSTIFIED_LEAST = 6
"""Columns with fewer lines do not show whether they are justified."""
NARROW_ROWS = 4
"""So many lines in a row that end at one place short of the edge run beside a picture."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a column is set: left edge, usual gap between lines (points), right edge of each line.

    Lines larger than `display` points are titles, which are broken by hand; `justified` tells
    that all lines but the last of a paragraph reach the right edge.
    """

    x0: float
    pitch: float
    rights: tuple[float, ...]
    display: float
    justified: bool


def build_drafts(column: Column, grid: Grid, held: Sequence[Sequence[Draft]]) -> list[Draft]:
    """Return the blocks of a column, from the top.

    Types are `paragraph` and `list_item`, and those of the blocks in `held`, to which pieces
    with `holds` point.
    """
    lines = column.pieces
    rights = _right_edges(column, grid.size)
    setting = _Setting(
        column.x0, usual_gap(lines), rights, grid.size * BODY_STEP, _is_justified(lines, rights, grid)
    )  # fmt: skip
    drafts: list[Draft] = []
    before: Piece | None = None
    for index, line in enumerate(lines):
        if line.holds is not None:
            drafts += held[line.holds]
            before = None
            continue
        marker = marker_of(line)
        if before is not None and not _breaks(
            drafts[-1], before, line, marker, setting, setting.rights[index - 1]
        ):
            drafts[-1].pieces.append(line)
        else:
            gap = line.y0 - before.y1 if before else 0.0
            kind: BlockType = "list_item" if marker else "paragraph"
            draft = Draft(kind, [line], column.x0, rights[index], gap=gap, marker=marker)
            draft.justified = setting.justified
            drafts.append(draft)
        before = line
    return drafts


def usual_gap(lines: Sequence[Piece]) -> float:
    """Return the points between lines that follow each other in one size: the lower third."""
    gaps = sorted(
        b.y0 - a.y1
        for a, b in itertools.pairwise(lines)
        if a.holds is None and b.holds is None
        and abs(a.style.size - b.style.size) < SIZE_STEP and -a.height < b.y0 - a.y1 < 2.5 * a.height
    )  # fmt: skip
    if not gaps:
        return 0.3 * lines[0].height if lines else 0.0
    return gaps[len(gaps) // 3]


def _right_edges(column: Column, size: float) -> tuple[float, ...]:
    """Return for each line where the words end at the latest, in points."""
    lines = column.pieces
    own = [p.x1 for p in lines if p.holds is None and p.style.size <= size * BODY_STEP]
    edge = max(own, default=column.x1)
    rights = [max(edge, p.x1) if p.style.size <= size * BODY_STEP else column.x1 for p in lines]
    width = max(edge - column.x0, 1.0)
    start = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and abs(lines[place].x1 - lines[start].x1) <= 0.01 * width:
            continue
        if place - start >= NARROW_ROWS and lines[start].x1 < edge - 0.05 * width:
            for inside in range(start, place):
                rights[inside] = max(p.x1 for p in lines[start:place])
        start = place
    return tuple(rights)


def _is_justified(lines: Sequence[Piece], rights: Sequence[float], grid: Grid) -> bool:
    """Tell whether most lines of a column reach its edge; short columns are as the document is."""
    own = [
        (p.x1, right) for p, right in zip(lines, rights, strict=True) if abs(p.style.size - grid.size) < 0.3
    ]
    if len(own) < JUSTIFIED_LEAST:
        return grid.justified
    return sum(right - x1 <= FLUSH_POINTS for x1, right in own) >= JUSTIFIED_SHARE * len(own)


def _breaks(
    draft: Draft, before: Piece, line: Piece, marker: str | None, setting: _Setting, right: float
) -> bool:
    """Tell whether a line starts a new block after the line before."""
    gap = line.y0 - before.y1
    if abs(before.style.size - line.style.size) > SIZE_STEP or gap < -line.height:
        return True
    display = min(before.style.size, line.style.size) > setting.display
    if gap > max(setting.pitch, DISPLAY_GAP * line.height if display else 0.0) + GAP_SHARE * line.height:
        return True
    if marker and _closes_bracket(before, marker):
        return False
    if marker and _starts_item(draft, line, marker, misses_edge(before, line, right, setting.x0)):
        return True
    if _straightens(draft, line) and misses_edge(before, line, right, setting.x0):
        return True
    display = display or _is_centred_title(before, line, setting, right)
    display = display or _is_in_caption(draft, line, setting)
    early = not display and ends_early(before, line, right, setting.x0, setting.justified)
    if _changes_look(before, line) and not _is_one_title(before, line, setting):
        return early or not _is_lead(before, line)
    if display:
        return False
    if draft.type == "list_item":
        out = line.x0 < draft.pieces[0].x0 - 2.0 and not line.text[0].islower()
        return (out and misses_edge(before, line, right, setting.x0)) or (
            early and line.x0 < draft.pieces[0].x0 + 1.0
        )
    return early or _indents(draft, before, line)


def _is_centred_title(before: Piece, line: Piece, setting: _Setting, right: float) -> bool:
    """Tell whether two bold lines are centred one above the other, as long titles are."""
    middle, width = (setting.x0 + right) / 2, max(right - setting.x0, 1.0)
    centred = all(abs((p.x0 + p.x1) / 2 - middle) < 0.02 * width and all_bold(p) for p in (before, line))
    return centred and max(before.x0, line.x0) > setting.x0 + 0.02 * width


def _is_one_title(before: Piece, line: Piece, setting: _Setting) -> bool:
    """Tell whether two lines of one size and colour are of a title whose weight changes, as on covers."""
    one, other = before.style, line.style
    return one.size == other.size >= TITLE_STEP * setting.display and one.color == other.color


def _is_in_caption(draft: Draft, line: Piece, setting: _Setting) -> bool:
    """Tell whether a line goes on with a caption in a look that is not the body's."""
    style = line.style
    apart = abs(style.size * BODY_STEP - setting.display) > 0.3 or style.bold or style.italic
    return apart and style == draft.pieces[0].style and is_caption(draft.pieces[0].text)


def _is_lead(before: Piece, line: Piece) -> bool:
    """Tell whether a bold line ends lead words that fill it: a sentence in the text's own font."""
    one, other = before.tail, line.head
    family = (
        one.font.split("+")[-1].split("-")[0].split(",")[0]
        == other.font.split("+")[-1].split("-")[0].split(",")[0]
    )
    return (
        bool(_SENTENCE_END.search(before.text))
        and abs(one.size - other.size) < 0.2
        and one.color == other.color
        and family
    )


def _changes_look(before: Piece, line: Piece) -> bool:
    """Tell whether weight or colour changes at the line's start, and with it the whole line."""
    bold = before.tail.bold != line.head.bold and (all_bold(before) or all_bold(line))
    coloured = before.style.color != line.style.color and before.tail.color != line.head.color
    return bold or coloured


def _straightens(draft: Draft, line: Piece) -> bool:
    """Tell whether an upright line follows one or two wholly slanted ones, as under a slanted heading."""
    slanted = all(p.style.italic and p.head.italic and p.tail.italic for p in draft.pieces)
    return len(draft.pieces) <= 2 and slanted and not line.head.italic and not line.style.italic


def _indents(draft: Draft, before: Piece, line: Piece) -> bool:
    """Tell whether a line is set in (or, in a hanging paragraph, out) as first lines are."""
    indent = INDENT_EM * line.style.size
    first = draft.pieces[0]
    if len(draft.pieces) > 1:
        hanging = draft.pieces[1].x0 > first.x0 + indent
        if hanging and abs(line.x0 - first.x0) < 0.5 * indent and before.x0 > first.x0 + 0.5 * indent:
            return True
        return indent < line.x0 - before.x0 < 5 * line.style.size and not hanging
    return False


def _starts_item(draft: Draft, line: Piece, marker: str, early: bool) -> bool:
    """Tell whether a marker at a line's start opens an item: "12. mai" and a dash in a sentence do not.

    `early` tells that the line before left room for the marker.
    """
    before = draft.pieces[-1]
    if marker[0] in BULLETS or early or _SENTENCE_END.search(before.text):
        return True
    if draft.type == "list_item" and draft.marker and len(draft.marker) == len(marker):
        return abs(line.x0 - draft.pieces[0].x0) < 3.0
    return len(marker) > 1 and line.x0 > before.x0 + INDENT_EM * line.style.size


def _closes_bracket(before: Piece, marker: str) -> bool:
    """Tell whether what looks like an item's number ends a bracket: "(2004, s." before "29)"."""
    return marker[:-1].isdigit() and marker[-1] == ")" and before.text.rfind("(") > before.text.rfind(")")


def word_width(line: Piece) -> float:
    """Return about how wide the first word of a line and a space are, in points."""
    word = line.text.split(" ", 1)[0]
    return (len(word) + 1.5) * (line.x1 - line.x0) / max(len(line.text), 1)


def misses_edge(before: Piece, line: Piece, right: float, left: float) -> bool:
    """Tell whether the first word of a line would have fitted at the end of the line before."""
    return right - before.x1 > word_width(line) + SLACK_SHARE * max(right - left, 1.0)


def ends_early(before: Piece, line: Piece, right: float, left: float, justified: bool = False) -> bool:
    """Tell whether a line was ended before the column was full: the next word would have fitted.

    `right` and `left` are the column's edges in points. In justified columns a line that ends a
    sentence and misses the edge was ended too.
    """
    room, width = right - before.x1, max(right - left, 1.0)
    need = word_width(line)
    ended = (
        _SENTENCE_END.search(before.text) is not None and "://" not in before.text[-120:].rsplit(" ", 1)[-1]
    )
    if justified and room > 2 * FLUSH_POINTS and ended:
        return True
    if not misses_edge(before, line, right, left):
        return False
    if room > need + SURE_SHARE * width:
        return True
    return ended and not line.text[0].islower()
