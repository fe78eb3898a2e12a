"""What repeats from page to page: running heads and feet, side tabs, page numbers, line numbers."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.pieces import Piece, Style, rows_of
from ingest.raw import RawPage

EDGE_ROWS = 4
"""Rows from the top and from the bottom that may be furniture. Three rows lose the third line
of a letterhead; every further row makes repeated table heads look like running heads."""
EDGE_SHARE = 0.16
"""Furniture stands in this part of the page's height at its top or bottom."""
SIDE_SHARE = 0.09
"""A side tab stands wholly in this part of the page's width at its left or right."""
DRIFT_POINTS = 6.0
"""A running line keeps its height on the page within so many points."""
OFTEN_SHARE = 0.25
"""A line on this share of the pages is furniture wherever they are; on fewer, three pages in a
row (one may be left out) must have it: the same footnote on pages 32, 34 and 51 is none."""
ALWAYS_SHARE = 0.5
"""A line on this share of the pages is furniture even beside or inside other text (logos on slides)."""
BAND_SHARE = 0.6
"""Where this share of the pages' lines at one height repeats, the others of that height and
style are running heads too: chapter titles that stand on one page only."""
LARGE_SHARE = 1.3
"""Lines larger than this share of the body's size are titles of slides, unless most pages have them."""
APART_EM = 0.6
"""A running line of the body's own look stands at least so many line heights away from the body."""
LEAST_NUMBERS = 5
NUMBERED_SHARE = 0.5
"""Lines are counted on at least this share of the pages with five lines or more."""
MOST_SILENT = 4
"""Pages without a printed number that are counted between two with one, at most this many less one."""
ONLY_NUMBER = frozenset({"#", "side#", "sida#", "page#", "s#", "p#"})
"""On a file of one page only these words beside a number make a page number."""
SHORT_KEY = 4
"""Repeated lines of fewer letters ("x" in the columns of a table) are no running lines."""

