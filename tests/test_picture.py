"""Pictures show what the comparison says, are the same bytes every time, and run nothing that a name holds."""

from xml.etree import ElementTree

import pytest
from hand import build, keep

from models.errors import BadQuery, OutputExists
from models.finding import Comparison
from models.taxonomy import load_taxonomy
from service.captions import write_captions
from service.compare import compare_regions
from service.export import write_picture
from service.picture import count_sets, draw_comparison

TAXONOMY = load_taxonomy()
FINANCE = ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"])
FUND = ("Fylket bør opprette et fond for nye fabrikker her.", ["measure"], ["finance"])
COOKS = ("Hotellene finner ingen kokker som vil bli vinteren over.", ["barrier"], ["labour"])
UNSURE = ("Kanskje er det noe med kraftlinjene også her et sted.", {"barrier": 0.4}, ["infrastructure"])
FISH = ("Havbruk er et satsingsområde med laks, tare og skjell.", ["focus_area"], [], "Havbruk")
NASTY = '<script>alert("$x^2$")</script> & Å'


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    catalogue = keep(
        tmp_path_factory.mktemp("data"),
        build("a", ["Viken"], [FINANCE, FUND, FISH], [("Havbruk", ())]),
        build("b", ["Norrbotten"], [FINANCE, COOKS, COOKS, UNSURE]),
        build("c", [NASTY], [FINANCE, COOKS, FISH], [("Havbruk", ())]),
    )
    yield compare_regions(catalogue, TAXONOMY, ["Viken", "Norrbotten", NASTY, "Nordland"])
    catalogue.close()


def test_combinations_are_counted_exactly(comparison):
    assert count_sets(comparison) == [
        (("Viken", "Norrbotten", NASTY), (0, 1, 0)),
        (("Viken", NASTY), (1, 0, 0)),
        (("Norrbotten", NASTY), (0, 1, 0)),
        (("Viken",), (0, 0, 1)),
    ]


def test_the_picture_names_regions_and_themes_as_text(comparison):
    root = ElementTree.fromstring(draw_comparison(comparison, "svg"))
    texts = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    for wanted in (
        "Viken",
        "Norrbotten",
        "finance",
        "labour",
        "Barriers by theme",
        "Measures by theme",
        "2",
        "(1)",
        "–",
        "?",
    ):
        assert wanted in texts, wanted
    assert sum(one.startswith("<script>alert(") for one in texts) >= 2
    assert not list(root.iter("{http://www.w3.org/2000/svg}script")) and b"<script" not in draw_comparison(
        comparison, "svg"
    )


@pytest.mark.parametrize("format,start", [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_same_comparison_gives_the_same_bytes(comparison, tmp_path, format, start):
    first, again = (write_picture(comparison, tmp_path / f"{n}.{format}").read_bytes() for n in (1, 2))
    assert first == again and first.startswith(start)
    assert b"matplotlib" not in first.lower() or format == "svg"


def test_colours_keep_their_order_in_grey_print():
    from matplotlib import colormaps

    from service.picture import COLOURS

    shades = [colormaps[COLOURS](n / 20)[:3] for n in range(21)]
    grey = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in shades]
    assert grey == sorted(grey, reverse=True) and grey[0] - grey[-1] > 0.6


def test_thirty_regions_fit(comparison):
    names = tuple(f"Region {n}" for n in range(30))
    wide = {name: comparison.barriers.themes[0].cells["Viken"] for name in names}
    rows = tuple(row.model_copy(update={"cells": wide}) for row in comparison.barriers.themes)
    part = comparison.barriers.model_copy(update={"themes": rows})
    many = comparison.model_copy(update={"regions": names, "barriers": part, "measures": part})
    made = many.model_copy(update={"focus_areas": Comparison(regions=(), coverage={}).focus_areas})
    assert draw_comparison(made, "png").startswith(b"\x89PNG")


def test_a_wrong_ending_a_taken_name_and_an_empty_comparison_are_refused(comparison, tmp_path):
    with pytest.raises(BadQuery, match="svg and png"):
        write_picture(comparison, tmp_path / "a.gif")
    with pytest.raises(BadQuery, match="nothing to draw"):
        draw_comparison(Comparison(regions=("A", "B"), coverage={}), "svg")
    (tmp_path / "a.svg").write_text("mine")
    with pytest.raises(OutputExists):
        write_picture(comparison, tmp_path / "a.svg")
    assert [one.name for one in tmp_path.iterdir()] == ["a.svg"] and (
        tmp_path / "a.svg"
    ).read_text() == "mine"


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", ("Finance", "Barriers by theme", "Held by exactly these regions")),
        ("nb", ("Finansiering", "Barrierer etter tema", "Hos nettopp disse regionene", "Satsingsområder")),
        ("sv", ("Finansiering", "Hinder efter tema", "Hos just dessa regioner", "Fokusområden")),
    ],
)
def test_the_picture_speaks_the_readers_language(comparison, language, words):
    drawn = draw_comparison(comparison, "svg", write_captions(language, TAXONOMY))
    texts = [
        "".join(one.itertext())
        for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert set(words) <= set(texts)
    assert language == "en" or not {"Barriers by theme", "finance"} & set(texts)
