"""Regions side by side: exact where the findings are the truth, and a clear answer to every bad request."""

import json
from itertools import combinations

import numpy as np
import pytest
from hand import GOLD, build, keep, read_truth
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.material import read_materials
from models.errors import BadComparison, UnknownKind, UnknownRegion
from models.taxonomy import load_taxonomy
from service.centring import measure_centring
from service.compare import compare_regions
from service.quotes import SAME, choose_diverse
from service.scope import MOST_REGIONS, open_sides

TAXONOMY = load_taxonomy()
SLUGS = ("breidfjordane", "klitsyssel", "kvernmark", "strathmorran", "tjarnland")


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    """The samples with the findings and areas that their authors gave them, and no vectors at all."""
    catalogue = keep(tmp_path_factory.mktemp("truth"), *(read_truth(slug) for slug in SLUGS))
    yield catalogue
    catalogue.close()


@pytest.fixture(scope="module")
def gold():
    record = json.loads((GOLD / "comparison.json").read_text(encoding="utf-8"))
    return record | {"names": {slug: one["name"] for slug, one in record["regions"].items()}}


def test_from_true_findings_the_comparison_of_all_samples_is_exact(truth, gold):
    made = compare_regions(truth, TAXONOMY, [gold["names"][slug] for slug in SLUGS])
    wanted = [
        {gold["names"][slug]: area for slug, area in one["areas"].items()}
        for one in gold["focus_areas"]["shared"]
    ]
    assert sorted(map(sorted, (one.areas.items() for one in made.focus_areas.shared))) == sorted(
        map(sorted, (one.items() for one in wanted))
    )
    for slug, areas in gold["focus_areas"]["unique"].items():
        assert [one.name for one in made.focus_areas.unique[gold["names"][slug]]] == areas
    for kind, part in (("barriers", made.barriers), ("measures", made.measures)):
        assert sorted(part.shared) == gold[kind]["shared"]
        assert {slug: sorted(part.unique[name]) for slug, name in gold["names"].items()} == gold[kind][
            "unique"
        ]
        for row in part.themes:
            for slug, name in gold["names"].items():
                cell = gold[kind]["cells"].get(row.theme, {}).get(slug, {"count": 0})
                assert row.cells[name].count == cell["count"], (kind, row.theme, slug)
                assert row.cells[name].status == ("found" if cell["count"] else "not_found")


@pytest.mark.parametrize("pair", list(combinations(SLUGS, 2)), ids="-".join)
def test_from_true_findings_every_pair_is_exact(truth, gold, pair):
    told = next(one for one in gold["pairs"] if one["regions"] == sorted(pair))
    names = gold["names"]
    made = compare_regions(truth, TAXONOMY, [names[slug] for slug in pair])
    shared = [
        {names[slug]: area for slug, area in one["areas"].items()} for one in told["shared_focus_areas"]
    ]
    assert sorted(sorted(one.areas.items()) for one in made.focus_areas.shared) == sorted(
        sorted(one.items()) for one in shared
    )
    for slug in pair:
        assert [one.name for one in made.focus_areas.unique[names[slug]]] == told["unique_focus_areas"][slug]
    for field, part in (("barrier_themes", made.barriers), ("measure_themes", made.measures)):
        assert sorted(part.shared) == told[field]["shared"]
        assert {slug: sorted(part.unique[names[slug]]) for slug in pair} == told[field]["unique"]


def test_every_quote_stands_in_its_document_on_its_pages(truth):
    made = compare_regions(truth, TAXONOMY, ["Kvernmark", "Tjärnland", "Strathmorran"])
    cited = list(citations(made.model_dump()))
    sources = read_materials(truth, sorted({one["document"] for one in cited}))
    assert len(cited) > 100
    for one in cited:
        source = sources[one["document"]]
        at = source.text.index(one["quote"])
        pages = [page.index for page in source.page_span(at, at + len(one["quote"]))]
        assert [page["index"] for page in one["pages"]] == pages


