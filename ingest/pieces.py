"""Lines as the outline sees them: clean text, one style, markers of footnotes taken out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.clean import SOFT_HYPHEN, tidy
from ingest.initials import LARGE_SHARE, settle_initial, share_initials
from ingest.raw import Line, RawPage, Run
from models.document import NoteRef

ROW_OVERLAP = 0.5
"""Two pieces stand on one row if they share this part of the lower one's height."""

FARTHEST = 20_000.0
"""Points: PDF pages measure 14,400 at most."""
LINE_EM = 1.0
"""Height of a line in ems of its size, as the reader gives it."""
CHAR_EM = 0.5
STRETCHED = 1.35
"""Characters are 0.45-0.55 em wide in text faces; a piece this much wider holds a hidden gap."""
WIDE_EM = 2.0
"""Two runs of a line further apart than this are two pieces."""
EMPTY = " \n\t" + SOFT_HYPHEN
"""A line of nothing else is no line: a soft hyphen alone would vanish when it is joined."""


@dataclass(frozen=True, slots=True)
class Style:
    """How most characters of a line look; `size` in points, to a tenth."""

    size: float
    bold: bool
    italic: bool
    color: int
    font: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a page, without the markers of footnotes.

    Points, origin top left; `page` is physical, from 1; `index` its place in the file's order
    on the page. `lead` is how many characters at its start are bold where the rest is not.
    `notes` hold offsets into `text`; `spans` are (offset, x0, x1) of each run. `box` numbers
    the frame it stands in, if any. A piece with `holds` stands for a table or a frame. `angle` is
    not 0 for side tabs, axis names and watermarks.
    """

    page: int
    index: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    style: Style
    head: Style
    tail: Style
    lead: int = 0
    notes: tuple[NoteRef, ...] = ()
    spans: tuple[tuple[int, float, float], ...] = ()
    box: int | None = None
    holds: int | None = None
    angle: int = 0

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Points from the page's top to the middle of the line."""
        return (self.y0 + self.y1) / 2


_MARK = re.compile(r"\s*(\d{1,3}(?:\s*,\s*\d{1,3})*|[*†‡]{1,3})\s*,?\s*")
_NUMBERING = re.compile(
    r"[•●▪■▫◦○◆◊▶►➢➤❖✓✔→‣⁃∙·\uf000-\uf0ff]|[-–—*o]|"
    r"(?:§+\s*)?\(?(?:\d{1,3}(?:\s?\.\s?\d{1,3}){0,4}|[a-zæøåA-ZÆØÅ]|[ivxIVX]{1,5})[.):]{0,2}"
)
_UNIT_END = re.compile(r"(?:(?<![^\W\d_])(?:k|c|d|m)?m|10|CO|[=)])$")
"""Raised digits after these are powers (m², km³, 10⁶), not markers of footnotes."""


def read_pieces(page: RawPage) -> list[Piece]:
    """Return the lines of a page in the file's order, empty ones left out."""
    pieces: list[Piece] = []
    for line in map(settle_initial, share_initials([_bounded(line) for line in page.lines])):
        for runs in _cut_wide(line.runs) if not line.angle else [line.runs]:
            piece = _read_piece(line, runs, page.index, len(pieces))
            if piece is not None:
                pieces.append(piece)
    return pieces


def _bounded(line: Line) -> Line:
    """Return a line without coordinates that are no numbers or lie far outside any page."""
    total = line.x0 + line.y0 + line.x1 + line.y1 + sum(run.x0 + run.x1 + run.size for run in line.runs)
    if abs(total) < FARTHEST:
        return line
    runs = tuple(
        replace(r, x0=_bound(r.x0), x1=_bound(r.x1), size=_bound(r.size), rise=_bound(r.rise))
        for r in line.runs
    )
    return replace(
        line, x0=_bound(line.x0), y0=_bound(line.y0), x1=_bound(line.x1), y1=_bound(line.y1), runs=runs
    )


def _bound(value: float) -> float:
    return min(max(value, -FARTHEST), FARTHEST) if value == value else 0.0


def _cut_wide(runs: Sequence[Run]) -> list[Sequence[Run]]:
    """Cut a line where two runs stand as far apart as columns do, and after a large first figure."""
    cuts = [
        i
        for i in range(1, len(runs))
        if runs[i].x0 - runs[i - 1].x1 > WIDE_EM * max(runs[i].size, runs[i - 1].size)
    ]
    if (
        len(runs) > 1
        and runs[0].size >= LARGE_SHARE * runs[1].size
        and len(runs[0].text.strip()) <= 4
        and 1 not in cuts
    ):
        cuts.insert(0, 1)
    if not cuts:
        return [runs]
    return [runs[a:b] for a, b in zip([0, *cuts], [*cuts, len(runs)], strict=True)]


