"""Which sentences are shown for a focus area: those about it, and it alone, that read by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.finding import Citation
from service.alike import common_domains
from service.quotes import OVERLAP, UNIT_WEIGHTS, overlap, split_quote, weigh_text

if TYPE_CHECKING:
    from service.align import Plot

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


def prove(plot: Plot, others: Sequence[Plot], used: Used) -> tuple[Citation, ...]:
    """Return where an area is named, and what it says of the common domain nearest to the others."""
    common = common_domains([plot, *others])
    topic = [n for n, said in enumerate(plot.said) if common & said]
    apart = any(one.field != plot.field for one in others)
    meeting = [n for n, said in enumerate(plot.said) if all(said & one.field for one in (plot, *others))]
    if apart and meeting:  # a niche of two fields is shown by what speaks of both, named or not
        topic = meeting
    near = _liken(plot, others)
    first = _pick(plot, [n for n in topic if _named(plot, n)] or topic, used)
    chosen = [first] if first is not None else []
    worth = {n: _worth(plot, n, used) for n in topic if n != first and plot.members[n][1].labels}
    said = [split_quote(plot.members[n][1].text) for n in chosen]
    for n in sorted(worth, key=lambda n: (-worth[n] * (1.0 + NEAR * near[n]), n)):
        words = split_quote(plot.members[n][1].text)
        if len(chosen) < QUOTES and worth[n] >= LEAST and all(overlap(words, one) < OVERLAP for one in said):
            chosen.append(n)
            said.append(words)
    used.update((plot.members[n][0].document, plot.members[n][1].ordinal) for n in chosen)
    return tuple(plot.cite(*plot.members[n]) for n in chosen) or (cite_name(plot, used),)


def cite_name(plot: Plot, used: Used) -> Citation:
    """Return the citation of the sentence that best names an area, or speaks of its field, else of its place."""
    stated = [n for n, (_, one) in enumerate(plot.members) if one.labels]
    choices = (
        [n for n in range(len(plot.members)) if _named(plot, n)],
        [n for n in stated if plot.said[n] & plot.field],
        stated,
    )
    picked = (_pick(plot, among, used) for among in choices)
    best = next((one for one in picked if one is not None), None)
    if best is None:
        return plot.cite_place()
    used[plot.members[best][0].document, plot.members[best][1].ordinal] += 1
    return plot.cite(*plot.members[best])


def _named(plot: Plot, at: int) -> bool:
    """Whether a member names the area and says more than the name."""
    return plot.names_itself[at] and plot.says_more[at]


def _pick(plot: Plot, among: Sequence[int], used: Used) -> int | None:
    worth = {n: _worth(plot, n, used) for n in among}
    return max((n for n in worth if worth[n] >= LEAST), key=lambda n: (worth[n], -n), default=None)


def _worth(plot: Plot, at: int, used: Used) -> float:
    """How well a member shows its area; 0 where it is too short to show anything."""
    part, one = plot.members[at]
    if one.end - one.start < READABLE:
        return 0.0
    states = max((STATES.get(kind, PLAIN) for kind in one.labels), default=PLAIN)
    worth = states * UNIT_WEIGHTS.get(one.unit, 0.7) * weigh_text(one.text)
    if plot.names_itself[at]:
        worth *= NAMES if plot.says_more[at] else TITLE
    if plot.names_others[at]:
        worth *= CROWD
    return worth * float(AGAIN ** used[part.document, one.ordinal])


def _liken(plot: Plot, others: Sequence[Plot]) -> np.ndarray:
    """The cosines (members,) with what the others say on the mean; zeros where there are no vectors."""
    means = [one.mean for one in others if one.mean is not None]
    if not means or not len(plot.vectors) or plot.vectors.shape[1] != len(means[0]):
        return np.zeros(len(plot.members))
    cosines: np.ndarray = plot.vectors @ np.mean(means, axis=0)
    return cosines
