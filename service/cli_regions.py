"""The commands about areas and regions: list areas, compare regions, export what was found, keep the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from models.errors import BadQuery
from service.terminal import (
    Documents,
    Json,
    Kinds,
    Regions,
    Themes,
    choose_findings,
    open_data,
    print_record,
)

FocusArea = Annotated[
    str | None,
    typer.Option("--focus-area", metavar="NAME", help="Only within this focus area, whatever its language."),
]
Parts = Annotated[
    bool, typer.Option("--include-parts", help="Count predecessors, successors and parts with a region.")
]


def focus_areas(
    context: typer.Context,
    document: Documents = None,
    region: Regions = None,
    as_json: Json = False,
    format: Annotated[
        str | None,
        typer.Option(help="json, csv, xlsx or docx; the ending of --output unless given."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="A file to write; never one that exists.")] = None,
) -> None:
    """List the focus areas of documents, each with its codes of public lists and its headline findings."""
    from service.coding import list_coded_areas
    from service.export import write_areas
    from service.present import write_focus_areas
    from service.records import list_focus_areas

    with open_data(context) as library:
        choice = choose_findings(library, document, region)
        if output:
            areas = list_coded_areas(library.catalogue, choice)
            named = {"regions": choice.regions, "documents": choice.documents}
            filters = {key: list(value) for key, value in named.items() if value}
            path = write_areas(areas, library.catalogue, output, format, filters)
            typer.echo(f"Written: {path.name}", err=True)
            return
        if format:
            raise BadQuery("A format needs a file: --output FILE.", subject=format[:20])
        record = list_focus_areas(library.catalogue, choice)
    print_record(record, as_json, write_focus_areas)


def compare(
    context: typer.Context,
    regions: Annotated[
        list[str] | None, typer.Argument(metavar="REGION REGION…", help="Two regions or more.")
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(help="Documents instead of regions, such as an old and a new strategy; two or more."),
    ] = None,
    kind: Kinds = None,
    theme: Themes = None,
    focus_area: FocusArea = None,
    include_parts: Parts = False,
    as_json: Json = False,
    format: Annotated[
        str | None,
        typer.Option(help="json, csv, xlsx, docx, qdpx, svg or png; the ending of --output unless given."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="A file to write; never one that exists.")] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new .svg or .png: heat map of themes, shared and unique."),
    ] = None,
) -> None:
    """Compare regions, or documents: shared and unique focus areas, barriers and measures, with proof."""
    from service.export import write_picture
    from service.order import compare_ordered, make_order, write_order
    from service.present import write_comparison_table

    order = make_order(
        regions, document, kind, theme, focus_area=focus_area, include_parts=include_parts, comparison=True
    )
    with open_data(context) as library:
        comparison = compare_ordered(library, order)
        if plot:
            typer.echo(f"Written: {write_picture(comparison, plot).name}", err=True)
        if output or format:
            path = write_order(library, order, output, format)
            typer.echo(f"Written: {path.name}", err=True)
            return
    print_record(comparison.model_dump(mode="json"), as_json, write_comparison_table)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; one that exists is refused.")],
    region: Regions = None,
    document: Documents = None,
    kind: Kinds = None,
    theme: Themes = None,
    focus_area: FocusArea = None,
    comparison: Annotated[
        bool, typer.Option("--comparison", help="The regions side by side, not their findings one by one.")
    ] = False,
    include_parts: Parts = False,
    format: Annotated[
        str | None,
        typer.Option(
            help="csv, xlsx, docx, json, qdpx (REFI-QDA), of comparisons svg or png too; the file's ending unless given."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write findings, or a comparison, to a file: a citation in every row, and what it was made from."""
    from service.order import make_order, write_order

    order = make_order(
        region, document, kind, theme,
        focus_area=focus_area, include_parts=include_parts, comparison=comparison,
    )  # fmt: skip
    with open_data(context) as library:
        path = write_order(library, order, file, format)
    record = {"written": path.name, "bytes": path.stat().st_size}
    print_record(record, as_json, lambda one: [f"Written: {one['written']}, {one['bytes']} bytes."])


def regions(
    context: typer.Context,
    all: Annotated[bool, typer.Option("--all", help="Those of the registry without documents too.")] = False,
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="Add a region of your own, or replace it.")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--kind", help="With --add: country, macro, county (unless set) or municipality."),
    ] = None,
    country: Annotated[str | None, typer.Option(help="With --add: two letters, such as NO.")] = None,
    nuts: Annotated[str | None, typer.Option(help="With --add: its NUTS code.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="With --add: another name; repeatable.")] = None,
    parent: Annotated[str | None, typer.Option(help="With --add: the region it lies in.")] = None,
    predecessor: Annotated[
        list[str] | None, typer.Option(help="With --add: a region it was made from; repeatable.")
    ] = None,
    successor: Annotated[
        list[str] | None, typer.Option(help="With --add: a region it became; repeatable.")
    ] = None,
    start: Annotated[int | None, typer.Option(help="With --add: its first year.")] = None,
    end: Annotated[int | None, typer.Option(help="With --add: its last year.")] = None,
    as_json: Json = False,
) -> None:
    """List the regions that documents have, with what was read of each; add your own to the registry."""
    from service.present import write_added, write_regions
    from service.records import list_regions

    fields = {
        "level": level, "country": country, "nuts": nuts, "aliases": alias, "parent": parent,
        "predecessors": predecessor, "successors": successor, "start": start, "end": end,
    }  # fmt: skip
    given = {key: value for key, value in fields.items() if value}
    if add is not None:
        print_record(_add_region(context, {"name": add} | given), as_json, write_added)
        return
    if given:
        raise BadQuery("Say which region to add: --add NAME.", subject=next(iter(given)))
    with open_data(context) as library:
        record = list_regions(library.catalogue, library.taxonomy, everything=all)
    print_record(record, as_json, write_regions)


def _add_region(context: typer.Context, entry: dict[str, Any]) -> dict[str, Any]:
    from corpus.folder import Folder
    from models.registry import add_region

    return {"added": add_region(Folder(context.obj).taxonomy, entry).model_dump(mode="json")}
