"""Which words a reader of the page can see.

Left out: text drawn without ink (unless it is the text layer of a scanned picture), outside the
page, clipped away, white where nothing is behind it, or under something opaque; and second prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.doubles import drop_doubles, mark_silent
from ingest.words import Box, Cover, PageContent, Word, is_white, page_box

INVISIBLE_MODES = frozenset({3, 7})
SCAN_SHARE = 0.5
"""Share of the page that pictures cover for text under them to be a scan's text layer."""
SLACK_POINTS = 1.5
COVERED_AT = (0.1, 0.35, 0.65, 0.9)
COVERED_PLACES = 3
"""A word covered at three of these four places cannot be read; two boxes can cover it together."""
BAND_POINTS = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The words that can be seen, how many were left out, and how many come from a scan's text layer."""

    words: list[Word]
    hidden: int
    layered: int


def see(content: PageContent) -> Seen:
    """Return the words of a page that a reader can see."""
    view = _View(content)
    seen: list[Word] = []
    layered = 0
    styles: dict[int, bool] = {}
    topmost = max((cover.z for cover in content.covers), default=-1)
    for word in content.words:
        style = word.style
        plain = styles.get(id(style))
        if plain is None:
            plain = styles[id(style)] = (
                style.mode not in INVISIBLE_MODES and style.opaque and not is_white(style.color)
            )
        if plain and view.holds(word):
            if content.depth.get(word.owner, topmost) >= topmost or view.is_open(word):
                seen.append(word)
                continue
        box = page_box(word, content.width, content.height)
        if style.mode in INVISIBLE_MODES:
            if not _inside_any(box, content.pictures):
                continue
            layered += 1
        elif not view.shows(word, box):
            continue
        seen.append(word)
    hidden = len(content.words) - len(seen)
    return Seen(drop_doubles(mark_silent(seen, content.silent) if content.silent else seen), hidden, layered)


class _View:
    """A page as its reader sees it."""

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._paper = (0.0, 0.0, content.width, content.height)
        self._bands: dict[int, list[Cover]] = {}
        if _picture_share(content) < SCAN_SHARE:
            for cover in content.covers:
                for band in range(int(cover.box[1] // BAND_POINTS), int(cover.box[3] // BAND_POINTS) + 1):
                    self._bands.setdefault(band, []).append(cover)

    def holds(self, word: Word) -> bool:
        """Tell at little cost that a word is upright, on the page and not clipped."""
        content = self._content
        return (
            word.angle == 0
            and word.x0 >= 0
            and word.x1 <= content.width
            and 0 <= word.y <= content.height
            and word.owner not in content.clips
        )

    def is_open(self, word: Word) -> bool:
        """Tell at little cost that nothing opaque is near an upright word, which stands wholly on the page."""
        size = word.style.size
        top, bottom = word.y - 0.8 * size, word.y + 0.2 * size
        return top >= 0 and int((top + bottom) / 2 // BAND_POINTS) not in self._bands

    def shows(self, word: Word, box: Box) -> bool:
        """Tell whether a word drawn with ink can be seen."""
        if not word.style.opaque or not _inside(box, self._paper):
            return False
        clip = self._content.clips.get(word.owner)
        if clip is not None and not _inside(box, clip):
            return False
        if is_white(word.style.color) and not _inside_any(box, self._content.inked):
            return False
        return not self._is_covered(word, box)

    def _is_covered(self, word: Word, box: Box) -> bool:
        """Tell whether opaque things drawn later cover the whole word, each its full height but a quarter."""
        depth = self._content.depth.get(word.owner)
        if depth is None:
            return False
        left, top, right, bottom = box
        inset = 0.25 * (bottom - top)
        later = [
            cover.box
            for cover in self._bands.get(int((top + bottom) / 2 // BAND_POINTS), ())
            if cover.z > depth and cover.box[1] <= top + inset and cover.box[3] >= bottom - inset
        ]
        if not later:
            return False
        places = (left + share * (right - left) for share in COVERED_AT)
        return sum(any(cover[0] <= x <= cover[2] for cover in later) for x in places) >= COVERED_PLACES


def _inside(box: Box, other: Box) -> bool:
    """Tell whether the middle of a box lies in another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    slack = SLACK_POINTS
    return other[0] - slack <= x <= other[2] + slack and other[1] - slack <= y <= other[3] + slack


def _inside_any(box: Box, others: Sequence[Box]) -> bool:
    return any(_inside(box, other) for other in others)


def _picture_share(content: PageContent) -> float:
    """Return the share of the page that pictures cover, overlaps counted twice, at most 1."""
    paper = content.width * content.height or 1.0
    return min(sum((box[2] - box[0]) * (box[3] - box[1]) for box in content.pictures) / paper, 1.0)
