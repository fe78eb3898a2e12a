"""Review by people: accept, reject, change, undo. Every act is an entry of the log and nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.anchors import Anchor
from corpus.catalogue import Catalogue
from corpus.overlay import locate_sentences, machine_verdict, restore_reviews, shown_verdict
from corpus.reading import Source, read_area_names, read_source
from corpus.reviews import Entry, add_entry, find_undone, read_entry, trace_ahead
from models.errors import BadReview, UnknownFinding
from models.nearest import nearest_names
from models.taxonomy import Taxonomy
from models.verdict import Verdict, Wish, reach_verdict

LONGEST_NAME = 80
"""Characters of a reviewer's name."""
LONGEST_NOTE = 2_000
"""Characters of a note."""
MOST = 500
"""Sentences judged in one act."""
SHORTEST_ID = 4
"""Characters of the start of an id that stand for it, as for documents."""
_NEAR = 200  # ids among which the nearest to a wrong one are looked for


def name_reviewer(given: str | None) -> str:
    """Return a person's name as it is kept: NFC, single spaces, no control characters. Raises: BadReview."""
    name = clean_name(given or "")
    if not name:
        raise BadReview(
            "Say who reviews: --by NAME, or the setting `reviewer` (STRATEGI_REVIEWER).", subject="reviewer"
        )
    if len(name) > LONGEST_NAME:
        raise BadReview(f"A reviewer's name has at most {LONGEST_NAME} characters.", subject=name[:80])
    return name


def clean_name(given: str) -> str:
    """Return a name as it is kept: NFC, single spaces, no characters that could hide or turn text."""
    text = unicodedata.normalize("NFC", given)
    return " ".join("".join(one for one in text if not _is_control(one)).split())


