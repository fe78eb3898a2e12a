"""The indexes of a large catalogue: opened if they fit what is held, made anew where they are needed.

There are two: the main one, made seldom as that takes minutes, and a small one of the documents that
came since, made often. What came after that is read from the catalogue and kept in memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import RLock

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.flat import FlatDamaged
from corpus.folder import lock_index
from corpus.index import Index
from corpus.indexing import build_index
from corpus.newer import Newer, read_newer
from corpus.recipe import Recipe
from corpus.rows import Held, read_held
from corpus.wide import Layout, Wide, lay_out
from service.room import RESIDENT


class Level(StrEnum):
    """Which of the two indexes."""

    MAIN = "main"
    NEWER = "newer"


@dataclass(frozen=True)
class Bounds:
    """Numbers of segments that decide; where a share is named too, the larger one does.

    Up to `resident` there is no index. From `newest` outside both, or this share of the small one, that is made again
    (1.7 to 1.9 ms of CPU each), from `surplus` outside the main one, or this share of it, the main one. A search
    analyses up to `readable` newer ones by itself, or this share; beyond it reads the catalogue, which takes longer still.
    """

    resident: int = RESIDENT
    newest: int = 1_000
    newest_share: float = 0.25
    surplus: int = 4_000
    surplus_share: float = 0.1
    readable: int = 4_000
    readable_share: float = 0.04


BOUNDS = Bounds()


class Upkeep:
    """Keeps the indexes of one catalogue at hand; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, recipe: Recipe, bounds: Bounds | None = None) -> None:
        self.recipe = recipe
        self.bounds = bounds or BOUNDS
        self.distrusted: frozenset[str] = frozenset()
        self._catalogue = catalogue
        self._indexes: dict[Level, Index] = {}
        self._verified: set[str] = set()
        self._newer: dict[str, Newer] = {}
        self._lock = RLock()

    def open(self, connection: Connection) -> Wide | None:
        """Return the catalogue's state by its indexes, None if it is small or they are of no use."""
        held = read_held(connection)
        if _count(held) <= self.bounds.resident:
            return None
        with self._lock:
            try:
                layout = self._lay_out(connection, held)
            except FlatDamaged:
                return None
            if _count_rest(layout, held) > self._allow("readable", layout) or not layout.is_ordered(held):
                return None
            self._newer = {one: self._read_newer(connection, one, held[one]) for one in layout.rest}
            return Wide(layout, tuple(self._newer.values()))

    def distrust(self) -> None:
        """Use these indexes no more: something in one was not as it was written."""
        with self._lock:
            self.distrusted |= {one.name for one in self._indexes.values()}
            self._indexes = {}

    def trust(self) -> None:
        """Look at the indexes again: they were made anew."""
        with self._lock:
            self.distrusted = frozenset()

    def is_sound(self, connection: Connection) -> bool:
        """Return whether search needs no index, or has those it needs and every byte is as it was written."""
        return all(self._choose(connection, one, thorough=True) is None for one in Level)

    def lacks(self, level: Level) -> bool:
        """Return whether an index should be made; bytes are not compared."""
        with self._catalogue.read() as connection:
            return self._choose(connection, level, thorough=False) is not None

    def make(self, level: Level, wait: float = 0) -> bool:
        """Make an index anew where it is needed, and say whether it was.

        One process at a time does; another is waited for up to `wait` seconds, and what it made is looked at.
        A folder that cannot be written to, or a full disk, leaves search as it is.
        """
        try:
            with lock_index(self._root(level), wait) as held:
                return held and self._make(level)
        except (OSError, FlatDamaged):
            return False

    def _make(self, level: Level) -> bool:
        root = self._root(level)
        with self._catalogue.read() as connection:
            chosen = self._choose(connection, level, thorough=True)
            if chosen is None:
                return False
            for draft in root.glob("draft-*"):
                shutil.rmtree(draft, ignore_errors=True)
            if not chosen:
                shutil.rmtree(root)
            else:
                build_index(connection, root, self.recipe, None if level is Level.MAIN else chosen)
        with self._lock:
            self._indexes.pop(level, None)
            self.trust()
        return True

    def _choose(self, connection: Connection, level: Level, *, thorough: bool) -> Mapping[str, Held] | None:
        """Return what an index must be made of, None if it is good as it is; with `thorough` all bytes are read."""
        held = read_held(connection)
        if _count(held) <= self.bounds.resident:
            return None
        try:
            layout = self._lay_out(connection, held)
        except FlatDamaged:
            return held if level is Level.MAIN else None
        if level is Level.MAIN:
            return None if self._is_main_good(layout, held, thorough) else held
        main = set(layout.shares[0][1])
        good = self._is_newer_good(layout, held, thorough)
        return None if good else {one: at for one, at in held.items() if one not in main}

    def _is_main_good(self, layout: Layout, held: Mapping[str, Held], thorough: bool) -> bool:
        index, share = layout.shares[0]
        others = _count(held) - sum(held[one].count for one in share)
        if layout.count_idle()[0] + others > self._allow("surplus", layout) or not layout.is_ordered(held):
            return False
        return not thorough or self._verify(index)

    def _is_newer_good(self, layout: Layout, held: Mapping[str, Held], thorough: bool) -> bool:
        fresh = _count_rest(layout, held)
        if len(layout.shares) == 1:
            damaged = self._catalogue.folder.newer.is_dir()
            return fresh <= self.bounds.newest and not damaged
        index, share = layout.shares[1]
        idle = layout.count_idle()[1]
        allowed = max(self.bounds.newest, int(self.bounds.newest_share * (len(index) - idle)))
        if not share or fresh + idle > allowed:
            return False
        return not thorough or self._verify(index)

    def _allow(self, what: str, layout: Layout) -> int:
        share: float = getattr(self.bounds, f"{what}_share")
        return max(getattr(self.bounds, what), int(share * len(layout.shares[0][0])))

    def _verify(self, index: Index) -> bool:
        if index.name not in self._verified and index.verify():
            self._verified.add(index.name)
        return index.name in self._verified

    def _lay_out(self, connection: Connection, held: Mapping[str, Held]) -> Layout:
        """Return which index has what. Raises: FlatDamaged (no main index is to be had)."""
        with self._lock:
            indexes = [self._open(connection, Level.MAIN)]
            try:
                indexes.append(self._open(connection, Level.NEWER))
            except FlatDamaged:
                return lay_out(indexes, held)
            layout = lay_out(indexes, held)
            return layout if layout.is_ordered(held) else lay_out(indexes[:1], held)

    def _open(self, connection: Connection, level: Level) -> Index:
        """Return the index that a folder's manifest names. Raises: FlatDamaged."""
        index = Index.open(self._root(level), self.recipe.stamp(connection), self._indexes.get(level))
        if index.name in self.distrusted:
            raise FlatDamaged("The index was found damaged.")
        self._indexes[level] = index
        return index

    def _root(self, level: Level) -> Path:
        folder = self._catalogue.folder
        return folder.index if level is Level.MAIN else folder.newer

    def _read_newer(self, connection: Connection, document: str, held: Held) -> Newer:
        known = self._newer.get(document)
        if known is not None and known.held == held:
            return known
        return read_newer(connection, document, held, self.recipe)


def is_large(connection: Connection, bounds: Bounds | None = None) -> bool:
    """Return whether a catalogue has so many segments that search needs an index."""
    count = connection.scalar(sa.select(sa.func.count()).select_from(schema.segments)) or 0
    return int(count) > (bounds or BOUNDS).resident


def _count(held: Mapping[str, Held]) -> int:
    return sum(one.count for one in held.values())


def _count_rest(layout: Layout, held: Mapping[str, Held]) -> int:
    return sum(held[one].count for one in layout.rest)
