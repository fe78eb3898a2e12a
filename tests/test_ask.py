"""Questions in five languages are understood, answered from findings with citations, or refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadQuery
from models.finding import SearchAnswer
from models.taxonomy import load_taxonomy
from service.ask import answer_question
from service.present import write_answer
from service.question import read_rules, understand
from service.settings import Settings

HOME = Path(__file__).resolve().parent
ROWS = [
    json.loads(line)
    for line in (HOME / "golden" / "questions_ask.jsonl").read_text(encoding="utf-8").splitlines()
]
ASKED = [row for row in ROWS if "regions" in row]
ABSENT = [row for row in ROWS if "regions" not in row]
KNOWN = ["Breidfjordane", "Klitsyssel", "Kvernmark", "Strathmorran", "Tjärnland"]
TAXONOMY = load_taxonomy()


def area_names():
    folder = HOME.parent / "corpus" / "samples" / "gold"
    told = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("focus_areas_*.json"))
    ]
    return [area["name"] for one in told for area in one["focus_areas"]]


class Silent:
    """Search over nothing, for questions that rules hand on to it."""

    def search(self, query, choice=None, *, limit=5):
        return SearchAnswer(query=query, answered=False)


class Shelf:
    """The parts of a library that answering needs."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.taxonomy = TAXONOMY
        self.settings = Settings()
        self.searcher = Silent()


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The samples with the findings that their authors gave them."""
    from hand import keep, read_truth
    from test_compare import SLUGS

    catalogue = keep(tmp_path_factory.mktemp("truth"), *(read_truth(slug) for slug in SLUGS))
    yield Shelf(catalogue)
    catalogue.close()


def agrees(row, asked):
    same = asked.regions == tuple(row["regions"]) and asked.kinds == tuple(row["kinds"])
    area = (asked.focus_area or "").casefold() == (row["focus_area"] or "").casefold()
    return (
        same
        and area
        and asked.themes == tuple(row["themes"])
        and asked.operation == row["operation"]
        and asked.swapped == row.get("swapped", False)
    )


def test_nine_in_ten_questions_are_understood_rightly():
    areas = area_names()
    wrong = [
        row["id"] for row in ASKED if not agrees(row, understand(row["question"], TAXONOMY, KNOWN, areas))
    ]
    assert len(ASKED) == 60 and {row["language"] for row in ASKED} == {"nb", "nn", "sv", "da", "en"}
    assert len(wrong) <= 6, wrong


def test_the_answer_is_in_the_language_of_the_question():
    areas = area_names()
    told = [understand(row["question"], TAXONOMY, KNOWN, areas).language == row["language"] for row in ASKED]
    assert sum(told) >= 0.9 * len(told)


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["id"])
def test_every_sentence_of_an_answer_is_borne_out_by_its_citations(library, row):
    record = answer_question(library, row["question"])
    assert record["understood"]["operation"] == row["operation"]
    assert json.loads(json.dumps(record)) == record
    assert list(write_answer(record))
    if record["answered"]:
        assert any(part["citations"] for part in record["answer"])
    for part in record["answer"]:
        assert part["text"]
        for one in part["citations"]:
            assert one["quote"] and one["pages"]
            assert not row["regions"] or one["region"] in KNOWN


@pytest.mark.parametrize("row", ABSENT, ids=lambda row: row["id"])
def test_what_the_texts_do_not_hold_is_refused_with_what_was_looked_at(library, row):
    record = answer_question(library, row["question"])
    assert record["answered"] is False
    assert len(record["answer"]) == 1 and not record["answer"][0]["citations"]
    assert any(
        name in record["answer"][0]["text"] for name in [*KNOWN, *area_names(), "dokument", "documents"]
    )


def test_a_shared_answer_has_a_quote_of_each_region(library):
    record = answer_question(library, "Hvilke barrierer deler Breidfjordane og Klitsyssel?")
    assert record["answered"]
    for part in record["answer"]:
        assert {one["region"] for one in part["citations"]} == {"Breidfjordane", "Klitsyssel"}


def test_what_one_has_and_the_other_lacks_quotes_only_the_one(library):
    record = answer_question(library, "What does Strathmorran do about skills that Kvernmark does not?")
    assert {one["region"] for part in record["answer"] for one in part["citations"]} == {"Strathmorran"}
    turned = answer_question(library, "Hvad mangler Klitsyssel, som Breidfjordane har?")
    assert {one["region"] for part in turned["answer"] for one in part["citations"]} == {"Breidfjordane"}


def test_focus_areas_are_answered_by_name(library):
    record = answer_question(library, "Vilka insatsområden har Tjärnland?")
    assert [part["text"] for part in record["answer"]][0] == "Tjärnland har insatsområdet Skogens bioekonomi."
    assert len(record["answer"]) == 5


def test_a_region_may_be_in_the_genitive_or_in_another_language():
    asked = understand(
        "What are Tjärnland's and Norrbottens barriers?", TAXONOMY, ["Tjärnland", "Norrbotten"]
    )
    assert asked.regions == ("Tjärnland", "Norrbotten") and asked.kinds == ("barrier",)
    alias = understand("Hvilke barrierer har Region Norrbotten?", TAXONOMY, ["Norrbotten"])
    assert alias.regions == ("Norrbotten",)


def test_an_island_is_no_country():
    asked = understand(
        "Which measures on island mobility does Strathmorran have?", TAXONOMY, KNOWN, ["Island Mobility"]
    )
    assert asked.unknown == () and asked.focus_area == "Island Mobility"


@pytest.mark.parametrize("question", ["", "  ", "?!", "\n\t"])
def test_a_question_without_a_word_is_refused(library, question):
    with pytest.raises(BadQuery):
        answer_question(library, question)


def test_an_empty_catalogue_answers_that_nothing_was_found(tmp_path):
    from hand import keep

    catalogue = keep(tmp_path)
    record = answer_question(Shelf(catalogue), "Hvilke barrierer har regionene?")
    assert record["answered"] is False and record["answer"][0]["text"]
    catalogue.close()


@given(st.text(max_size=200))
def test_any_text_is_understood_somehow(text):
    asked = understand(text, TAXONOMY, KNOWN, ["Havbruk"])
    assert asked.language in {"nb", "nn", "sv", "da", "en"}
    assert set(asked.regions) <= set(KNOWN)


def test_every_table_speaks_five_languages():
    rules = read_rules()
    for table in ("operation", "kind", "theme", "plural", "say"):
        for name, row in rules[table].items():
            assert set(row) == {"nb", "nn", "sv", "da", "en"}, (table, name)
    assert set(rules["theme"]) == set(TAXONOMY.theme_ids())
    gaps = {name: {code: text.count("{") for code, text in row.items()} for name, row in rules["say"].items()}
    assert all(len(set(counts.values())) == 1 for counts in gaps.values()), gaps
