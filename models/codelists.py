"""Public lists that focus areas are coded to: economic activities, EU priorities, development goals.

models/taxonomy/coding_nace.toml, coding_eu.toml and coding_sdg.toml ship them. A user's own
`taxonomy/coding_*.toml` in the data folder adds codes, changes the fields of a code that it
names, takes one away with `off = true`, or, under another name, adds a list of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field

from models.document import ANALYSED, Frozen
from models.errors import BadSettings

SHIPPED = ("nace", "eu", "sdg")
PREFIX = "coding_"
_HEAD = ("version", "id", "name", "short", "note", "source", "licence", "code")
_TABLES = ("labels", "notes")
_KEYS = ("id", "parent", "off", *_TABLES, *ANALYSED)
_ID = re.compile(r"[\w.-]{1,40}")
_WORD = re.compile(r"~?(?:\*[^\W_]{2,}|[^\W_]+(?:_[^\W_]+)*(?<=..)\*?)")
_BLOCK = re.compile(r"^[ \t]*\[\[[ \t]*code[ \t]*\]\]", re.MULTILINE)
_LONGEST_TEXT = 500
_MOST_PROBLEMS = 20
"""Problems told at once."""


class Code(Frozen):
    """A code: what it is called and covers, and the words that carry it, by language."""

    id: str
    parent: str | None = None
    labels: dict[str, str]
    notes: dict[str, str] = Field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return the label in a language, in English where there is none."""
        return pick_text(self.labels, language) or self.id


class CodeList(Frozen):
    """A public list and its codes, in the order of the list."""

    id: str
    version: str
    name: dict[str, str]
    short: dict[str, str]
    note: dict[str, str] = Field(default_factory=dict)
    source: str = ""
    licence: str = ""
    codes: tuple[Code, ...]

    def find(self, code: str) -> Code | None:
        """Return the code with this id."""
        return next((one for one in self.codes if one.id == code), None)

    def describe(self, code: Code, language: str) -> str:
        """Return what a code covers: its own note, or that of the nearest code above it."""
        step: Code | None = code
        while step is not None:
            if text := pick_text(step.notes, language):
                return text
            step = self.find(step.parent) if step.parent else None
        return ""


