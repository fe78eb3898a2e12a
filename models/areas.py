"""Focus areas of a document: names from every source merged, ranked, and given their sentences.

A document that only analyses, or is no strategy at all, has none: an area must be announced
by words of priority in a heading, list, table or sentence, and a name that stands alone in
one place is not enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.candidates import (
    CHOSEN,
    STRUCTURAL,
    UNANNOUNCED,
    Candidate,
    Group,
    find_ancestors,
    find_children,
    score_headings,
)
from models.cues import split_words
from models.document import Document
from models.finding import GENERAL, KINDS, AreaDraft
from models.groups import find_groups
from models.naming import clean_name, is_name, is_wide, mention_stems, name_words, near_names, same_area
from models.statement import Statements
from models.taxonomy import Taxonomy

ENOUGH = 0.8
"""Weight of sources that makes an area: one announced list, or two weaker places."""
MOST_AREAS = 20
HEADLINES = 5  # sentences per kind
_HEADLINE_KINDS = ("strength", "opportunity", "barrier", "measure")
_LEAST_HEADLINE = 0.5  # score a headline needs
_CHAPTERS = 3
"""Headings, or opened paragraphs, below an announcing line that make the chapters on areas."""
_TOLD = ("child", "alike", "run")
"""What tells chapters: headings; where there are none, paragraphs that open with a name. An appendix may open its
paragraphs with names too, of parts of one area."""
_NEAR_SHARE = 1 / 3
_ENUMERATIONS = frozenset(("list", "table", "run", "count", "sentence", CHOSEN))
_REPEAT = 0.93  # cosine of two sentences' vectors over which the second says the first again
_NICHE = 0.3  # focus_area score that makes a heading below an area a niche
_OPENING, _MOSTLY = 5, 0.6
"""First sentences of which one names the area that a chapter tells of, and its share of the sentences that name one."""
_TRUSTED = 0.6
"""Share of the best source's weight that a name needs to be the area's: an industry that was analysed under a shorter one
is not. In the 22 other documents the names stay the same."""
_MENTION_WORDS = 2  # stems of a name that a sentence must hold, all if it has fewer


@dataclass
class _Area:
    """An area while its names are gathered."""

    names: list[Candidate] = field(default_factory=list)

    @property
    def weight(self) -> float:
        best: dict[str, float] = {}
        for one in self.names:
            source = "structure" if one.source in STRUCTURAL else one.source
            best[source] = max(best.get(source, 0.0), one.weight)
        return sum(best.values())

    @property
    def announced(self) -> bool:
        """Whether words of priority stand with one of its names, not only a likely or numbered heading."""
        return any(one.source not in UNANNOUNCED for one in self.names)

    @property
    def sections(self) -> set[int]:
        return {one.section for one in self.names if one.section is not None}


class AreaFinder:
    """Finds the focus areas of documents."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        names = (name for region in taxonomy.regions for name in (region.name, *region.aliases))
        self._places = frozenset(word for name in names for word in name_words(name))

    def find(
        self, document: Document, statements: Statements, scores: np.ndarray, rows: np.ndarray
    ) -> tuple[tuple[AreaDraft, ...], list[str]]:
        """Return the areas, best first, and for each sentence its area's name or "general".

        `scores` are (n, kinds), `rows` the sentences' vectors (n, d).
        """
        focus = scores[:, KINDS.index("focus_area")]
        groups = _keep_near(find_groups(document, statements, scores))
        areas = [area for area in self._merge(groups) if area.weight >= ENOUGH and area.announced]
        areas = _drop_nested(document, _drop_chosen(areas))[:MOST_AREAS]
        names = [self._name(document, area) for area in areas]
        owners = _assign(document, statements, areas, names)
        drafts = [
            _draft(document, area, name, scores, rows, owners, focus)
            for area, name in zip(areas, names, strict=True)
        ]
        return tuple(drafts), owners

    def _merge(self, groups: Sequence[Group]) -> list[_Area]:
        """Join the candidates that name one area; best first, then by place."""
        areas: list[_Area] = []
        homes: dict[tuple[int, int], _Area] = {}
        ranked = sorted(range(len(groups)), key=lambda n: (-groups[n][0].weight, groups[n][0].start))
        for number in ranked:
            group = groups[number]
            twins = self._align(group, [(n, groups[n]) for n in ranked[: ranked.index(number)]], homes)
            taken: set[int] = set()
            for place, one in enumerate(group):
                area = twins.get(place) or self._home(one, areas, taken)
                if area is None:
                    area = _Area()
                    areas.append(area)
                area.names.append(one)
                taken.add(id(area))
                homes[number, place] = area
        return sorted(areas, key=lambda area: (-round(area.weight, 3), min(one.start for one in area.names)))

    def _home(self, one: Candidate, areas: Sequence[_Area], taken: set[int]) -> _Area | None:
        """Return the area that a name belongs to; members of one group never share an area."""
        for area in areas:
            if id(area) not in taken and any(same_area(one.name, other.name) for other in area.names):
                return area
        return None

    def _align(
        self, group: Group, earlier: Sequence[tuple[int, Group]], homes: dict[tuple[int, int], _Area]
    ) -> dict[int, _Area]:
        """Return areas by place where an earlier group lists the same areas in the same order.

        Half of the places must agree by name, or by the front of a compound, and none by name with
        another place: that would be another order.
        """
        for number, other in earlier:
            if len(other) != len(group) or len(group) < 3:
                continue
            agree = [
                same_area(one.name, two.name) or near_names(one.name, two.name)
                for one, two in zip(group, other, strict=True)
            ]
            moved = any(
                same_area(one.name, two.name)
                for place, one in enumerate(group)
                if not agree[place]
                for two in other
            )
            if sum(agree) >= 0.5 * len(group) and not moved:
                return {place: homes[number, place] for place in range(len(group))}
        return {}

    def _name(self, document: Document, area: _Area) -> str:
        """Return the best name: short but not too wide, without the region's own name, often used."""
        text = document.text.casefold()

        def rank(one: Candidate) -> tuple[float, int, int]:
            words = len(split_words(one.name))
            burden = max(0, words - 7) + (1.5 if self._names_place(one.name) else 0.0)
            burden += (one.source == "sentence") + 1.5 * is_wide(one.name)
            uses = min(text.count(one.name.casefold()), 20)
            return (burden - 0.05 * uses, words, one.start)

        best = max(one.weight for one in area.names)
        return min((one for one in area.names if one.weight >= _TRUSTED * best), key=rank).name

    def _names_place(self, name: str) -> bool:
        return any(
            word in self._places or word.removesuffix("s") in self._places for word in name_words(name)
        )


