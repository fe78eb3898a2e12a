"""Quotes say their theme, stand by themselves, and are not shown twice; an area is shown by sentences about it."""

import numpy as np
import pytest
from hand import build, keep
from hypothesis import given
from hypothesis import strategies as st

from models.taxonomy import load_taxonomy
from service.compare import compare_regions
from service.quotes import is_list, weigh_text

TAXONOMY = load_taxonomy()
OTHER = [("Det mangler kapital til nye fabrikker i hele fylket vårt.", ["barrier"], ["finance"])]


def compare(tmp_path, rows, areas=(), other=OTHER, others=(), vectors=None):
    catalogue = keep(
        tmp_path,
        build("a", ["Viken"], rows, areas, vectors=vectors),
        build("b", ["Norrbotten"], other, others, vectors=None if vectors is None else np.eye(len(other), 4)),
    )
    try:
        return compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    finally:
        catalogue.close()


def quotes(made, theme, kind="barriers", region="Viken"):
    row = next(row for row in getattr(made, kind).themes if row.theme == theme)
    return [one.quote for one in row.cells[region].citations]


def test_the_first_quote_has_a_word_of_its_theme(tmp_path):
    said = "Det er for dyrt å bygge nytt for de fleste bedriftene i dalen."
    rows = [
        ("Vi har en lang vei å gå før vi er der vi ønsker å være som fylke.", {"barrier": 0.95}, ["finance"]),
        (said, {"barrier": 0.8}, ["finance"]),
    ]
    assert quotes(compare(tmp_path, rows), "finance")[0] == said


def test_a_quote_of_two_themes_is_shown_first_where_no_other_is(tmp_path):
    both = "Bankene mangler kompetanse om havbruk, så lån er vanskelig å få."
    skills = "Det er for få lærlinger i bedriftene langs hele fjorden."
    rows = [
        (both, {"barrier": 0.95}, ["finance", "skills"]),
        ("Kapital til oppstart finnes ikke i noen av dalene i fylket.", {"barrier": 0.9}, ["finance"]),
        (skills, {"barrier": 0.7}, ["skills"]),
    ]
    made = compare(tmp_path, rows)
    assert quotes(made, "finance")[0] == both and quotes(made, "skills")[0] == skills


def test_a_proposal_is_not_the_first_quote_of_a_barrier(tmp_path):
    rows = [
        ("Fylket bør låne ut kapital til alle nye bedrifter i dalene.", {"barrier": 0.8, "measure": 0.95}, ["finance"]),
        ("Det mangler kapital til alle nye bedrifter i dalene våre.", {"barrier": 0.7}, ["finance"]),
    ]  # fmt: skip
    assert quotes(compare(tmp_path, rows), "finance")[0].startswith("Det mangler")


@pytest.mark.parametrize(
    "worse,better",
    [
        ("Dette gjør det vanskelig å få lån til nye anlegg i fylket.", "Det er vanskelig å få lån til nye anlegg i fylket."),
        ("Kari Nordmann, Ola Hansen, Per Olsen, Anne Berg og Liv Dahl", "Det er vanskelig å få lån til nye anlegg."),
        ("Hansen, O. (2019). Nye anlegg i nord, s. 14. Oslo (Forlaget, 2019).", "Det er vanskelig å få lån til nye anlegg."),
        ("Er det vanskelig å få lån til nye anlegg i fylket?", "Det er vanskelig å få lån til nye anlegg i fylket."),
        ("The task will be met by the following priorities of ours:", "The task will be met by the priorities of the county."),
    ],
)  # fmt: skip
def test_what_does_not_stand_by_itself_is_worth_less(worse, better):
    assert weigh_text(worse) < weigh_text(better)


def test_names_in_running_text_make_no_list():
    assert not is_list("Innovasjon Norge og Forskningsrådet bør styrke tilbudet til bedriftene i Viken.")
    assert is_list("Havvind\tJa\tNei\tMange bedrifter her")
    assert is_list("Sintef, Nofima, NMBU, NIBIO, Campus Ås, Veterinærinstituttet")


@given(st.text(max_size=300))
def test_any_text_has_a_worth(text):
    assert 0 < weigh_text(text) <= 1


AREAS = [("Havbruk", ()), ("Reiseliv", ()), ("Fjellmat", ())]
LISTED = "Havbruk, Reiseliv og Fjellmat er de tre satsingsområdene i fylket."
ABOUT = "Havbruk er et satsingsområde med laks, tare og skjell langs kysten."
STRONG = "Laks fra fjordene våre er en styrke som verden kjøper mer av hvert år."


def test_a_shared_area_is_shown_by_its_own_sentences_not_by_the_list_of_all(tmp_path):
    rows = [
        ("Havbruk", [], [], "Havbruk"),
        (LISTED, ["focus_area"], [], "Havbruk"),
        (ABOUT, ["focus_area"], [], "Havbruk"),
        (STRONG, ["strength"], [], "Havbruk"),
    ]
    other = [
        ("Oppdrett av laks er et av områdene som vi satser på i fylket.", ["focus_area"], [], "Akvakultur")
    ]
    made = compare(tmp_path, rows, AREAS, other, [("Akvakultur", ())], vectors=np.eye(4, dtype=np.float32))
    shared = next(one for one in made.focus_areas.shared if one.areas["Viken"] == "Havbruk")
    assert [one.quote for one in shared.evidence["Viken"]] == [ABOUT, STRONG]
    assert len({one.quote for one in shared.evidence["Viken"]}) == 2


def test_a_kind_with_hardly_any_statements_is_noted_and_lacks_nothing(tmp_path):
    rows = [
        (f"Her står det noe helt vanlig om vær og natur nummer {n}, og det er langt.", [], [])
        for n in range(200)
    ]
    law = ("Regelverket hindrer nye anlegg i alle fjordene våre.", ["barrier"], ["regulation"])
    made = compare(tmp_path / "long", [*OTHER, *rows], other=[*OTHER, law])
    (note,) = [one for one in made.notes if "recognised" in one and "barrier" in one]
    assert note.startswith("Only 1 barrier was recognised in Viken")
    assert made.barriers.missing["Viken"] == () and made.barriers.unique["Norrbotten"] == ("regulation",)
    short = compare(tmp_path / "short", OTHER, other=[*OTHER, law])
    assert short.barriers.missing["Viken"] == ("regulation",)
    assert not any("recognised" in one for one in short.notes)
