"""The commands that make the classifier and measure it. Parse, one call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.terminal import Json, open_data, print_record, read_settings


def train(
    context: typer.Context,
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD…", help="Folders of labelled sentences.")],
    output: Annotated[
        Path | None, typer.Option(help="Where the weights go; the package's own unless set.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Train the classifier; writes weights and a model card with its scores."""
    from service.training import train_classifier, write_training

    record = train_classifier(read_settings(context), gold, output)
    print_record(record, as_json, write_training)


def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="A folder of gold files.")],
    as_json: Json = False,
) -> None:
    """Score findings, focus areas and search against gold files."""
    from service.evaluate import evaluate_gold, write_scores

    with open_data(context) as library:
        record = evaluate_gold(library, gold)
    print_record(record, as_json, write_scores)
