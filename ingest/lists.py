"""List items whose number or letter is no marker become paragraphs again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.drafts import Draft
from ingest.furniture import number_value
from ingest.levels import heading_number
from ingest.markers import BULLETS, dotted_marker, strip_marker
from ingest.pieces import Style

SET_IN_EM = 1.2
"""Items without a bullet stand at least so far right of the column's edge; first lines 0.8-1.1 em."""
REACH = 14
"""So many blocks away may the item before or after stand: items can hold paragraphs and lists."""
TITLE_CHARS = 75
DOTTED_REACH = 30
"""Numbers of several parts ("15.1.") hardly stand by chance: their neighbours may be further away."""

EDGE_POINTS = 3.0


def settle_lists(drafts: Sequence[Draft]) -> None:
    """Turn numbered or lettered items that have no neighbour in their sequence into paragraphs."""
    forms: dict[str, list[tuple[int, Draft]]] = {}
    for index, draft in enumerate(drafts):
        form = _form(draft) if draft.type == "list_item" else ""
        if form:
            forms.setdefault(form, []).append((index, draft))
    alone = [
        draft
        for items in forms.values()
        for place, (index, draft) in enumerate(items)
        if not any(
            abs(i - index) <= REACH and (follows(draft, other) or follows(other, draft))
            for i, other in (*items[max(0, place - REACH) : place][::-1], *items[place + 1 : place + REACH])
        )
    ]
    for draft in alone:
        draft.type, draft.marker = "paragraph", None


def find_lost_bullets(drafts: Sequence[Draft]) -> None:
    """Type paragraphs as items that are set in one below another as items whose bullet is lost.

    Three in a row, or two after a colon or in small letters; quotations are set in too.
    """
    run: list[Draft] = []
    lead = ""
    last = ""
    edges = _text_edges(drafts)
    for draft in [*drafts, None]:
        set_in = draft is not None and _is_set_in(draft) and _shows_edge(draft, edges)
        if draft is not None and set_in and run and _stands_below(run[-1], draft):
            run.append(draft)
            continue
        small = all(each.text[0].islower() for each in run)
        if len(run) >= 3 or (len(run) == 2 and (lead == ":" or small)):
            for each in run:
                each.type, each.marker = "list_item", ""
        run, lead = ([draft] if draft is not None and set_in else []), last
        last = draft.text[-1:] if draft is not None else ""


def find_dotted(drafts: Sequence[Draft]) -> None:
    """Type paragraphs that start with numbers of several parts and whose neighbour in the sequence is near.

    Short lines without a stop over a paragraph, below a heading of the number's first parts, are headings
    (pages read by OCR do not tell bold type); the others are items.
    """
    places: dict[tuple[int, ...], list[tuple[int, Draft]]] = {}
    chapters = set()
    for index, draft in enumerate(drafts):
        number = heading_number(draft.text) if draft.type == "heading" else None
        if number is not None:
            chapters.add(number)
        plain = draft.type in ("paragraph", "list_item") and not draft.figure
        marker = dotted_marker(draft.text) if plain else None
        if marker is not None:
            places.setdefault(_parts(marker), []).append((index, draft))
    for parts, own in sorted(places.items()):
        beside = [
            *places.get((*parts[:-1], parts[-1] - 1), ()),
            *places.get((*parts[:-1], parts[-1] + 1), ()),
        ]
        for index, draft in own:
            if not any(abs(other - index) <= DOTTED_REACH for other, _ in beside):
                continue
            if not _is_titled(drafts, index):
                draft.type, draft.marker = "list_item", dotted_marker(draft.text)
            elif ".".join(map(str, parts[:-1])) in chapters:
                draft.type, draft.marker = "heading", None
                chapters.add(".".join(map(str, parts)))


def _is_titled(drafts: Sequence[Draft], index: int) -> bool:
    """Tell whether a block is one short line without a stop, over a paragraph or bullets."""
    draft, after = drafts[index], drafts[index + 1] if index + 1 < len(drafts) else None
    words = strip_marker(draft.text)
    short = (
        len(draft.pieces) == 1
        and len(words) <= TITLE_CHARS
        and words[0].isupper()
        and words[-1] not in ".,;:"
    )
    if not short or after is None:
        return False
    bullets = after.type == "list_item" and dotted_marker(after.text) is None
    return bullets or (after.type == "paragraph" and len(after.pieces) > 1)


def _parts(marker: str) -> tuple[int, ...]:
    return tuple(int(part) for part in marker.rstrip(".").split("."))


def _text_edges(drafts: Sequence[Draft]) -> Counter[tuple[Style, int]]:
    """Count the lines of paragraphs that start at each place, by look and by steps of `EDGE_POINTS`."""
    pieces = (p for d in drafts if d.type == "paragraph" and not d.figure for p in d.pieces)
    return Counter((piece.style, round(piece.x0 / EDGE_POINTS)) for piece in pieces)


def _shows_edge(draft: Draft, edges: Counter[tuple[Style, int]]) -> bool:
    """Tell whether text of the same look starts at the column's edge anywhere.

    Where only numbers of headings, pictures or their captions stand there, nothing is set in.
    """
    style, place = draft.pieces[0].style, round(draft.x0 / EDGE_POINTS)
    return any(edges[style, place + step] for step in (-1, 0, 1))


def _is_set_in(draft: Draft) -> bool:
    """Tell whether all lines of a paragraph start at one place right of its column's edge."""
    if draft.type != "paragraph" or draft.figure or draft.boxed or draft.text[0] in "«”\"“‘’'":
        return False
    starts = [piece.x0 for piece in draft.pieces]
    deep = min(starts) - draft.x0
    size = draft.pieces[0].style.size
    return SET_IN_EM * size <= deep <= 6 * size and max(starts) - min(starts) <= 2.0


def _stands_below(one: Draft, other: Draft) -> bool:
    same = abs(one.pieces[0].x0 - other.pieces[0].x0) <= 1.5 and one.pieces[0].style == other.pieces[0].style
    return same and one.last_page == other.first_page and other.pieces[0].y0 > one.pieces[-1].y0


def _form(draft: Draft) -> str:
    """Return the marker with its value left out ("(#)", "a.", "#."); "" for bullets."""
    marker = draft.marker or ""
    if not marker or marker[0] in BULLETS or marker in "-–—":
        return ""
    if marker in "*o":
        return marker
    core = marker.strip("().")
    kind = "#" if core.isdigit() else "A" if core.isupper() else "a"
    return marker.replace(core, kind)


def follows(before: Draft, after: Draft) -> bool:
    """Tell whether two markers are of one form and follow each other (1. 2., a) b), i) ii))."""
    if not _form(before) or _form(before) != _form(after):
        return False
    if before.marker == after.marker and (before.marker or "") in "*o":
        return True
    one, other = (before.marker or "").strip("()."), (after.marker or "").strip("().")
    if one.isdigit():
        return int(other) - int(one) == 1
    if len(one) == len(other) == 1 and ord(other) - ord(one) in (1, 2):
        return True
    values = number_value(one), number_value(other)
    return values[0] is not None and values[1] is not None and values[1] - values[0] == 1
