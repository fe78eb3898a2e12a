"""The words of a page with style and position, read with pdfium.

pdfium keeps global state and is not thread safe: one thread at a time, under one lock.
A call through ctypes costs about 1 µs, so no call is made per character: the text of a page
comes in one piece, words ask for their two ends only, and which drawing operation owns a
word is found by halving (an operation's characters follow each other). Measured:
per-character calls for code, owner and box alone took 8.5-14 ms a page, where pdfium opens a page and lays
out its text in 3-4 ms; everything here together costs 5.3 times that.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from corpus.pdfium import LOCK, open_pdf
from ingest.calls import Calls
from ingest.drawings import MAX_OBJECTS, read_drawings
from ingest.ocr import Picture, draw_page
from ingest.words import (
    GUESSED_SPACE,
    LINE_END,
    LINE_END_HYPHEN,
    NO_SPACE,
    REAL_SPACE,
    Deadline,
    Matrix,
    PageContent,
    Style,
    Word,
    frame,
    join,
    shown,
)

SURE_GAP_EM = 0.2
"""In a wider gap (in font sizes) it does not matter whether a space was in the file or guessed by pdfium,
save between single letters, which may be letters set apart."""
MIN_PIECES = 4
SHORT_PIECE = 2.5
"""An operation of so many pieces or more, and this many letters each or fewer, may be set letter by letter
("R A P P O R T", "IN N HO LD"): it is read letter by letter and closed in ingest/spacing.py."""
TINY_POINTS = 4.0
SAMPLE_LETTERS = 8
CAPITAL_EM = 0.72
"""Fonts of drawn glyphs (Type 3, old pdfTeX) may be set at size 1 and scaled inside the font: under 4 points
the first letters are measured, and a capital or ascender is 0.72 of the size."""
BOLD_WEIGHT = 600
PASSWORD_ERROR = 4
"""pdfium's FPDF_ERR_PASSWORD."""
ANGLE_SLACK_DEGREES = 3
PAGES_AT_ONCE = 100
"""Pages after which the file is opened anew: pdfium keeps what it parsed of each page. On 2,000 pages the peak of
reading fell from 347 to 271 MB."""
_Span = tuple[int, int]
_TOKEN = re.compile(r"[^\s\x00]+")
_BOLD = re.compile(r"bold|black|heavy|demi|fett|halvfet", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")


def is_password_error(error: BaseException) -> bool:
    """Tell whether pdfium refused a file for want of the right password."""
    return getattr(error, "err_code", None) == PASSWORD_ERROR


class GlyphReader:
    """Reads the pages of one file one at a time; close it when done.

    Raises:
        ImportError: pypdfium2 is not installed.
        RuntimeError: pdfium cannot open the bytes.
    """

    def __init__(self, data: bytes, password: str | None) -> None:
        with LOCK:
            self._calls = Calls()
            self._open: Callable[[], Any] = lambda: open_pdf(data, password)
            self._document = self._open()
            self._read = 0

    def __len__(self) -> int:
        with LOCK:
            return len(self._document)

    def close(self) -> None:
        """Release the file."""
        with LOCK:
            self._document.close()

    def read(self, index: int, deadline: Deadline) -> PageContent:
        """Return the content of page `index`, from 0."""
        with LOCK:
            self._refresh()
            with closing(self._document[index]) as page:
                return _read_page(self._document, page, self._calls, deadline)

    def _refresh(self) -> None:
        """Open the file anew now and then: pdfium keeps what it parsed of a page until the file is closed."""
        self._read += 1
        if self._read % PAGES_AT_ONCE == 0:
            self._document.close()
            self._document = self._open()

    def draw(self, index: int, scale: float, longest: int) -> Picture:
        """Return page `index`, from 0, in grey, `scale` pixels a point and at most `longest` a side."""
        with LOCK, closing(self._document[index]) as page:
            return draw_page(page, scale, longest)

    def count_openable(self, limit: int) -> int:
        """Return how many pages there are up to the last that opens; a file can claim more than it has."""
        with LOCK:
            count = min(len(self._document), limit)
            while count and not self._opens(count - 1):
                count -= 1
            return count

    def _opens(self, index: int) -> bool:
        try:
            self._document[index].close()
        except RuntimeError:
            return False
        return True

    def plain_copy(self) -> bytes:
        """Return the file written anew: without encryption, its tables mended."""
        import io

        with LOCK:
            target = io.BytesIO()
            self._document.save(target, flags=self._calls.raw.FPDF_REMOVE_SECURITY)
            return target.getvalue()


def _read_page(document: Any, page: Any, calls: Calls, deadline: Deadline) -> PageContent:
    width, height, matrix = shown(page.get_bbox(), page.get_rotation())
    deadline.check()
    textpage = page.get_textpage()
    deadline.check()
    try:
        words = _Reading(textpage, calls, matrix, (width, height), deadline).words()
    finally:
        textpage.close()
    content = PageContent(width, height, words)
    read_drawings(content, document, page, calls, matrix, deadline)
    depth = content.depth
    words.sort(key=lambda word: depth.get(word.owner, MAX_OBJECTS))
    return content


class _Owner:
    """A drawing operation's style, angle and baseline, and how to read an extent along it.

    A character's box is four floats (left, top, right, bottom). For quarter turns the start
    of a word is `sign * floats[first] + shift`, its end `sign * floats[last] + shift`.
    """

    __slots__ = ("angle", "base", "first", "last", "shift", "sign", "style", "turned")

    def __init__(self, style: Style, angle: int, turned: Matrix, x: float, y: float) -> None:
        a, b, c, d, e, f = turned
        self.style, self.angle, self.turned = style, angle, turned
        self.base = b * x + d * y + f
        self.shift = e
        if abs(a) >= abs(c):
            self.sign, self.first, self.last = (1.0, 0, 2) if a > 0 else (-1.0, 2, 0)
        else:
            self.sign, self.first, self.last = (1.0, 3, 1) if c > 0 else (-1.0, 1, 3)


class _Reading:
    """One pass over a page's characters."""

    def __init__(
        self, textpage: Any, calls: Calls, matrix: Matrix, size: tuple[float, float], deadline: Deadline
    ) -> None:
        self._calls, self._matrix, self._size, self._deadline = calls, matrix, size, deadline
        self._page = ctypes.cast(textpage.raw, ctypes.c_void_p).value
        self._count = textpage.count_chars()
        self._floats = (ctypes.c_float * 6)()
        self._float_at = ctypes.addressof(self._floats)
        self._doubles = (ctypes.c_double * 2)()
        self._double_at = ctypes.addressof(self._doubles)
        self._text = self._read_text()
        self._channels = (ctypes.c_uint * 4)()
        self._channel_at = tuple(ctypes.addressof(self._channels) + 4 * at for at in range(4))
        self._fonts: dict[int, tuple[str, bool, bool]] = {}
        self._owners: dict[int, _Owner] = {}
        self._frames: dict[tuple[float, float, float, float], tuple[float, int, Matrix]] = {}
        self._styles: dict[tuple[object, ...], Style] = {}

    def words(self) -> list[Word]:
        """Return the page's words in drawing order."""
        tokens = [token.span() for token in _TOKEN.finditer(self._text)]
        found: list[Word] = []
        for handle, spans in self._owned(tokens):
            self._deadline.check()
            if not handle:
                continue
            owner = self._owners.get(handle)
            if owner is None:
                owner = self._owners[handle] = self._describe(handle, spans[0][0], spans[-1][1] - 1)
            if len(spans) >= MIN_PIECES and spans[-1][1] - spans[0][0] < (SHORT_PIECE + 1) * len(spans):
                spans = [(at, at + 1) for start, end in spans for at in range(start, end)]
            self._add(found, spans, owner, handle)
        return found

    def _read_text(self) -> str:
        """Return one character per character of pdfium's count."""
        count = max(self._count, 0)
        buffer = (ctypes.c_uint16 * (count + 1))()
        written = self._calls.text(self._page, 0, count, ctypes.addressof(buffer)) if count else 0
        text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
        return text if len(text) == count else "".join(map(self._character, range(count)))

    def _character(self, index: int) -> str:
        code: int = self._calls.unicode(self._page, index)
        if code == 2 and self._calls.hyphen(self._page, index) == 1:
            return LINE_END_HYPHEN
        return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"

    def _owned(self, tokens: Sequence[_Span]) -> list[tuple[int, list[_Span]]]:
        """Group tokens by owner, cutting those whose owner changes; in order."""
        found: list[tuple[int, list[_Span]]] = []
        lookup, page = self._calls.object, self._page
        stack: list[tuple[int, int, int, int]] = [(0, len(tokens), 0, 0)] if tokens else []
        while stack:
            low, high, first, last = stack.pop()
            first = first or lookup(page, tokens[low][0]) or 0
            last = last or lookup(page, tokens[high - 1][1] - 1) or 0
            if first == last:
                found.append((first, list(tokens[low:high])))
            elif high - low == 1:
                found.extend(self._split(*tokens[low]))
            else:
                middle = (low + high) // 2
                stack.append((middle, high, 0, last))
                stack.append((low, middle, first, 0))
        return found

    def _split(self, start: int, end: int) -> list[tuple[int, list[_Span]]]:
        lookup, page = self._calls.object, self._page
        pieces: list[tuple[int, int, int]] = []
        for at in range(start, end):
            owner = lookup(page, at) or 0
            if pieces and pieces[-1][2] == owner:
                pieces[-1] = (pieces[-1][0], at + 1, owner)
            else:
                pieces.append((at, at + 1, owner))
        return [(owner, [(first, last)]) for first, last, owner in pieces]

    def _add(self, words: list[Word], spans: Sequence[_Span], owner: _Owner, handle: int) -> None:
        """Append one owner's words."""
        text, style, angle, base = self._text, owner.style, owner.angle, owner.base
        sure = SURE_GAP_EM * style.size
        before = words[-1].x1 if words and words[-1].y == base and words[-1].angle == angle else math.inf
        for (start, end), (x0, x1) in zip(spans, self._extents(spans, owner), strict=True):
            char = text[start - 1] if start else "\n"
            if char in "\r\n":
                space = LINE_END
            elif not char.isspace():
                space = NO_SPACE
            elif abs(x0 - before) > sure and end - start > 1:
                space = GUESSED_SPACE
            else:
                space = GUESSED_SPACE if self._calls.generated(self._page, start - 1) else REAL_SPACE
            words.append(Word(text[start:end], x0, x1, base, style, angle, space, handle))
            before = x1

    def _extents(self, spans: Sequence[_Span], owner: _Owner) -> list[tuple[float, float]]:
        """Return where words begin and end along the line."""
        if owner.angle % 90:
            return [self._slanted_extent(start, end - 1, owner) for start, end in spans]
        floats, loose, page, at = self._floats, self._calls.loose, self._page, self._float_at
        sign, shift, first, last = owner.sign, owner.shift, owner.first, owner.last
        found = []
        for start, end in spans:
            loose(page, start, at)
            x0 = sign * floats[first] + shift
            if end - start > 1:
                loose(page, end - 1, at)
            found.append((x0, sign * floats[last] + shift))
        return found

    def _slanted_extent(self, first: int, last: int, owner: _Owner) -> tuple[float, float]:
        """Take the origins: boxes of slanted characters overlap. The last one counts half a font size."""
        a, _, c, _, e, _ = owner.turned
        ends = []
        for index in (first, last):
            self._calls.origin(self._page, index, self._double_at, self._double_at + 8)
            ends.append(a * self._doubles[0] + c * self._doubles[1] + e)
        return ends[0], ends[1] + 0.5 * owner.style.size

    def _describe(self, handle: int, first: int, last: int) -> _Owner:
        calls, floats = self._calls, self._floats
        calls.size(handle, self._float_at)
        size = floats[0]
        calls.matrix(self._page, first, self._float_at)
        scale, angle, turned = self._frame((floats[0], floats[1], floats[2], floats[3]))
        size *= scale
        if size < TINY_POINTS:
            size = self._drawn_size(first, last, size)
        mapped = not (calls.unmapped(self._page, first) == 1 and calls.unmapped(self._page, last) == 1)
        calls.origin(self._page, first, self._double_at, self._double_at + 8)
        x, y = self._doubles[0], self._doubles[1]
        return _Owner(self._style(handle, abs(size), mapped), angle, turned, x, y)

    def _frame(self, own: tuple[float, float, float, float]) -> tuple[float, int, Matrix]:
        """Return how much a text matrix enlarges, its angle and the matrix to that angle's frame."""
        known = self._frames.get(own)
        if known is None:
            a, b, c, d = own
            ma, mb, mc, md, _, _ = self._matrix
            angle = _rounded(math.degrees(math.atan2(mb * a + md * b, ma * a + mc * b)))
            turned = join(self._matrix, frame(angle, *self._size))
            known = self._frames[own] = math.hypot(c, d) or math.hypot(a, b), angle, turned
        return known

    def _drawn_size(self, first: int, last: int, size: float) -> float:
        """Return a size in points from how tall letters are, if that is far more than the font size."""
        heights = [0.0]
        for index in range(first, min(last, first + SAMPLE_LETTERS) + 1):
            self._calls.loose(self._page, index, self._float_at)
            left, top, right, bottom = self._floats[0], self._floats[1], self._floats[2], self._floats[3]
            heights.append(min(abs(top - bottom), 3 * abs(right - left)))
        tall = max(heights)
        return tall / CAPITAL_EM if tall > 2 * size else size

    def _style(self, handle: int, size: float, mapped: bool) -> Style:
        """Return the style of an operation: one object for all that look alike."""
        calls, channels = self._calls, self._channels
        name, bold, italic = self._font(calls.font(handle))
        mode = calls.mode(handle)
        known = calls.color(handle, *self._channel_at)
        color = channels[0] << 16 | channels[1] << 8 | channels[2] if known else 0
        opaque = not known or channels[3] > 0 or mode in (1, 5)
        look = (name, round(size, 2), bold or mode in (2, 6), italic, color, mode, opaque, mapped)
        return self._styles.get(look) or self._styles.setdefault(look, Style(*look))

    def _font(self, font: int | None) -> tuple[str, bool, bool]:
        """Return a font's name, and whether it is bold and italic."""
        if not font:
            return "", False, False
        known = self._fonts.get(font)
        if known is None:
            known = self._fonts[font] = self._read_font(font)
        return known

    def _read_font(self, font: int) -> tuple[str, bool, bool]:
        calls = self._calls
        buffer = ctypes.create_string_buffer(256)
        calls.name(font, ctypes.addressof(buffer), 256)
        name = _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))
        flags = max(calls.flags(font), 0)
        bold = bool(_BOLD.search(name)) or calls.weight(font) >= BOLD_WEIGHT or bool(flags & 1 << 18)
        return name, bold, bool(_ITALIC.search(name)) or bool(flags & 1 << 6)


def _rounded(angle: float) -> int:
    """Return degrees 0-359, quarter turns within the slack made exact."""
    quarter = round(angle / 90) * 90
    return (quarter if abs(angle - quarter) <= ANGLE_SLACK_DEGREES else round(angle)) % 360
