"""`strategi saved`: what is new in saved searches. Parse, one call, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.terminal import LOCK_SECONDS, Json, find_service, open_data, print_record

if TYPE_CHECKING:
    from service.library import Library

saved = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List the saved searches (`search QUERY --save NAME`), each with how much is new in it.",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="A saved search's name or id.")]


@saved.callback()
def list_saved(context: typer.Context, as_json: Json = False) -> None:
    """List the saved searches (`search QUERY --save NAME`), each with how much is new in it."""
    if context.invoked_subcommand:
        return
    from service.saved import list_searches

    with open_data(context) as library:
        record = {"searches": list_searches(library)}
    print_record(record, as_json, _write_list)


@saved.command()
def new(
    context: typer.Context,
    name: Name,
    keep: Annotated[bool, typer.Option("--keep", help="Do not mark it as seen.")] = False,
    as_json: Json = False,
) -> None:
    """Show what documents that came since the last look have for a search, and mark it as seen."""
    from service.saved import find_search, look_for_new, mark_seen

    with open_data(context) as library:
        search = find_search(library, name)
        record = look_for_new(library, search)
    if not keep:
        _change(context, "POST", f"searches/{search.id}/seen", lambda library: mark_seen(library, search))
    print_record(record, as_json, _write_new)


@saved.command()
def remove(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Remove a saved search."""
    from service.saved import find_search, forget_search

    with open_data(context) as library:
        search = find_search(library, name)
    record = _change(
        context, "DELETE", f"searches/{search.id}", lambda library: forget_search(library, search)
    )
    print_record(record, as_json, lambda one: [f"Removed {one['removed']}."])


def keep_search(context: typer.Context, name: str, words: str, filters: dict[str, Any]) -> dict[str, Any]:
    """Save a search, here or through the running service; `filters` as the options of `search`.

    Raises: BadQuery and as `make_filter`.
    """
    from service.choice import make_filter
    from service.saved import save_search

    given = {key: value for key, value in filters.items() if value}
    params = {key.removesuffix("s"): value for key, value in given.items()}
    return _change(
        context,
        "POST",
        "searches",
        lambda library: save_search(library, name, words, make_filter(library, **given)),
        {"name": name, "q": words} | params,
    )


def _change(
    context: typer.Context,
    method: str,
    path: str,
    act: Callable[[Library], dict[str, Any]],
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Do something in the data folder, or have the running service do it."""
    from service.handover import call_service

    running = find_service(context)
    if running:
        return call_service(running, method, path, params=params)
    with open_data(context, write=True, wait=LOCK_SECONDS) as library:
        return act(library)


def _write_list(record: dict[str, Any]) -> Iterator[str]:
    if not record["searches"]:
        yield "No search is saved: `strategi search QUERY --save NAME`."
    for one in record["searches"]:
        told = "; ".join(f"{key} {_tell(value)}" for key, value in one["filters"].items())
        asked = " ".join(part for part in (f"“{one['words']}”" if one["words"] else "", told) if part)
        yield f"{one['name']}: {one['new']} new since {one['looked_at'][:10]}  ({asked})"


def _tell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _write_new(record: dict[str, Any]) -> Iterator[str]:
    from service.present import write_findings, write_hits

    if not record["hits"] and not record["findings"]:
        yield f"Nothing new since {record['search']['looked_at'][:10]}."
    if record["hits"]:
        yield from write_hits({"answered": True, "hits": record["hits"]})
    if record["findings"]:
        yield from write_findings(record)
