import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_classifier import make_document

from models.areas import AreaFinder
from models.counted import count_choice
from models.naming import ANNOUNCES, clean_name, cut_items, is_name, marked_name, near_names, same_area
from models.statement import read_document_statements
from models.taxonomy import load_taxonomy

GOLDEN = json.loads(
    (Path(__file__).parent / "golden" / "focus_areas_realpdf.json").read_text(encoding="utf-8")
)
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def find(document, focus=0.5):
    scores = np.zeros((len(document.sentences), 5), dtype=np.float32)
    scores[:, 4] = focus
    rows = np.eye(len(document.sentences), 384, dtype=np.float32)
    return AreaFinder(load_taxonomy()).find(document, read_document_statements(document), scores, rows)


def names(document, focus=0.2):
    return {area.name for area in find(document, focus)[0]}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Satsingsområde 2: Havvind og hydrogen", "Havvind og hydrogen"),
        ("4.1 Priority area 3 – Photonics", "Photonics"),
        ("Insatsområde B. Skogens kemi", "Skogens kemi"),
        ("Indsatsområde 1: blå biomasse", "Blå biomasse"),
        ("Satsingsområder og metode", ""),
        ("Havvind", ""),
    ],
)
def test_marked_headings(text, name):
    assert marked_name(text) == name


def test_names_are_cleaned_and_told_from_other_titles():
    assert clean_name("3.2.1. Healthcare technology and services") == "Healthcare technology and services"
    assert clean_name("IKT og data ........ 14") == "IKT og data"
    assert is_name("New production processes, materials and technologies")
    for title in (
        "Barrierer og tiltak",
        "2 Metode",
        "Our strengths",
        "Så gjør vi det (inkl",
        "12 400 230",
        "Det",
        "SWOT",
        "Extra 2: Developments in the ICT sector",
        "Box 4 Hydrogen",
        "Faktaruta om vätgas",
    ):
        assert not is_name(title)


def test_forms_of_a_name_are_one_area_and_compounds_are_not():
    assert same_area("Bioøkonomi", "Bioøkonomien i fylket")
    assert same_area("Smart samhälle", "Smarta samhällen")
    assert same_area("Health technologies", "Health technology")
    assert not same_area("Energilagring", "Energi og miljø")
    assert not same_area("Smarte energisystemer", "Energilagring")
    assert near_names("Rymdteknik", "Europas rymdcentrum")


def test_enumerations_follow_the_stated_number():
    said = "ocean farming, island mobility, and sound and screen"
    assert cut_items(said, 3) == ["Ocean farming", "Island mobility", "Sound and screen"]
    assert cut_items("skog, mat och vatten", 3) == ["Skog", "Mat", "Vatten"]
    assert cut_items("havvind, fjellmat samt spill og lyd") == ["Havvind", "Fjellmat", "Spill og lyd"]
    assert cut_items("havvind") == []


@given(st.text(max_size=200))
def test_no_text_breaks_the_names(text):
    marked_name(text), clean_name(text), is_name(text), cut_items(text), ANNOUNCES.search(text)


def test_children_of_an_announcing_heading():
    document = make_document([
        ("heading", "Priority areas"),
        ("heading2", "1 Photonics"), ("paragraph", ["We have light."]),
        ("heading2", "2 Wood chemistry"), ("paragraph", ["Wood is here."]),
        ("heading2", "3 Barriers and measures"), ("paragraph", ["Money is short."]),
    ], language="en")  # fmt: skip
    areas, owners = find(document, 0.0)
    assert {one.name for one in areas} == {"Photonics", "Wood chemistry"}
    assert owners[document.text[: document.text.find("Wood is")].count("\n")] == "Wood chemistry"


def test_a_sentence_that_counts_the_areas_out():
    document = make_document(
        [
            ("heading", "Summary"),
            ("paragraph", ["The region has chosen three priority areas: peat, wind power and film."]),
        ],
        language="en",
    )
    assert names(document) == {"Peat", "Wind power", "Film"}


def test_areas_said_to_be_none_are_none():
    document = make_document(
        [
            ("heading", "Oppsummering"),
            ("paragraph", ["Disse er ikke lenger satsingsområder: torv, pels og tobakk."]),
        ]
    )
    assert names(document) == set()


def test_weighed_sectors_are_not_chosen():
    document = make_document([
        ("heading", "2 Analysis"),
        ("table", ["Growth area\tFirms\tExport", "Logistics\t120\t43", "Timber\t88\t12", "Food\t60\t7"]),
    ], language="en")  # fmt: skip
    assert names(document) == set()


