"""Focus areas side by side: which are about the same thing in whatever language, and which stand alone.

Two witnesses. The words of an area, counted by domain (models/domains.py), tell what it is
about; its sentence vectors, without what their language adds, tell how alike the two texts
are. The domains decide: on the samples they part right pairs (0.85 and above) from wrong
ones (0.40 and below, one at 0.84, which differing foremost domains bring down to 0.49), where
vectors alone leave right pairs at 0.10 and wrong ones at 0.23. Vectors break ties and choose
the quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import attrgetter

import numpy as np

from corpus.area import Area, Member
from corpus.material import Material
from models.domains import Domain, find_kin, load_domains, name_domains, split_words
from models.finding import (
    Citation,
    FocusAreaComparison,
    NearestArea,
    SharedArea,
    UniqueArea,
)
from service.alike import explain, say_domains
from service.centring import Centring
from service.likeness import Likeness
from service.notes import Notes, keep
from service.profiles import Wordings, compare_profiles, mark_domains, profile
from service.proofs import Used, cite_name, prove
from service.scope import Side

SAME = 0.60
"""Score from which two areas are the same: the best wrong pair of the samples has 0.49."""
TOUCH = 0.30
"""Score that the worst pair of a group must have."""
NICHE = 2
"""Sentences, on both sides, that speak of the fields of both areas: what a pair in a niche must have besides
a name on both sides (an alias, a heading below) from the other's field. No pair of the samples has both."""
VECTOR_SHARE = 0.15
"""How far likeness of vectors moves a score, up or down, around the usual likeness; without any vectors
the samples come out exact as well."""
USUAL_LIKENESS = 0.15
"""Cosine of two areas' means, language taken away: right pairs of the samples lie at 0.10-0.34,
wrong ones up to 0.23."""
STATED = {"focus_area": 2.0, "strength": 1.0, "opportunity": 1.0}
"""What kinds add to a sentence's weight (1) in an area's mean: barriers and measures speak of
skills and money, whatever the area."""
NAMED = 2.0
"""What naming the area adds."""
_FIELD, _NICHES = attrgetter("field"), attrgetter("niches")


@dataclass(frozen=True, eq=False)
class Plot:
    """A focus area of a region, from one or several of its documents; `sources` are these, by id.

    It is the same whatever the region is compared with, so it is kept, with what is worked out of it.
    """

    region: str
    place: str | None
    name: str
    parts: tuple[Area, ...]
    sources: Mapping[str, Material]
    notes: Notes = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name and all other names."""
        found = [self.name, *(one for part in self.parts for one in (part.name, *part.aliases, *part.niches))]
        return tuple(dict.fromkeys(found))

    @cached_property
    def members(self) -> tuple[tuple[Area, Member], ...]:
        """Its sentences, part by part."""
        return tuple((part, one) for part in self.parts for one in part.members)

    @cached_property
    def said(self) -> tuple[frozenset[str], ...]:
        """The domains that each member speaks of."""
        return tuple(one for part in self.parts for one in part.domains_said)

    @cached_property
    def names_itself(self) -> tuple[bool, ...]:
        """Whether each member names the area."""
        return tuple(one for part in self.parts for one in part.names_itself)

    @cached_property
    def names_others(self) -> tuple[bool, ...]:
        """Whether each member names another area of its document."""
        return tuple(one for part in self.parts for one in part.names_others)

    @cached_property
    def says_more(self) -> tuple[bool, ...]:
        """Whether each member says more than a name of the area."""
        return tuple(one for part in self.parts for one in part.says_more)

    @cached_property
    def weights(self) -> np.ndarray:
        """What each member weighs in the area's mean, float32 (members,)."""
        named = zip(self.members, self.names_itself, strict=True)
        return np.array([_weigh(one, itself) for (_, one), itself in named], dtype=np.float32)

    @cached_property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """Document and ordinal of each member."""
        return tuple((part.document, one.ordinal) for part, one in self.members)

    @cached_property
    def speaks(self) -> np.ndarray:
        """Which domains each member speaks of: float32 (members, domains) of 1 and 0."""
        return mark_domains(self.said)

    @cached_property
    def profiles(self) -> np.ndarray:
        """Its domains as unit rows (1 + subjects, domains), the whole first; zeros where it has none."""
        return profile(
            [
                Wordings(
                    part.name,
                    (*part.aliases, *part.niches),
                    part.domains_counted,
                    part.length,
                    part.language,
                )
                for part in self.parts
            ]
        )

    @property
    def profile(self) -> np.ndarray:
        """Its domains as one unit row (domains,)."""
        whole: np.ndarray = self.profiles[0]
        return whole

    def domains(self) -> list[Domain]:
        """Return the domains it is mostly about, foremost first."""
        return [load_domains()[n] for n in self._foremost]

    @cached_property
    def _foremost(self) -> tuple[int, ...]:
        order = np.argsort(-self.profile, kind="stable")
        return tuple(int(n) for n in order[:3] if self.profile[n] >= 0.3)

    @cached_property
    def field(self) -> frozenset[str]:
        """Its foremost domain and those that are kin to it; empty where it has none."""
        return find_kin(load_domains()[self._foremost[0]].id) if self._foremost else frozenset()

    @cached_property
    def niches(self) -> frozenset[str]:
        """The domains that its other names and the headings below speak of."""
        named = (name_domains((*part.aliases, *part.niches), part.language) for part in self.parts)
        return frozenset().union(*named)

    def cite(self, n: int) -> Citation:
        """Return the citation of a member."""
        return keep(self.notes, n, partial(self._cite, *self.members[n]))

    def _cite(self, part: Area, member: Member) -> Citation:
        source = self.sources[part.document]
        return source.cite(member.start, member.end, region=self.place, language=member.language)

    def cite_place(self) -> Citation:
        """Return the citation of where the area is stated."""
        part = self.parts[0]
        source = self.sources[part.document]
        return source.cite(part.start, part.end, region=self.place, language=part.language)

    def cite_name(self) -> Citation:
        """Return the citation of the sentence that best names and states the area."""
        return cite_name(self, Counter())


