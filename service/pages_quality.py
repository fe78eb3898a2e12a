"""The quality page: how often the labels are right, in plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import sqrt
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.document import ANALYSED
from models.finding import KINDS
from service.access import Held
from service.view import View

router = APIRouter()
HELD_OUT = "left_document"
"""The card's figures for documents that were left out of the fitting: what a new document can expect."""
LANGUAGES = "own_by_language"
NORMAL = 1.96
"""Standard deviations on each side of a mean within which 95 % of a normal distribution lies."""


@dataclass(frozen=True)
class Score:
    """How often one kind is right. Shares in [0, 1]; `low`-`high` is the 95 % interval of `f1`."""

    kind: str
    precision: float
    recall: float
    f1: float
    low: float | None = None
    high: float | None = None
    wanted: int = 0


@router.get("/quality", response_class=HTMLResponse)
def show_quality(request: Request, library: Held) -> HTMLResponse:
    """Show the classifier's card, if it has one."""
    scores = (load_card() or {}).get("scores", {})
    tongues = scores.get(LANGUAGES, {})
    return View(request, library.taxonomy).render(
        "quality.html",
        scores=read_scores(scores.get(HELD_OUT, {})),
        tongues={one: read_scores(tongues[one]) for one in ANALYSED if one in tongues},
        kinds=KINDS,
    )


def load_card() -> dict[str, Any] | None:
    """Return the card that lies beside the classifier's weights, None where there is none."""
    path = files("models") / "weights" / "card.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) else None


def read_scores(rows: Mapping[str, Any]) -> tuple[Score, ...]:
    """Return the scores per kind, in the order of the kinds; kinds without figures are left out."""
    return tuple(_score(kind, rows[kind]) for kind in KINDS if isinstance(rows.get(kind), Mapping))


def _score(kind: str, row: Mapping[str, Any]) -> Score:
    low, high = row.get("interval") or bound_f1(row)
    return Score(kind, row["precision"], row["recall"], row["f1"], low, high, row.get("wanted", 0))


def bound_f1(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of an F1 of which the card has none, (None, None) without examples.

    Precision and recall are taken for independent shares of the sentences called so and of those
    wanted; the error of each reaches F1 by its slope there. Sentences of a section go together, so
    the true interval is somewhat wider.
    """
    precision, recall, f1 = row["precision"], row["recall"], row["f1"]
    called, wanted = row.get("called", 0), row.get("wanted", 0)
    if not (called and wanted and f1):
        return None, None
    steep = 2 / (precision + recall) ** 2
    spread = (steep * recall**2) ** 2 * precision * (1 - precision) / called
    spread += (steep * precision**2) ** 2 * recall * (1 - recall) / wanted
    reach = NORMAL * sqrt(spread)
    return max(0.0, f1 - reach), min(1.0, f1 + reach)
