"""Sentences that deny a barrier."""

import numpy as np
import pytest

from models.denial import is_denial, quiet_denials
from models.finding import KINDS


@pytest.mark.parametrize(
    "text",
    [
        "Kapital är däremot sällan ett problem för de större företagen.",
        "Mangel på tomter ble derimot ikke trukket fram av noen.",
        "Access to land is no longer a serious obstacle.",
        "Ikke alle så dette som en barriere.",
        "Straumen er ikkje lenger noko hinder for nye anlegg.",
        "Afstanden er sjældent et problem for virksomhederne.",
        "Shortage of staff was not mentioned by the firms.",
        "Brist på lokaler nämndes inte av någon.",
    ],
)
def test_what_is_said_to_be_no_barrier_is_a_denial(text):
    assert is_denial(text)


@pytest.mark.parametrize(
    "text",
    [
        "Capital is not the only obstacle.",
        "Nettet er ikke godt nok, og det er et problem.",
        "Det finnes ikke kapital, og problemene vokser.",
        "Dette løser ikke problemet med kapasitet.",
        "Utan el växer inte företagen.",
        "Price is not only a challenge for small firms.",
        "Many firms do not find staff.",
        "",
    ],
)
def test_a_barrier_told_with_a_negation_is_none(text):
    assert not is_denial(text)


def test_a_denials_barrier_score_is_lowered_and_nothing_else():
    scores = np.full((2, len(KINDS)), 0.8, dtype=np.float32)
    found = quiet_denials(scores, ["This is not a problem.", "This is a problem."])
    assert found[0, KINDS.index("barrier")] < 0.4
    assert (np.delete(found[0], KINDS.index("barrier")) == np.float32(0.8)).all()
    assert (found[1] == np.float32(0.8)).all() and (scores == np.float32(0.8)).all()


def test_long_and_hostile_texts_are_looked_at_quickly():
    for text in ("not " * 50_000, "ikke en " * 40_000 + "problem", "a" * 10**6, "\ud800 not a problem"):
        assert is_denial(text) in (True, False)
