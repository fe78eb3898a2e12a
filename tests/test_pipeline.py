"""Files into the corpus: every outcome, every interruption."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import HOME, SAMPLES, SHARED, run_strategi

from corpus.catalogue import Catalogue
from corpus.folder import Folder, list_documents
from ingest.ocr import find_engine

FIRST = sorted(SAMPLES.glob("*.pdf"))[0]
odd = pytest.mark.skipif(not (SHARED / "corpus" / "odd").exists(), reason="the shared odd files are not here")


def ingest(*words, data, check=True):
    done = run_strategi("ingest", *words, "--json", data=data, check=check)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_samples_are_added_once_and_unchanged_after(ingested, data):
    reports = ingest("--samples", data=data)
    assert [one["outcome"] for one in reports] == ["unchanged"] * 5
    assert len(list_documents(Folder(data))) == 5


def test_what_a_catalogue_file_says_is_kept(ingested):
    listed = {one["file"]: one for one in list_documents(Folder(ingested))}
    assert all(one["regions"] and one["year"] for one in listed.values())
    assert {one["sources"]["regions"] for one in listed.values()} == {"catalogue"}


def test_the_same_text_in_other_bytes_is_a_duplicate(data, tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(FIRST.read_bytes() + b"\n% resaved\n")
    report = ingest(other, data=data)[0]
    assert report["outcome"] == "duplicate"
    assert report["document"] == next(
        one["id"] for one in list_documents(Folder(data)) if one["file"] == FIRST.name
    )
    assert FIRST.name in report["warnings"][0]
    assert ingest(other, "--keep-duplicates", data=data)[0]["outcome"] == "added"


def test_a_new_edition_replaces_the_old_one_and_nothing_of_it_stays(data, tmp_path):
    other = tmp_path / "edition.pdf"
    other.write_bytes(FIRST.read_bytes() + b"\n% new edition\n")
    old = next(one for one in list_documents(Folder(data)) if one["file"] == FIRST.name)
    report = ingest(other, "--replaces", old["id"], data=data)[0]
    assert report["outcome"] == "replaced"
    held = {one["id"] for one in list_documents(Folder(data))}
    assert old["id"] not in held
    assert report["document"] in held
    assert json.loads(run_strategi("doctor", "--json", data=data).stdout)["problems"] == []


def test_bad_files_fail_with_a_code_and_the_others_go_on(data, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a_empty.pdf").write_bytes(b"")
    (folder / "b_text.pdf").write_text("not a pdf at all")
    (folder / "c_cut.pdf").write_bytes(FIRST.read_bytes()[: FIRST.stat().st_size // 2])
    (folder / "d_good.pdf").write_bytes(FIRST.read_bytes())
    done = run_strategi("ingest", folder, "--json", data=data, check=False)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    codes = [one["error"]["code"] if one["error"] else one["outcome"] for one in reports]
    assert done.returncode == 1
    assert codes == ["empty", "not_pdf", "damaged", "unchanged"]
    assert all(one["error"] is None or one["error"]["message"].count(str(tmp_path)) == 0 for one in reports)
    assert len(list_documents(Folder(data))) == 5


def test_limits_refuse_before_anything_is_stored(tmp_path, monkeypatch):
    monkeypatch.setenv("STRATEGI_MAX_PAGES", "2")
    reports = ingest(FIRST, data=tmp_path / "data", check=False)
    assert reports[0]["error"]["code"] == "too_large"
    monkeypatch.setenv("STRATEGI_MAX_PAGES", "5000")
    monkeypatch.setenv("STRATEGI_MAX_BYTES", "1000")
    assert ingest(FIRST, data=tmp_path / "data", check=False)[0]["error"]["code"] == "too_large"
    assert list_documents(Folder(tmp_path / "data")) == []


def test_a_kill_in_the_middle_leaves_whole_documents_and_the_next_run_goes_on(tmp_path):
    data = tmp_path / "data"
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "ingest", "--samples", "--json"]
    process = subprocess.Popen(
        command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    )
    first = json.loads(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert first["outcome"] == "added"
    held = list_documents(Folder(data))
    assert 1 <= len(held) < 5 or held
    reports = ingest("--samples", data=data)
    assert {one["outcome"] for one in reports} == {"added", "unchanged"} or len(held) == 5
    assert len(list_documents(Folder(data))) == 5
    assert json.loads(run_strategi("doctor", "--repair", "--json", data=data).stdout)["healthy"]


def test_a_stop_by_the_user_is_clean(tmp_path):
    data = tmp_path / "data"
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "ingest", "--samples", "--json"]
    process = subprocess.Popen(
        command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert "Traceback" not in messages
    assert list_documents(Folder(data))


def test_two_writers_do_not_meet(data):
    from corpus.folder import hold_lock

    with hold_lock(Folder(data)):
        done = run_strategi("ingest", "--samples", data=data, check=False)
    assert done.returncode == 3
    assert "Another strategi process" in done.stderr


def test_two_runs_give_the_same_bytes(ingested, tmp_path):
    data = tmp_path / "again"
    run_strategi("ingest", "--samples", data=data)
    compare = ["compare", "Kvernmark", "Tjärnland", "Klitsyssel"]
    for words in (["findings", "--all"], ["focus-areas"], ["outline", FIRST.name], compare):
        first, second = (run_strategi(*words, "--json", data=one).stdout for one in (ingested, data))
        assert first == second, words


@odd
def test_odd_files_give_what_their_list_says(tmp_path):
    folder = SHARED / "corpus"
    data = tmp_path / "data"
    run_strategi("ingest", folder / "norge_s3_baerekraft_2021.pdf", data=data)
    reports = {one["path"].rsplit("/", 1)[-1]: one for one in ingest(folder / "odd", data=data, check=False)}
    said = {name: (one["error"] or {}).get("code") or one["outcome"] for name, one in reports.items()}
    assert said["duplicate_norge_qpdf_resaved.pdf"] == "duplicate"
    assert said["near_duplicate_norge_chromium_print.pdf"] == "duplicate"
    assert said["empty_0_bytes.pdf"] == "empty"
    assert said["zero_pages.pdf"] in ("empty", "damaged")
    assert said["not_a_pdf.pdf"] == "not_pdf"
    assert said["truncated_60pct.pdf"] == "damaged"
    assert said["password_user_secret.pdf"] == "encrypted"
    if find_engine() is None:
        assert said["scanned_image_only_3p.pdf"] == "no_text"
        assert reports["scanned_image_only_3p.pdf"]["pages_without_text"] == 3
        assert said["no_tounicode.pdf"] == "unreadable_text"
    else:
        scan = reports["scanned_image_only_3p.pdf"]
        assert (scan["outcome"], scan["pages"], scan["pages_without_text"]) == ("added", 3, 0)
        assert "Read by OCR" in scan["warnings"][0]
        assert said["no_tounicode.pdf"] in ("added", "duplicate")
    assert said["rotated_flag_90_180_270.pdf"] in ("added", "duplicate")
    assert said["rotated_content_90.pdf"] in ("added", "duplicate")


@odd
def test_a_password_opens_an_encrypted_file(tmp_path):
    file = SHARED / "corpus" / "odd" / "password_user_secret.pdf"
    data = tmp_path / "data"
    assert ingest(file, "--password", "wrong", data=data, check=False)[0]["error"]["code"] == "encrypted"
    assert ingest(file, "--password", "secret", data=data)[0]["outcome"] == "added"


def test_a_file_encrypted_with_aes_opens_with_its_password(tmp_path):
    from pypdf import PdfWriter

    from ingest.worker import read_in_process
    from models.errors import Encrypted

    locked = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=FIRST)
    writer.encrypt("hemmelig", algorithm="AES-256")
    writer.write(locked)
    with pytest.raises(Encrypted):
        read_in_process(locked)
    assert read_in_process(locked, password="hemmelig").text == read_in_process(FIRST).text


def test_a_surprise_in_one_file_does_not_lose_the_others(data, caplog):
    from types import SimpleNamespace

    import numpy as np

    from ingest.intake import Job
    from ingest.pipeline import Pipeline

    class Surprised:
        """Stands for a mistake of our own anywhere after reading."""

        dimension, name = 384, "surprised"

        def read_spans(self, texts, spans):
            raise IndexError("out of range")

    catalogue = Catalogue.open(Folder(data))
    catalogue.remove(next(iter(ingest(FIRST, data=data)))["document"])
    jobs = [Job(path=path) for path in (FIRST, sorted(SAMPLES.glob("*.pdf"))[-1])]
    first, last = Pipeline(catalogue, None, Surprised(), SimpleNamespace(lens=np.zeros((384, 1)))).run(jobs)
    assert (first.outcome, first.error["code"], last.outcome) == ("failed", "unreadable", "unchanged")
    assert "IndexError" in first.error["message"] and "out of range" not in first.error["message"]
    assert FIRST.name in caplog.text


def test_a_hanging_reader_is_killed_and_named(tmp_path):
    from ingest.pdf import Limits
    from ingest.worker import read_in_process
    from models.errors import TimedOut

    start = time.monotonic()
    with pytest.raises(TimedOut):
        read_in_process(FIRST, limits=Limits(seconds_per_page=0.0001))
    assert time.monotonic() - start < 30


def test_the_catalogue_can_be_read_while_it_is_written(data):
    catalogue = Catalogue.open(Folder(data))
    before = catalogue.generation
    run_strategi("set", FIRST.name, "--title", "Annen tittel", data=data)
    assert catalogue.generation == before + 1
    catalogue.close()
