"""A document arrives whole, whatever it is cut into on its way from the reading process."""

import threading
from multiprocessing import Pipe

import pytest
from conftest import SAMPLES

from ingest import worker
from ingest.reader import read_document


@pytest.fixture(scope="module")
def document():
    return read_document(sorted(SAMPLES.glob("*.pdf"))[0])


@pytest.mark.parametrize(("items", "characters"), [(1, 1_000), (7, 1), (1_000, 1 << 20)])
def test_a_document_sent_in_parts_is_the_same(document, monkeypatch, items, characters):
    monkeypatch.setattr(worker, "ITEMS_OF_PART", items)
    monkeypatch.setattr(worker, "CHARACTERS_OF_PART", characters)
    ours, theirs = Pipe(duplex=False)
    sending = threading.Thread(target=worker.send, args=(theirs, document), daemon=True)
    sending.start()
    arrived = worker.receive(ours, "a.pdf")
    sending.join()
    assert arrived == document
    assert arrived.model_dump_json() == document.model_dump_json()


def test_every_field_that_grows_is_sent_in_parts(document):
    grows = {name for name, value in document if isinstance(value, tuple) and len(value) > 3}
    assert grows == set(worker.LONG)
