"""Tall pieces beside several lines: chapter numbers and initials set large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low

from ingest.pieces import Piece

TALL_SHARE = 1.6
"""A piece this many times as high as the lines beside it stands over several of them."""


def settle_tall(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with tall ones moved to the first of the lines at their right; decoration is dropped."""
    if not pieces:
        return []
    usual = median_low(piece.height for piece in pieces)
    made = []
    for piece in pieces:
        beside = [] if piece.height < TALL_SHARE * usual or len(piece.text) > 4 else _beside(piece, pieces)
        if beside and piece.height >= TALL_SHARE * beside[0].height:
            if _decorates(piece, beside[0]):
                continue
            piece = replace(piece, y0=beside[0].y0, y1=beside[0].y1)
        made.append(piece)
    return made


def _decorates(piece: Piece, first: Piece) -> bool:
    """Tell whether a tall letter only repeats the first letter of the line beside it."""
    letter = piece.text.casefold()
    return (
        len(letter) == 1
        and letter.isalpha()
        and first.text[0].isupper()
        and first.text[0].casefold() == letter
    )


def _beside(piece: Piece, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces right of a tall one that it stands over, from the top."""
    near = [
        p for p in pieces
        if p is not piece and p.x0 >= piece.x1 - 2 and p.x0 - piece.x1 < 3 * piece.height
        and min(p.y1, piece.y1) - max(p.y0, piece.y0) > 0.5 * p.height
    ]  # fmt: skip
    return sorted(near, key=lambda each: each.y0)
