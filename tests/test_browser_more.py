"""In a real browser: documents old against new, shares, downloads, reading again, lost uploads, markup from a PDF.

One server over the samples and an older strategy of one of their regions; see test_browser.py.
"""

import urllib.request
from pathlib import Path

import pytest
from browsing import PATIENCE_MS, WIDTHS, Visit, check_view, find_faults, serve, until
from conftest import HOME, copy_data, run_strategi
from paper import one_page, put

OLD = HOME / "tests" / "editions" / "kvernmark_2018.pdf"
TWO = "/compare?region=Kvernmark&region=Klitsyssel"
VIEWS = {
    "editions": "/compare?document=kvernmark.pdf&document=kvernmark_2018.pdf",
    "documents-compared": "/compare?by=document",
    "shares": f"{TWO}&show=region&turned=1&cell=measure:collaboration:Kvernmark&whole=1",
    "within": f"{TWO}&show=theme&focus_area=Helseteknologi",
    "links": f"{TWO}&links=all",
    "printed": "/read/strathmorran.pdf?page=3",
    "area-facet": "/?focus_area=Helseteknologi&q=data",
}


@pytest.fixture(scope="module")
def address(ingested, tmp_path_factory):
    data = copy_data(ingested, tmp_path_factory.mktemp("browser") / "data")
    run_strategi("ingest", OLD, data=data)
    with serve(data) as place:
        yield place


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_fits_and_is_accessible(browser, address, width, name):
    language = {390: "sv-SE", 1024: "en-GB", 1600: "nb-NO"}[width]
    with Visit(browser, address, width=width, locale=language) as visit:
        check_view(visit, VIEWS[name], name, width)


def test_an_old_strategy_is_set_against_the_new_one(browser, address):
    with Visit(browser, address) as visit:
        page = visit.page
        visit.go("/compare")
        page.get_by_role("link", name="Documents: old against new").click()
        page.get_by_role("link", name="Kvernmark 2018 – 2024").click()
        page.get_by_role("heading", name="What changed from Kvernmark 2018 to Kvernmark 2024").wait_for()
        dropped = page.locator("details.change", has_text="No longer there").first
        assert "Reiseliv i fjellet" in dropped.inner_text()
        page.locator("details.change summary", has_text="Kept").nth(1).click()
        page.locator("details.change[open] .pairing .cite a").first.click()
        page.wait_for_selector(".sheet .lit")
        visit.go("/compare?by=document")
        for title in ("Smart spesialisering i Kvernmark 2024", "Vind, vand"):
            page.get_by_label(title).check()
        page.wait_for_selector("table.heat")
        assert "document=" in page.url and page.locator("details.change").count() == 0


def test_all_quotes_of_a_cell_are_opened_and_the_focus_goes_there(browser, address):
    with Visit(browser, address, width=1024) as visit:
        page = visit.page
        visit.go(TWO)
        page.locator("#c-measure-collaboration-Kvernmark").click()
        page.wait_for_selector("#quotes-measure .cite")
        some = page.locator("#quotes-measure .cite").count()
        page.locator("#quotes-measure").get_by_role("link", name="Show all").click()
        until(lambda: page.locator("#quotes-measure .cite").count() > some)
        assert page.evaluate("document.activeElement.id") == "quotes-measure" and "whole=1" in page.url
        page.get_by_label("% of the region").check()
        page.wait_for_url("**show=region**")
        assert "%" in page.locator("table.heat.barrier td").first.inner_text()


