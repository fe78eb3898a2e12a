"""A PDF file -> raw pages: lines with style and position, shapes, labels, bookmarks.

pypdf opens, validates and decrypts, and gives labels, bookmarks and metadata (ingest/envelope.py);
pdfium reads the glyphs (ingest/glyphs.py). Where pdfium is missing, fails on a page or reads it badly,
pypdf reads the words too (ingest/plain.py).

Findings (14 files, 493 pages, 9 producers; times as ratios of one run, the machine was shared):
- Speed: the whole of this costs 5.3 times what pdfium needs to give plain text without positions, and a
  fifth of what pypdf needs for its own. Reckoned from pdfium's 700 pages a second and core on a machine
  left alone that is about 130; 60 were measured while others used it.
- Words against the typesetters' own text, by page: viken 0.0003 missing and 0.0007 extra, all of them halves
  of words broken over a page or links broken over a line; norrbotten 0.0002 and 0.0004; norge none. pypdf's
  plain text: viken 0.012 and 0.057 (letters set apart, hyphens drawn apart), the others the same as ours.
- Order within blocks, as pairs of neighbours kept: 0.9996 (viken), 0.9996, 1; pypdf 0.990, 0.9996, 1.
- pypdf's positions instead of pdfium's (ingest/plain.py): viken 0.012 missing, 0.024 extra, pairs 0.977;
  it is the way out, not an equal.
- Tried and lost: one call per character (ingest/glyphs.py), pdfium's own spaces (wrong after ligatures and
  before superscripts and line-end hyphens), its own order (it sorts turned pages bottom up), its own
  line ends (a gap between columns is none to it).
- Memory: 101 MB at 300 pages, 158 MB at 2,108 (a file of 16 MB); it grows with the result only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from ingest.envelope import Envelope, mended_faults, open_envelope, reader_error
from ingest.glyphs import GlyphReader, is_password_error
from ingest.ocr import Engine, find_engine
from ingest.raw import Bookmark, RawDocument, RawPage
from ingest.scans import ScanReader, needs_ocr
from ingest.sheet import SheetReader
from ingest.verdict import Findings, judge
from ingest.words import Deadline, PageTooSlow
from models.errors import BadPath, EmptyFile, Encrypted, NotPdf, TimedOut, TooLarge, UnreadableDocument

Value = TypeVar("Value")
HEADER_BYTES = 1024
"""The signature %PDF may stand after junk, within so many bytes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused: file size in bytes, number of pages, seconds of reading; and whether OCR may run.

    Time is looked at between steps; one call into a reader that never returns has to be ended
    from outside, by the process that runs this one.
    """

    max_bytes: int = 200_000_000
    max_pages: int = 5_000
    seconds_per_page: float = 30.0
    seconds_per_file: float = 900.0
    ocr: bool = True


def read_pdf(
    source: Path | bytes,
    *,
    password: str | None = None,
    limits: Limits = Limits(),
    progress: Callable[[int, int], None] | None = None,
) -> RawDocument:
    """Read a PDF file, or its bytes; `progress` hears of pages done and pages in all.

    Raises:
        UnreadableDocument: one of its kinds; never anything else for what stands in the bytes.
        BadPath: there is no such file.
    """
    name, data = _load(source, limits)
    try:
        with mended_faults():
            return _Reading(name, data, password, limits).run(progress)
    except UnreadableDocument:
        raise
    except Exception as error:
        raise reader_error(error, name) from error


def count_pages(source: Path | bytes, *, password: str | None = None, limits: Limits = Limits()) -> int:
    """Return the number of pages without reading them; also of files that hold no text.

    Raises: as read_pdf.
    """
    name, data = _load(source, limits)
    try:
        with mended_faults():
            return _open(name, data, password, limits).pages
    except UnreadableDocument:
        raise
    except Exception as error:
        raise reader_error(error, name) from error


def _load(source: Path | bytes, limits: Limits) -> tuple[str, bytes]:
    """Return a name to speak of and the bytes, their signature checked."""
    if isinstance(source, bytes):
        name, data = "The file", source
    else:
        name, data = _shown(source.name), _bytes(source, limits)
    if not data:
        raise EmptyFile(f"{name} is empty. Get it again, or export it again.", subject=name)
    if len(data) > limits.max_bytes:
        raise _too_big(name, limits)
    if b"%PDF" not in data[:HEADER_BYTES]:
        raise NotPdf(f"{name} is not a PDF. Save or export it as PDF and give that file.", subject=name)
    return name, data


def _bytes(path: Path, limits: Limits) -> bytes:
    name = _shown(path.name)
    try:
        if path.stat().st_size > limits.max_bytes:
            raise _too_big(name, limits)
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise BadPath(f"{name} cannot be read: {reason}. Check the path.", subject=name) from None


def _too_big(name: str, limits: Limits) -> TooLarge:
    size = limits.max_bytes // 1_000_000
    return TooLarge(f"{name} is larger than {size} MB. Split it, or raise the limit.", subject=name)


def _shown(name: str) -> str:
    """Return a file name fit to stand in a message."""
    return "".join(char if char.isprintable() else "?" for char in name)[:120]


def _open(name: str, data: bytes, password: str | None, limits: Limits) -> Envelope:
    """Open and check a file, by a plain copy of it where pypdf alone cannot."""
    try:
        envelope = open_envelope(data, name, password, lambda: _plain_copy(data, name, password))
    except Encrypted:
        raise _locked(name, password) from None
    if not envelope.pages:
        raise EmptyFile(f"{name} has no pages. Export it again from the program that made it.", subject=name)
    if envelope.pages > limits.max_pages:
        sentence = f"{name} has {envelope.pages} pages, more than {limits.max_pages}."
        raise TooLarge(f"{sentence} Split it, or raise the limit.", subject=name)
    return envelope


def _locked(name: str, password: str | None) -> Encrypted:
    if password is None:
        return Encrypted(f"{name} needs a password. Give it with --password.", subject=name)
    return Encrypted(
        f"The password does not open {name}. Check it and give it with --password.", subject=name
    )


def _plain_copy(data: bytes, name: str, password: str | None) -> bytes:
    try:
        reader = GlyphReader(data, password)
    except RuntimeError as error:
        raise (_locked(name, password) if is_password_error(error) else error) from None
    try:
        return reader.plain_copy()
    finally:
        reader.close()


class _Reading:
    """One file being read."""

    def __init__(self, name: str, data: bytes, password: str | None, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._deadline = Deadline(limits.seconds_per_file)
        self._envelope = _open(name, data, password, limits)
        self._findings = Findings()
        self._findings.ocr_off = not limits.ocr
        self._findings.mended = self._envelope.mended
        self._glyphs = self._open_glyphs(password)

    def run(self, progress: Callable[[int, int], None] | None) -> RawDocument:
        """Read everything; afterwards the file is closed."""
        try:
            return self._run(progress)
        finally:
            self._envelope.close()

    def _run(self, progress: Callable[[int, int], None] | None) -> RawDocument:
        try:
            pages = self._recognised(self._pages(progress), progress)
        finally:
            if self._glyphs is not None:
                self._glyphs.close()
        judge(self._name, pages, self._findings)
        bookmarks = list[Bookmark]()
        if not self._findings.misnumbered:
            bookmarks = self._optional(self._envelope.bookmarks, bookmarks, "bookmarks")
        metadata = self._optional(self._envelope.metadata, dict[str, str](), "properties")
        return RawDocument(tuple(pages), tuple(bookmarks), metadata, self._findings.warnings(pages))

    def _pages(self, progress: Callable[[int, int], None] | None) -> list[RawPage]:
        total = self._total()
        labels: list[str | None] = [None] * total
        labels = [*self._optional(self._envelope.labels, labels, "page labels"), *labels][:total]
        reader = SheetReader(self._envelope, self._glyphs, self._findings)
        pages: list[RawPage] = []
        waiting = 0
        for index in range(total):
            self._check_time()
            pages.append(reader.read(index, labels[index], self._limits.seconds_per_page))
            waiting += self._waits(pages[-1])
            if progress is not None:
                progress(index + 1 - waiting, total)
        return pages

    @cached_property
    def _engine(self) -> Engine | None:
        return find_engine() if self._limits.ocr and self._glyphs is not None else None

    def _waits(self, page: RawPage) -> bool:
        """Tell whether a page will be read by OCR."""
        return needs_ocr(page) and self._engine is not None

    def _recognised(self, pages: list[RawPage], progress: Callable[[int, int], None] | None) -> list[RawPage]:
        """Return the pages, those without letters read by OCR where it is there."""
        waiting = sum(map(self._waits, pages))
        if not waiting or self._glyphs is None or self._engine is None:
            return pages
        done = len(pages) - waiting

        def tell(read: int) -> None:
            if progress is not None:
                progress(done + read, len(pages))

        reader = ScanReader(self._glyphs, self._engine, self._limits.seconds_per_page, self._deadline.end)
        pages, self._findings.ocr = reader.read(pages, tell)
        return pages

    def _total(self) -> int:
        """Return the number of pages; where the readers differ, pages that do not open are counted too.

        pypdf leaves a page out that is named but not there, viewers show it as an empty one.
        """
        total = self._envelope.pages
        if self._glyphs is not None and len(self._glyphs) > total:
            openable = self._glyphs.count_openable(self._limits.max_pages)
            self._findings.misnumbered = openable > total
            total = max(openable, total)
        return total

    def _open_glyphs(self, password: str | None) -> GlyphReader | None:
        """Return the glyph reader, None where pdfium is missing or refuses the file."""
        try:
            return GlyphReader(self._envelope.data, password)
        except (ImportError, RuntimeError):
            self._findings.without_glyphs = True
            return None

    def _check_time(self) -> None:
        try:
            self._deadline.check()
        except PageTooSlow:
            seconds = f"{self._limits.seconds_per_file:g} seconds"
            message = f"Reading {self._name} took longer than {seconds}. Split it, or raise the limit."
            raise TimedOut(message, subject=self._name) from None

    def _optional(self, read: Callable[[], Value], default: Value, what: str) -> Value:
        """Return what `read` gives, or the default with a warning where that part of the file is broken."""
        try:
            return read()
        except Exception:
            self._findings.unread.append(what)
            return default
