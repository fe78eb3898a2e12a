"""A comparison as a DOCX report: coverage, matrix, what is shared and unique, quotes with their sources."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.finding import KINDS, Changes, Citation, Comparison, Finding, ThemeComparison
from service.tables import Sheet, print_labels
from service.workbook import EPOCH, settle_zip

LONGEST_QUOTE = 600
"""Characters of a quote in the report; the tables hold it whole."""
LINKS = 15
"""Pairs of barrier and measure in the report; the tables hold all."""


def write_report(comparison: Comparison, sheets: Sequence[Sheet], manifest: Mapping[str, Any]) -> bytes:
    """Return the report; `sheets` are the comparison's tables."""
    document = _open(f"Comparison: {', '.join(comparison.regions)}")
    for note in comparison.notes:
        document.add_paragraph(clean(note))
    document.add_heading("What was read", 1)
    _add_table(document, sheets[0])
    _add_areas(document, comparison)
    for name, part in (("Barriers", comparison.barriers), ("Measures", comparison.measures)):
        if part.themes:
            _add_themes(document, name, comparison.regions, part, sheets)
    _add_links(document, comparison)
    if comparison.changes:
        _add_changes(document, comparison.changes)
    _add_manifest(document, manifest)
    return _save(document)


def write_table_report(sheet: Sheet, manifest: Mapping[str, Any]) -> bytes:
    """Return one table as a document."""
    document = _open(sheet.name)
    _add_table(document, sheet)
    _add_manifest(document, manifest)
    return _save(document)


def write_findings_report(findings: Sequence[tuple[Finding, Citation]], manifest: Mapping[str, Any]) -> bytes:
    """Return findings by region and kind, each a quote with its source; one of two kinds stands under both."""
    document = _open("Findings")
    groups: dict[tuple[str, str], list[Citation]] = {}
    for one, citation in findings:
        for kind in one.labels:
            groups.setdefault((citation.region or "No region", kind), []).append(citation)
    for region in sorted({region for region, _ in groups}):
        document.add_heading(clean(region), 1)
        for kind in (kind for kind in KINDS if (region, kind) in groups):
            document.add_heading(kind.replace("_", " ").capitalize(), 2)
            _add_quotes(document, groups[region, kind])
    if not groups:
        document.add_paragraph("No findings pass.")
    _add_manifest(document, manifest)
    return _save(document)


