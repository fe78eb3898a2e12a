"""Which statements are shown as quotes: those that say it in so many words, stand by themselves, and differ."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from corpus.area import Statement
from service.scope import Side

QUOTES = 3
"""Quotes in a cell; all are counted."""
CANDIDATES = 12
"""Best statements of a cell among which the quotes are chosen."""
SAME = 0.85
"""Cosine (language mean removed) from which two quotes say the same. Set by reasoning: a quote lost to
a false repeat is still counted, so only near-copies go."""
OVERLAP = 0.6
"""Share of common words from which two quotes say the same, whatever their vectors."""
SPREAD = 0.5
"""What likeness to a quote already chosen costs, in units of score."""
UNIT_WEIGHTS = {"sentence": 1.0, "bullet": 0.95, "row": 0.6, "caption": 0.6, "footnote": 0.7, "heading": 0.5}
"""How well a unit reads as a quote by itself."""
SHORT, LONG = 45, 380
"""Characters outside of which a quote says too little, or cannot be taken in at a glance."""
LEANS, ASKS, OPENS, LISTS = 0.8, 0.7, 0.6, 0.5
"""What a quote is worth that leans on the sentence before it (or begins within one), asks, opens a list, or
is a list of names or figures, or a reference to a source."""
MANY_NAMES = 0.45
"""Share of words that are names or figures from which a text is a list: running text of the samples has
0.28 at most, rows of references and interviewees 0.5 and more."""
OTHER_KIND = 0.6
"""What a statement weighs as a barrier that is more of a measure, and the reverse."""
RIVALS = {"barrier": "measure", "measure": "barrier"}
_LEANING = re.compile(
    r"(?:dett[ea]|disse|desse|dess[a]?|deras|deres|deira|slik[et]?|sådan\w*|sådd?ana|begge|båda|den(?:ne)?|denna|"
    r"de|dei|they|their|these|those|this|it|its|such|both|dermed|därmed|derfor|difor|därför|therefore|thus|hence|"
    r"i tillegg|i tillägg|dessutom|desuten|dessuten|desuden|moreover|furthermore|in addition|also|videre|vidare|"
    r"imidlertid|however|samtidig\w*|det (?:betyr|betyder|innebærer|innebär|kan|er fordi|gir|ställer|skyldes|"
    r"gör|gjør|gjer|førar|fører)|her|här|here|et annet|ett annat|eit anna|en annen|en annan|another)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:sources?|kilder?|källor|källa)\b\s*:|https?://|\bwww\.|\bdoi\b|\bisbn\b|\bpp?\. ?\d|et al\b|"
    r"\([^()]*\b(?:19|20)\d\d\)[.:]?$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_][\w.’'-]*")


def weigh_form(one: Statement) -> float:
    """Return how well a statement reads as a quote by itself, in (0, 1]."""
    return UNIT_WEIGHTS.get(one.unit, 0.7) * weigh_text(one.quote)


@lru_cache(maxsize=65_536)
def weigh_text(text: str) -> float:
    """Return how well a text reads by itself: of readable length, leaning on nothing, no list and no question."""
    weight = 0.7 if len(text) < SHORT else 0.85 if len(text) > LONG else 1.0
    end = text.rstrip()[-1:]
    if _LEANING.match(text) or text[:1].islower():
        weight *= LEANS
    weight *= ASKS if end == "?" else OPENS if end == ":" else 1.0
    return weight * (LISTS if is_list(text) or _REFERENCE.search(text) else 1.0)


def is_list(text: str) -> bool:
    """Say whether a text is a list of names or figures rather than a statement; row cells are parted by tabs."""
    words = _TOKEN.findall(text)
    if len(words) < 4:
        return False
    marked = sum(word[0].isupper() or word[0].isdigit() for word in words[1:])
    return "\t" in text or marked >= MANY_NAMES * (len(words) - 1)


def weigh_kind(one: Statement, kind: str) -> float:
    """Return how sure a statement is of a kind, less where it is more of the opposite one."""
    score = one.score(kind)
    rival = RIVALS.get(kind, "")
    return score * OTHER_KIND if rival in one.labels and one.score(rival) > score else score


def order_quotes(side: Side, rows: Sequence[int], kind: str) -> tuple[list[int], list[float]]:
    """Return statements of a kind, the best quotes first, and what each is worth."""
    worth = {n: weigh_kind(side.statements[n], kind) * weigh_form(side.statements[n]) for n in rows}
    best = sorted(rows, key=lambda n: (-worth[n], n))
    return best, [worth[n] for n in best]


def choose_diverse(
    side: Side, vectors: np.ndarray, members: Sequence[int], weights: Sequence[float], limit: int = QUOTES
) -> list[int]:
    """Return up to `limit` members, each with a point of its own, the heaviest first.

    `members` come heaviest first, `vectors` are the unit rows (n, d) of the side's statements. One
    too like a chosen one is passed over, be it by its words or its vector.
    """
    pool = list(members[:CANDIDATES])
    if len(pool) <= 1:
        return pool
    likeness = (vectors[pool] @ vectors[pool].T).tolist()
    words = [split_quote(side.statements[n].quote) for n in pool]
    chosen: list[int] = []
    left = list(weights[: len(pool)])
    near = [0.0] * len(pool)
    for _ in pool:
        worth = [weight - SPREAD * held for weight, held in zip(left, near, strict=True)]
        best = worth.index(max(worth))
        left[best] = -math.inf
        if all(likeness[best][one] < SAME and overlap(words[best], words[one]) < OVERLAP for one in chosen):
            chosen.append(best)
            if len(chosen) == limit:
                break
            near = [max(held, row[best]) for held, row in zip(near, likeness, strict=True)]
    return [pool[at] for at in chosen]


@lru_cache(maxsize=65_536)
def split_quote(text: str) -> frozenset[str]:
    """Return the words of a quote, whatever their case."""
    return frozenset(text.casefold().split())


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common words in the shorter one."""
    return len(one & other) / max(min(len(one), len(other)), 1)
