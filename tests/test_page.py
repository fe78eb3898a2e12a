"""The page without JavaScript: every view, in three languages, with text from documents shown as text."""

import re
import tomllib

import numpy as np
import pytest
from conftest import HOME, SAMPLES
from fastapi.testclient import TestClient
from web import Tree, look

from corpus.drawing import open_pdf, read_letters, write_png
from corpus.pictures import Pictures
from corpus.placement import group_lines, place_span
from models.document import Block, Box, Document, Guess, Page, Section, Segment, Sentence, Span, make_id
from models.finding import Analysis, Cell, Comparison, Coverage, Judgement, ThemeComparison, ThemeRow
from service.api import create_app
from service.heat import SHADES, build_matrix, find_square
from service.marking import mark_terms
from service.settings import Settings
from service.texts import SPOKEN, choose_language, load_texts
from service.view import View

WEB = HOME / "service" / "web"
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> & "folk" \'}}{{7*7}}'
VIEWS = (
    "/", "/?q=mangel+p%C3%A5+folk", "/?region=Kvernmark&kind=barrier", "/documents", "/documents/kvernmark.pdf",
    "/documents/kvernmark.pdf/delete", "/compare", "/compare?region=Kvernmark&region=Klitsyssel&every=1&turned=1",
    "/compare?region=Kvernmark&region=Tj%C3%A4rnland&show=number&cell=barrier:skills:Kvernmark",
    "/ask", "/ask?q=Hvilke+barrierer+nevner+Kvernmark%3F", "/read/kvernmark.pdf", "/read/kvernmark.pdf?page=5", "/quality", "/clips",
    "/review", "/review?second=1", "/review?document=kvernmark.pdf&kind=barrier&skip=3", "/review/log", "/saved",
    "/saved?q=folk&region=Kvernmark",
)  # fmt: skip


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize("language", SPOKEN)
def test_every_view_is_whole_in_every_language(client, path, language):
    page = look(client, path, headers={"Accept-Language": language})
    assert not page.open and page.tags[0] == ("html", {"lang": language})
    assert len(page.ids) == len(set(page.ids))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    for tag, named in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in named), (tag, named)
        assert tag != "style" and (tag != "script" or "src" in named)
    assert all(link.startswith(("/", "#")) for link in page.links), page.links


def test_the_first_page_is_light(client):
    html = client.get("/")
    page = Tree(html.text)
    assets = [link for link in page.links if link.startswith("/static/")]
    total = len(html.content) + sum(len(client.get(link).content) for link in assets)
    assert len(assets) >= 4 and total < 150_000
    assert all("immutable" in client.get(link).headers["cache-control"] for link in assets)


def test_hits_lead_to_their_page_and_say_why(client):
    page = look(client, "/?q=mangel+p%C3%A5+folk")
    links = [link for link in page.links if link.startswith("/read/")]
    assert links and "Why this passage" in page.text and ("mark", {}) in page.tags
    reader = look(client, links[0])
    assert any(tag == "rect" and named.get("class") == "lit" for tag, named in reader.tags)


def test_facets_narrow_and_stay_in_the_address(client):
    page = look(client, "/?q=folk&region=Kvernmark&language=nb&year_from=2020")
    ticked = {named["value"] for tag, named in page.tags if tag == "input" and "checked" in named}
    assert ticked == {"Kvernmark", "nb"}
    sources = re.findall(r"<p class=\"source\"><b>([^<]+)", client.get("/?q=folk&region=Kvernmark").text)
    assert set(sources) == {"Kvernmark"}
    assert "No region is called" in look(client, "/?region=Kvernmrk", 404).text
    assert "Kvernmark" in look(client, "/?region=Kvernmrk", 404).text


def test_focus_areas_are_a_facet_with_counts(client):
    line = re.compile(
        r'name="focus_area" value="([^"]+)"( checked)?><span>[^<]+</span><span class="number">(\d+)'
    )
    counted = {name: int(count) for name, _, count in line.findall(client.get("/?region=Kvernmark").text)}
    assert counted["Helseteknologi"] > 3 and "general" not in counted
    answer = client.get("/", params={"focus_area": "Helseteknologi"}).text
    assert ("Helseteknologi", " checked") in [one[:2] for one in line.findall(answer)]
    assert int(re.search(r"(\d+) statements", answer)[1]) == counted["Helseteknologi"]
    found = client.get("/", params={"q": "utprøving av helsedata", "focus_area": "Helseteknologi"}).text
    assert ("Helseteknologi", " checked") in [one[:2] for one in line.findall(found)] and "hit" in found
    narrowed = client.get("/", params={"q": "utprøving av helsedata", "kind": "barrier"}).text
    assert 0 < {one[0]: int(one[2]) for one in line.findall(narrowed)}["Helseteknologi"] < 100


