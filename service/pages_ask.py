"""The question page: how a question was understood, and its answer in quotes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.errors import StrategyError
from service.access import Held
from service.problems import status_of
from service.view import View

router = APIRouter()


@router.get("/ask", response_class=HTMLResponse)
def show_answer(request: Request, library: Held) -> HTMLResponse:
    """Show the question box, and the answer once something was asked."""
    view = View(request, library.taxonomy)
    question = request.query_params.get("q", "").strip()
    answer: dict[str, Any] | None = None
    error: StrategyError | None = None
    if question:
        from service.ask import answer_question

        try:
            answer = answer_question(library, question)
        except StrategyError as caught:
            error = caught
    return view.render(
        "ask.html",
        status_of(error) if error else 200,
        question=question,
        answer=answer,
        understood=answer["understood"] if answer else {},
        onward=_search_address(question, answer["understood"]) if answer else "/",
        error=error,
        regions=library.regions(),
    )


def _search_address(question: str, understood: dict[str, Any]) -> str:
    """Return the search page with the same choices, where they can be changed."""
    pairs = [("q", question)]
    for name, plural in (("region", "regions"), ("kind", "kinds"), ("theme", "themes")):
        pairs += [(name, one) for one in understood.get(plural) or ()]
    return f"/?{urlencode(pairs)}"
