"""The indexes of a service made in the background: by one process at a time, whoever is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.flat import MANIFEST, Flat
from corpus.folder import Folder, hold_lock
from service import upkeep
from service.api import create_app
from service.library import open_library
from service.settings import Settings, load_settings
from service.upkeep import Bounds, Level, Upkeep

HOME = Path(__file__).resolve().parent.parent
SAMPLES = HOME / "corpus" / "samples"
TIGHT = Bounds(resident=0, newest=0, newest_share=0.0)
PATIENCE_SECONDS = 120


def wait_until(check):
    end = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


def name_index(root):
    return Flat.open(root).name if (root / MANIFEST).exists() else None


def test_a_service_takes_uploads_and_answers_while_indexes_are_made(data, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", TIGHT)
    folder = Folder(data)
    with TestClient(create_app(Settings(data=data))) as client:
        searcher = client.app.state.library.searcher
        wait_until(lambda: name_index(folder.index) and not searcher.open_room().nearness.exact)
        main = name_index(folder.index)
        gone = client.delete("/api/v1/documents/klitsyssel.pdf").json()["removed"]
        with (SAMPLES / "klitsyssel.pdf").open("rb") as pdf:
            taken = client.post("/api/v1/documents", files={"file": ("klitsyssel.pdf", pdf)})
        job = taken.json()["jobs"][0]["id"]
        while (record := client.get(f"/api/v1/jobs/{job}").json())["state"] != "done":
            hits = client.get("/api/v1/search", params={"q": f"strøm {time.monotonic_ns()}"}).json()["hits"]
            assert hits
            assert gone not in {hit["document"] for hit in hits} or record["stage"] != "reading"
        document = record["report"]["document"]
        asked = {"q": "plejeudstyr", "document": document}
        assert client.get("/api/v1/search", params=asked).json()["hits"]
        wait_until(lambda: name_index(folder.newer))
        wait_until(lambda: len(searcher.open_room().nearness._wide.parts) == 2)
        assert name_index(folder.index) == main
        assert client.get("/api/v1/search", params=asked).json()["hits"]


def test_damage_is_mended_in_the_background(data, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", Bounds(resident=0))
    root = Folder(data).index
    with TestClient(create_app(Settings(data=data))) as client:
        searcher = client.app.state.library.searcher
        wait_until(lambda: name_index(root) and not searcher.open_room().nearness.exact)
        path = root / name_index(root) / "texts"
        path.write_bytes(path.read_bytes()[:-100_000])
        asked = [client.get("/api/v1/search", params={"q": one, "limit": 100}) for one in ("strøm", "vind")]
        assert all(one.json()["hits"] for one in asked)
        wait_until(lambda: not searcher.open_room().nearness.exact)
        assert Flat.open(root).verify()
        assert client.get("/api/v1/search", params={"q": "elektrisitet", "limit": 100}).json()["hits"]


def test_a_service_of_few_segments_starts_no_process(data, monkeypatch):
    from service import remaking

    started = []
    monkeypatch.setattr(remaking.Remaking, "_run", lambda self, level: started.append(level))
    with TestClient(create_app(Settings(data=data))) as client:
        client.app.state.queue._rest()
        time.sleep(0.2)
    assert not started


MAKER = """
import os, signal, sys, time
from pathlib import Path
from service import upkeep
from service.library import open_library
from service.remaking import Remaking
from service.settings import load_settings
from service.upkeep import Bounds, Level, Upkeep
upkeep.BOUNDS = Bounds(resident=0)

def die(rows):
    os.kill(os.getpid(), signal.SIGKILL)

def dawdle(rows):
    Path(sys.argv[1], "dawdling").write_text(str(os.getpid()))
    time.sleep(600)

if __name__ == "__main__":
    with open_library(load_settings(Path(sys.argv[1]))) as library:
        searcher, recipe = library.searcher, library.searcher.upkeep.recipe
        if sys.argv[2] == "make":
            sys.stdin.readline()
            print(searcher.upkeep.make(Level.MAIN, wait=60), flush=True)
        elif sys.argv[2] == "die":
            object.__setattr__(recipe, "turn", die)
            searcher.upkeep.make(Level.MAIN)
        else:
            object.__setattr__(recipe, "turn", dawdle)
            Remaking(searcher).nudge()
            time.sleep(600)
"""


@pytest.fixture
def maker(tmp_path, data):
    """What starts a process that makes the main index, in one way or another."""
    script = tmp_path / "maker.py"
    script.write_text(MAKER, encoding="utf-8")
    started = []

    def start(way):
        command = [sys.executable, str(script), str(data), way]
        environment = os.environ | {"PYTHONPATH": str(HOME)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, env=environment, **pipes))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


def test_two_that_make_the_same_index_at_once_make_it_once(maker, data):
    both = [maker("make"), maker("make")]
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert sorted(one.stdout.readline().strip() for one in both) == ["False", "True"]
    assert Flat.open(data / "index").verify()


def test_who_is_killed_while_making_an_index_leaves_nothing_that_counts(maker, data, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", Bounds(resident=0))
    assert maker("die").wait(timeout=PATIENCE_SECONDS) == -signal.SIGKILL
    root = data / "index"
    assert [one.name.partition("-")[0] for one in root.iterdir()] == ["draft"]
    with open_library(load_settings(data)) as library:
        assert library.searcher.search("strøm").hits
        assert library.searcher.refresh_index()
        assert library.searcher.search("vind").hits
        assert not library.searcher.open_room().nearness.exact
    assert not list(root.glob("draft-*"))


def test_what_makes_an_index_ends_with_the_service(maker, data):
    service, mark = maker("dawdle"), data / "dawdling"
    wait_until(lambda: mark.exists() and mark.read_text())
    child = int(mark.read_text())
    assert child != service.pid
    os.kill(service.pid, signal.SIGKILL)
    service.wait()

    def is_gone():
        state = Path(f"/proc/{child}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"

    wait_until(is_gone)


def test_an_index_is_made_while_another_process_writes(data, monkeypatch):
    monkeypatch.setattr(upkeep, "BOUNDS", Bounds(resident=0))
    with hold_lock(Folder(data)), open_library(load_settings(data)) as library:
        held = library.searcher.upkeep
        assert Upkeep(library.catalogue, held.recipe).make(Level.MAIN)
        assert not held.make(Level.MAIN)
