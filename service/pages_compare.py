"""The comparison page: focus areas in common and apart, themes as heat maps, quotes behind every cell."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.codelists import pick_text
from models.coding import Coder, load_coder
from models.errors import StrategyError
from models.finding import COMPARED, Comparison
from service.access import Held
from service.heat import build_matrix, find_square
from service.library import Library
from service.order import compare_ordered, make_order
from service.problems import status_of
from service.reasons import translate_reason
from service.view import View

router = APIRouter()
FORMATS = ("xlsx", "docx", "csv", "json")
LINKS_SHOWN = 12


@router.get("/compare", response_class=HTMLResponse)
def show_comparison(request: Request, library: Held) -> HTMLResponse:
    """Show the regions to choose from, and the comparison of those chosen."""
    params = request.query_params
    view = View(request, library.taxonomy)
    picked = tuple(dict.fromkeys(one for one in params.getlist("region") if one))
    kinds = tuple(kind for kind in COMPARED if kind in params.getlist("kind"))
    comparison, error = None, None
    if len(picked) > 1:
        try:
            comparison = _compare(library, picked, kinds)
        except StrategyError as caught:
            error = caught
    show = "number" if params.get("show") == "number" else "density"
    turned, every = params.get("turned") == "1", params.get("every") == "1"
    matrices = [
        build_matrix(comparison, kind, show, turned=turned, hide=not every)  # type: ignore[arg-type]
        for kind in (kinds or COMPARED)
        if comparison
    ]
    place = params.get("cell", "")
    return view.render(
        "compare.html",
        status_of(error) if error else 200,
        known=library.regions(),
        picked=comparison.regions if comparison else picked,
        kinds=kinds,
        comparison=comparison,
        say=lambda reason: translate_reason(reason, view.language, comparison.regions if comparison else ()),
        tags=_list_tags(load_coder(library.catalogue.folder.taxonomy), comparison, view)
        if comparison
        else {},
        notes=_note_reading(view, comparison) if comparison else (),
        matrices=matrices,
        options={"show": show, "turned": turned, "every": every},
        opened=find_square(comparison, place) if comparison else None,
        place=place,
        error=error,
        formats=FORMATS,
        most=LINKS_SHOWN,
    )


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


def _compare(library: Library, regions: tuple[str, ...], kinds: tuple[str, ...]) -> Comparison:
    return compare_ordered(library, make_order(regions, kinds=kinds, comparison=True))