def citations(value):
    if isinstance(value, dict):
        if {"quote", "document", "pages"} <= set(value):
            yield value
        for one in value.values():
            yield from citations(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from citations(one)


def test_the_same_request_gives_the_same_bytes_from_a_catalogue_opened_anew(truth):
    names = ["Kvernmark", "Klitsyssel"]
    first = compare_regions(truth, TAXONOMY, names).model_dump_json()
    again = Catalogue.open(truth.folder)
    assert compare_regions(again, TAXONOMY, names).model_dump_json() == first
    again.close()


def test_the_order_of_regions_changes_no_verdict(truth):
    one = compare_regions(truth, TAXONOMY, ["Kvernmark", "Tjärnland"])
    other = compare_regions(truth, TAXONOMY, ["Tjärnland", "Kvernmark"])
    assert one.regions == other.regions[::-1]
    assert [dict(a.areas) for a in one.focus_areas.shared] == [
        dict(a.areas) for a in other.focus_areas.shared
    ]
    assert one.barriers.shared == other.barriers.shared and one.measures.unique == other.measures.unique


def test_a_focus_area_narrows_to_it_and_its_partners(truth):
    made = compare_regions(
        truth, TAXONOMY, ["Kvernmark", "Tjärnland"], focus_area="Energilagring og fleksibilitet"
    )
    assert made.focus_area == "Energilagring og fleksibilitet"
    quotes = {one["quote"] for one in citations(made.barriers.model_dump()) if one["finding"]}
    areas = {"Kvernmark": "Energilagring og fleksibilitet", "Tjärnland": "Fossilfri energi och industri"}
    own = {row.region for row in open_sides(truth, TAXONOMY, ["Kvernmark", "Tjärnland"])}
    assert own == set(areas)
    for side in open_sides(truth, TAXONOMY, list(areas)):
        inside = {one.quote for one in side.statements if one.focus_area == areas[side.region]}
        outside = {one.quote for one in side.statements} - inside
        found = {row.theme: row.cells[side.region] for row in made.barriers.themes}
        shown = {one.quote for cell in found.values() if cell.status == "found" for one in cell.citations}
        assert shown and not shown & outside
    assert quotes


@pytest.mark.parametrize("asked", ["energi", "Energi", "energy", "batterier"])
def test_a_focus_area_may_be_named_by_its_field(truth, asked):
    made = compare_regions(truth, TAXONOMY, ["Kvernmark", "Tjärnland"], focus_area=asked)
    assert any(cell.count for row in made.barriers.themes for cell in row.cells.values())


def test_a_focus_area_that_nobody_has_is_refused_with_near_names(truth):
    with pytest.raises(BadComparison, match="helikopter") as caught:
        compare_regions(truth, TAXONOMY, ["Kvernmark", "Tjärnland"], focus_area="helikopterzz")
    assert caught.value.nearest


SIMPLE = [
    ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"]),
    ("Fylket bør opprette et fond for nye fabrikker her.", ["measure"], ["finance"]),
]


@pytest.fixture
def simple(tmp_path):
    catalogue = keep(
        tmp_path / "data",
        build("a", ["Viken"], SIMPLE),
        build(
            "b",
            ["Norrbotten"],
            [*SIMPLE, ("Folk flytter ut og ingen kommer i stedet for dem.", ["barrier"], ["labour"])],
        ),
    )
    yield catalogue
    catalogue.close()


@pytest.mark.parametrize(
    "regions,error,words",
    [
        ([], BadComparison, "two regions"),
        (["Viken"], BadComparison, "two regions"),
        (["Viken", "Viken"], BadComparison, "twice"),
        (["Viken", "viken fylkeskommune"], BadComparison, "same"),
        (["Norrbotten", "Region Norrbotten"], BadComparison, "twice"),
        (["Viken", "Atlantis"], UnknownRegion, "Atlantis"),
        (["Nordland", "Rogaland"], BadComparison, "No document"),
        ([f"r{n}" for n in range(MOST_REGIONS + 1)], BadComparison, "31 regions"),
    ],
)
def test_a_bad_request_gets_an_answer_of_its_own(simple, regions, error, words):
    with pytest.raises(error, match=words):
        compare_regions(simple, TAXONOMY, regions)


def test_kinds_narrow_and_unknown_or_themeless_ones_are_refused(simple):
    made = compare_regions(simple, TAXONOMY, ["Viken", "Norrbotten"], kinds=["barrier"])
    assert made.barriers.themes and not made.measures.themes and not made.links
    with pytest.raises(UnknownKind):
        compare_regions(simple, TAXONOMY, ["Viken", "Norrbotten"], kinds=["hindrance"])
    with pytest.raises(BadComparison, match="strength"):
        compare_regions(simple, TAXONOMY, ["Viken", "Norrbotten"], kinds=["strength"])


def test_a_region_of_the_registry_without_documents_is_unknown_not_empty(simple):
    made = compare_regions(simple, TAXONOMY, ["Viken", "Nordland"])
    cells = {row.theme: row.cells for row in made.barriers.themes}
    assert all(row["Nordland"].status == "unknown" for row in cells.values())
    assert cells["finance"]["Viken"].status == "found"
    assert made.barriers.shared == () and made.barriers.unique == {"Viken": (), "Nordland": ()}
    assert any("Nordland" in note and "unknown" in note for note in made.notes)


def test_a_region_without_a_readable_page_is_unknown(tmp_path):
    dark = build("b", ["Norrbotten"], SIMPLE, readable=False)
    catalogue = keep(tmp_path, build("a", ["Viken"], SIMPLE), dark)
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    assert {row.cells["Norrbotten"].status for row in made.barriers.themes} == {"unknown"}
    assert any("could be read" in note for note in made.notes)
    catalogue.close()


def test_what_is_not_found_says_how_much_was_read_and_what_came_nearest(tmp_path):
    vectors = np.eye(4, dtype=np.float32)
    left = build("a", ["Viken"], [(f"Setning nummer {n} om helt ulike saker her.", ["barrier"], [theme])
                                  for n, theme in enumerate(["finance", "skills", "data", "labour"])], vectors=vectors)  # fmt: skip
    right = build("b", ["Norrbotten"], [("Meningen om annat i länet som finns där.", ["barrier"], ["skills"]),
                                        ("En annan mening om något helt annat nu.", ["strength"], [])],
                  language="sv", vectors=vectors[:2])  # fmt: skip
    catalogue = keep(tmp_path, left, right)
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    cell = next(row for row in made.barriers.themes if row.theme == "finance").cells["Norrbotten"]
    assert (cell.status, cell.count, cell.pages_read) == ("not_found", 0, 1)
    assert cell.nearest is not None and -1 <= cell.nearest.score <= 1
    assert made.barriers.shared == ("skills",)
    assert set(made.barriers.unique["Viken"]) == {"finance", "data", "labour"}
    assert set(made.barriers.missing["Norrbotten"]) == {"finance", "data", "labour"}
    catalogue.close()


def test_one_unsure_sentence_makes_no_theme_shared(tmp_path):
    weak = [("Kanskje er det noe med kapitalen også her et sted.", {"barrier": 0.4}, ["finance"])]
    catalogue = keep(tmp_path, build("a", ["Viken"], SIMPLE), build("b", ["Norrbotten"], weak))
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    cell = made.barriers.themes[0].cells["Norrbotten"]
    assert (cell.status, cell.count, cell.weak) == ("found", 1, True)
    assert made.barriers.shared == () and made.barriers.unique["Viken"] == ("finance",)
    assert "unsure" in made.barriers.themes[0].why
    catalogue.close()


def test_a_theme_that_no_word_speaks_of_needs_more_than_one_sentence(tmp_path):
    vague = [
        (f"Store utfordringer gjenstår for del {n} av helheten.", {"barrier": 0.8}, ["regulation"])
        for n in range(3)
    ]
    told = [("Lovverket og reguleringene endres hvert fjerde år.", {"barrier": 0.5}, ["regulation"])]
    one, many, said = (keep_one(tmp_path / name, rows, "regulation") for name, rows in
                       (("one", vague[:1]), ("many", vague), ("said", told)))  # fmt: skip
    assert (one.weak, many.weak, said.weak) == (True, False, False)


def test_the_theme_of_goals_and_priorities_is_a_regions_own_only_if_its_words_say_so(tmp_path):
    vague = [
        (f"Store utfordringer gjenstår for del {n} av helheten.", {"barrier": 0.8}, ["politics"])
        for n in range(3)
    ]
    told = [("Det politiske flertallet skifter mål hvert fjerde år.", {"barrier": 0.5}, ["politics"])]
    beside = [(f"Kapital mangler i del {n} av fylket.", {"barrier": 0.9}, ["finance"]) for n in range(12)]
    labelled = [("Flertallet skifter.", {"barrier": 1.0}, ["politics"]), *beside]
    found = [keep_one(tmp_path / str(n), rows, "politics") for n, rows in
             enumerate((vague, told, [*told, *beside], labelled))]  # fmt: skip
    assert [cell.weak for cell in found] == [True, False, True, False]


def keep_one(path, rows, theme):
    """The cell of a theme of a region with these barriers."""
    catalogue = keep(path, build("a", ["Viken"], SIMPLE), build("b", ["Norrbotten"], rows))
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    catalogue.close()
    return next(row for row in made.barriers.themes if row.theme == theme).cells["Norrbotten"]


def test_density_not_count_ranks_themes(tmp_path):
    long = [("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"])] * 2
    filler = [
        (f"Her står det bare noe nummer {n} om ingenting spesielt for noen.", [], []) for n in range(300)
    ]
    skills = [("Det mangler fagfolk i alle bransjer som finnes her.", ["barrier"], ["skills"])]
    catalogue = keep(tmp_path, build("a", ["Viken"], [*long, *filler]), build("b", ["Norrbotten"], skills))
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    assert [row.theme for row in made.barriers.themes[:2]] == ["skills", "finance"]
    cell = made.barriers.themes[1].cells["Viken"]
    assert cell.per_1000_words == pytest.approx(1000 * 2 / made.coverage["Viken"].words, abs=1e-4)
    assert any("density" in note for note in made.notes)
    catalogue.close()


