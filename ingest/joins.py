"""Paragraphs that run over a column or a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.drafts import Draft
from ingest.markers import dotted_marker
from ingest.paragraphs import SIZE_STEP, ends_early

_ENDED = re.compile(r"[.!?:;…][»”\"’')\]]*$")
OUTSIDE = frozenset({"footnote", "header", "footer"})
FLOATS = frozenset({"table", "caption", "contents", "footnote", "header", "footer"})
"""Blocks that may stand between the two halves of a paragraph."""

NARROW_SHARE = 0.3
"""Lines in a column narrower than this share of the page's text (names under a letter) are full
by chance: only words can show that they go on."""


def join_parts(flow: Iterable[Draft]) -> list[Draft]:
    """Return the blocks of a document, given in reading order, with cut ones made whole.

    Over one page border goes one block at most, and none over two: what else stands on the
    pages (notes, feet) needs a place in the text on its own page.
    """
    joined: list[Draft] = []
    last: dict[bool, Draft | None] = {False: None, True: None}
    crossed: set[int] = set()
    for draft in flow:
        earlier = joined[-1] if draft.type == "table" and joined else last[draft.boxed]
        border = earlier.last_page if earlier is not None and earlier.last_page != draft.first_page else 0
        free = earlier is not None and (
            not border or (border not in crossed and earlier.first_page == border)
        )
        if (
            earlier is not None
            and free
            and draft.first_page - earlier.last_page <= 1
            and _goes_on(joined, earlier, draft)
        ):
            _extend(earlier, draft)
            crossed |= {border} if border else set()
            continue
        joined.append(draft)
        crossed |= set(range(draft.first_page, draft.last_page))
        if draft.type not in FLOATS and not draft.figure:
            last[draft.boxed] = draft
    return joined


def gather_fields(flow: Sequence[Draft]) -> list[Draft]:
    """Return blocks with what a field of a board holds on the next page moved behind what it holds on its own."""
    last: dict[int, int] = {}
    moved: dict[int, list[Draft]] = {}
    current = 0
    for place, draft in enumerate(flow):
        if draft.type in OUTSIDE:
            continue
        if draft.field in (0, current) or draft.field not in last:
            last[draft.field] = place
            current = draft.field
        else:
            moved.setdefault(last[draft.field], []).append(draft)
    if not moved:
        return list(flow)
    gone = {id(draft) for drafts in moved.values() for draft in drafts}
    kept = [(place, draft) for place, draft in enumerate(flow) if id(draft) not in gone]
    return [each for place, draft in kept for each in (draft, *moved.get(place, ()))]


def _goes_on(joined: Sequence[Draft], earlier: Draft, draft: Draft) -> bool:
    if draft.type == "table":
        return table_goes_on(earlier, draft)
    if draft.field != earlier.field:
        return False
    return not draft.figure and _is_cut(joined[-1], earlier, draft) and _may_join(joined, earlier, draft)


def _extend(earlier: Draft, draft: Draft) -> None:
    earlier.pieces += draft.pieces
    earlier.cells += draft.cells
    earlier.x0, earlier.x1, earlier.justified = draft.x0, draft.x1, draft.justified


def table_goes_on(earlier: Draft, draft: Draft) -> bool:
    """Tell whether a table goes on at the top of the next page; a repeated head is taken out of it."""
    if (
        earlier.type != "table"
        or draft.first_page != earlier.last_page + 1
        or not earlier.cells
        or not draft.cells
    ):
        return False
    alike = (
        len(earlier.cells[0]) == len(draft.cells[0])
        and abs(earlier.x0 - draft.x0) < 6
        and abs(earlier.x1 - draft.x1) < 6
    )
    if not alike:
        return False
    heads = [[[piece.text for piece in cell] for cell in table.cells[0]] for table in (earlier, draft)]
    if heads[0] == heads[1]:
        gone = {piece.index for cell in draft.cells[0] for piece in cell}
        draft.cells = draft.cells[1:]
        draft.pieces = [piece for piece in draft.pieces if piece.index not in gone]
        return bool(draft.cells)
    return draft.header_rows == 0


def _is_cut(before: Draft, earlier: Draft, draft: Draft) -> bool:
    """Tell whether a page, a column or a float lies between two blocks."""
    one, other = earlier.pieces[-1], draft.pieces[0]
    return before is not earlier or one.page != other.page or other.y0 < one.y1 - 1.0


def _may_join(joined: Sequence[Draft], earlier: Draft, draft: Draft) -> bool:
    between = 0
    for other in reversed(joined):
        if other is earlier:
            break
        between += 1
    return between <= 6 and continues(earlier, draft, between > 0)


def continues(draft: Draft, following: Draft, apart: bool) -> bool:
    """Tell whether a block is the second part of another that a page, column or picture cut.

    `apart` tells that other blocks stand between the two, so that only words count.
    """
    if draft.type not in ("paragraph", "list_item") or following.type != "paragraph":
        return False
    before, line = draft.pieces[-1], following.pieces[0]
    if draft.text == following.text:
        return False  # a cover's title stands on the title page again
    if dotted_marker(line.text) and before.text[-1] in ".:;":
        return False
    if abs(before.style.size - line.style.size) > SIZE_STEP or before.tail.bold != line.head.bold:
        return False
    ended = bool(_ENDED.search(before.text))
    if before.text[-1] == ";" and line.text[0].islower() and draft.type == "paragraph":
        return True
    if before.text[-1] in "-\u2010\u00ad" or (line.text[0].islower() and not ended):
        return True
    if (
        apart
        or (ended and line.text[0].islower())
        or draft.x1 - draft.x0 < NARROW_SHARE * (draft.area[1] - draft.area[0])
    ):
        return False
    return not ended_early(draft, following)


def ended_early(draft: Draft, following: Draft) -> bool:
    """Tell whether the last line of a block could have held the next block's first word."""
    if len(draft.pieces) < 2:
        return True
    return ends_early(draft.pieces[-1], following.pieces[0], draft.x1, draft.x0, draft.justified)
