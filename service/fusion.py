"""Evidence to one score: a linear model over lexical, vector and language features.

Weights depend on whether a segment is in the query's language, near it, or far from it:
within a language the letters say most, across languages only the vectors do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from service.evidence import Lexical

NEAR = {
    "nb": {"nn", "da", "sv"},
    "nn": {"nb", "da", "sv"},
    "da": {"nb", "nn", "sv"},
    "sv": {"nb", "nn", "da"},
}
"""Languages whose words are spelt alike often enough for grams to meet."""
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Weights:
    """What each kind of evidence counts, for segments of the same, a near and a far language."""

    vector: Triple
    sentence: Triple
    grams: Triple
    forms: Triple
    concepts: Triple
    names: Triple
    noise: float
    words: Triple = (0.0, 0.0, 0.0)
    gathered: Triple = (0.0, 0.0, 0.0)


WEIGHTS = Weights(
    vector=(0.1, 0.2, 0.5),
    sentence=(1.2, 1.1, 1.2),
    grams=(8.5, 11.0, 5.5),
    forms=(4.5, 5.0, 1.5),
    concepts=(0.0, 0.7, 1.8),
    names=(1.3, 0.7, 0.7),
    noise=-6.0,
)
"""Of the first stage. Learned by listwise logistic regression (L2 1 towards a guess) on our own 118 questions,
then rounded.

MRR@10 and hit@5 of those, each fold judged by the seven others: .620 and .780; the guess
that it began from .610 and .720, the vectors alone .543 and .686, the grams alone .427 and .534.
`noise` was learned as -1.5; at -6 no figure on the shared questions moves, and a contents page, which
holds the words of every question about its chapters, no longer comes second.
"""

RERANKED = Weights(
    vector=(0.0, 0.0, 0.2),
    sentence=(0.1, 0.1, 0.6),
    grams=(2.9, 6.7, 0.0),
    forms=(0.6, 2.1, 0.0),
    concepts=(0.1, 0.6, 1.1),
    names=(1.3, 0.5, 1.4),
    noise=-6.0,
    words=(1.3, 2.6, 2.2),
    gathered=(5.4, 3.0, 4.0),
)
"""Of the second stage, by `python benchmarks/fusion.py DATA` on our own 383 questions (L2 10), rounded.

MRR@10 and hit@5 of those, left out in turn: .771 and .888. `noise` as above.
"""
WORDS_LEVEL, WORDS_SPREAD = 0.31, 0.07
"""Mean and standard deviation of the closeness of the first 50 of those questions."""
BELOW = 1e-3
"""How far below the reranked the best of the others comes at least."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for each segment, arrays (n,): `distance` 0 same language, 1 near, 2 far; `noise` bool.

    `measured` are mean and standard deviation of the cosines where these are estimates.
    """

    distance: np.ndarray
    cosines: np.ndarray
    lexical: Lexical
    noise: np.ndarray
    measured: tuple[float, ...] = ()

    @cached_property
    def level(self) -> float:
        """The mean cosine of a query with all segments."""
        if self.measured:
            return self.measured[0]
        return float(self.cosines.mean()) if len(self.cosines) else 0.0

    @cached_property
    def spread(self) -> float:
        """The standard deviation of those cosines."""
        if self.measured:
            return max(self.measured[1], 1e-3)
        return max(float(self.cosines.std()), 1e-3) if len(self.cosines) else 1.0

    def pick(self, rows: np.ndarray) -> Evidence:
        """Return what speaks for some rows; level and spread stay those of all."""
        words = self.lexical
        return Evidence(
            self.distance[rows],
            self.cosines[rows],
            Lexical(words.grams[rows], words.forms[rows], words.concepts[rows], words.names[rows]),
            self.noise[rows],
            (self.level, self.spread),
        )

    def choose(self, values: Triple) -> np.ndarray:
        """Return the value for each row's language, float32 (n,)."""
        return np.asarray(values, dtype=np.float32).take(self.distance, mode="clip")

    def standardise(self, cosines: np.ndarray) -> np.ndarray:
        """Return cosines in standard deviations above the query's mean."""
        return np.asarray((cosines - self.level) / self.spread, dtype=np.float32)


def tell_distance(language: str, codes: tuple[str, ...]) -> np.ndarray:
    """Return for each language 0 (the query's), 1 (near it) or 2 (far)."""
    near = NEAR.get(language, set())
    return np.array([0 if one == language else 1 if one in near else 2 for one in codes])


def fuse(evidence: Evidence, rows: np.ndarray | None = None, weights: Weights = WEIGHTS) -> np.ndarray:
    """Return a score per segment, float32 (n,), or of some rows, before sentences and words are looked at.

    The segment's cosine stands in for its closest sentence's.
    """
    if rows is None:
        return _weigh(evidence, weights)
    return _weigh(evidence.pick(rows), weights)


def rerank(
    scores: np.ndarray,
    evidence: Evidence,
    rows: np.ndarray,
    closest: np.ndarray,
    words: np.ndarray,
    weights: Weights = RERANKED,
) -> np.ndarray:
    """Return scores in which rows are judged by their closest sentence and words too; the others stay below.

    `closest` are cosines and `words` closeness, nan where it is not known, both (rows,).
    """
    if not len(rows):
        return scores
    level = float(np.nanmean(words)) if not np.isnan(words).all() else WORDS_LEVEL
    near = (np.where(np.isnan(words), level, words) - WORDS_LEVEL) / WORDS_SPREAD
    gain = np.asarray(weights.words, dtype=np.float32)[evidence.distance[rows]] * near
    best = _weigh(evidence.pick(rows), weights, closest) + gain
    fresh = scores.copy()
    fresh[rows] = -np.inf
    if len(rows) < len(scores):
        fresh -= max(0.0, float(fresh.max() - best.min()) + BELOW)
    fresh[rows] = best
    return fresh


def weigh_gathered(distance: np.ndarray, gathered: np.ndarray, weights: Weights = RERANKED) -> np.ndarray:
    """Return what is added to the scores of passages that were read, float32 (n,).

    `gathered` is the share of the query's words that each holds in one place.
    """
    gain: np.ndarray = np.asarray(weights.gathered, dtype=np.float32)[distance] * gathered
    return gain


def _weigh(evidence: Evidence, weights: Weights, closest: np.ndarray | None = None) -> np.ndarray:
    """Return the scores of all rows, float32; `closest` are cosines aligned with them."""
    words = evidence.lexical
    standard = evidence.standardise(evidence.cosines)
    nearest = standard if closest is None else evidence.standardise(closest)
    score = evidence.choose(weights.vector) * standard
    score += evidence.choose(weights.sentence) * nearest
    score += evidence.choose(weights.grams) * words.grams + evidence.choose(weights.forms) * words.forms
    if words.concepts.any() or words.names.any():
        score += (
            evidence.choose(weights.concepts) * words.concepts + evidence.choose(weights.names) * words.names
        )
    return np.asarray(score + np.float32(weights.noise) * evidence.noise, dtype=np.float32)
