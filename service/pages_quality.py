"""The quality page: how often the labels are right, in plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
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
    low, high = row.get("interval") or (None, None)
    return Score(kind, row["precision"], row["recall"], row["f1"], low, high, row.get("wanted", 0))
