"""A PDF opened and checked with pypdf: pages, labels, bookmarks, metadata, and a second reading of words.

pypdf opens, validates and decrypts; ingest/glyphs.py then reads the same bytes. Where pypdf cannot
(AES without the package cryptography, tables beyond its repair) a plain copy that pdfium
writes is opened instead.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ingest.plain import read_plain
from ingest.raw import Bookmark
from ingest.words import PageContent
from models.errors import Damaged, EmptyFile, Encrypted, TooLarge, UnreadableDocument

MAX_BOOKMARKS = 10_000
MAX_VALUE = 1_000
"""Characters kept of a metadata value or a bookmark's title."""
METADATA = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")

SOFT_HYPHEN = 0xAD
HARD_HYPHENS = frozenset({0x2D, 0x2010})
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<[0-9A-Fa-f\s]*>\s*<([0-9A-Fa-f]{4})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]{4})>|\[([^\]]*)\])")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")
_SUBSET = re.compile(r"^[A-Z]{6}\+")

READER_ERRORS: dict[str, type[UnreadableDocument]] = {
    "DependencyError": Encrypted,
    "DeprecationError": Damaged,
    "EmptyFileError": EmptyFile,
    "EmptyImageDataError": Damaged,
    "FileNotDecryptedError": Encrypted,
    "LimitReachedError": TooLarge,
    "MemoryError": TooLarge,
    "PageSizeNotDefinedError": Damaged,
    "ParseError": Damaged,
    "PdfReadError": Damaged,
    "PdfReadWarning": Damaged,
    "PdfStreamError": Damaged,
    "PyPdfError": Damaged,
    "WrongPasswordError": Encrypted,
    "XmpDocumentError": Damaged,
}
"""What each exception of the reader means; a broken file can raise any other, which means Damaged."""

ADVICE: dict[type[UnreadableDocument], str] = {
    Damaged: "{name} is damaged and cannot be read. Get it again, or save a copy from a PDF viewer.",
    EmptyFile: "{name} is empty. Get it again, or export it again.",
    Encrypted: "{name} needs a password. Give it with --password.",
    TooLarge: "{name} is too large to read. Split it, or save a smaller copy.",
}


def reader_error(error: BaseException, name: str) -> UnreadableDocument:
    """Return our error for one that a PDF library raised while it read the file `name`."""
    if isinstance(error, UnreadableDocument):
        return error
    kinds = (READER_ERRORS.get(kind.__name__) for kind in type(error).__mro__)
    kind = next((kind for kind in kinds if kind is not None), Damaged)
    return kind(ADVICE[kind].format(name=name), subject=name)


class _Held(io.BytesIO):
    """Bytes to read, shared with who gave them.

    pypdf asks for `getbuffer` to know the size, upon which BytesIO copies all it holds; without it, it seeks.
    """

    getbuffer = property()


class Envelope:
    """An open file; `data` are the bytes to read glyphs from, `mended` tells that they are a repaired copy.

    `labels` and the page geometry follow the physical order; `faults` counts what pypdf had to mend.
    """

    def __init__(self, data: bytes, reader: Any, *, mended: bool, faults: int) -> None:
        self.data, self.mended, self.faults = data, mended, faults
        self._reader = reader
        self._soft: dict[int, bool] = {}
        self.pages = len(reader.pages)

    def close(self) -> None:
        """Let go of the file: what pypdf made of it refers to itself and would stay until it is collected."""
        self._reader.stream.close()
        self._reader.resolved_objects = {}
        self._reader.flattened_pages = None

    def labels(self) -> list[str | None]:
        """Return the printed labels of all pages, None where the file holds none."""
        if "/PageLabels" not in self._reader.root_object:
            return [None] * self.pages
        labels: list[str | None] = [_plain(str(label)) or None for label in self._reader.page_labels]
        return (labels + [None] * self.pages)[: self.pages]

    def metadata(self) -> dict[str, str]:
        """Return the document information and the catalogue's language ("Lang"), as plain strings."""
        found = {}
        information = self._reader.metadata or {}
        for key in METADATA:
            value = information.get(f"/{key}")
            if value is not None and _plain(str(value)):
                found[key] = _plain(str(value))
        language = self._reader.root_object.get("/Lang")
        if language is not None and _plain(str(language)):
            found["Lang"] = _plain(str(language))
        return found

    def bookmarks(self) -> list[Bookmark]:
        """Return the file's outline in order."""
        places = {page.indirect_reference.idnum: index for index, page in enumerate(self._reader.pages, 1)}
        found: list[Bookmark] = []
        for entry, level in _entries(self._reader.outline, 1):
            title = _plain(str(entry.title or ""))
            if title:
                found.append(Bookmark(title, level, _place(entry, places, self.pages)))
            if len(found) == MAX_BOOKMARKS:
                break
        return found

    def soft_fonts(self, index: int) -> frozenset[str]:
        """Return the names of page `index`'s fonts (from 0) whose only hyphen is the soft one."""
        try:
            fonts = [font.get_object() for font in self._reader.pages[index]["/Resources"]["/Font"].values()]
            return frozenset(name for font in fonts if self._is_soft(font) for name in _names(font))
        except (AttributeError, KeyError, TypeError):
            return frozenset()

    def _is_soft(self, font: Any) -> bool:
        table = font.get("/ToUnicode")
        if table is None:
            return False
        key = table.indirect_reference.idnum if table.indirect_reference else id(table)
        if key not in self._soft:
            targets = set(_targets(table.get_data()))
            self._soft[key] = SOFT_HYPHEN in targets and not targets & HARD_HYPHENS
        return self._soft[key]

    def size(self, index: int) -> tuple[float, float]:
        """Return width and height in points of page `index` (from 0) as shown."""
        page = self._reader.pages[index]
        width, height = float(page.cropbox.width), float(page.cropbox.height)
        return (height, width) if (page.rotation or 0) % 180 else (width, height)

    def words(self, index: int) -> PageContent:
        """Return page `index` (from 0) as pypdf reads it: lines stand right, widths are guesses."""
        return read_plain(self._reader.pages[index])


