"""Doubt is highest at the threshold and where the networks disagree."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.doubt import measure_closeness, measure_doubt
from models.heads import average

LIMITS = np.array([0.3, 0.6], dtype=np.float32)
SHARES = st.floats(0, 1, width=32)


def test_closeness_is_one_at_the_threshold_and_nothing_at_certainty():
    rows = np.array([[0.3, 0.6], [0.0, 0.0], [1.0, 1.0], [0.15, 0.8]], dtype=np.float32)
    assert np.allclose(measure_closeness(rows, LIMITS), [[1, 1], [0, 0], [0, 0], [0.5, 0.5]], atol=1e-6)


def test_disagreement_raises_doubt():
    scores = np.array([[0.1, 0.1], [0.1, 0.1]], dtype=np.float32)
    each = np.stack([scores, scores])
    each[:, 1, 0] = (0.0, 0.9)
    calm, torn = measure_doubt(scores, each, LIMITS)
    assert torn > calm


@given(arrays(np.float32, (3, 4, 2), elements=SHARES))
def test_doubt_stays_between_nothing_and_one(each):
    doubts = measure_doubt(each.mean(axis=0), each, LIMITS)
    assert doubts.shape == (4,) and (doubts >= 0).all() and (doubts <= 1 + 1e-6).all()


def test_no_sentences_have_no_doubt():
    assert measure_doubt(np.zeros((0, 2)), np.zeros((3, 0, 2)), LIMITS).shape == (0,)


def test_the_mean_of_the_networks_is_what_the_ensemble_says():
    each = np.random.default_rng(1).normal(size=(3, 5, 4)).astype(np.float32)
    assert np.allclose(average(each), each.mean(axis=0), atol=1e-6)
