"""What a file that was read amounts to: its warnings, or why it gives no text."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from ingest.raw import RawPage
from ingest.scans import Outcome
from models.errors import Damaged, NoText, TimedOut, UnreadableDocument, UnreadableText

MAX_RANGES = 8
"""Ranges of pages named in one warning."""

ADVICE = ", install Tesseract (the extra `ocr`) to have them read"
ADVICE_OFF = ", not read since OCR is switched off (the setting `ocr`)"
NO_OCR = "Install Tesseract (the extra `ocr`) and ingest it again"


class Findings:
    """What happened while a file was read; pages are physical, from 1."""

    def __init__(self) -> None:
        self.mended = False
        self.misnumbered = False
        self.without_glyphs = False
        self.unread: list[str] = []
        self.second: list[int] = []
        self.layered: list[int] = []
        self.hidden: list[int] = []
        self.strange: list[int] = []
        self.slow: list[int] = []
        self.ocr: Outcome | None = None
        self.ocr_off = False

    def warnings(self, pages: Sequence[RawPage]) -> tuple[str, ...]:
        """Return one sentence for each kind of thing that a user should know."""
        found = [f"The {what} of the file cannot be read and are left out." for what in self.unread]
        if self.mended:
            found.insert(
                0, "The file is damaged; what could be recovered was read. Compare it with the original."
            )
        if self.misnumbered:
            found.append(
                "The file's list of pages is damaged: pages that do not open are counted, bookmarks left out."
            )
        if self.without_glyphs:
            found.append("The glyph reader could not be used; columns and tables may be read less exactly.")
        for sentence, where in (
            ("Read with the second reader, the first one failed or gave broken words", self.second),
            ("Read from the text layer of a scan, words may be wrong", self.layered),
            ("Invisible text was left out", self.hidden),
            ("Lines in fonts that do not say which letters they show were left out", self.strange),
        ):
            if where:
                found.append(f"{sentence}: {name_pages(where)}.")
        return (*found, *_ocr_warnings(self.ocr), *_page_warnings(pages, self))


def _ocr_warnings(ocr: Outcome | None) -> list[str]:
    found = []
    if ocr is not None and ocr.read:
        mean = fmean(ocr.read.values())
        found.append(
            f"Read by OCR with a mean confidence of {mean:.2f}, words may be wrong: {name_pages([*ocr.read])}."
        )
    if ocr is not None and ocr.late:
        found.append(f"OCR ran out of time, raise the time limit: {name_pages(ocr.late)}.")
    return found


def _page_warnings(pages: Sequence[RawPage], findings: Findings) -> list[str]:
    ocr, advice = findings.ocr, ADVICE_OFF if findings.ocr_off else ADVICE
    late = ocr.late if ocr is not None else []
    left = [page for page in pages if page.index not in late]
    pictures = [page.index for page in left if page.state == "empty" and page.pictures]
    unreadable = [page.index for page in left if page.state == "unreadable"]
    found = []
    if pictures:
        what = "Pictures without text" if ocr is None else "Pictures in which OCR found no text"
        found.append(f"{what}{advice if ocr is None else ''}: {name_pages(pictures)}.")
    if unreadable:
        what = "Fonts that do not say which letters they show"
        rest = advice if ocr is None else ", and OCR found none"
        found.append(f"{what}{rest}: {name_pages(unreadable)}.")
    found.extend(
        f"Page {page.index} could not be read: {page.note}." for page in pages if page.state == "failed"
    )
    return found


def judge(name: str, pages: Sequence[RawPage], findings: Findings) -> None:
    """Raise what a file without one readable page is.

    Raises:
        NoText, UnreadableText, Damaged, TimedOut: no page has text; the error knows the pages' number.
    """
    try:
        _judge(name, pages, findings)
    except UnreadableDocument as error:
        error.pages = len(pages)
        raise


def _judge(name: str, pages: Sequence[RawPage], findings: Findings) -> None:
    states = {page.state for page in pages}
    if "text" in states:
        return
    if "unreadable" in states:
        message = f"The text of {name} cannot be read: its fonts do not say which letters they show."
        raise UnreadableText(
            f"{message} Export it again with Unicode fonts. {_way_out(findings)}", subject=name
        )
    if len(findings.slow) == len(pages):
        raise TimedOut(f"Every page of {name} takes too long to read. Raise the time limit.", subject=name)
    if "empty" not in states:
        note = pages[0].note
        raise Damaged(f"No page of {name} can be read: {note}. Get it again, or save a copy.", subject=name)
    count = "Its only page is" if len(pages) == 1 else f"All {len(pages)} pages are"
    kind = "pictures" if any(page.pictures for page in pages) else "blank"
    kind = "a picture" if kind == "pictures" and len(pages) == 1 else kind
    advice = _way_out(findings) if kind != "blank" else "Export it again from the program that made it."
    raise NoText(f"{name} has no text. {count} {kind}. {advice}", subject=name)


def _way_out(findings: Findings) -> str:
    """Return what to do with a file whose letters only OCR could tell."""
    if findings.ocr_off:
        return "OCR is switched off: switch the setting `ocr` on and ingest it again."
    if findings.ocr is None:
        return f"{NO_OCR}, or run OCR on it (ocrmypdf) and add the result."
    if findings.ocr.late:
        return "OCR ran out of time: raise the time limit."
    return "OCR finds no words in it either."


def name_pages(indexes: Sequence[int]) -> str:
    """Return "page 4" or "pages 1-3, 8", cut after a number of ranges."""
    ranges: list[list[int]] = []
    for index in sorted(set(indexes)):
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    names = [f"{first}-{last}" if last > first else f"{first}" for first, last in ranges]
    more = len(names) - MAX_RANGES
    listed = ", ".join(names[:MAX_RANGES]) + (f" and {more} more" if more > 0 else "")
    return f"page {listed}" if len(set(indexes)) == 1 else f"pages {listed}"
