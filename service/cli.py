"""The command line: parse, one call, print. `--json` prints one JSON object, or one per line.

Progress and messages go to standard error. Heavy modules are imported inside commands, so
`strategi --help` and `strategi list` stay under 0.4 s of CPU.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from models import errors
from models.errors import StrategyError
from service import cli_regions, cli_review, cli_saved, cli_training
from service.terminal import (
    Document,
    Documents,
    Json,
    Kinds,
    Languages,
    Regions,
    Themes,
    choose_findings,
    find_service,
    open_data,
    print_json,
    print_record,
    read_settings,
)

EXIT_CODES: dict[type[StrategyError], int] = {
    errors.UnreadableDocument: 1,
    errors.Unknown: 2,
    errors.BadInput: 2,
    errors.StoreError: 3,
    errors.ModelError: 2,
}
"""0 all well, 1 some input failed, 2 wrong usage, 3 data folder busy or damaged."""

app = typer.Typer(
    name="strategi",
    help="Read regional strategies (PDF); search and compare focus areas, barriers and measures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def choose_data(
    context: typer.Context,
    data: Annotated[Path, typer.Option("--data", envvar="STRATEGI_DATA", help="The data folder.")] = Path(
        "strategi-data"
    ),
) -> None:
    """Remember the data folder for the command."""
    context.obj = data


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="PDF files or folders of them.")
    ] = None,
    region: Regions = None,
    year: Annotated[int | None, typer.Option(min=1900, max=2100, help="Year of publication.")] = None,
    title: Annotated[str | None, typer.Option(help="Title, for a single file.")] = None,
    type: Annotated[
        str | None, typer.Option(help="strategy, report, plan, programme, research or other.")
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="A TOML file with [[document]] tables: file, regions, title, year, type."),
    ] = None,
    samples: Annotated[bool, typer.Option("--samples", help="Ingest the five sample strategies.")] = False,
    replaces: Annotated[
        str | None, typer.Option(metavar="DOC", help="The document that this new edition replaces.")
    ] = None,
    keep_duplicates: Annotated[bool, typer.Option(help="Keep files whose text is held already.")] = False,
    password: Annotated[
        str | None, typer.Option(envvar="STRATEGI_PASSWORD", help="Password of encrypted files.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read PDFs into the data folder."""
    from service.jobs import ingest_paths
    from service.progress import show_progress

    wishes = {"regions": region or [], "year": year, "title": title, "type": type}
    failed = False
    with show_progress() as progress:
        reports = ingest_paths(
            read_settings(context),
            paths or [],
            wishes=wishes,
            catalogue=catalogue,
            samples=samples,
            replaces=replaces,
            keep_duplicates=keep_duplicates,
            password=password,
            progress=progress,
        )
        for report in reports:
            failed |= report["outcome"] == "failed"
            if as_json:
                print_json(report)
            else:
                progress.say(report)
    raise typer.Exit(1 if failed else 0)


@app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the documents."""
    from corpus.folder import Folder, list_documents

    documents = list_documents(Folder(context.obj))
    if as_json:
        print_json({"documents": documents})
        return
    if not documents:
        typer.echo("No documents yet: `strategi ingest FOLDER`, or `strategi ingest --samples` to try.")
    for document in documents:
        regions = ", ".join(document["regions"]) or "no region"
        typer.echo(f"{document['id']}  {document['title']}  [{regions}, {document['year'] or 'no year'}]")
        languages = ", ".join(document["languages"])
        typer.echo(f"              {document['file']}, {document['pages']} pages, {languages}")


@app.command()
def show(context: typer.Context, document: Document, as_json: Json = False) -> None:
    """Show one document's data, what was guessed and what was warned of."""
    from service.present import write_description
    from service.records import describe_document

    with open_data(context) as library:
        record = describe_document(library.catalogue, library.catalogue.resolve(document))
    print_record(record, as_json, write_description)


@app.command(name="set")
def set_(
    context: typer.Context,
    document: Document,
    region: Regions = None,
    title: Annotated[str | None, typer.Option(help="The right title.")] = None,
    year: Annotated[int | None, typer.Option(min=1900, max=2100, help="The right year.")] = None,
    type: Annotated[str | None, typer.Option(help="The right type.")] = None,
    as_json: Json = False,
) -> None:
    """Correct a document's region, title, year or type."""
    from service.handover import correct_over
    from service.present import write_description
    from service.records import describe_document

    fields = {"regions": region, "title": title, "year": year, "type": type}
    given = {key: value for key, value in fields.items() if value}
    if not given:
        raise errors.BadQuery("Say what to correct: --region, --title, --year or --type.", subject=document)
    running = find_service(context)
    if running:
        record = correct_over(running, document, given)
    else:
        with open_data(context, write=True) as library:
            identity = library.catalogue.resolve(document)
            library.catalogue.set_guess(identity, **given)
            record = describe_document(library.catalogue, identity)
    print_record(record, as_json, write_description)


