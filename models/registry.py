"""A user's own regions: added one at a time to taxonomy/regions.toml of the data folder, checked before."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import BadSettings
from models.taxonomy import Region, Taxonomy, load_taxonomy

FILE = "regions.toml"
LEVELS = ("country", "macro", "county", "municipality")
FIELDS = (
    "name",
    "country",
    "level",
    "nuts",
    "aliases",
    "parent",
    "start",
    "end",
    "predecessors",
    "successors",
)
YEARS = range(1800, 2200)
LONGEST = 120
"""Characters of a name; the longest official one in the registry has 58."""
LOCK_SECONDS = 20.0
"""How long one who adds waits for another; adding takes some milliseconds."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


def add_region(folder: Path, entry: Mapping[str, Any]) -> Region:
    """Add a region to `folder`/regions.toml, or replace one of that name there; returns it.

    `folder` is the taxonomy folder of a data folder and is made if it is not there. The
    file is written whole or not at all, by one process at a time, so none that is added at once
    is lost. Regions named as predecessors or successors get the new one as theirs, in an entry
    of the folder's own where they are shipped.

    Raises: BadSettings (a field that cannot be, a name or alias that another region has).
    """
    region = _read_entry(entry)
    check_entry(region, load_taxonomy(folder))
    with _hold_lock(folder):
        path = folder / FILE
        held = _read_own(path)
        known = load_taxonomy(folder)
        check_entry(region, known)
        kin = {one.name: one for one in _answer_kin(region, known)}
        rows = {one.name: one for one in held if one.name.casefold() != region.name.casefold()}
        _write(path, [*(rows | kin).values(), region])
    return region


@contextmanager
def _hold_lock(folder: Path) -> Iterator[None]:
    """Be the only one who reads, changes and writes the folder's regions; the lock lies beside the folder."""
    from filelock import FileLock, Timeout

    lock = FileLock(str(folder.with_name(f"{folder.name}.lock")))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise BadSettings(
            "Another process is adding a region to this data folder; try again when it is done.", subject=FILE
        ) from error
    except OSError as error:
        raise _refuse_writing(error) from error
    try:
        yield
    finally:
        lock.release()


def check_entry(region: Region, taxonomy: Taxonomy) -> None:
    """Refuse a region that cannot be. Raises: BadSettings."""
    wrong = [*_find_shape(region), *_find_clashes(region, taxonomy)]
    if wrong:
        raise BadSettings(
            f"The region “{region.name[:60]}” cannot be added: {'; '.join(wrong)}.", subject=region.name[:60]
        )


def find_faults(taxonomy: Taxonomy) -> list[str]:
    """Return what is wrong in a registry: names twice, kin that are not there, kin named on one side only."""
    faults = []
    owners: dict[str, str] = {}
    by_name = {one.name: one for one in taxonomy.regions}
    for region in taxonomy.regions:
        for name in dict.fromkeys(one.casefold() for one in (region.name, *region.aliases)):
            if name in owners:
                faults.append(f"“{name}” is a name of {owners[name]} and of {region.name}")
            owners[name] = region.name
        for field, mirror in (("predecessors", "successors"), ("successors", "predecessors")):
            for kin in getattr(region, field):
                if kin not in by_name:
                    faults.append(f"{region.name} names {kin}, which is not there")
                elif region.name not in getattr(by_name[kin], mirror):
                    faults.append(f"{region.name} names {kin} among its {field}, but not the other way")
        if region.parent and region.parent not in by_name:
            faults.append(f"{region.name} lies in {region.parent}, which is not there")
    return faults


def _read_entry(entry: Mapping[str, Any]) -> Region:
    try:
        return Region.model_validate(dict(entry))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        raise BadSettings(f"The region cannot be added: {where}: {first['msg']}.", subject=where) from error


def _find_shape(region: Region) -> list[str]:
    wrong = []
    for name in (region.name, *region.aliases):
        if not any(letter.isalpha() for letter in name):
            wrong.append("a name without letters")
        elif len(name) > LONGEST or not name.isprintable() or name != name.strip():
            wrong.append(
                f"a name that is too long, has control characters or blanks around it ({name[:20]!r})"
            )
    if region.country and not _COUNTRY.fullmatch(region.country):
        wrong.append("country must be two capital letters, such as NO")
    if region.level not in LEVELS:
        wrong.append(f"level must be one of {', '.join(LEVELS)}")
    if region.nuts and not _NUTS.fullmatch(region.nuts):
        wrong.append("nuts must be a code such as SE332")
    wrong += [
        f"{year} is no year" for year in (region.start, region.end) if year is not None and year not in YEARS
    ]
    if region.start is not None and region.end is not None and region.start > region.end:
        wrong.append("it ends before it starts")
    return wrong


def _find_clashes(region: Region, taxonomy: Taxonomy) -> list[str]:
    wrong = []
    others = [one for one in taxonomy.regions if one.name.casefold() != region.name.casefold()]
    names = {name.casefold(): one.name for one in others for name in (one.name, *one.aliases)}
    for name in (region.name, *region.aliases):
        if name.casefold() in names:
            wrong.append(f"“{name}” is a name of {names[name.casefold()]} already")
    known = {one.name for one in others}
    for kin in (*region.predecessors, *region.successors, *((region.parent,) if region.parent else ())):
        if kin not in known:
            wrong.append(f"“{kin}” is not in the registry; add it first")
    return wrong


def _answer_kin(region: Region, taxonomy: Taxonomy) -> Iterator[Region]:
    """The regions whose own kin must change so that both sides name each other, as they are to be."""
    for one in taxonomy.regions:
        if one.name.casefold() == region.name.casefold():
            continue
        changed = {}
        for field, mirror in (("predecessors", "successors"), ("successors", "predecessors")):
            others = [name for name in getattr(one, field) if name.casefold() != region.name.casefold()]
            wanted = (*others, *((region.name,) if one.name in getattr(region, mirror) else ()))
            if set(wanted) != set(getattr(one, field)):
                changed[field] = wanted
        if changed:
            yield one.model_copy(update=changed)


def _read_own(path: Path) -> list[Region]:
    if not path.exists():
        return []
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("region", [])
        return [Region.model_validate(row) for row in rows]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadSettings(f"{FILE} of the data folder cannot be read: {error}.", subject=FILE) from error


def _write(path: Path, regions: list[Region]) -> None:
    text = "".join(_to_toml(one) for one in regions)
    draft = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, path)
    except OSError as error:
        raise _refuse_writing(error) from error
    finally:
        with suppress(OSError):
            os.unlink(draft)


def _refuse_writing(error: OSError) -> BadSettings:
    reason = error.strerror or "no reason given"
    return BadSettings(f"{FILE} of the data folder cannot be written: {reason}.", subject=FILE)


def _to_toml(region: Region) -> str:
    record = region.model_dump(mode="json", exclude_none=True)
    lines = [f"{key} = {_to_value(record[key])}" for key in FIELDS if record.get(key)]
    return "\n".join(["[[region]]", *lines, "", ""])


def _to_value(value: Any) -> str:
    """A string, number or list of strings; JSON's strings are TOML's too, once unprintable ones are refused."""
    return json.dumps(value, ensure_ascii=False)
