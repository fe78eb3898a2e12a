"""Documents: the list, uploads and how far they are, corrections, deletion."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.folder import find_listed, list_documents
from corpus.tally import count_labelled, read_unread
from service import records
from service.access import Drawn, Held, Uploads
from service.library import Library
from service.uploads import SAID, remove_document, reread_document, take_uploads
from service.view import View

router = APIRouter()
TYPES = ("strategy", "programme", "plan", "report")
"""Types offered when a document is corrected; one that the document has already is offered too."""
GUESSED = ("title", "regions", "year", "type")
SHOWN_JOBS = 30
MEGABYTE = 1_000_000
REFUSALS = (
    "not_pdf",
    "empty",
    "damaged",
    "encrypted",
    "no_text",
    "unreadable_text",
    "too_large",
    "timed_out",
)
"""Errors of a file that the page explains in its own words."""


@router.get("/documents", response_class=HTMLResponse)
def show_documents(request: Request, library: Held, queue: Uploads) -> HTMLResponse:
    """Show what is held, what is on its way in, and the box for more."""
    view = View(request, library.taxonomy)
    rows = [one | {"guessed": _guessed(one)} for one in list_documents(library.catalogue.folder)]
    with library.catalogue.read() as connection:
        labelled = count_labelled(connection)
    jobs = [job for job in queue.all() if job["state"] != "done"] + [
        job for job in queue.all() if job["state"] == "done"
    ]
    return view.render(
        "documents.html",
        documents=rows,
        labelled=labelled,
        jobs=jobs[:SHOWN_JOBS],
        limit=library.settings.max_bytes // MEGABYTE,
        deleted=request.query_params.get("deleted"),
        saved=request.query_params.get("saved"),
        script=_script_texts(view),
    )


@router.post("/documents")
def take_documents(
    library: Held,
    queue: Uploads,
    file: Annotated[list[UploadFile], File()],
    region: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take PDFs from the form of a browser without JavaScript."""
    take_uploads(library, queue, file, regions=[region.strip()] if region.strip() else [])
    return RedirectResponse("/documents", status_code=303)


@router.get("/documents/{name}", response_class=HTMLResponse)
def show_correction(request: Request, library: Held, name: str) -> HTMLResponse:
    """Show the form that corrects what was guessed."""
    return _render_correction(request, library, library.catalogue.resolve(name))


@router.post("/documents/{name}", response_class=HTMLResponse)
def correct(
    request: Request,
    library: Held,
    name: str,
    title: Annotated[str, Form(max_length=500)] = "",
    regions: Annotated[str, Form(max_length=500)] = "",
    year: Annotated[str, Form(max_length=10)] = "",
    type: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Keep a correction; what was left empty stays as it was, a guess that was left standing is confirmed."""
    identity = library.catalogue.resolve(name)
    year = year.strip()
    if year and not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
        return _render_correction(request, library, identity, problem="edit.bad_year")
    held = records.describe_document(library.catalogue, identity)
    unsure = _guessed(held)
    named = [one.strip() for one in regions.split(";") if one.strip()]
    said: dict[str, Any] = {
        "title": " ".join(title.split()),
        "regions": list(dict.fromkeys(named)),
        "year": int(year) if year else None,
        "type": type.strip(),
    }
    fields = {key: value for key, value in said.items() if value and (value != held[key] or key in unsure)}
    if fields:
        library.catalogue.set_guess(identity, **fields)
    return RedirectResponse(f"/documents?saved={identity}", status_code=303)


@router.post("/documents/{name}/confirm")
def confirm(library: Held, name: str) -> Response:
    """Take what was guessed of a document as said."""
    held = records.describe_document(library.catalogue, library.catalogue.resolve(name))
    fields = {key: held[key] for key in _guessed(held)}
    if fields:
        library.catalogue.set_guess(held["id"], **fields)
    return RedirectResponse(f"/documents?saved={held['id']}", status_code=303)


@router.post("/documents/{name}/reread")
def reread(library: Held, queue: Uploads, name: str) -> Response:
    """Read a document again, in its turn."""
    reread_document(library, queue, name)
    return RedirectResponse("/documents", status_code=303)


@router.get("/documents/{name}/delete", response_class=HTMLResponse)
def ask_deletion(request: Request, library: Held, name: str) -> HTMLResponse:
    """Ask whether a document shall go."""
    record = _find(library, library.catalogue.resolve(name))
    return View(request, library.taxonomy).render("delete.html", document=record)


@router.post("/documents/{name}/delete")
def delete(library: Held, pictures: Drawn, name: str) -> Response:
    """Delete a document."""
    remove_document(library, pictures, name)
    return RedirectResponse("/documents?deleted=1", status_code=303)


def _render_correction(request: Request, library: Library, identity: str, problem: str = "") -> HTMLResponse:
    record = records.describe_document(library.catalogue, identity)
    record["guessed"] = _guessed(record)
    with library.catalogue.read() as connection:
        record["unread"] = read_unread(connection, identity)
    types = list(dict.fromkeys([*TYPES, record["type"]]))
    view = View(request, library.taxonomy)
    status = 422 if problem else 200
    return view.render(
        "edit.html", status, document=record, types=types, problem=problem, regions=library.regions()
    )


def _guessed(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the fields that were read from the document and that nobody has confirmed."""
    sources = record["sources"]
    return tuple(one for one in GUESSED if record[one] and sources.get(one, "option") not in SAID)


def _find(library: Library, identity: str) -> dict[str, Any]:
    return find_listed(library.catalogue.folder, identity)


def _script_texts(view: View) -> dict[str, str]:
    """Return the words that the upload script says."""
    stages = ("sending", "waiting", "reading", "encoding", "storing", "done", "failed", "refused", "lost")
    outcomes = ("added", "unchanged", "replaced", "duplicate", "failed")
    said = {f"stage-{name}": view.text(f"stages.{name}") for name in stages}
    said |= {f"outcome-{name}": view.text(f"outcomes.{name}") for name in outcomes}
    said |= {f"explain-{name}": view.text(f"explain.{name}") for name in REFUSALS}
    said |= {f"field-{name}": view.text(f"fields.{name}") for name in GUESSED}
    return said | {
        "guessed": view.text("documents.guessed_of", fields="{fields}"),
        "edit": view.text("documents.edit"),
    }
