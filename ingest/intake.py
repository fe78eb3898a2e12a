"""What to ingest: paths to files, and what the user says of them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.errors import BadCatalogueFile, BadPath

KEYS = {"file", "regions", "region", "title", "year", "type", "language", "country", "publisher"}
YEARS = range(1900, 2101)
"""Years that a strategy may bear."""


@dataclass(frozen=True)
class Said:
    """What the user says of a document, and where ("option" or "catalogue"); empty means not said."""

    regions: tuple[str, ...] = ()
    title: str | None = None
    year: int | None = None
    type: str | None = None
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One file to ingest. `path` is shown as the user gave it; `name` is kept if it is not the path's own."""

    path: Path
    said: Said = Said()
    name: str = ""


def find_jobs(
    paths: Sequence[Path], said: Said = Said(), catalogue: Path | None = None, *, skip: Path | None = None
) -> list[Job]:
    """Return a job per file: files as given, folders searched below for PDFs that are not hidden, in order of name.

    What the options say goes before what the catalogue file says. What lies below `skip` (the
    data folder with its copies) is passed over where a folder is searched.
    Raises: BadPath, BadCatalogueFile.
    """
    entries = read_catalogue_file(catalogue) if catalogue else {}
    if catalogue and not paths:
        paths = [catalogue.parent / name for name in entries]
    files = list(dict.fromkeys(file for path in paths for file in _expand(path, skip)))
    return [Job(file, _merge(said, _entry(entries, file))) for file in files]


def read_catalogue_file(path: Path) -> dict[str, Said]:
    """Return what a catalogue TOML says, by file name: `[[document]]` tables with `file` and more.

    Raises: BadCatalogueFile.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("document", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadCatalogueFile(f"The catalogue file cannot be read: {reason}.", subject=path.name) from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadCatalogueFile("The catalogue file has no [[document]] tables.", subject=path.name)
    return dict(_read_table(table, n, path) for n, table in enumerate(tables, 1))


def _read_table(table: dict[str, Any], number: int, path: Path) -> tuple[str, Said]:
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise BadCatalogueFile(
            f"Entry {number} of the catalogue file has the unknown key “{unknown[0]}”;"
            f" known are {', '.join(sorted(KEYS))}.",
            subject=path.name,
        )
    name, year = table.get("file"), table.get("year")
    if not isinstance(name, str) or not name:
        raise BadCatalogueFile(f"Entry {number} of the catalogue file names no file.", subject=path.name)
    if year is not None and (not isinstance(year, int) or year not in YEARS):
        raise BadCatalogueFile(f"Entry {number}: the year must be 1900-2100.", subject=path.name)
    regions = table.get("regions", table.get("region", []))
    regions = [regions] if isinstance(regions, str) else regions
    if not isinstance(regions, list) or not all(isinstance(one, str) for one in regions):
        raise BadCatalogueFile(f"Entry {number}: regions must be a list of names.", subject=path.name)
    fields = {"title": table.get("title"), "type": table.get("type")}
    if any(value is not None and not isinstance(value, str) for value in fields.values()):
        raise BadCatalogueFile(f"Entry {number}: title and type must be text.", subject=path.name)
    return name, Said(tuple(regions), fields["title"], year, fields["type"], _origins(table, "catalogue"))


def _origins(fields: dict[str, Any], origin: str) -> dict[str, str]:
    given = {"regions" if key == "region" else key for key, value in fields.items() if value}
    return dict.fromkeys(sorted(given & {"regions", "title", "year", "type"}), origin)


def say(
    regions: Sequence[str] = (), title: str | None = None, year: int | None = None, type: str | None = None
) -> Said:
    """Return what the user said with options."""
    fields = {"regions": list(regions), "title": title, "year": year, "type": type}
    return Said(tuple(regions), title, year, type, _origins(fields, "option"))


def _entry(entries: dict[str, Said], file: Path) -> Said:
    for name, said in entries.items():
        if Path(name).name == file.name:
            return said
    return Said()


def _merge(first: Said, second: Said) -> Said:
    return replace(
        first,
        regions=first.regions or second.regions,
        title=first.title or second.title,
        year=first.year or second.year,
        type=first.type or second.type,
        sources=second.sources | first.sources,
    )


def _expand(path: Path, skip: Path | None) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadPath(f"There is no file or folder “{path.name}”.", subject=path.name)
    found = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".pdf" and one.is_file())
    # "._report.pdf" is what another system keeps beside report.pdf; folders are hidden for a reason too.
    found = [one for one in found if not any(part[0] == "." for part in one.relative_to(path).parts)]
    if skip is not None:
        found = [one for one in found if not one.resolve().is_relative_to(skip.resolve())]
    if not found:
        raise BadPath(f"The folder “{path.name}” holds no PDF files.", subject=path.name)
    return found
