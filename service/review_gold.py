"""Reviewed sentences as gold: what `strategi train` and `strategi evaluate` read."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.reading import Filter, read_findings
from corpus.reviews import Entry, read_entries
from models.document import ANALYSED
from models.errors import BadReview, OutputExists, UnknownReviewer
from models.finding import KINDS, Finding
from models.nearest import nearest_names
from service.review import name_reviewer

_UNSAFE = re.compile(r"[^\w.-]+")
_ESCAPED = re.compile("[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")


def export_gold(catalogue: Catalogue, path: Path, *, by: str | None = None) -> dict[str, Any]:
    """Write a new folder of findings_*.jsonl, one per document held, and return what is in it.

    Each sentence has the labels that stand, or with `by` that person's last ones; a kind that
    another person gives it is `also_ok`. Sentences in languages that are not analysed are left out.

    Raises: OutputExists, BadReview (nothing to write), UnknownReviewer.
    """
    if path.exists():
        raise OutputExists("This is there already; name a new folder.", subject=path.name)
    with catalogue.read() as connection:
        person = _check(connection, by)
        rows, left = _gather(connection, person)
    if not rows:
        raise BadReview("Nothing is reviewed yet: there is no gold to write.", subject=path.name)
    _write(path, rows)
    return {
        "written": path.name,
        "documents": len(rows),
        "sentences": sum(map(len, rows.values())),
        "left_out": left,
    }


def _check(connection: Connection, by: str | None) -> str | None:
    if by is None:
        return None
    person = name_reviewer(by)
    column = schema.decisions.c.reviewer
    known = connection.scalars(sa.select(column).distinct()).all()
    if person not in known:
        raise UnknownReviewer(
            f"No review by “{person}” stands.", subject=person, nearest=nearest_names(person, known)
        )
    return person


def _gather(connection: Connection, person: str | None) -> tuple[dict[str, list[dict[str, Any]]], int]:
    """Return the rows by file name, in the order of their documents and places, and how many were left out."""
    decided = _read_decided(connection)
    documents = sorted({document for document, _ in decided})
    names = _name_documents(connection, documents)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    left = 0
    for document in documents:
        found = read_findings(connection, Filter(documents=(document,)), everything=True)
        for ordinal, one in enumerate(found):
            said = decided.get((document, ordinal), {})
            chosen = said.get(person) if person else max(said.values(), key=lambda e: e.number, default=None)
            if chosen is None:
                continue
            if one.language not in ANALYSED:
                left += 1
                continue
            file = f"findings_{_UNSAFE.sub('_', names[document])[:100]}_{document}.jsonl"
            rows[file].append(_row(one, names[document], chosen, said))
    return dict(rows), left


def _read_decided(connection: Connection) -> dict[tuple[str, int], dict[str, Entry]]:
    """Return each person's last standing entry about each sentence, by document and ordinal."""
    columns = schema.decisions.c
    query = sa.select(schema.decisions).order_by(columns.document, columns.ordinal, columns.number)
    decided: dict[tuple[str, int], dict[str, Entry]] = defaultdict(dict)
    rows = connection.execute(query).all()
    entries = read_entries(connection, {row.number for row in rows})
    for row in rows:
        decided[row.document, row.ordinal][row.reviewer] = entries[row.number]
    return decided


def _name_documents(connection: Connection, documents: list[str]) -> dict[str, str]:
    """Return what gold calls each document: its file's name without ending, its id where two have the same."""
    columns = schema.documents.c
    stems = {row.id: Path(row.file).stem for row in connection.execute(sa.select(columns.id, columns.file))}
    times = Counter(stems.values())
    return {one: stems[one] if times[stems[one]] == 1 else one for one in documents}


def _row(one: Finding, name: str, chosen: Entry, said: Mapping[str, Entry]) -> dict[str, Any]:
    new = chosen.new
    others = {kind for entry in said.values() for kind in entry.new.labels} - set(new.labels)
    return {
        "id": one.id,
        "doc": name,
        "section_heading": one.section[-1] if one.section else "",
        "quote": one.quote,
        "kinds": list(new.labels),
        "also_ok": [kind for kind in KINDS if kind in others],
        "focus_area": one.focus_area,
        "themes": list(new.themes),
        "actors": list(new.actors),
        "unit": one.unit,
        "lang": one.language,
        "page": one.pages[0].index,
        "reviewers": sorted(said),
        "reviewed_at": chosen.at,
    }


def _write(path: Path, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write a folder whole or not at all. Raises: OutputExists."""
    draft = ""
    try:
        draft = tempfile.mkdtemp(dir=path.parent, prefix=".gold-")
        for name, some in rows.items():
            lines = "".join(_line(row) + "\n" for row in some)
            (Path(draft) / name).write_text(lines, encoding="utf-8")
        os.chmod(draft, 0o755)
        os.rename(draft, path)
    except OSError as error:
        if draft:
            shutil.rmtree(draft, ignore_errors=True)
        raise OutputExists(f"The folder cannot be written ({error.strerror}).", subject=path.name) from error


def _line(row: Mapping[str, Any]) -> str:
    """Return a row as JSON on one line: what would break a line, or no file can hold, is escaped."""
    text = json.dumps(row, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
