"""Pages whose content is set sideways or upside down, turned upright."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ingest.raw import Shape
from ingest.words import Box, PageContent, Word, frame, inverse, join, move_box

MIN_CHARACTERS = 60
"""Fewer characters than this never turn a page: a side tab on a page of pictures has 10-40."""
MAIN_SHARE = 0.5


def turn_upright(content: PageContent) -> PageContent:
    """Return the page turned so that most of its text reads from left to right."""
    counts: Counter[int] = Counter()
    for word in content.words:
        counts[word.angle] += len(word.text)
    if not counts or counts[0] * 2 >= counts.total():
        return content
    main, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
    if main % 90 or count < MIN_CHARACTERS or count <= MAIN_SHARE * counts.total():
        return content
    return _turn(content, main)


def _turn(content: PageContent, main: int) -> PageContent:
    matrix = frame(main, content.width, content.height)
    upright = main == 180
    width, height = (content.width, content.height) if upright else (content.height, content.width)
    return PageContent(
        width,
        height,
        [_turn_word(word, main, (content.width, content.height), (width, height)) for word in content.words],
        [_turn_shape(shape, matrix) for shape in content.shapes],
        [move_box(box, matrix) for box in content.pictures],
        [move_box(box, matrix) for box in content.panels],
    )


def _turn_word(word: Word, main: int, old: Box | tuple[float, float], new: tuple[float, float]) -> Word:
    """Return a word in the frame that it has on the turned page; for quarter turns that is the same."""
    angle = (word.angle - main) % 360
    if word.angle % 90 == 0:
        return replace(word, angle=angle)
    shift = join(
        join(inverse(frame(word.angle, old[0], old[1])), frame(main, old[0], old[1])), frame(angle, *new)
    )
    return replace(word, angle=angle, x0=word.x0 + shift[4], x1=word.x1 + shift[4], y=word.y + shift[5])


def _turn_shape(shape: Shape, matrix: tuple[float, float, float, float, float, float]) -> Shape:
    return Shape(*move_box((shape.x0, shape.y0, shape.x1, shape.y1), matrix), fill=shape.fill)
