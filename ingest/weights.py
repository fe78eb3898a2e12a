"""Fonts that are bold beside the body's: the medium weight of a family whose text is set in a lighter one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ingest.raw import Line, RawDocument, RawPage

MOST_SHARE = 0.3
"""A weight in which more of a document's characters stand is text, not emphasis."""

_WEIGHT = re.compile(r"(?<=[-,a-z])(Thin|ExtraLight|UltraLight|Light|Book|Regular|Roman|Medium)(?![a-z])")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LIGHTER = frozenset({"Thin", "ExtraLight", "UltraLight", "Light", "Book"})
"""Below these a medium stands out; beside a regular weight it is a shade of it."""


def settle_weights(raw: RawDocument) -> RawDocument:
    """Return a document in which the medium weight of its lighter text font counts as bold."""
    counts = _fonts(raw.pages)
    if not counts:
        return raw
    family, weight = _split(counts.most_common(1)[0][0])
    heavier = {
        font
        for font, count in counts.items()
        if _split(font) == (family, "Medium") and count <= MOST_SHARE * counts.total()
    }
    if weight not in _LIGHTER or not heavier:
        return raw
    return replace(raw, pages=tuple(_embolden(page, heavier) for page in raw.pages))


def _fonts(pages: Iterable[RawPage]) -> Counter[str]:
    """Count a document's characters by font."""
    counts: Counter[str] = Counter()
    for page in pages:
        for line in page.lines:
            for run in line.runs:
                counts[run.font] += len(run.text)
    return counts


def _split(font: str) -> tuple[str, str]:
    """Return a font's family and weight, the weight "" where its name has none."""
    name = _SUBSET.sub("", font)
    found = _WEIGHT.search(name)
    if found is None:
        return name, ""
    return name[: found.start()].rstrip("-,"), found.group(1)


def _embolden(page: RawPage, fonts: set[str]) -> RawPage:
    lines = tuple(
        _bold(line, fonts) if any(r.font in fonts for r in line.runs) else line for line in page.lines
    )
    return replace(page, lines=lines)


def _bold(line: Line, fonts: set[str]) -> Line:
    return replace(line, runs=tuple(replace(r, bold=r.bold or r.font in fonts) for r in line.runs))
