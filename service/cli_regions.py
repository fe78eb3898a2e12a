"""The commands about regions side by side: compare them, export what was found, keep the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.terminal import Documents, Json, Kinds, Regions, Themes, open_data, print_record

FocusArea = Annotated[
    str | None,
    typer.Option("--focus-area", metavar="NAME", help="Only within this focus area, whatever its language."),
]
Parts = Annotated[
    bool, typer.Option("--include-parts", help="Count predecessors, successors and parts with a region.")
]


def compare(
    context: typer.Context,
    regions: Annotated[list[str], typer.Argument(metavar="REGION REGION…", help="Two regions or more.")],
    kind: Kinds = None,
    theme: Themes = None,
    focus_area: FocusArea = None,
    include_parts: Parts = False,
    as_json: Json = False,
    format: Annotated[str | None, typer.Option(help="json, csv, xlsx or docx, with --output.")] = None,
    output: Annotated[Path | None, typer.Option(help="A file to write; never one that exists.")] = None,
) -> None:
    """Compare regions: shared and unique focus areas, barriers and measures by theme, with proof."""
    from service.export import write_comparison
    from service.order import compare_ordered, make_order
    from service.present import write_comparison_table

    order = make_order(
        regions, None, kind, theme, focus_area=focus_area, include_parts=include_parts, comparison=True
    )
    with open_data(context) as library:
        comparison = compare_ordered(library, order)
        if output or format:
            path = write_comparison(comparison, library.catalogue, output, format, order.filters())
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
        str | None, typer.Option(help="csv, xlsx, docx or json; that of the file's ending unless given.")
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


def regions(context: typer.Context, as_json: Json = False) -> None:
    """List the regions that documents have, with what was read of each."""
    from service.present import write_regions
    from service.records import list_regions

    with open_data(context) as library:
        record = list_regions(library.catalogue, library.taxonomy)
    print_record(record, as_json, write_regions)
