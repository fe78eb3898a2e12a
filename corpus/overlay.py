"""What people said, laid over what the classifier said: in the findings themselves, so every reader sees it.

The newest standing entry about a sentence decides. What the classifier had said is kept in the
row and comes back when nothing stands any more. All of it is derived from the log and is made
again whenever findings are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.anchors import Anchor, anchor_sentences, match_anchors
from corpus.reading import Source, read_area_names, read_source
from corpus.reviews import Entry, find_undone, read_about
from models.finding import GENERAL, KINDS, Reviewed
from models.verdict import Verdict

MACHINE = ("labels", "kinds", "themes", "actors", "focus_area", "labeller")
"""Columns of a finding that a person's word takes the place of."""


def restore_reviews(connection: Connection, document: str) -> None:
    """Lay the log over a stored document's findings: after they were made anew, or the log has grown."""
    entries = read_about(connection, document)
    undone = find_undone(connection) if entries else frozenset()
    standing = [one for one in entries if one.number not in undone and one.action != "undo"]
    said = _place(connection, document, standing) if standing else {}
    _note_decisions(connection, document, said)
    _write(connection, document, {ordinal: some[-1] for ordinal, some in said.items()})


def locate_sentences(connection: Connection, source: Source) -> list[Anchor]:
    """Return the anchors of a stored document's sentences, in order."""
    columns = schema.findings.c
    query = sa.select(columns.ordinal, columns.start, columns.end, columns.section)
    rows = connection.execute(query.where(columns.document == source.id).order_by(columns.ordinal)).all()
    return anchor_sentences(source.text, rows, source.pages, source.sections)


def machine_says(row: Any) -> dict[str, Any]:
    """Return what the classifier says in a row of `schema.findings`, whoever decided since."""
    if row.review is not None:
        return dict(row.review["machine"])
    return {name: row._mapping[name] for name in MACHINE}


def machine_verdict(row: Any) -> Verdict:
    """Return the classifier's labels of a row of `schema.findings`."""
    said = machine_says(row)
    return Verdict.model_validate({name: said[name] for name in Verdict.model_fields})


def shown_verdict(row: Any) -> Verdict:
    """Return the labels of a row of `schema.findings` as they stand."""
    return Verdict.model_validate({name: row._mapping[name] for name in Verdict.model_fields})


def _place(connection: Connection, document: str, entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return the entries by the ordinal of their sentence, oldest first; those of no sentence are left out."""
    held = locate_sentences(connection, read_source(connection, document))
    origins: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        origins[one.document].append(one)
    placed: dict[int, list[Entry]] = defaultdict(list)
    for some in origins.values():
        wanted = list(dict.fromkeys(one.anchor for one in some))
        found = match_anchors(wanted, held)
        ordinals = {anchor: found[at] for at, anchor in enumerate(wanted) if at in found}
        for one in some:
            if one.anchor in ordinals:
                placed[ordinals[one.anchor]].append(one)
    return {ordinal: sorted(some, key=lambda one: one.number) for ordinal, some in sorted(placed.items())}


def _note_decisions(connection: Connection, document: str, said: Mapping[int, Sequence[Entry]]) -> None:
    table = schema.decisions
    connection.execute(sa.delete(table).where(table.c.document == document))
    rows = [
        {"document": document, "ordinal": ordinal, "number": one.number, "reviewer": one.reviewer}
        for ordinal, some in said.items()
        for one in some
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def _write(connection: Connection, document: str, deciding: Mapping[int, Entry]) -> None:
    """Write the deciding entries over the findings, and the classifier's word back where none decides."""
    table = schema.findings
    touched = sa.or_(table.c.review.is_not(None), table.c.ordinal.in_(sorted(deciding)))
    rows = connection.execute(sa.select(table).where(table.c.document == document, touched)).all()
    areas = set(read_area_names(connection, document)) if deciding else set()
    for row in rows:
        entry = deciding.get(row.ordinal)
        machine = machine_says(row)
        if entry is None:
            _set(connection, row, machine | {"review": None})
        elif row.review is None or row.review["number"] != entry.number:
            _set(connection, row, _decide(entry, machine, areas))


def _decide(entry: Entry, machine: dict[str, Any], areas: set[str]) -> dict[str, Any]:
    """Return the values of a finding on which a person decided.

    An area that the person did not set, and that the document no longer has, gives way to the
    classifier's of today.
    """
    new = entry.new
    kept = new.focus_area != entry.old.focus_area or new.focus_area in areas | {GENERAL}
    by = Reviewed(by=entry.reviewer, at=entry.at, action=entry.action, number=entry.number)
    return {
        "labels": list(new.labels),
        "kinds": {kind: float(kind in new.labels) for kind in KINDS},
        "themes": list(new.themes),
        "actors": list(new.actors),
        "focus_area": new.focus_area if kept else machine["focus_area"],
        "labeller": entry.reviewer,
        "review": by.model_dump() | {"machine": machine},
    }


def _set(connection: Connection, row: Any, values: dict[str, Any]) -> None:
    key = {"document": row.document, "ordinal": row.ordinal}
    table = schema.findings
    this = sa.and_(table.c.document == row.document, table.c.ordinal == row.ordinal)
    connection.execute(sa.update(table).where(this).values(**values))
    labels = [key | {"kind": kind, "score": values["kinds"].get(kind, 1.0)} for kind in values["labels"]]
    themes = [key | {"theme": theme, "rank": at} for at, theme in enumerate(values["themes"], 1)]
    for beside, rows in ((schema.finding_labels, labels), (schema.finding_themes, themes)):
        here = sa.and_(beside.c.document == row.document, beside.c.ordinal == row.ordinal)
        connection.execute(sa.delete(beside).where(here))
        if rows:
            connection.execute(sa.insert(beside), rows)
