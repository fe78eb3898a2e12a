"""Comparisons, findings and hits as json, csv, xlsx and docx, with the citation in every row.

A file is written whole beside its place and then moved there, so nothing half-written is
ever seen and a file that exists is never touched. The same content gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.folder import list_documents
from corpus.reading import Filter
from models.coding import load_coder
from models.errors import BadQuery, OutputExists
from models.finding import Citation, Comparison, Finding, FocusArea, Hit
from models.taxonomy import load_taxonomy
from service.captions import Captions
from service.coding import list_coded_areas
from service.picture import PICTURES, choose_picture, draw_comparison
from service.tables import SOURCE, Sheet, cite_columns, lay_out, lay_out_areas, lay_out_hits

FORMATS: tuple[str, ...] = ("json", "csv", "xlsx", "docx")
PROJECT = "qdpx"
"""The format of REFI-QDA projects, which hold findings."""
TOGETHER = (*FORMATS, PROJECT, *PICTURES)
"""What a comparison can be written as."""
PACKAGE = "strategy-intel"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets; an apostrophe before it stops that."""
ODD = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF))
"""Characters that XML cannot hold and that no cell should."""
FINDING_COLUMNS = (
    "id", "region", "kinds", "score", "themes", "actors", "focus_area", "section", *SOURCE, "unit", "labeller",
)  # fmt: skip


def write_comparison(
    comparison: Comparison, catalogue: Catalogue, output: Path | None, format: str | None,
    filters: Mapping[str, Any] | None = None, captions: Captions | None = None,
) -> Path:  # fmt: skip
    """Write a comparison, or its picture, and return where. The format is that of the file's ending unless given.

    Without `output` the file is named after the regions, in the current folder. `filters` are
    what narrowed the comparison, for the manifest; `captions` are the picture's words.

    Raises: OutputExists (it exists or cannot be written), BadQuery (no such format, nothing to draw).
    """
    kind = choose_format(output, format, (*FORMATS, *PICTURES))
    path = output or name_file(comparison.regions, kind)
    if kind in PICTURES:
        return write_whole(path, lambda: draw_comparison(comparison, kind, captions))
    narrowed = {"regions": list(comparison.regions)} | dict(filters or {})
    manifest = make_manifest(catalogue, _documents(comparison), narrowed)
    if kind == "json":
        record = comparison.model_dump(mode="json") | {"manifest": manifest}
        return write_whole(path, lambda: write_json(record))
    sheets = lay_out(comparison)
    if kind == "docx":
        from service.report import write_report

        return write_whole(path, lambda: write_report(comparison, sheets, manifest))
    return write_whole(path, lambda: write_sheets(sheets, manifest, kind))


def write_picture(comparison: Comparison, path: Path) -> Path:
    """Write a comparison as SVG or PNG, as the file's ending says. Raises: OutputExists, BadQuery."""
    return write_whole(path, lambda: draw_comparison(comparison, choose_picture(path)))


def write_table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], path: Path, format: str | None = None,
    manifest: Mapping[str, Any] | None = None, name: str | None = None,
) -> Path:  # fmt: skip
    """Write rows as one table and return where; a row lacks what it does not have.

    The table is called `name`, else as the file.

    Raises: OutputExists, BadQuery.
    """
    kind = choose_format(path, format)
    sheet = Sheet(
        (name or path.stem)[:31],
        tuple(columns),
        [tuple(_plain(row.get(one)) for one in columns) for row in rows],
    )
    if kind == "json":
        record = {
            "columns": list(columns),
            "rows": [dict(zip(columns, row, strict=True)) for row in sheet.rows],
        }
        return write_whole(path, lambda: write_json(record | {"manifest": dict(manifest or {})}))
    if kind == "docx":
        from service.report import write_table_report

        return write_whole(path, lambda: write_table_report(sheet, dict(manifest or {})))
    return write_whole(path, lambda: write_sheets([sheet], dict(manifest or {}), kind))


