"""How near a passage comes to what is asked about, beside the other passages found."""

import numpy as np
import pytest

from models.words import list_words
from service.contrast import SAME, Others

HERE = np.array([True, True, False])


def measure(words, met, same=HERE, names=(), held=()):
    near = np.array(met, dtype=np.float32)
    return Others(words, names, {}, near[1:]).compare(near[0], frozenset(held), same)


def test_what_only_another_document_says_is_missing_here():
    met = [[0.3, 0.6], [0.3, 0.6], [0.32, 0.3], [0.58, 0.3]]
    found = measure(["vaccine", "kvernmark"], met, names=("kvernmark",))
    assert found.beaten == pytest.approx(-0.28)
    assert found.beaten_here == pytest.approx(-0.02)
    assert found.least_here == pytest.approx(0.32)
    assert found.least_anywhere == pytest.approx(0.58)


def test_a_word_that_the_passage_holds_is_near_whatever_its_bits_say():
    met = [[0.2], [0.2], [0.3], [0.3]]
    bare, held = measure(["vaccine"], met), measure(["vaccine"], met, held=("vaccine",))
    assert held.least_here == pytest.approx(SAME) and held.beaten_here == 0
    assert held.likely > bare.likely and held.clear > bare.clear


def test_names_numbers_and_words_of_asking_are_not_asked_about():
    met = [[0.1, 0.1, 0.1, 0.5]] * 4
    words = ["foreslår", "Kvernmark", "2024", "romfart"]
    assert measure(words, met, names=("kvernmark",)).least_here == pytest.approx(0.5)
    alone = measure(words[:3], [row[:3] for row in met], names=("kvernmark",))
    assert alone.least_here == pytest.approx(0.1)


def test_a_question_of_names_alone_is_judged_by_them():
    assert measure(["Kvernmark"], [[0.4]] * 4, names=("kvernmark",)).least_here == pytest.approx(0.4)


def test_where_nothing_can_be_compared_nothing_speaks_against_a_passage():
    for words, met in (([], np.zeros((4, 0))), (["a", "b"], np.zeros((4, 1))), (["hav"], np.zeros((1, 1)))):
        found = measure(words, met, same=np.ones(max(len(met) - 1, 0), dtype=bool))
        assert (found.clear, found.beaten, found.beaten_here, found.likely) == (0, 0, 0, 0)


def test_words_are_listed_as_their_rows_are_kept():
    assert list_words("Hvor mange kaier har landstrøm i Håvoll?")[-2:] == ["landstrøm", "Håvoll"]
    assert list_words("og i") == ["og", "i"]
    assert list_words("?!") == []
