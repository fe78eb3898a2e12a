"""What is found in documents and what travels to the user: findings, citations, hits, comparisons.

Every quote is cut from `Document.text` by offsets and never typed again. Page references
carry the physical index (from 1) and the printed label. The JSON shapes are the contract
of the command line and of /api/v1.
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from models.document import Frozen, Language, Unit

Kind = Literal["barrier", "measure", "strength", "opportunity", "focus_area"]
KINDS: tuple[Kind, ...] = get_args(Kind)
COMPARED: tuple[Kind, ...] = ("barrier", "measure")
"""Kinds that carry themes and so can be laid in a matrix."""
GENERAL = "general"
"""The focus area of what belongs to no single one."""
Status = Literal["found", "not_found", "unknown"]
Action = Literal["accept", "reject", "change"]
"""What a person may do with a finding; `models/verdict.py` says what it means."""


class PageRef(Frozen):
    """A page: physical `index` from 1, `label` as printed, None where none is printed."""

    index: int = Field(ge=1)
    label: str | None = None


class Reviewed(Frozen):
    """Who judged a sentence last, when (ISO 8601, UTC) and how; `number` is the entry in the log."""

    by: str
    at: str
    action: Action
    number: int


class Finding(Frozen):
    """One sentence, bullet, heading or row with what it states.

    `labels` are the kinds decided, strongest first; `kinds` holds the calibrated probability
    in [0, 1] of each kind, 1 or 0 where a person decided. `themes` (main first) and `actors`
    are those of barriers and measures. `focus_area` is an area's name in the document or
    "general". `labeller` names the weights that decided, or the person who did, of whom
    `reviewed` tells more.
    """

    id: str
    document: str
    region: str | None = None
    labels: tuple[Kind, ...] = ()
    kinds: dict[str, float] = Field(default_factory=dict)
    themes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    focus_area: str = GENERAL
    section: tuple[str, ...] = ()
    pages: tuple[PageRef, ...] = ()
    quote: str = ""
    language: Language = "other"
    unit: Unit = "sentence"
    start: int = 0
    end: int = 0
    labeller: str = ""
    reviewed: Reviewed | None = None


class Citation(Frozen):
    """A verbatim quote and where it stands; shown only if it does stand there."""

    document: str
    title: str
    region: str | None = None
    year: int | None = None
    pages: tuple[PageRef, ...] = ()
    quote: str
    language: Language = "other"
    finding: str | None = None


class CodeEvidence(Frozen):
    """Words that carry a code, as they stand in the quote; `source` says what of the area holds them."""

    source: Literal["name", "alias", "niche", "headline"]
    words: tuple[str, ...]
    citation: Citation


class AreaCode(Frozen):
    """A code of a public list ("nace", "eu", "sdg" or one's own) given to an area; `label` in English.

    `score` in [0, 1]; `evidence` are the first places, names before headlines.
    """

    list: str
    code: str
    label: str
    score: float
    evidence: tuple[CodeEvidence, ...] = ()


class FocusArea(Frozen):
    """A domain that a document prioritises, in the document's own words.

    `domains` are codes of the public lists ("nace:D35", "eu:blue.energy", "sdg:7"), surest first
    in each list; `codes` are the same with score and evidence. The four lists are the area's
    headline findings, best first.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    niches: tuple[str, ...] = ()
    region: str | None = None
    document: str
    score: float = 1.0
    domains: tuple[str, ...] = ()
    codes: tuple[AreaCode, ...] = ()
    pages: tuple[PageRef, ...] = ()
    quote: str = ""
    strengths: tuple[Citation, ...] = ()
    opportunities: tuple[Citation, ...] = ()
    barriers: tuple[Citation, ...] = ()
    measures: tuple[Citation, ...] = ()


class Why(Frozen):
    """Why a passage was found. Ranks from 1, None where that side did not find it."""

    lexical_rank: int | None = None
    vector_rank: int | None = None
    matched_terms: tuple[str, ...] = ()


class Hit(Frozen):
    """A passage that answers a query; `text` is the whole segment, `quote` its best sentence."""

    rank: int = Field(ge=1)
    score: float
    document: str
    title: str
    region: str | None = None
    year: int | None = None
    language: Language
    section: tuple[str, ...] = ()
    pages: tuple[PageRef, ...]
    quote: str
    text: str
    labels: tuple[Kind, ...] = ()
    also: tuple[PageRef, ...] = ()
    why: Why = Why()


class SearchAnswer(Frozen):
    """The answer to a query; `answered` is False when the texts do not hold it."""

    query: str
    answered: bool
    hits: tuple[Hit, ...] = ()


class Coverage(Frozen):
    """What was read for a region."""

    documents: int = 0
    pages: int = 0
    pages_without_text: int = 0
    words: int = 0


class SharedArea(Frozen):
    """Focus areas of two or more regions that are about the same thing."""

    areas: dict[str, str]
    score: float
    why: str
    evidence: dict[str, tuple[Citation, ...]] = Field(default_factory=dict)


class NearestArea(Frozen):
    """The most similar area of another region, not similar enough to be called shared."""

    region: str
    name: str
    score: float


class UniqueArea(Frozen):
    """A focus area that no other compared region has; `why` says what the nearest one lacks."""

    name: str
    nearest: NearestArea | None = None
    citation: Citation | None = None
    why: str = ""


class FocusAreaComparison(Frozen):
    """Shared areas, best first, and each region's own.

    `codes` are those of public lists ("nace:D35") by region and name of the area.
    """

    shared: tuple[SharedArea, ...] = ()
    unique: dict[str, tuple[UniqueArea, ...]] = Field(default_factory=dict)
    codes: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)


