"""The reader: a page as it looks, the quote marked, contents to the left, findings to the right."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from corpus.folder import find_listed
from corpus.pictures import WIDTHS, Pictures
from corpus.placement import Line, group_lines, place_span
from corpus.reading import Filter, read_document, read_findings
from models.document import Box, Document, Page, Span
from models.errors import UnknownDocument, UnreadableDocument
from models.finding import Finding
from service.access import Held, pictures_of
from service.clips import find_span
from service.library import Library
from service.view import View

router = APIRouter()
KEPT = 8
"""Documents kept whole in memory for the reader's next page: about 2 MB each."""
PRINTED = re.compile(r"^(?:printed|trykt|tryckt|page|side|sida|sidan|pp?|ss?)\b\.?\s*")
"""How people write that they mean the number on the page."""
WEEK_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Opened:
    """A document being read, with all its sentences."""

    document: Document
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Sought:
    """The quote that a link names: `state` is "", "found", "gone" (finding) or "absent" (quote)."""

    state: str = ""
    span: Span | None = None
    finding: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A page made ready: its picture may be missing; `boxes` is where the quote stands."""

    drawn: bool
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()


class Desk:
    """Documents kept open for one generation of the catalogue."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[int, str], Opened] = OrderedDict()

    def take(self, identity: str) -> Opened:
        """Return a document; the id must exist."""
        catalogue = self._library.catalogue
        key = (catalogue.generation, identity)
        with self._lock:
            if key not in self._open:
                with catalogue.read() as connection:
                    document = read_document(connection, identity)
                    found = read_findings(connection, Filter(documents=(identity,)), everything=True)
                self._open[key] = Opened(document, tuple(found))
                while len(self._open) > KEPT:
                    self._open.popitem(last=False)
            self._open.move_to_end(key)
            return self._open[key]


@router.get("/read/{name}", response_class=HTMLResponse)
def show_reader(
    request: Request, library: Held, name: str, page: str = "", finding: str = "", quote: str = ""
) -> HTMLResponse:
    """Show a page of a document; `page` is the PDF's index from 1, or a label as printed."""
    opened = _desk(request, library).take(library.catalogue.resolve(name))
    document = opened.document
    sought = _seek(opened, finding, quote, page)
    here = _choose_page(document, page, sought)
    sheet = _make_sheet(pictures_of(request), document, here, sought.span)
    pages = [one.index for one in document.pages_of(sought.span)] if sought.span else []
    found = [
        one
        for one in opened.findings
        if (one.labels or one.reviewed) and any(ref.index == here.index for ref in one.pages)
    ]
    return View(request, library.taxonomy).render(
        "reader.html",
        document=document,
        here=here,
        sheet=sheet,
        sought=sought,
        quote=document.quote(sought.span) if sought.span else "",
        quote_pages=pages,
        text=document.text[here.start : here.end].strip(),
        namesake=_find_namesake(document, page, here) if not sought.span else None,
        relabelled=[one for one in document.pages if one.label and one.label != str(one.index)],
        outline=_outline(document, here),
        found=found,
        widths=WIDTHS,
    )


@router.get("/picture/{name}/{index}")
def get_picture(
    request: Request, library: Held, name: str, index: int, width: int = WIDTHS[0]
) -> FileResponse:
    """Give the picture of a page as PNG."""
    record = find_listed(library.catalogue.folder, library.catalogue.resolve(name))
    if not 1 <= index <= record["pages"]:
        raise UnknownDocument(
            f"The document has {record['pages']} pages, not a page {index}.", subject=str(index)
        )
    path = pictures_of(request).picture(record["sha256"], index, width)
    kept = f"private, max-age={WEEK_SECONDS}"
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": kept})


def _desk(request: Request, library: Library) -> Desk:
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk(library)
    desk: Desk = state.desk
    return desk


def _seek(opened: Opened, finding: str, quote: str, page: str) -> Sought:
    """Return the span that a link names, by finding, else by the words of the quote."""
    if finding:
        one = next((one for one in opened.findings if one.id == finding), None)
        if one is not None:
            return Sought("found", Span(start=one.start, end=one.end), one.id)
        if not quote:
            return Sought("gone")
    if not quote.strip():
        return Sought()
    span = find_span(opened.document, quote, page)
    return Sought("found", span) if span else Sought("absent")


def _find_namesake(document: Document, asked: str, here: Page) -> Page | None:
    """Return the other page that has the number asked for printed on it, None where there is none."""
    label = asked.strip().casefold()
    return next(
        (one for one in document.pages if one.label and one.label.casefold() == label and one != here), None
    )


def _choose_page(document: Document, asked: str, sought: Sought) -> Page:
    """Return the page asked for by index, else by printed label, else the quote's first, else the first.

    What is asked for as "p. 8" is the label alone; where the file has no labels, the index.
    """
    by_index = {str(one.index): one for one in document.pages}
    by_label = {one.label.casefold(): one for one in reversed(document.pages) if one.label}
    wanted = asked.strip().casefold()
    bare = PRINTED.sub("", wanted)
    page = by_index.get(wanted) or by_label.get(wanted) or (by_label or by_index).get(bare)
    if page is None and sought.span is not None:
        page = document.pages_of(sought.span)[0]
    return page or document.pages[0]


def _make_sheet(pictures: Pictures, document: Document, page: Page, span: Span | None) -> Sheet:
    try:
        letters = pictures.letters(document.sha256, page.index)
    except (UnreadableDocument, UnknownDocument):
        return Sheet(drawn=False)
    boxes = place_span(document, span, page, letters) if span is not None else ()
    return Sheet(True, tuple(group_lines(letters)), boxes)


def _outline(document: Document, here: Page) -> list[dict[str, Any]]:
    """Return the sections with the page each begins on; the one open on this page is marked."""
    rows: list[dict[str, Any]] = []
    for section in document.sections:
        if section.block is None:
            continue
        page = document.pages_of(document.blocks[section.block])[0]
        rows.append({"title": section.title, "level": min(section.level, 6), "page": page, "open": False})
    begun = [row for row in rows if row["page"].index <= here.index]
    if begun:
        begun[-1]["open"] = True
    return rows
