"""Cells of a lattice as a reader sees them: a label, a list, or a list under its label."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.lattice import Cell
from ingest.markers import BULLETS, marker_of
from ingest.pieces import Piece, all_bold, attach_markers, rows_of
from ingest.rules import Area

LABEL_CHARS = 60
LABEL_ROWS = 3
"""Labels of fields are a few words: up to 35 letters where seen."""
SIZE_STEP = 0.8
"""A label's size differs from its list's by so many points, if by size."""
ITEM_CHARS = 250
"""Longer paragraphs in a field are text, no items without bullets."""
GAP_STEP = 0.85
"""Gaps between items are larger than between their lines by so many points, if they tell items at all. Browsers print
lines to whole pixels, 0.75 apart: at 0.6 items of four SWOT analyses of five were joined by that alone."""
LEAST_WIDE = 16.0
"""An empty cell from so many points of width on is a field without words, a smaller one a gap."""
BESIDE_SHARE = 0.6
LARGE_SHARE = 1.8
"""A single letter so much larger than the words beside it is decoration."""

KNOWN = frozenset(
    """
strengths strength weaknesses weakness opportunities opportunity threats threat
styrker styrkar styrke svakheter svakheit svakheiter veikskapar muligheter moglegheiter mogelegheiter høve trusler truslar
sterke svake veike stærke svage fortrinn utfordringer utfordringar
styrkor svagheter möjligheter hot risker utmaningar
styrker svagheder muligheder udfordringer
vahvuudet heikkoudet mahdollisuudet uhat uhkat
""".split()
)
"""Names of the quadrants of a SWOT analysis. They decide only where the drawing leaves two readings open:
lists without bullets, and lists whose items are rows of a table."""

_SIGNS = frozenset(BULLETS + "-–—*o")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"[.!?] +[A-ZÆØÅÄÖ]")
_ENDED = re.compile(r"[.,;]$")


def is_known(pieces: Sequence[Piece]) -> bool:
    """Tell whether a label of up to four words names a quadrant."""
    words = _WORD.findall(" ".join(piece.text for piece in pieces).casefold())
    return 0 < len(words) <= 4 and any(word in KNOWN for word in words)


def may_hold_lists(pieces: Sequence[Piece]) -> bool:
    """Tell whether a page has two bullets or two known labels: without any of both it holds no board."""
    if sum(piece.text[0] in _SIGNS for piece in pieces) >= 2:
        return True
    return sum(len(piece.text) <= LABEL_CHARS and is_known([piece]) for piece in pieces) >= 2


@dataclass(slots=True)
class Leaf:
    """A cell with its lines from the top; bullets are glued to their words in `rows`."""

    area: Area
    pieces: tuple[Piece, ...]
    rows: list[list[Piece]] = field(default_factory=list)
    bullets: int = 0

    @classmethod
    def of(cls, cell: Cell) -> Leaf:
        """Return a cell as a leaf."""
        rows = rows_of(attach_markers([piece for piece in cell.pieces if not piece.angle]))
        return cls(cell.area, cell.pieces, rows, sum(starts_item(row[0]) for row in rows))

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def is_label(self) -> bool:
        """Whether it holds a few words that are no sentence and no list."""
        few = 0 < len(self.text) <= LABEL_CHARS and len(self.rows) <= LABEL_ROWS
        return few and not self.bullets and not _ENDED.search(self.text)

    @property
    def is_heading(self) -> bool:
        """Whether it is a label in bold or in colours, as the head of a column is."""
        return self.is_label and all(map(all_bold, self.pieces))

    @property
    def is_wide(self) -> bool:
        """Whether it is large enough to be no gap between others."""
        return self.area.x1 - self.area.x0 >= LEAST_WIDE and self.area.y1 - self.area.y0 >= LEAST_WIDE

    def is_level_with(self, other: Leaf) -> bool:
        """Tell whether two cells stand side by side."""
        return self._shared(other) >= BESIDE_SHARE

    def is_beside(self, other: Leaf) -> bool:
        """Tell whether this cell is left of another and beside most of the lower one of both."""
        return self.area.x0 < other.area.x0 and self._shared(other) >= BESIDE_SHARE

    def _shared(self, other: Leaf) -> float:
        shared = min(self.area.y1, other.area.y1) - max(self.area.y0, other.area.y0)
        return shared / max(min(self.area.y1 - self.area.y0, other.area.y1 - other.area.y0), 1.0)


def tells(text: str) -> bool:
    """Tell whether a text is words, as items are, and no figure."""
    return len(_LETTERS.findall(text)) >= 2


def starts_item(piece: Piece) -> bool:
    """Tell whether a line starts with a bullet or dash."""
    marker = marker_of(piece)
    return piece.text[0] in BULLETS or (marker is not None and (marker in "-–—*o" or marker[0] in BULLETS))


def split_head(leaf: Leaf) -> tuple[list[Piece], list[Piece]]:
    """Return the label at the top of a cell, empty if there is none, and the lines below it.

    The label looks unlike most of the cell, or stands over the first bullet.
    """
    rows = leaf.rows
    usual = _usual_look(rows)
    count = 0
    while count < min(len(rows), LABEL_ROWS + 1) and not starts_item(rows[count][0]):
        if not _differs(rows[count], usual):
            break
        count += 1
    if not count:
        first = next((place for place, row in enumerate(rows) if starts_item(row[0])), 0)
        known = bool(rows) and not starts_item(rows[0][0]) and is_known(rows[0])
        count = 1 if known else first if first <= 2 else 0
    if 0 < count < len(rows) and rows[count][0].text.startswith("("):
        count += 1
    head = [piece for row in rows[:count] for piece in row]
    text = " ".join(piece.text for piece in head)
    if not head or len(text) > LABEL_CHARS or _ENDED.search(text):
        return [], []
    head = part_glued(head, leaf.pieces)
    tops = {(piece.index, piece.x0) for piece in head}
    return head, [piece for piece in leaf.pieces if (piece.index, piece.x0) not in tops]


def part_glued(glued: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    """Return the lines of a page of which some were made by glueing bullets to words."""
    own = {(piece.index, piece.x0): piece for piece in pieces}
    parts: list[Piece] = []
    for one in glued:
        whole = own.get((one.index, one.x0))
        if whole is not None and whole.text == one.text:
            parts.append(whole)
        else:
            parts += [p for p in pieces if one.x0 <= p.x0 and p.x1 <= one.x1 and one.y0 <= p.middle <= one.y1]
    return parts


def split_items(lines: Sequence[Piece]) -> list[list[Piece]]:
    """Return the lines of a list without bullets as items, [] if it is running text.

    Items stand further apart than their own lines do; where all gaps are alike, capitals start them.
    """
    gaps = [below.y0 - above.y1 for above, below in itertools.pairwise(lines)]
    border = _gap_border(gaps)
    starts = [0] + [
        place
        for place, gap in enumerate(gaps, start=1)
        if (gap > border if border is not None else _opens_item(lines[place - 1], lines[place]))
    ]
    items = [list(lines[a:b]) for a, b in itertools.pairwise([*starts, len(lines)])]
    texts = [" ".join(piece.text for piece in item) for item in items]
    prose = any(len(text) > ITEM_CHARS or _STOP.search(text) for text in texts)
    small = sum(text[0].islower() for text in texts[1:])
    return [] if prose or len(items) < 2 or (border is not None and 2 * small > len(items)) else items


def _gap_border(gaps: Sequence[float]) -> float | None:
    """Return the gap (points) above which a new item starts, None if gaps do not come in two kinds."""
    ordered = sorted(gaps)
    jumps = [(b - a, a, b) for a, b in itertools.pairwise(ordered)]
    if not jumps:
        return None
    jump, low, high = max(jumps)
    return (low + high) / 2 if jump >= GAP_STEP and jump >= 2 * (low - ordered[0]) else None


def _opens_item(above: Piece, line: Piece) -> bool:
    return not line.text[0].islower() and above.text[-1] not in ",-–\u2010\u00ad"


Look = tuple[float, bool, int, bool]


def _look(piece: Piece) -> Look:
    return piece.style.size, all_bold(piece), piece.style.color, piece.text.isupper()


def _usual_look(rows: Sequence[Sequence[Piece]]) -> Look:
    counts: Counter[Look] = Counter()
    for row in rows:
        for piece in row:
            counts[_look(piece)] += len(piece.text)
    return counts.most_common(1)[0][0] if counts else (0.0, False, 0, False)


def stands_out(head: Sequence[Piece], lines: Sequence[Piece]) -> bool:
    """Tell whether a label looks unlike most of the lines below it."""
    return _differs(head, _usual_look([lines]))


def _differs(row: Sequence[Piece], usual: Look) -> bool:
    looks = [_look(piece) for piece in row]
    return all(abs(look[0] - usual[0]) >= SIZE_STEP or look[1:] != usual[1:] for look in looks)


def join_label(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return a label's lines in the order of reading, turned ones too, without a decorating first letter."""
    turned = [piece for piece in pieces if piece.angle]
    level = [piece for row in rows_of(piece for piece in pieces if not piece.angle) for piece in row]
    if level:
        small = min(piece.style.size for piece in level)
        words = [p for p in level if len(p.text) > 1 or p.style.size < LARGE_SHARE * small]
        return tuple(words or level)
    climbing = any(180 < piece.angle < 360 for piece in turned)
    return tuple(sorted(turned, key=lambda p: (p.x0, -p.y0) if climbing else (-p.x0, p.y0)))