def open_envelope(data: bytes, name: str, password: str | None, copy: Callable[[], bytes] | None) -> Envelope:
    """Open a PDF; `copy` makes a plain copy of it by other means, if there are any.

    Raises:
        NotPdf, EmptyFile, Damaged, Encrypted, TooLarge: as models/errors.py has them.
    """
    try:
        return _open(data, password, mended=False)
    except Exception as error:
        problem = reader_error(error, name)
        if copy is None or isinstance(problem, TooLarge):
            raise problem from None
    try:
        plain = copy()
        return _open(plain, None, mended=not isinstance(problem, Encrypted))
    except Encrypted as error:
        raise error from None
    except Exception:
        raise problem from None


def _open(data: bytes, password: str | None, *, mended: bool) -> Envelope:
    import pypdf

    with mended_faults() as faults:
        reader = pypdf.PdfReader(_Held(data))
        if reader.is_encrypted and not reader.decrypt(password or ""):
            raise pypdf.errors.WrongPasswordError
        envelope = Envelope(data, reader, mended=mended, faults=0)
        envelope.faults = len(faults)
        return envelope


@contextmanager
def mended_faults() -> Iterator[list[str]]:
    """Collect what pypdf reports about the file instead of printing it."""
    faults: list[str] = []

    class _Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            faults.append(record.name)

    logger, handler = logging.getLogger("pypdf"), _Collector()
    propagated = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield faults
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


def _names(font: Any) -> list[str]:
    """Return the names of a font and its descendants without the letters of their subsets."""
    fonts = [font, *(part.get_object() for part in font.get("/DescendantFonts", ()))]
    return [_SUBSET.sub("", str(part.get("/BaseFont", "")).lstrip("/")) for part in fonts]


def _targets(table: bytes) -> Iterator[int]:
    """Yield the characters that a font's ToUnicode map leads to (single ones; a range's first 256)."""
    for kind, block in _BLOCK.findall(table):
        if kind == b"char":
            yield from (int(code, 16) for code in _PAIR.findall(block))
            continue
        for low, high, first, listed in _RANGE.findall(block):
            yield from (int(code, 16) for code in _CODE.findall(listed))
            if first:
                count = min(max(int(high, 16) - int(low, 16), 0), 255)
                yield from range(int(first, 16), int(first, 16) + count + 1)


def _entries(outline: Sequence[Any], level: int) -> Iterator[tuple[Any, int]]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(entry, level + 1)
        else:
            yield entry, level


def _place(entry: Any, places: dict[int, int], pages: int) -> int | None:
    """Return the physical page (from 1) that a bookmark points at."""
    target = entry.page
    number = getattr(target, "idnum", None)
    if number is not None:
        return places.get(number)
    return int(target) + 1 if isinstance(target, int) and 0 <= target < pages else None


def _plain(text: str) -> str:
    """Return text in NFC on one line without control characters, cut to a bound."""
    letters = (" " if char.isspace() else char for char in text[: 4 * MAX_VALUE])
    kept = "".join(
        char for char in letters if char == " " or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:MAX_VALUE]
