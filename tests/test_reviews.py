"""What people said of sentences is never lost: not by re-ingest, new editions, retraining or removal."""

import threading

import numpy as np
import pytest
import sqlalchemy as sa
from hand import keep
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import ROWS, TAXONOMY, findings, made, review, said

from corpus import schema
from corpus.anchors import Anchor, fold_letters, match_anchors
from corpus.catalogue import Catalogue
from corpus.folder import Folder
from corpus.overlay import restore_reviews
from corpus.reading import Filter, read_focus_areas
from corpus.reviews import find_undone, read_log
from corpus.writing import rewrite_analysis
from models.errors import (
    BadReview,
    UnknownReview,
)
from models.finding import AreaDraft, Judgement
from models.verdict import Wish
from service.review import review_findings, undo_review
from service.review_list import list_reviews


def test_a_persons_labels_win_everywhere_and_say_whose_they_are(catalogue):
    entry = review(
        catalogue, 0, "change", kinds=["measure", "strength"], themes=["finance"], actors=["county"],
        focus_area="reiseliv", note="Les videre",
    )  # fmt: skip
    one = findings(catalogue)[0]
    assert (one.labels, one.themes, one.actors) == (("measure", "strength"), ("finance",), ("county",))
    assert (one.focus_area, one.labeller) == ("Reiseliv", "Kari")
    assert one.kinds == {"barrier": 0, "measure": 1, "strength": 1, "opportunity": 0, "focus_area": 0}
    assert one.reviewed.model_dump() == {
        "by": "Kari", "at": "2026-01-01T00:00:01+00:00", "action": "change", "number": entry.number,
    }  # fmt: skip
    assert [f.id for f in findings(catalogue, kinds=("barrier",))] == []
    assert {f.id for f in findings(catalogue, kinds=("strength",))} >= {one.id}
    assert [f.id for f in findings(catalogue, themes=("finance",))] == [one.id]
    assert (entry.old.labels, entry.new.labels) == (("barrier",), ("measure", "strength"))
    assert (entry.note, entry.page, entry.quote) == ("Les videre", 1, ROWS[0][0])


def test_comparisons_count_what_people_say(catalogue):
    from corpus.material import read_materials

    document = findings(catalogue)[0].document
    before = read_materials(catalogue, [document])[document]
    assert [one.labels for one in before.statements] == [("barrier",), ("measure",), ("strength",)]
    review(catalogue, 0, "reject")
    review(catalogue, 2, "change", kinds=["barrier"], themes=["market"])
    after = read_materials(catalogue, [document])[document]
    assert [one.labels for one in after.statements] == [("measure",), ("barrier",), ("strength",)]
    assert after.statements[1].score("barrier") == 1.0


def test_headlines_of_a_focus_area_follow_what_people_say(catalogue):
    document, analysis, vectors = made(name="annen")
    area = AreaDraft(name="Havbruk", start=0, end=5, headlines={"barrier": (0,)})
    analysis = analysis.model_copy(update={"areas": (area,)})
    catalogue.store(document, analysis, np.zeros((1, 4), np.float32), vectors)

    def headlines():
        with catalogue.read() as connection:
            one = read_focus_areas(connection, Filter(documents=(document.id,)))[0]
        return [cited.quote for cited in one.barriers], [cited.quote for cited in one.strengths]

    assert headlines() == ([ROWS[0][0]], [])
    ids = [one.id for one in findings(catalogue) if one.document == document.id]
    review_findings(catalogue, TAXONOMY, [ids[0]], Wish("reject"), by="Kari")
    wish = Wish("change", kinds=["strength"], focus_area="Havbruk")
    review_findings(catalogue, TAXONOMY, [ids[2]], wish, by="Kari")
    assert headlines() == ([], [ROWS[2][0]])


def test_undoing_brings_back_what_stood_before_and_is_an_entry_itself(catalogue):
    before = said(catalogue)
    first = review(catalogue, 0, "reject")
    second = review(catalogue, 0, "change", kinds=["strength"], by="Ola")
    assert said(catalogue)[0][0] == ("strength",)
    undone = undo_review(catalogue, str(second.number), by="Kari")
    assert said(catalogue)[0] == ((), (), (), "Havbruk", "Kari")
    undo_review(catalogue, findings(catalogue)[0].id, by="Kari")
    assert said(catalogue) == before
    undo_review(catalogue, str(undone.number), by="Ola")
    assert said(catalogue)[0][0] == ("strength",)
    with catalogue.read() as connection:
        log = read_log(connection)
        assert [(one.action, one.undoes) for one in reversed(log)] == [
            ("reject", None), ("change", None), ("undo", 2), ("undo", 1), ("undo", 3),
        ]  # fmt: skip
        assert find_undone(connection) == {1, 3}
    assert first.number == 1
    with pytest.raises(BadReview, match="undone already"):
        undo_review(catalogue, "1", by="Kari")
    with pytest.raises(UnknownReview):
        undo_review(catalogue, "99", by="Kari")
    with pytest.raises(BadReview, match="Kari has said nothing") as caught:
        undo_review(catalogue, findings(catalogue)[0].id, by="Kari")
    assert caught.value.nearest == ("2 (Ola)",)


