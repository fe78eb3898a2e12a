"""Blocks -> sentences, and sentences -> segments: the units of findings and of search.

A segment is a stretch of the text: whole sentences of one section, with nothing between
them. Headers, footers and footnotes lie between blocks, so segments end there. Where a
section is cut is chosen over the whole stretch at once (least cost), so no stump is left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from models.document import FURNITURE, Block, Language, Segment, Sentence, Unit
from models.language import confirm, document_languages, identify, rank_languages
from models.sentences import split_sentences

if TYPE_CHECKING:
    from ingest.outline import Layout

CountTokens = Callable[[Sequence[str]], list[int]]
Noise = Literal["", "contents", "references"]

BOUND = 200
"""Tokens of a segment at most, unless one sentence alone has more."""
LONGEST = 480
"""Tokens of a sentence at most: longer ones are cut, as the encoder reads 512 with the title before them."""
_SPECIALS = 2  # tokens that `count_tokens` adds to every text
_MOST = 80  # pieces of a segment at most: a column of single numbers would take 200, and as much more time
_LOOKED_BELOW = 6  # blocks under a heading that are looked at: feet, heads and the first block of text
_CAREFUL = 0.8  # of LONGEST that a part of a long sentence aims at, as tokens are spread unevenly
_CELL_BULLET = re.compile(r"(?:(?<=\s)|^)[•·▪–-]\s+(?![•·▪–-])")
_WORDS_OF_SENTENCE = 5  # a list item is cut into sentences when two of them have this many words
_SAMPLED = 60  # paragraphs that the document's language is read from, evenly spread
_WORDS_OF_SAMPLE = 8
_LETTERS_OF_OTHER = 40  # a shorter sentence has its segment's language: names and titles decide nothing
# What a border costs, beside the squared share of the bound that a segment leaves empty (a
# segment half full costs 0.25): in a list, in a paragraph, and after a sentence that leads in.
_IN_LIST, _IN_BLOCK, _AFTER_LEAD = 0.15, 0.1, 0.5
_CLAUSE_ENDS = ("; ", ": ", " – ", ", ", "\t", " ")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence in the making."""

    start: int
    end: int
    block: int
    section: int | None
    unit: Unit
    noise: Noise
    tokens: int = 0
    leads: bool = False


def cut(
    layout: Layout,
    count_tokens: CountTokens,
    *,
    prior: Language | None = None,
    bound: int = BOUND,
) -> tuple[tuple[Sentence, ...], tuple[Segment, ...], tuple[str, ...]]:
    """Return sentences, segments and languages of a layout.

    Sentences are in order and disjoint, each inside its block; each is in exactly one
    segment. `prior` is the document's language if known; `bound` is in tokens.
    """
    home = prior or _read_prior(layout)
    pieces = _measure(layout.text, list(_read_pieces(layout, home)), count_tokens)
    sentences: list[Sentence] = []
    segments: list[Segment] = []
    for first, last in _choose_segments(layout.text, pieces, bound):
        text = layout.text[pieces[first].start : pieces[last].end]
        language = identify(text, home)
        segments.append(
            Segment(
                start=pieces[first].start, end=pieces[last].end, section=pieces[first].section,
                language=language, first=first, last=last, noise=pieces[first].noise,
            )
        )  # fmt: skip
        sentences += [_finish(layout.text, piece, language) for piece in pieces[first : last + 1]]
    return tuple(sentences), tuple(segments), _read_languages(segments)


