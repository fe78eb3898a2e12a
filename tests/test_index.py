"""Search by the index of a large catalogue: the same answers, whatever was removed, added or damaged."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from test_catalogue import example

from corpus import schema
from corpus.codes import make_frame, widen
from corpus.flat import MANIFEST, Draft, Flat, FlatDamaged
from corpus.grams import FORM
from corpus.lexicon import Lexicon
from corpus.meta import mark_rewritten
from corpus.ranking import Ranker
from corpus.reading import Filter
from corpus.strings import Strings, join_strings
from corpus.wide import WideLexicon, WideRanker
from service import room, upkeep
from service.library import open_library
from service.settings import load_settings
from service.upkeep import Bounds

HOME = Path(__file__).resolve().parent.parent
GOLD = HOME / "corpus" / "samples" / "gold" / "queries.jsonl"
QUERIES = [json.loads(line)["query"] for line in GOLD.read_text(encoding="utf-8").splitlines()][::9]
ASKED = [
    *QUERIES,
    "naering",
    "strøm* -nettleien",
    '"smart spesialisering"',
    "Vestre Tinden 2031",
    "asdfgh qwerty",
]
FILTERS = [Filter(), Filter(languages=("nb",)), Filter(kinds=("barrier",)), Filter(regions=("Kvernmark",))]


SMALL = Bounds(resident=0)
TIGHT = Bounds(resident=0, newest=0, newest_share=0.0, readable=0, readable_share=0.0)


@pytest.fixture
def large(monkeypatch):
    """Every catalogue counts as large."""
    monkeypatch.setattr(upkeep, "BOUNDS", SMALL)


@pytest.fixture(scope="module")
def encoder(ingested):
    with open_library(load_settings(ingested)) as opened:
        yield opened.encoder


@pytest.fixture
def library(data, encoder, large):
    with open_library(load_settings(data), write=True) as opened:
        opened.__dict__["encoder"] = encoder
        assert opened.searcher.refresh_index()
        yield opened


def ask(library, choice=Filter(), queries=ASKED):
    """Answers of a new searcher, and whether the index gave them."""
    from service.search import Searcher

    searcher = Searcher(library.catalogue, library.encoder, library.taxonomy)
    answers = [searcher.search(query, choice, limit=40) for query in queries]
    return answers, not searcher.open_room().nearness.exact


def ask_plainly(library, choice=Filter(), queries=ASKED):
    """The same without the index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upkeep, "BOUNDS", Bounds(resident=10**9))
        answers, indexed = ask(library, choice, queries)
    assert not indexed
    return answers


def assert_alike(some, others):
    """All is the same but scores, ranks by vector and what hangs by a hair: vectors are kept in 16 bits."""
    quotes = []
    for one, other in zip(some, others, strict=True):
        assert one.answered == other.answered
        known = {(hit.document, hit.text): hit for hit in other.hits}
        assert {(hit.document, hit.text) for hit in one.hits} == set(known)
        for hit, at in zip(one.hits, other.hits, strict=True):
            same = known[hit.document, hit.text]
            assert hit.score == pytest.approx(same.score, abs=0.05)
            assert hit.text == at.text or at.score == pytest.approx(same.score, abs=0.05)
            told = {"score", "why", "rank", "quote"}
            assert hit.model_dump(exclude=told) == same.model_dump(exclude=told)
            assert hit.quote in hit.text
            assert hit.why.lexical_rank == pytest.approx(same.why.lexical_rank, abs=1)
            assert hit.why.matched_terms == same.why.matched_terms
            quotes.append(hit.quote == same.quote)
    assert np.mean(quotes or [1]) > 0.99


@pytest.mark.parametrize("choice", FILTERS, ids=str)
def test_the_index_gives_the_answers_of_the_catalogue(library, choice):
    answers, indexed = ask(library, choice)
    assert indexed
    assert_alike(answers, ask_plainly(library, choice))


