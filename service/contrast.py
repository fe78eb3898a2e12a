"""How near a passage comes to each thing asked about, beside what the other passages found come to.

A region's name brings up its passages, whatever is asked. So of each word that is asked about it is
compared how near the passage comes to it, how near the others of its document do, and how near
the others of any: what another passage says and this one does not is missing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.grams import canonical_word
from service.expected import ASKING

COMPARED = 25
"""Passages that one is compared with. AUC on 577 own questions, left out in turn: .917 with 50, .915 with 25, .913
with 11; 25 took 0.6 ms more of CPU a question than 10, 50 took 1.8."""
SAME = 0.62
"""Closeness that a word which the passage holds itself has at least; chosen, not tuned."""
HALF, STEEP = 0.45, 20.0
"""Closeness at which a word is as likely held as not, and how fast that changes; chosen, not tuned."""
LEAST_CHANCE = 0.05
"""Added to a chance, so that one word that is not held does not decide alone."""
RARE = 5.0
"""Weight of a word that has none in the index."""


@dataclass(frozen=True)
class Contrast:
    """Each of the word asked about for which it is least.

    `clear` is how much nearer the passage comes to it than the median of the passages found, `beaten` than the
    nearest of them, `beaten_here` than the nearest of its document (up to 0); `least_here` and `least_anywhere` are
    how near these come. `likely` is the mean logarithm of the chance that a word is held.
    """

    clear: float
    beaten: float
    beaten_here: float
    least_here: float
    least_anywhere: float
    likely: float


def find_contrast(
    words: Sequence[str],
    names: Sequence[str],
    weights: Mapping[str, float],
    held: frozenset[str],
    met: np.ndarray,
    same: np.ndarray,
) -> Contrast:
    """Return the contrast of a passage to a question's `words`.

    `met` (1 + n, words) is how near the passage and then the first n, itself among them, come to the words;
    `same` bool (n,) are those of its document; `held` the question's words that it holds itself.
    """
    spelt = [canonical_word(word) for word in words]
    places = _choose(spelt, names)
    if not places or met.shape[1] != len(words) or len(met) < 2:
        return Contrast(0.0, 0.0, 0.0, SAME, SAME, 0.0)
    others, own = met[1:, places], met[0, places]
    near = np.where([spelt[place] in held for place in places], np.maximum(own, SAME), own)
    here = np.maximum(others[same].max(axis=0, initial=-1.0), near)
    most = others.max(axis=0)
    weight = np.array([weights.get(spelt[place]) or RARE for place in places])
    chance = 1 / (1 + np.exp(STEEP * (HALF - near)))
    return Contrast(
        clear=float((near - np.median(others, axis=0)).min()),
        beaten=float((near - most).min()),
        beaten_here=float((near - here).min()),
        least_here=float(here.min()),
        least_anywhere=float(np.maximum(most, near).min()),
        likely=float(np.log(chance + LEAST_CHANCE) @ weight / weight.sum()),
    )


def _choose(spelt: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return the places of the words asked about: no names, no numbers, no words of asking, if there are others."""
    rest = [n for n, word in enumerate(spelt) if word not in names and not any(one.isdigit() for one in word)]
    core = [n for n in rest if len(spelt[n]) > 1 and spelt[n] not in ASKING]
    return core or rest or list(range(len(spelt)))
