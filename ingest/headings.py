"""Which blocks are headings, by their looks and by what the document says itself."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.captions import type_captions
from ingest.drafts import Draft
from ingest.levels import Guides, Matches, fold, heading_number, match_guides, set_levels, style_key
from ingest.lists import find_dotted, find_lost_bullets, follows, settle_lists
from ingest.markers import has_bullet, marker_of
from ingest.pieces import Style, all_bold
from ingest.references import is_reference_heading, type_references
from ingest.titles import type_title

MOST_CHARS = 220
MOST_LINES = 5
LARGER_SHARE = 1.08
"""Headings by size are this much larger than the body; 1.05 takes in bylines and lead paragraphs."""
SMALLER_SHARE = 0.93
"""Below this share of the body's size stand captions, labels and notes, never headings."""
SLIDE_SHARE = 1.6
"""Lines so much larger than the body head a page even if only labels follow: titles of slides."""
BAND_SHARE = 1.3
"""Lines so much larger than the body, in another colour, that stand alone in a band head what follows outside of it;
pull quotes between rules have the body's colour."""
REACH = 4
TEXT_CHARS = 60
"""A heading has text of so many letters, a list or a table among the next blocks: two headings may
come between; labels of diagrams are followed by labels."""
SENTENCE_CHARS = 20
LEAD_IN_CHARS = 80
"""A bold sentence of so many letters up to a colon leads in to what follows; headings with one have 8-65."""
SLANTED_CHARS = 90
SLANTED_LEAST = 2
"""Slanted lines are headings if so many of them stand straight above text, with so many letters at most."""
QUOTE_CHARS = 45
"""A large line of so many letters that the body repeats word by word is a pull quote."""
NAMED_LEAST = 5
NAMED_SHARE = 0.7
LOOK_SHARE = 0.5
"""Where guides name at least so many headings and this share of all, they are taken at their word
for looks of which they name none, or half and more."""
SPACED_PER_PAGE = 0.5
"""Where styled headings are rarer than this per page, single lines between spaces may be headings."""
SPACED_LEAST = 3
SPACED_CHARS = 75
ROW_GAP_EM = 2.0
"""Labels on one row stand further apart than this (seen: 2.6-4.0 on slides); words of a justified line do not."""

_END = re.compile(r"[.,;]$")
_INNER_STOP = re.compile(r"[.!?] +[A-ZÆØÅÄÖ]")
_QUOTE = re.compile(r"[”\"«“»]|(?<!\w)[‘’']|[‘’'](?!\w)")
_MEASURE = re.compile(r"\d\s?(?:%|‰|€|m²|km²)$|\d,\d+$")
_LINK = re.compile(r"https?:|www\.|@\w")


@dataclass(frozen=True, slots=True)
class _View:
    """What the rules need besides a block: the body's style, guides, and all text folded."""

    body: Style
    matches: Matches
    flat: str


def type_headings(drafts: Sequence[Draft], body: Style, guides: Guides, metadata_title: str = "") -> None:
    """Set the types of blocks that are no plain paragraphs, and the levels of headings."""
    settle_lists(drafts)
    find_lost_bullets(drafts)
    type_captions(drafts, body)
    flat = "\n".join(
        fold(d.text) for d in drafts if d.type in ("paragraph", "list_item") and len(d.pieces) > 3
    )
    view = _View(body, match_guides(drafts, guides), flat)
    for index, draft in enumerate(drafts):
        if is_heading(drafts, index, view):
            draft.type, draft.marker = "heading", None
    _drop_lone_slanted(drafts, view)
    _add_spaced(drafts, view)
    _settle_boxes(drafts)
    type_title(drafts, body, view.matches, metadata_title)
    _drop_unnamed(drafts, view)
    find_dotted(drafts)
    set_levels([draft for draft in drafts if draft.type == "heading"], view.matches)
    for draft, following in itertools.pairwise(drafts):
        if draft.type == "heading" and following.type == "contents" and draft not in view.matches:
            draft.level = 1
    type_references(drafts)


def is_heading(drafts: Sequence[Draft], index: int, view: _View) -> bool:
    """Tell whether a block is named by a guide, or stands out and heads what follows."""
    draft = drafts[index]
    if draft.type not in ("paragraph", "list_item") or draft.figure or has_bullet(draft):
        return False
    if draft in view.matches and len(draft.text) < 2 * MOST_CHARS:
        return True
    if _is_in_list(drafts, index) or not stands_out(draft, view.body) or not _heads_text(drafts, index, view):
        return False
    before = drafts[index - 1] if index else None
    if draft.text[-1] == "." and before is not None and before.text[-1:] == ":":
        return False
    if draft.text[-1] == ":" and len(draft.text) >= LEAD_IN_CHARS:
        return False
    if _is_key_figure(drafts, index):
        return False
    words = fold(draft.text)
    return not (len(words) >= QUOTE_CHARS and words in view.flat)


