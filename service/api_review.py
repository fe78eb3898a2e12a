"""Reviews and saved searches over HTTP: parse, one call, return."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from service import saved
from service.access import Choice, Held
from service.examples import show
from service.review import undo_review
from service.review_act import Act, act_on
from service.review_list import describe_entry, list_queue, list_reviews, measure_agreement

router = APIRouter()
By = Annotated[str | None, Query(max_length=200, description="A reviewer")]


@router.get("/reviews", responses=show("reviews"))
def get_reviews(
    library: Held,
    document: Annotated[str | None, Query(description="Only what is about this document")] = None,
    by: By = None,
    before: Annotated[int | None, Query(ge=1, description="Only entries below this number")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """List what people said of findings, newest first: who, when, old and new labels."""
    identity = library.catalogue.resolve(document) if document else None
    return list_reviews(library.catalogue, document=identity, by=by, before=before, limit=limit)


@router.post("/reviews", status_code=201, responses=show("reviewed", 201))
def post_review(library: Held, act: Act) -> dict[str, Any]:
    """Accept, reject or change findings, all of them or none; answers with the new entries of the log."""
    return act_on(library, act)


@router.post("/reviews/{name}/undo", status_code=201, responses=show("undone", 201))
def post_undo(
    library: Held,
    name: str,
    by: Annotated[str | None, Body(max_length=200)] = None,
    note: Annotated[str, Body()] = "",
) -> dict[str, Any]:
    """Take an entry back, by its number, or by a finding's id one's own last about it."""
    person = by or library.settings.reviewer
    return {"reviews": [describe_entry(undo_review(library.catalogue, name, by=person, note=note))]}


@router.get("/reviews/queue", responses=show("queue"))
def get_queue(
    library: Held,
    choice: Choice,
    by: By = None,
    second: Annotated[bool, Query(description="What others have judged and `by` has not")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
    first: Annotated[int, Query(ge=0, description="How many to pass over")] = 0,
) -> dict[str, Any]:
    """List the sentences that wait for a person, most doubtful first."""
    person = by or library.settings.reviewer
    return list_queue(library.catalogue, choice, by=person, second=second, limit=limit, first=first)


@router.get("/reviews/agreement", responses=show("agreement"))
def get_agreement(
    library: Held,
    reviewer: Annotated[list[str], Query(min_length=2, max_length=2, description="Two reviewers")],
) -> dict[str, Any]:
    """Give Cohen's kappa of two reviewers for each kind, with its 95 % interval."""
    return measure_agreement(library.catalogue, *reviewer)


@router.get("/searches", responses=show("searches"))
def get_searches(library: Held) -> dict[str, Any]:
    """List the saved searches, each with how many hits are new since its last look."""
    return {"searches": saved.list_searches(library)}


@router.post("/searches", status_code=201, responses=show("saved", 201))
def post_search(
    library: Held,
    choice: Choice,
    name: Annotated[str, Query(max_length=500, description="What to call it")],
    q: Annotated[str, Query(description="Words or a question; may be left out beside a filter")] = "",
) -> dict[str, Any]:
    """Save a search; the documents held now count as seen."""
    return saved.save_search(library, name, q, choice)


@router.get("/searches/{name}/new", responses=show("news"))
def get_new(library: Held, name: str) -> dict[str, Any]:
    """Give what a saved search finds in documents that came since its last look; marks nothing as seen."""
    return saved.look_for_new(library, saved.find_search(library, name))


@router.post("/searches/{name}/seen", status_code=201, responses=show("saved", 201))
def post_seen(library: Held, name: str) -> dict[str, Any]:
    """Count all documents held now as seen."""
    return saved.mark_seen(library, saved.find_search(library, name))


@router.delete("/searches/{name}", responses=show("forgotten"))
def delete_search(library: Held, name: str) -> dict[str, str]:
    """Remove a saved search."""
    return saved.forget_search(library, saved.find_search(library, name))
