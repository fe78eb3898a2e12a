"""Large first letters of lines: drop caps, decoration, and one letter that begins words of several lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.raw import Line, Run

LARGE_SHARE = 1.8
"""A letter this many times as large as what follows is an initial."""

LEAST_SHARED, MOST_LINES = 2, 200
"""So many large letters in a row begin words; pages with more lines show none of it."""


def share_initials(lines: Sequence[Line]) -> list[Line]:
    """Return lines with the letters of a row of large initials put before the words beside them.

    A cover may set "S O" large and "outh trand", "mart cean" in two lines at their right: each
    word of each line begins with the letter at its place.
    """
    if len(lines) > MOST_LINES:
        return list(lines)
    made = list(lines)
    for large in lines:
        letters = large.text.split()
        if (
            len(letters) < LEAST_SHARED
            or large.angle
            or not all(len(x) == 1 and x.isupper() for x in letters)
        ):
            continue
        beside = [line for line in made if line is not large and _is_beside(line, large, len(letters))]
        if beside:
            made = [_begun(line, letters) if line in beside else line for line in made if line is not large]
    return made


def _is_beside(line: Line, large: Line, words: int) -> bool:
    """Tell whether a line of so many words in small letters stands at the right of a row of large ones."""
    inside = large.y0 <= (line.y0 + line.y1) / 2 <= large.y1 and large.x0 < line.x0 < large.x1
    smaller = large.size >= LARGE_SHARE * max(line.size, 1.0) and not line.angle and len(line.runs) == 1
    return inside and smaller and len(line.text.split()) == words and line.text.islower()


def _begun(line: Line, letters: Sequence[str]) -> Line:
    """Return a line of one run whose words begin with the letters at their places."""
    text = " ".join(letter + word for letter, word in zip(letters, line.text.split(), strict=True))
    return replace(line, runs=(replace(line.runs[0], text=text),))


def settle_initial(line: Line) -> Line:
    """Return a line without a large letter that only decorates it, or with a drop cap closed up.

    A large "T" before "Table of contents" is decoration; a large "S" before "mart" is the word's.
    """
    if len(line.runs) < 2:
        return line
    first, second = line.runs[0], line.runs[1]
    letter, rest = first.text.strip(), second.text.lstrip()
    if (
        len(letter) != 1
        or not letter.isalpha()
        or not rest
        or first.size < LARGE_SHARE * max(second.size, 1.0)
    ):
        return line
    if rest[0].casefold() == letter.casefold() and rest[0].isupper():
        return replace(line, x0=second.x0, runs=line.runs[1:])
    if rest[0].islower():
        whole: Run = replace(second, text=letter + rest, x0=first.x0)
        return replace(line, runs=(whole, *line.runs[2:]))
    return line
