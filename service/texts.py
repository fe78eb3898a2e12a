"""The page's own words in English, bokmål and Swedish, and which of them a reader gets."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

SPOKEN: tuple[str, ...] = ("en", "nb", "sv")
"""Languages of the interface; the first one is for readers of none of them."""
NEAR = {"no": "nb", "nn": "nb", "nb": "nb", "da": "nb", "sv": "sv", "en": "en"}
"""Which interface a reader of a language gets: nynorsk and Danish readers get bokmål."""


@lru_cache(maxsize=len(SPOKEN))
def load_texts(language: str) -> dict[str, str]:
    """Return the texts of a language by dotted name ("search.button")."""
    path = files("service") / "web" / "texts" / f"{language}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, rows in tables.items() for key, text in rows.items()}


def choose_language(wanted: Iterable[str | None], accept: str) -> str:
    """Return the interface's language: the first of `wanted` that is spoken, else by Accept-Language."""
    for name in wanted:
        if name in SPOKEN:
            return str(name)
    for tag in _by_weight(accept):
        if tag in NEAR:
            return NEAR[tag]
    return SPOKEN[0]


def _by_weight(accept: str) -> list[str]:
    """Return the primary subtags of an Accept-Language header, best first."""
    weighed = []
    for at, part in enumerate(accept[:500].split(",")):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("=")[2]) if rest else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            weighed.append((-weight, at, tag.partition("-")[0].casefold()))
    return [tag for _, _, tag in sorted(weighed)]