def _read_prior(layout: Layout) -> Language:
    texts = (layout.text[b.start : b.end] for b in layout.blocks if b.type in ("paragraph", "list_item"))
    long = [text for text in texts if len(text.split(maxsplit=_WORDS_OF_SAMPLE)) > _WORDS_OF_SAMPLE]
    if not long:
        long = [layout.text[b.start : b.end] for b in layout.blocks if b.type not in FURNITURE]
    return document_languages(long[:: max(1, len(long) // _SAMPLED)]).prior


def _read_languages(segments: Sequence[Segment]) -> tuple[str, ...]:
    ordinary = [segment for segment in segments if not segment.noise] or segments
    characters = Counter[str]()
    for segment in ordinary:
        characters[segment.language] += segment.end - segment.start
    return rank_languages(characters)


def _finish(text: str, piece: _Piece, language: Language) -> Sentence:
    long = piece.end - piece.start >= _LETTERS_OF_OTHER
    own = confirm(text[piece.start : piece.end], language) if long else language
    return Sentence(
        start=piece.start,
        end=piece.end,
        block=piece.block,
        section=piece.section,
        language=own,
        unit=piece.unit,
    )


def _read_pieces(layout: Layout, home: Language) -> Iterator[_Piece]:
    for index, block in enumerate(layout.blocks):
        if block.type in FURNITURE:
            continue
        noise = _find_noise(layout.blocks, index)
        for start, end, unit in _cut_block(layout.text, block, home):
            leads = block.type in ("paragraph", "list_item") and layout.text[end - 1] == ":"
            yield _Piece(start, end, index, block.section, unit, noise, leads=leads)


def _find_noise(blocks: Sequence[Block], index: int) -> Noise:
    """A heading over a contents page or a reference list goes with it."""
    block = blocks[index]
    if block.type in ("heading", "title"):
        near = (blocks[n] for n in range(index + 1, min(index + 1 + _LOOKED_BELOW, len(blocks))))
        below = next((one for one in near if one.type not in FURNITURE), None)
        if below is None or below.section != block.section:
            return ""
        block = below
    if block.type == "contents":
        return "contents"
    return "references" if block.type == "references" else ""


def _cut_block(text: str, block: Block, home: Language) -> list[tuple[int, int, Unit]]:
    """Return the spans of a block's sentences in the document's text, with their units."""
    own = text[block.start : block.end]
    match block.type:
        case "title" | "heading":
            spans: list[tuple[int, int, Unit]] = [(0, len(own), "heading")]
        case "caption":
            spans = [(0, len(own), "caption")]
        case "table":
            spans = _cut_rows(own, confirm(own, home))
        case "contents" | "references":
            spans = [(start, end, "row") for start, end in _cut_lines(own)]
        case "list_item":
            spans = _cut_item(own, confirm(own, home))
        case "footnote":
            spans = [(start, end, "footnote") for start, end in split_sentences(own, confirm(own, home))]
        case _:
            spans = _cut_paragraph(own, block.run_in, confirm(own, home))
    trimmed = [(*_trim(text, block.start + start, block.start + end), unit) for start, end, unit in spans]
    return [span for span in trimmed if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _cut_rows(own: str, language: Language) -> list[tuple[int, int, Unit]]:
    """A row is one unit, save where a cell tells: then each cell is one, and each statement of such a cell."""
    spans: list[tuple[int, int]] = []
    for start, end in _cut_lines(own):
        cells = _cut_lines(own[start:end], "\t")
        pieces = [_cut_cell(own[start + a : start + b], language) for a, b in cells]
        if all(len(one) < 2 for one in pieces):
            spans.append((start, end))
            continue
        for (at, _), cut in zip(cells, pieces, strict=True):
            spans += [(start + at + a, start + at + b) for a, b in cut]
    return [(start, end, "row") for start, end in spans]


def _cut_lines(own: str, sign: str = "\n") -> list[tuple[int, int]]:
    """Return the spans between signs."""
    spans = []
    at = 0
    for part in own.split(sign):
        spans.append((at, at + len(part)))
        at += len(part) + 1
    return spans


def _cut_cell(cell: str, language: Language) -> list[tuple[int, int]]:
    """Return the spans of a cell's bullets, without their signs, or of its sentences if it tells."""
    marks = [match.span() for match in _CELL_BULLET.finditer(cell)]
    if len(marks) < 2:
        return _split_telling(cell, language)
    ends = [start for start, _ in marks[1:]]
    lead = [(0, marks[0][0])] if cell[: marks[0][0]].strip() else []
    return lead + [(first, end) for (_, first), end in zip(marks, [*ends, len(cell)], strict=True)]


def _cut_item(own: str, language: Language) -> list[tuple[int, int, Unit]]:
    """An item is one bullet, save where it tells."""
    spans = _split_telling(own, language)
    return [(start, end, "sentence" if number else "bullet") for number, (start, end) in enumerate(spans)]


def _split_telling(text: str, language: Language) -> list[tuple[int, int]]:
    """Return the spans of sentences if two of them have five words and more, else the whole text."""
    whole = [(0, len(text))]
    if len(text.split()) < 2 * _WORDS_OF_SENTENCE:
        return whole
    spans = list(split_sentences(text, language))
    long = sum(len(text[start:end].split()) >= _WORDS_OF_SENTENCE for start, end in spans)
    return spans if long > 1 else whole


def _cut_paragraph(own: str, run_in: int, language: Language) -> list[tuple[int, int, Unit]]:
    """Bold lead words without a stop of their own are a heading: "Regelverk Det er uklart …"."""
    lead, rest = own[:run_in].rstrip(), own[run_in:].lstrip()
    if not lead or not rest[:1].isupper() or not lead[-1].isalnum():
        return [(start, end, "sentence") for start, end in split_sentences(own, language)]
    after: list[tuple[int, int, Unit]] = [
        (run_in + start, run_in + end, "sentence") for start, end in split_sentences(own[run_in:], language)
    ]
    return [(0, run_in, "heading"), *after]


def _measure(text: str, pieces: Sequence[_Piece], count_tokens: CountTokens) -> list[_Piece]:
    """Return the pieces with their tokens, those over LONGEST cut at clauses."""
    counts = count_tokens([text[piece.start : piece.end] for piece in pieces])
    whole: list[_Piece] = []
    for piece, count in zip(pieces, counts, strict=True):
        if count > LONGEST and piece.end - piece.start > 1:
            whole += _measure(text, list(_cut_long(text, piece, count)), count_tokens)
        else:
            whole.append(replace(piece, tokens=max(count - _SPECIALS, 1)))
    return whole


def _cut_long(text: str, piece: _Piece, tokens: int) -> Iterator[_Piece]:
    share = max(1, int((piece.end - piece.start) * LONGEST * _CAREFUL / tokens))
    start = piece.start
    while start < piece.end:
        end = _find_clause_end(text, start, piece.end, share)
        own_start, own_end = _trim(text, start, end)
        if own_start < own_end:
            yield replace(piece, start=own_start, end=own_end)
        start = end


def _find_clause_end(text: str, start: int, end: int, share: int) -> int:
    """Return where to cut, at most `share` characters on: the last clause end of the later half if any."""
    if end - start <= share:
        return end
    for mark in _CLAUSE_ENDS:
        at = text.rfind(mark, start + share // 2, start + share)
        if at >= 0:
            return at + len(mark)
    return start + share


def _choose_segments(text: str, pieces: Sequence[_Piece], bound: int) -> Iterator[tuple[int, int]]:
    """Yield first and last piece (inclusive) of each segment, in order."""
    first = 0
    for index in range(1, len(pieces) + 1):
        if index == len(pieces) or not _belong(text, pieces[index - 1], pieces[index]):
            yield from _cut_run(pieces, first, index, bound)
            first = index


def _belong(text: str, left: _Piece, right: _Piece) -> bool:
    """Two pieces may share a segment: one section, one kind of text, nothing between them."""
    if left.section != right.section or left.noise != right.noise:
        return False
    if (left.unit == "footnote") != (right.unit == "footnote"):
        return False
    return not text[left.end : right.start].strip()


def _cut_run(pieces: Sequence[_Piece], first: int, end: int, bound: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch into segments of least cost."""
    atoms = list(_stick(pieces, first, end, bound))
    costs = [0.0] + [0.0] * len(atoms)
    backs = [0] * (len(atoms) + 1)
    for stop in range(1, len(atoms) + 1):
        tokens, best = 0, None
        for begin in range(stop - 1, -1, -1):
            tokens += atoms[begin][2]
            if best is not None and (tokens > bound or stop - begin > _MOST):
                break
            empty = max(0.0, 1 - tokens / bound)
            cost = costs[begin] + empty**2 + _price_border(pieces, atoms[begin][0], first)
            if best is None or cost < best:
                best, backs[stop] = cost, begin
        costs[stop] = best or 0.0
    borders = [len(atoms)]
    while borders[-1]:
        borders.append(backs[borders[-1]])
    for begin, stop in zip(borders[:0:-1], borders[-2::-1], strict=True):
        yield atoms[begin][0], atoms[stop - 1][1]


def _stick(pieces: Sequence[_Piece], first: int, end: int, bound: int) -> Iterator[tuple[int, int, int]]:
    """Yield (first, last, tokens) of what stays together: heading and next piece, lead-in and item."""
    start, tokens = first, 0
    for index in range(first, end):
        piece = pieces[index]
        tokens += piece.tokens
        last = index + 1 == end
        if not last and piece.unit == "heading" and tokens + pieces[index + 1].tokens <= LONGEST:
            continue
        if not last and piece.leads and tokens + pieces[index + 1].tokens <= bound:
            continue
        yield start, index, tokens
        start, tokens = index + 1, 0


def _price_border(pieces: Sequence[_Piece], index: int, first: int) -> float:
    """What it costs to begin a segment at a piece."""
    if index == first:
        return 0.0
    left, right = pieces[index - 1], pieces[index]
    if left.leads:
        return _AFTER_LEAD
    if left.block == right.block:
        return _IN_BLOCK
    return _IN_LIST if right.unit in ("bullet", "row") and left.unit != "heading" else 0.0