def write_findings(
    findings: Sequence[Finding], catalogue: Catalogue, path: Path, format: str | None = None,
    filters: Mapping[str, Any] | None = None,
) -> Path:  # fmt: skip
    """Write findings, one a row, in docx one a line, in qdpx coded in their texts.

    Raises: OutputExists, BadQuery.
    """
    kind = choose_format(path, format, (*FORMATS, PROJECT))
    counted = {"findings": len(findings)} | dict(filters or {})
    manifest = make_manifest(catalogue, {one.document for one in findings}, counted)
    if kind == PROJECT:
        from service.qdpx import write_project

        taxonomy = load_taxonomy(catalogue.folder.taxonomy)
        documents = tuple(sorted({one.document for one in findings}))
        areas = list_coded_areas(catalogue, Filter(documents=documents)) if documents else []
        return write_whole(path, lambda: write_project(findings, catalogue, taxonomy, manifest, areas))
    held = {one["id"]: one for one in list_documents(catalogue.folder)}
    cited = [(one, _cite_finding(one, held.get(one.document, {}))) for one in findings]
    if kind == "docx":
        from service.report import write_findings_report

        return write_whole(path, lambda: write_findings_report(cited, manifest))
    rows = (_finding_row(one, citation) for one, citation in cited)
    return write_table(rows, FINDING_COLUMNS, path, kind, manifest, name="Findings")


def write_areas(
    areas: Sequence[FocusArea], catalogue: Catalogue, path: Path, format: str | None = None,
    filters: Mapping[str, Any] | None = None,
) -> Path:  # fmt: skip
    """Write focus areas with their codes, a row for each place that carries one; json holds them whole.

    Raises: OutputExists, BadQuery.
    """
    kind = choose_format(path, format)
    coder = load_coder(catalogue.folder.taxonomy)
    manifest = make_manifest(catalogue, {one.document for one in areas}, dict(filters or {}))
    manifest["lists"] = {one.id: one.version for one in coder.lists}
    if kind == "json":
        record = {"focus_areas": [one.model_dump(mode="json") for one in areas], "manifest": manifest}
        return write_whole(path, lambda: write_json(record))
    sheet = lay_out_areas(areas)
    rows = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    return write_table(rows, sheet.columns, path, kind, manifest, name=sheet.name)


def write_hits(hits: Sequence[Hit], catalogue: Catalogue, path: Path, format: str | None = None) -> Path:
    """Write the hits of a search, one a row. Raises: OutputExists, BadQuery."""
    sheet = lay_out_hits(hits)
    manifest = make_manifest(catalogue, {one.document for one in hits}, {"hits": len(hits)})
    rows = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    return write_table(rows, sheet.columns, path, format, manifest, name=sheet.name)


def name_file(words: Iterable[str], kind: str) -> Path:
    """Return a name for a file after what is in it, in the current folder."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in "-".join(words).lower())
    return Path(f"{'-'.join(part for part in kept.split('-') if part)[:80] or 'comparison'}.{kind}")


def choose_format(output: Path | None, format: str | None, known: Sequence[str] = FORMATS) -> str:
    """Return the format that is asked for, or that a file's ending names; json without either.

    Raises: BadQuery.
    """
    ending = output.suffix.lstrip(".").lower() if output else ""
    kind = (format or ending or "json").lower()
    if kind not in known:
        raise BadQuery(
            f"There is no format “{kind[:20]}” for this; there are {', '.join(known)}.",
            subject=kind[:20],
            nearest=known,
        )
    return kind


def make_manifest(
    catalogue: Catalogue, documents: Iterable[str], filters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an export was made from: documents with hashes, encoder, labeller, versions, filters.

    No path of the machine and no time of day stands in it, so the same content gives the same bytes.
    """
    columns = schema.documents.c
    wanted = sorted(set(documents))
    with catalogue.read() as connection:
        query = sa.select(columns.id, columns.file, columns.sha256, columns.title, columns.ingested_at)
        held = [
            dict(row._mapping) for row in connection.execute(query.order_by(columns.id)) if row.id in wanted
        ]
        labellers = connection.scalars(sa.select(schema.findings.c.labeller).distinct()).all()
    encoder = catalogue.encoder()
    return {
        "documents": held,
        "encoder": {"name": encoder[0], "fingerprint": encoder[1]} if encoder else None,
        "labellers": sorted(one for one in labellers if one),
        "taxonomy": load_taxonomy(catalogue.folder.taxonomy).version,
        "code": _version(),
        "generation": catalogue.generation,
        "filters": dict(filters),
    }


