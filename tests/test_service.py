"""`strategi serve` as a real process: it owns the store, and other commands hand their work to it."""

import json
import re
import subprocess
import sys
import urllib.request

import pytest
from conftest import HOME, SAMPLES, run_strategi


@pytest.fixture
def service(data):
    """The address of a running service of the test's data folder."""
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=HOME, stderr=subprocess.PIPE, encoding="utf-8")
    address = re.search(r"http://\S+", process.stderr.readline())[0]
    for _ in range(100):
        try:
            if json.loads(get(f"{address}/readyz"))["ready"]:
                break
        except OSError:
            import time

            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(timeout=60)
    process.stderr.close()


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def test_commands_hand_their_changes_to_the_running_service(service, data, tmp_path):
    edition = tmp_path / "ny utgåve.pdf"
    edition.write_bytes((SAMPLES / "kvernmark.pdf").read_bytes() + b"\n% again\n")
    report = json.loads(run_strategi("ingest", edition, "--keep-duplicates", "--json", data=data).stdout)
    assert report["outcome"] == "added"
    assert report["path"] == str(edition)
    listed = json.loads(get(f"{service}/api/v1/documents"))["documents"]
    assert edition.name in {one["file"] for one in listed}
    assert report["document"] in {
        hit["document"] for hit in json.loads(get(f"{service}/api/v1/search?q=Kvernmark&limit=50"))["hits"]
    }
    changed = run_strategi("set", report["document"], "--title", "Ny tittel", "--json", data=data).stdout
    assert json.loads(changed)["title"] == "Ny tittel"
    run_strategi("remove", report["document"], data=data)
    assert len(json.loads(get(f"{service}/api/v1/documents"))["documents"]) == 5


def test_a_second_service_of_the_same_folder_is_refused(service, data):
    done = run_strategi("serve", "--port", "0", data=data, check=False)
    assert done.returncode == 3
    assert service
    assert "Traceback" not in done.stderr


def test_an_unknown_name_is_refused_through_the_service_too(service, data):
    done = run_strategi("remove", "kvernmrk.pdf", data=data, check=False)
    assert (done.returncode, "kvernmark.pdf" in done.stderr) == (2, True)
    assert service


def test_a_queue_prepares_search_at_its_start_and_when_it_has_run_dry(tmp_path):
    from ingest.intake import Said
    from ingest.pipeline import IngestReport
    from service.queue import UploadQueue

    told = []

    def prepare():
        told.append("prepared")
        raise RuntimeError("a fault here stops nothing")

    def read(job, options, tell):
        told.append(job.name)
        return IngestReport(job.name, "added")

    queue = UploadQueue(read, prepare)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
        (*_, last) = queue.follow(queue.put(tmp_path / name, name, Said(), {})["id"])
        assert last["report"]["outcome"] == "added"
    queue.close()
    assert told[:2] == ["prepared", "a.pdf"]
    assert "b.pdf" in told
    assert told[-1] == "prepared"
