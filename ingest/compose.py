"""Blocks in the making -> one text with pages and blocks as spans over it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.clean import Vocabulary, join_lines
from ingest.drafts import Draft
from ingest.markers import strip_marker
from ingest.pieces import Piece, all_bold
from ingest.raw import RawPage
from models.document import Block, Box, NoteRef, Page


@dataclass(slots=True)
class Stitched:
    """Lines as one text; `borders` are (offset, page) where a further page starts."""

    text: str = ""
    borders: list[tuple[int, int]] = field(default_factory=list)
    notes: list[NoteRef] = field(default_factory=list)
    lead: int = 0


def stitch(pieces: Sequence[Piece], vocabulary: Vocabulary, drop: int = 0) -> Stitched:
    """Join lines to running text; `drop` characters of the first line are left out."""
    made = Stitched()
    text, page, leading = "", pieces[0].page if pieces else 0, True
    for index, piece in enumerate(pieces):
        own = piece.text[drop:] if index == 0 else piece.text
        shift = drop if index == 0 else 0
        if index:
            text, between = join_lines(text, own, vocabulary)
            text += between
            if piece.page != page:
                made.borders.append((len(text), piece.page))
                page = piece.page
        made.notes += [
            NoteRef(number=n.number, offset=len(text) + max(n.offset - shift, 0)) for n in piece.notes
        ]
        if leading:
            made.lead = len(text) + max(piece.lead - shift, 0) if piece.lead else made.lead
            leading = all_bold(piece)
        text += own
    made.text = text
    made.lead = min(made.lead, len(text))
    made.notes = [NoteRef(number=n.number, offset=min(n.offset, len(text))) for n in made.notes]
    return made


@dataclass(slots=True)
class _Laid:
    """Text and spans as they grow; `starts` holds the offset at which each page starts."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    starts: dict[int, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def compose(
    drafts: list[Draft], pages: Sequence[RawPage], labels: dict[int, str], vocabulary: Vocabulary
) -> tuple[str, tuple[Page, ...], tuple[Block, ...]]:
    """Lay blocks, given in reading order, out as one text with its pages and blocks.

    The list is emptied: what is laid is let go, so that a long document is not held twice.
    """
    laid = _Laid()
    ordered = sorted(enumerate(drafts), key=lambda each: (each[1].first_page, each[1].last_page, each[0]))
    drafts.clear()
    ordered.reverse()
    while ordered:
        order, draft = ordered.pop()
        made, rows = _text_of(draft, vocabulary)
        if not made.text:
            continue
        if not unicodedata.is_normalized("NFC", made.text):
            _normalise(made)
        if laid.length:
            laid.add("\n")
        start = laid.length
        laid.starts.setdefault(draft.first_page, start)
        for offset, page in made.borders:
            laid.starts.setdefault(page, start + offset)
        laid.add(made.text)
        laid.blocks.append(_block(draft, made, rows, start, order))
    return "".join(laid.parts), _pages(pages, labels, laid), _renumbered(laid.blocks)


def _normalise(made: Stitched) -> None:
    """Compose what came together only when lines were joined; offsets may be off by an accent."""
    made.text = unicodedata.normalize("NFC", made.text)
    end = len(made.text)
    made.borders = [(min(offset, end), page) for offset, page in made.borders]
    made.notes = [NoteRef(number=n.number, offset=min(n.offset, end)) for n in made.notes]
    made.lead = min(made.lead, end)


def _text_of(draft: Draft, vocabulary: Vocabulary) -> tuple[Stitched, tuple[tuple[str, ...], ...]]:
    if draft.type == "table":
        return _table_text(draft, vocabulary)
    first = draft.pieces[0].text
    drop = len(first) - len(strip_marker(first)) if draft.type == "list_item" and draft.marker else 0
    return stitch(draft.pieces, vocabulary, drop), ()


def _table_text(draft: Draft, vocabulary: Vocabulary) -> tuple[Stitched, tuple[tuple[str, ...], ...]]:
    whole = Stitched()
    rows: list[tuple[str, ...]] = []
    page = draft.first_page
    for row in draft.cells:
        if rows:
            whole.text += "\n"
        row_page = max((piece.page for cell in row for piece in cell), default=page)
        if row_page > page:
            page = row_page
            whole.borders.append((len(whole.text), page))
        texts = []
        for number, cell in enumerate(row):
            made = stitch(cell, vocabulary)
            whole.text += "\t" if number else ""
            whole.notes += [NoteRef(number=n.number, offset=n.offset + len(whole.text)) for n in made.notes]
            whole.text += made.text
            texts.append(made.text)
        rows.append(tuple(texts))
    return whole, tuple(rows)


def _block(draft: Draft, made: Stitched, rows: tuple[tuple[str, ...], ...], start: int, order: int) -> Block:
    notes = made.notes
    if draft.type == "footnote":
        notes = [note for note in notes if note.offset or note.number != draft.number]
    return Block(
        start=start, end=start + len(made.text), type=draft.type, level=draft.level, number=draft.number,
        marker=draft.marker if draft.type == "list_item" else None,
        run_in=made.lead if draft.type in ("paragraph", "list_item") and made.lead < len(made.text) else 0,
        rows=rows, header_rows=draft.header_rows, boxed=draft.boxed, boxes=_boxes(draft.pieces), order=order,
        note_refs=tuple(NoteRef(number=n.number, offset=start + n.offset) for n in notes),
    )  # fmt: skip


def _boxes(pieces: Iterable[Piece]) -> tuple[Box, ...]:
    """Return one rectangle per column part: pieces that stand below one another."""
    boxes: list[list[float]] = []
    for p in pieces:
        last = boxes[-1] if boxes else None
        if (
            last is not None
            and last[0] == p.page
            and p.y0 >= last[2] - 1
            and p.x0 < last[3]
            and p.x1 > last[1]
        ):
            last[1:] = [min(last[1], p.x0), min(last[2], p.y0), max(last[3], p.x1), max(last[4], p.y1)]
        else:
            boxes.append([p.page, p.x0, p.y0, p.x1, p.y1])
    return tuple(
        Box(page=int(page), x0=round(x0, 1), y0=round(y0, 1), x1=round(x1, 1), y1=round(y1, 1))
        for page, x0, y0, x1, y1 in boxes
    )


def _pages(pages: Sequence[RawPage], labels: dict[int, str], laid: _Laid) -> tuple[Page, ...]:
    ends = []
    end = laid.length
    for page in reversed(pages):
        start = laid.starts.get(page.index, end)
        ends.append((start, end))
        end = start
    spans = list(reversed(ends))
    if spans:
        spans[0] = (0, spans[0][1])
    return tuple(
        Page(
            start=start, end=end, index=page.index, label=labels.get(page.index, page.label),
            width=page.width, height=page.height, state=page.state,
            ocr=page.ocr,
        )
        for page, (start, end) in zip(pages, spans, strict=True)
    )  # fmt: skip


def _renumbered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks counted without gaps: those that came out empty left some."""
    if max((block.order for block in blocks), default=-1) < len(blocks):
        return tuple(blocks)
    ranks = {order: rank for rank, order in enumerate(sorted(block.order for block in blocks))}
    return tuple(block.model_copy(update={"order": ranks[block.order]}) for block in blocks)
