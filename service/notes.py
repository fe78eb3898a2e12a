"""What was worked out of documents once, kept with them: gone when they change, as they are then read anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from corpus.material import Material

MOST_SORTS = 8
"""Sorts of sides kept with a document: which of its statements count hangs on what it is compared with."""
T = TypeVar("T")
Notes = dict[Hashable, tuple[object, Any]]


def keep(notes: Notes, what: Hashable, make: Callable[[], T], of: object = None) -> T:
    """Return what is kept under a name, made first where it is not or where `of` is another object than then."""
    held = notes.get(what)
    if held is None or held[0] is not of:
        held = notes[what] = (of, make())
    made: T = held[1]
    return made


def share_notes(materials: tuple[Material, ...], sort: Hashable) -> Notes:
    """Return the notes that all sides of one sort share: they are kept with the first of its documents."""
    if not materials:
        return {}
    sorts: dict[Hashable, Notes] = keep(materials[0].notes, "sorts", dict)
    notes = sorts.get(sort)
    if notes is None:
        notes = {}
        while len(sorts) >= MOST_SORTS:
            sorts.pop(next(iter(sorts)), None)
        sorts[sort] = notes
    return notes
