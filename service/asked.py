"""What a reader asks on the search page: words, and what was picked in each facet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from corpus.reading import Filter
from service.choice import make_filter
from service.library import Library

FACETS: tuple[str, ...] = ("region", "kind", "theme", "focus_area", "language", "type")
FIELDS = {
    "region": "regions", "kind": "kinds", "theme": "themes", "focus_area": "focus_areas",
    "language": "languages", "type": "types",
}  # fmt: skip
"""The filter's field for each facet."""
STEP = 20
"""Hits shown at first, and added each time more are asked for."""
MOST = 100
"""Hits looked at; facets are counted over them."""
YEARS = range(1000, 3000)


@dataclass(frozen=True)
class Asked:
    """The parameters of the search page. Years are inclusive; `shown` is a number of hits."""

    words: str = ""
    picked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    document: str = ""
    year_from: int | None = None
    year_to: int | None = None
    shown: int = STEP

    @property
    def narrowed(self) -> bool:
        """Whether anything besides words is asked for."""
        years = self.year_from is not None or self.year_to is not None
        return bool(any(self.picked.values()) or years or self.document)

    def choose(self, library: Library) -> Filter:
        """Return the filter. Raises: as `make_filter`."""
        chosen: dict[str, Any] = {FIELDS[facet]: values for facet, values in self.picked.items()}
        return make_filter(
            library,
            documents=[self.document] if self.document else [],
            year_from=self.year_from,
            year_to=self.year_to,
            **chosen,
        )


def read_asked(request: Request) -> Asked:
    """Return what a request asks; fields left empty in the form are as if not sent."""
    params = request.query_params
    picked = {facet: tuple(dict.fromkeys(one for one in params.getlist(facet) if one)) for facet in FACETS}
    shown = _number(params.get("show"), range(1, MOST + 1)) or STEP
    return Asked(
        words=params.get("q", "").strip(),
        picked=picked,
        document=params.get("document", ""),
        year_from=_number(params.get("year_from"), YEARS),
        year_to=_number(params.get("year_to"), YEARS),
        shown=shown,
    )


def _number(text: str | None, inside: range) -> int | None:
    """Return a whole number in the range, None for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    return int(text) if int(text) in inside else None
