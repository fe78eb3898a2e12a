"""Findings as a REFI-QDA project (.qdpx), which programs for qualitative analysis open: texts, codes, coded passages.

The standard (REFI-QDA 1.5, schema of 18 March 2019) wants a ZIP with `project.qde` and a folder
`sources` of files named by GUIDs. Positions count Unicode code points of the plain text from 0.
It names "the first and the last character" of a selection; as QualCoder and others read it, the
end is that after the last one. GUIDs and dates come from the data, so the same data give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from corpus.catalogue import Catalogue
from corpus.folder import list_documents
from corpus.reading import Source, read_source
from models.finding import KINDS, Finding, FocusArea
from models.taxonomy import Taxonomy, Term
from service.present import write_pages
from service.workbook import EPOCH

SPACE = "urn:QDA-XML:project:1.0"
ROOT = UUID("6f0d6c1e-3f0b-5c0e-9c1d-2f7a51c0f1d4")
"""All GUIDs are made from it and what they stand for."""
LONGEST_NAME = 60
"""Characters of a passage that name it."""
COLOURS = {
    "barrier": "#b2182b", "measure": "#2166ac", "strength": "#1b7837", "opportunity": "#b35806",
    "focus_area": "#542788",
}  # fmt: skip
FORBIDDEN = frozenset('/\\:*?"<>|')
"""Letters that a file name cannot hold on some system; programs name files after sources."""


def write_project(
    findings: Sequence[Finding],
    catalogue: Catalogue,
    taxonomy: Taxonomy,
    manifest: Mapping[str, Any],
    areas: Sequence[FocusArea] = (),
) -> bytes:
    """Return the project of some findings, with the documents that they stand in.

    A finding that carries a code of a public list for one of the areas has that code too.
    """
    held = {one["id"]: one for one in list_documents(catalogue.folder)}
    wanted = [one for one in held if one in {finding.document for finding in findings}]
    with catalogue.read() as connection:
        sources = {one: read_source(connection, one) for one in wanted}
    project = _make_project(findings, [held[one] for one in wanted], taxonomy, manifest, areas)
    ElementTree.indent(project)
    files = {"project.qde": ElementTree.tostring(project, encoding="utf-8", xml_declaration=True)}
    files |= {f"sources/{_text_file(one)}": _encode(source) for one, source in sources.items()}
    return _zip(files)


def _make_project(
    findings: Sequence[Finding],
    documents: Sequence[Mapping[str, Any]],
    taxonomy: Taxonomy,
    manifest: Mapping[str, Any],
    areas: Sequence[FocusArea],
) -> Element:
    labellers = sorted({one.labeller for one in findings})
    project = Element(
        "Project",
        xmlns=SPACE,
        name="Regional strategies",
        origin=f"strategi {manifest.get('code', '')}".strip(),
    )
    users = SubElement(project, "Users")
    for name in labellers or [""]:
        SubElement(users, "User", guid=make_guid("user", name), name=_clean(f"strategi {name}".strip()))
    codes = SubElement(SubElement(project, "CodeBook"), "Codes")
    _add_codes(codes, "Kinds", "kind", [one for one in taxonomy.kinds if one.id in KINDS])
    _add_codes(codes, "Themes", "theme", taxonomy.themes)
    carried = _list_carried(areas, {one.id for one in findings})
    _add_lists(codes, areas, {name for names in carried.values() for name in names})
    if documents:
        texts = SubElement(project, "Sources")
        for document, name in zip(documents, _name_sources(documents), strict=True):
            own = [one for one in findings if one.document == document["id"]]
            _add_source(texts, document, name, own, carried)
    filters = "; ".join(f"{key}: {value}" for key, value in manifest.get("filters", {}).items())
    SubElement(project, "Description").text = _clean(
        f"Made by strategi from {len(documents)} documents. Filters: {filters or 'none'}."
        f" Taxonomy: {manifest.get('taxonomy', '')}."
    )
    return project


def _add_codes(parent: Element, folder: str, sort: str, terms: Iterable[Term]) -> None:
    """A folder, which codes nothing itself, with a code for each term."""
    above = SubElement(parent, "Code", guid=make_guid("folder", sort), name=folder, isCodable="false")
    for term in terms:
        name = _clean(term.label("en"))
        code = SubElement(above, "Code", guid=make_guid(sort, term.id), name=name, isCodable="true")
        if term.id in COLOURS:
            code.set("color", COLOURS[term.id])
        if meaning := term.definitions.get("en"):
            SubElement(code, "Description").text = _clean(meaning)


def _list_carried(areas: Sequence[FocusArea], known: Set[str]) -> dict[str, list[str]]:
    """The codes of public lists ("nace:A03") by the finding that carries them."""
    found: dict[str, list[str]] = {}
    for area in areas:
        for code in area.codes:
            for one in code.evidence:
                if one.citation.finding in known:
                    found.setdefault(one.citation.finding or "", []).append(f"{code.list}:{code.code}")
    return found


def _add_lists(parent: Element, areas: Sequence[FocusArea], used: Set[str]) -> None:
    """A folder for each public list, with the codes that some passage carries."""
    given = {(one.list, one.code): one for area in areas for one in area.codes}
    named = sorted(key for key in given if ":".join(key) in used)
    for name, rows in groupby(named, key=lambda key: key[0]):
        above = SubElement(
            parent, "Code", guid=make_guid("folder", "list", name), name=_clean(name), isCodable="false"
        )
        for key in rows:
            guid, told = make_guid("list", ":".join(key)), _clean(f"{key[1]} {given[key].label}")
            SubElement(above, "Code", guid=guid, name=told, isCodable="true")


def _add_source(
    parent: Element,
    document: Mapping[str, Any],
    name: str,
    findings: Sequence[Finding],
    carried: Mapping[str, Sequence[str]],
) -> None:
    identity = document["id"]
    source = SubElement(
        parent, "TextSource", guid=make_guid("source", identity), name=name,
        plainTextPath=f"internal://{_text_file(identity)}", creationDateTime=_date(document["ingested_at"]),
    )  # fmt: skip
    known = (
        document["title"],
        ", ".join(document["regions"]),
        document["year"],
        f"SHA-256 {document['sha256']}",
    )
    SubElement(source, "Description").text = _clean("; ".join(str(part) for part in known if part))
    for one in findings:
        _add_passage(source, one, _date(document["ingested_at"]), carried.get(one.id, ()))


def _add_passage(source: Element, one: Finding, date: str, carried: Sequence[str]) -> None:
    """A coded passage; one selection has a coding for each kind, theme and code of a public list."""
    user = make_guid("user", one.labeller)
    selection = SubElement(
        source, "PlainTextSelection", guid=make_guid("passage", one.id, one.start),
        name=_clean(" ".join(one.quote.split())[:LONGEST_NAME]),
        startPosition=str(one.start), endPosition=str(one.end), creatingUser=user, creationDateTime=date,
    )  # fmt: skip
    scores = ", ".join(f"{kind} {one.kinds[kind]:.2f}" for kind in one.labels if kind in one.kinds)
    pages = write_pages([page.model_dump() for page in one.pages])
    area = f"; {one.focus_area}" if one.focus_area else ""
    SubElement(selection, "Description").text = _clean(f"{pages}; {scores or 'set by hand'}{area}")
    for sort, names in (("kind", one.labels), ("theme", one.themes), ("list", carried)):
        for name in dict.fromkeys(names):
            coding = SubElement(
                selection, "Coding", guid=make_guid("coding", one.id, one.start, sort, name),
                creatingUser=user, creationDateTime=date,
            )  # fmt: skip
            SubElement(coding, "CodeRef", targetGUID=make_guid(sort, name))


def make_guid(*parts: object) -> str:
    """Return the GUID of what the parts name."""
    return str(uuid5(ROOT, "\x1f".join(map(str, parts))))


def _name_sources(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return names that differ and can name files: programs write the texts out under them."""
    taken: dict[str, int] = {}
    names = []
    for one in documents:
        plain = "".join("-" if letter in FORBIDDEN else letter for letter in one["file"].removesuffix(".pdf"))
        name = _clean(plain).strip(" .")[:100] or one["id"]
        taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
        names.append(name if taken[name.casefold()] == 1 else f"{name} {one['id']}")
    return names


def _text_file(document: str) -> str:
    return f"{make_guid('text', document)}.txt"


def _encode(source: Source) -> bytes:
    """The text in UTF-8, one code point for each character, whatever it is."""
    return source.text.encode("utf-8", "replace")


def _date(written: str) -> str:
    return written.partition(".")[0].partition("+")[0].removesuffix("Z") + "Z"


def _clean(text: str) -> str:
    from service.export import ODD

    return text.encode("utf-8", "replace").decode("utf-8").translate(ODD)


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content, compresslevel=6)
    return out.getvalue()