def test_a_table_of_areas_is_believed():
    document = make_document([
        ("heading", "2 Oversikt"),
        ("table", ["Satsingsområde\tAnsvar", "Havvind\tFylket", "Fjellmat\tKommunene", "Reiseliv\tNæringen"]),
    ])  # fmt: skip
    assert names(document) == {"Havvind", "Fjellmat", "Reiseliv"}


def test_the_same_areas_in_other_words_are_joined_by_their_order():
    document = make_document([
        ("heading", "Länets fokusområden"),
        ("table", ["Fokusområde\tKommentar", "Energiteknik\tJa", "Rymdteknik\tNej", "Besöksnäring\tJa"]),
        ("heading", "Guide"),
        ("heading2", "1. Energiteknik för kyla"), ("paragraph", ["Kylan är vår."]),
        ("heading2", "2. Europas rymdcentrum"), ("paragraph", ["Raketerna startar här."]),
        ("heading2", "3. Besöksnäringen växer"), ("paragraph", ["Gästerna kommer."]),
    ], language="sv")  # fmt: skip
    areas, owners = find(document, 0.2)
    assert {one.name for one in areas} == {"Energiteknik", "Rymdteknik", "Besöksnäring"}
    place = next(n for n, one in enumerate(document.sentences) if document.quote(one).startswith("Raketerna"))
    assert owners[place] == "Rymdteknik"


def test_a_word_that_is_too_wide_is_not_the_name_where_there_is_a_longer_one():
    document = make_document([
        ("heading", "Länets fokusområden"),
        ("table", ["Fokusområde\tKommentar", "Samhället\tJa", "Rymdteknik\tNej", "Besöksnäring\tJa"]),
        ("heading", "Våra prioriterade områden"),
        ("heading2", "Smart samhälle"), ("paragraph", ["Det är smart."]),
        ("heading2", "Rymdteknik"), ("paragraph", ["Raketerna startar här."]),
        ("heading2", "Besöksnäring"), ("paragraph", ["Gästerna kommer."]),
        ("paragraph", ["Samhället växer.", "Samhället är nära.", "Hela samhället deltar."]),
    ], language="sv")  # fmt: skip
    assert names(document) == {"Smart samhälle", "Rymdteknik", "Besöksnäring"}


def test_a_document_without_announced_areas_has_none():
    document = make_document([
        ("heading", "1 Regulering"), ("paragraph", ["Området reguleres til bolig."]),
        ("heading", "2 Byggehøyder"), ("paragraph", ["Gesims skal ikke overstige 9 meter."]),
    ])  # fmt: skip
    assert names(document, 0.9) == set()


@pytest.mark.parametrize(
    "stem", [stem for stem in GOLDEN if stem.startswith("s3_") or "plan" in stem or "party" in stem]
)
def test_real_documents(stem):
    """Areas that a person read, against what the shipped encoder, weights and rules give."""
    path = SHARED / "realpdf" / f"{stem}.pdf"
    if not path.exists():
        pytest.skip("../shared/realpdf is not here")
    from ingest.reader import read_document
    from models.classifier import load_classifier
    from models.encoder import load_encoder
    from models.passage import encode_document

    document, encoder = read_document(path), load_encoder(None)
    classifier = load_classifier(encoder.fingerprint, load_taxonomy())
    analysis = classifier.classify(document, encode_document(document, encoder, classifier.lens))
    found, true = [area.name for area in analysis.areas], GOLDEN[stem]["areas"]
    missed = [some for some in true if not any(same_area(name, one) for name in found for one in some)]
    false = [name for name in found if not any(same_area(name, one) for some in true for one in some)]
    assert len(missed) <= 0.1 * len(true)
    assert len(false) <= 1


def test_counted_fields_are_areas_without_the_word_for_them():
    document = make_document([
        ("heading", "3.2 Challenges of our time"),
        ("paragraph", ["The region wants to concentrate on three specific societal challenges."]),
        ("list_item", "Clean water"), ("paragraph", ["Rivers are dirty."]),
        ("list_item", "Healthy food"), ("paragraph", ["People eat badly."]),
        ("list_item", "Renewable energy"), ("paragraph", ["Coal runs out."]),
    ], language="en")  # fmt: skip
    assert names(document, 0.0) == {"Clean water", "Healthy food", "Renewable energy"}