def _read_piece(line: Line, runs: Sequence[Run], page: int, index: int) -> Piece | None:
    if len(runs) == 1 and runs[0].rise <= 0 and not line.angle:
        return _read_run(line, runs[0], page, index)
    text, notes, parts = _collect(runs)
    if not text.strip(EMPTY):
        if not notes:
            return None
        text, notes = notes[0].number, []
    style = _main_style(parts) or _style_of(runs[0])
    text = text.rstrip()
    top = line.y1 - LINE_EM * style.size if style.size >= LARGE_SHARE * line.size else line.y0
    return Piece(
        page, index, text, runs[0].x0, top, max(run.x1 for run in runs), line.y1, style,
        parts[0].style if parts else style, parts[-1].style if parts else style, lead=_lead(parts, text),
        notes=tuple(NoteRef(number=n.number, offset=min(n.offset, len(text))) for n in notes),
        spans=tuple((part.start, part.x0, part.x1) for part in parts), angle=line.angle,
    )  # fmt: skip


def _read_run(line: Line, run: Run, page: int, index: int) -> Piece | None:
    """Return a line of one style, the common case, without the search for markers."""
    text = tidy(run.text).strip(" ")
    if not text.strip(EMPTY):
        return None
    style = _style_of(run)
    top = line.y1 - LINE_EM * style.size if style.size >= LARGE_SHARE * line.size else line.y0
    lead = len(text) if style.bold else 0
    spans = ((0, run.x0, run.x1),)
    return Piece(page, index, text, run.x0, top, run.x1, line.y1, style, style, style, lead, (), spans)


@dataclass(frozen=True, slots=True)
class _Part:
    """A run as it went into a piece's text."""

    start: int
    text: str
    x0: float
    x1: float
    style: Style


def _collect(runs: Sequence[Run]) -> tuple[str, list[NoteRef], list[_Part]]:
    """Return text, markers of footnotes and the runs that make the text."""
    text = ""
    notes: list[NoteRef] = []
    parts: list[_Part] = []
    for place, run in enumerate(runs):
        if not run.text.strip(" ,;") and _between_marks(runs, place):
            continue
        mark = _MARK.fullmatch(run.text) if run.rise > 0 else None
        if mark and not _UNIT_END.search(text.rstrip()):
            offset = len(text.rstrip())
            notes += [NoteRef(number=part.strip(), offset=offset) for part in mark.group(1).split(",")]
            continue
        added = tidy(run.text)
        if not text or text.endswith(" "):
            added = added.lstrip(" ")
        if added:
            joined = text + added
            if unicodedata.combining(added[0]):
                joined = unicodedata.normalize("NFC", joined)
            parts.append(_Part(len(text), joined[len(text) :], run.x0, run.x1, _style_of(run)))
            text = joined
    return text, notes, parts


def _between_marks(runs: Sequence[Run], place: int) -> bool:
    """Tell whether raised runs stand on both sides of a run, or it is raised itself after one."""
    before = place > 0 and runs[place - 1].rise > 0
    return before and (runs[place].rise > 0 or (place + 1 < len(runs) and runs[place + 1].rise > 0))


def _style_of(run: Run) -> Style:
    return _style(round(run.size, 1), run.bold, run.italic, run.color, run.font)


@lru_cache(maxsize=1024)
def _style(size: float, bold: bool, italic: bool, color: int, font: str) -> Style:
    """Return one and the same object for one look: a page has some forty lines, and few looks."""
    return Style(size, bold, italic, color, font)


def _main_style(parts: Iterable[_Part]) -> Style | None:
    counts: Counter[Style] = Counter()
    for part in parts:
        counts[part.style] += len(part.text)
    return counts.most_common(1)[0][0] if counts else None


def _lead(parts: Sequence[_Part], text: str) -> int:
    """Return how many characters from the start are bold; signs before them may be plain."""
    lead = 0
    for part in parts:
        bare = not any(char.isalnum() for char in part.text) or (
            part.start == 0 and _NUMBERING.fullmatch(part.text.strip())
        )
        if not part.style.bold and not bare:
            break
        if part.style.bold or lead == part.start:
            lead = part.start + len(part.text)
    bold = any(part.style.bold for part in parts if part.start < lead)
    return min(lead, len(text)) if bold else 0


def all_bold(piece: Piece) -> bool:
    """Tell whether every character of a line is bold."""
    return piece.lead >= len(piece.text) > 0


def glue(left: Piece, right: Piece) -> Piece:
    """Return two pieces of one row as one."""
    shift = len(left.text) + 1
    notes = left.notes + tuple(NoteRef(number=n.number, offset=n.offset + shift) for n in right.notes)
    longer = left if len(left.text) > len(right.text) else right
    bare = not any(char.isalnum() for char in left.text)
    return replace(
        left,
        text=f"{left.text} {right.text}",
        x0=min(left.x0, right.x0), y0=min(left.y0, right.y0),
        x1=max(left.x1, right.x1), y1=max(left.y1, right.y1),
        style=longer.style, tail=right.tail, notes=notes,
        head=right.head if bare else left.head,
        lead=shift + right.lead if (all_bold(left) or bare) and right.lead else left.lead,
        spans=left.spans + tuple((start + shift, x0, x1) for start, x0, x1 in right.spans),
    )  # fmt: skip


