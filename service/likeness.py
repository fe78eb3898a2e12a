"""How alike focus areas are by what their sentences say, what their languages add taken away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from service.centring import Centring
from service.notes import keep

if TYPE_CHECKING:
    from service.align import Plot


class Likeness:
    """The sentence vectors of areas in one comparison."""

    def __init__(self, centring: Centring) -> None:
        self._centring = centring

    def vectors(self, plot: Plot) -> np.ndarray:
        """Return unit rows (n, d) of the members."""
        blocks = [(part.vectors, part.tongues) for part in plot.parts]
        return keep(plot.notes, "vectors", partial(self._centring.centre, blocks), self._centring.key)

    def mean(self, plot: Plot) -> np.ndarray | None:
        """Return the weighted unit mean (d,), None where no member has a vector."""
        return keep(
            plot.notes, "mean", lambda: _average(self.vectors(plot), plot.weights), self._centring.key
        )

    def compare(self, plot: Plot, others: Sequence[Plot]) -> np.ndarray:
        """Return the cosines (members,) with what others say on the mean; zeros where there are no vectors."""
        means = [mean for one in others if (mean := self.mean(one)) is not None]
        vectors = self.vectors(plot)
        if not means or not len(vectors) or vectors.shape[1] != len(means[0]):
            return np.zeros(len(plot.members))
        cosines: np.ndarray = vectors @ np.mean(means, axis=0)
        return cosines


def _average(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
    if not len(vectors):
        return None
    mean: np.ndarray = (vectors * weights[:, None]).sum(axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length > 1e-6 else None
