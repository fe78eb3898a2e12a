"""What a comparison counts, sentence by sentence: as many as its cells say, and no other."""

import pytest
from hand import build, keep

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.errors import BadComparison, UnknownTheme
from service.counted import cite_cell, list_counted
from service.library import Library
from service.order import compare_ordered, make_order
from service.settings import Settings

FUND = ("Fylket bør opprette et fond for nye fabrikker her.", ["measure"], ["finance"], "Havbruk")
MONEY = ("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance", "skills"])
COOKS = ("Hotellene finner ingen kokker som vil bli vinteren over.", ["barrier"], ["labour"], "Reiseliv")
SALMON = ("Havbruket mangler folk som kan stelle laks og torsk.", ["barrier"], ["skills"], "Havbruk")
ROOTS = ("Det er sterke fagmiljøer her, med lange røtter.", ["strength"], [])
AREAS = [("Havbruk", ()), ("Reiseliv", ())]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    keep(
        path,
        build("a", ["Viken"], [FUND, MONEY, COOKS, SALMON, ROOTS], AREAS),
        build("b", ["Nordland"], [MONEY, SALMON], AREAS[:1]),
        build("c", ["Troms"], [MONEY]),
    ).close()
    held = Library(Settings(data=path), Catalogue.open(Folder(path)), writes=False)
    yield held
    held.close()


def quotes(found):
    return [one.quote for one in found]


@pytest.mark.parametrize("more", [{}, {"focus_area": "Havbruk"}, {"themes": ["skills", "finance"]}])
@pytest.mark.parametrize("named", [{"regions": ["Viken", "Nordland"]}, {"documents": ["a.pdf", "b.pdf"]}])
def test_a_cell_has_as_many_citations_as_it_counts(library, named, more):
    order = make_order(**named, **more, comparison=True)
    made = compare_ordered(library, order)
    seen = 0
    for kind, table in (("barrier", made.barriers), ("measure", made.measures)):
        for row in table.themes:
            for side, cell in row.cells.items():
                cited = cite_cell(library, order, kind, row.theme, side)
                seen += len(cited)
                assert len(cited) == cell.count
                assert set(quotes(cell.citations)) <= set(quotes(cited))
    assert seen >= 3
    assert cite_cell(library, order, "barrier", "skills", "Nowhere") == ()


def test_all_findings_of_the_regions_are_listed_and_of_no_other(library):
    found = list_counted(library, make_order(["Viken", "Nordland"], comparison=True))
    assert sorted(quotes(found)) == sorted(
        one[0] for one in (FUND, MONEY, COOKS, SALMON, ROOTS, MONEY, SALMON)
    )
    assert {one.region for one in found} <= {"Viken", "Nordland", None}


def test_areas_themes_and_kinds_narrow_the_list(library):
    names = ["Viken", "Nordland"]
    inside = list_counted(library, make_order(names, focus_area="Havbruk", comparison=True))
    assert sorted(quotes(inside)) == sorted([FUND[0], SALMON[0], SALMON[0]])
    skilled = list_counted(library, make_order(names, kinds=["barrier"], themes=["labour"], comparison=True))
    assert quotes(skilled) == [COOKS[0]]


def test_what_cannot_be_compared_is_not_listed(library):
    with pytest.raises(BadComparison):
        list_counted(library, make_order(["Viken"], comparison=True))
    with pytest.raises(BadComparison):
        list_counted(library, make_order(["Viken"], ["a.pdf", "b.pdf"], comparison=True))
    with pytest.raises(UnknownTheme):
        list_counted(library, make_order(["Viken", "Nordland"], themes=["weather"], comparison=True))