def test_other_weights_keep_what_people_said(catalogue):
    review(catalogue, 0, "reject")
    review(catalogue, 3, "change", kinds=["barrier"], themes=["market"], focus_area="Reiseliv")
    document, analysis, vectors = made()
    judged = tuple(
        Judgement(labels=("opportunity",), kinds={"opportunity": 0.7}, focus_area="Havbruk") for _ in ROWS
    )
    other = analysis.model_copy(update={"judgements": judged, "labeller": "weights-2", "areas": ()})
    with catalogue.change() as connection:
        rewrite_analysis(connection, document, other, np.zeros((1, 4), np.float32), vectors)
    labels = [(labels, labeller) for labels, *_, labeller in said(catalogue)]
    assert labels == [
        ((), "Kari"), (("opportunity",), "weights-2"), (("opportunity",), "weights-2"), (("barrier",), "Kari"),
    ]  # fmt: skip
    assert said(catalogue)[3][3] == "Reiseliv"
    undo_review(catalogue, "1", by="Kari")
    assert said(catalogue)[0][0] == ("opportunity",) and said(catalogue)[0][4] == "weights-2"


def test_a_document_that_comes_back_brings_its_reviews(catalogue):
    review(catalogue, 0, "reject")
    stood = said(catalogue)
    document, analysis, vectors = made()
    catalogue.remove(document.id)
    assert list_reviews(catalogue)["reviews"][0]["quote"] == ROWS[0][0]
    catalogue.store(document, analysis, np.zeros((1, 4), np.float32), vectors)
    assert said(catalogue) == stood
    undo_review(catalogue, "1", by="Ola")
    assert said(catalogue)[0][0] == ("barrier",)


def test_an_undoing_while_the_document_is_away_holds_when_it_is_back(catalogue):
    review(catalogue, 0, "reject")
    document, analysis, vectors = made()
    catalogue.remove(document.id)
    undo_review(catalogue, "1", by="Kari")
    catalogue.store(document, analysis, np.zeros((1, 4), np.float32), vectors)
    assert said(catalogue)[0][0] == ("barrier",)


def test_the_same_text_in_other_bytes_has_its_reviews(catalogue):
    review(catalogue, 0, "reject")
    document, analysis, vectors = made()
    catalogue.remove(document.id)
    other = document.model_copy(update={"id": "0123456789ab", "sha256": "f" * 64})
    catalogue.store(other, analysis, np.zeros((1, 4), np.float32), vectors)
    assert said(catalogue)[0][0] == ()


def test_a_new_edition_takes_over_what_was_said_of_sentences_it_keeps(catalogue):
    """Sentences moved to another place and page, one reworded; then a third edition in the second's place."""
    review(catalogue, 0, "reject")
    review(catalogue, 1, "change", kinds=["barrier"], themes=["skills"])
    review(catalogue, 3, "accept", by="Ola")
    rows = [(f"Ny innledning nummer {n}.", {}, [], None) for n in range(6)]
    rows += [("Det er mangel på fagfolk i næringen.", {"barrier": 0.8}, ["skills"], "Havbruk")]
    rows += [("Fylket bør gjøre\nnoe med det .", {"measure": 0.6}, [], None), ROWS[3]]
    old = findings(catalogue)[0].document
    document, analysis, vectors = made(rows, name="plan 2")
    catalogue.store(document, analysis, np.zeros((1, 4), np.float32), vectors, replaces=old)
    labels = [(labels, labeller) for labels, *_, labeller in said(catalogue)]
    assert labels[6:] == [(("barrier",), "hand"), (("barrier",), "Kari"), (("strength",), "Ola")]
    third, analysis, vectors = made([*rows, ROWS[2]], name="plan 3")
    catalogue.store(third, analysis, np.zeros((1, 4), np.float32), vectors, replaces=document.id)
    assert [labels for labels, *_ in said(catalogue)][7:9] == [("barrier",), ("strength",)]
    about = list_reviews(catalogue, document=third.id)["reviews"]
    assert [one["number"] for one in about] == [3, 2, 1]


def test_equal_sentences_are_told_apart_by_where_they_stand(tmp_path):
    row = ("Mer samarbeid.", {"measure": 0.8}, ["collaboration"], None)
    catalogue = keep(tmp_path, made([row, ROWS[0], row, ROWS[1], ROWS[2], row]))
    review(catalogue, 2, "reject")
    assert [labels for labels, *_ in said(catalogue)][0::5] == [("measure",), ("measure",)]
    assert said(catalogue)[2][0] == ()
    document = findings(catalogue)[0].document
    later, analysis, vectors = made([row, row, row, ROWS[0]], name="ny")
    catalogue.store(later, analysis, np.zeros((1, 4), np.float32), vectors, replaces=document)
    assert [labels for labels, *_ in said(catalogue)].count(()) == 1
    catalogue.close()


ANCHORS = st.builds(
    Anchor, st.sampled_from("ab"), st.sampled_from([("x",), ("y",)]), st.integers(1, 2), st.integers(0, 2)
)


