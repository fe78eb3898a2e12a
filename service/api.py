"""The HTTP API: parse, one call, return. The same shapes as the command line's JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body, FastAPI, File, Form, Query, Request, UploadFile
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from starlette.background import BackgroundTask

from corpus.folder import find_listed, list_documents
from corpus.pictures import Pictures
from models.finding import Comparison, SearchAnswer
from models.garbage import seldom_collected
from service import api_review, records
from service.access import Asked, Choice, Drawn, Held, Uploads, library_of
from service.examples import show, show_file
from service.guard import Guard
from service.library import Library, open_library
from service.metrics import Metrics
from service.order import compare_ordered, write_order
from service.problems import MEDIA, add_handlers, status_of
from service.queue import UploadQueue
from service.remaking import Remaking
from service.settings import Settings
from service.uploads import clear_uploads, remove_document, reread_document, take_uploads

if TYPE_CHECKING:
    from ingest.intake import Job
    from ingest.pipeline import IngestReport, Progress

__all__ = ["create_app", "status_of"]

Exported = Literal["json", "csv", "xlsx", "docx", "qdpx", "svg", "png"]
EVENTS = "text/event-stream"
EVENT = 'data: {"id": "4f2a90c1b3d7", "state": "running", "stage": "reading", "done": 3, "total": 8}\n\n'
UNNAMED = dict.fromkeys(map(ord, '/\\:*?"<>|'), "-")
"""Letters that no file name can hold on every system."""
PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": text,
        "content": {MEDIA: {"example": {"type": f"urn:strategi:{name}", "code": name}}},
    }
    for code, name, text in (
        (404, "unknown_document", "No such document, region or job; `nearest` names known ones"),
        (422, "bad_query", "A parameter that cannot be used; `nearest` names known values"),
    )
}
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


def create_app(settings: Settings) -> FastAPI:
    """Return the service over a data folder, of which it is the one writer while it runs."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        with open_library(settings, write=True) as library, seldom_collected():
            clear_uploads(library)
            app.state.library = library
            remaking = Remaking(library.searcher)
            app.state.queue = UploadQueue(_runner(library, remaking), partial(_rest, library, remaking))
            app.state.pictures = Pictures(library.catalogue.folder)
            app.state.ready = True
            yield
            app.state.ready = False
            remaking.close()
            app.state.queue.close()
            app.state.pictures.close()

    app = FastAPI(
        title="strategi",
        version="1",
        description="Regional strategies: search and comparison with page-exact quotes.",
        lifespan=live,
        docs_url=None,
        redoc_url=None,
    )
    app.state.metrics = Metrics()
    app.include_router(router)
    app.include_router(health)
    add_handlers(app)
    _add_page(app)
    app.add_middleware(app.state.metrics.middleware)
    local = settings.host in ("127.0.0.1", "localhost", "::1")
    app.add_middleware(Guard, local_only=local, most_bytes=settings.max_bytes)
    return app


def _add_page(app: FastAPI) -> None:
    from service.page import add_page

    add_page(app)


@router.get("/documents", responses=show("documents"))
def get_documents(library: Held) -> dict[str, Any]:
    """List the documents."""
    return {"documents": list_documents(library.catalogue.folder)}


@router.get("/documents/{name}", responses=show("document"))
def get_document(library: Held, name: str) -> dict[str, Any]:
    """Give one document's data; `name` is an id, the start of one, or the file name."""
    return records.describe_document(library.catalogue, library.catalogue.resolve(name))


@router.get("/documents/{name}/outline", responses=show("outline"))
def get_outline(library: Held, name: str) -> dict[str, Any]:
    """Give a document's blocks in reading order."""
    return records.describe_outline(library.catalogue, library.catalogue.resolve(name))


@router.get(
    "/documents/{name}/file",
    response_class=FileResponse,
    responses=show_file("application/pdf", "%PDF-1.7 …"),
)
def get_file(library: Held, name: str) -> FileResponse:
    """Give the PDF as it came."""
    record = find_listed(library.catalogue.folder, library.catalogue.resolve(name))
    path = library.catalogue.folder.pdf(record["sha256"])
    return FileResponse(path, media_type="application/pdf", filename=record["file"])


@router.patch("/documents/{name}", responses=show("document"))
def correct_document(
    library: Held,
    name: str,
    regions: Annotated[list[str] | None, Body()] = None,
    title: Annotated[str | None, Body(max_length=500)] = None,
    year: Annotated[int | None, Body(ge=1900, le=2100)] = None,
    type: Annotated[str | None, Body(max_length=40)] = None,
) -> dict[str, Any]:
    """Correct what was guessed of a document."""
    identity = library.catalogue.resolve(name)
    fields = {"regions": regions, "title": title, "year": year, "type": type}
    given = {key: value for key, value in fields.items() if value}
    if given:
        library.catalogue.set_guess(identity, **given)
    return records.describe_document(library.catalogue, identity)


@router.delete("/documents/{name}", responses=show("removed"))
def delete_document(library: Held, pictures: Drawn, name: str) -> dict[str, str]:
    """Remove a document and all that was made from it."""
    return {"removed": remove_document(library, pictures, name)}