def char_width(piece: Piece) -> float:
    """Return about how wide a character of a piece is, in points."""
    return CHAR_EM * max(piece.style.size, 1.0)


def is_stretched(piece: Piece) -> bool:
    """Tell whether a piece is so wide for its words that two cells stand in it."""
    return " " in piece.text and piece.x1 - piece.x0 > STRETCHED * char_width(piece) * len(piece.text)


def split_at(piece: Piece, edge: float) -> tuple[Piece, Piece] | None:
    """Cut a piece at the space nearest to an x, None if no space stands near it."""
    spaces = [i for i, char in enumerate(piece.text) if char == " "]
    if is_stretched(piece) and len(piece.spans) < 2:
        wide, end = char_width(piece), len(piece.text)
        places = [
            (abs(piece.x1 - (end - i - 1) * wide - edge), i)
            for i in spaces
            if piece.x0 + i * wide <= edge + 2
        ]
    else:
        places = [(abs(x_of(piece, i) - edge), i) for i in spaces]
    away, at = min(places, default=(1e9, 0))
    if away > 2.0 * max(piece.style.size, 1.0):
        return None
    left = tuple(n for n in piece.notes if n.offset <= at)
    right = tuple(NoteRef(number=n.number, offset=n.offset - at - 1) for n in piece.notes if n.offset > at)
    x = min(x_of(piece, at), edge)
    spans = tuple(span for span in piece.spans if span[0] <= at)
    rest = tuple((start - at - 1, x0, x1) for start, x0, x1 in piece.spans if start > at)
    start = min((x0 for _, x0, _ in rest[:1]), default=max(x_of(piece, at + 1), edge))
    return (
        replace(
            piece,
            text=piece.text[:at],
            x1=max(x, piece.x0),
            notes=left,
            spans=spans,
            lead=min(piece.lead, at),
        ),
        replace(
            piece,
            text=piece.text[at + 1 :],
            x0=start,
            notes=right,
            spans=rest,
            lead=max(piece.lead - at - 1, 0),
        ),
    )


def x_of(piece: Piece, offset: int) -> float:
    """Return about where a character stands, in points, from the run that holds it."""
    spans = piece.spans or ((0, piece.x0, piece.x1),)
    for place in range(len(spans) - 1, -1, -1):
        start, x0, x1 = spans[place]
        if start <= offset or place == 0:
            end = spans[place + 1][0] if place + 1 < len(spans) else len(piece.text)
            return x0 + (x1 - x0) * min(max((offset - start) / max(end - start, 1), 0.0), 1.0)
    return piece.x0


def same_row(one: Piece, other: Piece) -> bool:
    """Tell whether two pieces stand side by side."""
    top, end, other_top, other_end = one.y0, one.y1, other.y0, other.y1
    shared = (end if end < other_end else other_end) - (top if top > other_top else other_top)
    height, other_height = end - top, other_end - other_top
    return shared > ROW_OVERLAP * (height if height < other_height else other_height)


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return pieces as rows from the top, each from left to right."""
    rows: list[list[Piece]] = []
    last: Piece | None = None
    for piece in sorted(pieces, key=lambda each: (each.y0 + each.y1, each.x0, each.index)):
        if last is not None and same_row(last, piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
        last = piece
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda each: (each.x0, each.index))
    return rows


def body_style(pages: Iterable[Sequence[Piece]]) -> Style:
    """Return the style in which most characters of a document stand."""
    counts: Counter[Style] = Counter()
    for pieces in pages:
        for piece in pieces:
            counts[piece.style] += len(piece.text)
    return counts.most_common(1)[0][0] if counts else Style(10.0, False, False, 0)


MARKER_GAP_EM = 6.0
"""A bullet or number stands at most so far left of its text (Word's widest tab is 1.27 cm, 36 pt)."""


def attach_markers(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with bullets and numbers that stand apart glued to the text at their right."""
    made: list[Piece] = []
    for row in rows_of(pieces):
        left = row[0]
        for piece in row[1:]:
            near = 0 <= piece.x0 - left.x1 + 1 <= MARKER_GAP_EM * max(piece.style.size, 1.0)
            if near and left.holds is None and piece.holds is None and _NUMBERING.fullmatch(left.text):
                left = glue(left, piece)
            else:
                made.append(left)
                left = piece
        made.append(left)
    return made


def cut_start(piece: Piece, count: int) -> Piece:
    """Return a piece without its first `count` characters; markers of footnotes in them are dropped."""
    notes = tuple(NoteRef(number=n.number, offset=n.offset - count) for n in piece.notes if n.offset >= count)
    spans = tuple((max(start - count, 0), x0, x1) for start, x0, x1 in piece.spans)
    return replace(piece, text=piece.text[count:], notes=notes, spans=spans, lead=max(piece.lead - count, 0))
