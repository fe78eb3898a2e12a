"""The three forms of boards: labels left of their lists, in bars over them, or on top in their cells."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.fields import EDGE_POINTS, Board, Field, around, is_abreast, order_fields, same_width
from ingest.leaves import Leaf, is_known, join_label, split_head, tells
from ingest.pieces import Piece
from ingest.rules import Area

GAP_POINTS = 14.0
"""A bar stands at most so far over its field."""
NARROW_SHARE = 0.5
"""Labels stand in a column no wider than this share of the board."""
LEAST_BULLETS = 3
"""A single row with a label is a board from so many bullets on."""
MOST_FIELDS = 24

Pair = tuple[Leaf | None, list[Leaf]]


def read_rows(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read labels in a narrow column at the left, each beside a list; two such columns stand side by side."""
    bands = _bands(leaves)
    if len(bands) % 2:
        return None
    pairs: list[Pair] = []
    title: tuple[Piece, ...] = ()
    for left, right in zip(bands[::2], bands[1::2], strict=True):
        if not _are_labels(left, right):
            return None
        own = _pair(left, right)
        if len(own) > 1 and own[0][1][0].is_label and not _label(own[0]):
            title = own.pop(0)[1][0].pieces
        if _label(own[0]) and own[0][1][0].is_heading:
            return None  # the heads of a table's two columns
        pairs += own
    fields = [
        Field(around(leaf.area for leaf in ([label] if label else []) + own),
              join_label(_label((label, own))), tuple(leaf.pieces for leaf in own if leaf.pieces))
        for label, own in pairs
    ]  # fmt: skip
    goes_on = before is not None and before.form == "rows" and same_width(before.area, area)
    if not _is_listed(pairs, fields, goes_on):
        return None
    return Board(area, "rows", tuple(fields) if len(bands) == 2 else order_fields(fields), title)


def _are_labels(left: Sequence[Leaf], right: Sequence[Leaf]) -> bool:
    """Tell whether cells hold labels, in a column narrower than the one at its right."""
    end = max(leaf.area.x1 for leaf in right)
    wide = max(leaf.area.x1 for leaf in left) - min(leaf.area.x0 for leaf in left)
    whole = end - min(leaf.area.x0 for leaf in left)
    return wide <= NARROW_SHARE * whole and all(leaf.is_label for leaf in left if leaf.pieces)


def _pair(left: Sequence[Leaf], right: Sequence[Leaf]) -> list[Pair]:
    """Return each label with the cells beside it, from the top."""
    pairs: list[Pair] = []
    for leaf in sorted(right, key=lambda each: each.area.y0):
        label = next((one for one in left if one.is_beside(leaf)), None)
        known = next((own for one, own in pairs if one is label), None) if label is not None else None
        if known is not None:
            known.append(leaf)
        else:
            pairs.append((label, [leaf]))
    return pairs


def _label(pair: Pair) -> tuple[Piece, ...]:
    return pair[0].pieces if pair[0] is not None else ()


def _is_listed(pairs: Sequence[Pair], fields: Sequence[Field], goes_on: bool) -> bool:
    """Tell whether most labels stand beside bullets, or are known ones beside words."""
    lists = [own for _, own in pairs if any(leaf.pieces for leaf in own)]
    bullets = [sum(leaf.bullets for leaf in own) for own in lists]
    labels = [field.label for field in fields if field.label]
    words = sum(any(tells(leaf.text) for leaf in own) for own in lists)
    if sum(map(is_known, labels)) >= 2 and 2 * words >= len(lists):
        return True
    if not lists or 2 * sum(count >= 2 for count in bullets) < len(lists):
        return False
    return goes_on or len(labels) >= 2 or (len(labels) == 1 and sum(bullets) >= LEAST_BULLETS)


def _bands(leaves: Sequence[Leaf]) -> list[list[Leaf]]:
    """Return leaves in columns: those of one column share some of their width."""
    bands: list[list[Leaf]] = []
    end = float("-inf")
    for leaf in sorted(leaves, key=lambda each: each.area.x0):
        if bands and leaf.area.x0 < end - EDGE_POINTS:
            bands[-1].append(leaf)
        else:
            bands.append([leaf])
        end = max(end, leaf.area.x1)
    return bands


