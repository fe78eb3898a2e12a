"""Words of passages as bits: what is kept, how near it comes, and search over texts without any."""

import shutil

import numpy as np
import pytest
import sqlalchemy as sa

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.folder import Folder
from corpus.reading import read_words
from models.engine import Reading, unit_rows
from models.words import Signs, find_words, load_signs, make_rotation, measure_signs
from service.library import open_library
from service.settings import load_settings


@pytest.fixture(scope="module")
def library(ingested):
    with open_library(load_settings(ingested)) as opened:
        yield opened


def read(words, width=8):
    """Return a reading in which each word of a text is one token, and the text."""
    text = " ".join(words)
    last = np.cumsum([len(one) + 1 for one in words]) - 2
    tokens = np.random.default_rng(3).normal(size=(len(words), width)).astype(np.float32)
    return Reading(0, unit_rows(tokens.mean(axis=0)), tokens, last), text


def test_words_without_meaning_are_left_out():
    reading, text = read(["havet", "og", "skogen"])
    assert np.allclose(find_words(reading, text), unit_rows(reading.tokens[[0, 2]]))


def test_a_text_of_such_words_alone_keeps_them():
    reading, text = read(["og", "i"])
    assert len(find_words(reading, text)) == 2


def test_a_rotation_keeps_lengths_and_spreads_a_coordinate():
    rotation = make_rotation(384)
    assert np.allclose(rotation @ rotation.T, np.eye(384), atol=1e-5)
    assert np.abs(rotation).max() < 0.5


def test_bits_tell_near_words_from_far_ones():
    chance = np.random.default_rng(5)
    signs = Signs(np.zeros(384, dtype=np.float32))
    words = unit_rows(chance.normal(size=(40, 384)))
    bits = np.unpackbits(signs.pack(words), axis=1) * 2.0 - 1
    aims = signs.aim(unit_rows(words + 0.5 * unit_rows(chance.normal(size=words.shape))))
    assert ((bits @ aims.T).argmax(axis=0) == np.arange(40)).all()


def test_the_kept_centre_is_the_measured_one(library):
    kept = load_signs(library.encoder).centre
    assert np.allclose(kept, measure_signs(library.encoder).centre, atol=1e-3)


def test_every_segment_has_its_words(library):
    with library.catalogue.read() as connection:
        room = library.searcher.open_room()
        for number, document in enumerate(room.shelf.documents):
            counts, bits = read_words(connection, document)
            assert len(counts) == (room.shelf.owners == number).sum()
            assert bits.shape == (counts.sum(), library.encoder.dimension // 8)
            assert counts.min() > 0


def test_a_question_is_nearest_to_a_passage_with_its_words(library):
    with library.catalogue.read() as connection:
        searcher, room = library.searcher, library.searcher.open_room()
        row = int(np.argmax(room.shelf.ends - room.shelf.starts))
        (excerpt,) = searcher.cut(connection, room, np.array([row]))
        _, _, words = searcher._encode(excerpt.text[:200])
        near = room.closeness.measure(connection, np.arange(len(room.shelf.ids)), words)
    assert int(near.argmax()) == row


def test_texts_of_an_older_version_without_words_are_searched(ingested, tmp_path):
    folder = tmp_path / "older"
    shutil.copytree(ingested, folder)
    catalogue = Catalogue.open(Folder(folder), write=True)
    with catalogue.change() as connection:
        connection.execute(sa.delete(schema.vectors).where(schema.vectors.c.what == "words"))
    catalogue.close()
    with open_library(load_settings(folder)) as older:
        answer = older.searcher.search("Hvor mange medlemmer har helseklyngen Puls?")
    assert "64 medlemmer" in answer.hits[0].text and answer.answered


def test_a_phrase_within_a_question_that_stands_nowhere_is_not_required_and_not_answered(library):
    answer = library.searcher.search('Hvor mange medlemmer har "helseklyngen Plus"?')
    assert not answer.answered
    assert any("64 medlemmer" in hit.text for hit in answer.hits)
    assert not library.searcher.search('"helseklyngen Plus"').hits
