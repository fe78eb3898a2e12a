"""A comparison's themes as a matrix for the page: shades, turned either way, empty rows left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from models.finding import Cell, Comparison, Kind, ThemeComparison

SHADES = 6
"""Steps of colour; more cannot be told apart beside each other."""
Show = Literal["density", "number"]


@dataclass(frozen=True)
class Square:
    """A cell as drawn: `shade` from 0 (nothing) to SHADES."""

    theme: str
    region: str
    cell: Cell
    shade: int


@dataclass(frozen=True)
class Matrix:
    """Rows of squares. `themes_first` says that a row is a theme and a column a region."""

    kind: str
    themes_first: bool
    rows: tuple[tuple[str, tuple[Square, ...]], ...]
    columns: tuple[str, ...]


def table_of(comparison: Comparison, kind: Kind | str) -> ThemeComparison:
    """Return the themes of barriers or of measures."""
    return comparison.barriers if kind == "barrier" else comparison.measures


def build_matrix(
    comparison: Comparison,
    kind: Kind | str,
    show: Show = "density",
    *,
    turned: bool = False,
    hide: bool = True,
) -> Matrix:
    """Return the matrix of barriers or measures; shades run to the highest value in it.

    `hide` leaves out themes that no region has; `turned` puts regions in rows.
    """
    themes = [row for row in table_of(comparison, kind).themes if not hide or _found(row.cells.values())]
    top = max((_value(cell, show) for row in themes for cell in row.cells.values()), default=0.0)
    squares = {
        (row.theme, region): Square(
            row.theme, region, row.cells[region], _shade(row.cells[region], show, top)
        )
        for row in themes
        for region in comparison.regions
    }
    names = tuple(row.theme for row in themes)
    if turned:
        rows = tuple(
            (region, tuple(squares[name, region] for name in names)) for region in comparison.regions
        )
        return Matrix(kind, False, rows, names)
    rows = tuple((name, tuple(squares[name, region] for region in comparison.regions)) for name in names)
    return Matrix(kind, True, rows, comparison.regions)


def find_square(comparison: Comparison, place: str) -> Square | None:
    """Return the cell that an address names ("barrier:skills:Region"), None if there is no such one."""
    kind, _, rest = place.partition(":")
    theme, _, region = rest.partition(":")
    if kind not in ("barrier", "measure"):
        return None
    for row in table_of(comparison, kind).themes:
        if row.theme == theme and region in row.cells:
            return Square(theme, region, row.cells[region], 0)
    return None


def _found(cells: Iterable[Cell]) -> bool:
    return any(cell.count for cell in cells)


def _value(cell: Cell, show: Show) -> float:
    return cell.per_1000_words if show == "density" else float(cell.count)


def _shade(cell: Cell, show: Show, top: float) -> int:
    """Return the step of a cell: at least 1 where something was found."""
    value = _value(cell, show)
    if cell.status != "found" or top <= 0:
        return 0
    return max(1, min(SHADES, round(value / top * SHADES)))
