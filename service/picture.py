"""A comparison as a picture, SVG or PNG: themes by region as a heat map, and what is shared and unique.

Made to be read in print and by colour-blind people: one hue range from light to dark whose order
survives grey print (cividis), the count in every cell, and hatches beside the colours of bars. The
same comparison gives the same bytes.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import BadQuery
from models.finding import Cell, Comparison, ThemeComparison
from service.captions import Captions, write_captions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURES: tuple[str, ...] = ("svg", "png")
COLOURS = "cividis_r"
"""From light yellow to dark blue; its lightness falls evenly, so grey print keeps the order."""
SORTS = (("#00204c", ""), ("#b8a963", "///"), ("#7b7b78", "..."))
"""How the bars of focus areas, barriers and measures look: colour of the same range, hatch."""
MOST_SETS = 20
"""Combinations of regions that are drawn, the largest first."""
LONGEST_NAME = 28
"""Characters of a region's name on an axis."""
ROW, COLUMN = 0.30, 0.62
"""Height of a theme and width of a region, in inches."""
MARGIN = 2.2
"""Width of the labels beside a heat map, in inches."""
BARS = 2.0
"""Height of the bars, in inches."""
DOTS_PER_INCH = 150
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "strategi",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": False,
}
_ALONE = threading.Lock()
"""matplotlib's settings and Python's warnings are the whole process's: one picture is drawn at a time."""


def draw_comparison(comparison: Comparison, format: str, captions: Captions | None = None) -> bytes:
    """Return the picture of a comparison, in English unless captions are given.

    Raises: BadQuery (no such format, nothing to draw).
    """
    if format not in PICTURES:
        raise BadQuery(
            f"There is no picture format “{format[:20]}”; there are svg and png.",
            subject=format[:20],
            nearest=PICTURES,
        )
    captions = captions or write_captions()
    named = zip((captions.barriers, captions.measures), _parts(comparison), strict=True)
    parts = [(name, part) for name, part in named if part.themes]
    sets = count_sets(comparison)
    if not parts and not sets:
        raise BadQuery("There is nothing to draw: no themes and no focus areas.", subject="plot")
    import matplotlib

    with _ALONE, matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        return _save(_draw(comparison, parts, sets, captions), format)


def choose_picture(path: Path) -> str:
    """Return the format that a file's ending names."""
    return path.suffix.lstrip(".").lower()


def count_sets(comparison: Comparison) -> list[tuple[tuple[str, ...], tuple[int, int, int]]]:
    """Return for each combination of regions how many focus areas, barrier and measure themes exactly they hold.

    Combinations with most come first; regions stand in the order of the comparison. A theme
    with weak evidence only is held by none.
    """
    counts: Counter[tuple[tuple[str, ...], int]] = Counter()
    areas = comparison.focus_areas
    for shared in areas.shared:
        counts[_order(comparison, shared.areas), 0] += 1
    for region, unique in areas.unique.items():
        counts[(region,), 0] += len(unique)
    for sort, part in enumerate(_parts(comparison), 1):
        for row in part.themes:
            held = [name for name, cell in row.cells.items() if cell.status == "found" and not cell.weak]
            counts[_order(comparison, held), sort] += bool(held)
    names = sorted({names for (names, _), count in counts.items() if count and names})
    found = [(one, (counts[one, 0], counts[one, 1], counts[one, 2])) for one in names]
    place = {name: n for n, name in enumerate(comparison.regions)}
    return sorted(found, key=lambda one: (-sum(one[1]), -len(one[0]), [place[name] for name in one[0]]))


def _parts(comparison: Comparison) -> tuple[ThemeComparison, ThemeComparison]:
    return comparison.barriers, comparison.measures


def _order(comparison: Comparison, names: Any) -> tuple[str, ...]:
    return tuple(name for name in comparison.regions if name in names)