@pytest.mark.parametrize("name, start", [("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("REFI-QDA", b"PK")])
def test_a_comparison_is_downloaded_as_picture_and_project(browser, address, name, start):
    with Visit(browser, address) as visit:
        visit.go(TWO)
        with visit.page.expect_download() as waited:
            visit.page.get_by_role("link", name=name, exact=True).click()
        assert Path(waited.value.path()).read_bytes().startswith(start)
        assert waited.value.suggested_filename.startswith("Kvernmark - Klitsyssel.")


def test_a_document_is_read_again_while_one_looks_on(browser, address):
    with Visit(browser, address, width=390) as visit:
        page = visit.page
        visit.go("/documents/breidfjordane.pdf")
        assert find_faults(page) == []
        page.get_by_role("button", name="Read it again").click()
        page.wait_for_selector(".jobs li >> text=Replaced the old edition", timeout=4 * PATIENCE_MS)
        assert page.locator("table.list tbody tr").count() == 6


def test_an_upload_that_the_service_lost_says_so(browser, address):
    with Visit(browser, address, width=390) as visit:
        page = visit.page
        visit.page.route("**/api/v1/jobs/*/events", lambda route: route.fulfill(status=404, body=""))
        visit.go("/documents")
        page.set_input_files("#file", OLD)
        page.wait_for_selector(".jobs li.failed >> text=Lost: the service was stopped")


def test_themes_and_areas_are_reached_by_keys(browser, address):
    with Visit(browser, address, width=1024) as visit:
        page = visit.page
        visit.go("/review?document=tjarnland.pdf")
        focused = "document.activeElement.name"
        page.keyboard.press("t")
        assert page.evaluate(focused) == "themes"
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        assert page.evaluate(focused) == "focus_area"
        page.keyboard.press("Escape")
        assert page.evaluate(focused) is None or page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_printed_number_leads_to_its_page(browser, address):
    with Visit(browser, address, width=1024) as visit:
        page = visit.page
        visit.go("/read/strathmorran.pdf")
        page.fill("#page", "3")
        page.keyboard.press("Enter")
        page.locator(".namesake a").click()
        assert "printed 3" in page.locator(".turn").inner_text()
        page.fill("#page", "p. ii")
        page.keyboard.press("Enter")
        page.wait_for_url("**page=p.**")
        assert "printed ii" in page.locator(".turn").inner_text()


EVIL = (
    "<script>alert(1)</script> Smart specialisation in the region of Nowhere",
    "There is a severe lack of skilled people </text></svg><script>alert(3)</script> in the whole region.",
    'Companies find no capital " onmouseover=alert(4) x=" for new plants anywhere in the region.',
    "The county should set up a fund for {{7*7}} new <img src=x onerror=alert(5)> factories in the region.",
)


def test_markup_in_a_pdf_runs_nowhere(browser, address, tmp_path):
    """A dialog is an alert that ran; a request for x is an image that was made of text."""
    file = tmp_path / "<img src=x onerror=alert(9)>.pdf"
    lines = (put(40, 780 - 30 * at, line) for at, line in enumerate(EVIL * 3))
    file.write_bytes(one_page(b"".join(lines), info=b"/Title(<b>x</b>)"))
    with Visit(browser, address) as visit:
        page, opened = visit.page, []
        page.on("dialog", lambda one: (opened.append(one.message), one.dismiss()))
        visit.go("/documents")
        page.set_input_files("#file", file)
        page.wait_for_selector(".jobs li >> text=Added", timeout=4 * PATIENCE_MS)
        row = page.locator("tbody tr", has_text="onerror=alert(9)")
        identity = row.locator("a.title").get_attribute("href").rpartition("/")[2]
        body = b'{"regions": ["<script>alert(8)</script>"]}'
        sent = urllib.request.Request(f"{address}/api/v1/documents/{identity}", body, method="PATCH")
        sent.add_header("Content-Type", "application/json")
        urllib.request.urlopen(sent, timeout=60).close()
        region = "%3Cscript%3Ealert%288%29%3C%2Fscript%3E"
        for path in (
            f"/read/{identity}", f"/?document={identity}", f"/documents/{identity}", f"/documents/{identity}/delete",
            "/", "/?q=lack+of+skilled+people", f"/compare?document={identity}&document=kvernmark.pdf",
            f"/compare?region={region}&region=Kvernmark&cell=barrier:skills:{region}&whole=1",
            f"/review?document={identity}", "/documents", "/compare?by=document", f"/?region={region}",
        ):  # fmt: skip
            assert visit.go(path).status == 200, path
            for button in page.locator("[data-keep]").all()[:2]:
                if button.is_visible():
                    button.click()
        visit.go("/clips")
        assert "alert(" in page.locator(".clips").inner_text() and opened == []
