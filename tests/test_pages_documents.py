"""The documents page: what was guessed is shown, confirmed in one step or corrected; refusals in the reader's words."""

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
