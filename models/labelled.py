"""Labelled text: gold rows (JSON lines) and our own passages, read into one shape.

Both give `Reading`s: lines in the order in which they stand, each with its section path and
its labels. Every wrong label is collected with file and line, so a person mends all at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, get_args

from models.document import ANALYSED, Unit
from models.errors import BadGold
from models.finding import KINDS, Kind
from models.taxonomy import Taxonomy

LETTERS: dict[str, Kind] = {
    "b": "barrier",
    "m": "measure",
    "s": "strength",
    "o": "opportunity",
    "f": "focus_area",
}
_UNITS: dict[str, Unit] = {
    "s": "sentence", "b": "bullet", "h": "heading", "r": "row", "c": "caption", "f": "footnote", "t": "sentence",
}  # fmt: skip
# Units of the gold that a document has no unit for.
_GOLD_UNITS: dict[str, Unit] = {"table": "row", "figure_label": "caption", "furniture": "caption"}
COLLAPSED = {"agency": "state", "intermediary": "cluster"}
"""Actors of the gold that the taxonomy does not tell apart, and what they count as."""
MOST_COMPLAINTS = 40  # lines named in one error; more would scroll the first away


@dataclass(frozen=True)
class Line:
    """A sentence with its labels: `kinds` asked for, `also` neither asked for nor wrong."""

    text: str
    kinds: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    themes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    unit: Unit = "sentence"
    path: tuple[str, ...] = ()
    area: str = ""
    hard: bool = False
    boxed: bool = False
    id: str = ""

    @property
    def right(self) -> frozenset[str]:
        """The kinds that may be called."""
        return self.kinds | self.also


@dataclass(frozen=True)
class Reading:
    """Lines of one document or passage in order. `own` when written for this project."""

    id: str
    language: str
    lines: tuple[Line, ...]
    own: bool = False
    genre: str = ""
    region: str = ""
    sector: str = ""


@dataclass
class _Draft:
    """A passage while it is read."""

    head: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    path: tuple[str, ...] = ()
    area: str = ""


class Complaints:
    """What is wrong, by file and line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, file: Path, number: int, what: str) -> None:
        """Note what is wrong in a line (from 1)."""
        self.lines.append(f"{file.name}:{number}: {what}")

    def check(self) -> None:
        """Raise if anything was noted. Raises: BadGold."""
        if not self.lines:
            return
        shown = self.lines[:MOST_COMPLAINTS]
        more = len(self.lines) - len(shown)
        tail = [f"… and {more} more"] if more else []
        raise BadGold("Nothing was trained. " + "\n".join([*shown, *tail]), subject=shown[0].split(":")[0])


def read_own(folder: Path, taxonomy: Taxonomy) -> list[Reading]:
    """Return the passages of all .txt files of a folder, by file name and place. Raises: BadGold."""
    complaints = Complaints()
    readings = [
        one for path in sorted(folder.glob("*.txt")) for one in read_passages(path, taxonomy, complaints)
    ]
    complaints.check()
    return readings


def read_gold(folder: Path, taxonomy: Taxonomy) -> list[Reading]:
    """Return one reading for each document of findings_*.jsonl and each passage of *.txt.

    Raises: BadGold.
    """
    complaints = Complaints()
    rows: dict[str, list[tuple[Line, str]]] = {}
    for path in sorted(folder.glob("findings_*.jsonl")):
        for document, language, line in _read_rows(path, taxonomy, complaints):
            rows.setdefault(document, []).append((line, language))
    passages = [
        one for path in sorted(folder.glob("*.txt")) for one in read_passages(path, taxonomy, complaints)
    ]
    complaints.check()
    documents = [_gather(document, lines) for document, lines in rows.items()]
    if not documents and not passages:
        raise BadGold("No findings_*.jsonl and no labelled text is there.", subject=folder.name)
    return [*documents, *passages]


def read_passages(path: Path, taxonomy: Taxonomy, complaints: Complaints) -> Iterator[Reading]:
    """Give the passages of one labelled text file; what is wrong goes to `complaints`."""
    draft: _Draft | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        complain = partial(complaints.add, path, number)
        if text.startswith("@passage"):
            if draft is not None and draft.lines:
                yield _finish(draft)
            draft = _start(text, complain)
        elif draft is None:
            complain("a line before the first @passage")
        elif text.startswith("@section"):
            draft.path = tuple(one.strip() for one in text[8:].split(" > ") if one.strip())
        elif text.startswith("@area"):
            draft.area = text[5:].strip().strip("-").strip()
        else:
            line = _read_line(text, draft, taxonomy, complain)
            if line is not None:
                draft.lines.append(line)
    if draft is not None and draft.lines:
        yield _finish(draft)


