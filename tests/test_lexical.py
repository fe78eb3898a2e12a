"""The full-text index holds what the segments hold, finds what was typed, and takes no orders from it."""

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from test_catalogue import documents, example, keep, open_folder

from corpus import lexical
from corpus.grams import FORM, canonical, cut_grams, respell, split_words
from corpus.lexicon import Lexicon
from corpus.ranking import Ranker
from corpus.reading import read_document

TEXT = st.text(min_size=0, max_size=60)


@pytest.fixture
def held(tmp_path):
    catalogue = open_folder(tmp_path)
    for seed in (1, 2, 3):
        keep(catalogue, *example(seed))
    yield catalogue
    catalogue.close()


def ids_of(connection):
    return set(connection.scalars(sa.text("SELECT id FROM segments")))


def test_letters_of_one_language_are_those_of_the_others():
    assert canonical("Näringsliv") == canonical("NÆRINGSLIV") == "næringsliv"
    assert canonical("Haaland") == canonical("Håland")
    assert canonical("Malmö") == canonical("malmø")


def test_letters_that_tell_words_apart_are_kept_and_other_accents_are_not():
    assert canonical("mål") != canonical("mal")
    assert canonical("idé") == canonical("ide")
    assert canonical("ma\u030al") == canonical("mål")


def test_a_word_typed_without_its_letters_is_among_the_respellings():
    assert "næring" in set(respell("naering"))
    assert "møte" in set(respell("moete"))
    assert "område" in set(respell("omrade"))
    assert len(list(respell("a" * 60))) <= 200


@given(TEXT)
def test_grams_are_four_characters_and_words_are_whole(text):
    for word in split_words(text):
        assert word
        assert '"' not in word
        assert not any(one.isspace() for one in word)
        grams = cut_grams(word)
        assert all(len(gram) == 4 for gram in grams) or len(word) < 3
        assert "".join([grams[0], *(gram[-1] for gram in grams[1:])]) == f"_{word}_"


@given(documents())
def test_the_index_has_a_row_for_every_segment_and_can_be_made_again(tmp_path_factory, made):
    document, analysis = made
    catalogue = open_folder(tmp_path_factory.mktemp("data"))
    keep(catalogue, document, analysis)
    word = next(iter(split_words(document.quote(document.segments[0]))), None)
    with catalogue.read() as connection:
        assert lexical.matches(connection)
        before = lexical.find_phrase(connection, [word]).tolist() if word else []
        terms = lexical.read_postings(connection, FORM + (word or "x")).ids.tolist()
    with catalogue.change() as connection:
        lexical.rebuild(connection)
    with catalogue.read() as connection:
        assert lexical.matches(connection)
        assert (lexical.find_phrase(connection, [word]).tolist() if word else []) == before
        assert lexical.read_postings(connection, FORM + (word or "x")).ids.tolist() == terms
        assert read_document(connection, document.id) == document
    catalogue.close()


def test_a_removed_document_leaves_no_posting_and_no_word(held):
    gone = example(2)[0].id
    with held.read() as connection:
        assert len(lexical.read_postings(connection, "_hav").ids) == 3
    held.remove(gone)
    with held.read() as connection:
        assert lexical.matches(connection)
        assert len(lexical.read_postings(connection, "_hav").ids) == 2
    for seed in (1, 3):
        held.remove(example(seed)[0].id)
    with held.read() as connection:
        assert lexical.matches(connection)
        for table in ("lexical_postings", "lexical_words", "lexical_forms"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0, table


def test_a_row_too_few_or_too_many_is_noticed_and_mended(held):
    with held.change() as connection:
        some = sorted(ids_of(connection))[:1]
        lexical.remove(connection, some)
    with held.read() as connection:
        assert not lexical.matches(connection)
    with held.change() as connection:
        lexical.rebuild(connection)
    with held.read() as connection:
        assert lexical.matches(connection)


def test_counts_of_a_term_come_back(held):
    with held.read() as connection:
        postings = lexical.read_postings(connection, FORM + "havbruk")
        assert postings.ids.tolist() == sorted(ids_of(connection))
        assert postings.counts.tolist() == [1.0] * 3
        assert lexical.read_postings(connection, FORM + "finnesikke").ids.tolist() == []


def test_a_lemma_and_the_parts_of_a_compound_are_found(tmp_path):
    catalogue = open_folder(tmp_path)
    document, analysis = example(1)
    keep(catalogue, document, analysis)
    with catalogue.read() as connection:
        assert lexical.read_forms(connection, ["næringen"], "nb")["næringen"] == ("næring",)
        assert len(lexical.read_postings(connection, FORM + "næring").ids) == 1
        assert "havbruk" in lexical.expand_prefix(connection, "hav", 5)
    catalogue.close()


def test_phrases_need_their_order_and_prefixes_their_start(held):
    with held.read() as connection:
        everything = sorted(ids_of(connection))
        assert lexical.find_phrase(connection, ["mangel", "på", "folk"]).tolist() == everything
        assert lexical.find_phrase(connection, ["folk", "på", "mangel"]).tolist() == []
        assert lexical.find_prefix(connection, "næring").tolist() == everything
        assert lexical.find_prefix(connection, "æring").tolist() == []


@given(st.text(max_size=40))
def test_no_word_of_any_text_is_syntax(tmp_path_factory, text):
    catalogue = open_folder(tmp_path_factory.mktemp("data"))
    keep(catalogue, *example(1))
    with catalogue.read() as connection:
        for word in split_words(text):
            lexical.find_phrase(connection, [word])
            lexical.find_prefix(connection, word)
            lexical.read_postings(connection, word)
            lexical.expand_prefix(connection, word, 3)
    catalogue.close()


@given(documents())
def test_an_index_in_memory_says_what_the_catalogue_says(tmp_path_factory, made):
    catalogue = open_folder(tmp_path_factory.mktemp("data"))
    keep(catalogue, *example(1))
    keep(catalogue, *made)
    with catalogue.read() as connection:
        ids = np.array(sorted(ids_of(connection)), dtype=np.int64)
        asked, filled = (Ranker(ids, np.arange(1, len(ids) + 1)) for _ in range(2))
        filled.fill(connection)
        held = connection.exec_driver_sql("SELECT DISTINCT term FROM lexical_postings").scalars()
        for term in {name.removesuffix("_2").removesuffix("_4") for name in held} | {"zzzz", "=finnesikke"}:
            one, other = asked.read(connection, term), filled.read(connection, term)
            assert one.rows.tolist() == other.rows.tolist()
            assert one.weights.tolist() == other.weights.tolist()
            assert one.idf == other.idf
    catalogue.close()


def test_words_in_memory_are_those_of_the_catalogue(held):
    asked, filled = Lexicon(), Lexicon()
    with held.read() as connection:
        filled.fill(connection)
        words = ["havbruk", "hav", "finnesikke", "næringen", "mangel", ""]
        for word in words:
            assert asked.count(connection, word) == filled.count(connection, word)
            for limit in (1, 3, 40):
                assert asked.expand(connection, word, limit) == filled.expand(connection, word, limit)
        for language in ("nb", "sv"):
            one, other = (words_of.forms(connection, words, language) for words_of in (asked, filled))
            assert list(one.items()) == list(other.items())
