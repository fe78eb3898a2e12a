"""The contract's shapes as lines of text for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

QUOTE = 300
"""Characters of a quote shown in a list; the whole stands in the JSON."""
PAIRS = 10
"""Pairs of barrier and measure shown; the others stand in the JSON and the exports."""
CELL_QUOTES = 1
"""Quotes shown in a cell of the table; the others stand in the JSON and the exports."""


def write_description(record: dict[str, Any]) -> Iterator[str]:
    """Give the lines of a document's data."""
    yield f"{record['id']}  {record['title']}"
    for field in ("regions", "year", "type"):
        value = record[field]
        shown = ", ".join(value) if isinstance(value, list) else value
        yield f"  {field:<9}{shown or 'not known'}  (from {record['sources'].get(field, 'nothing')})"
    yield f"  file     {record['file']}, {record['pages']} pages, {record['words']} words, {', '.join(record['languages'])}"
    counts = ", ".join(f"{count} {kind}" for kind, count in record["findings"].items())
    yield f"  findings {counts}"
    for warning in record["warnings"]:
        yield f"  note     {warning}"
    for section in record["sections"]:
        yield f"  {'  ' * section['level']}{section['title']}  p. {section['page']}"


def write_outline(record: dict[str, Any]) -> Iterator[str]:
    """Give a line per block: page, type, level, start of the text."""
    for block in record["blocks"]:
        pages = (
            str(block["page"])
            if block["page"] == block["page_end"]
            else f"{block['page']}-{block['page_end']}"
        )
        level = f" {block['level']}" if block["level"] else ""
        text = block["text"].replace("\n", " ⏎ ").replace("\t", " | ")
        yield f"{pages:>7}  {block['type'] + level:<11} {_shorten(text, 120)}"


def write_findings(record: dict[str, Any]) -> Iterator[str]:
    """Give two lines per finding."""
    if not record["findings"]:
        yield "No findings pass."
    for one in record["findings"]:
        kinds = ", ".join(f"{kind} {one['kinds'].get(kind, 1):.2f}" for kind in one["labels"]) or "none"
        tags = "; ".join(part for part in (", ".join(one["themes"]), ", ".join(one["actors"])) if part)
        yield f"{one['region'] or 'no region'}, {write_pages(one['pages'])}: {kinds}{f' [{tags}]' if tags else ''}"
        yield f"    “{_shorten(one['quote'])}”"


def write_focus_areas(record: dict[str, Any]) -> Iterator[str]:
    """Give each focus area with its headline findings."""
    if not record["focus_areas"]:
        yield "No focus areas: the documents name none as prioritised."
    for area in record["focus_areas"]:
        aliases = f" (also: {', '.join(area['aliases'])})" if area["aliases"] else ""
        yield f"{area['region'] or 'no region'}: {area['name']}{aliases}, {write_pages(area['pages'])}"
        for code in area["codes"]:
            words = ", ".join(dict.fromkeys(word for one in code["evidence"] for word in one["words"]))
            shown = _shorten(" ".join(words.split()), 80)
            yield f"    {code['list']}:{code['code']} {code['label']} {code['score']:.2f} [{shown}]"
        for kind in ("strengths", "opportunities", "barriers", "measures"):
            for one in area[kind]:
                yield (
                    f"    {kind[:-1] if kind != 'opportunities' else 'opportunity'}: “{_shorten(one['quote'], 160)}”"
                    f" {write_pages(one['pages'])}"
                )


def write_hits(record: dict[str, Any]) -> Iterator[str]:
    """Give the hits of a search."""
    if not record["answered"]:
        yield "Not found in these documents." + (" The nearest passages:" if record["hits"] else "")
    for hit in record["hits"]:
        where = " > ".join(hit["section"])
        source = f"{hit['title']} ({hit['region'] or 'no region'}, {hit['year'] or 'no year'})"
        yield f"{hit['rank']}. {source}, {write_pages(hit['pages'])}"
        yield f"   “{_shorten(hit['quote'])}”"
        terms = f"; words: {', '.join(hit['why']['matched_terms'])}" if hit["why"]["matched_terms"] else ""
        yield f"   {where}{terms}"


