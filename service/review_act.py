"""An act of review as it travels: from the command line or over HTTP, judged the same way."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from models.document import Frozen
from models.finding import Action
from models.verdict import Wish
from service.library import Library
from service.review import review_findings
from service.review_list import describe_entry


class Act(Frozen):
    """What a person does with findings (ids or their starts); fields that are None stay as shown."""

    findings: tuple[str, ...] = Field(description="ids of findings, or their starts")
    action: Action
    by: str | None = Field(None, description="who reviews; the setting `reviewer` unless given")
    kinds: tuple[str, ...] | None = None
    themes: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    focus_area: str | None = None
    note: str = ""
    as_classified: bool = Field(
        False, description="judge the classifier's labels, whatever people said since"
    )


def act_on(library: Library, act: Act) -> dict[str, Any]:
    """Carry out an act, all or nothing, and return its entries. Raises: as `review_findings`."""
    entries = review_findings(
        library.catalogue,
        library.taxonomy,
        act.findings,
        Wish(act.action, act.kinds, act.themes, act.actors, act.focus_area),
        by=act.by or library.settings.reviewer,
        note=act.note,
        as_classified=act.as_classified,
    )
    return {"reviews": [describe_entry(one) for one in entries]}