def _keep_near(groups: Sequence[Group]) -> list[Group]:
    """Return groups without enumerations that have little to do with the chapters on areas.

    Where headings, or paragraphs that open with a name, give the areas below an announcing line, a list,
    table or sentence that shares under a third of its names with them lists something else: areas of an
    earlier strategy, of a programme, parts of an area.
    """
    told = {source: _gather_chapters(groups, source) for source in _TOLD}
    chapters = next((found for found in told.values() if found), None)
    if chapters is None:
        return list(groups)

    def is_near(group: Group) -> bool:
        known = sum(any(same_area(one.name, two.name) for two in chapters) for one in group)
        return known >= _NEAR_SHARE * len(group)

    return [
        group for group in groups if group[0].source not in _ENUMERATIONS or len(group) < 2 or is_near(group)
    ]


def _gather_chapters(groups: Sequence[Group], source: str) -> list[Candidate]:
    return [one for group in groups if len(group) >= _CHAPTERS for one in group if one.source == source]


def _drop_chosen(areas: list[_Area]) -> list[_Area]:
    """Drop names known from a verb of choosing alone where others are announced."""
    announced = [area for area in areas if any(one.source != CHOSEN for one in area.names)]
    return announced or areas


def _drop_nested(document: Document, areas: list[_Area]) -> list[_Area]:
    """Drop areas that are named only inside another area's sections: they are its niches."""
    kept = []
    for area in areas:
        others = {section for other in areas if other is not area for section in other.sections}
        if not all(_is_nested(document, one, others) for one in area.names):
            kept.append(area)
    return kept


def _is_nested(document: Document, one: Candidate, others: set[int]) -> bool:
    if one.source in ("mark", "list") and one.section is not None:
        return False
    place = one.section if one.section is not None else one.inside
    if place is None:
        return False
    above = set(find_ancestors(document, place))
    return bool(above & others) or (one.section is None and place in others)


def _assign(
    document: Document, statements: Statements, areas: Sequence[_Area], names: Sequence[str]
) -> list[str]:
    """Return each sentence's area: by its section path, else by the one area it mentions."""
    by_section = {section: name for area, name in zip(areas, names, strict=True) for section in area.sections}
    marks = [(name, _marks(area)) for area, name in zip(areas, names, strict=True)]
    mentioned = [_mentioned(one.text, marks) for one in statements.items]
    by_section |= _find_told(document, by_section, mentioned)
    owners = []
    for at, one in enumerate(statements.items):
        section = document.sentences[at].section
        path = [] if section is None else [section, *find_ancestors(document, section)]
        owner = next((by_section[step] for step in path if step in by_section), None)
        owner = owner or _by_title(one.path, marks) or mentioned[at]
        owners.append(owner or GENERAL)
    return owners


