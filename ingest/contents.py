"""Contents pages: rows that end in a page number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.drafts import Draft
from ingest.furniture import number_value
from ingest.pieces import Piece, cut_start, glue, rows_of, x_of

LEAST_ENTRIES = 4
"""Rows in a row that end in a page number: three occur in tables and lists of prices."""
RISING_SHARE = 0.85
"""Share of the entries whose page is not before the one above."""
MOST_BARE = 2
"""Rows without a number that one entry may run over (long titles)."""

_LEADER = re.compile(r"\s*(?:[.…·‥_]\s?){3,}\s*")
_LED = re.compile(r"^\s|\s$|[.…·‥_]\s?[.…·‥_]")
_END_PAGE = re.compile(
    r"(?:(?<![^\W_])(?:s|p|side|sida|page)\.?\s*)?((?<!\d)\d{1,4}|(?<![^\W_])[ivxl]{1,6})$", re.IGNORECASE
)
_START_PAGE = re.compile(r"(?:s|p|side|sida|page)\.?\s*(\d{1,4})\s+(?=\S)", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:innholdsfortegnelse|innhold|innhald|innehåll|innehållsförteckning|indhold|indholdsfortegnelse|"
    r"contents|table of contents|sisällys|sisällysluettelo)",
    re.IGNORECASE,
)
MOST_PAGES = 1.3
"""Without a heading that says so, page numbers go no further than this share of the file's pages;
with one, the file may be part of a larger report."""
LONGEST_PAGE = 16
"""Characters of the longest page number with its word ("side 123")."""
LONGEST_ROW = 400
"""Characters of the longest row that is looked at; the search for dots is quadratic."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a contents page: title, printed page, and its block in the making."""

    title: str
    label: str
    draft: Draft


def split_contents(
    pieces: Sequence[Piece], pages: int, opened: bool = False
) -> tuple[list[Piece], list[Entry]]:
    """Return a page's pieces without its contents entries, and the entries in reading order.

    `pages` is the number of pages of the file; `opened` tells that the page before ended in
    contents, so that one row at the top is enough.
    """
    if sum(piece.text[-1:].isalnum() for piece in pieces) < 2:
        return list(pieces), []
    rows = rows_of(pieces)
    parsed = [_parse_row(row) for row in rows]
    named = any(_HEADING.fullmatch(piece.text.strip(" .:")) for piece in pieces)
    best = _longest_run(parsed, rows, 10 * pages + 150 if named else pages, opened)
    if best is None:
        return list(pieces), []
    start, end = best
    entries = _build(parsed[start:end])
    gone = {piece.index for row in rows[start:end] for piece in row}
    return [piece for piece in pieces if piece.index not in gone], entries


@dataclass(frozen=True, slots=True)
class _Bit:
    """Part of a row: title pieces, and the page number that ends it, if any."""

    pieces: tuple[Piece, ...]
    label: str | None
    led: bool = False


def _parse_row(row: Sequence[Piece]) -> list[_Bit]:
    """Cut a row into titles with their page numbers, from the left."""
    bits: list[_Bit] = []
    held: list[Piece] = []
    for piece in row:
        opened = _START_PAGE.match(piece.text) if held else None
        if opened:
            bits.append(_Bit(tuple(map(_clean, held)), opened.group(1)))
            held = []
            piece = replace(cut_start(piece, opened.end()), x0=x_of(piece, opened.end()))
        before, label, led = _cut_page(piece.text)
        if label is not None and not before and held:
            bits.append(_Bit(tuple(map(_clean, held)), label))
            held = []
        elif label is not None and led:
            bits.append(_Bit((*map(_clean, held), replace(piece, text=before, notes=())), label, True))
            held = []
        else:
            held.append(piece)
    if held and not bits and len(held) == 1:
        before, label, _ = _cut_page(held[0].text)
        if label is not None and any(map(str.isalpha, before)):
            return [_Bit((replace(held[0], text=before, notes=()),), label)]
    return [*bits, _Bit(tuple(map(_clean, held)), None)] if held else bits


def _cut_page(text: str) -> tuple[str, str | None, bool]:
    """Return text without the page number at its end, the number, and whether dots lead to it."""
    if not text[-1:].isalnum() or len(text) > LONGEST_ROW:
        return text, None, False
    offset = max(len(text) - LONGEST_PAGE, 0)
    found = _END_PAGE.search(text[offset:])
    if found is None:
        return text, None, False
    end = offset + found.start()
    before = text[:end].rstrip()
    bare = before.rstrip(" .…·‥_")
    led = len(before) - len(bare) >= 3 or (bool(before) and not found.group().isalnum())
    if not led and before and before == text[:end]:
        return text, None, False
    return bare if led else before, found.group(1), led


