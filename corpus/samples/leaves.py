"""Where the words of a sample stand, as its typesetter tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from corpus.samples.manuscript import Line

CONTENTS = -1
"""The index under which the contents page is marked."""


@dataclass(frozen=True)
class Leaves:
    """The page (physical, from 1) of every word of every line, and the printed label of every page."""

    words: Mapping[int, tuple[int, ...]]
    labels: Mapping[int, str]

    @classmethod
    def from_marks(cls, words: Iterable[Mapping[str, int]], leaves: Iterable[Mapping[str, Any]]) -> Leaves:
        """Collect the marks `{i, w, p}` of words and `{p, label}` of pages."""
        ordered = sorted((mark["i"], mark["w"], mark["p"]) for mark in words)
        pages = {
            index: tuple(page for *_, page in marks)
            for index, marks in groupby(ordered, lambda mark: mark[0])
        }
        return cls(pages, {leaf["p"]: str(leaf["label"]) for leaf in leaves})

    def pages_of(self, line: Line) -> tuple[int, ...]:
        """Return the page of each word of a line; a heading has one mark for all its words."""
        pages = self.words[line.index]
        count = len(line.printed.split())
        return pages if len(pages) == count else pages[:1] * count

    def place_quote(self, line: Line) -> dict[str, int]:
        """Return first and last page of a line's quote."""
        words, quoted = line.printed.split(), line.quote.split()
        starts = range(len(words) - len(quoted) + 1)
        start = next(start for start in starts if words[start : start + len(quoted)] == quoted)
        pages = self.pages_of(line)[start : start + len(quoted)]
        return {"page": pages[0], "page_end": pages[-1]}

    def place_block(self, lines: Iterable[Line]) -> dict[str, Any]:
        """Return the pages of lines that are set as one; where they run over, also the text on each page."""
        pairs = [
            pair for line in lines for pair in zip(self.pages_of(line), line.printed.split(), strict=True)
        ]
        first, last = pairs[0][0], pairs[-1][0]
        if first == last:
            return {"page": first}
        parts = groupby(pairs, lambda pair: pair[0])
        texts = [{"page": page, "text": " ".join(word for _, word in words)} for page, words in parts]
        return {"page": first, "page_end": last, "parts": texts}
