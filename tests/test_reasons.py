"""Reasons of a comparison are said in the reader's language, or shown as they stand."""

import pytest

from service.compare import compare_regions
from service.reasons import ALIKE, translate_reason
from service.texts import SPOKEN

REGIONS = ("Åland", "St. Ann", "By the Sea")


def test_english_comes_out_as_it_went_in():
    for reason in (
        "Both are about energy: Åland by vind, nett; St. Ann by wind. Åland also health.",
        "About tourism. No area of the others speaks of it.",
        "About energy and health. The nearest, Nett (og mer) (By the Sea): About energy.",
        ALIKE,
    ):
        assert translate_reason(reason, "en", REGIONS) == reason


def test_words_of_the_documents_and_names_stay_untouched():
    reason = "Both are about energy: By the Sea by vind, nett; Åland by wind. By the Sea also health."
    told = translate_reason(reason, "nb", REGIONS)
    assert (
        told == "Begge handler om energi: By the Sea med vind, nett; Åland med wind. By the Sea også helse."
    )
    near = "The nearest, About energy (Åland): About health."
    assert translate_reason(near, "sv", REGIONS) == "Det närmaste, About energy (Åland): Om hälsa."


@pytest.mark.parametrize(
    "reason", ["", "Both are about cheese: a.", "Something new.", "About energy. And more."]
)
def test_what_is_not_known_is_left(reason):
    assert translate_reason(reason, "nb", REGIONS) is None


def test_every_reason_of_the_samples_is_known(client):
    library = client.app.state.library
    regions = tuple(library.regions())
    areas = compare_regions(library.catalogue, library.taxonomy, regions).focus_areas
    reasons = [one.why for one in areas.shared] + [one.why for rows in areas.unique.values() for one in rows]
    assert len(reasons) > 5
    for language in SPOKEN:
        for reason in filter(None, reasons):
            told = translate_reason(reason, language, regions)
            assert told is not None, reason
            assert told == reason if language == "en" else " are about " not in told