def test_a_document_of_two_regions_counts_for_each_as_it_says(tmp_path):
    rows = [
        ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"], None, None),
        (
            "I Akershus mangler det tomter til alle dem som vil bygge.",
            ["barrier"],
            ["infrastructure"],
            None,
            "Akershus",
        ),
    ]
    catalogue = keep(tmp_path, build("a", ["Viken", "Akershus"], rows), build("b", ["Norrbotten"], SIMPLE))

    def counts(*regions):
        made = compare_regions(catalogue, TAXONOMY, regions, kinds=["barrier"])
        return {
            region: {row.theme for row in made.barriers.themes if row.cells[region].count}
            for region in regions
        }

    assert counts("Viken", "Norrbotten")["Viken"] == {"finance", "infrastructure"}
    assert counts("Akershus", "Norrbotten")["Akershus"] == {"finance", "infrastructure"}
    assert counts("Viken", "Akershus") == {"Viken": {"finance"}, "Akershus": {"infrastructure"}}
    catalogue.close()


def test_predecessors_and_parts_are_counted_when_asked_and_named(tmp_path):
    catalogue = keep(tmp_path, build("a", ["Viken"], SIMPLE), build("b", ["Norrbotten"], SIMPLE))
    alone = compare_regions(catalogue, TAXONOMY, ["Akershus", "Norrbotten"])
    assert alone.coverage["Akershus"].documents == 0 and alone.included == {}
    with_parts = compare_regions(catalogue, TAXONOMY, ["Akershus", "Norrbotten"], include_parts=True)
    assert with_parts.included == {"Akershus": ("Viken",)}
    assert with_parts.barriers.shared == ("finance",)
    country = compare_regions(catalogue, TAXONOMY, ["Norge", "Norrbotten"], include_parts=True)
    assert country.included == {"Norge": ("Viken",)}
    catalogue.close()


