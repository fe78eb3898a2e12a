"""Arrays in flat files: a folder of them, and a manifest that says what they are and appears last.

    index/manifest.json    which folder counts, types, shapes and checksums of its arrays, what they were made of
    index/<name>/<array>   the bytes of an array, little-endian, row-major

A folder is never changed once the manifest names it, so one process may read while another makes
the next. Large arrays are read by row (`os.pread`): what is read does not stay in memory, and a
file cut short is noticed, where a mapped one would end the process.
"""

from __future__ import annotations

import json
import os
import shutil
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np

MANIFEST = "manifest.json"
_PIECE = 1 << 22
"""Bytes read at a time where a checksum is compared."""


class FlatDamaged(Exception):
    """The files are not what the manifest says, or not there; they can be made again."""


@dataclass(frozen=True)
class Kept:
    """What the manifest says of an array."""

    kind: str
    shape: tuple[int, ...]
    sum: int

    @cached_property
    def row(self) -> int:
        """Bytes of a row."""
        return int(np.prod(self.shape[1:], dtype=np.int64)) * np.dtype(self.kind).itemsize

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.shape[0] * self.row


class Draft:
    """Arrays on their way to a folder; nobody sees them before `commit`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / f"draft-{os.getpid()}"
        self._kept: dict[str, Kept] = {}
        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)

    def put(self, name: str, rows: np.ndarray) -> None:
        """Keep a whole array."""
        with self.stream(name, rows.dtype.newbyteorder("<").str, rows.shape[1:]) as stream:
            stream.add(rows)

    @contextmanager
    def stream(self, name: str, kind: str, width: tuple[int, ...] = ()) -> Iterator[Stream]:
        """Give what takes an array piece by piece; `width` is the shape of one row."""
        with (self._folder / name).open("wb") as file:
            stream = Stream(file, kind)
            yield stream
            file.flush()
            os.fsync(file.fileno())
        row = int(np.prod(width, dtype=np.int64)) * np.dtype(kind).itemsize
        self._kept[name] = Kept(kind, (stream.size // max(row, 1), *width), stream.sum)

    def read(self, name: str, first: int, count: int) -> np.ndarray:
        """Return rows of an array written before, up to `count` from `first`."""
        kept = self._kept[name]
        row = kept.row
        data = np.fromfile(
            self._folder / name,
            dtype=kept.kind,
            offset=first * row,
            count=count * row // np.dtype(kept.kind).itemsize,
        )
        return data.reshape(-1, *kept.shape[1:])

    def commit(self, body: dict[str, Any]) -> None:
        """Put the arrays in place of those that counted; `body` is what they were made of."""
        arrays = {name: [one.kind, list(one.shape), one.sum] for name, one in sorted(self._kept.items())}
        name = f"{zlib.crc32(_write({'arrays': arrays, 'body': body})):08x}"
        folder = self._root / name
        if folder.exists():
            shutil.rmtree(folder)
        self._folder.rename(folder)
        record = {"folder": name, "arrays": arrays, "body": body}
        draft = self._root / f"manifest-{os.getpid()}.tmp"
        draft.write_bytes(_write({"sum": zlib.crc32(_write(record)), "record": record}))
        draft.replace(self._root / MANIFEST)
        for other in self._root.iterdir():
            if other.is_dir() and other.name != name:
                shutil.rmtree(other, ignore_errors=True)

    def discard(self) -> None:
        """Forget what was written."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Stream:
    """Takes an array piece by piece."""

    def __init__(self, file: BinaryIO, kind: str) -> None:
        self._file = file
        self._kind = np.dtype(kind)
        self.size = 0
        self.sum = 0

    def add(self, rows: np.ndarray) -> None:
        """Append rows."""
        data = np.ascontiguousarray(rows, dtype=self._kind).data.cast("B") if rows.size else b""
        self._file.write(data)
        self.size += len(data)
        self.sum = zlib.crc32(data, self.sum)


class Flat:
    """The arrays that count now; read-only, safe to use from several threads."""

    def __init__(self, name: str, arrays: dict[str, Kept], files: dict[str, BinaryIO], body: Any) -> None:
        self.name = name
        self.body: dict[str, Any] = body
        self._arrays = arrays
        self._files = files
        self._lock = Lock()
        self.close = weakref.finalize(self, _close, files)

    @classmethod
    def open(cls, root: Path) -> Flat:
        """Open what the manifest names, sizes compared. Raises: FlatDamaged."""
        files: dict[str, BinaryIO] = {}
        try:
            told = json.loads((root / MANIFEST).read_bytes())
            record = told["record"]
            arrays = {
                name: Kept(kind, tuple(shape), n) for name, (kind, shape, n) in record["arrays"].items()
            }
            sound = zlib.crc32(_write(record)) == told["sum"]
            for name in arrays if sound else ():
                files[name] = (root / str(record["folder"]) / name).open("rb", buffering=0)
            sizes = {name: os.fstat(file.fileno()).st_size for name, file in files.items()}
            if sizes != {name: one.size for name, one in arrays.items()}:
                raise FlatDamaged("Files are not as the manifest says.")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, FlatDamaged) as error:
            _close(files)
            raise FlatDamaged("There is no index, or it cannot be read.") from error
        return cls(str(record["folder"]), arrays, files, record["body"])

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(one.size for one in self._arrays.values())

    def load(self, name: str) -> np.ndarray:
        """Return a whole array, its checksum compared. Raises: FlatDamaged."""
        kept = self._find(name)
        rows = self.read(name, 0, kept.shape[0])
        if zlib.crc32(rows.data.cast("B") if rows.size else b"") != kept.sum:
            raise FlatDamaged(f"{name} was changed.")
        return rows

    def map(self, name: str) -> np.ndarray:
        """Return an array in mapped memory, for rows that lie anywhere. Raises: FlatDamaged."""
        kept = self._find(name)
        if not kept.size:
            return np.zeros(kept.shape, dtype=kept.kind)
        try:
            return np.memmap(self._files[name], dtype=kept.kind, mode="r", shape=kept.shape)
        except (OSError, ValueError) as error:
            raise FlatDamaged(f"{name} cannot be read.") from error

    def read(self, name: str, first: int, count: int) -> np.ndarray:
        """Return rows `first` to `first + count` of an array. Raises: FlatDamaged."""
        kept = self._find(name)
        row = kept.row
        try:
            data = self._read(name, row * count, row * first)
        except (OSError, ValueError) as error:
            raise FlatDamaged(f"{name} cannot be read.") from error
        if len(data) != row * count:
            raise FlatDamaged(f"{name} ends too soon.")
        return np.frombuffer(data, dtype=kept.kind).reshape(count, *kept.shape[1:])

    def verify(self) -> bool:
        """Return whether every byte is as it was written; reads them all."""
        return all(self._sum(name) == one.sum for name, one in self._arrays.items())

    def _find(self, name: str) -> Kept:
        if name not in self._arrays:
            raise FlatDamaged(f"There is no {name}.")
        return self._arrays[name]

    def _read(self, name: str, size: int, at: int) -> bytes:
        file = self._files[name]
        if hasattr(os, "pread"):
            return os.pread(file.fileno(), size, at)
        with self._lock:
            file.seek(at)
            return file.read(size)

    def _sum(self, name: str) -> int:
        total, at, size = 0, 0, self._find(name).size
        try:
            while piece := self._read(name, min(_PIECE, size - at), at):
                total, at = zlib.crc32(piece, total), at + len(piece)
        except OSError:
            return -1
        return total


def _close(files: dict[str, BinaryIO]) -> None:
    for file in files.values():
        file.close()


def _write(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
