"""Saved searches: save one, list them, say what is new in each since the last look, forget one."""

from __future__ import annotations

import unicodedata
from typing import Any

from corpus.reading import Filter
from corpus.searches import (
    Saved,
    add_search,
    delete_search,
    find_unseen,
    read_searches,
    see_search,
)
from corpus.tally import read_part
from models.document import make_id
from models.errors import BadQuery, UnknownSearch
from models.nearest import nearest_names
from service.library import Library
from service.records import describe_finding
from service.review import clean_name
from service.wording import read_wording

LONGEST = 100
"""Characters of a search's name."""
MOST = 200
"""Saved searches of a data folder; each costs a search when the list is opened after an ingest."""
SHOWN = 100
"""New hits at most, as a search gives no more."""


def save_search(library: Library, name: str, words: str, choice: Filter) -> dict[str, Any]:
    """Keep a search under a name; the documents held now count as seen.

    Raises: BadQuery (no name, a name that is taken, nothing asked, too many).
    """
    name, words = _check_name(name), words.strip()
    if words:
        read_wording(words)
    elif choice.empty:
        raise BadQuery("There is nothing to save: give words or a filter.", subject=name)
    catalogue = library.catalogue
    with catalogue.change(texts=False) as connection:
        held = read_searches(connection)
        if any(one.name.casefold() == name.casefold() for one in held):
            raise BadQuery(f"A search is saved as “{name}” already; choose another name.", subject=name)
        if len(held) >= MOST:
            raise BadQuery(f"There are {MOST} saved searches; remove one first.", subject=name)
        now = catalogue.now()
        saved = Saved(
            id=make_id("search", name), name=name, words=words, filters=choice, saved_at=now, looked_at=now
        )
        add_search(connection, saved)
    return describe_search(saved)


def list_searches(library: Library) -> list[dict[str, Any]]:
    """Return the saved searches by name, each with how much is new since its last look."""
    return [one for one, _ in list_news(library)]


def list_news(library: Library) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the saved searches by name, each beside what `look_for_new` says of it."""
    with library.catalogue.read() as connection:
        held = read_searches(connection)
    news = [look_for_new(library, one) for one in held]
    return [(one["search"] | {"new": len(one["hits"]) + len(one["findings"])}, one) for one in news]


def find_search(library: Library, name: str) -> Saved:
    """Return a saved search by id or name. Raises: UnknownSearch."""
    with library.catalogue.read() as connection:
        held = read_searches(connection)
    wanted = unicodedata.normalize("NFC", name).strip().casefold()
    found = next((one for one in held if name == one.id or one.name.casefold() == wanted), None)
    if found is None:
        raise UnknownSearch(
            f"No search is saved as “{name[:80]}”.",
            subject=name[:80],
            nearest=nearest_names(name[:80], [one.name for one in held]),
        )
    return found


def look_for_new(library: Library, saved: Saved) -> dict[str, Any]:
    """Return what a search finds in the documents that came since its last look.

    `hits` where words are searched, `findings` where only a filter is. Nothing is marked as seen.
    """
    with library.catalogue.read() as connection:
        unseen = find_unseen(connection, saved.id)
    choice = _narrow(saved, unseen)
    record: dict[str, Any] = {"search": describe_search(saved), "documents": list(unseen)}
    if choice is None:
        return record | {"hits": [], "findings": []}
    if saved.words:
        answer = library.searcher.search(saved.words, choice, limit=SHOWN)
        hits = answer.hits if answer.answered else ()
        return record | {"hits": [one.model_dump(mode="json") for one in hits], "findings": []}
    with library.catalogue.read() as connection:
        _, found = read_part(connection, choice, SHOWN)
    return record | {"hits": [], "findings": [describe_finding(one) for one in found]}


def mark_seen(library: Library, saved: Saved) -> dict[str, Any]:
    """Count all documents held now as seen; returns the search."""
    catalogue = library.catalogue
    with catalogue.change(texts=False) as connection:
        now = catalogue.now()
        see_search(connection, saved.id, now)
    return describe_search(saved.model_copy(update={"looked_at": now}))


def forget_search(library: Library, saved: Saved) -> dict[str, str]:
    """Remove a saved search."""
    with library.catalogue.change(texts=False) as connection:
        delete_search(connection, saved.id)
    return {"removed": saved.name}


def describe_search(saved: Saved) -> dict[str, Any]:
    """Return a saved search for JSON; filters that are not set are left out."""
    record = saved.model_dump(mode="json")
    record["filters"] = saved.filters.model_dump(mode="json", exclude_defaults=True)
    return record


def _narrow(saved: Saved, unseen: tuple[str, ...]) -> Filter | None:
    """Return the search's filter over unseen documents only, None if that leaves none."""
    wanted = saved.filters.documents
    documents = tuple(one for one in unseen if not wanted or one in wanted)
    return saved.filters.model_copy(update={"documents": documents}) if documents else None


def _check_name(name: str) -> str:
    clean = clean_name(name)
    if not clean or len(clean) > LONGEST:
        raise BadQuery(f"A saved search needs a name of at most {LONGEST} characters.", subject=clean[:80])
    return clean
