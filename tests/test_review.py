"""Acts, queue and agreement: who may say what, what is refused, what waits, how far two people agree."""

import json

import pytest
from judging import ROWS, TAXONOMY, findings, review, said

from corpus.reading import Filter
from models.errors import (
    BadReview,
    UnknownActor,
    UnknownFinding,
    UnknownFocusArea,
    UnknownKind,
    UnknownReviewer,
    UnknownTheme,
)
from models.verdict import Wish
from service.review import review_findings, undo_review
from service.review_list import list_queue, list_reviews, measure_agreement


def test_the_queue_gives_the_most_doubtful_first_and_only_what_nobody_judged(catalogue):
    queue = list_queue(catalogue)
    assert queue["waiting"] == 4
    assert [one["quote"] for one in queue["queue"]] == [row[0] for row in reversed(ROWS)]
    assert [one["doubt"] for one in queue["queue"]] == [0.4, 0.3, 0.2, 0.1]
    assert (queue["queue"][1]["before"], queue["queue"][1]["after"]) == (ROWS[1][0], ROWS[3][0])
    assert queue["queue"][0]["after"] == ""
    assert list_queue(catalogue) == queue
    assert list_queue(catalogue, limit=1, first=2)["queue"] == queue["queue"][2:3]
    review(catalogue, 3)
    assert list_queue(catalogue)["waiting"] == 3
    undo_review(catalogue, "1", by="Kari")
    assert list_queue(catalogue) == queue
    assert list_queue(catalogue, Filter(kinds=("barrier",)))["waiting"] == 1


def test_a_second_reviewer_sees_what_the_first_judged_as_the_classifier_had_it(catalogue):
    review(catalogue, 0, "reject")
    assert list_queue(catalogue, by="Kari", second=True)["waiting"] == 0
    waiting = list_queue(catalogue, by="Ola", second=True)["queue"]
    assert [(one["labels"], one["reviewed"], one["labeller"]) for one in waiting] == [
        (["barrier"], None, "hand")
    ]
    entry = review(catalogue, 0, by="Ola", as_classified=True)
    assert entry.new.labels == ("barrier",)
    assert list_queue(catalogue, by="Ola", second=True)["waiting"] == 0
    with pytest.raises(BadReview, match="Say who reviews"):
        list_queue(catalogue, second=True)


def test_agreement_is_kappa_over_what_both_have_judged(catalogue):
    from models.metrics import kappa

    given = {"Kari": ["barrier", "measure", "barrier", ""], "Ola": ["barrier", "measure", "", ""]}
    for by, kinds in given.items():
        for at, kind in enumerate(kinds):
            review(catalogue, at, "change", by=by, kinds=[kind] if kind else [])
    review(catalogue, 0, "accept", by="Per")
    made = measure_agreement(catalogue, "Kari", "Ola")
    assert (made["reviewers"], made["n"], made["same"]) == (["Kari", "Ola"], 4, 0.75)
    barrier = made["kinds"]["barrier"]
    left, right = ([kind == "barrier" for kind in given[one]] for one in ("Kari", "Ola"))
    assert barrier["kappa"] == round(kappa(left, right), 3) == 0.5
    assert (barrier["said"], barrier["both"]) == ([2, 1], 1)
    assert barrier["interval"][0] <= 0.5 <= barrier["interval"][1]
    assert made["kinds"]["strength"]["kappa"] is None
    assert measure_agreement(catalogue, "Kari", "Ola") == made
    undo_review(catalogue, findings(catalogue)[1].id, by="Ola")
    assert measure_agreement(catalogue, "Kari", "Ola")["n"] == 3
    alone = measure_agreement(catalogue, "Kari", "Per")
    assert alone["n"] == 1
    undo_review(catalogue, findings(catalogue)[0].id, by="Per")
    none = measure_agreement(catalogue, "Per", "Kari")
    assert (none["n"], none["kinds"], none["why"]) == (0, {}, "Per and Kari have judged no sentence both.")
    with pytest.raises(UnknownReviewer) as caught:
        measure_agreement(catalogue, "Kari", "Olla")
    assert caught.value.nearest[0] == "Ola"
    with pytest.raises(BadReview):
        measure_agreement(catalogue, "Kari", "Kari")


@pytest.mark.parametrize(
    ("fields", "error", "nearest"),
    [
        ({"kinds": ["barier"]}, UnknownKind, "barrier"),
        ({"themes": ["skill"]}, UnknownTheme, "skills"),
        ({"kinds": ["measure"], "actors": ["countie"]}, UnknownActor, "county"),
        ({"focus_area": "Reiselivet"}, UnknownFocusArea, "Reiseliv"),
        ({"kinds": ["strength"], "themes": ["skills"]}, BadReview, None),
        ({"kinds": ["barrier"], "actors": ["county"]}, BadReview, None),
        ({"themes": ["skills", "finance", "market", "data"]}, BadReview, None),
        ({}, BadReview, None),
    ],
)
def test_what_cannot_be_said_is_refused_and_leaves_nothing(catalogue, fields, error, nearest):
    before = said(catalogue)
    with pytest.raises(error) as caught:
        review(catalogue, 0, "change", **fields)
    assert nearest is None or caught.value.nearest[0] == nearest
    assert said(catalogue) == before and list_reviews(catalogue)["reviews"] == []


def test_an_unknown_finding_among_known_ones_stops_all(catalogue):
    ids = [findings(catalogue)[0].id, findings(catalogue)[1].id[:-1] + "x"]
    with pytest.raises(UnknownFinding) as caught:
        review_findings(catalogue, TAXONOMY, ids, Wish("accept"), by="Kari")
    assert findings(catalogue)[1].id in caught.value.nearest
    assert list_reviews(catalogue)["reviews"] == []
    with pytest.raises(BadReview):
        review_findings(catalogue, TAXONOMY, [], Wish("accept"), by="Kari")
    with pytest.raises(BadReview, match="Only a change"):
        review(catalogue, 0, "accept", kinds=["barrier"])


HOSTILE = '<script>alert(1)</script>"; DROP TABLE reviews; --'


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "\x00\x01", "a" * 81, None])
def test_nobody_reviews_without_a_name(catalogue, name):
    with pytest.raises(BadReview):
        review(catalogue, 0, by=name)
    assert list_reviews(catalogue)["reviews"] == []


def test_names_and_notes_are_kept_as_text(catalogue):
    entry = review(catalogue, 0, by=f"\u202e {HOSTILE}  x\ud800", note=f"a\x00{HOSTILE}\nb")
    assert (entry.reviewer, entry.note) == (f"{HOSTILE} x", f"a{HOSTILE}\nb")
    assert findings(catalogue)[0].labeller == f"{HOSTILE} x"
    assert measure_agreement_is_empty(catalogue, f"{HOSTILE} x")
    with pytest.raises(BadReview):
        review(catalogue, 0, note="x" * 2001)
    decomposed = review(catalogue, 0, by="Ka\u030are").reviewer
    assert decomposed == "K\u00e5re"


def measure_agreement_is_empty(catalogue, name):
    review(catalogue, 1, by="Ola")
    return measure_agreement(catalogue, name, "Ola")["n"] == 0


def test_entries_are_plain_json(catalogue):
    review(catalogue, 0, "reject", note="hei")
    log = list_reviews(catalogue)
    assert json.loads(json.dumps(log)) == log
    assert set(log["reviews"][0]) == {
        "number", "at", "by", "action", "undoes", "note", "finding", "document", "file", "section", "page",
        "quote", "old", "new", "stands",
    }  # fmt: skip
