"""What the sentences around say of a sentence."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as made

from models.vicinity import USUAL, lean_on_neighbours, number_runs


def lean(scores, sections):
    rows = np.array(scores, dtype=np.float32).reshape(len(scores), -1)
    return [round(float(one), 4) for one in lean_on_neighbours(rows, number_runs(sections))[:, 0]]


def test_a_run_ends_where_the_section_does_and_begins_again_where_it_returns():
    assert number_runs(["a", "a", "b", "a"]).tolist() == [0, 0, 1, 2]
    assert number_runs([]).tolist() == []


def test_among_barriers_a_sentence_is_sooner_one_and_among_none_later():
    among, alone = lean([0.9, 0.4, 0.9], "aaa")[1], lean([0.01, 0.4, 0.01], "aaa")[1]
    assert alone < 0.4 < among


def test_what_stands_in_another_section_counts_for_nothing():
    assert lean([0.9, 0.4, 0.9], "abc") == [0.9, 0.4, 0.9]


def test_the_nearest_counts_most_and_both_sides_count_alike():
    near, far = lean([0.1, 0.9, 0.4], "aaa")[2], lean([0.9, 0.1, 0.4], "aaa")[2]
    assert near > far
    assert lean([0.9, 0.2, 0.4], "aaa") == lean([0.4, 0.2, 0.9], "aaa")[::-1]


def test_other_kinds_around_speak_against_a_kind():
    runs = number_runs("aaa")
    plain = np.array([[0.2, 0.2], [0.4, 0.4], [0.2, 0.2]], dtype=np.float32)
    rival = np.array([[0.2, 0.9], [0.4, 0.4], [0.2, 0.9]], dtype=np.float32)
    assert lean_on_neighbours(rival, runs)[1, 0] < lean_on_neighbours(plain, runs)[1, 0]


def test_usual_neighbours_change_nothing():
    assert lean([USUAL, 0.7, USUAL], "aaa")[1] == 0.7


@given(made.arrays(np.float32, st.tuples(st.integers(0, 12), st.just(5)), elements=st.floats(0, 1, width=32)))
def test_probabilities_stay_probabilities(scores):
    found = lean_on_neighbours(scores, number_runs([0] * len(scores)))
    assert found.shape == scores.shape and np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