def test_areas_of_one_name_in_two_documents_of_a_region_are_one(tmp_path):
    area = [("Havbruk er et satsingsområde med laks, tare og skjell.", ["focus_area"], [], "Havbruk")]
    catalogue = keep(
        tmp_path,
        build("a1", ["Viken"], area, [("Havbruk", ())]),
        build("a2", ["Viken"], [*area, *SIMPLE], [("havbruk", ())]),
        build("b", ["Norrbotten"], [("Vattenbruk med lax och musslor prioriteras i länet.", ["focus_area"], [], "Vattenbruk")],
              [("Vattenbruk", ())], language="sv"),
    )  # fmt: skip
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    assert [one.areas for one in made.focus_areas.shared] == [
        {"Viken": "Havbruk", "Norrbotten": "Vattenbruk"}
    ]
    assert made.focus_areas.unique == {"Viken": (), "Norrbotten": ()}
    assert "aquaculture" in made.focus_areas.shared[0].why
    catalogue.close()


def test_a_field_that_a_region_only_mentions_is_not_shared(tmp_path):
    hotel = [("Hotellene i fylket har gjester fra hele landet hver sommer.", ["strength"], []),
             ("Helse er et satsingsområde med sykehus og pasienter.", ["focus_area"], [], "Helse")]  # fmt: skip
    visit = [
        ("Besöksnäringen med hotell och gäster är ett insatsområde.", ["focus_area"], [], "Besöksnäring")
    ]
    catalogue = keep(
        tmp_path,
        build("a", ["Viken"], hotel, [("Helse", ())]),
        build("b", ["Norrbotten"], visit, [("Besöksnäring", ())], language="sv"),
    )
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    assert made.focus_areas.shared == ()
    assert [one.name for one in made.focus_areas.unique["Norrbotten"]] == ["Besöksnäring"]
    catalogue.close()


