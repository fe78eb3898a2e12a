"""What the catalogue holds, in the contract's shapes: the same for the command line and HTTP."""

from __future__ import annotations

from typing import Any

from corpus.catalogue import Catalogue
from corpus.folder import find_listed
from corpus.reading import (
    Filter,
    known_regions,
    read_coverage,
    read_document,
    read_findings,
)
from models.document import Block, Document, pages_of
from models.finding import KINDS, Coverage, Finding
from models.taxonomy import Region, Taxonomy
from service.coding import list_coded_areas


def describe_document(catalogue: Catalogue, document: str) -> dict[str, Any]:
    """Return a document's data, counts per kind, warnings and section tree. The id must exist."""
    listed = find_listed(catalogue.folder, document)
    with catalogue.read() as connection:
        content = read_document(connection, document)
        found = read_findings(connection, Filter(documents=(document,)))
    return listed | {
        "warnings": list(content.warnings),
        "findings": {kind: sum(kind in one.labels for one in found) for kind in KINDS},
        "sections": [
            {
                "title": one.title,
                "number": one.number,
                "level": one.level,
                "page": _section_page(content, one.block),
            }
            for one in content.sections
        ],
    }


def describe_outline(catalogue: Catalogue, document: str) -> dict[str, Any]:
    """Return a document's pages and its blocks in reading order. The id must exist."""
    with catalogue.read() as connection:
        content = read_document(connection, document)
    pages = [
        {
            "index": one.index, "label": one.label, "width": one.width, "height": one.height,
            "state": one.state, "ocr": one.ocr,
        }
        for one in content.pages
    ]  # fmt: skip
    blocks = sorted(content.blocks, key=lambda block: block.order)
    return {"document": document, "pages": pages, "blocks": [_describe_block(content, one) for one in blocks]}


def list_findings(catalogue: Catalogue, choice: Filter, *, everything: bool = False) -> dict[str, Any]:
    """Return the findings that pass, in the order of their documents."""
    with catalogue.read() as connection:
        found = read_findings(connection, choice, everything=everything)
    return {"findings": [describe_finding(one) for one in found]}


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding for JSON, without the offsets that only the catalogue needs."""
    return finding.model_dump(mode="json", exclude={"start", "end"})


def list_focus_areas(catalogue: Catalogue, choice: Filter) -> dict[str, Any]:
    """Return the focus areas that pass, each with its codes and headline findings. Raises: BadSettings."""
    areas = list_coded_areas(catalogue, choice)
    return {"focus_areas": [one.model_dump(mode="json") for one in areas]}


def list_regions(catalogue: Catalogue, taxonomy: Taxonomy, *, everything: bool = False) -> dict[str, Any]:
    """Return the regions that documents have, with what was read and what the registry knows.

    `everything` gives those of the registry that no document is about as well, after them.
    """
    with catalogue.read() as connection:
        held = [
            (name, read_coverage(connection, Filter(regions=(name,))), taxonomy.find_region(name))
            for name in known_regions(connection)
        ]
    rows = [describe_region(name, coverage, entry) for name, coverage, entry in held]
    if everything:
        met = {entry.name for *_, entry in held if entry}
        rows += [
            describe_region(one.name, Coverage(), one) for one in taxonomy.regions if one.name not in met
        ]
    return {"regions": rows}


def describe_region(name: str, coverage: Coverage, entry: Region | None) -> dict[str, Any]:
    """Return a region under the name that documents bear, with what was read and its registry entry."""
    known = entry.model_dump(mode="json", exclude={"name"}) if entry else None
    return {"region": name, "coverage": coverage.model_dump(), "registry": known}


def _section_page(document: Document, block: int | None) -> int | None:
    return None if block is None else document.pages_of(document.blocks[block])[0].index


def _describe_block(document: Document, block: Block) -> dict[str, Any]:
    pages = pages_of(document.pages, block.start, block.end)
    parts = [
        {
            "page": page.index,
            "text": document.text[max(block.start, page.start) : min(block.end, page.end)].strip(),
        }
        for page in pages
    ]
    record: dict[str, Any] = {
        "type": block.type,
        "level": block.level,
        "page": pages[0].index,
        "page_end": pages[-1].index,
        "text": document.quote(block),
        "parts": parts,
        "section": list(document.path(block.section)),
    }
    optional = {
        "number": block.number,
        "marker": block.marker,
        "rows": [list(row) for row in block.rows] or None,
        "run_in": document.text[block.start : block.start + block.run_in] or None,
        "boxed": block.boxed or None,
        "notes": [{"number": note.number, "at": note.offset - block.start} for note in block.note_refs]
        or None,
        "boxes": [box.model_dump() for box in block.boxes] or None,
    }
    return record | {key: value for key, value in optional.items() if value is not None}