class NearPassage(Frozen):
    """The passage nearest to what was not found, and its cosine to what the others say."""

    citation: Citation
    score: float


class Cell(Frozen):
    """A theme in a region. `per_1000_words` is the density of findings in the words read.

    `not_found`: pages were read and nothing was found (`nearest` is what came closest);
    `unknown`: nothing readable. `weak`: found, but only in sentences that are unsure or hardly speak of it, so the theme
    counts neither as shared nor as the region's own.
    """

    status: Status
    count: int = 0
    per_1000_words: float = 0.0
    citations: tuple[Citation, ...] = ()
    pages_read: int = 0
    weak: bool = False
    nearest: NearPassage | None = None


class ThemeRow(Frozen):
    """One theme across the regions; `why` says in words what the cells hold."""

    theme: str
    cells: dict[str, Cell]
    why: str = ""


class ThemeComparison(Frozen):
    """Barriers, or measures, by theme, densest first.

    `shared`: every region that could be read has it; `unique`: that region alone;
    `missing`: all others have it.
    """

    themes: tuple[ThemeRow, ...] = ()
    shared: tuple[str, ...] = ()
    unique: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Link(Frozen):
    """A barrier and a measure of the same region that answers it."""

    region: str
    barrier: Citation
    measure: Citation
    score: float


class Lesson(Frozen):
    """A measure of another region that answers a barrier for which `region` names no measure."""

    region: str
    barrier: Citation
    teacher: str
    measure: Citation
    score: float


class Change(Frozen):
    """A focus area, barrier or measure that a newer document added, dropped (`new` is None) or kept.

    `name` is a focus area's, `former` the older document's where it differs. `score` in [0, 1]
    says how alike the two are; of what was added or dropped, `nearest` is what the other
    document has instead, where anything comes near.
    """

    kind: Kind
    name: str = ""
    former: str | None = None
    themes: tuple[str, ...] = ()
    old: Citation | None = None
    new: Citation | None = None
    score: float = 0.0
    reworded: bool = False
    why: str = ""
    nearest: NearPassage | None = None


class Changes(Frozen):
    """What changed from a region's older document to its newer one; `old` and `new` are their labels.

    `sentences_matched` is False where the two are in different languages, so that barriers and
    measures are told by theme only.
    """

    old: str
    new: str
    added: tuple[Change, ...] = ()
    dropped: tuple[Change, ...] = ()
    kept: tuple[Change, ...] = ()
    sentences_matched: bool = True


class Comparison(Frozen):
    """Regions side by side, in a fixed order: as asked for.

    Of documents, `regions` holds a label for each ("Region 2019"), and `changes` what the newest
    changed against the oldest, where all are about one region. `included` names the
    predecessors, successors or parts counted with a region. `unanswered` are barriers of a
    region without a measure of its own, surest first.
    """

    regions: tuple[str, ...]
    coverage: dict[str, Coverage]
    focus_areas: FocusAreaComparison = FocusAreaComparison()
    barriers: ThemeComparison = ThemeComparison()
    measures: ThemeComparison = ThemeComparison()
    links: tuple[Link, ...] = ()
    unanswered: dict[str, tuple[Citation, ...]] = Field(default_factory=dict)
    lessons: tuple[Lesson, ...] = ()
    focus_area: str | None = None
    included: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    changes: Changes | None = None


class Judgement(Frozen):
    """What the classifier says of one sentence; aligned with `Document.sentences`."""

    labels: tuple[Kind, ...] = ()
    kinds: dict[str, float] = Field(default_factory=dict)
    themes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    focus_area: str = GENERAL
    region: str | None = None


class AreaDraft(Frozen):
    """A focus area before it is stored; `start`-`end` is where it is stated.

    `headlines` maps a kind to indexes of `Document.sentences`, best first.
    """

    name: str
    aliases: tuple[str, ...] = ()
    niches: tuple[str, ...] = ()
    score: float = 1.0
    domains: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    headlines: dict[str, tuple[int, ...]] = Field(default_factory=dict)


class Analysis(Frozen):
    """All that the classifier says of a document. `labeller` names the weights.

    `doubts` are aligned with the judgements and in [0, 1], the most doubtful highest; empty
    where nothing measured them.
    """

    judgements: tuple[Judgement, ...]
    areas: tuple[AreaDraft, ...] = ()
    labeller: str = ""
    doubts: tuple[float, ...] = ()