def write_comparison_table(record: dict[str, Any]) -> Iterator[str]:
    """Give a comparison as tables with the best quote of every cell."""
    yield from _write_coverage(record)
    if any(record["focus_areas"]["unique"].values()) or record["focus_areas"]["shared"]:
        yield from _write_areas(record)
    for kind in ("barriers", "measures"):
        if record[kind]["themes"]:
            yield ""
            yield from _write_themes(record, kind)
            yield from _write_verdicts(record[kind])
    yield from _write_pairs(record)
    if record["changes"]:
        yield ""
        yield from _write_changes(record["changes"])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _write_coverage(record: dict[str, Any]) -> Iterator[str]:
    for region in record["regions"]:
        one = record["coverage"][region]
        unread = f", {one['pages_without_text']} without text" if one["pages_without_text"] else ""
        read = f"{_count(one['documents'], 'document')}, {_count(one['pages'], 'page')}"
        yield f"{region}: {read}{unread}, {one['words']:,} words"
    for note in record["notes"]:
        yield f"Note: {note}"
    if record["focus_area"]:
        yield f"Barriers and measures within the focus area {record['focus_area']}."


def _write_areas(record: dict[str, Any]) -> Iterator[str]:
    areas = record["focus_areas"]
    yield ""
    yield "Focus areas in common" if areas["shared"] else "No focus areas in common"
    for shared in areas["shared"]:
        yield "  " + " – ".join(f"{name} ({region})" for region, name in shared["areas"].items())
        yield f"      {shared['why']}"
        for region, cited in shared["evidence"].items():
            for one in cited[:CELL_QUOTES]:
                yield f"      {region}: “{_shorten(one['quote'], 130)}” {write_pages(one['pages'])}"
    for region, unique in areas["unique"].items():
        if unique:
            yield f"Only {region}"
        for one in unique:
            near = (
                f" (nearest: {one['nearest']['name']}, {one['nearest']['region']})" if one["nearest"] else ""
            )
            yield f"  {one['name']}{near}"


def _write_themes(record: dict[str, Any], kind: str) -> list[str]:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=kind.capitalize(), show_lines=True, title_justify="left")
    table.add_column("Theme")
    for region in record["regions"]:
        table.add_column(region, ratio=1)
    for row in record[kind]["themes"]:
        if any(cell["status"] == "found" for cell in row["cells"].values()):
            table.add_row(row["theme"], *(_write_cell(row["cells"][region]) for region in record["regions"]))
    out = io.StringIO()
    width = max(100, 16 + 44 * len(record["regions"]))
    Console(file=out, width=min(width, 200), highlight=False, markup=False).print(table, markup=False)
    return out.getvalue().rstrip().splitlines()


def _write_verdicts(part: dict[str, Any]) -> Iterator[str]:
    """Give what is shared, a region's own, and missing; themes that nobody has stand last."""
    yield f"Shared: {_flat(part['shared']) or 'none'}"
    for region, themes in part["unique"].items():
        if themes:
            yield f"Only {region}: {_flat(themes)}"
    for region, themes in part["missing"].items():
        if themes:
            yield f"Missing in {region}: {_flat(themes)}"
    nobody = [
        row["theme"] for row in part["themes"] if all(not one["count"] for one in row["cells"].values())
    ]
    if nobody:
        yield f"Found nowhere: {_flat(nobody)}"


def _write_cell(cell: dict[str, Any]) -> str:
    if cell["status"] != "found":
        read = f" in {cell['pages_read']} pages" if cell["status"] == "not_found" else ""
        return {"not_found": "not found", "unknown": "unknown (nothing readable)"}[cell["status"]] + read
    quotes = [
        f"“{_shorten(one['quote'], 130)}” {write_pages(one['pages'])}"
        for one in cell["citations"][:CELL_QUOTES]
    ]
    weak = ", weak" if cell["weak"] else ""
    return "\n".join([f"{cell['count']} ({cell['per_1000_words']:.1f} per 1,000 words{weak})", *quotes])


def _write_pairs(record: dict[str, Any]) -> Iterator[str]:
    for link in record["links"][:PAIRS]:
        yield f"{link['region']}: “{_shorten(link['barrier']['quote'], 140)}” {write_pages(link['barrier']['pages'])}"
        yield f"    is answered by “{_shorten(link['measure']['quote'], 140)}” {write_pages(link['measure']['pages'])}"
    for one in record["lessons"][:PAIRS]:
        yield f"{one['region']} names no measure against “{_shorten(one['barrier']['quote'], 140)}”"
        yield f"    {one['teacher']} has “{_shorten(one['measure']['quote'], 140)}” {write_pages(one['measure']['pages'])}"


