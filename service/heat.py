"""A comparison's themes as a matrix for the page: shades, shares, turned either way, empty rows left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from models.finding import Cell, Comparison, Kind, ThemeComparison, ThemeRow

SHADES = 6
"""Steps of colour; more cannot be told apart beside each other."""
Show = Literal["density", "number", "region", "theme"]
"""What cells show: per 1,000 words; statements; per cent of the region's statements; per cent of the theme."""
SHOWS: tuple[Show, ...] = get_args(Show)


@dataclass(frozen=True)
class Square:
    """A cell as drawn: `value` is what is shown, `shade` from 0 (nothing) to SHADES."""

    theme: str
    region: str
    cell: Cell
    value: float = 0.0
    shade: int = 0


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
    regions = comparison.regions
    themes = [row for row in table_of(comparison, kind).themes if not hide or _found(row.cells.values())]
    values = _measure(themes, regions, show)
    top = max(values.values(), default=0.0)
    squares = {
        (row.theme, region): Square(
            row.theme,
            region,
            row.cells[region],
            values[row.theme, region],
            _shade(row.cells[region], values[row.theme, region], top),
        )
        for row in themes
        for region in regions
    }
    names = tuple(row.theme for row in themes)
    if turned:
        rows = tuple((region, tuple(squares[name, region] for name in names)) for region in regions)
        return Matrix(kind, False, rows, names)
    rows = tuple((name, tuple(squares[name, region] for region in regions)) for name in names)
    return Matrix(kind, True, rows, regions)


def find_square(comparison: Comparison, place: str) -> Square | None:
    """Return the cell that an address names ("barrier:skills:Region"), None if there is no such one."""
    kind, _, rest = place.partition(":")
    theme, _, region = rest.partition(":")
    if kind not in ("barrier", "measure"):
        return None
    for row in table_of(comparison, kind).themes:
        if row.theme == theme and region in row.cells:
            return Square(theme, region, row.cells[region])
    return None


def _found(cells: Iterable[Cell]) -> bool:
    return any(cell.count for cell in cells)


def _measure(rows: Sequence[ThemeRow], regions: Sequence[str], show: Show) -> dict[tuple[str, str], float]:
    """What each cell shows, by theme and region.

    Shares of a theme are shares of its density: by number, a longer text would have the greater part of all.
    """
    plain = {
        (row.theme, region): float(row.cells[region].count)
        if show in ("number", "region")
        else row.cells[region].per_1000_words
        for row in rows
        for region in regions
    }
    if show not in ("region", "theme"):
        return plain
    side = 1 if show == "region" else 0
    whole: dict[str, float] = {}
    for place, value in plain.items():
        whole[place[side]] = whole.get(place[side], 0.0) + value
    return {place: 100 * value / (whole[place[side]] or 1.0) for place, value in plain.items()}


def _shade(cell: Cell, value: float, top: float) -> int:
    """Return the step of a cell: at least 1 where something was found."""
    if cell.status != "found" or top <= 0:
        return 0
    return max(1, min(SHADES, round(value / top * SHADES)))
