"""What is asked to be compared or exported is what is written, with a citation in every row."""

import csv
import io
import json

import pytest
from hand import build, keep

from models.errors import BadComparison, BadQuery, OutputExists, StrategyError, UnknownRegion, UnknownTheme
from service.library import Library
from service.order import compare_ordered, make_order, write_order
from service.settings import Settings

ROWS = [
    ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"], "Havbruk"),
    ("Fylket bør opprette et fond for nye fabrikker her.", ["measure"], ["finance"], "Havbruk"),
    ("Folk flytter ut, og ingen kommer i stedet for dem.", ["barrier"], ["labour"]),
    ("Havbruk er et satsingsområde med laks, tare og skjell.", ["focus_area"], [], "Havbruk"),
    ("Her står det bare noe om været og om naturen.", [], []),
]
AREAS = [("Havbruk", ())]
CITED = ("quote", "document", "title", "page", "link")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    keep(
        path,
        build("a", ["Viken"], ROWS, AREAS, year=2019),
        build("b", ["Norrbotten"], ROWS[:2], AREAS, language="sv"),
        build("c", ["Nordland"], ROWS[2:], AREAS),
    ).close()
    from corpus.catalogue import Catalogue
    from corpus.folder import Folder

    held = Library(Settings(data=path), Catalogue.open(Folder(path)), writes=False)
    yield held
    held.close()


def read_csv(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig").partition("\r\n\r\n")[0])))


def test_findings_are_written_with_a_whole_citation_in_every_row(library, tmp_path):
    rows = read_csv(write_order(library, make_order(), tmp_path / "all.csv"))
    assert len(rows) == 8
    assert all(row[name] for row in rows for name in CITED)
    viken = next(row for row in rows if row["region"] == "Viken")
    assert (viken["title"], viken["year"], viken["page"], viken["printed_page"]) == ("a", "2019", "1", "3")


@pytest.mark.parametrize(
    "asked,count",
    [
        ({"regions": ["Viken"]}, 4),
        ({"regions": ["Viken", "Nordland"], "kinds": ["barrier"]}, 3),
        ({"themes": ["labour"]}, 2),
        ({"documents": ["b.pdf"]}, 2),
        ({"focus_area": "Havbruk"}, 6),
    ],
)
def test_what_narrows_a_list_narrows_the_file_and_stands_in_its_manifest(library, tmp_path, asked, count):
    path = write_order(library, make_order(**asked), tmp_path / "some.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert len(record["rows"]) == count
    assert record["manifest"]["filters"] == {"findings": count} | asked
    assert {one["id"] for one in record["manifest"]["documents"]} == {
        row["document"] for row in record["rows"]
    }


def test_the_same_order_gives_the_same_bytes_in_every_format(library, tmp_path):
    for comparison in (False, True):
        order = make_order(["Viken", "Norrbotten"], comparison=comparison)
        for kind in ("csv", "xlsx", "docx", "json"):
            paths = [write_order(library, order, tmp_path / f"{comparison}{n}.{kind}") for n in (1, 2)]
            assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_report_of_findings_has_regions_kinds_and_sources(library, tmp_path):
    from docx import Document

    path = write_order(library, make_order(["Viken"]), tmp_path / "viken.docx")
    lines = [one.text for one in Document(path).paragraphs]
    assert [one for one in lines if one in ("Viken", "Barrier", "Measure", "Focus area")] == [
        "Viken", "Barrier", "Measure", "Focus area",
    ]  # fmt: skip
    assert "“Folk flytter ut, og ingen kommer i stedet for dem.” (a (Viken, 2019), p. 1, printed 3)" in lines


def test_a_comparison_is_written_as_it_is_shown(library, tmp_path):
    order = make_order(["Viken", "Norrbotten"], kinds=["barrier"], themes=["finance"], comparison=True)
    record = json.loads(write_order(library, order, tmp_path / "two.json").read_text(encoding="utf-8"))
    assert record.pop("manifest")["filters"] == {
        "regions": ["Viken", "Norrbotten"],
        "kinds": ["barrier"],
        "themes": ["finance"],
    }
    assert record == compare_ordered(library, order).model_dump(mode="json")
    assert [row["theme"] for row in record["barriers"]["themes"]] == ["finance"]
    assert record["barriers"]["shared"] == ["finance"] and record["links"] == []


def test_parts_and_a_focus_area_reach_the_comparison(library):
    whole = compare_ordered(library, make_order(["Norge", "Norrbotten"], include_parts=True))
    assert whole.included == {"Norge": ("Nordland", "Viken")}
    inside = compare_ordered(library, make_order(["Viken", "Norrbotten"], focus_area="Havbruk"))
    held = {row.theme for row in inside.barriers.themes if row.cells["Viken"].count}
    assert inside.focus_area == "Havbruk" and held == {"finance"}


@pytest.mark.parametrize(
    "asked,name,error",
    [
        ({"regions": ["Atlantis"]}, "a.csv", UnknownRegion),
        ({"themes": ["weather"]}, "a.csv", UnknownTheme),
        ({"regions": ["Viken"], "comparison": True}, "a.csv", BadComparison),
        (
            {"regions": ["Viken", "Norrbotten"], "themes": ["weather"], "comparison": True},
            "a.csv",
            UnknownTheme,
        ),
        ({"include_parts": True}, "a.csv", BadQuery),
        ({}, "a.exe", BadQuery),
        ({}, "none/a.csv", OutputExists),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(library, tmp_path, asked, name, error):
    with pytest.raises(error) as caught:
        write_order(library, make_order(**asked), tmp_path / name)
    assert isinstance(caught.value, StrategyError) and str(tmp_path) not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_never_touched(library, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("mine")
    with pytest.raises(OutputExists):
        write_order(library, make_order(), path)
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]
