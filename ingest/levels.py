"""At what level headings stand: bookmarks, contents pages, numbers and looks together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.contents import Entry
from ingest.drafts import Draft
from ingest.markers import has_bullet
from ingest.raw import Bookmark
from ingest.references import is_reference_heading

DEEPEST = 6
BOX_LEVEL = 3
"""Titles of boxes stand one below the heading around them, but no deeper than this or the
deepest other heading: level 4 for a box in a chapter of three levels helps no reader."""
NEAR_PAGES = 1
"""A bookmark points to the page of its heading or, with cropped files, one beside it."""
STEADY_LEAST = 4
STEADY_SHARE = 0.7
"""Where a look stands at one level so often, its strays (levels left out in bookmarks) follow."""
NUMBERED_LEAST = 3
"""So many numbered headings of one look make chapters of it."""
VOTE_SHARE = 0.15
"""Guides that name fewer of a look's headings than this say nothing about the others' level."""
INDENT_POINTS = 6.0
"""Contents entries whose left edges differ by less stand at one level."""

StyleKey = tuple[float, bool, bool, int, bool]

_NUMBER = re.compile(
    r"(?:(?:kapittel|kapitel|chapter|del|part|vedlegg|bilaga|bilag|annex|appendix|avsnitt|section)\s+|§+\s*)?"
    r"((?:\d{1,2}|[A-Z](?=[.)]|\s\d))(?:\s?\.\s?\d{1,2}){0,4}[A-Z]?|[IVX]{1,5}(?=[.:]))(?:[.:)]+|(?=\s)|(?=:))\s*(?=\S)",
    re.IGNORECASE,
)
_FOLD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return only letters and digits, casefolded."""
    return _FOLD.sub("", text).casefold()