def _is_key_figure(drafts: Sequence[Draft], index: int) -> bool:
    """Tell whether a line is a name with its value ("UNEMPLOYMENT 7,6 %") over a few more words or none."""
    after = drafts[index + 1] if index + 1 < len(drafts) else None
    short = after is None or len(after.text) < TEXT_CHARS
    return short and heading_number(drafts[index].text) is None and bool(_MEASURE.search(drafts[index].text))


def _is_in_list(drafts: Sequence[Draft], index: int) -> bool:
    """Tell whether a numbered line stands straight before or after its neighbour in the sequence."""
    draft = drafts[index]
    if draft.type != "list_item":
        return False
    before, after = drafts[max(index - 1, 0)], drafts[min(index + 1, len(drafts) - 1)]
    return (before.marker is not None and follows(before, draft)) or (
        after.marker is not None and follows(draft, after)
    )


def stands_out(draft: Draft, body: Style) -> bool:
    """Tell whether a block is short and looks unlike the body, as headings do."""
    text, style = draft.text, draft.pieces[0].style
    if len(text) > MOST_CHARS or len(draft.pieces) > MOST_LINES or not _has_words(text):
        return False
    if style.size < body.size * SMALLER_SHARE or _LINK.search(text) or _is_quoted(text):
        return False
    bold = all(map(all_bold, draft.pieces)) and not body.bold
    larger = style.size >= body.size * LARGER_SHARE
    coloured = style.color != body.color and _is_coloured(style.color)
    if (_END.search(text) and (not bold or _INNER_STOP.search(text))) or _is_row(draft):
        return False
    if draft.type == "list_item":
        return (bold or larger) and (larger or coloured or _is_numbered(draft))
    slanted = style.italic and not body.italic and len(draft.pieces) <= 2 and len(text) < SLANTED_CHARS
    return larger or bold or (coloured and not style.italic and len(text) < 150) or slanted


def _is_row(draft: Draft) -> bool:
    """Tell whether a line is three labels or more side by side, as over a diagram; a number and a title are two."""
    for piece in draft.pieces:
        gap = ROW_GAP_EM * max(piece.style.size, 1.0)
        if sum(right[1] - left[2] > gap for left, right in itertools.pairwise(piece.spans)) >= 2:
            return True
    return False


def _drop_lone_slanted(drafts: Sequence[Draft], view: _View) -> None:
    """Take back headings marked by slant alone unless two or more stand straight above text.

    One alone is a signature, a quotation or a credit.
    """
    slanted = []
    for index, draft in enumerate(drafts):
        style = draft.pieces[0].style
        plain = not style.bold and style.size < view.body.size * LARGER_SHARE and draft not in view.matches
        if (
            draft.type == "heading"
            and not draft.depth
            and style.italic
            and plain
            and not _is_coloured(style.color)
        ):
            following = drafts[index + 1] if index + 1 < len(drafts) else draft
            straight = following.type in ("paragraph", "list_item") and not following.pieces[0].style.italic
            slanted.append((draft, straight and draft.boxed == following.boxed))
    kept = [draft for draft, straight in slanted if straight]
    for draft, straight in slanted:
        if not straight or len(kept) < SLANTED_LEAST:
            draft.type = "paragraph"


def _has_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= (1 if heading_number(text) else 2)


def _is_numbered(draft: Draft) -> bool:
    return (draft.marker or "").strip("().").isdigit()


def _is_coloured(color: int) -> bool:
    """Tell whether a colour is neither grey, black nor white."""
    red, green, blue = color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF
    return max(red, green, blue) - min(red, green, blue) > 40


def _is_quoted(text: str) -> bool:
    """Tell whether a text is one quotation, not a line that starts and ends with quoted words."""
    return (
        len(_QUOTE.findall(text)) <= 2
        and text[0] in "”\"«“'’»"
        and text.rstrip(".")[-1:] in ("”", '"', "»", "“", "'", "’", "«")
    )


def _heads_text(drafts: Sequence[Draft], index: int, view: _View) -> bool:
    """Tell whether text, a list or a table follows soon, in the same frame; labels head nothing."""
    draft = drafts[index]
    size = draft.pieces[0].style.size
    after = drafts[index + 1] if index + 1 < len(drafts) else None
    if after is not None and (
        is_reference_heading(draft.text) or (size >= SLIDE_SHARE * view.body.size and not draft.boxed)
    ):
        return True
    if (
        after is not None
        and after.boxed == draft.boxed
        and heading_number(draft.text)
        and _is_sentence(after)
    ):
        return True
    coloured = draft.pieces[0].style.color != view.body.color
    band = draft.boxed and coloured and size >= BAND_SHARE * view.body.size and _is_alone(drafts, index)
    for following in drafts[index + 1 : index + 1 + REACH]:
        if following.boxed != draft.boxed and draft.boxed and not band:
            return False
        if following.type in ("list_item", "table", "caption", "contents") or (
            len(following.text) >= TEXT_CHARS and not following.figure
        ):
            return True
    return False


