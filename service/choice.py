"""What a user chooses to look at, checked: every unknown name is refused with the nearest ones."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.reading import Filter
from models.errors import BadQuery
from models.taxonomy import check_kinds, check_languages, check_regions, check_themes
from service.library import Library


def make_filter(
    library: Library,
    *,
    documents: Sequence[str] = (),
    regions: Sequence[str] = (),
    kinds: Sequence[str] = (),
    themes: Sequence[str] = (),
    languages: Sequence[str] = (),
    focus_areas: Sequence[str] = (),
    types: Sequence[str] = (),
    year_from: int | None = None,
    year_to: int | None = None,
) -> Filter:
    """Return the filter.

    Raises: UnknownDocument, UnknownRegion, UnknownKind, UnknownTheme, UnknownLanguage, BadQuery.
    """
    if year_from is not None and year_to is not None and year_from > year_to:
        raise BadQuery(f"The years run backwards: from {year_from} to {year_to}.", subject=str(year_from))
    return Filter(
        documents=tuple(library.catalogue.resolve(name) for name in documents),
        regions=check_regions(regions, library.regions(), library.taxonomy) if regions else (),
        kinds=check_kinds(kinds),
        themes=check_themes(themes, library.taxonomy) if themes else (),
        languages=check_languages(languages),
        focus_areas=tuple(focus_areas),
        types=tuple(types),
        year_from=year_from,
        year_to=year_to,
    )
