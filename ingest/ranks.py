"""Boards that nothing is drawn around: known labels in a column at the left, each beside its list."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from ingest.fields import PAGE_STEP, Board, Field, around
from ingest.leaves import LABEL_CHARS, is_known, part_glued, starts_item
from ingest.pieces import Piece, attach_markers

ALIGNED_POINTS = 12.0
"""Labels of one column start, end or are centred within so many points."""
LEAST_BULLETS = 2
APART_EM = 0.3
"""Lists stand further apart than their lines by so much of a line's height."""
FIRST_NUMBER = 900
"""Fields are numbered from here within a page."""
MOST_LINES = 1_500


def find_ranks(page: int, pieces: Sequence[Piece]) -> list[Board]:
    """Return the board of a page (physical number) whose known labels stand left of their lists, if it has one."""
    level = [piece for piece in pieces if not piece.angle]
    labels = [p for p in level if len(p.text) <= LABEL_CHARS and not starts_item(p) and is_known([p])]
    labels = _aligned(sorted(labels, key=lambda p: p.middle))
    if len(labels) < 2 or len(level) > MOST_LINES:
        return []
    edge = max(p.x1 for p in labels)
    indexes = {p.index for p in labels}
    others = attach_markers([p for p in level if p.index not in indexes])
    lists = _near(labels, sorted((p for p in others if p.x0 > edge), key=lambda p: (p.middle, p.x0)))
    if not lists:
        return []
    parts = _by_first_line(labels, lists) or _by_gap(labels, lists)
    if not parts or any(sum(map(starts_item, part)) < LEAST_BULLETS for part in parts):
        return []
    area = around([*labels, *lists])
    if any(area.holds(p) for p in others if p.x0 <= edge):
        return []
    number = PAGE_STEP * page + FIRST_NUMBER
    fields = [
        Field(around([label, *part]), (label,), (tuple(part_glued(part, level)),), number + place)
        for place, (label, part) in enumerate(zip(labels, parts, strict=True))
    ]
    return [Board(area, "rows", tuple(fields))]


def _aligned(labels: Sequence[Piece]) -> list[Piece]:
    """Return the labels that stand in one column, none beside another."""
    if len(labels) < 2:
        return []
    apart = all(below.y0 > above.y1 for above, below in itertools.pairwise(labels))
    places = ([p.x0 for p in labels], [p.x1 for p in labels], [(p.x0 + p.x1) / 2 for p in labels])
    near = any(max(xs) - min(xs) <= ALIGNED_POINTS for xs in places)
    return list(labels) if apart and near else []


def _near(labels: Sequence[Piece], lines: Sequence[Piece]) -> list[Piece]:
    """Return the lines beside the labels: those between the first and the last, and what belongs to them."""
    if not lines:
        return []
    height = median(line.height for line in lines)
    first = next((at for at, line in enumerate(lines) if line.y1 > labels[0].y0), len(lines))
    last = max((at for at, line in enumerate(lines) if line.y0 < labels[-1].y1), default=-1)
    if first > last:
        return []
    while first > 0 and lines[first].y0 - lines[first - 1].y1 < height and starts_item(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].y0 - lines[last].y1 < height:
        last += 1
    return list(lines[first : last + 1])


def _by_first_line(labels: Sequence[Piece], lines: Sequence[Piece]) -> list[list[Piece]]:
    """Return the lines of each label if each stands level with a bullet, [] if not."""
    starts = []
    for label in labels:
        at = next((n for n, p in enumerate(lines) if abs(p.middle - label.middle) < 0.5 * label.height), None)
        if at is None or not starts_item(lines[at]):
            return []
        starts.append(at)
    if not starts or starts[0]:
        return []
    return [list(lines[a:b]) for a, b in itertools.pairwise([*starts, len(lines)])]


def _by_gap(labels: Sequence[Piece], lines: Sequence[Piece]) -> list[list[Piece]]:
    """Return the lines of each label, cut at the widest gaps, if each label stands beside its own; else []."""
    if len(lines) < 2 * len(labels):
        return []
    gaps = [(b.y0 - a.y1, at) for at, (a, b) in enumerate(itertools.pairwise(lines), start=1)]
    widest = sorted(gaps, reverse=True)[: len(labels) - 1]
    rest = sorted(gaps, reverse=True)[len(labels) - 1 :]
    height = median(line.height for line in lines)
    if rest and widest[-1][0] < rest[0][0] + APART_EM * height:
        return []
    cuts = [0, *sorted(at for _, at in widest), len(lines)]
    parts = [list(lines[a:b]) for a, b in itertools.pairwise(cuts)]
    beside = all(part[0].y0 - 2 <= p.middle <= part[-1].y1 + 2 for p, part in zip(labels, parts, strict=True))
    return parts if beside else []