def test_a_barrier_finds_its_measure_and_an_open_one_a_teacher(tmp_path):
    unit = np.eye(6, dtype=np.float32)
    mine = [("Det mangler sveisere på alle verftene langs kysten vår.", ["barrier"], ["skills"]),
            ("Fylket bør åpne en skole for sveisere ved verftene.", ["measure"], ["skills"]),
            ("Ingen banker vil låne penger til de små bedriftene.", ["barrier"], ["finance"]),
            ("Helt annet stoff om været og om naturen i fylket.", [], [])]  # fmt: skip
    theirs = [("Länet inrättar en fond för lån till små företag.", ["measure"], ["finance"]),
              ("Något annat om vädret och naturen i länet.", [], [])]  # fmt: skip
    catalogue = keep(
        tmp_path,
        build("a", ["Viken"], mine, vectors=[unit[0], unit[0] * 0.9 + unit[1] * 0.4, unit[2], unit[3]]),
        build("b", ["Norrbotten"], theirs, language="sv", vectors=[unit[2], unit[4]]),
    )
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    assert [(one.barrier.quote, one.measure.quote) for one in made.links] == [(mine[0][0], mine[1][0])]
    assert [one.quote for one in made.unanswered["Viken"]] == [mine[2][0]]
    assert [(one.region, one.teacher, one.measure.quote) for one in made.lessons] == [
        ("Viken", "Norrbotten", theirs[0][0])
    ]
    catalogue.close()


def test_a_cell_repeats_no_point(tmp_path):
    said = [("Det mangler kapital til nye fabrikker i hele fylket vårt.", ["barrier"], ["finance"]),
            ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"]),
            ("Bankene vil ikke låne ut penger til unge bedrifter her.", ["barrier"], ["finance"])]  # fmt: skip
    catalogue = keep(tmp_path, build("a", ["Viken"], said), build("b", ["Norrbotten"], SIMPLE))
    made = compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten"])
    cell = made.barriers.themes[0].cells["Viken"]
    assert cell.count == 3 and len(cell.citations) == 2
    catalogue.close()


def test_a_cell_shows_the_same_whoever_is_compared(tmp_path):
    said = [(f"Det mangler {word} i {place}, sier bedriftene.", ["barrier"], ["finance"])
            for word in ("kapital", "lån", "støtte") for place in ("nord", "sør")]  # fmt: skip
    rng = np.random.default_rng(3)
    first, other, third = (
        rng.standard_normal((n, 8)).astype(np.float32) for n in (6, len(SIMPLE), len(SIMPLE))
    )
    catalogue = keep(
        tmp_path,
        build("a", ["Viken"], said, vectors=first),
        build("b", ["Norrbotten"], SIMPLE, vectors=other),
        build("c", ["Troms"], SIMPLE, vectors=third),
    )
    pairs = (["Viken", "Norrbotten"], ["Troms", "Viken"], ["Viken", "Norrbotten"])
    made = [compare_regions(catalogue, TAXONOMY, names) for names in pairs]
    cells = [row.cells["Viken"] for one in made for row in one.barriers.themes if row.theme == "finance"]
    assert cells[0].citations == cells[1].citations and made[0] == made[2]
    catalogue.close()


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1)), min_size=1, max_size=14))
def test_chosen_quotes_are_members_and_differ(tmp_path_factory, made):
    rows = [
        (f"ord{n} tekst{n} noe{n} annet{n} her{n} står{n}", {"barrier": score}, ["finance"])
        for n, (*_, score) in enumerate(made)
    ]
    vectors = np.array([[a, b, 0.01, 0.0] for a, b, _ in made], dtype=np.float32)
    catalogue = keep(tmp_path_factory.mktemp("data"), build("a", ["Viken"], rows, vectors=vectors))
    (side,) = open_sides(catalogue, TAXONOMY, ["Viken"], alone=True)
    chosen = choose_diverse(side, side.vectors, list(range(len(rows))), [score for *_, score in made])
    assert 1 <= len(chosen) <= 3 and len(set(chosen)) == len(chosen)
    for one, other in combinations(chosen, 2):
        assert float(side.vectors[one] @ side.vectors[other]) < SAME + 1e-4
    assert not np.isnan(side.vectors).any()
    assert set(measure_centring(side.materials).means) <= {"nb"}
    catalogue.close()


def test_hostile_names_are_answered(simple):
    for name in ("", " ", "\x00", "a" * 10_000, "'; DROP TABLE documents; --", "../../etc/passwd", "\ud800"):
        with pytest.raises((UnknownRegion, BadComparison)):
            compare_regions(simple, TAXONOMY, ["Viken", name])
        with pytest.raises(BadComparison):
            compare_regions(simple, TAXONOMY, ["Viken", "Norrbotten"], focus_area=name or "zzzz")
