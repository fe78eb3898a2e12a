"""The title of a document, and what stands around it on the cover."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.drafts import Draft
from ingest.levels import Matches, fold, heading_number, style_key
from ingest.pieces import Style

TITLE_SHARE = 1.25
"""A title is at least this much larger than the body."""
COVER_CHARS = 250
"""A first page with fewer characters in paragraphs of two lines or more is a cover."""

REPEAT_PAGES = 2
"""Within so many pages after it a cover's title may be printed once more, on a title page."""


def type_title(drafts: Sequence[Draft], body: Style, matches: Matches, metadata_title: str) -> None:
    """Set type `title` on the title, if the first pages show one, and undo headings of the cover."""
    pages = sorted({draft.first_page for draft in drafts})
    if not pages:
        return
    front = [
        d for d in drafts if d.first_page == pages[0] and d.type in ("heading", "paragraph", "list_item")
    ]
    title = _find_title(front, drafts, body, metadata_title)
    if title is None:
        return
    title.type, title.level, title.marker = "title", None, None
    _undo_cover(front, drafts, body, matches)
    for number in pages[1 : 1 + REPEAT_PAGES]:
        _undo_title_page([d for d in drafts if d.first_page == number], title, body, matches)


def _find_title(
    front: Sequence[Draft], drafts: Sequence[Draft], body: Style, metadata_title: str
) -> Draft | None:
    """Return the largest block of the first page, if no heading elsewhere looks the same."""
    short = [draft for draft in _before_text(front, body) if _may_be_title(draft, drafts)]
    named = next((d for d in short if fold(d.text) == fold(metadata_title)), None) if metadata_title else None
    largest = max(
        short, key=lambda draft: (draft.pieces[0].style.size, draft.type == "heading"), default=None
    )
    best = named or largest
    cover = _running_chars(front, body) < COVER_CHARS
    least = 1.0 if named or (cover and best is not None and best.type == "heading") else TITLE_SHARE
    if best is None or best.pieces[0].style.size < body.size * least:
        return None
    same = [d for d in drafts if d is not best and d.type == "heading" and style_key(d) == style_key(best)]
    larger = [
        d for d in drafts if d.type == "heading" and d.pieces[0].style.size > best.pieces[0].style.size + 0.5
    ]
    if not named and not cover and (same or len(larger) >= 3):
        return None
    return best


def _before_text(front: Sequence[Draft], body: Style) -> list[Draft]:
    """Return the blocks of the first page down to its first paragraph of two lines."""
    for place, draft in enumerate(front):
        if (
            draft.type == "paragraph"
            and len(draft.pieces) >= 2
            and draft.pieces[0].style.size <= body.size * 1.1
        ):
            return list(front[:place])
    return list(front)


def _may_be_title(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Tell whether a block is short, no chapter, and does not open the contents."""
    following = next((after for before, after in pairwise(drafts) if before is draft), None)
    opens = following is not None and following.type == "contents"
    numbered = heading_number(draft.text) is not None and draft.type == "heading"
    return len(draft.text) <= 250 and any(map(str.isalpha, draft.text)) and not opens and not numbered


def _running_chars(front: Sequence[Draft], body: Style) -> int:
    """Return how many characters of the first page stand in paragraphs of two lines or more."""
    return sum(
        len(d.text)
        for d in front
        if d.type == "paragraph" and len(d.pieces) >= 2 and d.pieces[0].style.size <= body.size * 1.1
    )


def _undo_title_page(page: Sequence[Draft], title: Draft, body: Style, matches: Matches) -> None:
    """Make headings of a page paragraphs that prints the title again and holds no running text."""
    again = any(fold(draft.text) == fold(title.text) for draft in page)
    if not again or _running_chars(page, body) >= COVER_CHARS:
        return
    for draft in page:
        if draft.type == "heading" and draft not in matches:
            draft.type = "paragraph"


def _undo_cover(front: Sequence[Draft], drafts: Sequence[Draft], body: Style, matches: Matches) -> None:
    """Make subtitles and names on the cover paragraphs: looks that no later heading has."""
    running = _running_chars(front, body)
    later = {style_key(draft) for draft in drafts if draft.type == "heading" and draft not in front}
    for draft in front:
        if (
            draft.type == "heading"
            and draft not in matches
            and (running < COVER_CHARS or style_key(draft) not in later)
        ):
            draft.type = "paragraph"
