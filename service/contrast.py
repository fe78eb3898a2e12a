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


class Others:
    """The passages found, with which each that is judged is compared, and what is the same for all of these.

    `words` are the question's, `met` (n, words) how near each of the passages comes to them.
    """

    def __init__(
        self, words: Sequence[str], names: Sequence[str], weights: Mapping[str, float], met: np.ndarray
    ) -> None:
        spelt = [canonical_word(word) for word in words]
        comparable = len(met) > 0 and met.shape[1] == len(words)
        self._places = _choose(spelt, names) if comparable else []
        self._spelt = [spelt[place] for place in self._places]
        self._met = met[:, self._places]
        if self._places:
            self._middle, self._most = np.median(self._met, axis=0), self._met.max(axis=0)
            self._weight = np.array([weights.get(word) or RARE for word in self._spelt])

    def compare(self, own: np.ndarray, held: frozenset[str], same: np.ndarray) -> Contrast:
        """Return the contrast of a passage.

        `own` (words,) is how near it comes to the words, `held` are those that it holds itself, `same` bool (n,)
        tells the passages of its document.
        """
        if not self._places:
            return Contrast(0.0, 0.0, 0.0, SAME, SAME, 0.0)
        near = own[self._places]
        near = np.where([word in held for word in self._spelt], np.maximum(near, SAME), near)
        here = np.maximum(self._met[same].max(axis=0, initial=-1.0), near)
        chance = 1 / (1 + np.exp(STEEP * (HALF - near)))
        return Contrast(
            clear=float((near - self._middle).min()),
            beaten=float((near - self._most).min()),
            beaten_here=float((near - here).min()),
            least_here=float(here.min()),
            least_anywhere=float(np.maximum(self._most, near).min()),
            likely=float(np.log(chance + LEAST_CHANCE) @ self._weight / self._weight.sum()),
        )


def _choose(spelt: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return the places of the words asked about: no names, no numbers, no words of asking, if there are others."""
    rest = [n for n, word in enumerate(spelt) if word not in names and not any(one.isdigit() for one in word)]
    core = [n for n in rest if len(spelt[n]) > 1 and spelt[n] not in ASKING]
    return core or rest or list(range(len(spelt)))
