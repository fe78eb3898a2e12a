"""Where focus areas are stated: headings, lists, tables and sentences, each with its weight.

Every source gives groups: names that stand side by side. Members of a group are different
areas; the same area comes back in several groups, which is how a real one is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.counted import FEWEST, count_choice, find_count, find_counted
from models.cues import split_words
from models.document import Block, Document
from models.naming import ANNOUNCES, clean_name, cut_items, is_name, marked_name, same_area
from models.statement import ITEMS, Statements

# What a source is worth. A name needs two, or one strong source, to be called an area.
MARKED, CHILD, LISTED, RUN, TABLED, COUNTED_OUT, SAID, SIBLING, TITLED = (
    1.0,
    0.8,
    0.8,
    0.8,
    0.8,
    0.8,
    0.7,
    0.7,
    0.5,
)
NUMBERED = 0.3
"""Weight of numbered headings side by side: they count only where another source lists the same."""
COUNTED = 0.5
"""Weight of a table with figures beside the names: sectors that were weighed, not yet chosen."""
MOST_MEMBERS = 14  # more names side by side are a list of something else: firms, projects, statistics
_SURE = 0.5  # score of focus_area over which a heading counts without a marker
_LIKELY = 0.3  # and over which a sentence that uses the words of priority does
_HINTED = 0.1  # and over which one does that also counts the areas out, or says "X is our focus area"
_NEAR = 60  # characters between a verb of being and the word for areas
_SHORT = 6  # words of a name in running text
_ARTICLE = re.compile(r"^(?:den|det|de|the|både|both)\s+", re.IGNORECASE)
_FURTHER = re.compile(
    r"\b(?:andre|andra|øvrige|övriga|ytterligere|other|further|additional)\b.*\b(?:muligh|mulegh|høve|möjligh|mulighed|"
    r"opportunit|områd|areas|domains|fields)",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\s*(?:[:;(]|\s[–—-]\s|\.\s|, (?:som|der|which|vilket|såsom|such|herunder|including)\b)")
_OPENING = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+|[A-H][.)]\s+)?(?P<name>[^.:;]{3,110})[.:]\s+\S", re.DOTALL
)
_VERB = re.compile(
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
_NEGATED = re.compile(
    r"\b(?:ikke|ikkje|inte|not|no longer|never|aldri|aldrig|ingen|neither|without|frem for|rather than|bortfall\w*|"
    r"tidligere|tidigare|tidlegare|former\w*|previous\w*|earlier)\b",
    re.IGNORECASE,
)


CHOSEN = "chosen"
"""Source of names after a verb of choosing; believed only where nothing announces other areas."""
UNANNOUNCED = frozenset(("title", "number"))
"""Sources without a word of priority: any document has such headings."""
_ABOUT = re.compile(
    r"\b(?:polic(?:y|ies)|politik\w*|implementation|gjennomføring|genomförande|gennemførelse)\b",
    re.IGNORECASE,
)
STRUCTURAL = frozenset(("sibling", "number"))
"""Sources that say the same thing twice: headings stand side by side."""


@dataclass(frozen=True)
class Candidate:
    """A name where it stands: `start`-`end` are characters of the text.

    `section` is what lies under it, `inside` the section it stands in.
    """

    name: str
    start: int
    end: int
    weight: float
    source: str
    section: int | None = None
    inside: int | None = None


Group = tuple[Candidate, ...]


def find_groups(document: Document, statements: Statements, focus: np.ndarray) -> list[Group]:
    """Return groups of names from all sources. `focus` is each sentence's focus_area score, (n,)."""
    headings = _heading_scores(document, focus)
    skipped = _noisy_sections(document) | _parts_of_areas(document)
    groups = [
        *_from_children(document, skipped),
        *_from_others(document, skipped),
        *_from_siblings(document, skipped),
        *_from_marks(document, skipped),
        *_from_lists(document, statements, focus),
        *_from_runs(document, focus),
        *_from_tables(document),
        *_from_sentences(document, focus),
        *_from_counts(document),
        *_from_titles(document, headings, skipped),
        *_from_numbers(document, skipped),
    ]
    groups = [_once(group) for group in groups]
    return [group for group in groups if group and len(group) <= MOST_MEMBERS]