def read_bars(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read labels in bars over their lists, two or more side by side."""
    own = [leaf for leaf in leaves if leaf.pieces]
    under: dict[int, list[Leaf]] = {}
    bars: list[Leaf] = []
    loose: list[Leaf] = []
    for leaf in sorted(own, key=lambda each: (each.area.y0, each.area.x0)):
        above = next((bar for bar in reversed(bars) if _hangs(leaf, bar, under.get(id(bar), []))), None)
        if leaf.is_label and (above is None or not is_known(above.pieces) or is_known(leaf.pieces)):
            bars.append(leaf)
        elif above is not None:
            under.setdefault(id(above), []).append(leaf)
        else:
            loose.append(leaf)
    heads = [bar for bar in bars if id(bar) in under]
    kin = [bar for bar in bars if bar not in heads and any(bar.is_level_with(head) for head in heads)]
    heads = [bar for bar in bars if bar in heads or bar in kin]
    known = sum(is_known(bar.pieces) for bar in heads) >= 2
    several = any(len(each) > 1 for each in under.values())
    if not heads or (several and not known):
        return None
    fields = [
        Field(around(leaf.area for leaf in [bar, *under.get(id(bar), [])]), join_label(bar.pieces),
              tuple(leaf.pieces for leaf in under.get(id(bar), [])))
        for bar in heads
    ]  # fmt: skip
    follow = [_follow(leaf, before) for leaf in loose]
    if any(each is None for each in follow):
        return None
    lists = [leaf for leaf in own if leaf not in bars]
    others = [bar for bar in bars if bar not in heads]
    if sum(bar.is_beside(leaf) for bar in others for leaf in lists[:MOST_FIELDS]) >= 2:
        return None  # the rows have labels too: a table
    rest = [piece for bar in others for piece in bar.pieces]
    made = order_fields([*[each for each in follow if each], *fields])
    listed = (known and 2 * sum(tells(leaf.text) for leaf in lists) >= len(lists)) or 2 * sum(
        leaf.bullets >= 2 for leaf in lists
    ) >= len(lists)
    return Board(area, "bars", made, rest=tuple(rest)) if listed and is_abreast(made) else None


def _hangs(leaf: Leaf, bar: Leaf, under: Sequence[Leaf]) -> bool:
    """Tell whether a cell stands straight under a bar of its width, or under what does."""
    above = under[-1] if under else bar
    gap = leaf.area.y0 - above.area.y1
    return -EDGE_POINTS <= gap <= GAP_POINTS and same_width(leaf.area, bar.area)


def read_tops(leaves: Sequence[Leaf], area: Area, before: Board | None) -> Board | None:
    """Read fields whose first lines are their labels, two or more side by side."""
    fields: list[Field] = []
    lists: list[Leaf] = []
    rest: list[Piece] = []
    for leaf in leaves:
        if not leaf.pieces:
            continue
        label, body = split_head(leaf)
        follow = _follow(leaf, before) if not label else None
        if leaf.is_label and not is_known(leaf.pieces):
            rest += leaf.pieces
        elif label:
            fields.append(Field(leaf.area, join_label(label), (tuple(body),) if body else ()))
            lists.append(leaf)
        elif follow is not None:
            fields.append(follow)
            lists.append(leaf)
        else:
            return None
    known = sum(is_known(field.label) for field in fields) >= 2
    listed = known or 2 * sum(leaf.bullets >= 2 for leaf in lists) >= len(lists)
    made = order_fields(fields)
    return Board(area, "tops", made, rest=tuple(rest)) if listed and is_abreast(made) else None


def _follow(leaf: Leaf, before: Board | None) -> Field | None:
    """Return a field without a label that goes on with one of the same width on the page before."""
    fields = before.fields if before is not None and before.form != "rows" else ()
    last = next((field for field in reversed(fields) if same_width(field.area, leaf.area)), None)
    return Field(leaf.area, (), (leaf.pieces,), last.number) if last is not None else None
