"""All names side by side that may be a document's focus areas, from every source."""

from __future__ import annotations

import numpy as np

from models.candidates import CHOSEN, Group
from models.chapters import from_headings
from models.document import Document
from models.enumerations import from_enumerations
from models.finding import KINDS
from models.parallels import from_parallels
from models.sayings import from_sentences
from models.statement import Statements

MOST_MEMBERS = 14  # more names side by side are a list of something else: firms, projects, statistics


def find_groups(document: Document, statements: Statements, scores: np.ndarray) -> list[Group]:
    """Return groups of names from all sources. `scores` are each sentence's, (n, kinds)."""
    focus = scores[:, KINDS.index("focus_area")]
    groups = [
        *from_headings(document, focus),
        *from_enumerations(document, statements, focus),
        *from_sentences(document, focus),
        *(from_parallels(document, scores) if document.guess.type != "programme" else ()),
    ]
    if document.guess.type == "programme":  # a party chooses much, and announces no areas
        groups = [group for group in groups if group and group[0].source != CHOSEN]
    groups = [_once(group) for group in groups]
    return [group for group in groups if group and len(group) <= MOST_MEMBERS]


def _once(group: Group) -> Group:
    """Return a group with each name once, where it stands first."""
    return tuple({one.name.casefold(): one for one in reversed(group)}.values())[::-1]
