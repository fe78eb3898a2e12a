"""One page of an open file: its words read, checked against a second reading, and laid into lines."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ingest.envelope import Envelope
from ingest.glyphs import GlyphReader
from ingest.lines import build_lines
from ingest.raw import Line, RawPage, Run, Shape
from ingest.readability import Quality, assess, is_strange
from ingest.spacing import close_letters
from ingest.upright import turn_upright
from ingest.verdict import Findings
from ingest.visibility import Seen, see
from ingest.words import LINE_END_HYPHEN, Deadline, PageContent, PageTooSlow

BETTER = 0.5
"""A second reading is taken when its faults are at most half of the first one's ..."""
AS_MUCH = 0.8
"""... and it has at least this share of the first one's characters."""
MANY_HIDDEN = 5
"""Invisible words on a page from which the user is told."""


class SheetReader:
    """Reads the pages of one file; a page that fails says so and harms no other."""

    def __init__(self, envelope: Envelope, glyphs: GlyphReader | None, findings: Findings) -> None:
        self._envelope, self._glyphs, self._findings = envelope, glyphs, findings

    def read(self, index: int, label: str | None, seconds: float) -> RawPage:
        """Return page `index`, from 0, within about so many seconds."""
        try:
            return self._read(index, label, Deadline(seconds))
        except PageTooSlow:
            self._findings.slow.append(index + 1)
            return self._failed(index, label, f"it took over {seconds:g} seconds")
        except Exception as error:
            return self._failed(index, label, f"its content is broken ({type(error).__name__})")

    def _failed(self, index: int, label: str | None, note: str) -> RawPage:
        width = height = 0.0
        with suppress(Exception):
            width, height = self._envelope.size(index)
        return RawPage(index + 1, width, height, label=label, state="failed", note=note)

    def _read(self, index: int, label: str | None, deadline: Deadline) -> RawPage:
        content, seen, quality = self._best(index, deadline)
        if len(content.words) - len(seen.words) >= MANY_HIDDEN and seen.hidden >= MANY_HIDDEN:
            self._findings.hidden.append(index + 1)
        if seen.layered * 2 > len(seen.words):
            self._findings.layered.append(index + 1)
        deadline.check()
        page = turn_upright(replace(content, words=seen.words))
        blank = RawPage(
            index + 1,
            page.width,
            page.height,
            shapes=tuple(page.shapes),
            label=label,
            pictures=tuple(Shape(*box) for box in page.pictures),
            panels=tuple(Shape(*box) for box in page.panels),
        )
        if not page.words:
            return replace(blank, state="empty", note="no text")
        if quality.unreadable:
            return replace(blank, state="unreadable", note="fonts without a map to Unicode")
        lines = build_lines(page.words, page.shapes, width=page.width, height=page.height)
        return replace(blank, lines=self._readable(lines, index) if quality.strange else lines)

    def _best(self, index: int, deadline: Deadline) -> tuple[PageContent, Seen, Quality]:
        """Return the better of two readings; the second is only made where the first looks bad."""
        try:
            first = self._assessed(self._glyph_words(index, deadline))
        except PageTooSlow:
            raise
        except Exception:
            if self._findings.misnumbered:
                raise
            second = self._assessed(self._envelope.words(index))
            if not second[1].words:
                raise
            self._findings.second.append(index + 1)
            return second
        missed = not first[1].words and bool(first[0].depth)
        if self._glyphs is None or self._findings.misnumbered or not (first[2].suspect or missed):
            return first
        deadline.check()
        other = self._second(index)
        if other is None or not is_better(other[2], first[2]):
            return first
        self._findings.second.append(index + 1)
        content = replace(first[0], words=other[0].words)
        return content, other[1], other[2]

    def _glyph_words(self, index: int, deadline: Deadline) -> PageContent:
        if self._glyphs is None:
            return self._envelope.words(index)
        content = self._glyphs.read(index, deadline)
        broken = [word for word in content.words if LINE_END_HYPHEN in word.text]
        soft = self._envelope.soft_fonts(index) if broken else frozenset()
        for word in broken:
            word.text = word.text.replace(LINE_END_HYPHEN, "\u00ad" if word.style.font in soft else "-")
        return content

    def _second(self, index: int) -> tuple[PageContent, Seen, Quality] | None:
        try:
            return self._assessed(self._envelope.words(index))
        except Exception:
            return None

    def _assessed(self, content: PageContent) -> tuple[PageContent, Seen, Quality]:
        seen = see(content)
        seen = replace(seen, words=close_letters(seen.words))
        return content, seen, assess(seen.words)

    def _readable(self, lines: tuple[Line, ...], index: int) -> tuple[Line, ...]:
        """Return the lines without characters that mean nothing; a lone one at the start is a lost bullet."""
        kept = tuple(mended for line in lines if (mended := mend_line(line)) is not None)
        if len(kept) < len(lines):
            self._findings.strange.append(index + 1)
        return kept


def is_better(second: Quality, first: Quality) -> bool:
    """Tell whether a second reading of a page is worth taking."""
    enough = second.characters >= AS_MUCH * first.characters and second.characters > 0
    return enough and not second.unreadable and second.badness <= BETTER * max(first.badness, 1e-9)


def mend_line(line: Line) -> Line | None:
    """Return a line without meaningless characters, None when nothing or next to nothing is left.

    A single one that stands first, apart from the text, becomes a bullet.
    """
    text = line.text
    strange = sum(map(is_strange, text))
    if not strange:
        return line
    solid = len(text) - text.count(" ")
    if strange * 2 > solid and solid > 1:
        return None
    runs = list(line.runs)
    first = runs[0].text
    if is_strange(first[:1]) and (text[1:2] == " " or len(first) == 1):
        runs[0] = replace(runs[0], text="•" + first[1:])
    kept: list[Run] = []
    for run in runs:
        cleaned = "".join(char for char in run.text if not is_strange(char))
        if cleaned:
            kept.append(replace(run, text=cleaned))
    return replace(line, runs=tuple(kept)) if any(run.text.strip() for run in kept) else None