def compare_areas(sides: Sequence[Side], centring: Centring, *, by_name: bool = False) -> FocusAreaComparison:
    """Return shared areas, best first, and each region's own in the order of its documents.

    With `by_name`, for editions of one strategy, areas of one name are the same, whatever they say.
    """
    plots, likeness = [plot for side in sides for plot in gather_plots(side)], Likeness(centring)
    scores = score_plots(plots, likeness)
    if by_name:
        scores = _join_names(plots, scores)
    groups = group_plots(plots, scores)
    taken = {n for group, _ in groups for n in group}
    used: Used = Counter()
    shared = tuple(_share([plots[n] for n in group], score, used, likeness) for group, score in groups)
    unique = {
        side.region: tuple(
            _single(plots, scores, n, used)
            for n, plot in enumerate(plots)
            if plot.region == side.region and n not in taken
        )
        for side in sides
    }
    return FocusAreaComparison(shared=shared, unique=unique)


def gather_plots(side: Side) -> list[Plot]:
    """Return a side's areas; those of several documents that bear the same name are one."""
    gather = partial(_gather, side.region, side.place, side.sources)
    return list(side.keep("plots", gather))


def _gather(region: str, place: str | None, sources: Mapping[str, Material]) -> list[Plot]:
    found: dict[str, list[Area]] = {}
    keys: dict[str, str] = {}
    for material in sources.values():
        for area in material.areas:
            names = [_fold(one) for one in (area.name, *area.aliases)]
            key = next((keys[name] for name in names if name in keys), names[0])
            if any(one.document == area.document for one in found.get(key, ())):
                key = f"{names[0]}\x1f{area.document}"
            found.setdefault(key, []).append(area)
            for name in names:
                keys.setdefault(name, key)
    return [Plot(region, place, parts[0].name, tuple(parts), sources) for parts in found.values()]


def score_plots(plots: Sequence[Plot], likeness: Likeness) -> np.ndarray:
    """Return how far each two areas are about the same thing, in [0, 1], (n, n); 0 within a region."""
    if not plots:
        return np.zeros((0, 0))
    means = [likeness.mean(plot) for plot in plots]
    width = max((len(mean) for mean in means if mean is not None), default=1)
    rows = np.stack([mean if mean is not None and len(mean) == width else np.zeros(width) for mean in means])
    known = rows.any(axis=1)
    drift = np.where(np.outer(known, known), rows @ rows.T - USUAL_LIKENESS, 0.0)
    scores = compare_profiles([plot.profiles for plot in plots])
    scores = np.where(scores > 0, scores + VECTOR_SHARE * drift, 0.0).clip(0.0, 1.0)
    regions = np.array([plot.region for plot in plots])
    scores[regions[:, None] == regions[None, :]] = 0.0
    settled: np.ndarray = scores.round(4)
    return settled


def _join_names(plots: Sequence[Plot], scores: np.ndarray) -> np.ndarray:
    """The scores, 1 where two areas of different sides bear the same name."""
    names = [_fold(plot.name) for plot in plots]
    same = np.array([[a == b for b in names] for a in names], dtype=bool).reshape(scores.shape)
    sides = np.array([plot.region for plot in plots])
    joined: np.ndarray = np.where(same & (sides[:, None] != sides[None, :]), 1.0, scores)
    return joined


