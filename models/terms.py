"""Words of the field that mean the same across the languages, and the words that questions are made with.

models/taxonomy/terms.toml ships them; a user's own `taxonomy/terms.toml` adds entries.
models/taxonomy/parallel.toml holds the same sentences in every language.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.document import ANALYSED, Frozen
from models.errors import BadSettings

FILE = "terms.toml"


class Concept(Frozen):
    """One meaning and its words by language; a word may be several written apart."""

    id: str
    words: dict[str, tuple[str, ...]]


class Terms(Frozen):
    """All concepts, and by language the words that carry no meaning in a question."""

    concepts: tuple[Concept, ...]
    stopwords: dict[str, frozenset[str]]


def load_terms(extra: Path | None = None) -> Terms:
    """Return the term list that ships, with a folder's own entries added.

    Raises: BadSettings.
    """
    shipped = _read_shipped(FILE)
    own = _read_own(extra / FILE) if extra else {}
    try:
        rows = {row["id"]: row for row in (*shipped["term"], *own.get("term", []))}
        concepts = tuple(Concept(id=name, words=_words(row)) for name, row in rows.items())
        stop = {code: frozenset(words.split()) for code, words in shipped["stopwords"].items()}
        return Terms(concepts=concepts, stopwords=stop)
    except (ValidationError, KeyError, TypeError, AttributeError) as error:
        raise BadSettings(f"An entry of {FILE} is not as it must be: {error}.", subject=FILE) from error


def read_parallel() -> dict[str, tuple[str, ...]]:
    """Return by language the same sentences in the same order."""
    rows = _read_shipped("parallel.toml")["sentence"]
    return {code: tuple(row[code] for row in rows) for code in ANALYSED}


def _words(row: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(row[code]) for code in ANALYSED if code in row}


@cache
def _read_shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((files("models") / "taxonomy" / name).read_text(encoding="utf-8"))


def _read_own(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"The term list cannot be read: {error}.", subject=path.name) from error
