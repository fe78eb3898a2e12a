"""What the PDF reader hands to the outline: lines with style and position, nothing judged.

Coordinates are points, origin top left, of the page as shown upright (rotation undone, by
flag and by content). Text is NFC with ligatures opened, soft hyphens kept as U+00AD,
tabs and no-break spaces as spaces; invisible text is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.document import PageState


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one line in one style; `rise` > 0 marks a superscript (points above the baseline)."""

    text: str
    x0: float
    x1: float
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    color: int = 0
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """Runs on one baseline without a gap as wide as a column gap, left to right.

    `angle` is the reading direction in degrees clockwise; not 0 for side tabs and watermarks, whose
    box is the true one on the page and whose runs all span it.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    runs: tuple[Run, ...]
    angle: int = 0

    @property
    def text(self) -> str:
        """The line's characters, as the runs hold them (spaces included)."""
        return "".join(run.text for run in self.runs)

    @property
    def size(self) -> float:
        """The font size in points that most characters of the line have."""
        return max(self.runs, key=lambda run: len(run.text)).size if self.runs else 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn rule or filled rectangle: what tables and boxes are made of. `fill` is 0xRRGGBB or None."""

    x0: float
    y0: float
    x1: float
    y1: float
    fill: int | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page; `index` is physical, from 1; `label` from the file's page labels, if any.

    `pictures` are the boxes of images and shapes of lines and curves: words inside label a figure.
    `panels` are single shapes with rounded or slanted sides, large enough for words: ovals, arrows.
    `ocr` is the mean confidence of its words in [0, 1] where OCR read them, else None.
    """

    index: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()
    label: str | None = None
    state: PageState = "text"
    note: str = ""
    pictures: tuple[Shape, ...] = ()
    panels: tuple[Shape, ...] = ()
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the file's outline; `level` from 1, `page` physical from 1."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A whole file as read."""

    pages: tuple[RawPage, ...]
    bookmarks: tuple[Bookmark, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