def _draw(
    comparison: Comparison,
    parts: Sequence[tuple[str, ThemeComparison]],
    sets: Sequence[Any],
    captions: Captions,
) -> Figure:
    from matplotlib.figure import Figure

    regions, shown = len(comparison.regions), sets[:MOST_SETS]
    rows = max((len(part.themes) for _, part in parts), default=0)
    heat = rows * ROW + 1.6 if parts else 0.0
    upset = BARS + regions * ROW + 0.9 if shown else 0.0
    width = max(7.0, max(len(parts), 1) * (MARGIN + regions * COLUMN + 1.0), MARGIN + len(shown) * 0.4 + 1.0)
    figure = Figure(figsize=(width, heat + upset + 0.3), layout="constrained")
    heights = [size for size in (heat, upset) if size]
    panels = iter(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    if parts:
        _draw_heat(next(panels), comparison.regions, parts, captions)
    if shown:
        _draw_sets(next(panels), comparison.regions, shown, len(sets), captions)
    return figure


def _draw_heat(
    panel: Any,
    regions: Sequence[str],
    parts: Sequence[tuple[str, ThemeComparison]],
    captions: Captions,
) -> None:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    top = max(cell.per_1000_words for _, part in parts for row in part.themes for cell in row.cells.values())
    scale = ScalarMappable(Normalize(0.0, max(top, 1e-9)), colormaps[COLOURS])
    axes = panel.subplots(1, len(parts), squeeze=False)[0]
    for axis, (name, part) in zip(axes, parts, strict=True):
        axis.set_title(captions.by_theme.format(what=name), fontweight="bold")
        for y, row in enumerate(part.themes):
            for x, region in enumerate(regions):
                _draw_cell(axis, x, y, row.cells[region], scale)
        _label(axis, regions, [captions.theme(row.theme) for row in part.themes])
    panel.colorbar(scale, ax=list(axes), label=captions.density, shrink=0.8)
    panel.supxlabel(captions.note, fontsize=6.5)


def _draw_cell(axis: Axes, x: int, y: int, cell: Cell, scale: Any) -> None:
    from matplotlib.patches import Rectangle

    found = cell.status == "found"
    colour = scale.to_rgba(cell.per_1000_words) if found else (1.0, 1.0, 1.0, 1.0)
    hatch = "////" if cell.status == "unknown" else None
    axis.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="#999999", hatch=hatch, lw=0.5)
    )
    text = {"unknown": "?", "not_found": "–"}.get(cell.status) or (
        f"({cell.count})" if cell.weak else str(cell.count)
    )
    light = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    axis.text(x, y, text, ha="center", va="center", color="black" if light > 0.5 else "white")


def _label(axis: Axes, regions: Sequence[str], themes: Sequence[str]) -> None:
    axis.set_xlim(-0.5, len(regions) - 0.5)
    axis.set_ylim(len(themes) - 0.5, -0.5)
    axis.set_xticks(range(len(regions)), [_shorten(name) for name in regions], rotation=35, ha="right")
    axis.set_yticks(range(len(themes)), themes)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _draw_sets(
    panel: Any, regions: Sequence[str], shown: Sequence[Any], total: int, captions: Captions
) -> None:
    """Bars for each combination of regions, and under each the dots that name it."""
    bars, dots = panel.subplots(2, 1, sharex=True, height_ratios=[BARS, max(len(regions), 2) * ROW])
    bottom = [0] * len(shown)
    names = (captions.areas, captions.barriers, captions.measures)
    for sort, (name, (colour, hatch)) in enumerate(zip(names, SORTS, strict=True)):
        heights = [counts[sort] for _, counts in shown]
        bars.bar(
            range(len(shown)), heights, 0.6, bottom, label=name, color=colour, hatch=hatch, edgecolor="white"
        )
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    for x, height in enumerate(bottom):
        bars.text(x, height, str(height), ha="center", va="bottom")
    more = captions.largest.format(n=len(shown), of=total) if total > len(shown) else ""
    bars.set_title(f"{captions.sets}{more}", fontweight="bold")
    bars.set_ylabel(captions.held)
    bars.yaxis.get_major_locator().set_params(integer=True)
    bars.set_ylim(0, max(bottom) * 1.15 + 0.5)
    bars.legend(frameon=False, loc="upper right")
    bars.tick_params(bottom=False)
    bars.spines[["top", "right", "bottom"]].set_visible(False)
    _draw_dots(dots, regions, [set(names) for names, _ in shown])


def _draw_dots(axis: Axes, regions: Sequence[str], sets: Sequence[set[str]]) -> None:
    for x, names in enumerate(sets):
        held = [y for y, region in enumerate(regions) if region in names]
        axis.plot([x] * len(regions), range(len(regions)), "o", color="#dddddd", ms=6)
        axis.plot([x] * len(held), held, "o-", color="black", ms=6, lw=1.5)
    axis.set_ylim(len(regions) - 0.5, -0.5)
    axis.set_xlim(-0.6, len(sets) - 0.4)
    axis.set_yticks(range(len(regions)), [_shorten(name) for name in regions])
    axis.set_xticks([])
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _shorten(name: str) -> str:
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1].rstrip() + "…"


def _save(figure: Figure, format: str) -> bytes:
    out = io.BytesIO()
    blank: dict[str, Any] = {"Date": None, "Creator": None} if format == "svg" else {"Software": None}
    figure.savefig(out, format=format, dpi=DOTS_PER_INCH, metadata=blank, facecolor="white")
    return out.getvalue()
