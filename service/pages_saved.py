"""Saved searches: what is new in each since the last look."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.folder import list_documents
from models.errors import StrategyError
from service import saved
from service.access import Held
from service.asked import FIELDS, Asked, read_asked
from service.library import Library
from service.problems import status_of
from service.view import View

router = APIRouter()
SHOWN = 5
"""New hits shown of each search at first."""


@router.get("/saved", response_class=HTMLResponse)
def show_saved(request: Request, library: Held, all: str = "") -> HTMLResponse:
    """Show the saved searches with what is new, and the form that saves the search in the address."""
    return _render(request, library, open_one=all)


@router.post("/saved")
def save(request: Request, library: Held, name: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Save the search in the address under a name."""
    asked = read_asked(request)
    try:
        saved.save_search(library, name, asked.words, asked.choose(library))
    except StrategyError as error:
        return _render(request, library, error=error)
    return RedirectResponse("/saved", status_code=303)


@router.post("/saved/{name}/seen")
def mark(library: Held, name: str) -> Response:
    """Count what is new in a search as seen."""
    saved.mark_seen(library, saved.find_search(library, name))
    return RedirectResponse("/saved", status_code=303)


@router.post("/saved/{name}/delete")
def forget(library: Held, name: str) -> Response:
    """Remove a saved search."""
    saved.forget_search(library, saved.find_search(library, name))
    return RedirectResponse("/saved", status_code=303)


def _render(
    request: Request, library: Library, *, open_one: str = "", error: StrategyError | None = None
) -> HTMLResponse:
    asked = read_asked(request)
    rows = [_describe(one, news, open_one) for one, news in saved.list_news(library)]
    return View(request, library.taxonomy).render(
        "saved.html",
        status_of(error) if error else 200,
        rows=rows,
        asked=asked,
        wanted=bool(asked.words or asked.narrowed),
        suggested=asked.words[:80] or ", ".join(_told(asked))[:80],
        query=request.url.query,
        error=error,
        names={one["id"]: one for one in list_documents(library.catalogue.folder)},
    )


def _describe(one: dict[str, Any], news: dict[str, Any], open_one: str) -> dict[str, Any]:
    shown = saved.SHOWN if one["id"] == open_one else SHOWN
    return one | {
        "link": _link(one),
        "hits": news["hits"][:shown],
        "findings": news["findings"][:shown],
        "shown": min(shown, one["new"]),
    }


def _link(one: dict[str, Any]) -> str:
    """Return the address of the search page that asks the same."""
    filters = one["filters"]
    params = {"q": one["words"]} if one["words"] else {}
    single = {"document": filters.get("documents", ())}
    years = {key: filters[key] for key in ("year_from", "year_to") if key in filters}
    many = {facet: filters.get(field, ()) for facet, field in FIELDS.items()}
    return f"/?{urlencode(params | many | single | years, doseq=True)}"


def _told(asked: Asked) -> list[str]:
    """Return what narrows a search without words, for a name to begin with."""
    return [value for values in asked.picked.values() for value in values]
