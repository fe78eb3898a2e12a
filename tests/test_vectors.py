"""The vector store: in line with the catalogue whenever something is written, and not opened before."""

import json

import sqlalchemy as sa
from fastapi.testclient import TestClient

from corpus import schema
from corpus.vectors import NOTE
from service.api import create_app
from service.library import open_library
from service.settings import Settings, load_settings


def list_segments(library):
    with library.catalogue.read() as connection:
        return set(connection.scalars(sa.select(schema.segments.c.id)))


def test_a_service_opens_the_store_when_it_writes_and_closes_it_after(data):
    with TestClient(create_app(Settings(data=data))) as client:
        library = client.app.state.library
        assert client.get("/api/v1/search", params={"q": "strøm"}).json()["hits"]
        assert library._vectors is None
        client.delete("/api/v1/documents/klitsyssel.pdf")
        assert library._vectors.ids() == list_segments(library)
        client.app.state.queue._rest()
        assert library._vectors is None
        assert json.loads((data / "vectors" / NOTE).read_text())["count"] == len(list_segments(library))


def test_a_store_of_another_state_is_mended_before_anything_is_written(data):
    settings = load_settings(data)
    with open_library(settings, write=True) as library:
        with library.use_vectors() as vectors:
            before = vectors.ids()
        library.release_vectors()
        library.catalogue.remove(library.catalogue.resolve("klitsyssel.pdf"))
        with library.use_vectors() as vectors:
            assert vectors.ids() == list_segments(library) < before
        library.release_vectors()
        (data / "vectors" / NOTE).write_text("{")
        with library.use_vectors() as vectors:
            assert vectors.ids() == list_segments(library)


def test_a_store_that_is_used_stays_open(data):
    with open_library(load_settings(data), write=True) as library:
        with library.use_vectors() as vectors:
            library.release_vectors()
            assert vectors.ids() == list_segments(library)
        library.release_vectors()
        assert library._vectors is None


def test_a_store_that_lacks_something_is_not_said_to_be_in_line(data):
    with open_library(load_settings(data), write=True) as library:
        with library.use_vectors() as vectors:
            vectors.remove(sorted(vectors.ids())[:3])
            (data / "vectors" / NOTE).unlink()
            vectors.note(library.catalogue)
            assert not (data / "vectors" / NOTE).exists()
        library.release_vectors()
        with library.use_vectors() as vectors:
            assert vectors.ids() == list_segments(library)
