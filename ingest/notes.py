"""Footnotes at the foot of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.drafts import Draft
from ingest.pieces import Piece, Style, cut_start
from ingest.rules import Rule
from models.document import NoteRef

SMALL_SHARE = 0.93
"""Footnotes are set at no more than this share of the body's size."""

HIGHEST_SHARE = 0.4
"""Without a rule above them, notes with plain numbers start below this share of the page's height: a page of
small items has no larger line to stand under."""

_START = re.compile(r"(\d{1,3}|[*†‡]{1,3})(?:[.)]?\s+(?=\S)|(?=[^\W\d_]{2}|[«“”\"]))")
_STUCK = re.compile(
    r"(?<![^\W_])(?!(?:[kcdm]m|CO)$)[^\W\d_]+[a-zæøåäöéü][.,;:!?]?[»”\")\]]?$|[^\W_][)»”\]][.,;:!?]?$"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def split_notes(
    pieces: Sequence[Piece], rules: Sequence[Rule], body: Style, height: float
) -> tuple[list[Piece], list[Draft]]:
    """Return a page's pieces without its footnotes, and the footnotes from the top; its height in points."""
    small = _small_foot(pieces, body)
    if not small:
        return list(pieces), []
    rule = _rule_above(small, rules)
    start = next((i for i, piece in enumerate(small) if _opens_note(piece)), None)
    if rule is not None:
        small = [piece for piece in small if piece.y0 >= rule - 2.0]
    elif start is not None and (small[start].notes or small[start].y0 >= HIGHEST_SHARE * height):
        small = small[start:]
    else:
        small = []
    drafts = _group(small)
    gone = {piece.index for piece in small}
    return [piece for piece in pieces if piece.index not in gone], drafts


def _small_foot(pieces: Sequence[Piece], body: Style) -> list[Piece]:
    """Return the small pieces with no larger piece below them, from the top."""
    limit = body.size * SMALL_SHARE
    found: list[Piece] = []
    large: list[tuple[float, float]] = []
    for piece in sorted(pieces, key=lambda each: -each.y0):
        if piece.style.size <= limit and not any(a < piece.x1 and piece.x0 < b for a, b in large):
            found.append(piece)
        else:
            large.append((piece.x0, piece.x1))
    return sorted(found, key=lambda each: (each.y0, each.x0))


def _rule_above(small: Sequence[Piece], rules: Sequence[Rule]) -> float | None:
    """Return the height of the lowest rule that stands just above a small numbered line."""
    for rule in sorted(rules, key=lambda each: -each.at):
        below = [p for p in small if p.y0 >= rule.at - 2.0]
        near = any(p.y0 <= rule.at + 25 and p.x0 < rule.b and p.x1 > rule.a for p in below)
        if near and rule.length >= 30 and any(map(_opens_note, below)):
            return rule.at
    return None


def _opens_note(piece: Piece) -> bool:
    """Tell whether a line starts with a footnote's number or is an address printed below the text."""
    return _number_of(piece) is not None or _ADDRESS.match(piece.text) is not None


def _number_of(piece: Piece) -> str | None:
    """Return the number with which a footnote starts, None if the line starts with none."""
    if piece.notes and piece.notes[0].offset == 0:
        return piece.notes[0].number
    found = _START.match(piece.text)
    return found.group(1) if found and _LETTERS.search(piece.text) else None


def _group(pieces: Sequence[Piece]) -> list[Draft]:
    drafts: list[Draft] = []
    last = 0
    for piece in pieces:
        number = _number_of(piece)
        if number is not None and number.isdigit() and last and not 0 < int(number) - last <= 3:
            number = None
        if number is None and drafts and (drafts[-1].number or not _ADDRESS.match(piece.text)):
            drafts[-1].pieces.append(piece)
            continue
        last = int(number) if number and number.isdigit() else last
        drafts.append(Draft("footnote", [_without_number(piece)], piece.x0, piece.x1, number=number))
    return drafts


def _without_number(piece: Piece) -> Piece:
    if piece.notes and piece.notes[0].offset == 0:
        return replace(piece, notes=piece.notes[1:])
    found = _START.match(piece.text)
    return cut_start(piece, found.end()) if found and _number_of(piece) else piece


def find_lost_marks(drafts: Sequence[Draft], notes: Sequence[Draft]) -> None:
    """Take markers out of words to which they stick as plain digits (fonts with raised figures).

    Only numbers of the page's own footnotes that no raised marker names are looked for.
    """
    named = {note.number for draft in drafts for piece in draft.pieces for note in piece.notes}
    wanted = [
        note.number for note in notes if note.number and note.number.isdigit() and note.number not in named
    ]
    for number in wanted:
        for draft in drafts:
            place = next(
                (i for i, piece in enumerate(draft.pieces) if _lost_at(piece.text, number) is not None), None
            )
            if place is not None and draft.type != "table":
                draft.pieces[place] = _take_out(draft.pieces[place], number)
                break


def _take_out(piece: Piece, number: str) -> Piece:
    at = _lost_at(piece.text, number) or 0
    size = len(number)
    notes = [NoteRef(number=n.number, offset=n.offset - size * (n.offset > at)) for n in piece.notes]
    notes.append(NoteRef(number=number, offset=at))
    spans = tuple((start - size * (start > at), x0, x1) for start, x0, x1 in piece.spans)
    return replace(
        piece,
        text=piece.text[:at] + piece.text[at + size :],
        notes=tuple(sorted(notes, key=lambda note: note.offset)),
        spans=spans,
        lead=piece.lead - size * (piece.lead > at),
    )


def _lost_at(text: str, number: str) -> int | None:
    """Return where a number sticks to the end of a word as a marker would, None if nowhere.

    "sidan.1 Tanken" and "metod1," do; "S3", "CO2", "3.1 prosent", "2-1" and "(1" do not.
    """
    at = text.find(number, 1)
    while at > 0:
        before, after = text[:at], text[at + len(number) :]
        if _STUCK.search(before) and (not after or after[0] in " .,;:)»”"):
            return at
        if re.search(r"\d[.!?»”]$", before) and re.match(r" +[A-ZÆØÅÄÖ]|$", after) and len(before) > 4:
            return at
        at = text.find(number, at + 1)
    return None
