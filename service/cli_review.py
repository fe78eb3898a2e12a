"""`strategi review`: people accept, reject and change what the classifier found. Parse, one call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.terminal import (
    LOCK_SECONDS,
    Documents,
    Json,
    Kinds,
    Languages,
    Regions,
    Themes,
    choose_findings,
    find_service,
    open_data,
    print_record,
    read_settings,
)

review = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Accept, reject or change findings; nothing said is lost by re-ingest, new editions or training.",
)
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who reviews; else the setting `reviewer`.")
]
Note = Annotated[str, typer.Option("--note", help="Why; kept in the log.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of findings, or their starts.")]
AsClassified = Annotated[
    bool,
    typer.Option("--as-classified", help="Judge the classifier's labels, whatever people said since."),
]


@review.command(name="next")
def next_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many sentences.")] = 10,
    second: Annotated[
        bool,
        typer.Option("--second", help="What others have judged and you have not, as the classifier had it."),
    ] = False,
    by: By = None,
    document: Documents = None,
    region: Regions = None,
    kind: Kinds = None,
    theme: Themes = None,
    language: Languages = None,
    as_json: Json = False,
) -> None:
    """Show the sentences that wait for a person, most doubtful first."""
    from service.present_review import write_queue
    from service.review_list import list_queue

    person = by or read_settings(context).reviewer
    with open_data(context) as library:
        choice = choose_findings(library, document, region, kind, theme, language)
        record = list_queue(library.catalogue, choice, by=person, second=second, limit=limit)
    print_record(record, as_json, write_queue)


@review.command()
def accept(
    context: typer.Context,
    ids: Ids,
    by: By = None,
    note: Note = "",
    as_classified: AsClassified = False,
    as_json: Json = False,
) -> None:
    """Say that findings are labelled right."""
    _judge(context, {"findings": ids, "action": "accept", "as_classified": as_classified}, by, note, as_json)


@review.command()
def reject(context: typer.Context, ids: Ids, by: By = None, note: Note = "", as_json: Json = False) -> None:
    """Say that sentences state nothing: they lose all labels."""
    _judge(context, {"findings": ids, "action": "reject"}, by, note, as_json)


@review.command()
def change(
    context: typer.Context,
    ids: Ids,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="The right kind; several times for several, `none` for none."),
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option("--theme", help="The right theme, the main one first; at most three.")
    ] = None,
    actor: Annotated[
        list[str] | None, typer.Option("--actor", help="Who is asked to act; several times for several.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="A focus area of the document, or `general`.")
    ] = None,
    by: By = None,
    note: Note = "",
    as_classified: AsClassified = False,
    as_json: Json = False,
) -> None:
    """Set the right labels; what is not given stays as it is."""
    fields: dict[str, Any] = {"kinds": kind, "themes": theme, "actors": actor, "focus_area": area}
    given = {
        key: [] if value == ["none"] else value for key, value in fields.items() if value not in (None, [])
    }
    body = {"findings": ids, "action": "change", "as_classified": as_classified} | given
    _judge(context, body, by, note, as_json)


@review.command()
def undo(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="ID", help="An entry's number, or a finding's id for your last word on it."),
    ],
    by: By = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Take an entry of the log back; an undoing can be undone too."""
    from service.handover import undo_over
    from service.present_review import write_entries
    from service.review import undo_review
    from service.review_list import describe_entry

    person = by or read_settings(context).reviewer
    running = find_service(context)
    if running:
        record = undo_over(running, name, {"by": person, "note": note})
    else:
        with open_data(context, write=True, wait=LOCK_SECONDS) as library:
            record = {"reviews": [describe_entry(undo_review(library.catalogue, name, by=person, note=note))]}
    print_record(record, as_json, write_entries)


@review.command()
def log(
    context: typer.Context,
    doc: Annotated[str | None, typer.Option("--doc", help="Only what is about this document.")] = None,
    by: By = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many entries.")] = 100,
    as_json: Json = False,
) -> None:
    """List what was said, newest first: who, when, old and new labels."""
    from service.present_review import write_log
    from service.review_list import list_reviews

    with open_data(context) as library:
        document = library.catalogue.resolve(doc) if doc else None
        record = list_reviews(library.catalogue, document=document, by=by, limit=limit)
    print_record(record, as_json, write_log)


@review.command()
def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A new folder.")],
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Only this person's labels.")] = None,
    as_json: Json = False,
) -> None:
    """Write what was reviewed as gold, for `strategi train` and `strategi evaluate`."""
    from service.review_gold import export_gold

    with open_data(context) as library:
        record = export_gold(library.catalogue, path, by=by)
    said = "Written: {written}, {sentences} sentences of {documents} documents, {left_out} left out."
    print_record(record, as_json, lambda one: [said.format(**one)])


@review.command()
def agreement(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="NAME", help="A reviewer.")],
    other: Annotated[str, typer.Argument(metavar="NAME", help="Another.")],
    as_json: Json = False,
) -> None:
    """Measure how far two reviewers agree: Cohen's kappa for each kind."""
    from service.present_review import write_agreement
    from service.review_list import measure_agreement

    with open_data(context) as library:
        record = measure_agreement(library.catalogue, one, other)
    print_record(record, as_json, write_agreement)


def _judge(context: typer.Context, body: dict[str, Any], by: str | None, note: str, as_json: bool) -> None:
    """Judge here, or have the running service do it."""
    from service.handover import review_over
    from service.present_review import write_entries
    from service.review_act import Act, act_on

    body |= {"by": by or read_settings(context).reviewer, "note": note}
    running = find_service(context)
    if running:
        record = review_over(running, body)
    else:
        with open_data(context, write=True, wait=LOCK_SECONDS) as library:
            record = act_on(library, Act(**body))
    print_record(record, as_json, write_entries)
