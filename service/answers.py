"""Sentences of an answer in the question's language, each with the citations that bear it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from models.finding import Cell, Citation, Comparison, ThemeComparison, ThemeRow
from models.taxonomy import Taxonomy
from service.align import find_plots, gather_plots
from service.question import Question, read_rules
from service.quotes import choose_diverse, order_quotes
from service.scope import Side, open_sides

if TYPE_CHECKING:
    from service.library import Library

THEMES = 6
"""Themes named in one answer, densest first."""
QUOTES = 3
"""Quotes under a sentence about one region; under one about several, each has one."""
DISTINCT = 0.45
"""Cosine (language mean removed) under which a statement has no like in the other region. Set by reading
the answers of a few questions on the samples, not measured."""

Part = dict[str, Any]


class Speaker:
    """Says things in one of the five languages."""

    def __init__(self, language: str, taxonomy: Taxonomy) -> None:
        self.language = language if language in read_rules()["say"]["shared"] else "en"
        self._themes = {term.id: term.label(self.language) for term in taxonomy.themes}

    def say(self, what: str, **values: Any) -> str:
        """Return a sentence of questions.toml with its gaps filled."""
        pattern: str = read_rules()["say"][what][self.language]
        return pattern.format_map({key: str(value) for key, value in values.items()})

    def kinds(self, kind: str) -> str:
        """Return what findings of a kind are called."""
        name: str = read_rules()["plural"][kind][self.language]
        return name

    def theme(self, theme: str) -> str:
        """Return a theme's label."""
        return self._themes.get(theme, theme)

    def join(self, names: Sequence[str]) -> str:
        """Return "A, B and C"."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.say('and')} {names[-1]}"


def answer_kinds(
    library: Library, comparison: Comparison, asked: Question, speaker: Speaker, kind: str
) -> list[Part]:
    """Return what is shared, unique or missing of barriers or measures."""
    part = comparison.barriers if kind == "barrier" else comparison.measures
    rows = [row for row in part.themes if not asked.themes or row.theme in asked.themes]
    listed = _listed(rows, comparison, speaker, kind)
    if asked.operation == "shared":
        names = speaker.join(comparison.regions)
        none = _part(speaker.say("none_shared", kinds=speaker.kinds(kind), regions=names), [])
        return _shared(rows, part, comparison, speaker, kind) or (listed and [none, *listed])
    if asked.operation == "lacking":
        return _lacking(library, rows, comparison, asked, speaker, kind)
    if asked.operation == "unique":
        owner = asked.regions[0] if asked.regions else comparison.regions[0]
        none = _part(speaker.say("none_unique", kinds=speaker.kinds(kind), regions=owner), [])
        own = [one for one in listed if one["region"] == owner]
        return _unique(rows, part, asked, speaker, kind) or (own and [none, *own])
    if asked.operation == "compare":
        return [*_shared(rows, part, comparison, speaker, kind), *_unique(rows, part, asked, speaker, kind)]
    return listed


def _shared(
    rows: Sequence[ThemeRow], part: ThemeComparison, comparison: Comparison, speaker: Speaker, kind: str
) -> list[Part]:
    order = {theme: n for n, theme in enumerate(part.shared)}
    found = sorted((row for row in rows if row.theme in order), key=lambda row: order[row.theme])
    parts = []
    for row in found[:THEMES]:
        held = [row.cells[region] for region in comparison.regions if row.cells[region].status == "found"]
        names = [region for region in comparison.regions if row.cells[region].status == "found"]
        counts = " + ".join(str(cell.count) for cell in held)
        text = speaker.say(
            "shared",
            regions=speaker.join(names),
            kinds=speaker.kinds(kind),
            theme=speaker.theme(row.theme),
            counts=counts,
        )
        parts.append(_part(text, [cell.citations[0] for cell in held]))
    return parts


def _unique(
    rows: Sequence[ThemeRow], part: ThemeComparison, asked: Question, speaker: Speaker, kind: str
) -> list[Part]:
    wanted = asked.regions[:1] if len(asked.regions) == 1 or asked.operation == "unique" else ()
    parts = []
    for region, themes in part.unique.items():
        if wanted and region not in wanted:
            continue
        for row in rows:
            if row.theme in themes:
                parts.append(_say_cell(speaker, "only", region, row.theme, row.cells[region], kind))
    return parts[:THEMES]


def _lacking(
    library: Library,
    rows: Sequence[ThemeRow],
    comparison: Comparison,
    asked: Question,
    speaker: Speaker,
    kind: str,
) -> list[Part]:
    """What the first region has and the others lack: themes, or single statements in a common one."""
    order = list(comparison.regions)
    owner = order[1] if asked.swapped else order[0]
    others = [region for region in order if region != owner]
    parts = []
    for row in rows:
        cell = row.cells[owner]
        lack = [
            region for region in others if row.cells[region].status == "not_found" or row.cells[region].weak
        ]
        if cell.status == "found" and len(lack) == len(others):
            parts.append(
                _say_cell(speaker, "lacking", owner, row.theme, cell, kind, others=speaker.join(others))
            )
    common = [row.theme for row in rows if all(row.cells[region].status == "found" for region in order)]
    if asked.themes or not parts:
        parts += _distinct(library, owner, others, common[:2], speaker, kind)
    return parts[:THEMES]


def _distinct(
    library: Library, owner: str, others: Sequence[str], themes: Sequence[str], speaker: Speaker, kind: str
) -> Iterator[Part]:
    """Statements of a theme that have no like in the other regions."""
    mine, *theirs = open_sides(library.catalogue, library.taxonomy, [owner, *others])
    for theme in themes:
        own = [n for n in mine.select(kind) if theme in mine.statements[n].themes]
        rows = [
            side.vectors[[n for n in side.select(kind) if theme in side.statements[n].themes]]
            for side in theirs
        ]
        far = np.concatenate(rows)
        nearest = (mine.vectors[own] @ far.T).max(axis=1) if len(far) and own else np.zeros(len(own))
        alone = [n for n, near in zip(own, nearest, strict=True) if near < DISTINCT]
        best, worth = order_quotes(mine, alone, kind)
        if alone:
            text = speaker.say(
                "distinct",
                region=owner,
                others=speaker.join(others),
                kinds=speaker.kinds(kind),
                theme=speaker.theme(theme),
            )
            yield _part(text, [mine.cite(n) for n in choose_diverse(mine, mine.vectors, best, worth, QUOTES)])


def _listed(rows: Sequence[ThemeRow], comparison: Comparison, speaker: Speaker, kind: str) -> list[Part]:
    parts = []
    for region in comparison.regions:
        found = [row for row in rows if row.cells[region].status == "found"]
        found.sort(key=lambda row: -row.cells[region].count)
        parts += [
            _say_cell(speaker, "list", region, row.theme, row.cells[region], kind) for row in found[:THEMES]
        ]
    return parts


def answer_lessons(comparison: Comparison, asked: Question, speaker: Speaker) -> list[Part]:
    """Return the measures of other regions that answer the first region's open barriers."""
    owner = asked.regions[0]
    found = [one for one in comparison.lessons if one.region == owner][:THEMES]
    return [
        _part(speaker.say("learn", region=owner, others=one.teacher), [one.barrier, one.measure])
        for one in found
    ]


