"""Words of a question that stand in one place of a text."""

import pytest

from service.evidence import Words
from service.passages import GATHERED, Matcher, gather

WEIGHTS = {"hydrogen": 3.0, "ferger": 2.0, "fjord": 1.0}


def meet(*words):
    """Return hits of words, each with its place."""
    return [(word, place, word) for place, word in words]


def test_words_in_one_place_count_together():
    assert gather(meet((0, "hydrogen"), (GATHERED, "ferger")), WEIGHTS) == pytest.approx(5 / 6)


def test_words_far_apart_do_not():
    assert gather(meet((0, "hydrogen"), (GATHERED + 1, "ferger")), WEIGHTS) == pytest.approx(3 / 6)


def test_the_best_place_counts_and_a_word_said_twice_once():
    hits = meet((0, "hydrogen"), (10, "hydrogen"), (500, "ferger"), (510, "fjord"), (520, "hydrogen"))
    assert gather(hits, WEIGHTS) == pytest.approx(1.0)
    assert gather(hits[:2], WEIGHTS) == pytest.approx(3 / 6)


def test_nothing_met_or_nothing_asked_is_nothing():
    assert gather([], WEIGHTS) == 0.0
    assert gather([], {}) == 0.0


def test_a_matcher_reads_a_text_once():
    matcher = Matcher(Words("hydrogen i ferger", "nb", ("hydrogen", "ferger"), (), ()))
    text = "Fylket vil ha ferger på hydrogen."
    found = matcher.find(text)
    assert [one for _, _, one in found] == ["ferger", "hydrogen"]
    assert matcher.find(text) is found
