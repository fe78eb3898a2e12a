"""The data folder: what lies where, who may write, and the light list of documents.

    catalogue.sqlite   the truth
    files/             each PDF as it came, named by its SHA-256
    vectors/           Chroma, derived
    index/             what search reads of a large catalogue, derived
    write.lock         held by the one process that writes
    index-newer/       the same of documents that came since
    taxonomy/          entries of the user's own (regions, themes …)
    service.json       address of a running service of this folder

Kept free of heavy imports: `strategi list` answers from here in under 0.4 s of CPU, of
which importing SQLAlchemy alone would take 0.5 s (measured, Python 3.11).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import BadPath, CatalogueBusy, CatalogueDamaged

LISTED = (
    "id, file, title, regions, year, type, languages, page_count, pages_without_text,"
    " segment_count, words, sha256, sources, ingested_at"
)


@dataclass(frozen=True)
class Folder:
    """Paths inside a data folder."""

    root: Path

    @property
    def catalogue(self) -> Path:
        """The SQLite file."""
        return self.root / "catalogue.sqlite"

    @property
    def files(self) -> Path:
        """The folder of the PDFs."""
        return self.root / "files"

    @property
    def vectors(self) -> Path:
        """The folder of the vector store."""
        return self.root / "vectors"

    @property
    def index(self) -> Path:
        """The folder of the index of a large catalogue; need not be there."""
        return self.root / "index"

    @property
    def newer(self) -> Path:
        """The folder of the index of what came since that was made; need not be there."""
        return self.root / "index-newer"

    @property
    def taxonomy(self) -> Path:
        """The folder of the user's own taxonomy entries; need not be there."""
        return self.root / "taxonomy"

    @property
    def lock(self) -> Path:
        """The writers' lock file."""
        return self.root / "write.lock"

    @property
    def service(self) -> Path:
        """Where a running service leaves its address."""
        return self.root / "service.json"

    def create(self) -> None:
        """Make the folder and its parts. Raises: BadPath."""
        try:
            for path in (self.root, self.files):
                path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadPath(
                f"The data folder cannot be made ({error.strerror}); choose another with --data.",
                subject=self.root.name,
            ) from error

    def pdf(self, sha256: str) -> Path:
        """Where the PDF with this hash is kept."""
        return self.files / f"{sha256}.pdf"


@contextmanager
def hold_lock(folder: Folder, wait: float = 0) -> Iterator[None]:
    """Be the one writer of a data folder, after waiting for another up to `wait` seconds.

    Raises: CatalogueBusy.
    """
    from filelock import FileLock, Timeout

    folder.create()
    try:
        held = FileLock(str(folder.lock)).acquire(timeout=wait)
    except Timeout as error:
        raise CatalogueBusy(
            "Another strategi process is writing to this data folder;"
            " wait until it is done, or send the files to the running service.",
            subject=folder.root.name,
        ) from error
    with held:
        yield


@contextmanager
def lock_index(root: Path, wait: float) -> Iterator[bool]:
    """Be the one that makes the index in a folder; gives False where another still did after `wait` seconds.

    Raises: OSError (the folder cannot be written to).
    """
    from filelock import FileLock, Timeout

    try:
        held = FileLock(str(root.with_suffix(".lock"))).acquire(timeout=wait)
    except Timeout:
        yield False
        return
    with held:
        yield True


def announce_service(folder: Folder, address: str) -> None:
    """Leave the address of the running service for other commands (atomic)."""
    draft = folder.service.with_suffix(".tmp")
    draft.write_text(json.dumps({"address": address, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(folder.service)


def find_service(folder: Folder) -> str | None:
    """Return the address that a running service left, None if there is none."""
    try:
        address = json.loads(folder.service.read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if isinstance(address, str) else None


def withdraw_service(folder: Folder) -> None:
    """Remove the address when the service stops."""
    folder.service.unlink(missing_ok=True)


def list_documents(folder: Folder) -> list[dict[str, Any]]:
    """Return the documents as the contract's `list` gives them, by title, then id.

    Raises: CatalogueDamaged.
    """
    if not folder.catalogue.exists():
        return []
    try:
        with closing(
            sqlite3.connect(f"{folder.catalogue.resolve().as_uri()}?mode=ro", uri=True)
        ) as connection:
            connection.row_factory = sqlite3.Row
            # LISTED is a constant of this file.
            rows = connection.execute(f"SELECT {LISTED} FROM documents ORDER BY title, id").fetchall()
    except sqlite3.Error as error:
        raise CatalogueDamaged(
            f"The catalogue cannot be read ({error}); run `strategi doctor`.", subject=folder.catalogue.name
        ) from error
    return [_listed(row) for row in rows]


def find_listed(folder: Folder, document: str) -> dict[str, Any]:
    """Return one document as `list_documents` gives it; the id must exist. Raises: CatalogueDamaged."""
    return next(one for one in list_documents(folder) if one["id"] == document)


def _listed(row: sqlite3.Row) -> dict[str, Any]:
    record = dict(row)
    for key in ("regions", "languages", "sources"):
        record[key] = json.loads(record[key])
    record["pages"] = record.pop("page_count")
    record["segments"] = record.pop("segment_count")
    return record
