"""A comparison as tables: rows of plain values, a citation in every row that states something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from models.finding import Citation, Comparison, FocusArea, Hit, PageRef, ThemeComparison

SOURCE = ("quote", "document", "title", "year", "page", "page_end", "printed_page", "language", "link")
"""The columns of a citation."""


class Sheet(NamedTuple):
    """A table: a name of at most 31 letters, the columns' names, rows of str, int, float or None."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def lay_out(comparison: Comparison) -> list[Sheet]:
    """Return the tables of a comparison, in order."""
    sheets = [_coverage(comparison), _areas(comparison)]
    for name, part in (("Barriers", comparison.barriers), ("Measures", comparison.measures)):
        if part.themes:
            sheets += [_matrix(name, comparison.regions, part), _quotes(name, comparison.regions, part)]
    return [*sheets, *_pairs(comparison), *_changes(comparison)]


def cite_columns(citation: Citation | None) -> tuple[Any, ...]:
    """Return the values of `SOURCE`. Pages are physical, from 1; the link opens that page."""
    if citation is None:
        return (None,) * len(SOURCE)
    first, last = (citation.pages[0], citation.pages[-1]) if citation.pages else (None, None)
    return (
        citation.quote,
        citation.document,
        citation.title,
        citation.year,
        first.index if first else None,
        last.index if last else None,
        print_labels(citation.pages),
        citation.language,
        f"/read/{citation.document}?page={first.index}" if first else f"/read/{citation.document}",
    )


def print_labels(pages: Sequence[PageRef]) -> str | None:
    """Return the printed labels of pages ("iv", "7-8"), None where none is printed."""
    labels = [page.label for page in pages if page.label]
    if not labels:
        return None
    return labels[0] if labels[0] == labels[-1] else f"{labels[0]}-{labels[-1]}"


def _coverage(comparison: Comparison) -> Sheet:
    columns = ("region", "documents", "pages", "pages_without_text", "words", "counted_with_it")
    rows = []
    for region in comparison.regions:
        read = comparison.coverage[region]
        included = ", ".join(comparison.included.get(region, ()))
        rows.append(
            (region, read.documents, read.pages, read.pages_without_text, read.words, included or None)
        )
    return Sheet("Coverage", columns, rows)


def _areas(comparison: Comparison) -> Sheet:
    columns = (
        "status",
        "region",
        "focus_area",
        "group",
        "score",
        "why",
        "nearest_region",
        "nearest",
        *SOURCE,
        "codes",
    )
    rows: list[tuple[Any, ...]] = []
    codes = comparison.focus_areas.codes
    for number, shared in enumerate(comparison.focus_areas.shared, 1):
        for region, name in shared.areas.items():
            lead = ("shared", region, name, number, shared.score, shared.why, None, None)
            given = "; ".join(codes.get(region, {}).get(name, ())) or None
            rows += [(*lead, *cite_columns(one), given) for one in shared.evidence.get(region, ()) or (None,)]
    for region in comparison.regions:
        for own in comparison.focus_areas.unique.get(region, ()):
            near = own.nearest
            beside = (near.score, own.why, near.region, near.name) if near else (None, own.why, None, None)
            given = "; ".join(codes.get(region, {}).get(own.name, ())) or None
            rows.append(("unique", region, own.name, None, *beside, *cite_columns(own.citation), given))
    return Sheet("Focus areas", columns, rows)


def _matrix(name: str, regions: Sequence[str], part: ThemeComparison) -> Sheet:
    columns = (
        "theme",
        "status",
        *(f"{region} {what}" for region in regions for what in ("count", "per 1,000 words")),
        "why",
    )
    rows = []
    for row in part.themes:
        values: list[Any] = []
        for region in regions:
            cell = row.cells[region]
            values += (
                [cell.count, cell.per_1000_words]
                if cell.status == "found"
                else [cell.status.replace("_", " "), None]
            )
        rows.append((row.theme, _status(row.theme, part), *values, row.why))
    return Sheet(f"{name} by theme", columns, rows)


def _status(theme: str, part: ThemeComparison) -> str:
    if theme in part.shared:
        return "shared"
    alone = [region for region, themes in part.unique.items() if theme in themes]
    lacking = [region for region, themes in part.missing.items() if theme in themes]
    said = [f"only {region}" for region in alone] + [f"missing in {region}" for region in lacking]
    return "; ".join(said) or "some"


