"""The index of a large catalogue: opened if it fits what is held, made anew by the process that writes."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.flat import FlatDamaged
from corpus.index import Index
from corpus.indexing import Recipe, build_index
from corpus.rows import Held, read_held
from corpus.wide import Newer, Wide, allowed_surplus, count_surplus, read_newer
from service.room import RESIDENT


class Upkeep:
    """Keeps the index of one catalogue at hand; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, recipe: Recipe) -> None:
        self._catalogue = catalogue
        self._recipe = recipe
        self._index: Index | None = None
        self._verified = ""
        self._distrusted = ""
        self._newer: dict[str, Newer] = {}
        self._making = Lock()

    def open(self, connection: Connection) -> Wide | None:
        """Return the catalogue's state by its index, None if it is small or the index is of no use."""
        held = read_held(connection)
        if _count(held) <= RESIDENT:
            return None
        try:
            index = self._open(connection)
        except FlatDamaged:
            return None
        if count_surplus(index, held) > allowed_surplus(len(index)):
            return None
        fresh = [one for one, now in held.items() if index.documents.get(one, (0, None))[1] != now]
        if fresh and min(held[one].first for one in fresh) <= int(index.numbers[:, 0].max(initial=0)):
            return None
        newer = {one: self._read_newer(connection, one, held[one]) for one in fresh}
        self._newer = newer
        return Wide(index, held, tuple(newer.values()))

    def distrust(self) -> None:
        """Use the index no more: something in it was not as it was written."""
        if self._index is not None:
            self._distrusted, self._index = self._index.name, None

    def is_sound(self, connection: Connection) -> bool:
        """Return whether search needs no index, or has one of which every byte is as it was written."""
        held = read_held(connection)
        return _count(held) <= RESIDENT or self._is_good(connection, held)

    def make(self) -> bool:
        """Make the index anew where it is needed, and say whether it was; for the process that writes.

        A folder that cannot be written to, or a full disk, leaves search as it is.
        """
        with self._making, self._catalogue.read() as connection:
            if self.is_sound(connection):
                return False
            try:
                build_index(connection, self._catalogue.folder.index, self._recipe)
            except (OSError, FlatDamaged):
                return False
            self._index, self._distrusted = None, ""
            return True

    def _is_good(self, connection: Connection, held: Mapping[str, Held]) -> bool:
        """Return whether the index is sound and lacks little: half of what would make it useless."""
        try:
            index = self._open(connection)
        except FlatDamaged:
            return False
        if count_surplus(index, held) > allowed_surplus(len(index)) // 2:
            return False
        if index.name != self._verified and index.verify():
            self._verified = index.name
        return index.name == self._verified

    def _open(self, connection: Connection) -> Index:
        """Return the index that the folder's manifest names. Raises: FlatDamaged."""
        index = Index.open(self._catalogue.folder.index, self._recipe.stamp(connection), self._index)
        if index.name == self._distrusted:
            raise FlatDamaged("The index was found damaged.")
        self._index = index
        return index

    def _read_newer(self, connection: Connection, document: str, held: Held) -> Newer:
        known = self._newer.get(document)
        if known is not None and known.held == held:
            return known
        return read_newer(connection, document, held, self._recipe)


def is_large(connection: Connection) -> bool:
    """Return whether a catalogue has so many segments that search needs an index."""
    return int(connection.scalar(sa.select(sa.func.count()).select_from(schema.segments)) or 0) > RESIDENT


def _count(held: Mapping[str, Held]) -> int:
    return sum(one.count for one in held.values())