def _once(group: Group) -> Group:
    """Return a group with each name once, where it stands first."""
    return tuple({one.name.casefold(): one for one in reversed(group)}.values())[::-1]


def _heading_scores(document: Document, focus: np.ndarray) -> dict[int, float]:
    """Return the focus_area score of each section's heading."""
    by_block = {
        one.block: float(focus[at]) for at, one in enumerate(document.sentences) if one.unit == "heading"
    }
    sections = enumerate(document.sections)
    return {n: by_block.get(one.block, 0.0) for n, one in sections if one.block is not None}


def _noisy_sections(document: Document) -> frozenset[int]:
    """Return the sections that are contents pages or reference lists."""
    return frozenset(one.section for one in document.segments if one.noise and one.section is not None)


def _parts_of_areas(document: Document) -> frozenset[int]:
    """Return announcing sections whose title comes again with other names below ("Potential focus sectors").

    What they list are parts of the areas that they follow, not the document's areas.
    """
    below: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, one in enumerate(document.sections):
        if ANNOUNCES.search(one.title):
            names = tuple(clean_name(document.sections[n].title) for n in _children(document, number))
            below.setdefault(clean_name(one.title).casefold(), []).append((number, names))
    return frozenset(
        number
        for places in below.values()
        if len(places) > 1 and not _share_names([names for _, names in places if names])
        for number, _ in places
    )


def _share_names(lists: Sequence[Sequence[str]]) -> bool:
    """Say whether two of some lists have a name in common, or only one is there."""
    known: list[str] = []
    for names in lists:
        if any(same_area(one, two) for one in names for two in known):
            return True
        known += names
    return len(lists) < 2


def _children(document: Document, parent: int | None) -> list[int]:
    return [n for n, one in enumerate(document.sections) if one.parent == parent]


def _title(document: Document, number: int, weight: float, source: str) -> Candidate | None:
    """Return a section's title as a candidate, None if it cannot be a name."""
    section = document.sections[number]
    name = marked_name(section.title) or clean_name(section.title)
    if not is_name(name) or section.block is None:
        return None
    block = document.blocks[section.block]
    return Candidate(name, block.start, block.end, weight, source, number)


def _titles(document: Document, numbers: Sequence[int], weight: float, source: str) -> Group:
    found = [_title(document, number, weight, source) for number in numbers]
    return tuple(one for one in found if one is not None)


