"""Words on a page before they are lines, and the frames in which they read left to right.

A frame is the page turned so that text of one angle reads upright: `u` runs along the
line, `v` down from line to line, points, origin top left. For angle 0 that is the page.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from ingest.raw import Shape

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
NO_SPACE, LINE_END, GUESSED_SPACE, REAL_SPACE = 0, 1, 2, 3
"""What stood before a word: nothing, a line end as the reader saw it, a gap that the reader took
for a space, a space character."""
LINE_END_HYPHEN = "\ufffe"
"""What pdfium gives for any hyphen at the end of a line that it takes for a broken word, hard or soft."""
NEAR_WHITE = 0xF5
"""A channel at or above this counts as white paper (0-255)."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class PageTooSlow(Exception):
    """A page took longer than its time limit; never leaves the reader."""


class Deadline:
    """A point in time that loops look at."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def end(self) -> float:
        """The point in time, seconds of the monotonic clock."""
        return self._end

    def check(self) -> None:
        """Raise PageTooSlow when the time is up."""
        if time.monotonic() > self._end:
            raise PageTooSlow


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; `size` in points, `color` 0xRRGGBB, `mode` the PDF text render mode 0-7.

    `opaque` is False for a fill without any ink, `mapped` for characters without a map to Unicode.
    """

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    color: int = 0
    mode: int = 0
    opaque: bool = True
    mapped: bool = True


@dataclass(slots=True)
class Word:
    """Characters of one style without a space among them, in the frame of their `angle`.

    `y` is the baseline, `angle` the reading direction in degrees clockwise from left to
    right. `space` is what came before it: see the constants. `owner` names the drawing
    operation that set the word.
    """

    text: str
    x0: float
    x1: float
    y: float
    style: Style
    angle: int = 0
    space: int = LINE_END
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """Something opaque drawn at place `z` of the drawing order (from 0) over what is below it."""

    box: Box
    z: int


@dataclass(slots=True)
class PageContent:
    """What one page holds; `width` and `height` in points as shown (rotation flag undone).

    `inked` are boxes of everything drawn that is not white, `covers` what can hide words.
    `depth` maps the owner of a word to its place in the drawing order, `clips` to the only
    part of the page where it shows, if that is not all of it. `silent` are boxes of text
    operations that gave no words: spaces, and second prints that the reader dropped.
    """

    width: float
    height: float
    words: list[Word]
    shapes: list[Shape] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    panels: list[Box] = field(default_factory=list)
    inked: list[Box] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    depth: dict[int, int] = field(default_factory=dict)
    clips: dict[int, Box] = field(default_factory=dict)
    silent: list[Box] = field(default_factory=list)


def shown(box: Box, turn: int) -> tuple[float, float, Matrix]:
    """Return width and height of a page box turned by its flag (degrees), and the matrix from its points.

    `box` has its origin at the bottom left, as a PDF has it.
    """
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    if turn % 360 == 90:
        return height, width, (0, 1, 1, 0, -bottom, -left)
    if turn % 360 == 180:
        return width, height, (-1, 0, 0, 1, right, -bottom)
    if turn % 360 == 270:
        return height, width, (0, -1, -1, 0, top, right)
    return width, height, (1, 0, 0, -1, -left, top)


def join(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies `first`, then `second` (PDF order a b c d e f)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def move_box(box: Box, matrix: Matrix) -> Box:
    """Return the upright box around a box after `matrix`."""
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [b * x + d * y + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def word_box(word: Word) -> Box:
    """Return the box of a word in its frame, points: 0.8 of the font size above the baseline, 0.2 below."""
    return word.x0, word.y - 0.8 * word.style.size, word.x1, word.y + 0.2 * word.style.size


def page_box(word: Word, width: float, height: float) -> Box:
    """Return the box of a word on the page as shown."""
    box = word_box(word)
    return move_box(box, inverse(frame(word.angle, width, height))) if word.angle else box


def cut_box(box: Box, paper: Box) -> Box | None:
    """Return the part of a box that lies on the paper, None without any."""
    left, top = max(box[0], paper[0]), max(box[1], paper[1])
    right, bottom = min(box[2], paper[2]), min(box[3], paper[3])
    return (left, top, right, bottom) if left <= right and top <= bottom else None


def is_white(color: int) -> bool:
    """Tell whether 0xRRGGBB is white, or so near that nobody sees it on white."""
    return min(color >> 16 & 255, color >> 8 & 255, color & 255) >= NEAR_WHITE


def frame(angle: int, width: float, height: float) -> Matrix:
    """Return the matrix from a page of that size (points) to the frame of `angle` (degrees)."""
    if angle == 0:
        return IDENTITY
    if angle == 90:
        return (0.0, -1.0, 1.0, 0.0, 0.0, width)
    if angle == 180:
        return (-1.0, 0.0, 0.0, -1.0, width, height)
    if angle == 270:
        return (0.0, 1.0, -1.0, 0.0, height, 0.0)
    turn = math.radians(angle)
    return (math.cos(turn), -math.sin(turn), math.sin(turn), math.cos(turn), 0.0, 0.0)


def inverse(matrix: Matrix) -> Matrix:
    """Return the matrix that undoes a frame (whose determinant is 1)."""
    a, b, c, d, e, f = matrix
    return (d, -b, -c, a, c * f - d * e, b * e - a * f)
