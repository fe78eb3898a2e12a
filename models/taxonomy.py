"""The taxonomy: kinds, themes, actors and regions, from versioned TOML files a user can extend.

models/taxonomy/kinds.toml, themes.toml and actors.toml give each id a label and a
definition in nb, nn, sv, da and en; regions.toml is the registry of regions. A user's own
`taxonomy/` folder in the data folder may add entries to any of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from models.document import ANALYSED, LANGUAGES, Frozen
from models.errors import BadSettings, UnknownActor, UnknownKind, UnknownLanguage, UnknownRegion, UnknownTheme
from models.finding import KINDS
from models.nearest import nearest_names

if TYPE_CHECKING:
    from models.cues import Lexicon


class Term(Frozen):
    """A kind, theme or actor: what it is called and what it means, by language."""

    id: str
    labels: dict[str, str]
    definitions: dict[str, str] = Field(default_factory=dict)
    cues: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return the label in a language, in English where there is none."""
        return self.labels.get(language) or self.labels.get("en", self.id)


class Region(Frozen):
    """A region of the registry. `start` and `end` are the first and last year it existed as such.

    `level` is country, macro (several regions), county or municipality. `predecessors` and
    `successors` name regions it was made from or became; `parent` the region it lies in.
    """

    name: str
    country: str = ""
    level: str = "county"
    nuts: str = ""
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    start: int | None = None
    end: int | None = None
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


class Taxonomy(Frozen):
    """All terms, in the order of their files, and all regions."""

    version: str
    kinds: tuple[Term, ...]
    themes: tuple[Term, ...]
    actors: tuple[Term, ...]
    regions: tuple[Region, ...]

    @cached_property
    def theme_cues(self) -> Lexicon:
        """The words that speak of each theme."""
        from models.cues import term_cues

        return term_cues(self.themes)

    def theme_ids(self) -> tuple[str, ...]:
        """Return the ids of the themes."""
        return tuple(term.id for term in self.themes)

    def find_region(self, name: str) -> Region | None:
        """Return the region with this name or alias, whatever its case."""
        return self._by_name.get(name.strip().casefold())

    @cached_property
    def _by_name(self) -> dict[str, Region]:
        """The regions by each of their names in lower case; the first one of a name."""
        found: dict[str, Region] = {}
        for region in self.regions:
            for name in (region.name, *region.aliases):
                found.setdefault(name.casefold(), region)
        return found


def load_taxonomy(extra: Path | None = None) -> Taxonomy:
    """Return the taxonomy that ships, with a folder's own entries added.

    Raises: BadSettings.
    """
    own = _read_folder(extra) if extra and extra.is_dir() else {}
    return _merge(_shipped(), own)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    folder = files("models") / "taxonomy"
    tables: dict[str, Any] = {}
    for name in ("kinds", "themes", "actors", "regions"):
        tables[name] = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return tables


def _read_folder(folder: Path) -> dict[str, Any]:
    tables = {}
    for name in ("kinds", "themes", "actors", "regions"):
        path = folder / f"{name}.toml"
        if path.exists():
            try:
                tables[name] = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise BadSettings(f"The taxonomy file cannot be read: {error}.", subject=path.name) from error
    return tables


def _merge(shipped: dict[str, Any], own: dict[str, Any]) -> Taxonomy:
    def entries(file: str, key: str, identity: str) -> list[dict[str, Any]]:
        rows = {row[identity]: row for row in shipped[file][key]}
        rows |= {row[identity]: row for row in own.get(file, {}).get(key, [])}
        return list(rows.values())

    versions = [str(table["version"]) for table in shipped.values()]
    try:
        return Taxonomy(
            version=max(versions) + ("+own" if own else ""),
            kinds=tuple(Term.model_validate(row) for row in entries("kinds", "kind", "id")),
            themes=tuple(Term.model_validate(row) for row in entries("themes", "theme", "id")),
            actors=tuple(Term.model_validate(row) for row in entries("actors", "actor", "id")),
            regions=tuple(Region.model_validate(row) for row in entries("regions", "region", "name")),
        )
    except (ValidationError, KeyError, TypeError) as error:
        raise BadSettings(
            f"An entry of the taxonomy is not as it must be: {error}.", subject="taxonomy"
        ) from error


def check_kinds(names: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds as given. Raises: UnknownKind."""
    return _check(names, KINDS, UnknownKind, "kind")


def check_themes(names: Iterable[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the themes as given. Raises: UnknownTheme."""
    return _check(names, taxonomy.theme_ids(), UnknownTheme, "theme")


def check_actors(names: Iterable[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the actors as given. Raises: UnknownActor."""
    return _check(names, [term.id for term in taxonomy.actors], UnknownActor, "actor")


def check_languages(names: Iterable[str]) -> tuple[str, ...]:
    """Return the languages; "no" means bokmål and nynorsk. Raises: UnknownLanguage."""
    wanted = [one for name in names for one in (("nb", "nn") if name == "no" else (name,))]
    return _check(wanted, LANGUAGES, UnknownLanguage, "language", shown=ANALYSED)


def check_regions(names: Iterable[str], known: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the regions under the name that documents bear, found by name or alias, whatever the case.

    A region of the registry without documents passes too. Raises: UnknownRegion.
    """
    folded = {one.casefold(): one for one in known}
    found = []
    for name in names:
        entry = taxonomy.find_region(name)
        spellings = [name, *((entry.name, *entry.aliases) if entry else ())]
        held = next((folded[one.casefold()] for one in spellings if one.casefold() in folded), None)
        if held is None and entry is None:
            nearest = nearest_names(name, known)
            raise UnknownRegion(_say("region", name), subject=name[:80], nearest=nearest)
        found.append(held or (entry.name if entry else name))
    return tuple(dict.fromkeys(found))


def _check(
    names: Iterable[str],
    known: Sequence[str],
    error: type[Exception],
    what: str,
    shown: Sequence[str] | None = None,
) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(names))
    for name in names:
        if name not in known:
            nearest = nearest_names(name, shown or known)
            raise error(_say(what, name), subject=name[:80], nearest=nearest)  # type: ignore[call-arg]
    return names


def _say(what: str, name: str) -> str:
    return f"No {what} is called “{name[:80]}”."