@given(st.lists(ANCHORS, unique=True, max_size=6), st.lists(ANCHORS, unique=True, max_size=8))
def test_anchors_match_one_to_one_and_exact_ones_first(wanted, held):
    found = match_anchors(wanted, held)
    assert len(set(found.values())) == len(found)
    for at, place in found.items():
        assert wanted[at].key == held[place].key
    for at, one in enumerate(wanted):
        if one in held:
            assert held[found[at]] == one


@settings(max_examples=12)
@given(st.lists(st.sampled_from(["accept", "reject", "change", "undo", "restore"]), max_size=8), st.randoms())
def test_any_run_of_acts_leaves_what_the_log_says(tmp_path_factory, acts, luck):
    """After any acts, laying the log over anew changes nothing, and undoing all brings the classifier back."""
    catalogue = keep(tmp_path_factory.mktemp("data"), made())
    before = said(catalogue)
    for act in acts:
        at, by = luck.randrange(len(ROWS)), luck.choice(["Kari", "Ola"])
        if act == "undo":
            standing = [one for one in list_reviews(catalogue)["reviews"] if one["stands"]]
            if standing:
                undo_review(catalogue, str(luck.choice(standing)["number"]), by=by)
        elif act == "restore":
            with catalogue.change() as connection:
                restore_reviews(connection, findings(catalogue)[0].document)
        else:
            review(catalogue, at, act, by=by, **({"kinds": ["barrier"]} if act == "change" else {}))
    stood = said(catalogue)
    document, analysis, vectors = made()
    catalogue.remove(document.id)
    catalogue.store(document, analysis, np.zeros((1, 4), np.float32), vectors)
    assert said(catalogue) == stood
    for one in list_reviews(catalogue)["reviews"]:
        if one["action"] != "undo" and one["stands"]:
            undo_review(catalogue, str(one["number"]), by="Kari")
    assert said(catalogue) == before
    catalogue.close()


def test_a_review_changes_the_generation_but_not_the_texts(catalogue):
    generation, texts = catalogue.generation, catalogue.texts
    review(catalogue, 0)
    assert (catalogue.generation, catalogue.texts) == (generation + 1, texts)


def test_many_at_once_lose_nothing(tmp_path):
    """Two writers of one catalogue, each with its own connections: every act is kept and numbered once."""
    keep(tmp_path, made()).close()

    def work(by, at):
        catalogue = Catalogue.open(Folder(tmp_path), write=True)
        for _ in range(5):
            review(catalogue, at, "reject", by=by)
        catalogue.close()

    threads = [threading.Thread(target=work, args=(by, at)) for by, at in (("Kari", 0), ("Ola", 1))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    catalogue = Catalogue.open(Folder(tmp_path))
    log = list_reviews(catalogue)
    assert sorted(one["number"] for one in log["reviews"]) == list(range(1, 11))
    assert log["reviewers"] == {"Kari": 5, "Ola": 5}
    assert [labels for labels, *_ in said(catalogue)][:2] == [(), ()]
    catalogue.close()


def test_a_folder_from_before_reviews_gets_them(tmp_path):
    """A catalogue of revision 0002 is brought up; its texts and doubts are told from what it holds."""
    from alembic import command
    from alembic.config import Config

    from corpus import lexical, opening

    folder = Folder(tmp_path)
    folder.create()
    engine = opening.connect(folder.catalogue)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "corpus/migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        lexical.prepare(connection)
        document, _, _ = made()
        connection.execute(
            sa.text(
                "INSERT INTO documents (id, file, sha256, sketch, title, regions, type, languages, sources, text,"
                " words, page_count, pages_without_text, segment_count, warnings, ingested_at) VALUES (:id, 'a.pdf',"
                " :sha, x'', 't', '[]', 'plan', '[]', '{}', :text, 1, 1, 0, 1, '[]', '2026')"
            ),
            {"id": document.id, "sha": document.sha256, "text": document.text},
        )
        connection.execute(
            sa.text(
                "INSERT INTO findings (document, ordinal, id, start, end, block, language, unit, labels, kinds,"
                " themes, actors, focus_area, labeller) VALUES (:id, 0, 'aaaaaaaaaaaa', 0, 33, 0, 'nb', 'sentence',"
                """ '["barrier"]', '{"barrier": 0.6, "measure": 0.1}', '[]', '[]', 'general', 'w')"""
            ),
            {"id": document.id},
        )
        connection.commit()
    engine.dispose()
    catalogue = Catalogue.open(folder, write=True)
    with catalogue.read() as connection:
        row = connection.execute(sa.select(schema.documents.c.content)).one()
        doubt = connection.scalar(sa.select(schema.findings.c.doubt))
    assert len(row.content) == 12 and doubt == pytest.approx(0.8)
    review(catalogue, 0, "reject")
    assert said(catalogue)[0][0] == ()
    catalogue.close()


def test_letters_tell_a_sentence_whatever_its_line_ends():
    assert fold_letters("Samar-\nbeid, og «mer» ﬁsk.") == fold_letters("samar\u00adbeid og mer fisk")
    assert fold_letters(" – ") == "–"
