"""The question page: how a question was understood, and its answer in quotes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from models.errors import StrategyError
from models.finding import KINDS
from service.access import Held
from service.problems import status_of
from service.view import View

router = APIRouter()
SHOWN = ("list", "compare", "shared", "unique", "lacking", "learn", "search")
"""The operations of a question, the plainest first."""
MEANT = {"region": "regions", "kind": "kinds", "theme": "themes"}
"""Parameters of the page and the fields of a question that they set."""


@router.get("/ask", response_class=HTMLResponse)
def show_answer(request: Request, library: Held) -> HTMLResponse:
    """Show the question box, and the answer once something was asked."""
    view = View(request, library.taxonomy)
    params = request.query_params
    question = params.get("q", "").strip()
    meant = _read_meant(params) if params.get("set") else None
    answer: dict[str, Any] | None = None
    error: StrategyError | None = None
    if question:
        from service.ask import answer_question

        try:
            answer = answer_question(library, question, meant)
        except StrategyError as caught:
            error = caught
    understood = answer["understood"] if answer else (meant or {})
    return view.render(
        "ask.html",
        status_of(error) if error else 200,
        question=question,
        answer=answer,
        understood=understood,
        meant=meant is not None,
        onward=_search_address(question, understood) if understood else "/",
        kinds=KINDS,
        operations=SHOWN,
        themes=sorted(library.taxonomy.theme_ids(), key=view.theme),
        error=error,
        regions=list(dict.fromkeys([*understood.get("regions", ()), *library.regions()])),
    )


def _read_meant(params: QueryParams) -> dict[str, Any]:
    """Return how the asker set the question right: fields of `Question`."""
    many = {name: params.getlist(one) for one, name in MEANT.items()}
    asked = {name: tuple(dict.fromkeys(one for one in values if one)) for name, values in many.items()}
    named = {name: params.get(name, "").strip() for name in ("focus_area", "operation")}
    if named["operation"] not in SHOWN:
        named["operation"] = ""
    return asked | {name: value for name, value in named.items() if value}


def _search_address(question: str, understood: dict[str, Any]) -> str:
    """Return the search page with the same choices, where they can be changed."""
    pairs = [("q", question)]
    for name, plural in MEANT.items():
        pairs += [(name, one) for one in understood.get(plural) or ()]
    return f"/?{urlencode(pairs)}"