def _write_changes(changes: dict[str, Any]) -> Iterator[str]:
    """Give what the newer document added, dropped and kept, the quote of the newer one where both have it."""
    yield f"What changed from {changes['old']} to {changes['new']}"
    for what in ("added", "dropped", "kept"):
        yield f"{what.capitalize()}: {len(changes[what]) or 'nothing'}"
        for one in changes[what]:
            yield f"  {one['kind'].replace('_', ' ')}{_write_change(one)}"


def _write_change(one: dict[str, Any]) -> str:
    if one["kind"] == "focus_area":
        return f" {one['name']}{' (was: ' + one['former'] + ')' if one['former'] else ''}"
    cited = one["new"] or one["old"]
    themes = f" [{_flat(one['themes'])}]" if one["themes"] else ""
    reworded = ", reworded" if one["reworded"] else ""
    return f"{themes}{reworded}: “{_shorten(cited['quote'], 140)}” {write_pages(cited['pages'])}"


def write_answer(record: dict[str, Any]) -> Iterator[str]:
    """Give the answer to a question, and how the question was understood."""
    understood = "; ".join(f"{key}: {_flat(value)}" for key, value in record["understood"].items() if value)
    yield f"Understood: {understood or 'a search'}"
    if not record["answered"]:
        yield "Not answered by these documents."
    told = record.get("narration")
    if told and told["sentences"]:
        yield f"Told by {told['model']}, each sentence from quotes of the answer below:"
        for one in told["sentences"]:
            sources = "; ".join(
                f"{cited['title']}, {write_pages(cited['pages'])}" for cited in one["citations"]
            )
            yield f"    {one['text']} ({sources})"
    elif told:
        yield f"The narrator gave nothing that the quotes bear out ({told['error'] or 'all sentences dropped'})."
    for part in record["answer"]:
        yield part["text"]
        for one in part["citations"]:
            yield f"    “{_shorten(one['quote'])}” ({one['title']}, {write_pages(one['pages'])})"


def write_regions(record: dict[str, Any]) -> Iterator[str]:
    """Give a line per region, with its other names and kin."""
    if not record["regions"]:
        yield "No regions yet: ingest documents first, or list the registry with --all."
    for one in record["regions"]:
        coverage, registry = one["coverage"], one["registry"]
        known = _write_registry(registry) if registry else "not in the registry"
        read = f"{_count(coverage['documents'], 'document')}, {_count(coverage['pages'], 'page')}"
        yield f"{one['region']}: {read if coverage['documents'] else 'no documents'} ({known})"


def write_added(record: dict[str, Any]) -> Iterator[str]:
    """Give the region that was added to the registry."""
    yield f"Added: {record['added']['name']} ({_write_registry(record['added'])})"


def _write_registry(entry: dict[str, Any]) -> str:
    years = f"{entry['start'] or ''}–{entry['end'] or ''}" if entry["start"] or entry["end"] else ""
    plain = [entry["country"], entry["level"], entry["nuts"], years, ", ".join(entry["aliases"])]
    kin = [
        f"{word} {', '.join(entry[field])}"
        for word, field in (("was", "predecessors"), ("became", "successors"))
        if entry[field]
    ]
    within = [f"in {entry['parent']}"] if entry["parent"] else []
    return "; ".join(part for part in (*plain, *within, *kin) if part)


def write_pages(pages: Sequence[dict[str, Any]]) -> str:
    """Return "p. 7", or "p. 9-10 (printed 7-8)" where the printed labels differ."""
    if not pages:
        return "no page"
    span = _range([str(page["index"]) for page in pages])
    labels = [page["label"] for page in pages]
    differs = any(label and label != str(page["index"]) for label, page in zip(labels, pages, strict=True))
    return f"p. {span} (printed {_range([label or '?' for label in labels])})" if differs else f"p. {span}"


def _range(names: Sequence[str]) -> str:
    return names[0] if names[0] == names[-1] else f"{names[0]}-{names[-1]}"


def _shorten(text: str, limit: int = QUOTE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
