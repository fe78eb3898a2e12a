"""What a question expects, which sentence could give it, and questions that the texts do not answer."""

import json
from pathlib import Path

import pytest
from conftest import SAMPLES as FILES
from easel import LEFT, RIGHT, Easel, write

from service.expected import has_number_beside, read_expected
from service.jobs import ingest_paths
from service.library import open_library
from service.settings import load_settings

SAMPLES = ("breidfjordane", "klitsyssel", "kvernmark", "strathmorran", "tjarnland")
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def searcher(ingested):
    with open_library(load_settings(ingested)) as opened:
        opened.searcher.prepare()
        yield opened.searcher


@pytest.mark.parametrize(
    ("question", "kind", "counted"),
    [
        ("Hvor mange sauer finnes det?", "amount", "sauer"),
        ("Kor mange støler er i drift?", "amount", "støler"),
        ("Hur många av universiteten är bäst?", "amount", "universiteten"),
        ("How many of the boats were sold?", "amount", "boats"),
        ("Hvor meget brint laves der?", "amount", "brint"),
        ("Hur lång är leden?", "amount", None),
        ("What does a flight cost?", "money", None),
        ("Kva kostar det å byggje kai?", "money", None),
        ("Hvor stor andel er over 80?", "share", None),
        ("What is the unemployment rate?", "share", None),
        ("När invigdes fabriken?", "time", None),
        ("Hvornår blev broen åbnet?", "time", None),
        ("Hvem er direktør?", "person", None),
        ("Vem är rektor?", "person", None),
        ("Hva hindrer bedriftene?", None, None),
        ("Why are crofters sceptical?", None, None),
    ],
)
def test_a_question_tells_what_it_expects(question, kind, counted):
    expected = read_expected(question)
    assert (expected.kind, expected.counted) == (kind, counted)


@pytest.mark.parametrize(
    ("question", "giving", "not_giving"),
    [
        ("Hvor mange sauer?", "Det finnes fem sauer.", "Det finnes sauer."),
        ("What does it cost?", "It costs £60 a tonne.", "It costs 60 lives."),
        ("Hva koster det?", "Det koster 3 millioner kroner.", "Det er 3 broer."),
        ("Hur stor andel?", "Var tredje elev slutar.", "Elever slutar."),
        ("Hvornår?", "Det åbner i maj 2027.", "Det åbner snart."),
        ("Vem är ordförande?", "Annika Forsgrund är ordförande.", "En ordförande är vald."),
        ("Hva hindrer dem?", "Hva som helst.", None),
    ],
)
def test_a_sentence_gives_what_is_expected_or_not(question, giving, not_giving):
    expected = read_expected(question)
    assert expected.gives(giving)
    assert not_giving is None or not expected.gives(not_giving)


def test_a_number_counts_what_stands_near_it():
    text = (
        "Fylket har 212 støler. " + "Resten av teksten handler om noe helt annet og er lang. " * 3 + "Fisk."
    )
    assert has_number_beside(text, text.index("støler"))
    assert not has_number_beside(text, text.index("Fisk"))


@pytest.mark.parametrize("name", ["questions_refusal", "questions_kinds"])
def test_half_of_the_questions_that_no_sample_answers_are_refused_and_few_that_one_does(searcher, name):
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    absent = [not searcher.search(row["query"]).answered for row in rows if not row["answerable"]]
    lost = [
        not searcher.search(row["query"]).answered
        for row in rows
        if row["answerable"] and row["doc"] in SAMPLES
    ]
    assert len(lost) >= 40
    assert sum(absent) / len(absent) >= 0.5
    assert sum(lost) / len(lost) <= 0.15


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_whether_a_question_is_answered_does_not_depend_on_how_many_hits_are_shown(searcher, limit):
    lines = (GOLDEN / "questions_refusal.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line)["query"] for line in lines[:30]]
    shown = [searcher.search(one, limit=limit) for one in queries]
    assert all(len(one.hits) <= limit for one in shown)
    assert [one.answered for one in shown] == [searcher.search(one).answered for one in queries]


def test_a_text_that_repeats_itself_is_judged_alike_however_many_hits_are_shown(tmp_path):
    said = "Fylket har mange havner med landstrøm, og rederiene ber om flere kaier med strøm i årene som kommer. "
    owned = "Havnene eies av kommunene og drives av selskaper som betaler leie. "
    pages = []
    for number in range(90):
        easel = Easel()
        easel.prose(
            LEFT, easel.heading(80, f"{number + 1} Havn"), RIGHT - LEFT, (said + owned) * 4 + f"Sum {number}."
        )
        pages.append(easel)
    files = [write(tmp_path / "repeats.pdf", *pages), FILES / "kvernmark.pdf"]
    settings = load_settings(tmp_path / "data")
    assert [one["outcome"] for one in ingest_paths(settings, files)] == ["added", "added"]
    with open_library(settings) as opened:
        told = [
            opened.searcher.search("Hvor mange havner har landstrøm?", limit=limit) for limit in (1, 10, 100)
        ]
    assert len({one.answered for one in told}) == 1 and all(one.hits for one in told)
