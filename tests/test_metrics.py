import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import (
    bootstrap,
    calibration_error,
    kappa,
    kappa_of_two,
    make_score,
    ndcg,
    reciprocal_rank,
    reliability,
    score_kind,
    score_sets,
    share_overlapping,
)


def test_supported_kinds_are_right_but_not_asked_for():
    score = score_kind([True, False, True], [True, True, True], [True, True, False])
    assert (score.precision, score.recall) == (1.0, 0.5)
    assert score.f1 == pytest.approx(2 / 3)
    assert (score.wanted, score.called) == (2, 2)


def test_nothing_called_and_nothing_wanted_score_zero():
    assert make_score(0, 0, 0, 0) == (0.0, 0.0, 0.0, 0, 0)


def test_sets_are_scored_by_their_members():
    pairs = [(("skills", "labour"), ("skills",)), (("finance",), ("market",)), ((), ())]
    score = score_sets(pairs)
    assert (score.precision, score.recall) == (0.5, pytest.approx(1 / 3))
    assert share_overlapping(pairs[:2]) == 0.5


def test_kappa_of_agreement_chance_and_opposites():
    assert kappa("aabb", "aabb") == 1.0
    assert kappa("abab", "aabb") == 0.0
    assert kappa("ab", "ba") == -1.0
    assert kappa("aa", "aa") == 1.0
    with pytest.raises(ValueError):
        kappa("a", "ab")
    with pytest.raises(ValueError):
        kappa("", "")


def test_kappa_of_a_worked_example():
    left = ["yes"] * 25 + ["no"] * 25
    right = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(left, right) == pytest.approx(0.4)


def test_ranks():
    assert reciprocal_rank([False, False, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([False] * 10 + [True]) == 0.0
    assert ndcg([True, False], 1) == 1.0
    assert ndcg([False, True], 1) == pytest.approx(1 / math.log2(3))
    assert ndcg([False], 2) == 0.0
    assert ndcg([], 0) == 0.0


@given(st.lists(st.booleans(), max_size=15), st.integers(0, 20))
def test_ndcg_stays_between_nothing_and_all(right, relevant):
    assert 0.0 <= ndcg(right, relevant) <= 1.0 + 1e-9


def test_reliability_of_a_calibrated_score():
    scores, right = [0.05] * 20 + [0.95] * 20, [True] + [False] * 19 + [True] * 19 + [False]
    assert reliability(scores, right) == [(pytest.approx(0.05), 0.05, 20), (pytest.approx(0.95), 0.95, 20)]
    assert calibration_error(scores, right) == pytest.approx(0.0)
    assert calibration_error([1.0, 1.0], [False, False]) == 1.0
    assert calibration_error([], []) == 0.0


def test_bootstrap_draws_whole_groups_and_repeats_itself():
    values = np.array([0.0] * 50 + [1.0] * 50)
    groups = ["a"] * 50 + ["b"] * 50
    low, high = bootstrap(groups, lambda at: float(values[at].mean()))
    assert (low, high) == (0.0, 1.0)
    assert bootstrap(groups, lambda at: float(values[at].mean())) == (low, high)
    narrow = bootstrap(range(100), lambda at: float(values[at].mean()))
    assert 0.35 < narrow[0] < 0.5 < narrow[1] < 0.65
    assert bootstrap([], lambda at: 1.0) == (0.0, 0.0)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_kappa_of_two_answers_is_kappa(pairs):
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    assert kappa_of_two(left, right) == pytest.approx(kappa(list(left), list(right)))
