"""Which sentences are shown for a focus area: those about it, and it alone, that read by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.finding import Citation
from service.alike import common_domains
from service.notes import keep
from service.profiles import mark_domains
from service.quotes import OVERLAP, UNIT_WEIGHTS, overlap, split_quote, weigh_text

if TYPE_CHECKING:
    from service.align import Plot
    from service.likeness import Likeness

QUOTES = 2
"""Quotes of an area in evidence."""
READABLE = 40
"""Characters from which a sentence can stand as proof; headings are shorter."""
STATES = {"focus_area": 1.0, "strength": 0.9, "opportunity": 0.9, "measure": 0.6, "barrier": 0.6}
"""What a sentence of a kind is worth in showing an area; one that states nothing 0.4."""
PLAIN = 0.4
NAMES = 1.4
"""What it gains by naming the area."""
CROWD = 0.4
"""What is left where it names other areas of the document as well: a list shows none of them."""
TITLE = 0.3
"""What is left of a sentence that is the name and no more: a heading, a line of the contents."""
AGAIN = 0.4
"""What is left where it was shown already, for another area."""
LEAST = 0.3
"""Worth under which a sentence shows nothing: where the area is stated is cited instead."""
NEAR = 0.4
"""What likeness to the other regions' areas adds, at a cosine of 1."""

Used = Counter[tuple[str, int]]
"""How often a sentence, by document and ordinal, was shown."""


def prove(plots: Sequence[Plot], used: Used, likeness: Likeness) -> dict[str, tuple[Citation, ...]]:
    """Return by region where its area is named, and what it says of the common domain nearest to the others."""
    common = mark_domains([frozenset(common_domains(plots))])
    fields = mark_domains([plot.field for plot in plots])
    apart = len({plot.field for plot in plots}) > 1
    found = {}
    for plot in plots:
        # a niche of two fields is shown by what speaks of both, named or not
        meeting = np.flatnonzero((plot.speaks @ fields.T > 0).all(axis=1)) if apart else np.zeros(0, int)
        topic = meeting if len(meeting) else np.flatnonzero(plot.speaks @ common[0])
        found[plot.region] = _show(plot, topic, [one for one in plots if one is not plot], used, likeness)
    return found


def _show(
    plot: Plot, topic: np.ndarray, others: Sequence[Plot], used: Used, likeness: Likeness
) -> tuple[Citation, ...]:
    """Cite of the members `topic` the one that names the area best, then what is nearest to the others."""
    worth = _weigh_members(plot, used)
    named = topic[_naming(plot)[topic]]
    chosen = _pick(worth, named if len(named) else topic)
    said = [split_quote(plot.members[n][1].text) for n in chosen]
    rest = topic[(worth[topic] >= LEAST) & _stating(plot)[topic]]
    near = likeness.compare(plot, others)[rest]
    order = np.argsort(-worth[rest].astype(near.dtype) * (1.0 + NEAR * near), kind="stable")
    for n in rest[order].tolist():
        words = split_quote(plot.members[n][1].text)
        if len(chosen) == QUOTES:
            break
        if n not in chosen and all(overlap(words, one) < OVERLAP for one in said):
            chosen.append(n)
            said.append(words)
    used.update(plot.keys[n] for n in chosen)
    return tuple(plot.cite(n) for n in chosen) or (cite_name(plot, used),)


def cite_name(plot: Plot, used: Used) -> Citation:
    """Return the citation of the sentence that best names an area, or speaks of its field, else of its place."""
    stated = _stating(plot)
    spoken = plot.speaks @ mark_domains([plot.field])[0] > 0
    worth = _weigh_members(plot, used)
    picked = (_pick(worth, np.flatnonzero(among)) for among in (_naming(plot), stated & spoken, stated))
    best = next((one[0] for one in picked if one), None)
    if best is None:
        return plot.cite_place()
    used[plot.keys[best]] += 1
    return plot.cite(best)


def _naming(plot: Plot) -> np.ndarray:
    """Which members name the area and say more than the name."""
    return keep(
        plot.notes, "naming", lambda: np.array(plot.names_itself, bool) & np.array(plot.says_more, bool)
    )


def _stating(plot: Plot) -> np.ndarray:
    """Which members state something."""
    return keep(plot.notes, "stating", lambda: np.array([bool(one.labels) for _, one in plot.members], bool))


def _pick(worth: np.ndarray, among: np.ndarray) -> list[int]:
    """The worthiest of some members, the first of equal ones; none where none shows anything."""
    best = [int(among[worth[among].argmax()])] if len(among) else []
    return best if best and worth[best[0]] >= LEAST else []


def _weigh_members(plot: Plot, used: Used) -> np.ndarray:
    """How well each member shows its area, less where it was shown already."""
    worth = keep(plot.notes, "worth", lambda: np.array([_worth(plot, n) for n in range(len(plot.members))]))
    again = [n for n, key in enumerate(plot.keys) if key in used]
    if again:
        worth = worth.copy()
        worth[again] *= [AGAIN ** used[plot.keys[n]] for n in again]
    return worth


def _worth(plot: Plot, at: int) -> float:
    """How well a member shows its area; 0 where it is too short to show anything."""
    _, one = plot.members[at]
    if one.end - one.start < READABLE:
        return 0.0
    states = max((STATES.get(kind, PLAIN) for kind in one.labels), default=PLAIN)
    worth = states * UNIT_WEIGHTS.get(one.unit, 0.7) * weigh_text(one.text)
    if plot.names_itself[at]:
        worth *= NAMES if plot.says_more[at] else TITLE
    if plot.names_others[at]:
        worth *= CROWD
    return worth
