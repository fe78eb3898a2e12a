"""Focus areas with their codes of public lists, each with the words and the quotes that carry it.

Codes are made when areas are read, not when documents are: a changed list counts at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.material import read_materials
from corpus.reading import Filter, Source, read_focus_areas, read_source
from models.coding import Coder, Scored, Wording, load_coder
from models.document import ANALYSED, Span
from models.finding import (
    AreaCode,
    Citation,
    CodeEvidence,
    Comparison,
    FocusArea,
    FocusAreaComparison,
)

LONGEST_NAME = 300
"""Characters of a name that is looked for in its document."""
LONGEST_QUOTE = 400
"""Characters of the place where an area is stated that are quoted whole; of a longer one the name alone is."""

MOST_EVIDENCE = 5
"""Places told for a code, names first."""


class _Place(NamedTuple):
    """A text of an area and where it is cited."""

    wording: Wording
    citation: Citation


class _Coded(NamedTuple):
    """All names of an area, its own first, and its codes."""

    names: tuple[str, ...]
    codes: tuple[str, ...]


def list_coded_areas(catalogue: Catalogue, choice: Filter) -> list[FocusArea]:
    """Return the focus areas that pass, coded. Raises: BadSettings (a list of the user's own is not right)."""
    coder = load_coder(catalogue.folder.taxonomy)
    with catalogue.read() as connection:
        return code_areas(connection, read_focus_areas(connection, choice), coder)


def code_areas(connection: Connection, areas: Iterable[FocusArea], coder: Coder) -> list[FocusArea]:
    """Return areas with their codes, in the same order."""
    sources: dict[str, tuple[Source, str]] = {}
    coded = []
    for area in areas:
        if area.document not in sources:
            sources[area.document] = (read_source(connection, area.document), _language(connection, area))
        coded.append(_code_area(area, *sources[area.document], coder))
    return coded


def code_comparison(catalogue: Catalogue, comparison: Comparison) -> Comparison:
    """Return a comparison with the codes of the areas it names. Raises: BadSettings."""
    named = list(_name_areas(comparison.focus_areas))
    documents = tuple(sorted({document for *_, held in named for document in held}))
    if not documents:
        return comparison
    areas = _read_codes(catalogue, documents)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for region, name, held in named:
        own = [area for document, told in areas.items() if document in held for area in told]
        if codes := tuple(dict.fromkeys(code for one in own if name in one.names for code in one.codes)):
            found.setdefault(region, {})[name] = codes
    together = comparison.focus_areas.model_copy(update={"codes": found})
    return comparison.model_copy(update={"focus_areas": together})


def _read_codes(catalogue: Catalogue, documents: Sequence[str]) -> dict[str, tuple[_Coded, ...]]:
    """The coded areas of documents, kept with their materials until these or the lists change."""
    coder = load_coder(catalogue.folder.taxonomy)
    materials = read_materials(catalogue, documents)
    missing = [one for one, held in materials.items() if held.notes.get("codes", (None,))[0] is not coder]
    if missing:
        made: dict[str, list[_Coded]] = {one: [] for one in missing}
        for area in list_coded_areas(catalogue, Filter(documents=tuple(missing))):
            made[area.document].append(_Coded((area.name, *area.aliases), area.domains))
        for one, areas in made.items():
            materials[one].notes["codes"] = coder, tuple(areas)
    ordered = sorted(materials.values(), key=lambda one: (one.title, one.id))
    return {one.id: one.notes["codes"][1] for one in ordered}


def _name_areas(areas: FocusAreaComparison) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Give region, name and documents of every area that a comparison names."""
    for shared in areas.shared:
        for region, name in shared.areas.items():
            yield region, name, frozenset(one.document for one in shared.evidence.get(region, ()))
    for region, own in areas.unique.items():
        for one in own:
            yield region, one.name, frozenset({one.citation.document} if one.citation else ())


def _language(connection: Connection, area: FocusArea) -> str:
    """The first language of a document."""
    columns = schema.documents.c
    held = connection.scalars(sa.select(columns.languages).where(columns.id == area.document)).one()
    return next(iter(held), "other")


def _code_area(area: FocusArea, source: Source, language: str, coder: Coder) -> FocusArea:
    places = list(_list_places(area, source, language))
    scored = coder.code([one.wording for one in places])
    codes = tuple(_give_code(one, places) for one in scored)
    domains = tuple(f"{one.list}:{one.code}" for one in codes)
    return area.model_copy(update={"domains": domains, "codes": codes})


def _give_code(one: Scored, places: Sequence[_Place]) -> AreaCode:
    evidence = tuple(
        CodeEvidence(
            source=places[part.wording].wording.source,
            words=part.words,
            citation=places[part.wording].citation,
        )
        for part in one.evidence[:MOST_EVIDENCE]
    )
    return AreaCode(
        list=one.list.id, code=one.code.id, label=one.code.label("en"), score=one.score, evidence=evidence
    )


def _list_places(area: FocusArea, source: Source, language: str) -> Iterator[_Place]:
    """Give the texts of an area that stand in its document: name, aliases, niches, headlines."""
    headlines = _list_headlines(area)
    spoken = Counter(one.language for one in headlines if one.language in ANALYSED)
    own = max(sorted(spoken), key=spoken.__getitem__, default=language)
    stated = _find_statement(area, source)
    for kind, names in (("name", (area.name,)), ("alias", area.aliases), ("niche", area.niches)):
        for name in names:
            if found := _locate(name, stated, source):
                stands, cited = found
                citation = source.cite(cited, region=area.region, language=own)
                yield _Place(Wording(source.text[stands.start : stands.end], kind, own), citation)  # type: ignore[arg-type]
    for one in headlines:
        yield _Place(Wording(one.quote, "headline", one.language), one)


def _locate(name: str, stated: Span | None, source: Source) -> tuple[Span, Span] | None:
    """Where a name stands and what to quote for it: where the area is stated, else its first place in the text."""
    words = name[:LONGEST_NAME].split()
    if not words:
        return None
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    if stated and (found := pattern.search(source.text, stated.start, stated.end)):
        place = Span(start=found.start(), end=found.end())
        return place, stated if stated.end - stated.start <= LONGEST_QUOTE else place
    if found := pattern.search(source.text):
        place = Span(start=found.start(), end=found.end())
        return place, place
    return None


def _find_statement(area: FocusArea, source: Source) -> Span | None:
    """The place where an area is stated: its quote on its page."""
    at = source.text.find(area.quote) if area.quote else -1
    while at >= 0:
        end = at + len(area.quote)
        if source.page_refs(at, end) == area.pages:
            return Span(start=at, end=end)
        at = source.text.find(area.quote, at + 1)
    return None


def _list_headlines(area: FocusArea) -> list[Citation]:
    """The headline sentences of an area, each once."""
    every = (*area.strengths, *area.opportunities, *area.barriers, *area.measures)
    return list({one.finding or one.quote: one for one in every}.values())