def clean(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    from service.export import ODD

    return text.encode("utf-8", "replace").decode("utf-8").translate(ODD)


def _open(title: str) -> Any:
    from docx import Document

    document = Document()
    stamp = datetime(*EPOCH)
    document.core_properties.created = document.core_properties.modified = stamp
    document.core_properties.author = "strategi"
    document.core_properties.title = clean(title)[:250]
    document.add_heading(clean(title), 0)
    return document


def _save(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return settle_zip(out.getvalue())


def _add_table(document: Any, sheet: Sheet) -> None:
    table = document.add_table(rows=1, cols=len(sheet.columns))
    table.style = "Light Grid Accent 1"
    for cell, name in zip(table.rows[0].cells, sheet.columns, strict=True):
        cell.text = clean(name.replace("_", " "))
    for row in sheet.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else clean(str(value))


def _add_areas(document: Any, comparison: Comparison) -> None:
    areas = comparison.focus_areas
    if not areas.shared and not any(areas.unique.values()):
        return
    document.add_heading("Focus areas", 1)
    document.add_heading("Shared", 2)
    if not areas.shared:
        document.add_paragraph("None.")
    for shared in areas.shared:
        names = " – ".join(f"{name} ({region})" for region, name in shared.areas.items())
        _add_point(document, f"{names}. {shared.why}", f"score {shared.score:.2f}")
        for region in shared.areas:
            _add_quotes(document, shared.evidence.get(region, ()))
    for region, own in areas.unique.items():
        document.add_heading(clean(f"Only {region}"), 2)
        if not own:
            document.add_paragraph("None.")
        for one in own:
            _add_point(document, f"{one.name}. {one.why}")
            _add_quotes(document, [one.citation] if one.citation else [])


def _add_themes(
    document: Any, name: str, regions: Sequence[str], part: ThemeComparison, sheets: Sequence[Sheet]
) -> None:
    document.add_heading(name, 1)
    document.add_paragraph(clean(f"Shared: {', '.join(part.shared) or 'none'}."))
    for what, table in (("Only", part.unique), ("Missing in", part.missing)):
        for region, themes in table.items():
            if themes:
                document.add_paragraph(clean(f"{what} {region}: {', '.join(themes)}."))
    if len(regions) <= 6:
        matrix = next(sheet for sheet in sheets if sheet.name == f"{name} by theme")
        _add_table(document, Sheet(matrix.name, matrix.columns[:-1], [row[:-1] for row in matrix.rows]))
    for row in part.themes:
        if any(cell.citations for cell in row.cells.values()):
            document.add_heading(clean(row.theme), 2)
            document.add_paragraph(clean(row.why))
            for region in regions:
                _add_quotes(document, row.cells[region].citations)


def _add_links(document: Any, comparison: Comparison) -> None:
    if comparison.links:
        document.add_heading("Barriers and the measures that answer them", 1)
        for link in comparison.links[:LINKS]:
            _add_quotes(document, (link.barrier,))
            _add_point(document, "is answered by", f"score {link.score:.2f}")
            _add_quotes(document, (link.measure,))


def _add_changes(document: Any, changes: Changes) -> None:
    document.add_heading(clean(f"What changed from {changes.old} to {changes.new}"), 1)
    for what in ("added", "dropped", "kept"):
        found = getattr(changes, what)
        document.add_heading(f"{what.capitalize()} ({len(found)})", 2)
        for one in found:
            former = f" (was: {one.former})" if one.former else ""
            reworded = ", reworded" if one.reworded and not former else ""
            named = (
                f": {one.name}{former}" if one.name else f": {', '.join(one.themes)}" if one.themes else ""
            )
            _add_point(document, f"{one.kind.replace('_', ' ').capitalize()}{named}{reworded}")
            _add_quotes(document, [cited for cited in (one.old, one.new) if cited])


def _add_point(document: Any, text: str, aside: str = "") -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(clean(text)).bold = True
    if aside:
        paragraph.add_run(f" ({aside})")


def _add_quotes(document: Any, citations: Sequence[Citation]) -> None:
    for one in citations:
        paragraph = document.add_paragraph(style="List Bullet")
        quote = clean(" ".join(one.quote.split()))
        shown = quote if len(quote) <= LONGEST_QUOTE else quote[:LONGEST_QUOTE].rstrip() + "…"
        paragraph.add_run(f"“{shown}” ")
        paragraph.add_run(clean(f"({source_of(one)})")).italic = True


def source_of(one: Citation) -> str:
    """Return "Title (region, 2023), p. 9-10, printed 7-8"."""
    where = ", ".join(str(part) for part in (one.region, one.year) if part)
    title = f"{one.title} ({where})" if where else one.title
    if not one.pages:
        return title
    first, last = one.pages[0].index, one.pages[-1].index
    pages = f"p. {first}" if first == last else f"p. {first}-{last}"
    label = print_labels(one.pages)
    printed = f", printed {label}" if label and label != pages.removeprefix("p. ") else ""
    return f"{title}, {pages}{printed}"


def _add_manifest(document: Any, manifest: Mapping[str, Any]) -> None:
    from service.export import flatten

    if manifest:
        document.add_heading("How this was made", 1)
        document.add_paragraph(
            "Sentences were labelled by a classifier; every quote was cut from the text by position."
            " Pages are counted from 1; the printed number follows where it differs."
        )
        _add_table(document, Sheet("Manifest", ("what", "value"), list(flatten(manifest))))