def test_the_same_catalogue_gives_the_same_bytes(library, tmp_path):
    from corpus.indexing import build_index
    from corpus.recipe import Recipe
    from service.neutral import load_neutral

    neutral = load_neutral(library.encoder)
    recipe = Recipe(neutral.passages, neutral.name, library.encoder.dimension)
    made = []
    for name in ("one", "two"):
        with library.catalogue.read() as connection:
            build_index(connection, tmp_path / name, recipe)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        made.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files})
    assert made[0] == made[1]
    held = {
        path.name: path.read_bytes() for path in library.catalogue.folder.index.rglob("*") if path.is_file()
    }
    assert {Path(name).name: data for name, data in made[0].items()} == held


def test_a_sound_index_is_not_made_again(library):
    assert not library.searcher.refresh_index()


def test_a_removed_document_vanishes_at_once(library):
    gone = ask(library, queries=["strøm"])[0][0].hits[0].document
    library.remove(gone)
    answers, indexed = ask(library)
    assert indexed
    assert gone not in {hit.document for one in answers for hit in one.hits}
    assert_alike(answers, ask_plainly(library))


def store_example(library, number):
    """Store a made-up document; returns its id."""
    document, analysis = example(number)
    chance = np.random.default_rng(number)
    rows = chance.normal(size=(len(document.segments) + len(document.sentences), library.encoder.dimension))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    library.catalogue.store(
        document, analysis, rows[: len(document.segments)], rows[len(document.segments) :]
    )
    return document.id


def test_a_document_that_came_since_is_found(library):
    identity = store_example(library, 7)
    answers, indexed = ask(library, queries=[*QUERIES, "havbruk", "mangel på folk"])
    assert indexed
    assert identity in {hit.document for one in answers for hit in one.hits}
    assert_alike(answers, ask_plainly(library, queries=[*QUERIES, "havbruk", "mangel på folk"]))
    library.catalogue.remove(identity)
    answers, indexed = ask(library)
    assert indexed
    assert identity not in {hit.document for one in answers for hit in one.hits}


def test_what_people_say_is_seen_at_once(library):
    hit = next(hit for one in ask(library)[0] for hit in one.hits if hit.labels)
    labels = schema.finding_labels
    with library.catalogue.change(texts=False) as connection:
        connection.execute(sa.delete(labels).where(labels.c.document == hit.document))
    answers, indexed = ask(library)
    assert indexed
    assert not any(one.labels for each in answers for one in each.hits if one.document == hit.document)
    assert ask(library, Filter(kinds=hit.labels, documents=(hit.document,)))[0][0].hits == ()


def list_arrays(library):
    """Names of the arrays that hold anything."""
    files = library.catalogue.folder.index.glob("*/*")
    return sorted(path.name for path in files if path.stat().st_size)


def find_array(library, name):
    return next(path for path in library.catalogue.folder.index.rglob(name) if path.is_file())


def test_a_changed_byte_is_noticed_and_mended(library):
    from service.search import Searcher

    plain = ask_plainly(library, queries=QUERIES[:2])
    for name in ("heads", "postings", "texts"):
        path = find_array(library, name)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
        later = Searcher(library.catalogue, library.encoder, library.taxonomy)
        assert later.refresh_index(), name
    answers, indexed = ask(library, queries=QUERIES[:2])
    assert indexed
    assert_alike(answers, plain)


def test_a_file_cut_short_or_gone_leaves_search_to_the_catalogue(library):
    plain = ask_plainly(library, queries=QUERIES[:2])
    for name in (*list_arrays(library), MANIFEST):
        path = find_array(library, name)
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        assert ask(library, queries=QUERIES[:2]) == (plain, False), name
        path.unlink()
        assert ask(library, queries=QUERIES[:1]) == (plain[:1], False), name
        path.write_bytes(data)
    assert ask(library, queries=QUERIES[:1])[1]
    path.unlink()
    assert library.searcher.refresh_index()
    assert ask(library, queries=QUERIES[:1])[1]


