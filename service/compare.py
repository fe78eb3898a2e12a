"""Regions, or documents, side by side: shared, unique and missing focus areas, barriers and measures, with proof."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from corpus.catalogue import Catalogue
from models.cues import Lexicon
from models.errors import BadComparison
from models.finding import GENERAL, Comparison, FocusAreaComparison, Lesson, Link, ThemeComparison
from models.nearest import nearest_names
from models.taxonomy import Taxonomy, check_kinds, check_themes
from models.threads import stay_single
from service.align import SAME, all_names, compare_areas, find_plots, gather_plots, score_plots
from service.cells import compare_themes, is_scant
from service.centring import Centring
from service.changes import find_changes
from service.coding import code_comparison
from service.editions import find_editions, open_documents
from service.likeness import Likeness
from service.links import cite_unanswered, find_lessons, link_measures
from service.quotes import RIVALS
from service.scope import Side, open_sides

UNEVEN = 3.0
"""How many times more words of one region than of another are worth a warning."""
TEACHERS = 6
"""Regions up to which lessons are sought among all others; beyond, nobody reads them."""


def compare_regions(
    catalogue: Catalogue,
    taxonomy: Taxonomy,
    regions: Sequence[str],
    *,
    kinds: Sequence[str] = (),
    themes: Sequence[str] = (),
    focus_area: str | None = None,
    include_parts: bool = False,
) -> Comparison:
    """Return 2 to 30 regions side by side, in the order asked.

    `kinds` narrows to "barrier", "measure" or "focus_area"; none means all. `themes` narrows
    the rows of barriers and measures. `focus_area` narrows barriers and measures to areas of
    that name and those that are the same. Links are told only where nothing is narrowed.
    `include_parts` counts predecessors, successors and parts with a region.

    Raises: UnknownRegion, UnknownKind, UnknownTheme, BadComparison.
    """
    sides = open_sides(catalogue, taxonomy, regions, include_parts=include_parts)
    rows = _check_rows(themes, taxonomy)
    wanted = _check_kinds(kinds)
    made, _ = _lay_out(sides, wanted, rows, taxonomy.theme_cues, focus_area, not themes)
    included = {side.region: side.names[1:] for side in sides if side.names[1:]}
    counted = [f"With {name} are counted: {', '.join(parts)}." for name, parts in included.items()]
    made = code_comparison(catalogue, made)
    return made.model_copy(update={"included": included, "notes": (*counted, *_warn(sides, wanted))})


def compare_documents(
    catalogue: Catalogue,
    taxonomy: Taxonomy,
    documents: Sequence[str],
    *,
    kinds: Sequence[str] = (),
    themes: Sequence[str] = (),
    focus_area: str | None = None,
) -> Comparison:
    """Return 2 to 30 documents side by side, each under a label such as "Region 2019".

    Documents of one region are told apart as editions too: what the newest changed against the
    oldest; an edition teaches no other, so there are no lessons. The rest is as of `compare_regions`.

    Raises: UnknownDocument, UnknownKind, UnknownTheme, BadComparison.
    """
    wanted, rows = _check_kinds(kinds), _check_rows(themes, taxonomy)
    sides = open_documents(catalogue, documents)
    made, chosen = _lay_out(sides, wanted, rows, taxonomy.theme_cues, focus_area, not themes)
    made = code_comparison(catalogue, made)
    notes = list(_warn(sides, wanted))
    editions = find_editions(sides)
    if editions is None:
        return made.model_copy(update={"notes": tuple(notes)})
    narrowed = _narrow(sides, chosen, themes)
    changes = find_changes(catalogue, *editions, sides[0].centring, wanted, narrowed)
    if not changes.sentences_matched:
        notes.append(
            f"{changes.old} and {changes.new} are in different languages: what changed is told of focus areas"
            " only, barriers and measures are compared by theme."
        )
    return made.model_copy(update={"changes": changes, "lessons": (), "notes": tuple(notes)})


def _lay_out(
    sides: Sequence[Side],
    wanted: Sequence[str],
    rows: Sequence[str],
    cues: Lexicon,
    focus_area: str | None,
    linked: bool,
) -> tuple[Comparison, list[frozenset[int]] | None]:
    """The comparison of sides, with the statements chosen for it."""
    _stay_single()
    centring = sides[0].centring
    chosen = choose_area(sides, centring, focus_area) if focus_area else None
    parts = {
        kind: compare_themes(sides, kind, rows, cues, chosen) if kind in wanted else ThemeComparison()
        for kind in ("barrier", "measure")
    }
    linked = linked and {"barrier", "measure"} <= set(wanted) and not focus_area
    made = Comparison(
        regions=tuple(side.region for side in sides),
        coverage={side.region: side.coverage for side in sides},
        focus_areas=compare_areas(sides, centring) if "focus_area" in wanted else FocusAreaComparison(),
        barriers=parts["barrier"],
        measures=parts["measure"],
        focus_area=focus_area,
        **(_link(sides) if linked else {}),
    )
    return made, chosen


@cache
def _stay_single() -> None:
    """Once: on more threads a product's last digits differ by machine, and its waiting costs most of the time."""
    stay_single()


