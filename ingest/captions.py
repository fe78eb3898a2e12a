"""Captions of figures and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.drafts import Draft
from ingest.levels import StyleKey, style_key
from ingest.pieces import Style

MOST_CHARS = 420
LEAST_CHARS = 15
"""A shorter line without a number is a label, not a caption."""
LEARNED_LEAST = 2
"""So many numbered captions in one look teach that others of that look are captions too."""
SMALL_SHARE = 0.85
"""Centred lines at most this share of the body's size stand under pictures."""

_CAPTION = re.compile(
    r"(?:figur|figure|fig\.|tabell|tabel|table|diagram|kart|karta|kort|map|bild|bilde|billede|boks|ruta|box|graf|"
    r"graph|chart|illustrasjon|illustration|plansje|foto|kuva|kuvio|taulukko)\s*"
    r"(?:nr\.?\s*)?(?:\d+(?:[.\-–]\d+)*[a-z]?|[A-ZÆØÅÄÖ](?=[\s.:])(?!\s[a-zæøåäö]))\s*(?P<mark>[.:–—-]|\s|$)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:viser|visar|vises|visas|shows?|illustrer\w*|ser|är|er|is|gir|ger|giver|og|och|and)\b"
)
_SOURCE = re.compile(r"(?:kilder?|källa|källor|source|sources|lähde)\s*:", re.IGNORECASE)


def is_caption(text: str) -> bool:
    """Tell whether text starts as captions do: a word for a picture or table, and its number."""
    found = _CAPTION.match(text)
    if not found or len(text) > MOST_CHARS:
        return False
    return found.group("mark") in ".:–—-" or not _SENTENCE.match(text[found.end() :])


def type_captions(drafts: Sequence[Draft], body: Style) -> None:
    """Set type `caption` on numbered captions, on others in their look, and on lines at tables."""
    for draft in drafts:
        if draft.type == "paragraph" and is_caption(draft.text):
            draft.type = "caption"
    looks = Counter(style_key(draft) for draft in drafts if draft.type == "caption")
    plain = Counter(style_key(draft) for draft in drafts if draft.type == "paragraph")
    for index, draft in enumerate(drafts):
        if draft.type == "paragraph" and not draft.figure and LEAST_CHARS <= len(draft.text) <= MOST_CHARS:
            if _is_learned(drafts, index, looks, plain, body) or _is_beside_table(drafts, index, body):
                draft.type = "caption"


def _is_learned(
    drafts: Sequence[Draft], index: int, looks: Counter[StyleKey], plain: Counter[StyleKey], body: Style
) -> bool:
    """Tell whether a block at a picture or table looks as numbered captions do and the body does not."""
    draft = drafts[index]
    key = style_key(draft)
    if looks[key] < LEARNED_LEAST or draft.pieces[0].style == body or len(draft.pieces) > 4:
        return False
    near = [*drafts[max(index - 1, 0) : index], *drafts[index + 1 : index + 2]]
    beside = draft.pictured or any(d.type == "table" or d.figure for d in near) or _SOURCE.search(draft.text)
    return bool(beside) and plain[key] <= max(looks[key], 3)


def is_centred(draft: Draft) -> bool:
    """Tell whether the lines of a block are centred in its column or on the page."""
    return any(
        all(
            abs((p.x0 + p.x1) / 2 - (x0 + x1) / 2) < 0.02 * (x1 - x0) and p.x0 > x0 + 0.04 * (x1 - x0)
            for p in draft.pieces
        )
        for x0, x1 in ((draft.x0, draft.x1), draft.area)
        if x1 > x0
    )


def _is_beside_table(drafts: Sequence[Draft], index: int, body: Style) -> bool:
    """Tell whether a small or slanted line stands straight above or below a table, or names a source."""
    draft = drafts[index]
    style = draft.pieces[0].style
    if len(draft.pieces) > 3 or draft.boxed:
        return False
    if style.size <= body.size * SMALL_SHARE and is_centred(draft):
        return True
    apart = style.size <= body.size * 0.93 or (style.italic and not body.italic)
    if apart and _SOURCE.match(draft.text):
        return True
    near = [
        d for d in (*drafts[max(0, index - 1) : index], *drafts[index + 1 : index + 2]) if d.type == "table"
    ]
    beside = any(d.first_page == draft.first_page or d.last_page == draft.first_page for d in near)
    return apart and beside