@dataclass(frozen=True, slots=True)
class Guides:
    """What a document says itself about its headings; `labels` are the printed ones, by page."""

    entries: tuple[Entry, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Matches:
    """Blocks (by identity) named by a bookmark or a contents entry, with the guide's own depth."""

    depths: dict[int, int]
    parents: dict[int, int | None]

    def __contains__(self, draft: object) -> bool:
        return id(draft) in self.depths


def heading_number(text: str) -> str | None:
    """Return the number with which a heading starts ("4.2", "A"), None if there is none."""
    found = _NUMBER.match(text)
    return re.sub(r"\s", "", found.group(1)) if found else None


def match_guides(drafts: Sequence[Draft], guides: Guides) -> Matches:
    """Find the blocks that bookmarks name; where there are few, those that the contents name."""
    by_text: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        plain = draft.type in ("paragraph", "heading", "title") or (
            draft.type == "list_item" and not has_bullet(draft)
        )
        if plain and not draft.figure and len(draft.pieces) <= 6:
            by_text[fold(draft.text)].append(draft)
    marked = _match_bookmarks(by_text, guides.bookmarks)
    listed = _match_entries(by_text, guides)
    if len(marked.depths) >= max(2, len(listed.depths) // 2):
        listed.depths |= marked.depths
        listed.parents |= marked.parents
        return listed
    return listed if listed.depths else marked


def _match_bookmarks(by_text: dict[str, list[Draft]], bookmarks: Sequence[Bookmark]) -> Matches:
    matches = Matches({}, {})
    path: list[tuple[int, Draft | None]] = []
    for bookmark in bookmarks:
        path = [each for each in path if each[0] < bookmark.level]
        found = _named(by_text, bookmark, matches)
        if found is not None:
            parent = next(
                (draft for _, draft in reversed(path) if draft is not None and draft.type != "title"), None
            )
            matches.depths[id(found)] = bookmark.level
            matches.parents[id(found)] = id(parent) if parent is not None else None
        path.append((bookmark.level, found))
    return matches


def _named(by_text: dict[str, list[Draft]], bookmark: Bookmark, taken: Matches) -> Draft | None:
    """Return the block that a bookmark names: same words, its page if it has one, named by no bookmark before.

    "Opportunities" can stand twice on a page.
    """
    key = fold(bookmark.title)
    if not key:
        return None
    same = by_text.get(key) or by_text.get(key.lstrip("0123456789"), [])
    if bookmark.page is None:
        return same[0] if len(same) == 1 and same[0] not in taken else None
    page = bookmark.page
    free = [draft for draft in same if draft not in taken]
    near = [draft for draft in free if abs(draft.first_page - page) <= NEAR_PAGES]
    return min(near, key=lambda draft: (abs(draft.first_page - page), *_plainness(draft)), default=None)


def _plainness(draft: Draft) -> tuple[bool, bool, float]:
    """Return a key by which the most heading-like of blocks with the same words comes first."""
    style = draft.pieces[0].style
    return draft.type == "list_item", not style.bold, -style.size


def _match_entries(by_text: dict[str, list[Draft]], guides: Guides) -> Matches:
    matches = Matches({}, {})
    entries = guides.entries
    if not entries:
        return matches
    first = min(entry.draft.first_page for entry in entries)
    path: list[tuple[int, Draft | None]] = []
    for entry, depth in zip(entries, entry_depths(entries), strict=True):
        path = [each for each in path if each[0] < depth]
        key = fold(entry.title)
        same = by_text.get(key) or by_text.get(key.lstrip("0123456789"), [])
        free = [draft for draft in same if draft not in matches]
        found = _on_page(free, entry.label, guides.labels, first)
        if found is not None:
            parent = next((draft for _, draft in reversed(path) if draft is not None), None)
            matches.depths[id(found)] = depth
            matches.parents[id(found)] = id(parent) if parent is not None else None
        path.append((depth, found))
    return matches


def _on_page(drafts: Sequence[Draft], label: str, labels: Mapping[int, str], first: int) -> Draft | None:
    """Return the block on the page of that label; without printed labels, the first after the list."""
    exact = [draft for draft in drafts if labels.get(draft.first_page) == label]
    if exact:
        return min(exact, key=_plainness)
    unsure = [d for d in drafts if d.first_page not in labels or _is_beside(labels[d.first_page], label)]
    later = [draft for draft in unsure if draft.first_page >= first]
    return min(later or unsure, key=lambda draft: (*_plainness(draft), draft.first_page), default=None)


def _is_beside(one: str, other: str) -> bool:
    """Tell whether two labels are of pages side by side: contents pages lag behind the text."""
    return one.isdecimal() and other.isdecimal() and abs(int(one) - int(other)) <= 1


def entry_depths(entries: Sequence[Entry]) -> list[int]:
    """Return how deep contents entries stand, from 1: numbers first, then indents, then weight."""
    edges: list[float] = []
    for x in sorted(entry.draft.x0 for entry in entries):
        if not edges or x - edges[-1] > INDENT_POINTS:
            edges.append(x)
    if len(edges) > DEEPEST:
        edges = edges[:1]
    bold = {entry.draft.pieces[0].style.bold for entry in entries}
    depths = []
    chapters = _bold_indents(entries, edges)
    for entry in entries:
        number = heading_number(entry.title)
        indent = _indent(entry, edges)
        plain = not entry.draft.pieces[0].style.bold and (
            (len(edges) == 1 and len(bold) == 2) or (number is None and indent in chapters)
        )
        depths.append(number.count(".") + 1 if number and "." in number else max(indent + plain, 1))
    return depths


def _indent(entry: Entry, edges: Sequence[float]) -> int:
    """Return at which of the left edges an entry stands, from 1."""
    return sum(entry.draft.x0 >= edge - INDENT_POINTS / 2 for edge in edges)


def _bold_indents(entries: Sequence[Entry], edges: Sequence[float]) -> set[int]:
    """Return the indents at which numbered entries, and only they, are bold: plain ones there are their parts."""
    looks: dict[int, set[tuple[bool, bool]]] = defaultdict(set)
    for entry in entries:
        number = heading_number(entry.title)
        if number is not None and "." in number:
            continue
        numbered = number is not None
        looks[_indent(entry, edges)].add((numbered, entry.draft.pieces[0].style.bold))
    return {indent for indent, found in looks.items() if found == {(True, True), (False, False)}}


def style_key(draft: Draft) -> StyleKey:
    """Return what makes headings of one level look alike."""
    style = draft.pieces[0].style
    return round(style.size * 2) / 2, style.bold, style.italic, style.color, draft.text.isupper()


def set_levels(headings: Sequence[Draft], matches: Matches) -> None:
    """Set number and level of headings.

    A dotted number gives its depth; a bookmark or contents entry stands one below its parent;
    other headings stand where their look does, and boxes' titles below the heading around them.
    """
    levels: dict[int, int] = {}
    votes: dict[StyleKey, Counter[int]] = defaultdict(Counter)
    free: dict[StyleKey, Counter[int]] = defaultdict(Counter)
    for heading in headings:
        heading.number = heading_number(heading.text)
    chapters = _chapters(headings, matches)
    for heading in headings:
        level = _guided(heading, matches, levels)
        if level is None and id(heading) in chapters:
            level = 1
        if level is not None:
            levels[id(heading)] = level
            votes[style_key(heading)][level] += not heading.boxed
            free[style_key(heading)][level] += not heading.boxed and not heading.number
    ranks = _rank(headings, votes)
    least = _among_siblings(headings, matches, chapters)
    lower = _unnumbered_among(headings, matches)
    for heading in headings:
        own = free[style_key(heading)]
        level, count = own.most_common(1)[0] if own else (0, 0)
        if (
            count >= STEADY_LEAST
            and count >= STEADY_SHARE * own.total()
            and not heading.number
            and not heading.boxed
        ):
            levels[id(heading)] = level
    deepest = max((ranks[style_key(h)] for h in headings if not h.boxed), default=1)
    open_at: list[tuple[int, int]] = []
    labels: dict[int, int] = {}
    for heading in headings:
        around = open_at[-1][1] if open_at else 0
        if heading.field or (heading.boxed and id(heading) not in levels):
            heading.level = _boxed_level(heading, around, max(deepest, BOX_LEVEL), labels)
            continue
        rank = levels.get(id(heading), ranks[style_key(heading)] + (id(heading) in lower))
        rank = max(least.get(id(heading), 1), min(rank, DEEPEST))
        open_at = [each for each in open_at if each[0] < rank]
        depth = open_at[-1][1] + 1 if open_at else 1
        heading.level = rank if id(heading) in levels or not votes else min(rank, depth)
        if not heading.boxed:
            open_at.append((rank, heading.level))


def _boxed_level(heading: Draft, around: int, deepest: int, labels: dict[int, int]) -> int:
    """Return the level of a box's title: one below the heading around it, in a board also below its label.

    `labels` holds the level of each field's label and is added to.
    """
    if not heading.field:
        return max(1, min(around + 1, deepest))
    if heading.depth:
        labels[heading.field] = min(around + heading.depth, DEEPEST)
        return labels[heading.field]
    return min(labels.get(heading.field, around) + 1, DEEPEST)


def _chapters(headings: Sequence[Draft], matches: Matches) -> set[int]:
    """Return the headings whose number is the first part of others' ("3" of "3.1").

    Of several with one number those that a guide names or that are largest: a series 1, 2, 3 inside
    a chapter has its numbers again.
    """
    firsts = {heading.number.split(".")[0] for heading in headings if heading.number and _is_dotted(heading)}
    own: dict[str, list[Draft]] = defaultdict(list)
    for heading in headings:
        if heading.number in firsts:
            own[heading.number].append(heading)
    found: set[int] = set()
    for same in own.values():
        best = max((each in matches, style_key(each)[0]) for each in same)
        found |= {id(each) for each in same if (each in matches, style_key(each)[0]) == best}
    return found


def _among_siblings(headings: Sequence[Draft], matches: Matches, chapters: set[int]) -> dict[int, int]:
    """Return the least level of headings that no guide names and that stand among numbered siblings.

    What stands between 3.1 and 3.2 is a part of 3.1, whatever it looks like; what looks or reads the same
    and follows the last sibling is a part of that.
    """
    least: dict[int, int] = {}
    open_ends: list[tuple[Draft, int]] = []
    alike: set[StyleKey | str] = set()
    marks = [i for i, h in enumerate(headings) if not h.boxed and (_is_dotted(h) or id(h) in chapters)]
    for start, end in zip(marks, [*marks, len(headings)][1:], strict=True):
        before, after = headings[start], headings[end] if end < len(headings) else None
        if not _is_dotted(before):
            continue
        depth = _depth(before)
        for heading in headings[start + 1 : end]:
            if heading.boxed or heading in matches or is_reference_heading(heading.text):
                continue
            if after is not None and _chapter(after) == _chapter(before):
                inside = _depth(after) == depth
                least[id(heading)] = depth + 1 if inside else min(depth, _depth(after))
                alike |= {style_key(heading), fold(heading.text)} if inside else set()
            elif after is not None:
                open_ends.append((heading, depth))
    return least | {id(h): depth + 1 for h, depth in open_ends if alike & {style_key(h), fold(h.text)}}


def _depth(heading: Draft) -> int:
    """Return of how many parts a heading's number is."""
    return (heading.number or "").count(".") + 1


def _chapter(heading: Draft) -> str:
    return (heading.number or "").split(".")[0]


def _unnumbered_among(headings: Sequence[Draft], matches: Matches) -> set[int]:
    """Return headings without a number that look as numbered chapters do and stand below them.

    Where guides name the chapters, those that no guide names; otherwise those between chapters:
    what stands before the first or after the last (forewords, sources) is of their level.
    """
    lower: set[int] = set()
    for key in {style_key(heading) for heading in headings}:
        own = [heading for heading in headings if style_key(heading) == key and not heading.boxed]
        numbered = [i for i, heading in enumerate(own) if heading.number]
        if len(numbered) < NUMBERED_LEAST:
            continue
        guided = sum(own[i] in matches for i in numbered) >= NUMBERED_LEAST
        for place, heading in enumerate(own):
            between = numbered[0] < place < numbered[-1]
            listed = heading in matches or is_reference_heading(heading.text)
            if heading.number is None and not listed and (guided or between):
                lower.add(id(heading))
    return lower


def _guided(heading: Draft, matches: Matches, levels: dict[int, int]) -> int | None:
    if _is_dotted(heading):
        return _depth(heading)
    if heading in matches:
        parent = matches.parents[id(heading)]
        return levels.get(parent, 0) + 1 if parent is not None else 1
    return None


def _is_dotted(heading: Draft) -> bool:
    return heading.number is not None and "." in heading.number


def _rank(headings: Sequence[Draft], votes: dict[StyleKey, Counter[int]]) -> dict[StyleKey, int]:
    """Return a level for each look: that of its guided headings, or one below the next stronger look."""
    keys = sorted(
        {style_key(h) for h in headings}, key=lambda k: (-k[0], not k[1], not k[4], k[2], k[3] == 0, k[3])
    )
    sizes = Counter(style_key(heading) for heading in headings)
    votes = {key: votes[key] if votes[key].total() >= VOTE_SHARE * sizes[key] else Counter() for key in keys}
    single = {key: Counter(h.number for h in headings if style_key(h) == key and h.number) for key in keys}
    ranks: dict[StyleKey, int] = {}
    last = 0
    for key in keys:
        if votes[key]:
            ranks[key] = votes[key].most_common(1)[0][0]
        elif single[key] and last == 0:
            ranks[key] = 1
        else:
            below = [votes[k].most_common(1)[0][0] for k in keys[keys.index(key) + 1 :] if votes[k]]
            ranks[key] = max(1, min(last + 1, min(below, default=DEEPEST)))
        last = max(last, ranks[key])
    return ranks
