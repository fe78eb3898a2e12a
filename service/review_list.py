"""What of reviews is shown: the queue, the log, and what two reviewers agree on, in the contract's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.reading import Filter
from corpus.reviews import Entry, find_undone, read_log, read_reviewers, trace_back
from corpus.waiting import Waiting, read_queue
from models.errors import BadReview, UnknownReviewer
from models.finding import KINDS
from models.metrics import bootstrap, kappa, kappa_of_two
from models.nearest import nearest_names
from service.records import describe_finding
from service.review import name_reviewer


def list_queue(
    catalogue: Catalogue,
    choice: Filter = Filter(),
    *,
    by: str | None = None,
    second: bool = False,
    limit: int = 10,
    first: int = 0,
) -> dict[str, Any]:
    """Return the sentences that wait for a person, most doubtful first. Raises: BadReview."""
    person = name_reviewer(by) if second else None
    with catalogue.read() as connection:
        total, rows = read_queue(connection, choice, reviewer=person, second=second, limit=limit, first=first)
    return {"waiting": total, "queue": [describe_waiting(one) for one in rows]}


def describe_waiting(one: Waiting) -> dict[str, Any]:
    """Return a waiting sentence for JSON: a finding with its doubt and its neighbours."""
    beside = {"doubt": one.doubt, "before": one.before, "after": one.after}
    return describe_finding(one.finding) | beside


def list_reviews(
    catalogue: Catalogue,
    *,
    document: str | None = None,
    by: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    """Return the log, newest first; with a document's id, what is about it or an edition before it."""
    with catalogue.read() as connection:
        documents = sorted(trace_back(connection, document)) if document else None
        person = name_reviewer(by) if by is not None else None
        entries = read_log(connection, documents=documents, reviewer=person, before=before, limit=limit)
        undone = find_undone(connection)
        reviewers = read_reviewers(connection)
    return {"reviewers": reviewers, "reviews": [describe_entry(one, undone) for one in entries]}


def describe_entry(entry: Entry, undone: Sequence[int] | frozenset[int] = ()) -> dict[str, Any]:
    """Return an entry for JSON; `stands` says whether it is not undone."""
    record = entry.model_dump(mode="json", exclude={"content", "key", "nth", "reviewer"})
    return record | {"by": entry.reviewer, "stands": entry.number not in undone}


def measure_agreement(catalogue: Catalogue, one: str, other: str) -> dict[str, Any]:
    """Return Cohen's kappa of two reviewers for each kind, over the sentences that both have judged.

    A kind's `kappa` is None where neither has given it, or both always: chance alone agrees
    then. `interval` is the 95 % interval (sentences drawn again). `n` is 0 where they have
    judged nothing in common, and `why` says so.

    Raises: UnknownReviewer, BadReview (twice the same).
    """
    with catalogue.read() as connection:
        left, right = (_check_reviewer(connection, name) for name in (one, other))
        if left == right:
            raise BadReview("Agreement needs two reviewers.", subject=left)
        pairs = _pair(connection, left, right)
    record: dict[str, Any] = {"reviewers": [left, right], "n": len(pairs), "same": None, "kinds": {}}
    if not pairs:
        return record | {"why": f"{left} and {right} have judged no sentence both."}
    record["same"] = round(sum(set(a) == set(b) for a, b in pairs) / len(pairs), 3)
    record["kinds"] = {kind: _measure_kind(kind, pairs) for kind in KINDS}
    return record | {"why": ""}


def _check_reviewer(connection: Connection, name: str) -> str:
    known = read_reviewers(connection)
    person = name_reviewer(name)
    if person not in known:
        raise UnknownReviewer(
            f"Nobody called “{person}” has reviewed anything.",
            subject=person,
            nearest=nearest_names(person, known),
        )
    return person


def _pair(connection: Connection, left: str, right: str) -> list[tuple[list[str], list[str]]]:
    """Return the kinds that each of two people gave last, for every sentence that both judged."""
    columns, log = schema.decisions.c, schema.reviews.c
    query = sa.select(
        columns.document, columns.ordinal, columns.reviewer, sa.func.max(columns.number).label("last")
    )
    last = (
        query.where(columns.reviewer.in_((left, right)))
        .group_by(columns.document, columns.ordinal, columns.reviewer)
        .subquery()
    )
    rows = connection.execute(
        sa.select(last.c.document, last.c.ordinal, last.c.reviewer, log.new)
        .join(schema.reviews, log.number == last.c.last)
        .order_by(last.c.document, last.c.ordinal)
    )
    said: dict[tuple[str, int], dict[str, list[str]]] = {}
    for row in rows:
        said.setdefault((row.document, row.ordinal), {})[row.reviewer] = row.new["labels"]
    return [(both[left], both[right]) for both in said.values() if len(both) == 2]


def _measure_kind(kind: str, pairs: Sequence[tuple[list[str], list[str]]]) -> dict[str, Any]:
    left, right = ([kind in labels for labels in side] for side in zip(*pairs, strict=True))
    counts = {"said": [sum(left), sum(right)], "both": sum(a and b for a, b in zip(left, right, strict=True))}
    if len({*left, *right}) == 1:
        return counts | {"kappa": None, "interval": None}

    first, second = np.array(left), np.array(right)
    low, high = bootstrap(range(len(pairs)), lambda at: kappa_of_two(first[at], second[at]))
    return counts | {"kappa": round(kappa(left, right), 3), "interval": [round(low, 3), round(high, 3)]}
