"""What commands share: the names of their options, the open data folder, and how a record is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from corpus.reading import Filter
    from service.library import Library
    from service.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Regions = Annotated[list[str] | None, typer.Option("--region", help="A region; may be given several times.")]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="barrier, measure, strength, opportunity or focus_area.")
]
Themes = Annotated[list[str] | None, typer.Option("--theme", help="A theme, such as skills or finance.")]
Documents = Annotated[list[str] | None, typer.Option("--document", help="A document's id or file name.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="nb, nn, sv, da, en; no means nb and nn.")
]
Document = Annotated[
    str, typer.Argument(metavar="DOC", help="A document's id, the start of it, or its file name.")
]


def read_settings(context: typer.Context, **given: Any) -> Settings:
    """Return the settings of the command's data folder; what is given goes before everything else."""
    from service.settings import load_settings

    return load_settings(context.obj, **given)


def find_service(context: typer.Context) -> str | None:
    """Return the address of a running service of the data folder."""
    from corpus.folder import Folder
    from service.handover import find_running

    return find_running(Folder(context.obj))


LOCK_SECONDS = 20
"""How long a review or a saved search waits for another process that writes; each takes well under one."""


@contextmanager
def open_data(context: typer.Context, *, write: bool = False, wait: float = 0) -> Iterator[Library]:
    """Open the command's data folder, as its one writer if `write`, for which `wait` seconds may pass."""
    from service.library import open_library

    with open_library(read_settings(context), write=write, wait=wait) as library:
        yield library


def choose_findings(
    library: Library,
    documents: Sequence[str] | None,
    regions: Sequence[str] | None,
    kinds: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
) -> Filter:
    """Return the filter that a command's options set; unknown names are refused."""
    from service.choice import make_filter

    return make_filter(
        library,
        documents=documents or (),
        regions=regions or (),
        kinds=kinds or (),
        themes=themes or (),
        languages=languages or (),
        year_from=year_from,
        year_to=year_to,
    )


def print_record(record: Any, as_json: bool, write: Any) -> None:
    """Print a record as JSON, or as the lines that `write` makes of it."""
    if as_json:
        print_json(record)
        return
    for line in write(record):
        typer.echo(line)


def print_json(record: Any) -> None:
    """Print a record as one line of JSON."""
    typer.echo(json.dumps(record, ensure_ascii=False))
