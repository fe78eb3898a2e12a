"""A question answered from findings: every sentence of the answer carries its citations.

No language model: the question is taken apart by rules (service/question.py), the answer is
counted from findings and said in the question's language. What rules do not understand goes
to search; what the texts do not hold is refused, with what was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpus.reading import Filter, known_regions, read_coverage
from models.errors import BadQuery
from models.finding import COMPARED, Citation, SearchAnswer
from models.taxonomy import check_kinds, check_regions, check_themes
from service.align import find_plots, gather_plots
from service.answers import Speaker, answer_areas, answer_kinds, answer_lessons, answer_plain
from service.compare import compare_regions
from service.narrator import narrate
from service.question import OPERATIONS, Question, understand
from service.scope import MOST_REGIONS, open_sides

if TYPE_CHECKING:
    from service.library import Library

HITS = 5
"""Passages in the answer of a search."""

Part = dict[str, Any]


def answer_question(
    library: Library, question: str, meant: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the answer: {question, understood, answered, answer, comparison or hits}.

    `meant` are fields of `Question` that the asker set right; they stand in place of what was understood.
    With a narrator set (service/narrator.py), `narration` tells an answer once more.

    Raises: BadQuery (no word in it), UnknownRegion, UnknownKind, UnknownTheme.
    """
    record = _answer_plainly(library, question, meant)
    told = narrate(library.settings, question, record["answer"]) if record["answered"] else None
    return record | ({"narration": told} if told else {})


def _answer_plainly(library: Library, question: str, meant: Mapping[str, Any] | None) -> dict[str, Any]:
    if not any(letter.isalnum() for letter in question):
        raise BadQuery("The question holds no word.", subject=question[:80])
    with library.catalogue.read() as connection:
        known = known_regions(connection)
    asked = understand(question, library.taxonomy, known, _area_names(library, known))
    if meant is not None:
        asked = _set_right(asked, meant, known, library)
    speaker = Speaker(asked.language, library.taxonomy)
    record: dict[str, Any] = {
        "question": question,
        "understood": asked.record(),
        "answered": False,
        "answer": [],
    }
    if asked.unknown and asked.operation != "search":
        text = speaker.say("no_document", region=speaker.join(asked.unknown), regions=speaker.join(known))
        return record | {"answer": [_part(text)], "comparison": None}
    if asked.operation == "search" or asked.open:
        return record | _answer_by_search(library, asked, speaker)
    return record | _answer_by_findings(library, asked, speaker, known)


def _set_right(asked: Question, meant: Mapping[str, Any], known: Sequence[str], library: Library) -> Question:
    """Return the question as its asker means it: nothing in it is left unknown.

    Raises: UnknownRegion, UnknownKind, UnknownTheme.
    """
    regions, themes = meant.get("regions", ()), meant.get("themes", ())
    regions = check_regions(regions, known, library.taxonomy) if regions else ()
    operation = meant.get("operation", asked.operation)
    return replace(
        asked,
        regions=regions,
        kinds=check_kinds(meant.get("kinds", ())),
        themes=check_themes(themes, library.taxonomy) if themes else (),
        focus_area=meant.get("focus_area") or None,
        operation=operation if operation in OPERATIONS else asked.operation,
        swapped=asked.swapped and (regions, operation) == (asked.regions, asked.operation),
        unknown=(),
        rest=(),
    )


