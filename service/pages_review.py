"""Review: one sentence at a time, most doubtful first; who said what; how far two people agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.reading import Filter, read_area_names
from corpus.reviews import find_undone, read_entry
from corpus.waiting import Waiting, read_queue, read_waiting
from models.errors import StrategyError, UnknownFinding
from models.finding import COMPARED, GENERAL, KINDS
from models.verdict import MOST_THEMES, Wish
from service.access import Held
from service.choice import make_filter
from service.library import Library
from service.problems import status_of
from service.review import name_reviewer, review_findings, undo_review
from service.review_list import describe_entry, list_reviews, measure_agreement
from service.view import YEAR_SECONDS, View

router = APIRouter()
LOG = 50
"""Entries of the log on one page."""


@dataclass(frozen=True)
class Place:
    """Where in the queue a person is: kept in addresses and forms, so that "next" goes on from there."""

    document: str = ""
    kind: str = ""
    second: bool = False
    skip: int = 0
    finding: str = ""
    back: str = ""

    def link(self, **changes: Any) -> str:
        """Return the address of this place with some parts changed."""
        values = self.fields() | changes
        query = urlencode({key: value for key, value in values.items() if value})
        return f"/review?{query}" if query else "/review"

    def fields(self) -> dict[str, Any]:
        """Return what is kept, without what is empty."""
        values = {
            "document": self.document, "kind": self.kind, "second": int(self.second), "skip": self.skip,
            "finding": self.finding, "back": self.back,
        }  # fmt: skip
        return {key: value for key, value in values.items() if value}

    def leave(self, number: int) -> str:
        """Return where to go once an entry is made: back to the reader, or on in the queue."""
        if self.back.startswith("/read/"):
            return self.back
        return self.link(finding="", back="", done=number)


def read_place(
    document: str = "",
    kind: str = "",
    second: bool = False,
    skip: str = "",
    finding: str = "",
    back: str = "",
) -> Place:
    """Return the place that an address names."""
    number = int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 7 else 0
    return Place(document, kind, second, number, finding[:40], back[:2000])


Here = Annotated[Place, Depends(read_place)]


def reviewer_of(request: Request, library: Library) -> str:
    """Return who reviews: the name given last in this browser, else the setting, else ""."""
    return unquote(request.cookies.get("reviewer", ""))[:200] or library.settings.reviewer or ""


@router.get("/review", response_class=HTMLResponse)
def show_review(request: Request, library: Held, here: Here, done: str = "") -> HTMLResponse:
    """Show the sentence that waits at a place, or the one named."""
    return _render(request, library, here, done=done)


@router.post("/review")
async def take_review(request: Request, library: Held, here: Here) -> Response:
    """Keep what the form says of a sentence and go on."""
    from starlette.concurrency import run_in_threadpool

    form = await request.form()
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    return await run_in_threadpool(_take, request, library, here, fields)


def _take(request: Request, library: Library, here: Place, fields: list[tuple[str, str]]) -> Response:
    one = dict(fields)
    person = one.get("by", "").strip() or reviewer_of(request, library)
    if not person:
        return View(request).render("who.html", fields=fields, action=str(request.url.path), here=here)
    if _is_stale(library, here, one):
        again = replace(here, finding=one["finding"])
        return _render(request, library, again, notice="review.meanwhile")
    try:
        person = name_reviewer(person)
        target = _act(library, here, fields, person)
    except StrategyError as error:
        again = replace(here, finding=one.get("finding", "")[:40])
        return _render(request, library, again, error=error)
    answer = RedirectResponse(target, status_code=303)
    answer.set_cookie("reviewer", quote(person), max_age=YEAR_SECONDS, samesite="lax", httponly=True)
    return answer


def _is_stale(library: Library, here: Place, one: dict[str, str]) -> bool:
    """Whether somebody has judged a sentence since its form was shown; second opinions are given blindly."""
    if here.second or "last" not in one:
        return False
    with library.catalogue.read() as connection:
        waiting = read_waiting(connection, one.get("finding", ""))
    return waiting is not None and str(waiting.last) != one["last"]


def _act(library: Library, here: Place, fields: list[tuple[str, str]], person: str) -> str:
    """Do what a form asks and return where to go then."""
    one = dict(fields)
    if one.get("action") == "name":
        return here.link()
    if one.get("action") == "undo":
        undo_review(library.catalogue, one.get("number", ""), by=person)
        return here.back if here.back.startswith("/read/") else here.link()
    return here.leave(_judge(library, here, fields, person))


@router.get("/review/log", response_class=HTMLResponse)
def show_log(
    request: Request,
    library: Held,
    document: str = "",
    one: str = "",
    other: str = "",
    before: str = "",
) -> HTMLResponse:
    """Show who said what, and how far two people agree."""
    view = View(request, library.taxonomy)
    older = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else None
    agreement, error = None, None
    if one and other:
        try:
            agreement = measure_agreement(library.catalogue, one, other)
        except StrategyError as caught:
            error = caught
    identity = library.catalogue.resolve(document) if document else None
    log = list_reviews(library.catalogue, document=identity, before=older, limit=LOG)
    return view.render(
        "reviews.html", status_of(error) if error else 200, log=log["reviews"], reviewers=list(log["reviewers"]),
        most=LOG, agreement=agreement, error=error, one=one, other=other, document=document,
    )  # fmt: skip


def _judge(library: Library, here: Place, fields: list[tuple[str, str]], person: str) -> int:
    """Keep one judgement and return its number; a form that leaves all as it was shown accepts."""
    one = dict(fields)
    said = one.get("action", "")
    wish = Wish("reject") if said == "reject" else Wish("accept") if said == "accept" else _read_wish(fields)
    entries = review_findings(
        library.catalogue, library.taxonomy, [one.get("finding", "")], wish,
        by=person, note=one.get("note", ""), as_classified=here.second,
    )  # fmt: skip
    return entries[0].number


def _read_wish(fields: list[tuple[str, str]]) -> Wish:
    """Return what the form's boxes say; themes without a barrier or measure are not meant."""

    def many(name: str) -> list[str]:
        return list(dict.fromkeys(value for key, value in fields if key == name and value))

    kinds = many("kinds")
    return Wish(
        "change",
        kinds=kinds,
        themes=many("themes") if set(kinds) & set(COMPARED) else [],
        actors=many("actors") if "measure" in kinds else [],
        focus_area=dict(fields).get("focus_area") or None,
    )


