"""Fixtures: the samples ingested once per run, and a copy of that data folder per test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HOME = Path(__file__).resolve().parent.parent
SAMPLES = HOME / "corpus" / "samples"
SHARED = HOME.parent / "shared"

settings.register_profile(
    "project", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


def run_strategi(*words, data, check=True, **more):
    """Run the command line as a user does; returns the finished process."""
    command = [sys.executable, "-m", "service.cli", "--data", str(data), *map(str, words)]
    done = subprocess.run(
        command, cwd=HOME, capture_output=True, encoding="utf-8", timeout=300, check=False, **more
    )
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="session")
def ingested(tmp_path_factory, worker_id):
    """A data folder with the five samples, made once for all workers of a run; never changed."""
    from filelock import FileLock

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if worker_id != "master" else base
    data = shared / "samples-data"
    with FileLock(str(shared / "samples.lock")):
        if not (data / "catalogue.sqlite").exists():
            draft = shared / "samples-draft"
            run_strategi("ingest", "--samples", data=draft)
            draft.rename(data)
    return data


def copy_data(source, target):
    """Copy a data folder, without what a running process left in it; returns the copy."""
    return shutil.copytree(source, target, ignore=shutil.ignore_patterns("write.lock", "service.json"))


@pytest.fixture
def data(ingested, tmp_path):
    """A copy of the samples' data folder that a test may change."""
    copy = tmp_path / "data"
    copy_data(ingested, copy)
    return copy


@pytest.fixture
def catalogue(tmp_path):
    """A catalogue with the four sentences of `judging`, and a clock that goes on."""
    from hand import keep
    from judging import Clock, made

    held = keep(tmp_path / "data", made())
    held.clock = Clock()
    yield held
    held.close()


@pytest.fixture(scope="module")
def client(ingested, tmp_path_factory):
    """The service over a copy of the samples, for tests that change nothing."""
    from fastapi.testclient import TestClient

    from service.api import create_app
    from service.settings import Settings

    data = tmp_path_factory.mktemp("page") / "data"
    copy_data(ingested, data)
    with TestClient(create_app(Settings(data=data))) as made:
        yield made


@pytest.fixture
def own(data):
    """The service over a data folder of the test's own."""
    from fastapi.testclient import TestClient

    from service.api import create_app
    from service.settings import Settings

    with TestClient(create_app(Settings(data=data, max_bytes=1_000_000))) as made:
        yield made


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, for files that import `browsing` and so are skipped without it."""
    from browsing import open_browser

    with open_browser() as made:
        yield made
