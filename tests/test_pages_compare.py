"""The comparison page: what cells show, documents old against new, areas that narrow it, what it lets one download."""

import re
from urllib.parse import urlsplit

import pytest
from conftest import HOME, copy_data, run_strategi
from fastapi.testclient import TestClient
from web import look

from models.finding import Cell, Comparison, ThemeComparison, ThemeRow
from service.api import create_app
from service.heat import build_matrix
from service.settings import Settings
from service.texts import SPOKEN
from service.wanted import list_editions

OLD = HOME / "tests" / "editions" / "kvernmark_2018.pdf"
TWO = "/compare?region=Kvernmark&region=Klitsyssel"
EDITIONS = "/compare?document=kvernmark.pdf&document=kvernmark_2018.pdf"


@pytest.fixture(scope="module")
def client(ingested, tmp_path_factory):
    """The service over the samples and an older strategy of one of their regions."""
    data = tmp_path_factory.mktemp("compared") / "data"
    copy_data(ingested, data)
    run_strategi("ingest", OLD, data=data)
    with TestClient(create_app(Settings(data=data))) as made:
        yield made


def made_of(**cells):
    rows = tuple(
        ThemeRow(
            theme=theme,
            cells={
                name: Cell(status="found" if count else "not_found", count=count, per_1000_words=density)
                for name, (count, density) in zip("AB", pair, strict=True)
            },
        )
        for theme, pair in cells.items()
    )
    return Comparison(regions=("A", "B"), coverage={}, barriers=ThemeComparison(themes=rows))


def test_shares_are_of_the_region_or_of_the_theme():
    made = made_of(skills=((30, 3.0), (1, 1.0)), market=((10, 1.0), (0, 0.0)))
    region = build_matrix(made, "barrier", "region")
    assert [[one.value for one in row] for _, row in region.rows] == [[75, 100], [25, 0]]
    theme = build_matrix(made, "barrier", "theme")
    assert [[one.value for one in row] for _, row in theme.rows] == [[75, 25], [100, 0]]
    turned = build_matrix(made, "barrier", "theme", turned=True)
    assert [[one.value for one in row] for _, row in turned.rows] == [[75, 100], [25, 0]]
    assert build_matrix(made_of(skills=((0, 0.0), (0, 0.0))), "barrier", "region", hide=False).rows


@pytest.mark.parametrize("language, written", [("en", "100%"), ("nb", "100\xa0%"), ("sv", "100\xa0%")])
def test_shares_are_shown_as_the_language_writes_them(client, language, written):
    shown = client.get(f"{TWO}&show=theme", headers={"Accept-Language": language}).text
    assert written in shown and "checked> %" in shown.replace("\n", "")


def test_all_quotes_of_a_cell_can_be_opened(client):
    plain = client.get(f"{TWO}&cell=measure:collaboration:Kvernmark").text
    count = int(re.search(r"<p class=\"soft\">(\d+) statements", plain)[1])
    assert (
        plain.count(
            '<figure class="cite"',
            plain.index('id="quotes-measure"'),
            plain.index("What sets them", plain.index('id="quotes-measure"')),
        )
        == 3
        < count
    )
    page = look(client, f"{TWO}&cell=measure:collaboration:Kvernmark")
    more = next(link for link in page.links if "whole=1" in link)
    shown = client.get(more.partition("#")[0]).text
    start = shown.index('id="quotes-measure"')
    assert shown.count('<figure class="cite"', start, shown.index("What sets them", start)) == count
    assert "whole=1" not in next(link for link in page.links if "cell=barrier" in link)