def test_damage_found_while_answering_leaves_search_to_the_catalogue(library):
    plain = ask_plainly(library)
    path = find_array(library, "postings")
    rows = np.fromfile(path, dtype=np.int32)
    path.write_bytes((rows + 10**6).tobytes())
    answers, indexed = ask(library)
    assert not indexed
    assert answers == plain


def test_an_index_of_other_findings_does_not_count(library):
    with library.catalogue.change() as connection:
        mark_rewritten(connection)
    assert not ask(library, queries=QUERIES[:1])[1]
    assert library.searcher.refresh_index()
    assert ask(library, queries=QUERIES[:1])[1]


def make_searcher(library):
    from service.search import Searcher

    return Searcher(library.catalogue, library.encoder, library.taxonomy)


def list_indexes(library):
    """Names of the indexes that count, main and newer."""
    roots = (library.catalogue.folder.index, library.catalogue.folder.newer)
    return [Flat.open(root).name if (root / MANIFEST).exists() else None for root in roots]


def test_documents_that_came_since_get_an_index_of_their_own(library, monkeypatch):
    main = list_indexes(library)[0]
    for number in (7, 8):
        store_example(library, number)
    monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
    assert not ask(library, queries=QUERIES[:1])[1]
    assert make_searcher(library).refresh_index()
    made = list_indexes(library)
    assert made[0] == main
    assert made[1] is not None
    assert not make_searcher(library).refresh_index()
    queries = [*ASKED, "havbruk", "mangel på folk"]
    for choice in FILTERS:
        answers, indexed = ask(library, choice, queries)
        assert indexed
        assert_alike(answers, ask_plainly(library, choice, queries))


