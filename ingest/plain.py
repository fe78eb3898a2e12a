"""A page's words as pypdf reads them: the second reading, and the only one without pdfium.

pypdf tells where a piece of text starts, not how wide it is: widths are guessed from the number
of letters, so lines and their order hold, but gaps between columns are not exact.
"""

from __future__ import annotations

import math
import re
from typing import Any

from ingest.words import IDENTITY, LINE_END, REAL_SPACE, Matrix, PageContent, Style, Word, frame, join, shown

LETTER_EM = 0.42
"""Guessed advance of a letter in font sizes. Text faces have 0.45-0.5; guessed too wide, the words of a
line would overlap and part, guessed too narrow they only stand further apart."""
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)


def read_plain(page: Any) -> PageContent:
    """Return the words of an opened pypdf page, points, as shown (rotation flag undone)."""
    box = page.cropbox
    edges = (float(box.left), float(box.bottom), float(box.right), float(box.top))
    width, height, matrix = shown(edges, page.rotation or 0)
    words: list[Word] = []
    visitor = _Visitor(words, matrix, (width, height))
    page.extract_text(visitor_text=visitor.take)
    return PageContent(width, height, words)


class _Visitor:
    """Takes the pieces of text in the order of the page."""

    def __init__(self, words: list[Word], matrix: Matrix, size: tuple[float, float]) -> None:
        self._words, self._matrix, self._size = words, matrix, size

    def take(self, text: str, outer: Any, inner: Any, font: Any, size: Any) -> None:
        """Add one piece: `inner` and `outer` are the text matrix and the matrix around it."""
        if not text.strip():
            return
        matrix = join(join(_matrix(inner), _matrix(outer)), self._matrix)
        angle = round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) * 90 % 360
        turned = join(matrix, frame(angle, *self._size))
        style = _style(font, abs(float(size or 0)) * math.hypot(turned[2], turned[3]))
        self._add(text, style, angle, turned)

    def _add(self, text: str, style: Style, angle: int, turned: Matrix) -> None:
        advance = LETTER_EM * (style.size or 1.0)
        x, y = turned[4], turned[5]
        for line, content in enumerate(text.strip("\n").split("\n")):
            for match in re.finditer(r"\S+", content):
                space = LINE_END if not match.start() and not text[:1].isspace() else REAL_SPACE
                start, end = x + match.start() * advance, x + match.end() * advance
                base = y + line * 1.2 * style.size
                self._words.append(Word(match[0], start, end, base, style, angle, space))


def _matrix(values: Any) -> Matrix:
    try:
        a, b, c, d, e, f = (float(value) for value in values)
    except (TypeError, ValueError):
        return IDENTITY
    return a, b, c, d, e, f


def _style(font: Any, size: float) -> Style:
    name = str((font or {}).get("/BaseFont", "")).lstrip("/").split("+")[-1]
    return Style(name, round(size, 2), bool(_BOLD.search(name)), bool(_ITALIC.search(name)))