@router.post("/documents", status_code=202, responses=show("taken", 202))
def post_documents(
    library: Held,
    queue: Uploads,
    file: Annotated[list[UploadFile], File(description="One PDF or more")],
    region: Annotated[list[str], Form(default_factory=list)],
    title: Annotated[str | None, Form(max_length=500)] = None,
    year: Annotated[int | None, Form(ge=1900, le=2100)] = None,
    type: Annotated[str | None, Form(max_length=40)] = None,
    replaces: Annotated[str | None, Form()] = None,
    keep_duplicates: Annotated[bool, Form()] = False,
    password: Annotated[str | None, Form(max_length=200)] = None,
) -> dict[str, Any]:
    """Take PDFs to be read in the background; answers with a job for each."""
    options = {"password": password, "keep_duplicates": keep_duplicates, "replaces": replaces}
    return {
        "jobs": take_uploads(library, queue, file, options, regions=region, title=title, year=year, type=type)
    }


@router.post("/documents/{name}/reread", status_code=202, responses=show("taken", 202))
def post_reread(
    library: Held,
    queue: Uploads,
    name: str,
    password: Annotated[str | None, Form(max_length=200)] = None,
) -> dict[str, Any]:
    """Read a document again in the background, as after an update; what people said of it stays."""
    return {"jobs": [reread_document(library, queue, name, password)]}


@router.get("/jobs", responses=show("jobs"))
def get_jobs(queue: Uploads) -> dict[str, Any]:
    """List the jobs, newest first."""
    return {"jobs": queue.all()}


@router.get("/jobs/{identity}", responses=show("job"))
def get_job(queue: Uploads, identity: str) -> dict[str, Any]:
    """Give a job: its state, stage, pages done, and the report once it is done."""
    return queue.get(identity)


@router.get("/jobs/{identity}/events", response_class=StreamingResponse, responses=show_file(EVENTS, EVENT))
def get_events(queue: Uploads, identity: str) -> StreamingResponse:
    """Follow a job: server-sent events, one per change, until it is done."""
    queue.get(identity)

    def events() -> Iterator[str]:
        for record in queue.follow(identity):
            yield ": waiting\n\n" if record is None else f"data: {json.dumps(record, ensure_ascii=False)}\n\n"

    return StreamingResponse(events(), media_type=EVENTS, headers={"Cache-Control": "no-store"})


@router.get("/findings", responses=show("findings"))
def get_findings(library: Held, choice: Choice, all: bool = False) -> dict[str, Any]:
    """List findings; `all` gives every sentence, labelled or not."""
    return records.list_findings(library.catalogue, choice, everything=all)


@router.get("/focus-areas", responses=show("areas"))
def get_focus_areas(library: Held, choice: Choice) -> dict[str, Any]:
    """List focus areas with their headline findings."""
    return records.list_focus_areas(library.catalogue, choice)


@router.get("/regions", responses=show("regions"))
def get_regions(library: Held, all: bool = False) -> dict[str, Any]:
    """List the regions that documents have; `all` gives those of the registry too."""
    return records.list_regions(library.catalogue, library.taxonomy, everything=all)


@router.get("/search", responses=show("search"))
def get_search(
    library: Held,
    choice: Choice,
    q: Annotated[str, Query(description="Words or a question, in any of the languages")],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchAnswer:
    """Find passages; `answered` is false when the texts do not hold the answer."""
    return library.searcher.search(q, choice, limit=limit)


@router.get("/compare", responses=show("comparison"))
def get_comparison(library: Held, order: Asked) -> Comparison:
    """Compare two regions or more."""
    return compare_ordered(library, order)


@router.get("/export", response_class=FileResponse, responses=show_file("application/octet-stream", "PK…"))
def get_export(
    library: Held,
    order: Asked,
    comparison: bool = True,
    format: Exported = "xlsx",
    language: Literal["en", "nb", "sv"] | None = None,
) -> FileResponse:
    """Give a comparison as a file (svg and png: its picture), or with `comparison=false` findings.

    `language` is that of a picture's words.
    """
    folder = Path(mkdtemp(prefix="strategi-"))
    try:
        path = write_order(
            library, replace(order, comparison=comparison), folder / f"export.{format}", format, language
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    subject = " - ".join((*order.regions, *order.documents)).translate(UNNAMED)[:120] or "findings"
    clear = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, filename=f"{subject}.{format}", background=clear)


@router.get("/ask", responses=show("answer"))
def get_answer(
    library: Held, q: Annotated[str, Query(description="A question about regions")]
) -> dict[str, Any]:
    """Answer a question from findings, with citations."""
    from service.ask import answer_question

    return answer_question(library, q)


router.include_router(api_review.router)
health = APIRouter()


@health.get("/healthz", response_class=PlainTextResponse, include_in_schema=False)
def get_health() -> str:
    """Say that the process lives."""
    return "ok\n"


@health.get("/readyz", include_in_schema=False)
def get_readiness(request: Request) -> dict[str, Any]:
    """Say that the store is open and what it holds."""
    library = library_of(request)
    return {"ready": request.app.state.ready, "generation": library.catalogue.generation}


@health.get("/metrics", response_class=PlainTextResponse, include_in_schema=False)
def get_metrics(request: Request) -> str:
    """Give counts and times in Prometheus' text format."""
    text: str = request.app.state.metrics.write()
    return text


def _rest(library: Library, remaking: Remaking) -> None:
    """Make ready for questions while no upload waits, and have the indexes looked at."""
    library.searcher.prepare()
    remaking.nudge()
    library.release_vectors()


def _runner(library: Library, remaking: Remaking) -> Any:
    """Return what reads one uploaded file into the library."""
    from service.jobs import run_upload

    def run(job: Job, options: dict[str, Any], tell: Callable[[Progress], None]) -> IngestReport:
        report = run_upload(library, job, options, tell)
        remaking.nudge()
        return report

    return run
