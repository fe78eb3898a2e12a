"""How unsure the classifier is of a sentence: what a person should look at first.

A kind is in doubt when its probability lies near its threshold, and when the networks of the
ensemble disagree about it. The doubt of a sentence is that of its most doubtful kind.
"""

from __future__ import annotations

import numpy as np


def measure_closeness(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return how near probabilities (n, k) lie to their thresholds (k,): 1 on it, 0 at certainty either way."""
    room = np.where(scores < thresholds, thresholds, 1.0 - thresholds)
    return np.asarray(1.0 - np.abs(scores - thresholds) / np.maximum(room, 1e-6))


def measure_doubt(scores: np.ndarray, each: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return the doubt of each sentence in [0, 1], float32 (n,).

    `scores` (n, k) are the probabilities of the ensemble, `each` (networks, n, k) those of its
    networks. The disagreement is the largest distance between two networks.
    """
    if not scores.size:
        return np.zeros(len(scores), dtype=np.float32)
    apart = each.max(axis=0) - each.min(axis=0)
    doubts = (measure_closeness(scores, thresholds) + apart) / 2
    return np.asarray(doubts.max(axis=1), dtype=np.float32)