_FOLD = re.compile(r"[\W_]+")
_ROMAN = re.compile(r"(?=[ivxl])(?:x{0,3}|xl|l)(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,]\d)|\b[ivxl]{1,7}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Furniture:
    """Per page (by physical number): the indexes of its running pieces, and its printed label."""

    running: dict[int, frozenset[int]]
    labels: dict[int, str]


def find_furniture(
    pages: Sequence[RawPage], pieces: Sequence[Sequence[Piece]], body: Style, tables: Sequence[frozenset[int]]
) -> Furniture:
    """Return running heads, feet and page labels of a document.

    `tables` holds for each page the indexes of pieces in tables, whose heads repeat as well.
    """
    zones = [_zones(page, own, held) for page, own, held in zip(pages, pieces, tables, strict=True)]
    repeated = _repeated(zones, len(pages), body)
    bands = _bands(zones, repeated, body)
    running: dict[int, set[int]] = {}
    turned = _turned(pieces)
    for page, zone in zip(pages, zones, strict=True):
        found = {p.index for p in zone.side if repeated.get((p.page, p.index), 0.0) > 0}
        always = max(ALWAYS_SHARE, 3 / len(pages))
        found |= {p.index for p in zone.pieces if repeated.get((p.page, p.index), 0.0) >= always}
        found |= _peel(zone.top, zone.inner_top, repeated, bands) | _peel(
            zone.foot, zone.inner_foot, repeated, bands
        )
        running[page.index] = found | turned.get(page.index, set())
    labels = _labels({page.index: zone.pieces for page, zone in zip(pages, zones, strict=True)}, running)
    _adopt_numbers(zones, running, labels)
    return Furniture({page: frozenset(found) for page, found in running.items()}, labels)


def _adopt_numbers(zones: Sequence[_Zone], running: dict[int, set[int]], labels: dict[int, str]) -> None:
    """Add page numbers that stand elsewhere than on other pages (turned pages) but are in step."""
    for zone in zones:
        for row in (*zone.top[:1], *zone.foot[:1]):
            piece = row[0]
            near = [labels.get(piece.page + step) for step in (-2, -1, 1, 2)]
            steps = [int(n) - i for i, n in zip((-2, -1, 1, 2), near, strict=True) if n and n.isdecimal()]
            if (
                len(row) == 1
                and piece.page not in labels
                and piece.text.isdecimal()
                and int(piece.text[:6]) in steps
            ):
                labels[piece.page] = piece.text
                running.setdefault(piece.page, set()).add(piece.index)


def _turned(pages: Sequence[Sequence[Piece]]) -> dict[int, set[int]]:
    """Return the turned lines that several pages have: side tabs and watermarks."""
    groups: dict[str, list[Piece]] = defaultdict(list)
    for pieces in pages:
        for piece in pieces:
            if piece.angle:
                groups[fold(piece.text)].append(piece)
    found: dict[int, set[int]] = defaultdict(set)
    for group in groups.values():
        if len({piece.page for piece in group}) >= 2:
            for piece in group:
                found[piece.page].add(piece.index)
    return found


@dataclass(frozen=True, slots=True)
class _Zone:
    """Rows of a page that may be furniture, from the edge inwards, and the next row inside."""

    top: list[list[Piece]]
    foot: list[list[Piece]]
    side: list[Piece]
    inner_top: list[Piece]
    inner_foot: list[Piece]

    @property
    def pieces(self) -> list[Piece]:
        return [piece for row in (*self.top, *self.foot) for piece in row] + self.side


def _zones(page: RawPage, pieces: Sequence[Piece], tables: frozenset[int]) -> _Zone:
    rows = rows_of(piece for piece in pieces if not piece.angle)
    low, high = page.height * EDGE_SHARE, page.height * (1 - EDGE_SHARE)
    left, right = page.width * SIDE_SHARE, page.width * (1 - SIDE_SHARE)
    free = [not any(piece.index in tables for piece in row) for row in rows]
    first = free.index(False) if False in free else len(rows)
    last = len(rows) - (free[::-1].index(False) if False in free else len(rows))
    top = [row for row in rows[: min(EDGE_ROWS, first)] if max(p.y1 for p in row) <= low]
    rest = rows[len(top) :]
    feet = rows[max(last, len(top), len(rows) - EDGE_ROWS) :]
    foot = [row for row in reversed(feet) if min(p.y0 for p in row) >= high]
    inner = rest[: len(rest) - len(foot)]
    side = [p for row in inner for p in row if p.x1 <= left or p.x0 >= right]
    return _Zone(top, foot, side, inner[0] if inner else [], inner[-1] if inner else [])


def fold(text: str) -> str:
    """Return text without spaces, signs and case, to compare running lines."""
    return _FOLD.sub("", text).casefold()


def _keys(piece: Piece) -> list[tuple[str, int | None]]:
    """Return what a line repeats: its words, and its words with a number that counts the pages."""
    keys: list[tuple[str, int | None]] = [(fold(piece.text), None)]
    for found in list(_NUMBER.finditer(_closed(piece.text)))[:3]:
        value = number_value(found.group())
        if value is not None:
            rest = _closed(piece.text)[: found.start()] + _closed(piece.text)[found.end() :]
            keys.append((fold(rest) + ("#" if found.group().isdecimal() else "%"), value - piece.page))
    return keys


def _closed(text: str) -> str:
    """Return letter-spaced text with its digits closed up ("P A G E 1 2" holds 12)."""
    words = text.split(" ")
    if len(words) >= 6 and sum(len(word) == 1 for word in words) >= 0.8 * len(words):
        return re.sub(r"(?<=\d) (?=\d)", "", text)
    return text


def _repeated(zones: Sequence[_Zone], count: int, body: Style) -> dict[tuple[int, int], float]:
    """Return, by page and index, the share of pages that repeat a line at the same height."""
    groups: dict[tuple[str, int | None], list[Piece]] = defaultdict(list)
    for zone in zones:
        for piece in zone.pieces:
            for key in _keys(piece):
                groups[key].append(piece)
    shares: dict[tuple[int, int], float] = {}
    for (text, step), group in groups.items():
        if step is None and (not text or text.isdecimal()):
            continue
        need = 2 if count < 5 or (step is not None and len(text) <= SHORT_KEY) else 3
        for cluster in _by_height(group):
            found = sorted({piece.page for piece in cluster})
            share = len(found) / max(count, 1)
            large = cluster[0].style.size > LARGE_SHARE * body.size
            often = not large and len(found) >= need and (_chain(found) >= need or share >= OFTEN_SHARE)
            worded = step is not None or len(text) >= SHORT_KEY
            if (worded and (often or (len(found) >= 2 and share >= ALWAYS_SHARE))) or (
                count == 1 and text in ONLY_NUMBER
            ):
                for piece in cluster:
                    at = piece.page, piece.index
                    shares[at] = max(shares.get(at, 0.0), share)
    return shares


def _chain(pages: Sequence[int]) -> int:
    """Return the length of the longest run of pages with no more than one page left out between two."""
    best = length = 1
    for before, page in itertools.pairwise(pages):
        length = length + 1 if page - before <= 2 else 1
        best = max(best, length)
    return best


def _by_height(group: Iterable[Piece]) -> list[list[Piece]]:
    clusters: list[list[Piece]] = []
    for piece in sorted(group, key=lambda each: (each.middle, each.page, each.index)):
        if clusters and piece.middle - clusters[-1][-1].middle <= DRIFT_POINTS:
            clusters[-1].append(piece)
        else:
            clusters.append([piece])
    return clusters


_Band = tuple[int, float, int]


def _band(piece: Piece) -> _Band:
    return round(piece.middle / 4), piece.style.size, piece.style.color


def _bands(zones: Sequence[_Zone], repeated: dict[tuple[int, int], float], body: Style) -> set[_Band]:
    """Return the heights and looks at which most lines are running ones."""
    known: Counter[_Band] = Counter()
    total: Counter[_Band] = Counter()
    for zone in zones:
        for piece in zone.pieces:
            if piece.style.size <= body.size * 1.15:
                total[_band(piece)] += 1
                known[_band(piece)] += (piece.page, piece.index) in repeated
    return {band for band in known if known[band] >= 3 and known[band] >= BAND_SHARE * total[band]}


def _peel(
    rows: Sequence[list[Piece]], inner: list[Piece], repeated: dict[tuple[int, int], float], bands: set[_Band]
) -> set[int]:
    """Return the running lines of a page's edge: from outside in, while rows repeat."""
    taken: list[list[Piece]] = []
    for row in rows:
        letters = sum(len(piece.text) for piece in row)
        own = sum(len(p.text) for p in row if (p.page, p.index) in repeated or _band(p) in bands)
        if 2 * own < letters:
            break
        taken.append(row)
    while taken:
        within = rows[len(taken)] if len(taken) < len(rows) else inner
        if not within or _stands_apart(taken[-1], within):
            break
        taken.pop()
    return {piece.index for row in taken for piece in row}


def _stands_apart(row: Sequence[Piece], within: Sequence[Piece]) -> bool:
    """Tell whether space or looks part a running line from the next line inside."""
    one, other = row[0], within[0]
    gap = max(
        min(p.y0 for p in within) - max(p.y1 for p in row), min(p.y0 for p in row) - max(p.y1 for p in within)
    )
    alike = abs(one.style.size - other.style.size) < 0.3 and one.style.color == other.style.color
    return gap >= APART_EM * one.height or not alike


def number_value(token: str) -> int | None:
    """Return the value of an arabic or roman number, None if it is neither."""
    if token.isdecimal():
        return int(token)
    if not token or not _ROMAN.fullmatch(token):
        return None
    values = {"i": 1, "v": 5, "x": 10, "l": 50}
    digits = [values[letter] for letter in token.casefold()]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


def _add_bands(edges: dict[int, list[Piece]], running: dict[int, set[int]], body: Style) -> None:
    """Add lines that share height and style with running lines (chapter names that change)."""
    bands: dict[tuple[int, float, int], list[Piece]] = defaultdict(list)
    for own in edges.values():
        for piece in own:
            if piece.style.size <= body.size * 1.15:
                bands[round(piece.middle / 4), piece.style.size, piece.style.color].append(piece)
    for band in bands.values():
        known = sum(piece.index in running[piece.page] for piece in band)
        if known >= 3 and known >= BAND_SHARE * len(band):
            for piece in band:
                running[piece.page].add(piece.index)


def _labels(edges: dict[int, list[Piece]], running: Mapping[int, set[int]]) -> dict[int, str]:
    """Return the printed label of each page whose number is in step with a page nearby."""
    choices: dict[int, list[tuple[str, int, bool]]] = {}
    for page, own in edges.items():
        tokens = [t for p in own if p.index in running[page] for t in _NUMBER.findall(_closed(p.text))]
        values = [(token, number_value(token)) for token in tokens]
        choices[page] = [(t, v - page, t.isdecimal()) for t, v in values if v is not None]
    labels = {}
    for page, own_choices in choices.items():
        best = max(own_choices, key=lambda c: (_support(c, page, choices), c[2]), default=None)
        if best is not None and _support(best, page, choices):
            labels[page] = best[0]
    return _filled(labels)


def _filled(labels: dict[int, str]) -> dict[int, str]:
    """Return labels with the pages counted that print none between two that do (chapter openings)."""
    pages = sorted(labels)
    filled = dict(labels)
    for page, following in itertools.pairwise(pages):
        one, other = labels[page], labels[following]
        if (
            one.isdecimal()
            and other.isdecimal()
            and 1 < following - page <= MOST_SILENT
            and int(other) - int(one) == following - page
        ):
            filled |= {between: str(int(one) + between - page) for between in range(page + 1, following)}
    return filled


def _support(
    choice: tuple[str, int, bool], page: int, choices: dict[int, list[tuple[str, int, bool]]]
) -> int:
    """Count the pages within four of this one whose number is in step with a choice."""
    near = (other for other in range(page - 4, page + 5) if other != page)
    return sum(any(c[1:] == choice[1:] for c in choices.get(other, ())) for other in near)


def drop_line_numbers(pages: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Return the pieces of each page without numbers in the margin that count the lines.

    Most pages must have them: the first column of a long table counts too.
    """
    found = [_line_numbers(pieces) for pieces in pages]
    texts = sum(len(pieces) >= LEAST_NUMBERS for pieces in pages)
    if sum(map(bool, found)) < NUMBERED_SHARE * max(texts, 1):
        return [list(pieces) for pieces in pages]
    return [[p for p in pieces if p.index not in gone] for pieces, gone in zip(pages, found, strict=True)]


def _line_numbers(pieces: Sequence[Piece]) -> set[int]:
    """Return the indexes of a page's pieces that count lines: rising, in one column, left of the text."""
    numbers = [piece for piece in pieces if piece.text.isdecimal() and len(piece.text) <= 5]
    if len(numbers) < LEAST_NUMBERS:
        return set()
    column = Counter(round(piece.x1 / 8) for piece in numbers).most_common(1)[0][0]
    inside = sorted((p for p in numbers if abs(round(p.x1 / 8) - column) <= 1), key=lambda p: p.y0)
    steps = [int(b.text) - int(a.text) for a, b in itertools.pairwise(inside)]
    if len(inside) < LEAST_NUMBERS or sum(0 < step <= 5 for step in steps) < 0.9 * len(steps):
        return set()
    gone = {piece.index for piece in inside}
    rest = [piece for piece in pieces if piece.index not in gone]
    edge = max(piece.x1 for piece in inside)
    beside = sum(piece.x0 > edge for piece in rest)
    return gone if beside >= 0.8 * len(rest) else set()
