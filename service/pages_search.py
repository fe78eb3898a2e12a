"""The first page: one box, facets, hits with their quotes and pages."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from corpus.folder import list_documents
from models.errors import StrategyError
from service.access import Held
from service.asked import MOST, STEP, Asked, read_asked
from service.facets import Found, Memory, find
from service.library import Library
from service.problems import status_of
from service.view import View

router = APIRouter()


def memory_of(request: Request, library: Library) -> Memory:
    """Return the app's memory of counts, made at the first request."""
    state = request.app.state
    if not hasattr(state, "memory"):
        state.memory = Memory(library)
    memory: Memory = state.memory
    return memory


@router.get("/", response_class=HTMLResponse)
def show_search(request: Request, library: Held) -> HTMLResponse:
    """Show the search page for the parameters in its address."""
    view = View(request, library.taxonomy)
    asked = read_asked(request)
    error: StrategyError | None = None
    try:
        found = find(library, memory_of(request, library), asked)
    except StrategyError as caught:
        error, found = caught, Found(answered=True)
    documents = list_documents(library.catalogue.folder)
    names = {one["id"]: one for one in documents}
    return view.render(
        "search.html",
        status_of(error) if error else 200,
        asked=asked,
        found=found,
        error=error,
        step=STEP,
        most=MOST,
        within=_describe_within(asked, names),
        totals=_count_held(documents),
        names=names,
    )


def _describe_within(asked: Asked, names: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return what narrows the search without a box of its own: parameter, value, how it is shown."""
    same = (one for one in names.values() if asked.document in (one["id"], one["file"]))
    held = names.get(asked.document) or next(same, {})
    title = held.get("title") or held.get("file") or asked.document
    return [("document", asked.document, title)] if asked.document else []


def _count_held(documents: list[dict[str, object]]) -> dict[str, int]:
    """Return how many documents, pages and regions are held."""
    regions = {name for one in documents for name in one["regions"]}  # type: ignore[attr-defined]
    pages = sum(int(str(one["pages"])) for one in documents)
    return {"documents": len(documents), "pages": pages, "regions": len(regions)}
