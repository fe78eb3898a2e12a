"""Words on a page -> lines: one baseline, no gap as wide as a column gap.

Lines keep the order in which the file draws them, which says more about the order of reading
than positions do; what that order is, the outline decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from ingest.fragments import Edges, gather
from ingest.raw import Line, Run, Shape
from ingest.spacing import has_space
from ingest.words import Style, Word, frame, inverse, move_box

RISE_EM = 0.12
SMALL = 0.9
"""A superscript stands 0.12 line sizes above the baseline or more and is set under 0.9 of the size.
Seen: 0.33 above at 0.58-0.65 of the size; text raised at full size is 0.2 above or more."""
FULL_SIZE_RISE_EM = 0.2
MAX_MARKER = 8
ASCENT, DESCENT = 0.8, 0.2

_BULLETS = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF06C: "●", 0xF06E: "■", 0xF06F: "□", 0xF071: "❑", 0xF075: "◆", 0xF076: "❖",
    0xF0A8: "◻", 0xF0D8: "➢", 0xF0E0: "→", 0xF0E8: "➔", 0xF0F0: "⇨", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0FE: "☑",
    0xF02D: "-", 0xF02A: "*", 0xF0AE: "→", 0xF0DE: "⇒", 0xF0A3: "≤", 0xF0B3: "≥", 0xF0B1: "±",
}  # fmt: skip
"""Symbol and Wingdings characters that Word leaves in the private range (seen: F0B7, F0E0)."""
_DROPPED = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
_MAP: dict[int, str | None] = {**_BULLETS, **dict.fromkeys(_DROPPED, None)}
_SPECIAL = re.compile("[\ufb00-\ufb06\u200b-\u200d\u2060\ufeff\uf020-\uf0ff]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_LOOSE_ACCENT = re.compile("\u00a8([aouAOU])|\u02da([aA])")


def build_lines(
    words: Sequence[Word], shapes: Sequence[Shape] = (), *, width: float = 0.0, height: float = 0.0
) -> tuple[Line, ...]:
    """Return the lines of a page of that size (points), in drawing order.

    `words` stand in the frames of their angles; only lines of angle 0 are split at `shapes`.
    """
    angles: dict[int, list[tuple[int, Word]]] = {}
    for order, word in enumerate(words):
        angles.setdefault(word.angle, []).append((order, word))
    placed: list[tuple[int, Line]] = []
    for angle, share in angles.items():
        edges = Edges(shapes if angle == 0 else ())
        for order, row in gather(share, edges):
            line = _line(row)
            placed.append((order, _turned(line, angle, width, height) if angle else line))
    placed.sort(key=lambda item: item[0])
    return tuple(line for _, line in placed)


def clean(text: str) -> str:
    """Return text in NFC: ligatures opened, zero-width characters dropped, private bullets made plain."""
    if text.isascii():
        return text
    if _SPECIAL.search(text):
        text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text).translate(_MAP)
    if "\u00a8" in text or "\u02da" in text:
        text = _LOOSE_ACCENT.sub(lambda match: f"{match[1]}\u0308" if match[1] else f"{match[2]}\u030a", text)
    return unicodedata.normalize("NFC", text)


def _line(row: Sequence[Word]) -> Line:
    main, base = _main(row)
    pieces = [row[0].text]
    last, rise = row[0], _rise(row[0], main, base)
    start = last
    runs: list[Run] = []
    for word in row[1:]:
        lift = _rise(word, main, base) if word.y != base else 0.0
        if lift != rise or (word.style is not last.style and word.style != last.style):
            runs.append(_run(pieces, start, last, rise))
            pieces, start, rise = [], word, lift
        if has_space(last, word, raised=lift > 0):
            pieces.append(" ")
        pieces.append(word.text)
        last = word
    runs.append(_run(pieces, start, last, rise))
    x1 = max(run.x1 for run in runs)
    return Line(row[0].x0, base - ASCENT * main.size, x1, base + DESCENT * main.size, tuple(runs))


def _run(pieces: Sequence[str], first: Word, last: Word, rise: float) -> Run:
    style = first.style
    text = clean("".join(pieces))
    return Run(text, first.x0, last.x1, style.size, style.font, style.bold, style.italic, style.color, rise)


def _main(row: Sequence[Word]) -> tuple[Style, float]:
    """Return the style that most characters have, and its baseline."""
    first = row[0]
    if all(word.style is first.style and word.y == first.y for word in row):
        return first.style, first.y
    counts: Counter[tuple[float, float]] = Counter()
    for word in row:
        counts[word.style.size, word.y] += len(word.text)
    size, base = max(counts, key=lambda key: (counts[key], key))
    return next(word.style for word in row if word.style.size == size and word.y == base), base


def _rise(word: Word, main: Style, base: float) -> float:
    """Return how many points a superscript stands above the baseline (a subscript: below 0), else 0."""
    lift = base - word.y
    size = main.size
    if lift == 0 or len(word.text) > MAX_MARKER:
        return 0.0
    small = word.style.size < SMALL * size
    if abs(lift) >= (RISE_EM if small else FULL_SIZE_RISE_EM) * size and word.style.size <= 1.05 * size:
        return round(lift, 2)
    return 0.0


def _turned(line: Line, angle: int, width: float, height: float) -> Line:
    """Return a line of another angle than the page's with its true box; its runs span the box."""
    box = move_box((line.x0, line.y0, line.x1, line.y1), inverse(frame(angle, width, height)))
    runs = tuple(
        Run(run.text, box[0], box[2], run.size, run.font, run.bold, run.italic, run.color, run.rise)
        for run in line.runs
    )
    return Line(*box, runs, angle)