def _quotes(name: str, regions: Sequence[str], part: ThemeComparison) -> Sheet:
    columns = ("theme", "region", "status", "count", "per_1000_words", "nearness", *SOURCE)
    rows: list[tuple[Any, ...]] = []
    for row in part.themes:
        for region in regions:
            cell = row.cells[region]
            lead = (row.theme, region, cell.status.replace("_", " "), cell.count, cell.per_1000_words)
            if cell.nearest:
                rows.append((*lead, cell.nearest.score, *cite_columns(cell.nearest.citation)))
            else:
                rows += [(*lead, None, *cite_columns(one)) for one in cell.citations or (None,)]
    return Sheet(f"{name} quotes", columns, rows)


def _pairs(comparison: Comparison) -> Iterator[Sheet]:
    """Links, open barriers and lessons, where there are any."""
    links: list[tuple[Any, ...]] = []
    for number, link in enumerate(comparison.links, 1):
        links.append((number, "barrier", link.region, link.score, *cite_columns(link.barrier)))
        links.append((number, "measure", link.region, link.score, *cite_columns(link.measure)))
    if links:
        yield Sheet("Links", ("link_number", "side", "region", "score", *SOURCE), links)
    left = [(region, *cite_columns(one)) for region, rows in comparison.unanswered.items() for one in rows]
    if left:
        yield Sheet("Barriers without measure", ("region", *SOURCE), left)
    lessons: list[tuple[Any, ...]] = []
    for number, one in enumerate(comparison.lessons, 1):
        lessons.append((number, "barrier", one.region, one.score, *cite_columns(one.barrier)))
        lessons.append((number, "measure", one.teacher, one.score, *cite_columns(one.measure)))
    if lessons:
        yield Sheet("Learn from", ("lesson_number", "side", "region", "score", *SOURCE), lessons)


def _changes(comparison: Comparison) -> Iterator[Sheet]:
    """What the newer document changed; what was kept has a row for each of the two."""
    changes = comparison.changes
    if changes is None:
        return
    columns = (
        "change",
        "number",
        "kind",
        "focus_area",
        "former_name",
        "themes",
        "score",
        "reworded",
        "in",
        *SOURCE,
    )
    rows: list[tuple[Any, ...]] = []
    for what in ("added", "dropped", "kept"):
        for number, one in enumerate(getattr(changes, what), 1):
            lead = (what, number, one.kind, one.name or None, one.former, ", ".join(one.themes) or None)
            like = (one.score, "yes" if one.reworded else "no") if what == "kept" else (None, None)
            for label, citation in ((changes.old, one.old), (changes.new, one.new)):
                if citation is not None:
                    rows.append((*lead, *like, label, *cite_columns(citation)))
    yield Sheet("Changes", columns, rows)


def lay_out_areas(areas: Sequence[FocusArea]) -> Sheet:
    """Return the table of focus areas: a row for every place that carries a code, one for an area without codes."""
    columns = (
        "area_id", "region", "focus_area", "aliases", "niches", "area_score",
        "list", "code", "label", "score", "words", "found_in", *SOURCE,
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for area in areas:
        names = (", ".join(area.aliases) or None, ", ".join(area.niches) or None)
        lead = (area.id, area.region, area.name, *names, area.score)
        for code in area.codes:
            told = (code.list, code.code, code.label, code.score)
            rows += [
                (*lead, *told, ", ".join(one.words), one.source, *cite_columns(one.citation))
                for one in code.evidence
            ]
        if not area.codes:
            rows.append((*lead, *(None,) * 6, *cite_columns(None)))
    return Sheet("Focus areas", columns, rows)


def lay_out_hits(hits: Sequence[Hit]) -> Sheet:
    """Return the table of a search's hits."""
    columns = ("rank", "score", "region", "section", *SOURCE, "text", "matched_terms")
    rows = []
    for hit in hits:
        cited = Citation(
            document=hit.document, title=hit.title, region=hit.region, year=hit.year, pages=hit.pages,
            quote=hit.quote, language=hit.language,
        )  # fmt: skip
        terms = ", ".join(hit.why.matched_terms)
        rows.append(
            (hit.rank, hit.score, hit.region, " > ".join(hit.section), *cite_columns(cited), hit.text, terms)
        )
    return Sheet("Hits", columns, rows)
