"""The clip basket: quotes kept in the browser, ordered, noted, written out with citations by the service."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from service.access import Held
from service.clips import read_clips, write_clips
from service.view import View

router = APIRouter()
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
LONGEST_FORM = 10_000_000
"""Characters of all clips together."""


@router.get("/clips", response_class=HTMLResponse)
def show_clips(request: Request, library: Held) -> HTMLResponse:
    """Show the basket; what is in it stands in the browser alone."""
    return View(request, library.taxonomy).render("clips.html", formats=tuple(MEDIA))


@router.post("/clips/export")
def export_clips(
    library: Held,
    clips: Annotated[str, Form(max_length=LONGEST_FORM)],
    format: Annotated[Literal["docx", "xlsx", "csv", "json"], Form()],
) -> Response:
    """Give the clips as a file, each with its citation."""
    with TemporaryDirectory(prefix="strategi-") as folder:
        content = write_clips(library, read_clips(clips), Path(folder), format).read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="clips.{format}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA[format], headers=headers)