def _check_rows(themes: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    return check_themes(themes, taxonomy) if themes else taxonomy.theme_ids()


def _narrow(
    sides: Sequence[Side], chosen: Sequence[frozenset[int]] | None, themes: Sequence[str]
) -> dict[str, frozenset[int]]:
    """By side the indexes of the statements in the chosen area and of the themes; all where none is named."""
    wanted = set(themes)
    found = {}
    for n, side in enumerate(sides):
        inside = chosen[n] if chosen is not None else range(len(side.statements))
        found[side.region] = frozenset(
            at for at in inside if not wanted or wanted & set(side.statements[at].themes)
        )
    return found


def _check_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    named = check_kinds(kinds) if kinds else ("barrier", "measure", "focus_area")
    plain = [kind for kind in named if kind in ("strength", "opportunity")]
    if plain:
        raise BadComparison(
            f"A {plain[0]} carries no theme, so there is nothing to lay side by side;"
            " compare barrier, measure or focus_area.",
            subject=plain[0],
            nearest=("barrier", "measure", "focus_area"),
        )
    return named


def _link(sides: Sequence[Side]) -> dict[str, object]:
    links: list[Link] = []
    lessons: list[Lesson] = []
    unanswered = {}
    for side in sides:
        own, left = link_measures(side)
        links += own
        unanswered[side.region] = cite_unanswered(side, left)
        if len(sides) <= TEACHERS:
            lessons += find_lessons(side, left, [one for one in sides if one is not side])
    return {"links": tuple(links), "unanswered": unanswered, "lessons": tuple(lessons)}


def choose_area(sides: Sequence[Side], centring: Centring, asked: str) -> list[frozenset[int]]:
    """For each side the indexes of the statements in areas that the name means, in any of the regions.

    Raises: BadComparison.
    """
    plots = [plot for side in sides for plot in gather_plots(side)]
    found = find_plots(plots, asked)
    if not found:
        nearest = nearest_names(asked, all_names(plots))
        hint = f" Near it: {', '.join(nearest)}." if nearest else ""
        raise BadComparison(
            f"None of these regions has a focus area “{asked[:80]}”.{hint}",
            subject=asked[:80],
            nearest=nearest,
        )
    scores = score_plots(plots, Likeness(centring))
    same = {n for n in range(len(plots)) for one in found if n == one or scores[n, one] >= SAME}
    return [
        _pick_statements(side, [plots[n].parts for n in same if plots[n].region == side.region])
        for side in sides
    ]


def _pick_statements(side: Side, areas: Sequence[Sequence[object]]) -> frozenset[int]:
    names = {(part.document, part.name) for parts in areas for part in parts}  # type: ignore[attr-defined]
    return frozenset(
        n
        for n, one in enumerate(side.statements)
        if one.focus_area != GENERAL and (one.document, one.focus_area) in names
    )


def _warn(sides: Sequence[Side], kinds: Sequence[str]) -> list[str]:
    notes = []
    for side in sides:
        if not side.materials:
            notes.append(f"No document is about {side.region}: its cells are unknown, not empty.")
        elif not side.readable:
            notes.append(f"No page of {side.region} could be read: its cells are unknown, not empty.")
    for side in sides:
        scant = [kind for kind in kinds if kind in RIVALS and is_scant(side, kind)]
        notes += [_say_few(side, kind, len(side.select(kind))) for kind in scant]
    read = sorted((side for side in sides if side.readable), key=lambda side: side.coverage.words)
    if len(read) > 1 and read[-1].coverage.words >= UNEVEN * read[0].coverage.words:
        notes.append(
            f"{read[-1].region} has {read[-1].coverage.words} words,"
            f" {read[0].region} {read[0].coverage.words}:"
            " counts differ for that alone, so themes are ranked by density, and what is not found in the"
            " shorter text may stand in a longer one."
        )
    return notes


def _say_few(side: Side, kind: str, found: int) -> str:
    return (
        f"Only {found} {kind}{'' if found == 1 else 's'} {'was' if found == 1 else 'were'} recognised in"
        f" {side.region} ({side.pages_read} pages read): what is not found there may be there all the same."
    )
