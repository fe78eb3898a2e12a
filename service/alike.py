"""Why focus areas are alike or not, in the words of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models.domains import load_domains
from service.notes import keep

if TYPE_CHECKING:
    from corpus.area import Area
    from service.align import Plot

COMMON = 0.2
"""Weight in the profiles of all from which a domain is called common."""
TERMS = 4
"""Words of each side that are named as reason."""


def explain(plots: Sequence[Plot]) -> str:
    """Say what areas have in common, in the words of each."""
    ids = common_domains(plots)
    common = [one for one in load_domains() if one.id in ids]
    if not common:
        return "Alike in what their sentences say."
    words = [f"{plot.region} by {', '.join(terms)}" for plot in plots if (terms := _terms(plot, ids))]
    about = " and ".join(one.label("en") for one in common)
    own = [f"{plot.region} also {extra}" for plot in plots if (extra := _extra(plot, ids))]
    told = f"Both are about {about}" if len(plots) == 2 else f"All are about {about}"
    return f"{told}: {'; '.join(words)}." + (f" {'; '.join(own)}." if own else "")


def _terms(plot: Plot, domains: set[str]) -> list[str]:
    """The words of an area that speak of some domains, most used first."""
    return keep(plot.notes, ("terms", frozenset(domains)), partial(_count_terms, plot.parts, domains))


def _count_terms(parts: Sequence[Area], domains: set[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        for word, count, spoken in part.domain_words:
            if len(word) > 2 and domains & spoken:
                counts[word] += count
    return [word for word, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:TERMS]]


def _extra(plot: Plot, common: set[str]) -> str:
    names = [one.label("en") for one in plot.domains() if one.id not in common]
    return " and ".join(names)


def say_domains(plot: Plot) -> str:
    """Say what an area is about, "" where nothing tells."""
    names = [one.label("en") for one in plot.domains()]
    return f"About {' and '.join(names)}." if names else ""


def common_domains(plots: Sequence[Plot]) -> set[str]:
    """Return the one or two domains that weigh most in all of some areas."""
    profile = np.min([plot.profile for plot in plots], axis=0)
    return {load_domains()[n].id for n in np.argsort(-profile, kind="stable")[:2] if profile[n] >= COMMON}
