"""The web page of the service: its routes, its files, and errors that a reader can act on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from inspect import isawaitable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from models.errors import StrategyError, UnknownDocument
from service.problems import status_of
from service.view import View

MACHINES = ("/api/", "/healthz", "/readyz", "/metrics", "/static/", "/openapi.json", "/picture/")
"""Paths whose errors stay problem documents."""
FOREVER = "public, max-age=31536000, immutable"
"""For files whose address changes with their bytes."""
Handler = Callable[[Request, Any], Response | Awaitable[Response]]


class Assets(StaticFiles):
    """The page's files; browsers keep them, since a changed file has another address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with how long it may be kept."""
        answer = await super().get_response(path, scope)
        if answer.status_code == 200 and b"v=" in scope.get("query_string", b""):
            answer.headers["Cache-Control"] = FOREVER
        return answer


def add_page(app: FastAPI) -> None:
    """Add the page to the service."""
    from service import (
        pages_ask,
        pages_clips,
        pages_compare,
        pages_documents,
        pages_quality,
        pages_reader,
        pages_review,
        pages_saved,
        pages_search,
    )

    for module in (
        pages_search,
        pages_documents,
        pages_compare,
        pages_ask,
        pages_reader,
        pages_quality,
        pages_clips,
        pages_review,
        pages_saved,
    ):
        app.include_router(module.router, include_in_schema=False)
    app.mount("/static", Assets(directory=str(files("service") / "web" / "static")))
    for kind in (StrategyError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _for_readers(app.exception_handlers[kind]))


def is_machine(path: str) -> bool:
    """Whether a path is a program's, so that its errors stay problem documents."""
    return path.startswith(MACHINES)


def _for_readers(machine: Handler) -> Handler:
    """Return a handler that shows an error as a page where a page was asked for."""

    async def handle(request: Request, error: Any) -> Response:
        if is_machine(request.url.path):
            answer = machine(request, error)
            return await answer if isawaitable(answer) else answer
        return show_error(request, error)

    return handle


def show_error(request: Request, error: Exception) -> Response:
    """Return the page that says what happened and what to do."""
    view = View(request)
    if isinstance(error, StrategyError):
        status, name = status_of(error), error.code
        known = view.named("errors", name)
        title = known if known != name else view.text("errors.title")
        message, files = view.explain(error), isinstance(error, UnknownDocument)
        return view.render(
            "error.html", status, title=title, message=message, nearest=error.nearest, files=files
        )
    if isinstance(error, RequestValidationError):
        return view.render(
            "error.html", 422, title=view.text("errors.bad_request"), message="", nearest=(), files=False
        )
    status = error.status_code if isinstance(error, HTTPException) else 500
    name = "not_found" if status == 404 else "title" if isinstance(error, HTTPException) else "fault"
    return view.render(
        "error.html", status, title=view.text(f"errors.{name}"), message="", nearest=(), files=False
    )