def test_what_is_not_there_is_said_to_be_not_there(client):
    page = look(client, "/?q=Hvor+mange+laks+r%C3%B8mte+fra+merdene+i+2022%3F")
    assert "Not found in these documents" in page.text and "Nearest passages" in page.text


def test_quotes_behind_a_cell_open_in_place(client):
    address = "/compare?region=Kvernmark&region=Klitsyssel&show=number"
    page = look(client, address)
    cells = [link for link in page.links if "cell=barrier" in link]
    assert len(cells) >= 2
    opened = look(client, cells[0].partition("#")[0])
    assert any(named.get("class") == "quotes" for _, named in opened.tags)
    assert "Choose at least two" in look(client, "/compare?region=Kvernmark").text
    assert "No region is called" in look(client, "/compare?region=Kvernmark&region=Nix", 404).text
    look(client, f"{address}&cell=barrier:nix:nix")
    look(client, f"{address}&cell=%00%3Cscript%3E")


def test_every_finding_of_the_samples_can_be_marked_on_its_page(client):
    """Every quote is placed on the page it is cited from, and the letters under the mark are its own."""
    library, pictures = client.app.state.library, client.app.state.pictures
    from corpus.reading import Filter, read_document, read_findings

    placed = total = 0
    for row in client.get("/api/v1/documents").json()["documents"]:
        with library.catalogue.read() as connection:
            document = read_document(connection, row["id"])
            found = read_findings(connection, Filter(documents=(row["id"],)))
        for one in found:
            span = Span(start=one.start, end=one.end)
            for page in document.pages_of(span):
                letters = pictures.letters(document.sha256, page.index)
                boxes = place_span(document, span, page, letters)
                total += 1
                placed += bool(boxes)
                if boxes:
                    _check_letters(document, span, page, letters, boxes)
    assert total > 100 and placed / total > 0.95


def _check_letters(document, span, page, letters, boxes):
    """The first and last letters of the quote's part on the page stand inside the mark."""
    part = document.text[max(span.start, page.start) : min(span.end, page.end)].strip()
    under = "".join(
        char
        for char, x0, y0, x1, y1 in letters
        if any(
            box.x0 - 0.2 <= (x0 + x1) / 2 <= box.x1 + 0.2 and box.y0 <= (y0 + y1) / 2 <= box.y1
            for box in boxes
        )
    )
    assert part[0] in under and part[-1] in under
    assert abs(len("".join(under.split())) - len("".join(part.split()))) <= 0.1 * len(part) + 4


def test_pictures_are_the_same_bytes_again_and_bounded(client, tmp_path):
    first = client.get("/picture/kvernmark.pdf/4?width=900")
    assert first.headers["content-type"] == "image/png" and first.content.startswith(b"\x89PNG")
    client.app.state.pictures.forget(client.get("/api/v1/documents/kvernmark.pdf").json()["sha256"])
    assert client.get("/picture/kvernmark.pdf/4?width=900").content == first.content
    widest = client.get("/picture/kvernmark.pdf/4?width=900000").content
    assert int.from_bytes(widest[16:20], "big") == 1800
    assert client.get("/picture/kvernmark.pdf/99").status_code == 404
    assert client.get("/picture/none/1").status_code == 404


def test_a_pdf_that_brings_the_drawing_down_is_not_drawn(tmp_path):
    from corpus.folder import Folder
    from models.errors import Damaged

    folder = Folder(tmp_path)
    folder.create()
    folder.pdf("a" * 64).write_bytes(b"%PDF-1.7 broken")
    folder.pdf("b" * 64).write_bytes((SAMPLES / "kvernmark.pdf").read_bytes())
    pictures = Pictures(folder)
    try:
        with pytest.raises(Damaged):
            pictures.picture("a" * 64, 1, 900)
        assert pictures.picture("b" * 64, 1, 900).stat().st_size > 1000
        pictures._process.kill()
        pictures._process.join()
        assert pictures.letters("b" * 64, 2)
    finally:
        pictures.close()


