"""Text from documents made fit for a page: escaped first, then the words that matched marked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

INSIDE = 4
"""Letters from which a matched term is marked inside a longer word ("kompetanse" in "kompetansebehov")."""
_WORD = re.compile(r"[\w’']+(?:-[\w]+)*")


def mark_terms(text: str, terms: Iterable[str]) -> Markup:
    """Return the text as HTML with words that carry a term in `<mark>`; markup in it stays text."""
    wanted = [term.casefold() for term in terms if term]
    if not wanted:
        return escape(text)
    out, at = Markup(""), 0
    for found in _WORD.finditer(text):
        if _carries(found.group().casefold(), wanted):
            out += (
                escape(text[at : found.start()])
                + Markup("<mark>")
                + escape(found.group())
                + Markup("</mark>")
            )
            at = found.end()
    return out + escape(text[at:])


def _carries(word: str, terms: list[str]) -> bool:
    return any(word == term or (len(term) >= INSIDE and term in word) for term in terms)