def answer_areas(comparison: Comparison, asked: Question, speaker: Speaker) -> list[Part]:
    """Return which focus areas are shared, or a region's own."""
    areas = comparison.focus_areas
    parts = []
    if asked.operation in ("shared", "compare", "list"):
        for shared in areas.shared:
            names = " – ".join(f"{name} ({region})" for region, name in shared.areas.items())
            cited = [rows[0] for rows in shared.evidence.values() if rows]
            parts.append(_part(speaker.say("area_shared", names=names), cited))
    if asked.operation != "shared":
        owner = comparison.regions[1 if asked.swapped else 0]
        wanted = (owner,) if asked.operation in ("unique", "lacking") else comparison.regions
        for region in wanted:
            for own in areas.unique.get(region, ()):
                text = speaker.say("area_only", region=region, name=own.name)
                parts.append(_part(text, [own.citation] if own.citation else []))
    return parts


def answer_plain(side: Side, asked: Question, speaker: Speaker, kind: str) -> Iterator[Part]:
    """Give what one region has of a kind: areas one by one, findings by theme or together."""
    if kind == "focus_area":
        yield from _plain_areas(side, speaker)
        return
    chosen = _choose(side, asked, kind)
    if kind in ("strength", "opportunity"):
        if chosen:
            text = speaker.say("plain", region=side.region, kinds=speaker.kinds(kind), counts=len(chosen))
            yield _part(text, _quote(side, chosen, kind))
        return
    themes: dict[str, list[int]] = {}
    for n in chosen:
        for theme in side.statements[n].themes:
            if not asked.themes or theme in asked.themes:
                themes.setdefault(theme, []).append(n)
    for theme, rows in sorted(themes.items(), key=lambda one: (-len(one[1]), one[0]))[:THEMES]:
        text = speaker.say(
            "list",
            region=side.region,
            kinds=speaker.kinds(kind),
            theme=speaker.theme(theme),
            counts=len(rows),
        )
        yield _part(text, _quote(side, rows, kind))


def _choose(side: Side, asked: Question, kind: str) -> list[int]:
    """A side's statements of a kind, within the focus area that was asked for."""
    found = side.select(kind)
    if not asked.focus_area:
        return found
    plots = gather_plots(side)
    names = {
        (part.document, part.name) for n in find_plots(plots, asked.focus_area) for part in plots[n].parts
    }
    return [n for n in found if (side.statements[n].document, side.statements[n].focus_area) in names]


def _quote(side: Side, rows: Sequence[int], kind: str) -> list[Citation]:
    best, worth = order_quotes(side, rows, kind)
    return [side.cite(n) for n in choose_diverse(side, side.vectors, best, worth, QUOTES)]


def _plain_areas(side: Side, speaker: Speaker) -> Iterator[Part]:
    for plot in gather_plots(side):
        yield _part(speaker.say("area", region=side.region, name=plot.name), [plot.cite_name()])


def _say_cell(
    speaker: Speaker, what: str, region: str, theme: str, cell: Cell, kind: str, **more: str
) -> Part:
    text = speaker.say(
        what, region=region, kinds=speaker.kinds(kind), theme=speaker.theme(theme), counts=cell.count, **more
    )
    return _part(text, cell.citations[:QUOTES]) | {"region": region}


def _part(text: str, citations: Sequence[Citation]) -> Part:
    return {"text": text, "citations": [one.model_dump(mode="json") for one in citations]}
