"""The comparison page: focus areas in common and apart, themes as heat maps, quotes behind every cell."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from corpus.folder import list_documents
from models.codelists import pick_text
from models.coding import Coder, load_coder
from models.errors import StrategyError
from models.finding import COMPARED, Change, Citation, Comparison, Link
from service.access import Held
from service.counted import cite_cell
from service.heat import SHOWS, build_matrix, find_square
from service.library import Library
from service.order import compare_ordered
from service.problems import status_of
from service.reasons import translate_reason
from service.view import View
from service.wanted import Wanted, list_editions, read_wanted

router = APIRouter()
FORMATS = ("xlsx", "docx", "csv", "json", "qdpx", "png", "svg")
LINKS_SHOWN = 5
"""Barriers with their measures shown of each region before all are asked for."""
MOST_QUOTES = 300
"""Quotes of one cell on the page; the exports hold the rest."""


@router.get("/compare", response_class=HTMLResponse)
def show_comparison(request: Request, library: Held) -> HTMLResponse:
    """Show the regions or documents to choose from, and the comparison of those chosen."""
    view, wanted = View(request, library.taxonomy), read_wanted(request)
    documents, known = list_documents(library.catalogue.folder), library.regions()
    comparison, error = None, None
    if len(wanted.sides) > 1:
        try:
            comparison = compare_ordered(library, wanted.order())
        except StrategyError as caught:
            error = caught
    made = _show_made(library, view, wanted, comparison) if comparison else {}
    return view.render(
        "compare.html",
        status_of(error) if error else 200,
        known=known,
        documents=documents,
        editions=list_editions(documents),
        wanted=wanted,
        by_document=wanted.by_document or (len(known) < 2 <= len(documents) and not wanted.regions),
        picked=comparison.regions if comparison and not wanted.by_document else wanted.sides,
        comparison=comparison,
        error=error,
        formats=FORMATS,
        shows=SHOWS,
        **made,
    )


def _show_made(library: Library, view: View, wanted: Wanted, comparison: Comparison) -> dict[str, Any]:
    """Return what the page shows of a comparison besides the comparison itself."""
    kinds = wanted.kinds or COMPARED
    opened = find_square(comparison, wanted.cell)
    quotes: tuple[Citation, ...] = opened.cell.citations if opened else ()
    if opened and wanted.whole:
        kind = wanted.cell.partition(":")[0]
        quotes = cite_cell(library, wanted.order(), kind, opened.theme, opened.region)[:MOST_QUOTES]
    return {
        "say": lambda reason: translate_reason(reason, view.language, comparison.regions),
        "tags": _list_tags(load_coder(library.catalogue.folder.taxonomy), comparison, view),
        "notes": _note_reading(view, comparison),
        "matrices": [
            build_matrix(comparison, kind, wanted.show, turned=wanted.turned, hide=not wanted.every)
            for kind in kinds
        ],
        "opened": opened,
        "quotes": quotes,
        "links": _group_links(comparison.links, None if wanted.linked else LINKS_SHOWN),
        "lessons": comparison.lessons if wanted.linked else comparison.lessons[: 2 * LINKS_SHOWN],
        "changed": _group_changes(comparison),
    }


def _group_links(links: tuple[Link, ...], most: int | None) -> list[tuple[str, int, list[Link]]]:
    """Return by region how many barriers have a measure, and the surest of them."""
    found = []
    for region, rows in groupby(links, key=lambda one: one.region):
        own = sorted(rows, key=lambda one: -one.score)
        found.append((region, len(own), own[:most]))
    return found


def _group_changes(comparison: Comparison) -> list[tuple[str, str, list[Change]]]:
    """Return what was added, dropped and kept, by kind: (sort, kind, changes); kinds without any are left out."""
    changes = comparison.changes
    if changes is None:
        return []
    rows = (("added", changes.added), ("dropped", changes.dropped), ("kept", changes.kept))
    return [
        (sort, kind, own)
        for kind in ("focus_area", *COMPARED)
        for sort, every in rows
        if (own := [one for one in every if one.kind == kind])
    ]


def _list_tags(
    coder: Coder, comparison: Comparison, view: View
) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Return by region and area the codes given: the list's short name, code, label and what it covers."""
    return {
        region: {
            name: [_make_tag(coder, code, view.language) for code in codes] for name, codes in areas.items()
        }
        for region, areas in comparison.focus_areas.codes.items()
    }


def _make_tag(coder: Coder, given: str, language: str) -> dict[str, str]:
    identity, _, name = given.partition(":")
    whole = coder.find_list(identity)
    code = whole.find(name) if whole else None
    if whole is None or code is None:
        return {"list": identity, "code": name, "label": name, "note": ""}
    return {
        "list": pick_text(whole.short, language),
        "code": name,
        "label": code.label(language),
        "note": f"{pick_text(whole.name, language)}: {name}. {whole.describe(code, language)}".strip(),
    }


def _note_reading(view: View, comparison: Comparison) -> list[str]:
    """Return what to know of the reading before figures are believed, in the reader's language."""
    from service.compare import UNEVEN

    read = comparison.coverage
    notes = []
    for region in comparison.regions:
        if not read[region].documents:
            notes.append(view.text("compare.no_document", region=region))
        elif not read[region].words:
            notes.append(view.text("compare.no_page", region=region))
    sized = sorted((one for one in comparison.regions if read[one].words), key=lambda one: read[one].words)
    if len(sized) > 1 and read[sized[-1]].words >= UNEVEN * read[sized[0]].words:
        more, fewer = (view.number(read[one].words) for one in (sized[-1], sized[0]))
        notes.append(view.text("compare.uneven", longer=sized[-1], shorter=sized[0], more=more, fewer=fewer))
    return notes
