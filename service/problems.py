"""Errors of the tree as HTTP problem documents (RFC 9457), in one table."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models import errors
from models.errors import StrategyError

STATUSES: dict[type[StrategyError], int] = {
    errors.UnreadableDocument: 422,
    errors.TooLarge: 413,
    errors.NotPdf: 415,
    errors.Unknown: 404,
    errors.UnknownTheme: 422,
    errors.UnknownKind: 422,
    errors.UnknownLanguage: 422,
    errors.UnknownActor: 422,
    errors.UnknownFocusArea: 422,
    errors.BadInput: 422,
    errors.OutputExists: 409,
    errors.StoreError: 503,
    errors.EncoderMismatch: 409,
    errors.ModelError: 503,
}
MEDIA = "application/problem+json"


def status_of(error: StrategyError) -> int:
    """Return the HTTP status of an error, by the nearest class in the table."""
    return next(STATUSES[one] for one in type(error).__mro__ if one in STATUSES)


def describe_problem(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """Return a problem document."""
    title = code.replace("_", " ").capitalize()
    body = {"type": f"urn:strategi:{code}", "title": title, "status": status, "detail": detail, "code": code}
    return JSONResponse(body | more, status_code=status, media_type=MEDIA)


def add_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    @app.exception_handler(StrategyError)
    def _ours(_request: Request, error: StrategyError) -> JSONResponse:
        more = {"subject": error.subject, "nearest": list(error.nearest)}
        return describe_problem(status_of(error), error.code, error.message, **more)

    @app.exception_handler(RequestValidationError)
    def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("query", "path", "body"))
        return describe_problem(422, "bad_request", f"{where}: {first['msg']}", subject=where)

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return describe_problem(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    def _fault(_request: Request, _error: Exception) -> JSONResponse:
        return describe_problem(500, "fault", "A fault in the service; its log has the details.")
