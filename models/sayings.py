"""Focus areas that sentences name: "… satsingsområder: x, y og z", "X is our focus area", "we focus on four …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from models.candidates import CHOSEN, COUNTED_OUT, LIKELY, SAID, Candidate, Group
from models.counted import FEWEST, count_choice, find_count, find_counted
from models.cues import split_words
from models.document import Document
from models.naming import ANNOUNCES, clean_name, cut_items, is_name
from models.statement import ITEMS

_HINTED = 0.1  # and over which one does that also counts the areas out, or says "X is our focus area"
_NEAR = 60  # characters between a verb of being and the word for areas
_SHORT = 6  # words of a name in running text
_ARTICLE = re.compile(r"^(?:den|det|de|the|både|both)\s+", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:er|är|is|are|skal|ska|shall|will|has|har|have|bør|bör|must|må|kan|can|by|av)\b", re.IGNORECASE
)
_COPULA = re.compile(
    r"\s(?:er|är|is|are|blir|bliver|vert|utgjør|utgör|udgør|becomes?|forms?|lyfts|løftes|pekes|pekas|väljs|velges|"
    r"udpeges|vælges|(?:skal|ska|shall|will) (?:være|vera|vara|be))\s",
    re.IGNORECASE,
)
_CHOOSING = re.compile(
    r"\b(?:spe[sc]ialiser\w*|satse\w*|satsa\w*|prioriter\w*|konsentrer\w*|koncentrer\w*|kraftsaml\w*|fokuser\w*|"
    r"focus\w*|prioriti[sz]e\w*|speciali[sz]e\w*|concentrat\w*)\s+(?:(?:seg|sig|itself|innsatsen|insatserna|indsatsen|"
    r"særlig|särskilt|especially|its (?:efforts|resources|work))\s+)?(?:innan(?:for)?|innen(?:for)?|inom|inden for|på|i|on|"
    r"in|mot|around|kring|rundt|omkring)\s+(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(
    r",\s+(?:med|som|der|with|which|where|hvor|där|kor|fordi|eftersom|because|og det|including)\b.*$",
    re.DOTALL,
)
_APPOSITION = re.compile(
    r"(?:^|\s)(?P<name>[^,.;:()]{3,60}),\s(?:et|ett|eit|en|ein|a|an|our|vårt|vores)\s", re.IGNORECASE
)
_BREAK = re.compile(
    r"\b(?:for|för|som|as|at|att|to|til|till|med|with|innen|inom|inden|kalla\w*|calle?d?)\s+", re.IGNORECASE
)
NEGATED = re.compile(
    r"\b(?:ikke|ikkje|inte|not|no longer|never|aldri|aldrig|ingen|neither|without|frem for|rather than|bortfall\w*|"
    r"tidligere|tidigare|tidlegare|former\w*|previous\w*|earlier)\b",
    re.IGNORECASE,
)


_PERIOD = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-–/]\s?((?:19|20)?\d\d)(?!\d)")


def is_past(text: str, year: int | None) -> bool:
    """Say whether a text speaks of a period that ended before a year ("the strategy for 2014–2020")."""
    ends = [match[1] if len(match[1]) == 4 else match[0][:2] + match[1] for match in _PERIOD.finditer(text)]
    return year is not None and bool(ends) and all(int(end) < year for end in ends)


def from_sentences(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Give the groups of sentences. `focus` is each sentence's focus_area score, (n,)."""
    yield from _from_sentences(document, focus)
    yield from find_counted(document)


def _from_sentences(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Sentences that name areas: "… satsingsområder: x, y og z", "X är vårt fokusområde"."""
    for at, sentence in enumerate(document.sentences):
        if sentence.unit in ITEMS or sentence.unit == "heading":
            continue
        text = document.text[sentence.start : sentence.end]
        counted = count_choice(text) if focus[at] < _HINTED else 0
        if (
            NEGATED.search(text)
            or is_past(text, document.guess.year)
            or (focus[at] < _HINTED and counted < FEWEST)
        ):
            continue
        names, weight = _said(text, sure=bool(focus[at] >= LIKELY))
        if names and counted in (0, len(names)):
            source = "sentence" if weight == SAID else CHOSEN if not ANNOUNCES.search(text) else "count"
            yield tuple(
                Candidate(name, sentence.start, sentence.end, weight, source, None, sentence.section)
                for name in names
            )


def _said(text: str, *, sure: bool) -> tuple[list[str], float]:
    """Return the names that a sentence calls areas, and the weight of the way it does so."""
    match = ANNOUNCES.search(text)
    if match is None:
        chosen = _CHOOSING.search(text)
        names = cut_items(_strip_end(chosen["rest"])) if chosen and sure else []
        return (names, COUNTED_OUT) if len(names) >= 3 else ([], 0.0)
    listed = _enumerated(text, match.end(), find_count(text[: match.end()]))
    if len(listed) >= 3:
        return listed, COUNTED_OUT
    return listed or _declared(text, match.start()), SAID


def _enumerated(text: str, after: int, count: int) -> list[str]:
    """Return the names after a colon or a verb of being that follows the word for areas.

    `count` is how many there should be, 0 if unknown; it decides whether "sound and screen" is one.
    """
    rest = text[after:]
    colon = rest.find(":")
    copula = _COPULA.search(rest)
    if colon >= 0:
        listed = _strip_end(rest[colon + 1 :])
    elif copula and copula.start() < _NEAR:
        listed = _CLAUSE.sub("", _strip_end(rest[copula.end() :]))
    else:
        return []
    names = cut_items(listed, count)
    if names or colon >= 0:
        return names
    single = clean_name(listed)
    return (
        [single] if is_name(single) and len(split_words(single)) <= _SHORT and not VERB.search(single) else []
    )


def _declared(text: str, before: int) -> list[str]:
    """Return the name before "is our focus area", or before ", a focus area"."""
    front = text[:before]
    copulas = list(_COPULA.finditer(front))
    subject = front[: copulas[0].start()] if copulas and before - copulas[-1].end() < _NEAR else ""
    if subject and len(split_words(subject)) <= _SHORT:
        name = clean_name(_ARTICLE.sub("", subject))
        parts = cut_items(subject)
        return parts or ([name] if is_name(name) else [])
    apposed = _APPOSITION.search(front)
    if apposed and before - apposed.end() < _NEAR:
        name = clean_name(_BREAK.split(apposed["name"])[-1])
        return [name] if is_name(name) and len(split_words(name)) <= _SHORT else []
    return []


def _strip_end(text: str) -> str:
    return re.split(r"(?<=\w)[.!?](?:\s|$)", text.strip(), maxsplit=1)[0]