@pytest.mark.parametrize("language", SPOKEN)
def test_what_changed_between_two_editions_is_told(client, language):
    page = look(client, EDITIONS, headers={"Accept-Language": language})
    assert not page.open and "Kvernmark 2018" in page.text and len(page.ids) == len(set(page.ids))
    if language == "en":
        assert "What changed from Kvernmark 2018 to Kvernmark 2024" in page.text
        for words in (
            "New (2) Helseteknologi",
            "No longer there (2) Reiseliv i fjellet",
            "was “Skog og trevarer”",
        ):
            assert words in page.text
    ticked = [named["value"] for tag, named in page.tags if tag == "input" and "checked" in named]
    assert len([one for one in ticked if len(one) == 12]) == 2


def test_editions_are_offered_and_lead_to_what_changed(client):
    page = look(client, "/compare?by=document")
    offered = [link for link in page.links if link.startswith("/compare?document=")]
    assert len(offered) == 1 and "Kvernmark 2018 – 2024" in page.text
    assert "What changed from" in look(client, offered[0]).text
    assert "Choose at least two documents" in look(client, "/compare?document=kvernmark.pdf").text


def test_documents_of_several_regions_have_no_editions():
    rows = [
        {"id": "a", "year": 2020, "regions": ["A"]}, {"id": "b", "year": 2020, "regions": ["A"]},
        {"id": "c", "year": None, "regions": ["B"]}, {"id": "d", "year": 2001, "regions": ["B"]},
        {"id": "e", "year": 2024, "regions": ["C", "A"]}, {"id": "f", "year": 2019, "regions": ["C"]},
    ]  # fmt: skip
    assert [(region, old["id"], new["id"]) for region, old, new in list_editions(rows)] == [("C", "f", "e")]


def test_an_area_narrows_the_page_and_can_be_left(client):
    page = look(client, TWO)
    inside = next(link for link in page.links if "focus_area=" in link and link.startswith("/compare"))
    narrow = look(client, inside)
    assert "Only within this area" in narrow.text and "Barriers and the measures" not in narrow.text
    assert any("focus_area" not in link for link in narrow.links if link.startswith("/compare?region"))
    assert all("focus_area=" in link for link in narrow.links if link.startswith("/api/v1/export"))
    wrong = look(client, f"{TWO}&focus_area=helikopterzz", 422)
    assert "cannot be compared" in wrong.text


@pytest.mark.parametrize("path", [TWO, EDITIONS, f"{TWO}&kind=barrier&parts=1"])
def test_every_download_is_there(client, path):
    page = look(client, path)
    links = [link for link in page.links if link.startswith("/api/v1/export")]
    assert [link.rpartition("=")[2] for link in links] == [
        "xlsx",
        "docx",
        "csv",
        "json",
        "qdpx",
        "png",
        "svg",
    ]
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200 and len(answer.content) > 500, link
        assert answer.headers["content-disposition"].startswith("attachment")
    assert ("include_parts=true" in links[0]) is ("parts=1" in path)


def test_all_links_of_barriers_are_shown_when_asked(client):
    page = look(client, TWO)
    assert "Show all" in page.text
    every = next(link for link in page.links if "links=all" in link)
    assert client.get(urlsplit(every).path + "?" + urlsplit(every).query).text.count(
        'class="pairing"'
    ) > client.get(TWO).text.count('class="pairing"')


def test_odd_parameters_do_no_harm(client):
    odd = (
        "show=%00", "show=everything", "cell=barrier::", "cell=measure:skills:%3Cb%3E&whole=1", "links=x",
        "kind=strength", "parts=9", "by=%3Cscript%3E", "focus_area=%20", f"focus_area={'a' * 5000}",
    )  # fmt: skip
    for one in odd:
        answer = client.get(f"{TWO}&{one}")
        assert answer.status_code == (422 if "aaaa" in one else 200) and "<script>" not in answer.text, one
    assert client.get("/compare?document=none&document=kvernmark.pdf").status_code == 404
    assert client.get("/compare?document=kvernmark.pdf&document=kvernmark").status_code == 422
    assert client.get("/compare?" + "&".join(f"region=r{n}" for n in range(40))).status_code in (404, 422)
