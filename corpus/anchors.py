"""How a sentence is found again after its document was read anew, or in a new edition of it.

Ids of findings depend on offsets, which move with the smallest change. What a person said
of a sentence is tied to its letters instead, and to where they stood: section, page, and
which of several equal sentences of the section it was.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.document import Page, Section, make_id, section_path

_OTHER = re.compile(r"[\W_]+")


class Anchor(NamedTuple):
    """A sentence's letters (`key`), its section path in letters, its first page (from 1), its turn (from 0)."""

    key: str
    section: tuple[str, ...]
    page: int
    nth: int


def fold_letters(text: str) -> str:
    """Return the letters and digits of a text, NFKC, without case; the text itself if it has none.

    Line ends, hyphens, soft hyphens, quotes and bullets differ between two readings of a page.
    """
    letters = _OTHER.sub("", unicodedata.normalize("NFKC", text).casefold())
    return letters or text.strip()


def tell_content(text: str) -> str:
    """Return 12 hex digits that tell a document by its letters."""
    return make_id("content", fold_letters(text))


def tell_sentence(text: str) -> str:
    """Return 12 hex digits that tell a sentence by its letters."""
    return make_id("sentence", fold_letters(text))


def anchor_sentences(
    text: str, rows: Sequence[Any], pages: tuple[Page, ...], sections: tuple[Section, ...]
) -> list[Anchor]:
    """Return the anchors of a document's sentences; rows have `start`, `end` and `section`, in order."""
    paths = {
        one: tuple(fold_letters(title) for title in section_path(sections, one))
        for one in {row.section for row in rows}
    }
    starts = [page.start for page in pages]
    turns: Counter[tuple[str, tuple[str, ...]]] = Counter()
    anchors = []
    for row in rows:
        key, path = tell_sentence(text[row.start : row.end]), paths[row.section]
        page = pages[max(bisect_right(starts, row.start) - 1, 0)].index if pages else 1
        anchors.append(Anchor(key, path, page, turns[key, path]))
        turns[key, path] += 1
    return anchors


def match_anchors(wanted: Sequence[Anchor], held: Sequence[Anchor]) -> dict[int, int]:
    """Return for indexes of `wanted` the index in `held` of the same sentence, each at most once.

    Equal letters are needed, and the same section or page; where both sides have the sentence
    once only, neither. Closest pairs go first, ties by place, so the same input gives the same.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(held):
        places[one.key].append(at)
    times = Counter(one.key for one in wanted)
    pairs = []
    for at, one in enumerate(wanted):
        lone = times[one.key] == 1 and len(places[one.key]) == 1
        for place in places[one.key]:
            near = _closeness(one, held[place])
            if lone or near >= _SOMEWHERE:
                pairs.append((-near, at, place))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, place in sorted(pairs):
        if at not in found and place not in taken:
            found[at] = place
            taken.add(place)
    return found


_SOMEWHERE = 2
"""Closeness of what shares a page or a section; the turn alone says nothing."""


def _closeness(one: Anchor, other: Anchor) -> int:
    return 4 * (one.section == other.section) + 2 * (one.page == other.page) + (one.nth == other.nth)