def test_png_holds_the_pixels():
    import struct
    import zlib

    pixels = np.random.default_rng(7).integers(0, 255, (5, 4, 3), np.uint8)
    data = write_png(pixels)
    assert struct.unpack(">IIBB", data[16:26]) == (4, 5, 8, 2)
    start = data.index(b"IDAT") + 4
    rows = np.frombuffer(zlib.decompress(data[start : data.index(b"IEND") - 8]), np.uint8).reshape(5, 13)
    assert (rows[:, 1:].reshape(5, 4, 3) == pixels).all()
    assert write_png(np.full((2, 2, 3), 9, np.uint8))[25] == 0


def test_letters_stand_where_the_page_says():
    pdf = open_pdf(SAMPLES / "kvernmark.pdf")
    page = pdf[3]
    letters, (width, height) = read_letters(page), page.get_size()
    page.close()
    pdf.close()
    assert all(0 <= x0 <= x1 <= width and 0 <= y0 <= y1 <= height for _, x0, y0, x1, y1 in letters if x1 > x0)
    lines = group_lines(letters)
    assert "Trebaserte materialer" in " ".join(line.text for line in lines)


def test_a_quote_that_stands_twice_is_not_guessed():
    letters = [(char, 10.0 * n, 0.0, 10.0 * n + 9, 10.0) for n, char in enumerate("folk og folk")]
    text = "folk og folk"
    block = Block(type="paragraph", start=0, end=len(text))
    page = Page(index=1, start=0, end=len(text))
    document = Document(id="a", file="a", sha256="a", text=text, pages=(page,), blocks=(block,), sections=())
    assert place_span(document, Span(start=0, end=4), page, letters) == ()
    boxes = place_span(document, Span(start=5, end=12), page, letters)
    assert [(box.x0, box.x1) for box in boxes] == [(50.0, 119.0)]
    told = block.model_copy(update={"boxes": (Box(page=1, x0=-1, y0=-1, x1=40, y1=11),)})
    placed = place_span(document.model_copy(update={"blocks": (told,)}), Span(start=0, end=4), page, letters)
    assert [(box.x0, box.x1) for box in placed] == [(0.0, 39.0)]


def store_hostile(client):
    """A document whose every text is markup, stored as ingest would."""
    text = f"{HOSTILE}\n{HOSTILE} mangel på folk."
    head = len(HOSTILE)
    sha256 = "c" * 64
    document = Document(
        id=make_id("document", sha256),
        file=f"{HOSTILE}.pdf",
        sha256=sha256,
        text=text,
        pages=(Page(index=1, label="<i>", start=0, end=len(text)),),
        blocks=(
            Block(type="heading", level=1, start=0, end=head, section=0),
            Block(type="paragraph", start=head + 1, end=len(text), order=1, section=0),
        ),
        sections=(Section(title=HOSTILE, level=1, block=0),),
        sentences=(Sentence(start=head + 1, end=len(text), block=1, section=0, language="nb"),),
        segments=(Segment(start=head + 1, end=len(text), section=0, language="nb", first=0, last=0),),
        languages=("nb",),
        guess=Guess(title=HOSTILE, regions=(HOSTILE,), year=2024, type=HOSTILE[:40]),
        warnings=(HOSTILE,),
    )
    judged = Judgement(labels=("barrier",), kinds={"barrier": 0.9}, themes=("skills",), focus_area=HOSTILE)
    library = client.app.state.library
    row = np.full((1, library.encoder.dimension), 0.05, np.float32)
    library.catalogue.store(document, Analysis(judgements=(judged,), labeller=HOSTILE), row, row)
    return document.id