@app.command()
def remove(context: typer.Context, document: Document, as_json: Json = False) -> None:
    """Remove a document and all that was made from it."""
    from service.handover import remove_over

    running = find_service(context)
    if running:
        record = remove_over(running, document)
    else:
        with open_data(context, write=True) as library:
            record = {"removed": library.catalogue.resolve(document)}
            library.remove(record["removed"])
    print_record(record, as_json, lambda record: [f"Removed {record['removed']}."])


@app.command()
def outline(context: typer.Context, document: Document, as_json: Json = False) -> None:
    """Print a document's blocks in reading order, with pages."""
    from service.present import write_outline
    from service.records import describe_outline

    with open_data(context) as library:
        record = describe_outline(library.catalogue, library.catalogue.resolve(document))
    print_record(record, as_json, write_outline)


@app.command()
def findings(
    context: typer.Context,
    document: Documents = None,
    region: Regions = None,
    kind: Kinds = None,
    theme: Themes = None,
    language: Languages = None,
    all: Annotated[bool, typer.Option("--all", help="Every sentence, labelled or not.")] = False,
    as_json: Json = False,
) -> None:
    """List barriers, measures, strengths, opportunities and focus areas with their quotes."""
    from service.present import write_findings
    from service.records import list_findings

    with open_data(context) as library:
        choice = choose_findings(library, document, region, kind, theme, language)
        record = list_findings(library.catalogue, choice, everything=all)
    print_record(record, as_json, write_findings)


app.command(name="focus-areas")(cli_regions.focus_areas)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Words or a question, in any of the languages.")
    ],
    region: Regions = None,
    language: Languages = None,
    kind: Kinds = None,
    theme: Themes = None,
    year_from: Annotated[int | None, typer.Option(help="First year.")] = None,
    year_to: Annotated[int | None, typer.Option(help="Last year.")] = None,
    document: Documents = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    save: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Save the search too; `strategi saved` tells what is new in it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find passages that answer a question, with verbatim quotes and pages."""
    from service.present import write_hits

    if save is not None:
        filters = {
            "documents": document, "regions": region, "kinds": kind, "themes": theme, "languages": language,
            "year_from": year_from, "year_to": year_to,
        }  # fmt: skip
        cli_saved.keep_search(context, save, query, filters)
    with open_data(context) as library:
        choice = choose_findings(library, document, region, kind, theme, language, year_from, year_to)
        answer = library.searcher.search(query, choice, limit=limit)
    print_record(answer.model_dump(mode="json"), as_json, write_hits)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In nb, nn, sv, da or en.")],
    as_json: Json = False,
) -> None:
    """Answer a question about regions from findings, each sentence with its citation."""
    from service.ask import answer_question
    from service.present import write_answer

    with open_data(context) as library:
        answer = answer_question(library, question)
    print_record(answer, as_json, write_answer)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 unless set.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 8000 unless set.")] = None,
) -> None:
    """Serve the page and the HTTP API; the one process that owns the data folder."""
    from service.server import run_server

    run_server(read_settings(context, host=host, port=port))


@app.command()
def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    as_json: Json = False,
) -> None:
    """Check the data folder and the machine; say what is wrong and what mends it."""
    from service.doctor import examine, write_diagnosis

    diagnosis = examine(read_settings(context), repair=repair)
    print_record(diagnosis, as_json, write_diagnosis)
    raise typer.Exit(0 if diagnosis["healthy"] else 3)


@app.command()
def reindex(context: typer.Context, as_json: Json = False) -> None:
    """Make all vectors, findings and index rows again, with the encoder and weights of today."""
    from service.jobs import reindex_all
    from service.progress import show_progress

    with show_progress() as progress:
        record = reindex_all(read_settings(context), progress.write)
    print_record(
        record, as_json, lambda one: [f"Reindexed {one['documents']} documents, {one['segments']} segments."]
    )


app.command()(cli_regions.compare)
app.command()(cli_regions.export)
app.command()(cli_regions.regions)
app.command()(cli_training.train)
app.command()(cli_training.evaluate)
app.add_typer(cli_review.review, name="review")
app.add_typer(cli_saved.saved, name="saved")


def main() -> None:
    """Run the command line; errors of the tree become one sentence and an exit code."""
    _check_rooms()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except StrategyError as error:
        hint = f" Near it: {', '.join(error.nearest)}." if error.nearest else ""
        typer.echo(f"strategi: {error.message}{hint}", err=True)
        sys.exit(exit_code(error))
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("strategi: stopped; what was stored is whole.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            error.show()  # type: ignore[attr-defined]
            sys.exit(error.exit_code)
        raise


def exit_code(error: StrategyError) -> int:
    """Return the exit code of an error, by the nearest class in the table."""
    return next(EXIT_CODES[one] for one in type(error).__mro__ if one in EXIT_CODES)


def _check_rooms() -> None:
    """Stop if another distribution's `models` or `ingest` would be imported instead of ours."""
    from importlib.util import find_spec

    home = Path(__file__).resolve().parent.parent
    for room in ("models", "corpus", "ingest"):
        spec = find_spec(room)
        if spec is None or not spec.origin or Path(spec.origin).resolve().parent.parent != home:
            typer.echo(
                f"strategi: another package called “{room}” hides ours;"
                " install strategi in an environment of its own.",
                err=True,
            )
            sys.exit(2)


if __name__ == "__main__":
    main()