def _from_children(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one that announces areas ("Våre satsingsområder")."""
    for number, section in enumerate(document.sections):
        if number not in skipped and ANNOUNCES.search(section.title) and not _ABOUT.search(section.title):
            group = _titles(document, _children(document, number), CHILD, "child")
            if len(group) >= 2:
                yield group


def _from_others(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings below one on further areas ("Andre muligheter"), inside a chapter that announces areas."""
    for number, section in enumerate(document.sections):
        above = section.parent is not None and ANNOUNCES.search(document.sections[section.parent].title)
        if above and number not in skipped and _FURTHER.search(section.title):
            group = _titles(document, _children(document, number), CHILD, "child")
            if len(group) >= 2:
                yield group


def _from_siblings(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Chapters after a title page that announces areas and has nothing below it."""
    for number, section in enumerate(document.sections):
        if number in skipped or not ANNOUNCES.search(section.title) or _children(document, number):
            continue
        after = [one for one in _children(document, section.parent) if one > number]
        run = []
        for one in after:
            title = document.sections[one]
            if (
                title.level != section.level
                or ANNOUNCES.search(title.title)
                or not is_name(clean_name(title.title))
            ):
                break
            run.append(one)
        group = _titles(document, run, SIBLING, "sibling")
        if len(group) >= 2:
            yield group


def _from_marks(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that carry a marker and a name ("Priority area 2: Photonics")."""
    marked = [
        n for n, one in enumerate(document.sections) if n not in skipped and is_name(marked_name(one.title))
    ]
    yield _titles(document, marked, MARKED, "mark")


def _from_titles(document: Document, headings: dict[int, float], skipped: frozenset[int]) -> Iterator[Group]:
    """Headings that the classifier takes for the name of an area; each stands alone."""
    for number, score in headings.items():
        if score >= _SURE and number not in skipped:
            group = _titles(document, [number], TITLED, "title")
            if group:
                yield group


def _from_numbers(document: Document, skipped: frozenset[int]) -> Iterator[Group]:
    """Headings numbered one after the other below one heading, or chapters: runs of two names or more."""
    for parent in sorted({-1 if one.parent is None else one.parent for one in document.sections}):
        run: list[Candidate] = []
        last = 0
        for number in _children(document, None if parent < 0 else parent):
            label = re.search(r"(\d+)\.?$", document.sections[number].number or "")
            title = _title(document, number, NUMBERED, "number") if label and number not in skipped else None
            if run and (title is None or not label or int(label[1]) != last + 1):
                if len(run) >= 2:
                    yield tuple(run)
                run = []
            if title is not None and label:
                run.append(title)
                last = int(label[1])
        if len(run) >= 2:
            yield tuple(run)


def _from_lists(document: Document, statements: Statements, focus: np.ndarray) -> Iterator[Group]:
    """List items after a lead-in, or directly under a heading, that announces areas."""
    lists: dict[int, list[int]] = {}
    for at, one in enumerate(statements.items):
        if one.unit == "bullet":
            lead = int(statements.leads[at]) if statements.leads[at] >= 0 else int(statements.headings[at])
            lists.setdefault(lead, []).append(at)
    for lead, items in lists.items():
        if lead < 0:
            continue
        text = statements.items[lead].text
        announced = ANNOUNCES.search(text) and not _NEGATED.search(text)
        if announced and (focus[lead] >= _LIKELY or text.endswith(":") or focus[items].mean() >= _LIKELY):
            group = tuple(found for at in items if (found := _item(document, at)) is not None)
            if len(group) >= max(2, 0.6 * len(items)):
                yield group


def _item(document: Document, at: int) -> Candidate | None:
    sentence = document.sentences[at]
    text = document.text[sentence.start : sentence.end]
    name = marked_name(text) or clean_name(_HEAD.split(text, maxsplit=1)[0])
    if not is_name(name):
        return None
    return Candidate(name, sentence.start, sentence.end, LISTED, "list", None, sentence.section)


def _from_runs(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Paragraphs and items of a section that open with a name, after a heading or sentence that announces areas.

    "1.1. Photonics. The area was chosen because …", with other paragraphs between them.
    """
    opened: dict[int | None, int] = {}
    for at, sentence in enumerate(document.sentences):
        text = document.text[sentence.start : sentence.end]
        said = sentence.unit == "heading" or text.endswith(":") or focus[at] >= _LIKELY
        if said and ANNOUNCES.search(text) and not _NEGATED.search(text):
            opened.setdefault(sentence.section, sentence.end)
    for section, end in opened.items():
        blocks = [one for one in document.blocks if one.section == section and one.start >= end]
        runs = [
            (_level(document, block), one)
            for block in blocks
            if (one := _run_in(document, block)) is not None
        ]
        levels = Counter(level for level, _ in runs if level)
        series = levels.most_common(1)[0][0] if levels else ""
        group = tuple(one for level, one in runs if level == series)
        if len(group) >= 2:
            yield group


def _level(document: Document, block: Block) -> str:
    """Return the number before the last of a dotted one: items of one series share it ("15" of "15.4")."""
    match = re.match(r"(\d{1,2}(?:\.\d{1,2})*)\.\d{1,2}\.?\s", document.text[block.start : block.start + 20])
    return match[1] if match else ""


def _run_in(document: Document, block: Block) -> Candidate | None:
    """Return the name that opens a numbered paragraph or item and is followed by more text."""
    text = document.text[block.start : block.end]
    match = _OPENING.match(text)
    numbered = match is not None and bool(match["number"])
    if match is None or not (block.type == "list_item" or (block.type == "paragraph" and numbered)):
        return None
    name = clean_name(match["name"])
    if not is_name(name) or _VERB.search(name):
        return None
    return Candidate(name, block.start, block.start + match.end("name"), RUN, "run", None, block.section)


def _from_tables(document: Document) -> Iterator[Group]:
    """The column of a table whose head announces areas, or the first one under such a title."""
    for number, block in enumerate(document.blocks):
        if block.type != "table" or len(block.rows) < 2:
            continue
        column = next((n for n, cell in enumerate(block.rows[0]) if ANNOUNCES.search(cell)), None)
        if column is not None:
            cells = [row[column] for row in block.rows[1:] if len(row) > column]
        elif ANNOUNCES.search(_above(document, number)):
            across = block.rows[0][1:] if not block.rows[0][0].strip() else block.rows[0]
            cells = (
                list(across)
                if len(block.rows) <= 3 < len(across)
                else [row[0] for row in block.rows[1:] if row]
            )
        else:
            continue
        weight = COUNTED if _is_counted(block) else TABLED
        yield tuple(one for cell in cells if (one := _cell(document, block, cell, weight)) is not None)


def _is_counted(block: Block) -> bool:
    """Say whether most cells beside the first column are figures."""
    cells = [cell for row in block.rows[1:] for cell in row[1:] if cell.strip()]
    figures = sum(
        any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell) for cell in cells
    )
    return figures > 0.5 * len(cells)


def _above(document: Document, number: int) -> str:
    """Return the caption or line before a table and its section's title."""
    before = document.blocks[number - 1] if number else None
    near = document.text[before.start : before.end] if before is not None and before.type == "caption" else ""
    section = document.blocks[number].section
    return near + "\n" + (document.sections[section].title if section is not None else "")


def _cell(document: Document, block: Block, cell: str, weight: float) -> Candidate | None:
    name = clean_name(_HEAD.split(cell, maxsplit=1)[0])
    start = document.text.find(cell, block.start, block.end)
    if start < 0 or not is_name(name):
        return None
    return Candidate(name, start, start + len(cell), weight, "table", None, block.section)


def _from_sentences(document: Document, focus: np.ndarray) -> Iterator[Group]:
    """Sentences that name areas: "… satsingsområder: x, y og z", "X är vårt fokusområde"."""
    for at, sentence in enumerate(document.sentences):
        if sentence.unit in ITEMS or sentence.unit == "heading":
            continue
        text = document.text[sentence.start : sentence.end]
        counted = count_choice(text) if focus[at] < _HINTED else 0
        if _NEGATED.search(text) or (focus[at] < _HINTED and counted < FEWEST):
            continue
        names, weight = _said(text, sure=bool(focus[at] >= _LIKELY))
        if names and counted in (0, len(names)):
            source = "sentence" if weight == SAID else CHOSEN if not ANNOUNCES.search(text) else "count"
            yield tuple(
                Candidate(name, sentence.start, sentence.end, weight, source, None, sentence.section)
                for name in names
            )


def _from_counts(document: Document) -> Iterator[Group]:
    """Headings or items that a sentence of choosing has counted ("four societal challenges")."""
    for inside, names in find_counted(document):
        yield tuple(
            Candidate(
                name, start, end, COUNTED_OUT, "count", section, None if section is not None else inside
            )
            for name, start, end, section in names
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
        [single]
        if is_name(single) and len(split_words(single)) <= _SHORT and not _VERB.search(single)
        else []
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