def test_markup_in_documents_is_shown_as_text(own):
    identity = store_hostile(own)
    finding = own.get("/api/v1/findings", params={"document": identity}).json()["findings"][0]["id"]
    act = {"findings": [finding], "action": "accept", "by": HOSTILE[:80], "note": HOSTILE}
    assert own.post("/api/v1/reviews", json=act).status_code == 201
    own.post("/api/v1/searches", params={"name": HOSTILE[:100], "q": HOSTILE})
    paths = [
        "/", "/?q=mangel+folk", f"/?document={identity}", "/documents", f"/documents/{identity}",
        f"/documents/{identity}/delete", f"/read/{identity}", "/compare", "/ask?q=Hvilke+barrierer+har+Kvernmark",
        f"/review?finding={finding}", "/review/log", f"/saved?q={HOSTILE[:40]}",
    ]  # fmt: skip
    shown = 0
    for path in paths:
        answer = own.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text and "49" not in HOSTILE
        shown += "&lt;script&gt;alert(1)" in answer.text
        Tree(answer.text)
    assert shown >= 10
    compared = own.get(
        "/compare", params={"region": [HOSTILE, "Kvernmark"], "cell": f"barrier:skills:{HOSTILE}"}
    )
    assert "<script>alert" not in compared.text and compared.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/?q={0}",
        "/?region={0}",
        "/?kind={0}",
        "/compare?region={0}&region=a",
        "/ask?q={0}",
        "/read/{0}",
        "/documents/{0}",
        "/{0}",
    ],
)
def test_markup_in_addresses_is_shown_as_text(client, path):
    from urllib.parse import quote

    answer = client.get(path.format(quote("<script>alert(1)</script>", safe="")))
    assert answer.status_code in (200, 404, 422) and "<script>alert" not in answer.text


def test_dead_links_say_what_happened(client):
    assert "not here" in look(client, "/read/0123456789ab?page=3", 404).text
    assert "no such page" in look(client, "/nothing", 404).text
    assert "no longer in the document" in look(client, "/read/kvernmark.pdf?finding=0123456789ab").text
    assert "does not stand in the document" in look(client, "/read/kvernmark.pdf?quote=aldri+skrevet").text
    assert look(client, "/read/kvernmark.pdf?page=nonsense").ids


