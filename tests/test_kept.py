"""A comparison asked for again is not made again, until the catalogue or the taxonomy changes."""

import threading

import pytest
from hand import build, keep

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.errors import UnknownRegion
from models.finding import Comparison
from models.registry import add_region
from service.kept import KEPT, Comparisons
from service.library import Library
from service.order import compare_ordered, make_order
from service.settings import Settings

ROWS = [("Det mangler kapital til nye fabrikker i hele fylket.", ["barrier"], ["finance"])]


@pytest.fixture
def library(tmp_path):
    keep(tmp_path, build("a", ["Viken"], ROWS), build("b", ["Norrbotten"], ROWS)).close()
    held = Library(Settings(data=tmp_path), Catalogue.open(Folder(tmp_path), write=True), writes=True)
    yield held
    held.close()


def test_the_same_order_is_made_once_and_another_anew(library):
    order = make_order(["Viken", "Norrbotten"], comparison=True)
    first = compare_ordered(library, order)
    assert compare_ordered(library, make_order(["Viken", "Norrbotten"], comparison=True)) is first
    assert compare_ordered(library, make_order(["Norrbotten", "Viken"], comparison=True)) is not first


def test_a_change_of_documents_or_regions_makes_it_anew(library):
    order = make_order(["Viken", "Norrbotten"], include_parts=True, comparison=True)
    first = compare_ordered(library, order)
    document, analysis, vectors = build("c", ["Viken"], ROWS, year=2020)
    library.catalogue.store(document, analysis, vectors, vectors)
    second = compare_ordered(library, order)
    assert second.coverage["Viken"].documents == first.coverage["Viken"].documents + 1
    add_region(library.catalogue.folder.taxonomy, {"name": "Solmark", "successors": ["Viken"]})
    assert compare_ordered(library, order) is not second


def test_a_refusal_is_not_kept(library):
    for _ in range(2):
        with pytest.raises(UnknownRegion):
            compare_ordered(library, make_order(["Viken", "Atlantis"], comparison=True))


def test_no_more_than_so_many_are_kept():
    made, kept = [], Comparisons()

    def make(key):
        made.append(key)
        return Comparison(regions=(str(key),), coverage={})

    for key in range(KEPT + 1):
        kept.get(key, lambda key=key: make(key))
    kept.get(1, lambda: make(1))
    kept.get(0, lambda: make(0))
    assert made == [*range(KEPT + 1), 0]


def test_many_that_ask_at_once_get_the_one(library):
    order, found = make_order(["Viken", "Norrbotten"], comparison=True), []
    threads = [
        threading.Thread(target=lambda: found.append(compare_ordered(library, order))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len({id(one) for one in found}) == 1
