"""Names that may be focus areas, where they stand and what that is worth.

A source gives groups: names that stand side by side. Members of a group are different
areas; the same area comes back in several groups, which is how a real one is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from models.document import Document

# What a source is worth. A name needs two, or one strong source, to be called an area.
MARKED = LABELLED = 1.0
CHILD = LISTED = RUN = TABLED = COUNTED_OUT = ALIKE = 0.8
SAID = SIBLING = 0.7
TITLED = 0.5
NUMBERED = 0.3
"""Weight of numbered headings side by side: they count only where another source lists the same."""
COUNTED = 0.5
"""Weight of a table with figures beside the names: sectors that were weighed, not yet chosen."""
LIKELY = 0.3
"""Score of focus_area over which a sentence with the words of priority counts."""
CHOSEN = "chosen"
"""Source of names after a verb of choosing; believed only where nothing announces other areas."""
UNANNOUNCED = frozenset(("title", "number"))
"""Sources without a word of priority: any document has such headings."""
STRUCTURAL = frozenset(("sibling", "number"))
"""Sources that say the same thing twice: headings stand side by side."""
HEAD = re.compile(r"\s*(?:[:;(]|\s[–—-]\s|\.\s|, (?:som|der|which|vilket|såsom|such|herunder|including)\b)")
"""What ends the name that a list item or a cell begins with."""


@dataclass(frozen=True)
class Candidate:
    """A name where it stands: `start`-`end` are characters of the text.

    `section` is what lies under it, `inside` the section it stands in.
    """

    name: str
    start: int
    end: int
    weight: float
    source: str
    section: int | None = None
    inside: int | None = None


Group = tuple[Candidate, ...]


def find_ancestors(document: Document, number: int) -> list[int]:
    """Return the sections above one, the nearest first."""
    found = []
    parent = document.sections[number].parent
    while parent is not None:
        found.append(parent)
        parent = document.sections[parent].parent
    return found


def find_children(document: Document, parent: int | None) -> list[int]:
    """Return the sections right below one, or those below none."""
    return [n for n, one in enumerate(document.sections) if one.parent == parent]


def score_headings(document: Document, focus: np.ndarray) -> dict[int, float]:
    """Return the focus_area score of each section's heading; `focus` is each sentence's, (n,)."""
    by_block = {
        one.block: float(focus[at]) for at, one in enumerate(document.sentences) if one.unit == "heading"
    }
    sections = enumerate(document.sections)
    return {n: by_block.get(one.block, 0.0) for n, one in sections if one.block is not None}
