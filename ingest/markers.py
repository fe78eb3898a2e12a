"""Bullets, numbers and letters with which list items start."""

from __future__ import annotations

import re

from ingest.drafts import Draft
from ingest.pieces import Piece

BULLETS = "•●▪■▫◦○◆◊▶►➢➤❖✓✔→‣⁃∙·\uf0b7\uf0a7\uf0d8\uf0fc\uf076"
_BULLET = re.compile(rf"([{BULLETS}]|[-–—*](?=\s)|o(?=\s\S))\s*")
_ORDINAL = re.compile(r"(\(?(?:\d{1,2}|[a-zæøå]|[ivx]{1,4})\)|(?:\d{1,2}|[a-zA-ZæøåÆØÅ])\.)\s+(?=\S)")


_DOTTED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4}\.?)\s+(?=\S)")


def marker_of(line: Piece) -> str | None:
    """Return the bullet, number or letter with which a list item starts."""
    found = _BULLET.match(line.text) or _ORDINAL.match(line.text)
    return found.group(1) if found and len(found.group()) < len(line.text) else None


def strip_marker(text: str) -> str:
    """Return a list item's text without its marker."""
    found = _BULLET.match(text) or _ORDINAL.match(text) or _DOTTED.match(text)
    return text[found.end() :] if found else text


def dotted_marker(text: str) -> str | None:
    """Return the number of several parts with which a provision or measure starts ("15.1.", "2.1.3")."""
    found = _DOTTED.match(text)
    return found.group(1) if found and len(found.group()) < len(text) else None


def has_bullet(draft: Draft) -> bool:
    """Tell whether a block is an item with a bullet or a dash, not a number or letter."""
    marker = draft.marker or ""
    return draft.type == "list_item" and (not marker or marker[0] in BULLETS or marker in "-–—*")