def group_plots(plots: Sequence[Plot], scores: np.ndarray) -> list[tuple[tuple[int, ...], float]]:
    """Return groups of areas that are the same, one of a region at most, best first, with their scores.

    A pair that no group holds, one region having two areas for the other's one, follows as a
    group of its own.
    """
    pairs = np.argwhere(np.triu(scores >= SAME, 1))
    pairs = pairs[np.argsort(-scores[pairs[:, 0], pairs[:, 1]], kind="stable")]
    groups: list[tuple[tuple[int, ...], float]] = []
    covered: set[tuple[int, int]] = set()
    for a, b in pairs.tolist():
        if (a, b) in covered:
            continue
        group = _grow(plots, scores, [a, b])
        covered |= {(x, y) for x in group for y in group if x < y}
        groups.append((tuple(group), _mean_score(scores, group)))
    groups += _touching(plots, scores, {n for group, _ in groups for n in group}, covered)
    return sorted(groups, key=lambda one: (-len(one[0]) * (one[1] >= SAME), -one[1], one[0]))


def _grow(plots: Sequence[Plot], scores: np.ndarray, group: list[int]) -> list[int]:
    """Add the areas of other regions that are the same as the group, best first."""
    while True:
        held = {plots[n].region for n in group}
        means, worst = scores[:, group].mean(axis=1), scores[:, group].min(axis=1)
        near = np.flatnonzero((means >= SAME) & (worst >= TOUCH)).tolist()
        best = [(float(means[n]), -n) for n in near if plots[n].region not in held]
        if not best:
            return sorted(group)
        group = [*group, -max(best)[1]]


def _mean_score(scores: np.ndarray, group: Sequence[int]) -> float:
    values = [scores[a, b] for a in group for b in group if a < b]
    return round(float(np.mean(values)), 4)


def _touching(
    plots: Sequence[Plot], scores: np.ndarray, paired: set[int], covered: set[tuple[int, int]]
) -> list[tuple[tuple[int, ...], float]]:
    """Pairs of areas with partners of their own that also meet in a niche: forest energy, say."""
    among = sorted(paired)
    fields, niches = (mark_domains([of(plots[n]) for n in among]) for of in (_FIELD, _NICHES))
    held = niches @ fields.T > 0
    near = np.argwhere(np.triu(held & held.T & (scores[np.ix_(among, among)] < SAME), 1))
    pairs = ((among[a], among[b]) for a, b in near.tolist())
    return [
        ((a, b), round(float(scores[a, b]), 4))
        for a, b in pairs
        if plots[a].region != plots[b].region and (a, b) not in covered and _meet(plots[a], plots[b])
    ]


def _meet(one: Plot, other: Plot) -> bool:
    """Whether both sides name a niche of the other's field and have sentences that speak of both fields."""
    if one.field == other.field or not (one.niches & other.field and other.niches & one.field):
        return False
    return all(_count_meeting(plot, one.field, other.field) >= NICHE for plot in (one, other))


def _count_meeting(plot: Plot, field: frozenset[str], other: frozenset[str]) -> int:
    return sum(bool(said & field) and bool(said & other) for said in plot.said)


def _share(plots: Sequence[Plot], score: float, used: Used, likeness: Likeness) -> SharedArea:
    return SharedArea(
        areas={plot.region: plot.name for plot in plots},
        score=score,
        why=explain(plots),
        evidence=prove(plots, used, likeness),
    )


def _single(plots: Sequence[Plot], scores: np.ndarray, n: int, used: Used) -> UniqueArea:
    plot = plots[n]
    order = np.argsort(-scores[n], kind="stable")
    best = next((int(one) for one in order if plots[int(one)].region != plot.region), None)
    if best is None or scores[n, best] <= 0:
        why = f"{say_domains(plot)} No area of the others speaks of it."
        return UniqueArea(name=plot.name, citation=cite_name(plot, used), why=why.strip())
    other = plots[best]
    nearest = NearestArea(region=other.region, name=other.name, score=float(scores[n, best]))
    why = f"{say_domains(plot)} The nearest, {other.name} ({other.region}): {say_domains(other)}"
    return UniqueArea(name=plot.name, nearest=nearest, citation=cite_name(plot, used), why=why.strip())


def find_plots(plots: Sequence[Plot], asked: str) -> list[int]:
    """Return the indexes of the areas that a name means: by name, part of a name, or domain."""
    folded = _fold(asked)
    exact = [n for n, plot in enumerate(plots) if folded in {_fold(one) for one in plot.names}]
    if exact:
        return exact
    inside = [
        n
        for n, plot in enumerate(plots)
        if len(folded) >= 4 and any(folded in _fold(one) for one in plot.names)
    ]
    if inside:
        return inside
    wanted = name_domains((asked,), "other")
    return [n for n, plot in enumerate(plots) if wanted & {one.id for one in plot.domains()[:2]}]


def _weigh(member: Member, named: bool) -> float:
    return 1.0 + max((STATED.get(kind, 0.0) for kind in member.labels), default=0.0) + NAMED * named


def _fold(name: str) -> str:
    return " ".join(split_words(name))


def all_names(plots: Iterable[Plot]) -> list[str]:
    """Return the names of areas, each once, in order."""
    return list(dict.fromkeys(plot.name for plot in plots))
