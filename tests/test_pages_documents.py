"""The documents page: what was guessed is shown, confirmed in one step or corrected; refusals in the reader's words."""

import time

import pytest
from conftest import SAMPLES
from web import Tree, look

from corpus import schema
from service.pages_documents import GUESSED


def guess(client, name="kvernmark.pdf", source="cover"):
    """Make a document's title, region and year something that was read from it."""
    library = client.app.state.library
    identity = library.catalogue.resolve(name)
    with library.catalogue.change() as connection:
        sources = {"title": source, "regions": source, "year": source, "type": "option"}
        at = schema.documents.c.id == identity
        connection.execute(schema.documents.update().where(at).values(sources=sources))
    return identity


def sources_of(client, name="kvernmark.pdf"):
    return client.get(f"/api/v1/documents/{name}").json()["sources"]


def test_a_guess_is_marked_until_it_is_confirmed(own):
    before = own.get("/api/v1/documents/kvernmark.pdf").json()
    assert "Dotted" not in look(own, "/documents").text
    identity = guess(own)
    page = look(own, "/documents")
    assert "Dotted" in page.text and page.text.count("(guessed)") == 3
    answer = own.post(f"/documents/{identity}/confirm", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documents?saved={identity}")
    assert set(sources_of(own).values()) == {"option"}
    assert "(guessed)" not in look(own, "/documents").text
    after = own.get("/api/v1/documents/kvernmark.pdf").json()
    assert [after[field] for field in GUESSED] == [before[field] for field in GUESSED]
    assert own.post("/documents/nothing/confirm").status_code == 404


def test_saving_the_form_confirms_what_was_left_standing(own):
    guess(own)
    record = own.get("/api/v1/documents/kvernmark.pdf").json()
    fields = {"title": record["title"], "regions": "Nyland", "year": "", "type": record["type"]}
    own.post("/documents/kvernmark.pdf", data=fields)
    assert sources_of(own) == {"title": "option", "regions": "option", "year": "cover", "type": "option"}


def test_a_dead_link_says_so_in_the_readers_language_and_names_documents_near_it(client):
    page = look(client, "/read/kvernmrk.pdf", 404, headers={"Accept-Language": "nb"})
    assert "Ingen dokumenter her heter «kvernmrk.pdf»" in page.text and "strategi list" not in page.text
    assert "/read/kvernmark.pdf" in page.links


def test_what_is_no_pdf_is_refused_in_the_readers_language(own):
    files = [("file", ("a.pdf", (SAMPLES / "kvernmark.pdf").read_bytes())), ("file", ("b.pdf", b"no"))]
    answer = own.post("/documents", files=files, headers={"Accept-Language": "sv"})
    assert answer.status_code == 415 and "Detta är ingen PDF-fil" in Tree(answer.text).text
    assert own.get("/api/v1/jobs").json()["jobs"] == []


def wait_for(client, job):
    end = time.monotonic() + 120
    while (record := client.get(f"/api/v1/jobs/{job['id']}").json())["state"] != "done":
        assert time.monotonic() < end
        time.sleep(0.1)
    return record["report"]


def test_a_document_is_read_again_and_keeps_what_people_said(own):
    own.patch("/api/v1/documents/kvernmark.pdf", json={"title": "Ny tittel", "year": 2031})
    before = own.get("/api/v1/documents/kvernmark.pdf").json()
    found = own.get("/api/v1/findings", params={"document": before["id"]}).json()["findings"]
    act = {"findings": [found[0]["id"]], "action": "reject", "by": "Kari"}
    assert own.post("/api/v1/reviews", json=act).status_code == 201
    answer = own.post("/api/v1/documents/kvernmark.pdf/reread")
    assert answer.status_code == 202
    report = wait_for(own, answer.json()["jobs"][0])
    assert (report["outcome"], report["document"], report["error"]) == ("replaced", before["id"], None)
    after = own.get("/api/v1/documents/kvernmark.pdf").json()
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {"ingested_at", "findings"} and (after["title"], after["year"]) == ("Ny tittel", 2031)
    again = own.get("/api/v1/findings", params={"document": before["id"], "all": True}).json()["findings"]
    kept = {one["id"]: one for one in again}
    assert kept[found[0]["id"]]["reviewed"]["by"] == "Kari"
    assert {one["id"] for one in found} <= set(kept)
    assert own.get("/api/v1/documents/kvernmark.pdf/file").content.startswith(b"%PDF")
    hit = own.get("/api/v1/search", params={"q": found[1]["quote"]}).json()["hits"][0]
    assert hit["document"] == before["id"]


def test_an_encrypted_document_is_read_again_with_its_password(own, tmp_path):
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=SAMPLES / "klitsyssel.pdf")
    writer.encrypt("hemmelig", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    with (tmp_path / "locked.pdf").open("rb") as file:
        jobs = own.post(
            "/api/v1/documents",
            files={"file": file},
            data={"password": "hemmelig", "keep_duplicates": "true"},
        )
    assert wait_for(own, jobs.json()["jobs"][0])["outcome"] == "added"
    address = "/api/v1/documents/locked.pdf/reread"
    refused = wait_for(own, own.post(address).json()["jobs"][0])
    assert (refused["outcome"], refused["error"]["code"]) == ("failed", "encrypted")
    read = wait_for(own, own.post(address, data={"password": "hemmelig"}).json()["jobs"][0])
    assert (read["outcome"], read["error"]) == ("replaced", None)


def test_reading_again_is_offered_and_refused_where_the_file_is_gone(own):
    page = look(own, "/documents/kvernmark.pdf")
    assert any(link.endswith("/reread") for link in page.links) and "Read it again" in page.text
    answer = own.post("/documents/kvernmark.pdf/reread", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents")
    assert wait_for(own, own.get("/api/v1/jobs").json()["jobs"][0])["outcome"] == "replaced"
    assert own.post("/documents/none.pdf/reread").status_code == 404
    library = own.app.state.library
    sha256 = own.get("/api/v1/documents/klitsyssel.pdf").json()["sha256"]
    library.catalogue.folder.pdf(sha256).unlink()
    refused = own.post("/documents/klitsyssel.pdf/reread")
    assert refused.status_code == 422 and str(library.catalogue.folder.root) not in refused.text
    assert not list((library.catalogue.folder.root / "uploads").glob("*.pdf"))
    assert own.get("/api/v1/documents/klitsyssel.pdf").status_code == 200


@pytest.mark.parametrize(
    "asked, index, other",
    [
        ("2", 2, "10"),
        ("ii", 2, None),
        ("p. 2", 10, None),
        ("s.2", 10, None),
        ("side 2", 10, None),
        ("99", 1, None),
    ],
)
def test_a_page_is_found_by_what_is_printed_on_it(asked, index, other):
    from models.document import Document, Page
    from service.pages_reader import Sought, _choose_page, _find_namesake

    labels = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "1", "2"]
    pages = tuple(Page(index=n, label=one, start=n - 1, end=n) for n, one in enumerate(labels, 1))
    document = Document(id="a", file="a", sha256="a", text="x" * 10, pages=pages, blocks=(), sections=())
    here = _choose_page(document, asked, Sought())
    named = _find_namesake(document, asked, here)
    assert here.index == index and (named and str(named.index)) == other


def test_a_printed_number_is_the_index_where_nothing_is_printed():
    from models.document import Document, Page
    from service.pages_reader import Sought, _choose_page

    pages = tuple(Page(index=n, label=None, start=n - 1, end=n) for n in (1, 2, 3))
    document = Document(id="a", file="a", sha256="a", text="xxx", pages=pages, blocks=(), sections=())
    assert [_choose_page(document, asked, Sought()).index for asked in ("p. 3", "side 2", "p. 9")] == [
        3,
        2,
        1,
    ]


def test_pages_without_text_are_named_and_lead_there(own):
    library = own.app.state.library
    identity = library.catalogue.resolve("kvernmark.pdf")
    assert "without text" not in look(own, f"/documents/{identity}").text
    with library.catalogue.change() as connection:
        pages = schema.pages
        where = (pages.c.document == identity) & pages.c.index.in_([2, 7])
        connection.execute(pages.update().where(where).values(state="unreadable"))
    page = look(own, f"/documents/{identity}", headers={"Accept-Language": "sv"})
    assert "bokstäverna går inte att läsa" in page.text
    assert {f"/read/{identity}?page=2", f"/read/{identity}?page=7"} <= set(page.links)


def test_a_form_over_the_limit_is_answered_with_a_page(own):
    large = [("file", ("big.pdf", b"%PDF-1.7" + b"\0" * 2_200_000))]
    answer = own.post("/documents", files=large, headers={"Accept-Language": "nb"})
    assert answer.status_code == 413 and answer.headers["content-type"].startswith("text/html")
    assert "større enn grensen" in Tree(answer.text).text and "content-security-policy" in answer.headers
    assert own.get("/api/v1/jobs").json()["jobs"] == []
