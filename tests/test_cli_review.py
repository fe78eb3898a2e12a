"""`strategi review` and `saved` as a person runs them: two people, processes at once, a service, gold and back."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import HOME, SAMPLES, run_strategi


def ask_json(*words, data):
    return json.loads(run_strategi(*words, "--json", data=data).stdout)


def labels(data, *words):
    found = ask_json("findings", "--document", "kvernmark", "--all", *words, data=data)["findings"]
    return [(one["quote"], one["labels"], one["themes"], one["labeller"]) for one in found]


def test_two_people_judge_agree_and_their_word_survives_removal(data):
    queue = ask_json("review", "next", "--limit", "6", "--document", "kvernmark", data=data)
    assert queue["waiting"] > 100 and len(queue["queue"]) == 6
    ids = [one["id"] for one in queue["queue"]]
    made = ask_json("review", "accept", *ids[:3], "--by", "Kari", data=data)["reviews"]
    assert [one["finding"] for one in made] == ids[:3]
    change = ("--kind", "barrier", "--theme", "finance", "--theme", "skills", "--note", "ein merknad")
    made = ask_json("review", "change", ids[3], *change, "--by", "Kari", data=data)["reviews"][0]
    assert (made["new"]["labels"], made["new"]["themes"]) == (["barrier"], ["finance", "skills"])
    run_strategi("review", "change", ids[4], "--kind", "none", "--by", "Kari", data=data)
    second = ask_json("review", "next", "--second", "--by", "Ola", "--limit", "100", data=data)
    assert {one["id"] for one in second["queue"]} == set(ids[:5])
    env = {"STRATEGI_REVIEWER": "Ola", "PATH": ""}
    run_strategi("review", "accept", *ids[:4], "--as-classified", data=data, env=env)
    agreement = ask_json("review", "agreement", "Kari", "Ola", data=data)
    assert agreement["n"] == 4 and set(agreement["kinds"]) >= {"barrier", "measure"}
    run_strategi("review", "undo", ids[3], data=data, env=env)
    stood = labels(data)
    assert sum(labeller in ("Kari", "Ola") for *_, labeller in stood) == 5
    log = ask_json("review", "log", "--doc", "kvernmark", data=data)
    assert len(log["reviews"]) == 10 and log["reviewers"] == {"Kari": 5, "Ola": 5}
    assert "ein merknad" in run_strategi("review", "log", data=data).stdout
    run_strategi("remove", "kvernmark", data=data)
    assert len(ask_json("review", "log", data=data)["reviews"]) == 10
    run_strategi("ingest", SAMPLES / "kvernmark.pdf", "--region", "Kvernmark", data=data)
    assert labels(data) == stood


def test_what_was_reviewed_is_gold_that_training_and_evaluation_take(data, tmp_path):
    from models.encoder import load_encoder
    from models.labelled import read_gold
    from models.taxonomy import load_taxonomy
    from service.sample import make_sample

    queue = ask_json("review", "next", "--limit", "30", data=data)["queue"]
    ids = [one["id"] for one in queue]
    run_strategi("review", "accept", *ids[:20], "--by", "Kari", data=data)
    run_strategi("review", "reject", *ids[20:], "--by", "Kari", data=data)
    run_strategi("review", "change", ids[0], "--kind", "strength", "--by", "Ola", data=data)
    record = ask_json("review", "export", tmp_path / "gold", data=data)
    assert (record["written"], record["sentences"], record["left_out"]) == ("gold", 30, 0)
    taxonomy = load_taxonomy()
    readings = read_gold(tmp_path / "gold", taxonomy)
    lines = {line.id: line for one in readings for line in one.lines}
    said = {one["id"]: one for one in ask_json("findings", "--all", data=data)["findings"]}
    assert set(lines) == set(ids)
    for identity, line in lines.items():
        one = said[identity]
        assert (line.text, line.kinds, line.themes) == (
            one["quote"], frozenset(one["labels"]), tuple(one["themes"]),
        )  # fmt: skip
        assert line.actors == tuple(one["actors"])
    assert lines[ids[0]].kinds == {"strength"}
    assert lines[ids[0]].also == frozenset(queue[0]["labels"]) - {"strength"}
    sample = make_sample(readings, load_encoder(None), taxonomy)
    assert len(sample.lines) == 30 and sample.features.near.shape[0] == 30
    scores = ask_json("evaluate", tmp_path / "gold", data=data)["findings"]
    assert (scores["rows"], scores["unmatched"]) == (30, 0)
    given = [one for one in scores["all"].values() if one["wanted"]]
    assert given and all(one["recall"] == 1 and one["precision"] == 1 for one in given)
    done = run_strategi("review", "export", tmp_path / "gold", data=data, check=False)
    assert done.returncode == 2 and "there already" in done.stderr
    alone = ask_json("review", "export", tmp_path / "ola", "--by", "Ola", data=data)
    assert alone["sentences"] == 1


def test_documents_of_one_name_and_odd_characters_do_not_break_gold(data, tmp_path):
    from corpus.reading import Filter, read_document, read_findings
    from models.finding import Analysis, Judgement
    from models.verdict import Wish
    from service.evaluate import evaluate_gold
    from service.library import open_library
    from service.review import review_findings
    from service.review_gold import export_gold
    from service.settings import Settings

    with open_library(Settings(data=data), write=True) as library:
        catalogue = library.catalogue
        with catalogue.read() as connection:
            held = read_document(connection, catalogue.resolve("kvernmark"))
        odd = {"id": "0123456789ab", "sha256": "f" * 64, "file": "../klitsyssel.pdf"}
        twin = held.model_copy(update=odd)
        judged = Analysis(judgements=(Judgement(),) * len(held.sentences), labeller="none")
        rows = np.zeros((len(held.sentences), 384), np.float32)
        catalogue.store(twin, judged, rows[: len(held.segments)], rows)
        with catalogue.read() as connection:
            ids = [read_findings(connection, Filter(documents=(one,)), everything=True)[9].id
                   for one in (held.id, twin.id, catalogue.resolve("klitsyssel.pdf"))]  # fmt: skip
        wish, note = Wish("change", kinds=["barrier"], themes=["data"]), "to\u2028linjer"
        review_findings(catalogue, library.taxonomy, ids, wish, by="K\u2028ari\x85", note=note)
        record = export_gold(catalogue, tmp_path / "gold")
        assert (record["documents"], record["sentences"]) == (3, 3)
        assert all(one.parent == tmp_path / "gold" for one in (tmp_path / "gold").rglob("*"))
        scores = evaluate_gold(library, tmp_path / "gold")
    assert scores["not_ingested"] == []
    assert (scores["findings"]["rows"], scores["findings"]["unmatched"]) == (3, 0)
    assert scores["findings"]["all"]["barrier"]["recall"] == 1


@pytest.fixture(scope="module")
def measure(ingested):
    """The id of a measure of Kvernmark."""
    return ask_json("findings", "--document", "kvernmark", "--kind", "measure", data=ingested)["findings"][0][
        "id"
    ]


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("accept", "000000000000", "--by", "Kari"), "No finding has the id"),
        (("change", "{id}", "--kind", "barier", "--by", "Kari"), "Near it: barrier"),
        (("change", "{id}", "--theme", "skils", "--by", "Kari"), "Near it: skills"),
        (("change", "{id}", "--actor", "countie", "--by", "Kari"), "actor"),
        (("change", "{id}", "--area", "nowhere at all", "--by", "Kari"), "Near it:"),
        (("change", "{id}", "--by", "Kari"), "Say what to change"),
        (("accept", "{id}"), "Say who reviews"),
        (("undo", "99", "--by", "Kari"), "The log has no entry 99"),
        (("undo", "{id}", "--by", "Kari"), "Kari has said nothing"),
        (("agreement", "Kari", "Ola"), "Nobody called “Kari”"),
        (("export", "gold"), "Nothing is reviewed yet"),
        (("log", "--doc", "kvernmrk"), "kvernmark.pdf"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(ingested, words, near):
    one = ask_json("findings", "--document", "kvernmark", "--kind", "measure", data=ingested)["findings"][0]
    done = run_strategi("review", *(word.format(id=one["id"]) for word in words), data=ingested, check=False)
    assert (done.returncode, near in done.stderr) == (2, True), done.stderr
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_processes_at_once_wait_for_each_other_and_lose_nothing(data):
    ids = [one["id"] for one in ask_json("review", "next", "--limit", "4", data=data)["queue"]]
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "review", "reject"]
    running = [
        subprocess.Popen([*command, *ids, "--by", by], cwd=HOME, stdout=subprocess.DEVNULL)
        for by in ("Kari", "Ola", "Per")
    ]
    assert [one.wait(timeout=120) for one in running] == [0, 0, 0]
    log = ask_json("review", "log", data=data)
    assert sorted(one["number"] for one in log["reviews"]) == list(range(1, 13))
    assert log["reviewers"] == {"Kari": 4, "Ola": 4, "Per": 4}
    assert ask_json("review", "agreement", "Kari", "Per", data=data)["same"] == 1.0


def test_a_running_service_is_asked_to_judge_and_to_save(data):
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=HOME, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        assert re.search(r"http://\S+", process.stderr.readline())
        wait_until_handed_over(data)
        identity = ask_json("review", "next", "--limit", "1", data=data)["queue"][0]["id"]
        made = ask_json("review", "reject", identity, "--by", "Kari", data=data)["reviews"][0]
        assert made["new"]["labels"] == []
        undone = ask_json("review", "undo", str(made["number"]), "--by", "Ola", data=data)["reviews"][0]
        assert undone["undoes"] == made["number"]
        refused = run_strategi("review", "accept", "zzzz", "--by", "Kari", data=data, check=False)
        assert refused.returncode == 2 and "No finding has the id" in refused.stderr
        words = ("--region", "Kvernmark", "--year-from", "2020", "--save", "Folk")
        run_strategi("search", "mangel på folk", *words, data=data)
        held = ask_json("saved", data=data)["searches"]
        assert held[0]["filters"] == {"regions": ["Kvernmark"], "year_from": 2020}
        run_strategi("saved", "new", "Folk", data=data)
        assert ask_json("saved", "remove", "Folk", data=data) == {"removed": "Folk"}
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stderr.close()


def wait_until_handed_over(data):
    """Wait until the service answers, so that commands hand their work to it."""
    import time

    from corpus.folder import Folder
    from service.handover import find_running

    for _ in range(300):
        if find_running(Folder(data)):
            return
        time.sleep(0.2)
    raise AssertionError("the service does not answer")


def test_saved_searches_say_what_is_new_and_are_marked_seen(data):
    import sqlite3

    run_strategi("search", "mangel på folk med realfag", "--save", "Folk", data=data)
    assert "Folk: 0 new" in run_strategi("saved", data=data).stdout
    again = run_strategi("search", "folk", "--save", "FOLK", data=data, check=False)
    assert again.returncode == 2 and "already" in again.stderr
    with sqlite3.connect(data / "catalogue.sqlite") as connection:  # as if all documents had come since
        connection.execute("UPDATE searches SET seen = '[]'")
    connection.close()
    kept = ask_json("saved", "new", "Folk", "--keep", data=data)
    assert kept["hits"] and len(kept["documents"]) == 5
    shown = run_strategi("saved", "new", "folk", data=data).stdout
    assert kept["hits"][0]["quote"][:50] in shown
    assert "Nothing new" in run_strategi("saved", "new", "Folk", data=data).stdout
    done = run_strategi("saved", "remove", "Fokl", data=data, check=False)
    assert done.returncode == 2 and "Near it: Folk" in done.stderr
