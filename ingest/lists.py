"""List items whose number or letter is no marker become paragraphs again."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.drafts import Draft
from ingest.furniture import number_value
from ingest.markers import BULLETS

REACH = 14
"""So many blocks away may the item before or after stand: items can hold paragraphs and lists."""


def settle_lists(drafts: Sequence[Draft]) -> None:
    """Turn numbered or lettered items that have no neighbour in their sequence into paragraphs."""
    items = [(i, draft) for i, draft in enumerate(drafts) if draft.type == "list_item" and _form(draft)]
    alone = []
    for place, (index, draft) in enumerate(items):
        near = [d for i, d in items[max(0, place - REACH) : place + REACH] if abs(i - index) <= REACH and d is not draft]
        if not any(follows(draft, other) or follows(other, draft) for other in near):
            alone.append(draft)
    for draft in alone:
        draft.type, draft.marker = "paragraph", None


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
