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
from service.closeness import BLOCK, Closeness
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
        _, words = searcher._encode(excerpt.text[:200])
        rows = np.arange(len(room.shelf.ids))
        near, _ = room.closeness.measure(connection, rows, words, np.ones(len(words)))
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


class Held(Closeness):
    """Closeness over words given as they are."""

    def __init__(self, *segments):
        self.segments = [
            np.packbits(np.array(one, dtype=bool).reshape(-1, WIDTH), axis=1) for one in segments
        ]

    def _words(self, connection, row):
        return self.segments[row]


def speak(said, length):
    """Return the words of a segment: `said` is which of two words stands at which place, the rest says nothing."""
    rows = np.tile(np.arange(WIDTH) % 2 == 0, (length, 1))
    for place, word in said.items():
        rows[place] = ASKED[word] > 0
    return rows


WIDTH = 64
ASKED = np.array([[1.0] * WIDTH, [1.0] * (WIDTH // 2) + [-1.0] * (WIDTH // 2)]) / np.sqrt(WIDTH)


def test_words_that_stand_together_come_nearer_than_the_same_words_apart():
    together = speak({3: 0, 5: 1}, 60)
    apart = speak({3: 0, 50: 1}, 60)
    neighbours = speak({BLOCK - 1: 0, BLOCK: 1}, 60)
    closeness = Held(together, apart, neighbours)
    near, met = closeness.measure(None, np.arange(3), ASKED, np.ones(2))
    assert near[0] == pytest.approx(1.0) and near[2] == pytest.approx(1.0)
    assert near[1] == pytest.approx(0.5)
    assert met == pytest.approx(np.ones((3, 2)))


def test_a_heavy_word_counts_for_more():
    closeness = Held(speak({2: 0}, 5), speak({2: 1}, 5))
    (first, second), _ = closeness.measure(None, np.arange(2), ASKED, np.array([3.0, 1.0]))
    assert first == pytest.approx(0.75) and second == pytest.approx(0.25)


def test_a_stretch_never_reaches_into_the_next_segment():
    first = speak({BLOCK - 1: 0}, BLOCK)
    second = speak({0: 1}, BLOCK)
    near, _ = Held(first, second).measure(None, np.arange(2), ASKED, np.ones(2))
    assert near == pytest.approx([0.5, 0.5])


def test_a_segment_without_words_is_not_known_and_moves_no_other():
    empty = np.zeros((0, WIDTH), dtype=bool)
    closeness = Held(empty, speak({1: 0}, 20), empty, speak({9: 1}, 20))
    near, met = closeness.measure(None, np.arange(4), ASKED, np.ones(2))
    assert np.isnan(near[[0, 2]]).all() and near[[1, 3]] == pytest.approx([0.5, 0.5])
    assert np.isnan(met[[0, 2]]).all() and met[1].tolist() == pytest.approx([1.0, 0.0])


def test_without_words_on_either_side_nothing_is_known():
    empty = Held(np.zeros((0, WIDTH), dtype=bool))
    assert np.isnan(empty.measure(None, np.arange(1), ASKED, np.ones(2))[0]).all()
    assert np.isnan(empty.measure(None, np.arange(1), ASKED[:0], np.ones(0))[0]).all()