def pick_text(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in English, else in the first there is; "" without any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def load_code_lists(extra: Path | None = None) -> tuple[CodeList, ...]:
    """Return the lists that ship, with a folder's own entries, then the folder's own lists by name.

    Raises: BadSettings, with every problem and its line.
    """
    own = {path.stem.removeprefix(PREFIX): path for path in find_files(extra)}
    lists = [_merge(_shipped(name), own.pop(name, None)) for name in SHIPPED]
    return (*lists, *(_merge(None, path) for path in own.values()))


def find_files(folder: Path | None) -> list[Path]:
    """Return a folder's own code lists, by name."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.glob(f"{PREFIX}?*.toml") if path.is_file())


@cache
def _shipped(name: str) -> CodeList:
    text = (files("models") / "taxonomy" / f"{PREFIX}{name}.toml").read_text(encoding="utf-8")
    return _build(None, tomllib.loads(text))


def _merge(base: CodeList | None, path: Path | None) -> CodeList:
    if path is None:
        assert base is not None
        return base
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadSettings(f"{path.name} cannot be read: {reason}.", subject=path.name) from error
    table.setdefault("id", path.stem.removeprefix(PREFIX))
    problems = sorted(_check(base, table, _Lines(text)))
    if problems:
        told = "; ".join(f"line {line}: {what}" for line, what in problems[:_MOST_PROBLEMS])
        more = f"; and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise BadSettings(f"{path.name}: {told}{more}.", subject=path.name)
    return _build(base, table)


def _build(base: CodeList | None, table: Mapping[str, Any]) -> CodeList:
    """The list of a checked table, over the codes of another one."""
    codes = {one.id: one for one in base.codes} if base else {}
    for row in table.get("code", ()):
        if row.get("off"):
            codes.pop(row["id"], None)
        else:
            codes[row["id"]] = _change(codes.get(row["id"]), row)
    if base is not None:
        return base.model_copy(update={"version": f"{base.version}+own", "codes": tuple(codes.values())})
    name = table.get("name") or {"en": table["id"]}
    return CodeList(
        id=table["id"],
        version=str(table.get("version", "own")),
        name=name,
        short=table.get("short") or name,
        note=table.get("note", {}),
        source=table.get("source", ""),
        licence=table.get("licence", ""),
        codes=tuple(codes.values()),
    )


def _change(code: Code | None, row: Mapping[str, Any]) -> Code:
    """A row's code; what it does not name stays as it was."""
    words = {language: tuple(row[language].lower().split()) for language in ANALYSED if language in row}
    return Code(
        id=row["id"],
        parent=row.get("parent", code.parent if code else None),
        labels=(code.labels if code else {}) | row.get("labels", {}),
        notes=(code.notes if code else {}) | row.get("notes", {}),
        words=(code.words if code else {}) | words,
    )


class _Lines:
    """Where a file's entries stand: lines from 1."""

    def __init__(self, text: str) -> None:
        starts = [one.start() for one in _BLOCK.finditer(text)]
        self._text = text
        self._blocks = [*starts, len(text)]

    def of(self, number: int, key: str = "") -> int:
        """Return the line of a key of the entry with a number from 0, or of the entry's head."""
        if number >= len(self._blocks) - 1:
            return 1
        start, end = self._blocks[number], self._blocks[number + 1]
        found = re.compile(rf"^[ \t]*\"?{re.escape(key)}\"?[ \t]*[=.]", re.MULTILINE).search(
            self._text, start, end
        )
        return self._text.count("\n", 0, found.start() if key and found else start) + 1


def _check(base: CodeList | None, table: Mapping[str, Any], lines: _Lines) -> Iterator[tuple[int, str]]:
    """Give every problem of a file with its line."""
    yield from ((1, f"“{key[:40]}” is not a key of a list") for key in table if key not in _HEAD)
    for key in ("name", "short", "note"):
        yield from ((1, what) for what in _check_texts(key, table.get(key, {})))
    for key in ("id", "source", "licence"):
        if not isinstance(table.get(key, ""), str):
            yield 1, f"{key} must be a text"
    rows = table.get("code", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield 1, "codes are written as [[code]]"
        return
    known = {one.id for one in base.codes} if base else set()
    named = {row["id"] for row in rows if isinstance(row.get("id"), str) and not row.get("off")}
    seen: set[str] = set()
    for number, row in enumerate(rows):
        for key, what in _check_row(row, known, known | named):
            yield lines.of(number, key), what
        identity = row.get("id")
        if isinstance(identity, str) and identity in seen:
            yield lines.of(number, "id"), f"the code {identity[:40]} is there twice"
        seen.add(identity if isinstance(identity, str) else "")


def _check_row(row: Mapping[str, Any], known: set[str], named: set[str]) -> Iterator[tuple[str, str]]:
    """Give the key and the problem of every field of a code that is not as it must be."""
    identity = row.get("id")
    if not isinstance(identity, str) or not _ID.fullmatch(identity):
        yield "id", "a code needs an id of letters, digits, dots or hyphens"
        return
    yield from ((key, f"“{key[:40]}” is not a key of a code") for key in row if key not in _KEYS)
    if "off" in row and not (row["off"] is True and identity in known):
        yield "off", f"off = true takes away a code that ships, and {identity} is none"
    if identity not in known and not row.get("labels") and "off" not in row:
        yield "labels", f"{identity} is new and needs a label"
    parent = row.get("parent")
    if parent is not None and (parent == identity or parent not in named):
        yield "parent", f"there is no code “{str(parent)[:40]}” to be the parent of {identity}"
    for key in _TABLES:
        yield from ((key, what) for what in _check_texts(key, row.get(key, {})))
    for language in ANALYSED:
        yield from ((language, what) for what in _check_words(language, row.get(language, "")))


def _check_texts(key: str, texts: Any) -> Iterator[str]:
    if not isinstance(texts, dict):
        yield f'{key} must be a table such as {{ nb = "…", en = "…" }}'
        return
    for language, text in texts.items():
        if language not in ANALYSED:
            yield f"{key}: “{language[:20]}” is none of the languages {', '.join(ANALYSED)}"
        elif not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT:
            yield f"{key}: {language} must be a text of 1 to {_LONGEST_TEXT} letters"


def _check_words(language: str, words: Any) -> Iterator[str]:
    if not isinstance(words, str):
        yield f"{language} must be a text of words parted by blanks"
        return
    bad = [word for word in words.split() if not _WORD.fullmatch(word)]
    yield from (
        f"{language}: “{word[:40]}” is no word; write skog, skog*, *skog, grøn_kraft or ~skog" for word in bad
    )
