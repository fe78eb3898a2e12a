"""Files that come in over HTTP: kept in the data folder until they are read, or refused at once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import UploadFile

from corpus.folder import find_listed
from corpus.pictures import Pictures
from models.errors import BadPath, NotPdf, StrategyError, TooLarge
from service import records
from service.library import Library
from service.queue import UploadQueue

CHUNK = 1 << 20
"""Bytes of an upload written at a time."""
SAID = ("option", "catalogue")
"""Sources of a title, region, year or type that a person wrote."""
SIGNATURE = 1024
"""Bytes within which a PDF says so (ISO 32000-1, annex H, note 13)."""


def clear_uploads(library: Library) -> None:
    """Drop what an earlier run of the service did not finish; nothing of it was stored."""
    shutil.rmtree(_folder(library), ignore_errors=True)
    _folder(library).mkdir(parents=True)


def take_uploads(
    library: Library,
    queue: UploadQueue,
    files: list[UploadFile],
    options: dict[str, Any] | None = None,
    **wishes: Any,
) -> list[dict[str, Any]]:
    """Keep uploaded files and queue them, all or none; returns their jobs.

    Raises: NotPdf, TooLarge, UnknownDocument (what `replaces` names).
    """
    from service.jobs import say

    given = {"password": None, "keep_duplicates": False, "replaces": None} | (options or {})
    if given["replaces"]:
        given["replaces"] = library.catalogue.resolve(given["replaces"])
    said = say(**wishes)
    kept: list[tuple[Path, str]] = []
    try:
        for upload in files:
            kept.append(_keep(library, upload))
    except StrategyError:
        for path, _ in kept:
            path.unlink(missing_ok=True)
        raise
    return [queue.put(path, name, said, given) for path, name in kept]


def reread_document(
    library: Library, queue: UploadQueue, name: str, password: str | None = None
) -> dict[str, Any]:
    """Queue a stored document to be read again; what a person said of it stays. Returns the job.

    Passwords are not stored: an encrypted file needs its own again.

    Raises: UnknownDocument, BadPath (its file is gone from the data folder).
    """
    from service.jobs import say

    record = find_listed(library.catalogue.folder, library.catalogue.resolve(name))
    sources = {key: source for key, source in record["sources"].items() if source in SAID}
    said = replace(say(**{key: record[key] for key in sources}), sources=sources)
    path = _folder(library) / f"{uuid4().hex}.pdf"
    try:
        shutil.copyfile(library.catalogue.folder.pdf(record["sha256"]), path)
    except OSError as error:
        path.unlink(missing_ok=True)
        message = f"The file of {record['file']} is not in the data folder; ingest it anew."
        raise BadPath(message, subject=record["file"]) from error
    options = {"password": password, "keep_duplicates": True, "replaces": record["id"]}
    return queue.put(path, record["file"], said, options)


def remove_document(library: Library, pictures: Pictures, name: str) -> str:
    """Remove a document with its pictures; returns its id. Raises: UnknownDocument."""
    record = records.describe_document(library.catalogue, library.catalogue.resolve(name))
    library.remove(record["id"])
    pictures.forget(record["sha256"])
    return str(record["id"])


def _folder(library: Library) -> Path:
    return library.catalogue.folder.root / "uploads"


def _keep(library: Library, upload: UploadFile) -> tuple[Path, str]:
    """Write an upload to the data folder, refused as soon as it is no PDF or too large.

    Raises: NotPdf, TooLarge.
    """
    name = Path((upload.filename or "").replace("\\", "/")).name or "upload.pdf"
    path = _folder(library) / f"{uuid4().hex}.pdf"
    limit = library.settings.max_bytes
    try:
        with path.open("wb") as out:
            written = 0
            while block := upload.file.read(CHUNK):
                if not written and b"%PDF" not in block[:SIGNATURE]:
                    raise NotPdf("This is not a PDF file; upload the PDF itself.", subject=name)
                written += len(block)
                if written > limit:
                    raise TooLarge(f"The file is larger than {limit:,} bytes, the limit here.", subject=name)
                out.write(block)
        if not written:
            raise NotPdf("The file is empty; upload the PDF itself.", subject=name)
    except StrategyError:
        path.unlink(missing_ok=True)
        raise
    return path, name
