"""Metadata from the document itself, cover before metadata."""

import pytest

from ingest.guess import guess_metadata
from ingest.outline import Layout
from ingest.raw import RawDocument
from models.document import Block, Page
from models.taxonomy import load_taxonomy


def guess(blocks, *, metadata=None, file="fil.pdf"):
    """Guess for a text of (type, text) blocks, one page."""
    text, made = "", []
    for order, (kind, content) in enumerate(blocks):
        made.append(Block(type=kind, start=len(text), end=len(text) + len(content), order=order))
        text += content + "\n"
    layout = Layout(text, (Page(index=1, start=0, end=len(text)),), tuple(made), ())
    return guess_metadata(layout, RawDocument((), metadata=metadata or {}), file, load_taxonomy())


BODY = ("paragraph", "Næringslivet i fylket vokser. " * 30)


def test_the_cover_goes_before_wrong_metadata():
    found = guess(
        [("title", "Regional strategi for Nordland 2021–2025"), BODY],
        metadata={"Title": "Microsoft Word - utkast3.doc", "CreationDate": "D:20190101120000Z"},
    )
    assert found.title == "Regional strategi for Nordland 2021–2025"
    assert (found.regions, found.year, found.type) == (("Nordland",), 2021, "strategy")
    assert set(found.sources.values()) == {"cover"}


def test_metadata_that_stands_in_the_text_is_a_title_and_a_draft_name_never():
    stated = {"Title": "Plan for kystens næringer"}
    assert guess([("paragraph", "Plan for kystens næringer"), BODY], metadata=stated).title == stated["Title"]
    assert (
        guess([BODY], metadata={"Title": "Microsoft Word - utkast3.doc"}, file="kyst_2019.pdf").title
        == "kyst 2019"
    )


@pytest.mark.parametrize(
    ("issuer", "below"),
    [
        ("THE GOVERNMENT OF FENLAND", "RESOLUTION ON A PROGRAMME FOR SMART SPECIALISATION"),
        ("Fjelldal fylkeskommune", "Nye næringer i fjellet"),
        ("Näringsdepartementet", "Kraft i hela landet"),
    ],
)
def test_who_issued_a_text_is_not_its_title(issuer, below):
    assert guess([("title", issuer), ("title", below), BODY]).title == below
    assert guess([("title", issuer), ("paragraph", below), BODY]).title == below
    assert guess([("title", issuer), BODY]).title == issuer
    assert guess([("title", issuer), ("paragraph", "12. mai 2019"), BODY]).title == issuer


def test_a_title_that_names_the_issuer_and_the_kind_of_text_is_kept():
    for title in (
        "Regjeringens havstrategi",
        "Strategi for Fjelldal fylkeskommune",
        "Ministry plan for growth",
    ):
        assert guess([("title", title), ("paragraph", "Noe annet her"), BODY]).title == title


def test_a_region_not_in_the_registry_is_taken_from_its_pattern():
    assert guess([("title", "Strategi for Fjelldal fylkeskommune"), BODY]).regions == ("Fjelldal",)
    assert guess([("title", "Utvecklingsstrategi för Region Skogsmark"), BODY]).regions == ("Skogsmark",)


def test_the_office_of_a_region_is_no_region():
    text = (
        "paragraph",
        "The plan is for Glenmore. In Glenmore we build. Glenmore has wind, as Glenmore knows. " * 9,
    )
    found = guess([("title", "Edge and Advantage: a strategy"), ("paragraph", "Region Partnership"), text])
    assert found.regions == ("Glenmore",)


def test_a_region_that_no_list_knows_goes_before_a_country_named_in_passing():
    said = "Vi vil være Danmarks mest produktive region. " + "Fabrikkerne i Isebakke vokser. " * 5
    blocks = [
        ("title", "Erhvervsstrategi for Isebakke 2025-2029"),
        ("paragraph", "Region Isebakke"),
        ("paragraph", said),
    ]
    assert guess(blocks).regions == ("Isebakke",)
    national = [
        ("title", "Strategi"),
        ("paragraph", "Danmark vokser i verden. " * 6),
        ("paragraph", "Region Isebakke er med."),
        BODY,
    ]
    assert guess(national).regions == ("Danmark",)


def test_a_place_of_printing_is_no_region():
    text = ("paragraph", "Forskning om klynger. " * 400)
    assert guess([("title", "Forskning om klynger"), ("paragraph", "Oslo, mai 2012"), text]).regions == ()


def test_regions_come_in_the_order_of_the_title_and_a_country_gives_way():
    assert guess([("title", "Agder og Rogaland i Norge"), BODY]).regions == ("Agder", "Rogaland")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Handlingsplan for reiseliv", "plan"),
        ("Evaluering av klyngene", "report"),
        ("Research and innovation strategy", "strategy"),
        ("Arbeidsprogram", "programme"),
    ],
)
def test_the_type_is_read_from_the_title(title, kind):
    assert guess([("title", title), BODY]).type == kind


@pytest.mark.parametrize(
    ("part", "country"),
    [("Northern Netherlands", "Netherlands"), ("Upper Germany", "Germany"), ("Vest-Danmark", "Danmark")],
)
def test_a_part_of_a_country_is_the_region_and_not_the_country(part, country):
    text = ("paragraph", f"The companies of {part} grow, as {country} does. " * 30)
    assert guess([("title", f"Strategy for {part}"), text]).regions == (part,)
    assert guess([("title", "A strategy for growth"), ("paragraph", f"{part} 2020"), text]).regions == (part,)
    assert guess([("title", "A strategy for growth"), text]).regions == (part,)


def test_a_part_with_a_name_of_its_own_in_the_registry_keeps_that():
    assert guess([("title", "Strategy for Northern Norway"), BODY]).regions == ("Nord-Norge",)


def test_a_part_of_a_country_named_in_passing_is_no_region():
    text = ("paragraph", "Firms in Nordland sell fish. Nordland has harbours, and Nordland has wind. " * 40)
    passing = ("paragraph", "One partner comes from Northern Germany, far away.")
    assert guess([("title", "Strategy for growth"), passing, text]).regions == ("Nordland",)
