"""Large first letters of lines: drop caps and decoration."""

from __future__ import annotations

from dataclasses import replace

from ingest.raw import Line, Run

LARGE_SHARE = 1.8
"""A letter this many times as large as what follows is an initial."""


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