def test_changes_after_both_indexes_are_seen_at_once(library, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
    ids = [store_example(library, number) for number in (7, 8)]
    assert make_searcher(library).refresh_index()
    monkeypatch.setattr(upkeep, "BOUNDS", SMALL)
    ids.append(store_example(library, 9))
    queries = [*ASKED, "havbruk", "mangel på folk"]
    for gone in (None, ids[0], ask(library, queries=["strøm"])[0][0].hits[0].document):
        if gone is not None:
            library.catalogue.remove(gone)
        answers, indexed = ask(library, queries=queries)
        assert indexed
        assert gone not in {hit.document for one in answers for hit in one.hits}
        assert_alike(answers, ask_plainly(library, queries=queries))


def test_the_main_index_takes_in_what_came_since(library, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
    store_example(library, 7)
    assert make_searcher(library).refresh_index()
    before = list_indexes(library)
    monkeypatch.setattr(upkeep, "BOUNDS", Bounds(0, newest=0, surplus=0, surplus_share=0.0))
    assert make_searcher(library).refresh_index()
    after = list_indexes(library)
    assert after[0] != before[0]
    assert after[1] is None
    answers, indexed = ask(library, queries=[*ASKED, "havbruk"])
    assert indexed
    assert_alike(answers, ask_plainly(library, queries=[*ASKED, "havbruk"]))


def test_a_damaged_index_of_newer_documents_is_mended_and_the_main_one_kept(library, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
    store_example(library, 7)
    assert make_searcher(library).refresh_index()
    before = list_indexes(library)
    for name in ("heads", "postings", MANIFEST):
        path = next(one for one in library.catalogue.folder.newer.rglob(name))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
        assert make_searcher(library).refresh_index(), name
        assert list_indexes(library) == before
    monkeypatch.setattr(upkeep, "BOUNDS", SMALL)
    path.unlink()
    answers, indexed = ask(library, queries=["havbruk"])
    assert indexed
    assert_alike(answers, ask_plainly(library, queries=["havbruk"]))


def test_a_folder_that_takes_no_index_is_searched_all_the_same(data, large):
    (data / "index").write_text("in the way")
    with open_library(load_settings(data), write=True) as library:
        assert not library.searcher.refresh_index()
        answers, indexed = ask(library)
        assert not indexed
        assert answers == ask_plainly(library)


def test_who_only_reads_makes_no_index(data, large):
    with open_library(load_settings(data)) as library:
        library.searcher.prepare()
        assert not ask(library, queries=QUERIES[:1])[1]
    assert not (data / "index").exists()


def test_doctor_makes_the_index_again(data, large):
    from service.doctor import examine

    settings = load_settings(data)
    assert [one["mended"] for one in examine(settings)["problems"]] == [False]
    assert [one["mended"] for one in examine(settings, repair=True)["problems"]] == [True]
    assert examine(settings)["healthy"]
    path = next((data / "index").rglob("signs"))
    path.write_bytes(bytes(path.stat().st_size))
    assert not examine(settings)["healthy"]
    assert examine(settings, repair=True)["healthy"]


def test_a_filter_loses_nothing_though_few_are_looked_at_closely(library, monkeypatch):
    monkeypatch.setattr(room, "CANDIDATES", 3)
    monkeypatch.setattr(room, "NEAREST", 3)
    with library.catalogue.read() as connection:
        documents = connection.scalars(sa.select(schema.documents.c.id)).all()
        columns = schema.segments.c
        count = dict(
            connection.execute(sa.select(columns.document, sa.func.count()).group_by(columns.document)).all()
        )
    for document in documents:
        answers, indexed = ask(library, Filter(documents=(document,)), queries=QUERIES[:2])
        assert indexed
        for one in answers:
            assert one.hits
            assert {hit.document for hit in one.hits} == {document}
            assert len(one.hits) <= count[document]


@pytest.mark.parametrize("newer", ["none", "in memory", "indexed"])
def test_terms_and_words_are_those_of_the_catalogue(library, monkeypatch, newer):
    if newer != "none":
        store_example(library, 7)
    if newer == "indexed":
        monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
        assert make_searcher(library).refresh_index()
    with library.catalogue.read() as connection:
        wide = library.searcher.upkeep.open(connection)
        ids = wide.numbers[:, 0]
        plain, indexed = Ranker(ids, wide.numbers[:, 4] - wide.numbers[:, 3]), WideRanker(wide)
        plain.fill(connection)
        names = connection.exec_driver_sql("SELECT DISTINCT term FROM lexical_postings").scalars().all()
        terms = sorted({one.removesuffix("_2").removesuffix("_4") for one in names})[::7]
        for term in [*terms, "zzzz", FORM + "finnesikke"]:
            one, other = plain.read(connection, term), indexed.read(connection, term)
            assert one.rows.tolist() == other.rows.tolist()
            assert np.allclose(one.weights, other.weights, rtol=1e-6)
            assert indexed.count(connection, term) == len(one.rows)
        (first, bound), (second, other_bound) = (
            plain.score(connection, terms),
            indexed.score(connection, terms),
        )
        assert np.allclose(first, second, rtol=1e-4)
        assert bound == pytest.approx(other_bound)
        asked, held = Lexicon(), WideLexicon(wide)
        for word in ("havbruk", "hav", "finnesikke", "næringen", "s", "", "\U0010ffff"):
            assert asked.count(connection, word) == held.count(connection, word)
            for limit in (1, 3, 40):
                assert asked.expand(connection, word, limit) == held.expand(connection, word, limit)


READER = """
import sys
from pathlib import Path
from service import upkeep
from service.library import open_library
from service.settings import load_settings
from service.upkeep import Bounds
upkeep.BOUNDS = upkeep.Bounds(resident=0)
with open_library(load_settings(Path(sys.argv[1]))) as library:
    searcher = library.searcher
    searcher.search("warm")
    print("ready", flush=True)
    for line in sys.stdin:
        hits = searcher.search(line.strip(), limit=40).hits
        print(not searcher.open_room().nearness.exact, *sorted({hit.document for hit in hits}), flush=True)
"""


def test_two_processes_read_while_one_writes(library, data):
    command = [sys.executable, "-c", READER, str(data)]
    readers = [
        subprocess.Popen(command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    def hear():
        told = []
        for reader in readers:
            reader.stdin.write("strøm\n")
            reader.stdin.flush()
        for reader in readers:
            told.append(reader.stdout.readline().split())
        return told

    try:
        for reader in readers:
            assert reader.stdout.readline() == "ready\n"
        before = hear()
        assert before[0] == before[1]
        assert before[0][0] == "True"
        library.remove(before[0][1])
        after = hear()
        assert after[0] == after[1]
        assert before[0][1] not in after[0]
        with library.catalogue.change() as connection:
            mark_rewritten(connection)
        assert [one[0] for one in hear()] == ["False", "False"]
        assert library.searcher.refresh_index()
        with library.catalogue.change():
            pass
        assert hear() == after
    finally:
        for reader in readers:
            reader.communicate(timeout=60)


def test_codes_bring_the_nearest_to_the_top():
    chance = np.random.default_rng(5)
    centres = chance.normal(size=(60, 128))
    rows = centres[chance.integers(60, size=6_000)] + chance.normal(scale=0.8, size=(6_000, 128)) + 1.0
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    frame = make_frame(rows.sum(axis=0, dtype=np.float64), (rows.T @ rows).astype(np.float64), len(rows))
    heads, codes = frame.make_heads(rows), frame.make_codes(rows)
    found = []
    for query in rows[chance.integers(6_000, size=40)] + chance.normal(scale=0.04, size=(40, 128)):
        exact, about = rows @ query.astype(np.float32), frame.estimate(query.astype(np.float32), heads, codes)
        assert abs(float(exact.mean() - about.mean())) < 0.02
        best = set(np.argsort(-exact)[:10].tolist())
        found.append(len(best & set(np.argsort(-about)[:120].tolist())) / 10)
    assert np.mean(found) >= 0.98


@given(st.lists(st.floats(width=16, allow_nan=False), min_size=1, max_size=40))
def test_widened_numbers_are_the_same(values):
    rows = np.array(values, dtype=np.float16)
    rows[np.isinf(rows)] = 0
    assert widen(rows).tolist() == rows.astype(np.float32).tolist()


@given(
    st.sets(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)), st.text(max_size=3)
)
def test_sorted_strings_are_found_by_themselves_and_by_their_start(texts, start):
    ordered = sorted(texts)
    held = Strings(*join_strings(ordered))
    assert [one.decode() for one in held] == ordered
    assert [held.find(one) for one in ordered] == list(range(len(ordered)))
    assert held.find(start) == (ordered.index(start) if start in texts else -1)
    if "\ud7ff" < start or not any("\ud800" <= one <= "\udfff" for one in start):
        assert [ordered[at] for at in held.span(start)] == [one for one in ordered if one.startswith(start)]


def test_a_draft_that_fails_leaves_what_was_there(tmp_path):
    first = Draft(tmp_path)
    first.put("rows", np.arange(6).reshape(3, 2))
    first.commit({"of": 1})
    second = Draft(tmp_path)
    second.put("rows", np.zeros((1, 2)))
    second.discard()
    flat = Flat.open(tmp_path)
    assert flat.load("rows").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert flat.read("rows", 1, 1).tolist() == [[2, 3]]
    assert flat.verify()
    with pytest.raises(FlatDamaged):
        flat.read("rows", 2, 2)
    third = Draft(tmp_path)
    third.put("rows", np.zeros((1, 2)))
    third.commit({"of": 2})
    assert flat.load("rows").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert Flat.open(tmp_path).body == {"of": 2}
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