def _start(text: str, complain: Any) -> _Draft:
    first, *rest = [part.strip() for part in text[len("@passage") :].split("|")]
    named = (part.partition("=") for part in rest)
    head = {"id": first} | {key.strip(): value.strip() for key, _, value in named}
    if head.get("lang") not in ANALYSED:
        complain(f"a passage needs lang=, one of {', '.join(ANALYSED)}")
    return _Draft(head)


def _finish(draft: _Draft) -> Reading:
    head = draft.head
    return Reading(
        head["id"], head.get("lang", "other"), tuple(draft.lines), True,
        head.get("genre", ""), head.get("region", ""), head.get("sector", ""),
    )  # fmt: skip


def _read_line(text: str, draft: _Draft, taxonomy: Taxonomy, complain: Any) -> Line | None:
    parts = [part.strip() for part in text.split("|", 4)]
    if len(parts) < 5 or not parts[4]:
        complain("not KINDS | THEMES | ACTORS | UNIT | TEXT")
        return None
    kinds, themes, actors, unit, words = parts
    letters = "" if kinds in ("-", "-!") else kinds
    line = Line(
        text=words,
        kinds=frozenset(LETTERS[one.lower()] for one in letters if one.isupper() and one.lower() in LETTERS),
        also=frozenset(LETTERS[one] for one in letters if one.islower() and one in LETTERS),
        themes=_split(themes),
        actors=_split(actors),
        unit=_UNITS.get(unit, "sentence"),
        path=draft.path,
        area=draft.area,
        hard=kinds == "-!",
        boxed=unit == "t",
        id=f"{draft.head['id']}-{len(draft.lines)}",
    )
    for one in letters:
        if one.lower() not in LETTERS:
            complain(f"unknown kind “{one}”")
    if unit not in _UNITS:
        complain(f"unknown unit “{unit[:20]}”")
    _check_terms(line, taxonomy, complain)
    return line


def _split(names: str) -> tuple[str, ...]:
    return tuple(one for one in names.replace(",", " ").split() if one not in ("-", "-!"))


def _check_terms(line: Line, taxonomy: Taxonomy, complain: Any) -> None:
    actors = {term.id for term in taxonomy.actors}
    for what, names, known in (("theme", line.themes, taxonomy.theme_ids()), ("actor", line.actors, actors)):
        for name in names:
            if name not in known:
                complain(f"unknown {what} “{name[:40]}”")


def _read_rows(path: Path, taxonomy: Taxonomy, complaints: Complaints) -> Iterator[tuple[str, str, Line]]:
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
            line = _row_line(row, taxonomy, lambda what, at=number: complaints.add(path, at, what))
            yield str(row["doc"]), str(row.get("lang", "other")), line
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            complaints.add(path, number, f"not a row of gold ({type(error).__name__} {str(error)[:60]})")


def _row_line(row: dict[str, Any], taxonomy: Taxonomy, complain: Any) -> Line:
    quote = str(row["quote"]).strip()
    if not quote:
        complain("an empty quote")
    also = [kind for kind in row.get("also_ok", ()) if kind != "none"]
    for kind in (*row["kinds"], *also):
        if kind not in KINDS:
            complain(f"unknown kind “{str(kind)[:40]}”")
    if row.get("lang") not in ANALYSED:
        complain(f"unknown language “{str(row.get('lang'))[:20]}”")
    unit = str(row.get("unit", "sentence"))
    if unit not in _GOLD_UNITS and unit not in get_args(Unit):
        complain(f"unknown unit “{unit[:20]}”")
    line = Line(
        text=quote,
        kinds=frozenset(row["kinds"]),
        also=frozenset(also),
        themes=tuple(row.get("themes", ())),
        actors=tuple(dict.fromkeys(COLLAPSED.get(one, one) for one in row.get("actors", ()))),
        unit=_GOLD_UNITS.get(unit, unit),  # type: ignore[arg-type]
        path=(str(row.get("section_heading", "")),),
        area=_area(row.get("focus_area")),
        hard=bool(row.get("cue_word_negative")),
        boxed=bool(row.get("in_box")),
        id=str(row.get("id", "")),
    )
    _check_terms(line, taxonomy, complain)
    return line


def _area(names: Any) -> str:
    listed: Sequence[Any] = names if isinstance(names, list) else [names] if names else []
    return str(listed[0]) if listed else ""


def _gather(document: str, lines: Iterable[tuple[Line, str]]) -> Reading:
    pairs = list(lines)
    return Reading(document, pairs[0][1], tuple(line for line, _ in pairs))