def _is_control(char: str) -> bool:
    """Whether a character could hide or turn text: controls but white space, formats, lone surrogates."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") and not char.isspace()


def review_findings(
    catalogue: Catalogue,
    taxonomy: Taxonomy,
    names: Sequence[str],
    wish: Wish,
    *,
    by: str | None,
    note: str = "",
    as_classified: bool = False,
) -> list[Entry]:
    """Judge sentences, all or none; returns the entries.

    `names` are ids of findings or their starts. With `as_classified` the judgement is of the
    classifier's labels, whatever people have said since. A change that changes nothing is an
    acceptance.

    Raises: UnknownFinding, BadReview and as `reach_verdict`.
    """
    person, note = name_reviewer(by), _check_note(note)
    if not 0 < len(names) <= MOST:
        raise BadReview(f"From 1 to {MOST} sentences can be judged at a time.", subject=str(len(names)))
    with catalogue.change(texts=False) as connection:
        rows = [_find(connection, name) for name in dict.fromkeys(names)]
        desk = _Desk(connection)
        entries = []
        for row in rows:
            shown = machine_verdict(row) if as_classified else shown_verdict(row)
            verdict = reach_verdict(wish, shown, taxonomy, desk.areas(row.document))
            action = "accept" if wish.action == "change" and verdict == shown else wish.action
            draft = desk.draft(row, catalogue.now(), person, action, note, shown, verdict)
            entries.append(add_entry(connection, draft))
        _restore(connection, entries)
    return entries


def undo_review(catalogue: Catalogue, name: str, *, by: str | None, note: str = "") -> Entry:
    """Take an entry back, by its number, or by a finding's id the person's own last one about it.

    Raises: UnknownReview, UnknownFinding, BadReview (it is undone already, or there is none).
    """
    person, note = name_reviewer(by), _check_note(note)
    with catalogue.change(texts=False) as connection:
        target = _find_entry(connection, name, person)
        if target.number in find_undone(connection):
            raise BadReview(f"Entry {target.number} is undone already.", subject=str(target.number))
        draft = target.model_copy(
            update={
                "number": 0, "at": catalogue.now(), "reviewer": person, "action": "undo",
                "undoes": target.number, "note": note, "old": target.new, "new": target.old,
            }
        )  # fmt: skip
        entry = add_entry(connection, draft)
        _restore(connection, [entry])
    return entry


def _check_note(note: str) -> str:
    text = "".join(one for one in unicodedata.normalize("NFC", note) if not _is_control(one)).strip()
    if len(text) > LONGEST_NOTE:
        raise BadReview(f"A note has at most {LONGEST_NOTE:,} characters.", subject="note")
    return text


def _restore(connection: Connection, entries: Sequence[Entry]) -> None:
    names = {one.document for one in entries} | {one.content for one in entries}
    for document in trace_ahead(connection, names):
        restore_reviews(connection, document)


def _find(connection: Connection, name: str) -> Any:
    """Return the row of a finding by its id or the start of one. Raises: UnknownFinding."""
    table = schema.findings
    rows = connection.execute(sa.select(table).where(table.c.id == name)).all()
    if not rows and len(name) >= SHORTEST_ID and name.isascii() and name.isalnum():
        begins = table.c.id.startswith(name)
        rows = connection.execute(sa.select(table).where(begins).order_by(table.c.id).limit(2)).all()
    if len(rows) == 1:
        return rows[0]
    above = sa.select(table.c.id).where(table.c.id >= name[:2]).order_by(table.c.id).limit(_NEAR)
    below = sa.select(table.c.id).where(table.c.id < name[:2]).order_by(table.c.id.desc()).limit(_NEAR)
    near = [*connection.scalars(above), *connection.scalars(below)]
    said = "Several findings begin with" if rows else "No finding has the id"
    raise UnknownFinding(
        f"{said} “{name[:80]}”; `strategi findings --json` gives the ids.",
        subject=name[:80],
        nearest=nearest_names(name[:80], near),
    )


def _find_entry(connection: Connection, name: str, person: str) -> Entry:
    if name.isascii() and name.isdigit() and len(name) < 12:
        return read_entry(connection, int(name))
    row = _find(connection, name)
    table = schema.decisions
    about = sa.and_(table.c.document == row.document, table.c.ordinal == row.ordinal)
    query = sa.select(table.c.number, table.c.reviewer).where(about).order_by(table.c.number.desc())
    decided = connection.execute(query).all()
    own = [one.number for one in decided if one.reviewer == person]
    if not own:
        others = [f"{one.number} ({one.reviewer})" for one in decided]
        raise BadReview(
            f"{person} has said nothing of finding {row.id} that stands; entries of others are undone by number.",
            subject=row.id,
            nearest=others,
        )
    return read_entry(connection, own[0])


class _Desk:
    """What entries need of their documents, read once each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sources: dict[str, Source] = {}
        self._anchors: dict[str, list[Anchor]] = {}
        self._contents: dict[str, str] = {}
        self._areas: dict[str, list[str]] = {}

    def areas(self, document: str) -> list[str]:
        """Return the names of a document's focus areas."""
        if document not in self._areas:
            self._areas[document] = read_area_names(self._connection, document)
        return self._areas[document]

    def draft(
        self, row: Any, at: str, person: str, action: str, note: str, old: Verdict, new: Verdict
    ) -> Entry:
        """Return an entry about the sentence of a row of `schema.findings`, without its number."""
        self._open(row.document)
        source, anchor = self._sources[row.document], self._anchors[row.document][row.ordinal]
        return Entry(
            at=at, reviewer=person, action=action, note=note, finding=row.id, document=row.document,
            content=self._contents[row.document], file=source.file, key=anchor.key,
            section=source.path(row.section), page=anchor.page, nth=anchor.nth,
            quote=source.text[row.start : row.end], old=old, new=new,
        )  # fmt: skip

    def _open(self, document: str) -> None:
        if document in self._sources:
            return
        columns = schema.documents.c
        query = sa.select(columns.content).where(columns.id == document)
        self._contents[document] = self._connection.scalar(query) or ""
        self._sources[document] = read_source(self._connection, document)
        self._anchors[document] = locate_sentences(self._connection, self._sources[document])
