"""Reference lists: what stands under a heading such as "Kilder", if it reads as references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.drafts import Draft

LIKELY_SHARE = 0.4
"""Share of the blocks under such a heading that must hold a year or a link."""

_HEADING = re.compile(
    r"(?:[\dA-Z.]+\s+)?(?:referanser|referanseliste|referenser|referencer|references?|kilder|kildeliste|kildehenvisninger|"
    r"källor|källförteckning|litteratur|litteraturliste|litteraturhenvisninger|litteraturförteckning|bibliografi|"
    r"bibliography|literature|works cited|sources|lähteet|litteratur og kilder|kilder og litteratur|"
    r"referenser och källor|referanser og kilder)\s*:?",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\b(?:19|20)\d\d[a-z]?\b|https?:|www\.|\bdoi\b")


def is_reference_heading(text: str) -> bool:
    """Tell whether a heading opens a reference list, in one of five languages or Finnish."""
    return _HEADING.fullmatch(text.strip()) is not None


def type_references(drafts: Sequence[Draft]) -> None:
    """Set type `references` on the blocks of reference lists."""
    for index, draft in enumerate(drafts):
        if draft.type == "heading" and is_reference_heading(draft.text):
            own = _under(drafts, index)
            likely = sum(bool(_ENTRY.search(each.text)) for each in own)
            if own and likely >= LIKELY_SHARE * len(own):
                for each in own:
                    each.type = "references"


def _under(drafts: Sequence[Draft], index: int) -> list[Draft]:
    """Return the paragraphs and items under a heading, to the next heading."""
    own = []
    for draft in drafts[index + 1 :]:
        if draft.type in ("heading", "title"):
            break
        if draft.type in ("paragraph", "list_item"):
            own.append(draft)
    return own
