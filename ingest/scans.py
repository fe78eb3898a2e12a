"""Pages without text, and pages in fonts that do not say which letters they show, read by OCR.

Runs after the pages that have text, whose language then is known; stops when the file's time is up and
says which pages were left. Without Tesseract nothing happens here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from subprocess import SubprocessError, TimeoutExpired
from time import monotonic
from xml.etree.ElementTree import ParseError

from ingest.glyphs import GlyphReader
from ingest.lines import build_lines
from ingest.ocr import DPI, MAX_SIDE, MODELS, Engine, Picture, Read
from ingest.raw import RawPage
from ingest.spacing import close_letters
from ingest.upright import turn_upright
from ingest.words import PageContent, Style, Word
from models.language import document_languages

SURE = 0.8
"""A page read with one language's model is read again with all of them when its words' mean confidence is
below. Seen: 0.93-0.95 on pages of prose, 0.82 on a page of web addresses. Not tuned."""
LEAST_MEAN = 0.5
LEAST_WORDS = 3
"""Fewer words or a lower mean is taken for no text: a photograph, a logo. Not tuned."""
SETTLING_WORDS = 30
"""Words from which a page's language settles the model for the pages after it; not tuned."""
SAME_SIZE = 0.15
"""Sizes that differ by less are one: a line's measured size depends on which letters it has (47-49 pixels seen in one
paragraph, and 64 in the heading above it)."""


@dataclass(slots=True)
class Outcome:
    """What came of it, pages physical from 1: `read` with mean confidence, `late` for want of time."""

    read: dict[int, float] = field(default_factory=dict)
    late: list[int] = field(default_factory=list)


def needs_ocr(page: RawPage) -> bool:
    """Tell whether a page shows something that has no letters in the file."""
    return page.state == "unreadable" or (page.state == "empty" and bool(page.pictures))


class ScanReader:
    """Reads pages of one open file by OCR.

    The model is that of the language of what was read before; the first page of a file of scans is
    read with the first model and, where its words are in another language, once more with that one's.
    All five models at once took 15 s for a page of a scan, one model 5 and 9 s for the next page.
    """

    def __init__(self, glyphs: GlyphReader, engine: Engine, seconds_per_page: float, end: float) -> None:
        self._glyphs, self._engine = glyphs, engine
        self._seconds, self._end = seconds_per_page, end
        self._model: str | None = None
        self._done = 0

    def read(
        self, pages: Sequence[RawPage], tell: Callable[[int], None] = lambda _: None
    ) -> tuple[list[RawPage], Outcome]:
        """Return all pages, those that need it read by OCR.

        `tell` hears how many of these are done, again and again while a page takes long.
        """
        self._tell = tell
        self._settle([" ".join(line.text for line in page.lines) for page in pages if page.lines])
        outcome = Outcome()
        found: dict[int, tuple[PageContent, float]] = {}
        for page in filter(needs_ocr, pages):
            if monotonic() > self._end:
                outcome.late.append(page.index)
            elif (content := self._try(page.index, outcome)) is not None:
                found[page.index] = content
                outcome.read[page.index] = content[1]
            self._done += 1
            tell(self._done)
        _level_sizes([content for content, _ in found.values()])
        made = [_lay(page, *found[page.index]) if page.index in found else page for page in pages]
        return made, outcome

    def _settle(self, texts: Iterable[str]) -> None:
        """Choose the model from texts that were read."""
        texts = [text for text in texts if len(text.split()) >= SETTLING_WORDS]
        if texts:
            model = MODELS.get(document_languages(texts).prior)
            self._model = model if model in self._engine.models else self._model

    def _try(self, index: int, outcome: Outcome) -> tuple[PageContent, float] | None:
        """Return a page's words and their mean confidence, None where there are none."""
        try:
            picture = self._glyphs.draw(index - 1, DPI / 72, MAX_SIDE)
            words = self._words(picture)
        except TimeoutExpired:
            outcome.late.append(index)
            return None
        except (OSError, SubprocessError, ParseError, RuntimeError, ValueError):
            return None
        mean = _mean(words)
        if len(words) < LEAST_WORDS or mean < LEAST_MEAN:
            return None
        size = picture.width / picture.scale, picture.height / picture.scale
        return PageContent(*size, [_word(word) for word in words]), round(mean, 3)

    def _words(self, picture: Picture) -> list[Read]:
        """Return the words of a page."""
        first = self._model or self._engine.models[0]
        words = self._call(picture, first)
        if self._model is None:
            self._settle([" ".join(word.text for word in words)])
            if self._model not in (None, first):
                words = self._call(picture, self._model or first)
        if words and _mean(words) < SURE and len(self._engine.models) > 1:
            words = max(words, self._call(picture, *self._engine.models), key=_mean)
        return words

    def _call(self, picture: Picture, *models: str) -> list[Read]:
        seconds = max(min(self._seconds, self._end - monotonic()), 0.1)
        return self._engine.read(picture, models, seconds, lambda: self._tell(self._done))


def _mean(words: Sequence[Read]) -> float:
    return fmean(word.confidence for word in words) if words else 0.0


def _word(read: Read) -> Word:
    return Word(read.text, read.x0, read.x1, read.y, Style("", read.size), read.angle, read.space)


def _level_sizes(contents: Sequence[PageContent]) -> None:
    """Give lines whose measured sizes differ by chance one size, over all pages."""
    sizes: dict[float, int] = {}
    for word in (word for content in contents for word in content.words):
        sizes[word.style.size] = sizes.get(word.style.size, 0) + len(word.text)
    levels: dict[float, float] = {}
    while rest := {size: count for size, count in sizes.items() if size not in levels}:
        common = max(rest, key=lambda size: (_around(rest, size), size))
        near = [size for size in rest if abs(size - common) <= SAME_SIZE * common]
        levels |= dict.fromkeys(near, round(common, 1))
    styles = {size: Style("", level) for size, level in levels.items()}
    for content in contents:
        for word in content.words:
            word.style = styles[word.style.size]


def _around(sizes: dict[float, int], middle: float) -> int:
    """Return how many characters have a size near `middle`."""
    return sum(count for size, count in sizes.items() if abs(size - middle) <= SAME_SIZE * middle)


def _lay(page: RawPage, content: PageContent, mean: float) -> RawPage:
    """Return a page with the lines that OCR read; its pictures are what was read, and left out."""
    upright = turn_upright(replace(content, words=close_letters(content.words)))
    width, height = upright.width, upright.height
    same = abs(width - page.width) < 2 and abs(height - page.height) < 2
    shapes = page.shapes if same else ()
    lines = build_lines(upright.words, shapes, width=width, height=height)
    return replace(
        page, width=round(width, 2), height=round(height, 2), lines=lines, shapes=shapes, pictures=(),
        state="text", note="", ocr=mean,
    )  # fmt: skip