def write_whole(path: Path, make: Callable[[], bytes]) -> Path:
    """Write bytes to a new file, whole or not at all, and return its path.

    Raises: OutputExists (it is there already, or cannot be written).
    """
    _refuse(path)
    content = make()
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.link(draft, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise OutputExists(
            f"{path.name} cannot be written: {error.strerror or 'no reason given'}.", subject=path.name
        ) from error
    finally:
        with suppress(OSError):
            os.unlink(draft)
    return path


def write_json(record: Mapping[str, Any]) -> bytes:
    """Return JSON with a newline at its end."""
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def write_sheets(sheets: Sequence[Sheet], manifest: Mapping[str, Any], kind: str) -> bytes:
    """Return tables as csv (one below the other) or xlsx (one a sheet), the manifest last."""
    sheets = (
        [*sheets, Sheet("Manifest", ("what", "value"), list(flatten(manifest)))] if manifest else list(sheets)
    )
    if kind == "xlsx":
        from service.workbook import write_workbook

        return write_workbook(sheets)
    return write_csv(sheets)


def write_csv(sheets: Sequence[Sheet]) -> bytes:
    """Return tables in UTF-8 with a byte order mark, which spreadsheets need to show å and ö.

    A single table has its column names in the first line; several are parted by an empty
    line, and each has its name in the first column of all its lines.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    body = [one for one in sheets if one.name != "Manifest"]
    for number, sheet in enumerate(sheets):
        lead = ("table",) if len(body) > 1 else ()
        if number:
            writer.writerow(())
        writer.writerow((*lead, *sheet.columns))
        named = (sheet.name,) if lead else ()
        writer.writerows([(*named, *(_cell(value) for value in row)) for row in sheet.rows])
    return "\ufeff".encode() + out.getvalue().encode("utf-8", "replace")


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula, without characters that XML cannot hold."""
    clean = text.encode("utf-8", "replace").decode("utf-8").translate(ODD)
    return f"'{clean}" if clean.startswith(DANGEROUS) else clean


def flatten(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """Return a nested record as pairs of dotted name and plain value."""
    if isinstance(value, Mapping):
        return [
            pair for key, one in value.items() for pair in flatten(one, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(value, list | tuple):
        return [pair for n, one in enumerate(value, 1) for pair in flatten(one, f"{name}.{n}")]
    return [(name, value)]


def _refuse(path: Path) -> None:
    try:
        taken = path.exists() or path.is_symlink()
    except OSError as error:
        name = path.name[:80]
        raise OutputExists(f"{name} cannot be written: {error.strerror}.", subject=name) from error
    if taken:
        raise _taken(path)
    if not path.parent.is_dir():
        raise OutputExists(f"The folder of {path.name} is not there; make it first.", subject=path.name)


def _taken(path: Path) -> OutputExists:
    return OutputExists(f"{path.name} is there already; choose another name or remove it.", subject=path.name)


def _cell(value: Any) -> Any:
    return neutralise(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _cite_finding(one: Finding, document: Mapping[str, Any]) -> Citation:
    return Citation(
        document=one.document,
        title=document.get("title", ""),
        region=one.region or next(iter(document.get("regions", ())), None),
        year=document.get("year"),
        pages=one.pages,
        quote=one.quote,
        language=one.language,
        finding=one.id,
    )


def _finding_row(one: Finding, citation: Citation) -> dict[str, Any]:
    row = one.model_dump(mode="json", include=set(FINDING_COLUMNS))
    shown = row | dict(zip(SOURCE, cite_columns(citation), strict=True))
    return shown | {
        "region": citation.region,
        "kinds": list(one.labels),
        "score": max((one.kinds.get(kind, 0.0) for kind in one.labels), default=None),
        "section": " > ".join(one.section),
    }


def _documents(comparison: Comparison) -> set[str]:
    """The documents that any citation of a comparison names."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "quote" in value and "document" in value:
                found.add(value["document"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)

    walk(comparison.model_dump())
    return found


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "not installed"


__all__ = [
    "FORMATS",
    "SOURCE",
    "write_areas",
    "write_comparison",
    "write_findings",
    "write_hits",
    "write_table",
]