def test_a_form_without_javascript_uploads_corrects_and_deletes(own):
    content = (SAMPLES / "kvernmark.pdf").read_bytes()
    answer = own.post("/documents", files=[("file", ("again.pdf", content))], follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents")
    assert "again.pdf" in look(own, "/documents").text
    refused = own.post("/documents", files=[("file", ("a.txt", b"text"))])
    assert refused.status_code == 415 and "not a PDF" in Tree(refused.text).text
    fields = {"title": "Ny tittel", "regions": "Nyland; Gamleland", "year": "2031", "type": "plan"}
    assert "Saved." in Tree(own.post("/documents/kvernmark.pdf", data=fields).text).text
    record = own.get("/api/v1/documents/kvernmark.pdf").json()
    assert (record["title"], record["regions"], record["year"]) == (
        "Ny tittel",
        ["Nyland", "Gamleland"],
        2031,
    )
    assert own.post("/documents/kvernmark.pdf", data=fields | {"year": "31"}).status_code == 422
    assert "removed" in look(own, "/documents/kvernmark.pdf/delete").text
    assert "was deleted" in Tree(own.post("/documents/kvernmark.pdf/delete").text).text
    look(own, "/read/kvernmark.pdf", 404)
    assert (
        own.post("/documents/klitsyssel.pdf/delete", headers={"Origin": "https://evil.example"}).status_code
        == 403
    )


def test_an_empty_folder_says_how_to_begin(tmp_path):
    with TestClient(create_app(Settings(data=tmp_path / "new"))) as fresh:
        assert "strategi ingest --samples" in look(fresh, "/").text
        assert "No documents yet" in look(fresh, "/documents").text
        look(fresh, "/compare")
        look(fresh, "/ask")


def test_the_languages_have_the_same_texts():
    english = load_texts("en")
    fields = re.compile(r"\{(\w+)\}")
    for language in SPOKEN:
        texts = load_texts(language)
        assert list(texts) == list(english)
        for name, text in texts.items():
            assert text and set(fields.findall(text)) == set(fields.findall(english[name])), (language, name)


def test_no_text_is_left_over():
    used = "".join(
        path.read_text("utf-8") for path in [*(HOME / "service").glob("*.py"), *WEB.glob("templates/*")]
    )
    tables = tomllib.loads((WEB / "texts" / "en.toml").read_text("utf-8"))
    looked_up = {
        "kinds",
        "tongues",
        "types",
        "sources",
        "spoken",
        "formats",
        "outcomes",
        "stages",
        "states",
        "errors",
        "explain",
        "reasons",
        "operations",
        "fields",
        "facets",
        "nav",
        "made",
        "judged",
        "did",
    }
    for table, rows in tables.items():
        for name in rows:
            stem = name.removesuffix("_one").removesuffix("_many")
            assert table in looked_up or stem in used, f"{table}.{name}"


@pytest.mark.parametrize(
    "wanted, accept, language",
    [
        ((None, None), "nn-NO,nn;q=0.9", "nb"), ((None, None), "fi, sv;q=0.5, en;q=0.7", "en"),
        ((None, "sv"), "en", "sv"), (("nb", "sv"), "", "nb"), (("xx", None), "da", "nb"), ((None, None), ";;,q=", "en"),
    ],
)  # fmt: skip
def test_the_reader_gets_a_language_they_read(wanted, accept, language):
    assert choose_language(wanted, accept) == language


def test_the_choice_of_language_is_kept(client):
    answer = client.get("/?lang=sv")
    assert "lang=sv" in answer.headers["set-cookie"]
    client.cookies.clear()


def test_words_are_marked_after_escaping():
    assert mark_terms("<b>Folk</b> & kompetansebehov", ["folk", "kompetanse"]) == (
        "&lt;b&gt;<mark>Folk</mark>&lt;/b&gt; &amp; <mark>kompetansebehov</mark>"
    )
    assert mark_terms("<b>", []) == "&lt;b&gt;"


def test_shades_follow_what_is_shown():
    def cell(count, density, status="found"):
        return Cell(status=status, count=count, per_1000_words=density)

    rows = (
        ThemeRow(theme="skills", cells={"A": cell(9, 1.0), "B": cell(1, 4.0)}),
        ThemeRow(theme="market", cells={"A": cell(0, 0, "not_found"), "B": cell(0, 0, "unknown")}),
    )
    made = Comparison(regions=("A", "B"), coverage={}, barriers=ThemeComparison(themes=rows))
    dense, counted = build_matrix(made, "barrier"), build_matrix(made, "barrier", "number")
    assert [square.shade for square in dense.rows[0][1]] == [2, SHADES]
    assert [square.shade for square in counted.rows[0][1]] == [SHADES, 1]
    assert len(dense.rows) == 1 and len(build_matrix(made, "barrier", hide=False).rows) == 2
    turned = build_matrix(made, "barrier", turned=True)
    assert [name for name, _ in turned.rows] == ["A", "B"] and turned.columns == ("skills",)
    assert find_square(made, "barrier:skills:B").cell.count == 1
    assert find_square(made, "barrier:skills:C") is None and find_square(made, "x") is None


def test_what_narrows_without_a_box_is_shown_and_can_be_dropped(client):
    identity = client.get("/api/v1/documents/kvernmark.pdf").json()["id"]
    for name in ("kvernmark.pdf", identity):
        page = look(client, f"/?document={name}&theme=skills")
        assert (
            "Only Smart spesialisering i Kvernmark 2024–2030" in page.text and "/?theme=skills" in page.links
        )
    page = look(client, "/?document=kvernmark.pdf&q=folk")
    assert "/?q=folk" in page.links


def test_pages_are_found_by_the_number_printed_on_them(client):
    page = look(client, "/read/strathmorran.pdf?page=ii")
    offered = [(named["value"]) for tag, named in page.tags if tag == "option"]
    assert "printed ii" in page.text and offered == [str(index) for index in range(1, 10)]
    plain = look(client, "/read/kvernmark.pdf")
    assert not [tag for tag, _ in plain.tags if tag == "datalist"]


def test_notes_on_the_reading_are_in_the_readers_language():
    from starlette.requests import Request

    from service.pages_compare import _note_reading

    read = {
        "Stor": Coverage(documents=2, pages=90, words=9000),
        "Liten": Coverage(documents=1, pages=2, words=1000),
        "Bilder": Coverage(documents=1, pages=2, pages_without_text=2),
        "Ingen": Coverage(),
    }
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"lang=nb", "headers": []}
    view = View(Request(scope))
    notes = _note_reading(view, Comparison(regions=tuple(read), coverage=read))
    assert [note.partition(" ")[0] for note in notes] == ["Ingen", "Ingen", "Stor"]
    assert "Ingen side om Bilder" in notes[0] and "Ingen dokumenter handler om Ingen" in notes[1]
    assert "9\u00a0000 ord, Liten 1\u00a0000" in notes[2]
    even = {name: Coverage(documents=1, pages=9, words=1000) for name in ("A", "B")}
    assert _note_reading(view, Comparison(regions=("A", "B"), coverage=even)) == []