def _find_told(
    document: Document, known: Mapping[int, str], mentioned: Sequence[str | None]
) -> dict[int, str]:
    """Return the area of each chapter that tells of one without naming it in its title ("From fibre to function").

    Chapters side by side count if three or more tell of one area each, all of another one. `mentioned` is the area
    that each sentence names.
    """
    said: dict[int, list[str | None]] = {}
    for sentence, owner in zip(document.sentences, mentioned, strict=True):
        section = sentence.section
        for step in () if section is None else (section, *find_ancestors(document, section)):
            said.setdefault(step, []).append(owner)
    found = {}
    for parent in dict.fromkeys(one.parent for one in document.sections):
        beside = find_children(document, parent)
        told = {one: name for one in beside if one not in known and (name := _tell(said.get(one, ())))}
        if len(told) >= _CHAPTERS and len(set(told.values())) == len(told):
            found.update(told)
    return found


def _tell(said: Sequence[str | None]) -> str | None:
    """Return the area that most sentences with an area name, and one of the first sentences too."""
    counts = Counter(one for one in said if one)
    best = max(counts, key=lambda one: (counts[one], one), default=None)
    if best is None or best not in said[:_OPENING] or counts[best] < _MOSTLY * counts.total():
        return None
    return best


def _marks(area: _Area) -> list[tuple[str, ...]]:
    return sorted({stems for one in area.names if (stems := mention_stems(one.name))})


def _by_title(path: Sequence[str], marks: Sequence[tuple[str, list[tuple[str, ...]]]]) -> str | None:
    for title in reversed(path):
        owner = _mentioned(title, marks)
        if owner is not None:
            return owner
    return None


def _mentioned(text: str, marks: Sequence[tuple[str, list[tuple[str, ...]]]]) -> str | None:
    """Return the area that a text names; None when it names none or several."""
    words = split_words(text)
    named = [name for name, some in marks if any(_holds(words, stems) for stems in some)]
    return named[0] if len(named) == 1 else None


def _holds(words: Sequence[str], stems: Sequence[str]) -> bool:
    held = sum(any(word.startswith(stem) for word in words) for stem in stems)
    return held >= min(len(stems), _MENTION_WORDS)


def _draft(
    document: Document, area: _Area, name: str, scores: np.ndarray, rows: np.ndarray, owners: Sequence[str],
    focus: np.ndarray,
) -> AreaDraft:  # fmt: skip
    place = max(area.names, key=lambda one: (one.weight, one.section is not None, -one.start))
    counted = Counter(one.name for one in area.names if one.name != name)
    mine = [at for at, owner in enumerate(owners) if owner == name]
    return AreaDraft(
        name=name,
        aliases=tuple(counted),
        niches=_niches(document, area, focus),
        score=round(min(area.weight / 2.0, 1.0), 3),
        start=place.start,
        end=place.end,
        headlines={kind: _headlines(kind, mine, scores, rows) for kind in _HEADLINE_KINDS},
    )


def _niches(document: Document, area: _Area, focus: np.ndarray) -> tuple[str, ...]:
    """Return the headings below an area that name a part of it."""
    found = []
    for number, score in score_headings(document, focus).items():
        if not area.sections.intersection(find_ancestors(document, number)):
            continue
        title = clean_name(document.sections[number].title)
        own = any(same_area(title, one.name) for one in area.names)
        if is_name(title) and not own and score >= _NICHE:
            found.append(title)
    return tuple(dict.fromkeys(found))


def _headlines(kind: str, mine: Sequence[int], scores: np.ndarray, rows: np.ndarray) -> tuple[int, ...]:
    """Return an area's best sentences of a kind, best first, none that says another again."""
    column = scores[:, KINDS.index(kind)]
    ranked = sorted((at for at in mine if column[at] >= _LEAST_HEADLINE), key=lambda at: (-column[at], at))
    chosen: list[int] = []
    for at in ranked:
        if all(float(rows[at] @ rows[other]) < _REPEAT for other in chosen):
            chosen.append(at)
        if len(chosen) == HEADLINES:
            break
    return tuple(chosen)