def test_a_sentence_counts_the_chapters_before_others_that_are_no_fields():
    document = make_document([
        ("heading", "6 Sectors where we can grow"),
        ("paragraph", ["The following three are those on which effort will be concentrated."]),
        ("heading2", "Offshore wind"), ("paragraph", ["Wind."]),
        ("heading2", "Healthy food"), ("paragraph", ["Oats."]),
        ("heading2", "Tourism"), ("paragraph", ["Guests."]),
        ("heading2", "Enabling capability"), ("paragraph", ["Labs."]),
    ], language="en")  # fmt: skip
    assert names(document, 0.0) == {"Offshore wind", "Healthy food", "Tourism"}


def test_cross_cutting_areas_and_chapters_on_the_choice_are_no_focus_areas():
    document = make_document([
        ("heading", "5 Satsingsområder"),
        ("heading2", "5.1 Hvordan vi har valgt"), ("paragraph", ["Vi spurte."]),
        ("heading2", "5.2 Havvind"), ("paragraph", ["Vind."]),
        ("heading2", "5.3 Fjellmat"), ("paragraph", ["Mat."]),
        ("heading2", "5.4 Tverrgående temaer"), ("paragraph", ["Data."]),
        ("heading", "6 Tverrgående innsatsområder"),
        ("heading2", "6.1 Kompetanse"), ("paragraph", ["Kurs."]),
        ("heading2", "6.2 Digitalisering"), ("paragraph", ["Nett."]),
    ])  # fmt: skip
    assert names(document) == {"Havvind", "Fjellmat"}


def test_a_form_about_one_area_is_no_table_of_areas():
    form = [
        "Lines of specialisation\tFiring without gas",
        "Driving agents\tThe cluster",
        "Challenges\tSkills",
    ]
    document = make_document([
        ("heading", "5 Thematic priorities"), ("table", form), ("paragraph", ["Kilns."]), ("table", form),
        ("table", ["Priority\tSO1", "Circular habitat\tXX", "Mountain food\tX", "Clean steel\tX"]),
    ], language="en")  # fmt: skip
    assert names(document) == {"Circular habitat", "Mountain food", "Clean steel"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We focus on four societal challenges to be met by 2030.", 4),
        ("Regionen har valgt fem næringer som skal løftes.", 5),
        ("Regionen satsar på tre samhällsutmaningar.", 3),
        ("Kommunen prioriterer ikke tre næringer.", 0),
        ("We focus on three horizontal themes.", 0),
        ("Tre næringer går godt.", 0),
        ("We have chosen two sectors.", 2),
    ],
)
def test_choices_are_counted(text, count):
    assert count_choice(text) == count


def test_enumerations_under_chapters_on_areas_must_share_their_names():
    document = make_document([
        ("heading", "Analysis"),
        ("paragraph", ["In 2007 the priority research domains were:"]),
        ("list_item", "Water"), ("list_item", "Labour market"), ("list_item", "Business services"),
        ("heading", "Sectoral priorities"),
        ("heading2", "Photonics"), ("paragraph", ["Light."]),
        ("heading2", "Wood chemistry"), ("paragraph", ["Wood."]),
        ("heading2", "Space"), ("paragraph", ["Rockets."]),
    ], language="en")  # fmt: skip
    assert names(document) == {"Photonics", "Wood chemistry", "Space"}


def test_an_announcement_that_comes_again_lists_parts_of_areas():
    document = make_document([
        ("heading", "Thematic business sectors"),
        ("heading2", "Food systems"), ("paragraph", ["Food."]),
        ("heading", "Potential focus sectors"),
        ("heading2", "Food safety"), ("heading2", "Agrotechnology"),
        ("heading", "Thematic business sectors"),
        ("heading2", "Energy"), ("paragraph", ["Power."]), ("heading2", "Food systems"), ("paragraph", ["x."]),
        ("heading", "Potential focus sectors"),
        ("heading2", "Thermal management"), ("heading2", "Agile industry"),
    ], language="en")  # fmt: skip
    assert names(document) == {"Food systems", "Energy"}


def test_areas_listed_in_another_order_are_not_taken_for_one_another():
    document = make_document([
        ("heading", "Satsingsområder"),
        ("heading2", "Havbruk"), ("paragraph", ["Fisk."]),
        ("heading2", "Bioøkonomi"), ("paragraph", ["Skog."]),
        ("heading2", "Bygg og anlegg"), ("paragraph", ["Hus."]),
        ("heading", "Oppsummering"),
        ("paragraph", ["Regionens tre satsingsområder er: havbruk, bygg og anlegg, bioøkonomi."]),
    ])  # fmt: skip
    assert names(document) == {"Havbruk", "Bioøkonomi", "Bygg og anlegg"}
