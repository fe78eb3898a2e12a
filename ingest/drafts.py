"""Blocks in the making: lines that belong together, before the text is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.pieces import Piece
from models.document import BlockType


@dataclass(slots=True)
class Draft:
    """Lines of one block; `cells` holds, for a table, the pieces of each cell of each row.

    `x0` and `x1` are the edges of the column it stands in, `area` those of the page's text,
    `gap` the points of space above it. `figure` marks the labels of a chart or diagram, `pictured`
    what stands close to a picture. `field` numbers the field of a board it stands in, from 1; `depth` is
    how far below the heading around it the title of a board (1) or a label (1, or 2 with a title) stands.
    """

    type: BlockType
    pieces: list[Piece]
    x0: float = 0.0
    x1: float = 0.0
    area: tuple[float, float] = (0.0, 0.0)
    gap: float = 0.0
    level: int | None = None
    number: str | None = None
    marker: str | None = None
    run_in: int = 0
    cells: list[list[list[Piece]]] = field(default_factory=list)
    header_rows: int = 0
    boxed: bool = False
    justified: bool = False
    figure: bool = False
    pictured: bool = False
    field: int = 0
    depth: int = 0

    @property
    def first_page(self) -> int:
        """Physical page of the first line."""
        return self.pieces[0].page

    @property
    def last_page(self) -> int:
        """Physical page of the last line."""
        return self.pieces[-1].page

    @property
    def text(self) -> str:
        """The lines joined by spaces, for rules that look at words."""
        return " ".join(piece.text for piece in self.pieces)
