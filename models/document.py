"""A document as every room sees it: one text, and spans over it.

`Document.text` is NFC. Offsets are characters of it, half-open, from 0. Pages tile the
text in order, so the pages of any span follow from its offsets and cannot drift. A
paragraph that runs over a page break is one contiguous span: what stands between its two
halves on paper (foot, head, footnotes) is laid in the text at the nearest block border of
the same page. `Block.order` keeps the order of reading.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

BlockType = Literal[
    "title", "heading", "paragraph", "list_item", "table", "caption", "contents",
    "references", "footnote", "header", "footer",
]  # fmt: skip
FURNITURE: frozenset[str] = frozenset({"header", "footer"})
PageState = Literal["text", "empty", "unreadable", "failed"]
Unit = Literal["sentence", "bullet", "heading", "row", "caption", "footnote"]
Language = Literal["nb", "nn", "sv", "da", "en", "fi", "other"]
LANGUAGES: tuple[str, ...] = get_args(Language)
ANALYSED: tuple[str, ...] = ("nb", "nn", "sv", "da", "en")


_GIVEN: dict[frozenset[str], set[str]] = {}


class Frozen(BaseModel):
    """A value: never changed after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_post_init(self, _: Any, /) -> None:
        """Share the set of given fields with all values that were given the same ones.

        It is never changed, since values are not, and is as large as the value itself: a quarter of the
        memory of a long document's blocks and sentences.
        """
        names = self.__pydantic_fields_set__
        object.__setattr__(self, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(names), names))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed."""
        copy = super().model_copy(update=update, deep=deep)
        copy.model_post_init(None)
        return copy


class Span(Frozen):
    """Characters `start` to `end` (half-open) of `Document.text`."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end < self.start:
            raise ValueError(f"span ends at {self.end} before it starts at {self.start}")
        return self


class Box(Frozen):
    """A rectangle on a page, in points, origin top left. `page` is physical, from 1."""

    page: int = Field(ge=1)
    x0: float
    y0: float
    x1: float
    y1: float


class Page(Span):
    """A page's share of the text. `index` is physical, from 1; `label` as printed ("iv").

    `width` and `height` are in points, as shown (after rotation). `ocr` is the mean confidence of the
    page's words in [0, 1] where OCR read them; None where the file itself holds the letters.
    """

    index: int = Field(ge=1)
    label: str | None = None
    width: float = 0.0
    height: float = 0.0
    state: PageState = "text"
    ocr: float | None = Field(default=None, ge=0, le=1)


class NoteRef(Frozen):
    """A footnote's marker: it stood before character `offset`; the text itself is free of it."""

    number: str
    offset: int = Field(ge=0)


class Block(Span):
    """A paragraph, heading, list item, table … in one piece.

    `level` is 1-6 for headings. `number` is a heading's ("4.2") or a footnote's number,
    `marker` a list item's bullet or letter; neither stands in the block's text, save the
    number of a heading, which does. `run_in` is the length in characters of bold lead
    words. `rows` are a table's cells; the block's text is the cells joined by tab and the
    rows by newline. `order` counts blocks in reading order from 0. `section` indexes
    `Document.sections`; None before the first heading.
    """

    type: BlockType
    level: int | None = None
    number: str | None = None
    marker: str | None = None
    run_in: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 0
    boxed: bool = False
    boxes: tuple[Box, ...] = ()
    note_refs: tuple[NoteRef, ...] = ()
    order: int = 0
    section: int | None = None


class Section(Frozen):
    """A heading and what stands under it; `parent` and `block` are indexes, level from 1."""

    title: str
    number: str | None = None
    level: int = Field(ge=1)
    parent: int | None = None
    block: int | None = None


class Sentence(Span):
    """A sentence, bullet, heading, table row, caption or footnote: the unit of a finding."""

    block: int
    section: int | None = None
    language: Language = "other"
    unit: Unit = "sentence"


class Segment(Span):
    """Whole sentences of one section, the unit of search.

    `first` and `last` index `Document.sentences` (inclusive). `noise` is the reason why
    search ranks it down: "contents", "references", or "" for ordinary text.
    """

    section: int | None = None
    language: Language = "other"
    first: int = 0
    last: int = 0
    noise: Literal["", "contents", "references"] = ""


class Guess(Frozen):
    """A document's metadata and where each came from.

    `sources` maps a field name to "option", "catalogue", "cover", "headings", "text",
    "metadata" or "file name".
    """

    title: str = ""
    regions: tuple[str, ...] = ()
    year: int | None = None
    type: str = "report"
    sources: dict[str, str] = Field(default_factory=dict)


class Document(Frozen):
    """Everything read from one PDF."""

    id: str
    file: str
    sha256: str
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...] = ()
    segments: tuple[Segment, ...] = ()
    languages: tuple[str, ...] = ()
    guess: Guess = Guess()
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _tiled(self) -> Document:
        """Pages tile the text; blocks are sorted, disjoint and inside it."""
        at = 0
        for page in self.pages:
            if page.start != at:
                raise ValueError(f"page {page.index} starts at {page.start}, not {at}")
            at = page.end
        if at != len(self.text):
            raise ValueError(f"pages end at {at}, the text at {len(self.text)}")
        _check_disjoint(self.blocks, len(self.text))
        return self

    def quote(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]

    def pages_of(self, span: Span) -> tuple[Page, ...]:
        """Return the pages on which a span stands, in order; at least one if there are pages."""
        return pages_of(self.pages, span.start, span.end)

    def path(self, section: int | None) -> tuple[str, ...]:
        """Return the titles from the root down to a section."""
        return section_path(self.sections, section)


def pages_of(pages: tuple[Page, ...], start: int, end: int) -> tuple[Page, ...]:
    """Return the pages that hold characters `start` to `end` (half-open), in order."""
    starts = [page.start for page in pages]
    first = max(bisect_right(starts, start) - 1, 0)
    last = max(bisect_right(starts, max(end - 1, start)) - 1, first)
    return tuple(page for page in pages[first : last + 1] if page.end > page.start or first == last)


def section_path(sections: tuple[Section, ...], index: int | None) -> tuple[str, ...]:
    """Return the titles from the root down to section `index`, () for None."""
    titles: list[str] = []
    while index is not None:
        titles.append(sections[index].title)
        index = sections[index].parent
    return tuple(reversed(titles))


def make_id(*parts: str) -> str:
    r"""Return 12 hex digits that depend on all parts (joined with \x1f, so borders count)."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _check_disjoint(blocks: tuple[Block, ...], length: int) -> None:
    at = 0
    for block in blocks:
        if block.start < at or block.end > length:
            raise ValueError(f"block at {block.start}-{block.end} overlaps or leaves the text")
        at = block.end