def _answer_by_findings(
    library: Library, asked: Question, speaker: Speaker, known: Sequence[str]
) -> dict[str, Any]:
    regions = list(asked.regions or known)
    if asked.operation == "unique" and len(regions) == 1:
        regions += [name for name in known if name not in regions]
    regions = regions[:MOST_REGIONS]
    if not regions:
        return _refuse(_say_nothing(library, speaker, regions))
    if asked.focus_area and not _has_area(library, regions, asked):
        names = speaker.join(_area_names(library, regions)) or "–"
        return _refuse(speaker.say("no_area", name=asked.focus_area, regions=names))
    plain = [kind for kind in asked.kinds if kind in ("strength", "opportunity")]
    if plain or len(regions) < 2:
        return _answer_without_comparison(library, asked, speaker, regions, plain)
    kinds, area = _kinds_of(asked), asked.focus_area
    if asked.operation == "learn":
        kinds, area = COMPARED, None
    comparison = compare_regions(library.catalogue, library.taxonomy, regions, kinds=kinds, focus_area=area)
    parts: list[Part] = answer_lessons(comparison, asked, speaker) if asked.operation == "learn" else []
    for kind in kinds if asked.operation != "learn" else ():
        if kind == "focus_area":
            parts += answer_areas(comparison, asked, speaker)
        else:
            parts += answer_kinds(library, comparison, asked, speaker, kind)
    if not parts:
        return _refuse(_say_nothing(library, speaker, regions)) | {
            "comparison": comparison.model_dump(mode="json")
        }
    return {"answered": True, "answer": parts, "comparison": comparison.model_dump(mode="json")}


def _kinds_of(asked: Question) -> tuple[str, ...]:
    """The kinds to compare: those asked, else both with themes, and areas if nothing else was named."""
    if asked.kinds:
        return asked.kinds
    return COMPARED if asked.themes or asked.focus_area else ("focus_area", *COMPARED)


def _answer_without_comparison(
    library: Library, asked: Question, speaker: Speaker, regions: Sequence[str], plain: Sequence[str]
) -> dict[str, Any]:
    """One region, or kinds that carry no theme: list what there is."""
    sides = open_sides(library.catalogue, library.taxonomy, regions, alone=True)
    kinds = tuple(plain) or _kinds_of(asked)
    parts = [part for side in sides for kind in kinds for part in answer_plain(side, asked, speaker, kind)]
    if not parts:
        return _refuse(_say_nothing(library, speaker, regions))
    return {"answered": True, "answer": parts, "comparison": None}


def _answer_by_search(library: Library, asked: Question, speaker: Speaker) -> dict[str, Any]:
    choice = Filter(regions=asked.regions)
    found: SearchAnswer = library.searcher.search(asked.text, choice, limit=HITS)
    hits = [hit.model_dump(mode="json") for hit in found.hits]
    if not found.answered:
        return {
            "answered": False,
            "answer": [_part(_say_nothing(library, speaker, asked.regions))],
            "hits": hits,
        }
    cited = [
        Citation(
            document=hit.document,
            title=hit.title,
            region=hit.region,
            year=hit.year,
            pages=hit.pages,
            quote=hit.quote,
            language=hit.language,
        )
        for hit in found.hits
    ]
    return {"answered": True, "answer": [_part(speaker.say("hits"), cited)], "hits": hits}


def _refuse(text: str) -> dict[str, Any]:
    return {"answered": False, "answer": [_part(text)], "comparison": None}


def _has_area(library: Library, regions: Sequence[str], asked: Question) -> bool:
    """Whether any of the regions has an area that the asker's word means."""
    sides = open_sides(library.catalogue, library.taxonomy, regions, alone=True)
    plots = [plot for side in sides for plot in gather_plots(side)]
    return bool(find_plots(plots, asked.focus_area or ""))


def _area_names(library: Library, regions: Sequence[str]) -> list[str]:
    """The names of the focus areas of regions, in order."""
    if not regions:
        return []
    sides = open_sides(library.catalogue, library.taxonomy, regions, alone=True)
    return list(dict.fromkeys(area.name for side in sides for one in side.materials for area in one.areas))


def _say_nothing(library: Library, speaker: Speaker, regions: Sequence[str]) -> str:
    with library.catalogue.read() as connection:
        read = read_coverage(connection, Filter(regions=tuple(regions)))
    where = speaker.join(regions) if regions else speaker.say("anywhere")
    return speaker.say(
        "nothing", documents=read.documents, pages=read.pages - read.pages_without_text, regions=where
    )


def _part(text: str, citations: Sequence[Citation] = ()) -> Part:
    return {"text": text, "citations": [one.model_dump(mode="json") for one in citations]}
