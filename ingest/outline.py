"""A raw document -> its layout: one text with pages, blocks and sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.clean import build_vocabulary
from ingest.columns import find_grid
from ingest.compose import compose
from ingest.contents import Entry, split_contents
from ingest.drafts import Draft
from ingest.flow import Drawn, PageParts, read_drawn, read_page
from ingest.furniture import Furniture, drop_line_numbers, find_furniture
from ingest.headings import type_headings
from ingest.joins import gather_fields, join_parts
from ingest.levels import Guides
from ingest.notes import find_lost_marks
from ingest.pieces import Piece, Style, body_style, read_pieces, rows_of
from ingest.raw import RawDocument, RawPage
from ingest.sections import build_sections
from ingest.spreads import cut_spreads, restore_labels, restore_pages
from ingest.weights import settle_weights
from models.document import Block, BlockType, Page, Section


@dataclass(frozen=True, slots=True)
class Layout:
    """What the outline knows of a document; offsets are characters of `text`."""

    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    title: str | None = None
    warnings: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


def build_layout(raw: RawDocument) -> Layout:
    """Return the layout of a document; pages without text stay as empty pages.

    The raw lines are let go as soon as they are read, if the caller holds them no longer.
    """
    raw = settle_weights(raw)
    halves = cut_spreads(raw)
    full = list(reversed(halves.raw.pages))
    raw, halves = _without_lines(raw), replace(halves, raw=_without_lines(halves.raw))
    pieces = drop_line_numbers([read_pieces(full.pop()) for _ in halves.raw.pages])
    pages = halves.raw.pages
    body = body_style(pieces)
    vocabulary = build_vocabulary(piece.text for own in pieces for piece in own)
    drawn: list[Drawn] = []
    for page, own in zip(pages, pieces, strict=True):
        drawn.append(read_drawn(page, own, drawn[-1] if drawn else None))
    furniture = find_furniture(pages, pieces, body, [each.indexes for each in drawn])
    parts, entries = _read_pages(pages, pieces, drawn, furniture, body)
    for place, part in enumerate(parts):
        find_lost_marks([draft for each in parts[place : place + 2] for draft in each.body], part.notes)
    flow = [draft for part in parts for column in part.columns for draft in column]
    whole = join_parts(gather_fields(flow))
    guides = Guides(tuple(entries), halves.raw.bookmarks, furniture.labels)
    type_headings(whole, body, guides, raw.metadata.get("Title", ""))
    drafts = _reading_order(parts, whole)
    labels = furniture.labels
    if halves.cut:
        restore_pages(drafts, halves)
        labels = restore_labels(labels, halves)
    del pieces, drawn, parts, flow, whole
    text, laid, composed = compose(drafts, raw.pages, labels, vocabulary)
    blocks = list(composed)
    del composed
    placed, sections = build_sections(text, blocks)
    return Layout(text, laid, placed, sections, _title(text, placed), raw.warnings, raw.metadata)


def _without_lines(raw: RawDocument) -> RawDocument:
    return replace(raw, pages=tuple(replace(page, lines=()) for page in raw.pages))


def _read_pages(
    pages: Sequence[RawPage],
    pieces: Sequence[Sequence[Piece]],
    drawn: Sequence[Drawn],
    furniture: Furniture,
    body: Style,
) -> tuple[list[PageParts], list[Entry]]:
    """Return the parts of every page, and the contents entries of the document."""
    parts: list[PageParts] = []
    entries: list[Entry] = []
    opened = False
    inner = [_inner(page, own, furniture) for page, own in zip(pages, pieces, strict=True)]
    grid = find_grid(([p for p in own if not p.angle] for own in inner), body.size)
    for page, own, rest, rules in zip(pages, pieces, inner, drawn, strict=True):
        running = furniture.running.get(page.index, frozenset())
        edge = [piece for piece in own if piece.index in running]
        level, found = split_contents([p for p in rest if not p.angle], len(pages), opened)
        opened = bool(found)
        entries += found
        turned = [piece for piece in rest if piece.angle]
        part = read_page(page, [*level, *turned], found, rules, body, grid)
        part.heads = _running("header", [p for p in edge if p.middle < page.height / 2])
        part.feet = _running("footer", [p for p in edge if p.middle >= page.height / 2])
        parts.append(part)
    return parts, entries


def _inner(page: RawPage, pieces: Sequence[Piece], furniture: Furniture) -> list[Piece]:
    """Return a page's pieces without its running lines."""
    running = furniture.running.get(page.index, frozenset())
    return [piece for piece in pieces if piece.index not in running]


def _running(kind: BlockType, edge: Sequence[Piece]) -> list[Draft]:
    """Return one block for each row of running lines."""
    return [Draft(kind, row) for row in rows_of(edge)]


def _reading_order(parts: Sequence[PageParts], whole: Sequence[Draft]) -> list[Draft]:
    """Return all blocks as they are read: per page head, body, footnotes, foot."""
    by_page: dict[int, list[Draft]] = {}
    for draft in whole:
        by_page.setdefault(draft.first_page, []).append(draft)
    ordered: list[Draft] = []
    for part in parts:
        ordered += [*part.heads, *by_page.get(part.page, ()), *part.notes, *part.feet]
    return gather_fields(ordered)


def _title(text: str, blocks: Iterable[Block]) -> str | None:
    return next((text[block.start : block.end] for block in blocks if block.type == "title"), None)