def _is_alone(drafts: Sequence[Draft], index: int) -> bool:
    """Tell whether a block has its frame for itself, as a title in a coloured band has; badges come again."""
    words = drafts[index].text
    return _fills_frame(drafts, index) and sum(one.boxed and one.text == words for one in drafts) == 1


def _fills_frame(drafts: Sequence[Draft], index: int) -> bool:
    """Tell whether nothing else stands in a block's frame, or one or two smaller lines below it."""
    before, after = _frame_goes_on(drafts, index)
    if before or not after:
        return not before
    title, line = drafts[index], drafts[index + 1]
    small = line.pieces[0].style.size * BAND_SHARE <= title.pieces[0].style.size
    return small and len(line.pieces) <= 2 and not _frame_goes_on(drafts, index + 1)[1]


def _is_sentence(draft: Draft) -> bool:
    """Tell whether a block is a short sentence, as stands alone under a numbered heading of a regulation."""
    return not draft.figure and len(draft.text) >= SENTENCE_CHARS and draft.text[-1] in ".!?"


def _add_spaced(drafts: Sequence[Draft], view: _View) -> None:
    """Add single lines between spaces where a document hardly marks its headings otherwise."""
    pages = {draft.first_page for draft in drafts}
    styled = sum(draft.type == "heading" for draft in drafts)
    if styled >= SPACED_PER_PAGE * len(pages):
        return
    found = [index for index in range(1, len(drafts) - 1) if _is_spaced(drafts, index, view.body)]
    if len(found) >= SPACED_LEAST:
        for index in found:
            drafts[index].type = "heading"


def _is_spaced(drafts: Sequence[Draft], index: int, body: Style) -> bool:
    draft, before, following = drafts[index], drafts[index - 1], drafts[index + 1]
    text, piece = draft.text, draft.pieces[0]
    if (
        draft.type != "paragraph"
        or draft.figure
        or len(draft.pieces) > 1
        or len(text) > SPACED_CHARS
        or draft.boxed
    ):
        return False
    if (
        not text[0].isupper()
        or text[-1] in ".,:;!–-"
        or _LINK.search(text)
        or abs(piece.style.size - body.size) > 0.6
    ):
        return False
    if following.type not in ("paragraph", "list_item") or len(following.pieces) < 2 or following.boxed:
        return False
    ended = before.type == "heading" or before.text[-1:] in ".!?:”»)"
    return ended and marker_of(piece) is None and piece.x1 < draft.x0 + 0.8 * (draft.x1 - draft.x0)


def _settle_boxes(drafts: Sequence[Draft]) -> None:
    """Take headings that stand alone in a frame out of it, and find the titles of boxes."""
    for index, draft in enumerate(drafts):
        if not draft.boxed or draft.field:
            continue
        if draft.type == "heading":
            draft.boxed = not _fills_frame(drafts, index)
        elif draft.type == "paragraph" and _frame_goes_on(drafts, index) == (False, True):
            if _titles_box(draft, drafts[index + 1]):
                draft.type = "heading"


def _frame_goes_on(drafts: Sequence[Draft], index: int) -> tuple[bool, bool]:
    """Tell whether the block before stands in the frame of a block too, and whether the one after does."""
    before = index > 0 and _shares_frame(drafts[index - 1], drafts[index])
    return before, index + 1 < len(drafts) and _shares_frame(drafts[index], drafts[index + 1])


def _shares_frame(one: Draft, other: Draft) -> bool:
    a, b = one.pieces[-1], other.pieces[0]
    return one.boxed and other.boxed and a.box == b.box and a.page == b.page


def _titles_box(draft: Draft, following: Draft) -> bool:
    """Tell whether a box's first block is a short line without a stop over a paragraph."""
    text = draft.text
    short = (
        len(draft.pieces) == 1 and len(text) <= SPACED_CHARS and text[0].isupper() and text[-1] not in ".,:;"
    )
    return short and following.type in ("paragraph", "list_item") and len(following.text) > 2 * len(text)


def _drop_unnamed(drafts: Sequence[Draft], view: _View) -> None:
    """Take back headings that no guide names though guides name most of their look, or most at all.

    Labels over diagrams look like headings; in files with bookmarks no bookmark names them.
    """
    headings = [draft for draft in drafts if draft.type == "heading" and not draft.boxed]
    named = Counter(style_key(draft) for draft in headings if draft in view.matches)
    looks = Counter(style_key(draft) for draft in headings)
    if named.total() < NAMED_LEAST or named.total() < NAMED_SHARE * len(headings):
        return
    for index, draft in enumerate(drafts):
        if draft.type != "heading" or draft.boxed:
            continue
        key = style_key(draft)
        covered = not named[key] or named[key] >= LOOK_SHARE * looks[key]
        opens_list = (
            is_reference_heading(draft.text) or drafts[min(index + 1, len(drafts) - 1)].type == "contents"
        )
        if draft not in view.matches and covered and not opens_list and not heading_number(draft.text):
            draft.type = "paragraph"
