"""Sentences that deny a barrier."""

import numpy as np
import pytest

from models.denial import is_denial, is_remark, quiet_forms
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
    found = quiet_forms(scores, ["This is not a problem.", "This is a problem."])
    assert found[0, KINDS.index("barrier")] < 0.4
    assert (np.delete(found[0], KINDS.index("barrier")) == np.float32(0.8)).all()
    assert (found[1] == np.float32(0.8)).all() and (scores == np.float32(0.8)).all()


@pytest.mark.parametrize(
    "text",
    [
        "Det er viktig her å påpeke at svarene bygger på få intervjuer.",
        "Det er verdt å merke seg at tallene gjelder 2019.",
        "Det är värt att notera att flera anläggningar ligger utanför länet.",
        "Det er vigtigt at bemærke, at tallene er foreløbige.",
        "It is worth noting that the sample is small.",
        "It is important to bear in mind that prices vary.",
    ],
)
def test_what_only_draws_attention_is_a_remark(text):
    assert is_remark(text)


@pytest.mark.parametrize(
    "text",
    [
        "Det er viktig å bygge flere verksteder.",
        "Det är viktigt att kommunerna samarbetar.",
        "It is important to train more welders.",
        "Flere nevner at det er viktig med kapital.",
        "",
    ],
)
def test_what_asks_for_something_is_no_remark(text):
    assert not is_remark(text)


def test_a_remarks_measure_score_is_lowered_and_a_sure_one_stays():
    scores = np.full((2, len(KINDS)), 0.6, dtype=np.float32)
    scores[1] = 0.96
    found = quiet_forms(scores, ["It is worth noting that the sample is small."] * 2)
    assert found[0, KINDS.index("measure")] < 0.45 < found[1, KINDS.index("measure")]


def test_long_and_hostile_texts_are_looked_at_quickly():
    for text in ("not " * 50_000, "ikke en " * 40_000 + "problem", "a" * 10**6, "\ud800 not a problem"):
        assert is_denial(text) in (True, False) and is_remark(text) in (True, False)