def _clean(piece: Piece) -> Piece:
    if not piece.notes and not _LED.search(piece.text):
        return piece
    return replace(piece, text=_LEADER.sub(" ", piece.text).strip() or piece.text, notes=())


def _longest_run(
    parsed: Sequence[list[_Bit]], rows: Sequence[list[Piece]], pages: int, opened: bool
) -> tuple[int, int] | None:
    """Return the rows (half-open) of the longest stretch that reads as a contents list."""
    best: tuple[int, int] | None = None
    start, bare = 0, 0
    ends: list[tuple[int, int]] = []
    last = None
    for place, bits in enumerate(parsed):
        if any(bit.label is not None for bit in bits):
            if last is None:
                start = place
            last, bare = place, 0
        else:
            bare += 1
            if last is not None and bare > MOST_BARE:
                ends.append((start, last + 1))
                last = None
    if last is not None:
        ends.append((start, last + 1))
    for first, end in ends:
        first = _with_first_line(parsed, rows, first)
        least = 1 if opened and first <= 1 else LEAST_ENTRIES
        if _is_contents([bit for bits in parsed[first:end] for bit in bits], pages, least) and (
            best is None or end - first > best[1] - best[0]
        ):
            best = (first, end)
    return best


def _with_first_line(parsed: Sequence[list[_Bit]], rows: Sequence[list[Piece]], first: int) -> int:
    """Take in the row above if it is the first line of a long entry: same style, no larger gap."""
    if first == 0 or first + 1 >= len(rows):
        return first
    above, row, below = rows[first - 1][0], rows[first][0], rows[first + 1][0]
    close = row.y0 - above.y1 < 0.6 * max(below.y0 - row.y1, 0.1)
    alike = above.style == row.style and len(parsed[first - 1]) == 1
    return first - 1 if close and alike else first


def _is_contents(bits: Sequence[_Bit], pages: int, least: int) -> bool:
    entries = [bit for bit in bits if bit.label is not None]
    values = [value for bit in entries if (value := number_value(bit.label or "")) is not None]
    titled = sum(any(char.isalpha() for char in bit.pieces[0].text) for bit in entries if bit.pieces)
    if len(values) < least or titled < 0.9 * len(entries) or len(entries) < 0.5 * len(bits):
        return False
    columns = [bit.pieces[0].x0 for bit in entries]
    led = sum(bit.led for bit in entries)
    if len(values) < LEAST_ENTRIES:
        return led == len(entries)
    lengths = sorted(len(bit.pieces[0].text) for bit in entries if bit.pieces)
    if max(values) > MOST_PAGES * pages + 10 or max(values) == min(values) or lengths[len(lengths) // 2] < 5:
        return False
    steps = list(itertools.pairwise(values))
    rising = sum(a <= b for a, b in steps) / len(steps)
    if max(columns) - min(columns) > 150:
        rising = _rising_by_column(entries)
    return rising >= RISING_SHARE


def _rising_by_column(entries: Sequence[_Bit]) -> float:
    middle = (min(e.pieces[0].x0 for e in entries) + max(e.pieces[0].x0 for e in entries)) / 2
    good = total = 0
    for side in (False, True):
        own = [number_value(e.label or "") or 0 for e in entries if (e.pieces[0].x0 > middle) is side]
        good += sum(a <= b for a, b in itertools.pairwise(own))
        total += max(len(own) - 1, 0)
    return good / max(total, 1)


def _build(parsed: Iterable[list[_Bit]]) -> list[Entry]:
    """Return the entries of a list, column by column where rows hold two."""
    rows = list(parsed)
    seconds = [
        bits[1].pieces[0].x0
        for bits in rows
        if len(bits) > 1 and bits[1].label is not None and bits[1].pieces
    ]
    edge = min(seconds) - 5.0 if len(seconds) >= 2 else float("inf")
    columns: dict[bool, list[Entry]] = {False: [], True: []}
    held: dict[bool, list[Piece]] = {False: [], True: []}
    for bit in (each for bits in rows for each in bits if each.pieces):
        title = _join(bit.pieces)
        side = title.x0 >= edge
        if bit.label is None:
            held[side].append(title)
            continue
        pieces = [*held[side], title]
        held[side] = []
        text = " ".join(piece.text for piece in pieces)
        pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text} {bit.label}")
        columns[side].append(Entry(text, bit.label, Draft("contents", pieces, pieces[0].x0, pieces[0].x1)))
    return columns[False] + columns[True]


def _join(pieces: Sequence[Piece]) -> Piece:
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = glue(whole, piece)
    return whole
