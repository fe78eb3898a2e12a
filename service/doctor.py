"""Is the data folder sound, and what runs on this machine? Each finding says what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from corpus import lexical, schema
from corpus.catalogue import Catalogue
from corpus.folder import Folder, find_service
from corpus.meta import mark_rewritten
from models.errors import CatalogueBusy, StrategyError
from service.library import Library, open_library
from service.settings import Settings


def examine(settings: Settings, *, repair: bool = False) -> dict[str, Any]:
    """Return {healthy, problems:[{what, mend, mended}], machine, documents, …}.

    With `repair`, mends what can be: vectors and index rows are made to match the catalogue,
    files without a document are removed.
    """
    folder = Folder(settings.data)
    record: dict[str, Any] = {
        "data": settings.data.name,
        "service": find_service(folder),
        "machine": _machine(),
    }
    if not folder.catalogue.exists():
        return record | {"healthy": True, "documents": 0, "problems": []}
    try:
        with open_library(settings, write=True) as library:
            problems = list(_examine_folder(library, repair))
            documents = _count(library.catalogue, schema.documents)
    except CatalogueBusy as error:
        problems = [_problem(error.message, "Stop the other process to have everything checked.")]
        documents = _documents_read_only(folder)
    except StrategyError as error:
        problems, documents = [_problem(error.message, "See the message.")], None
    healthy = all(problem["mended"] for problem in problems)
    return record | {"healthy": healthy, "documents": documents, "problems": problems}


def write_diagnosis(record: dict[str, Any]) -> Iterator[str]:
    """Give the lines of a diagnosis."""
    yield f"Data folder {record['data']}: {record['documents']} documents"
    for key, value in record["machine"].items():
        yield f"  {key}: {value}"
    if record["service"]:
        yield f"  service: {record['service']}"
    for problem in record["problems"]:
        state = "mended" if problem["mended"] else f"PROBLEM ({problem['mend']})"
        yield f"  {state}: {problem['what']}"
    yield "All well." if record["healthy"] else "Not all is well."


def _examine_folder(library: Library, repair: bool) -> Iterator[dict[str, Any]]:
    yield from _check_database(library.catalogue)
    yield from _check_index(library.catalogue, repair)
    yield from _check_files(library.catalogue, repair)
    held = library.catalogue.encoder()
    if held is None:
        return
    try:
        encoder = library.encoder
    except StrategyError as error:
        yield _problem(error.message, "Run `strategi reindex`, or set STRATEGI_ENCODER back.")
        return
    del encoder
    yield from _check_vectors(library, repair)
    yield from _check_large(library, repair)


def _check_database(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    with catalogue.read() as connection:
        result = connection.scalar(sa.text("PRAGMA integrity_check"))
    if result != "ok":
        yield _problem(f"SQLite reports: {result}.", "Restore the catalogue from a backup.")


def _check_index(catalogue: Catalogue, repair: bool) -> Iterator[dict[str, Any]]:
    with catalogue.read() as connection:
        sound = lexical.matches(connection)
    if sound:
        return
    if repair:
        with catalogue.change() as connection:
            lexical.rebuild(connection)
            mark_rewritten(connection)
    yield _problem(
        "The full-text index does not match the segments.", "Run `strategi doctor --repair`.", repair
    )


def _check_files(catalogue: Catalogue, repair: bool) -> Iterator[dict[str, Any]]:
    column = schema.documents.c.sha256
    with catalogue.read() as connection:
        wanted = {f"{sha256}.pdf" for sha256 in connection.scalars(sa.select(column))}
    held = {path.name: path for path in catalogue.folder.files.iterdir()}
    surplus = sorted(set(held) - wanted)
    if surplus:
        if repair:
            for name in surplus:
                held[name].unlink()
        yield _problem(
            f"{len(surplus)} stored files belong to no document.", "Run `strategi doctor --repair`.", repair
        )
    missing = sorted(wanted - set(held))
    if missing:
        yield _problem(
            f"The PDFs of {len(missing)} documents are gone.", "Remove those documents and ingest them again."
        )


def _check_vectors(library: Library, repair: bool) -> Iterator[dict[str, Any]]:
    with library.catalogue.read() as connection:
        wanted = set(connection.scalars(sa.select(schema.segments.c.id)))
    with closing(library.open_vectors()) as vectors:
        held = vectors.ids()
        if held != wanted and repair:
            vectors.reconcile(library.catalogue)
    if held != wanted:
        what = f"The vector store lacks {len(wanted - held)} segments and has {len(held - wanted)} too many."
        yield _problem(what, "Run `strategi doctor --repair`.", repair)


def _check_large(library: Library, repair: bool) -> Iterator[dict[str, Any]]:
    """The index of a large catalogue: every byte is read."""
    with library.catalogue.read() as connection:
        if library.searcher.is_indexed(connection):
            return
    yield _problem(
        "Search has no sound index of this many segments and reads the catalogue instead, which is slow.",
        "Run `strategi doctor --repair`.",
        repair and library.searcher.refresh_index(),
    )


def _machine() -> dict[str, Any]:
    from models.encoder import probe

    return probe()


def _documents_read_only(folder: Folder) -> int:
    catalogue = Catalogue.open(folder)
    try:
        return _count(catalogue, schema.documents)
    finally:
        catalogue.close()


def _count(catalogue: Catalogue, table: sa.Table) -> int:
    with catalogue.read() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _problem(what: str, mend: str, mended: bool = False) -> dict[str, Any]:
    return {"what": what, "mend": mend, "mended": mended}
