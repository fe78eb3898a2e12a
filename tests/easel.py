"""Boards drawn for tests: lists in fields, written as PDF; x, y and sizes in points from the top left."""

import textwrap
from dataclasses import dataclass, field

from paper import Paper, Sheet, literal

PAGE = 842
LEADING = 1.35
EM = 0.53
"""Mean width of a letter of Helvetica in ems, on the safe side."""


@dataclass
class Easel:
    """One page in the making."""

    parts: list[bytes] = field(default_factory=list)

    def fill(self, x, y, wide, high, color):
        red, green, blue = (color >> step & 0xFF for step in (16, 8, 0))
        self.parts.append(
            b"%.3f %.3f %.3f rg %g %g %g %g re f 0 g\n"
            % (red / 255, green / 255, blue / 255, x, PAGE - y - high, wide, high)
        )

    def frame(self, x, y, wide, high):
        self.parts.append(b"0.8 w %g %g %g %g re S\n" % (x, PAGE - y - high, wide, high))

    def rule(self, x, y, to_x, to_y):
        self.parts.append(b"0.8 w %g %g m %g %g l S\n" % (x, PAGE - y, to_x, PAGE - to_y))

    def grid(self, xs, ys):
        """Rules through all x and all y."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)

    def text(self, x, y, words, *, size=10, bold=False, color=0, spaced=0.0, turned=False):
        """A line; `y` is the baseline. Turned ones read upwards."""
        rgb = tuple((color >> step & 0xFF) / 255 for step in (16, 8, 0))
        matrix = b"0 1 -1 0" if turned else b"1 0 0 1"
        self.parts.append(
            b"%.3f %.3f %.3f rg BT %g Tc /F%d %g Tf %s %g %g Tm %s Tj ET 0 g\n"
            % (*rgb, spaced, 2 if bold else 1, size, matrix, x, PAGE - y, literal(words))
        )

    def items(self, x, y, wide, items, *, size=10, bullet="•", color=0, gap=0.0):
        """Items below each other, wrapped to `wide`; return the y below the last."""
        indent = 10 if bullet else 0
        for item in items:
            for number, words in enumerate(textwrap.wrap(item, int((wide - indent) / (EM * size)))):
                if bullet and not number:
                    self.text(x, y, bullet, size=size, color=color)
                self.text(x + indent, y, words, size=size, color=color)
                y += LEADING * size
            y += gap
        return y

    def prose(self, x, y, wide, words, *, size=10, color=0):
        """A paragraph; return the y below it."""
        for line in textwrap.wrap(words, int(wide / (EM * size))):
            self.text(x, y, line, size=size, color=color)
            y += LEADING * size
        return y + size

    def heading(self, y, words):
        self.text(60, y, words, size=16, bold=True)
        return y + 26


def write(path, *easels):
    """Write a file of pages, and return its path."""
    path.write_bytes(Paper([Sheet(b"".join(easel.parts)) for easel in easels]).bytes())
    return path