def _render(
    request: Request,
    library: Library,
    here: Place,
    *,
    done: str = "",
    notice: str = "",
    error: StrategyError | None = None,
) -> HTMLResponse:
    person = reviewer_of(request, library)
    view = View(request, library.taxonomy)
    try:
        total, waiting = _find(library, here, person)
    except StrategyError as caught:
        if error is None:
            error = caught
        total, waiting = 0, None
    return view.render(
        "review.html",
        status_of(error) if error else 409 if notice else 200,
        here=here,
        notice=notice,
        person=person,
        total=total,
        one=waiting,
        areas=_areas(library, waiting),
        source=_source(library, waiting),
        kinds=KINDS,
        themes=[term.id for term in library.taxonomy.themes],
        actors=[(term.id, term.label(view.language)) for term in library.taxonomy.actors],
        boxes=MOST_THEMES,
        made=_find_made(library, done),
        error=error,
        general=GENERAL,
    )


def _find(library: Library, here: Place, person: str) -> tuple[int, Waiting | None]:
    """Return how many wait and the sentence at a place. Raises: UnknownFinding and as `make_filter`."""
    documents = [here.document] if here.document else []
    choice: Filter = make_filter(library, documents=documents, kinds=[here.kind] if here.kind else [])
    with library.catalogue.read() as connection:
        second = here.second and bool(person)
        limit = 0 if here.finding else 1
        total, rows = read_queue(
            connection, choice, reviewer=person, second=second, limit=limit, first=here.skip
        )
        if not here.finding:
            return total, rows[0] if rows else None
        named = read_waiting(connection, here.finding, blind=second)
    if named is None:
        raise UnknownFinding("This sentence is not here any more.", subject=here.finding)
    return total, named


def _areas(library: Library, one: Waiting | None) -> list[str]:
    """Return the names that a sentence's focus area may have."""
    if one is None:
        return []
    with library.catalogue.read() as connection:
        names = read_area_names(connection, one.finding.document)
    return list(dict.fromkeys([GENERAL, *names, one.finding.focus_area]))


def _source(library: Library, one: Waiting | None) -> dict[str, Any]:
    """Return what the list of documents says of a sentence's document."""
    from corpus.folder import list_documents

    if one is None:
        return {}
    listed = list_documents(library.catalogue.folder)
    return next((row for row in listed if row["id"] == one.finding.document), {})


def _find_made(library: Library, done: str) -> dict[str, Any] | None:
    """Return the entry just made, for the line that says so and lets it be undone."""
    if not (done.isascii() and done.isdigit() and len(done) < 12):
        return None
    with library.catalogue.read() as connection:
        try:
            return describe_entry(read_entry(connection, int(done)), find_undone(connection))
        except StrategyError:
            return None
