"""A document's title, regions, year and type, from its cover and headings before its metadata.

/Title is often wrong ("Microsoft Word - utkast3.doc", a template's name), so it is asked
last. What was taken and from where goes into `Guess.sources`; the user can correct it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from ingest.outline import Layout
from ingest.raw import RawDocument
from models.document import Block, Guess
from models.taxonomy import Region, Taxonomy

COVER_CHARS = 1_500
"""Characters from the start that count as cover: a cover page, or the head of a short note."""
TITLE_LIMIT = 200
"""Characters of a title; longer headings are sentences."""
YEARS = range(1990, 2036)
"""Years that a strategy may bear; earlier ones in a cover text are laws or founding years."""
NAMED_OFTEN = 8
"""Mentions per 10,000 words from which a region that stands nowhere on the cover is the document's.

Tried on the documents at hand: own regions 20-150, regions mentioned in passing 0-5.
"""
NAMED_AT_ALL = 4
"""Mentions per 10,000 words that a region of the cover must have too; a place of printing has 0-2."""
FEWEST = 3
"""Mentions in all below which a frequency says nothing (a short note)."""

ENGLISH_WORDS = ("Island",)
"""Nordic names of regions that are common words in an English text."""

_COMPASS = (
    r"(?:North(?:ern)?|South(?:ern)?|East(?:ern)?|West(?:ern)?|Central|Mid|Upper|Lower|"
    r"(?:North|South)[- ]?(?:[Ee]ast|[Ww]est)(?:ern)?|Nord|Sør|Syd|Øst|Vest|Midt|Norra|Södra|Östra|Västra|"
    r"Mellersta|Nordre|Søndre|Noord|Zuid|Oost|Pohjois|Etelä|Itä|Länsi|Keski)[- ]"
)
"""What makes of a country's name that of a part of it: "Northern Netherlands"."""

_LINE = re.compile(r"[^\n]+")
_YEAR = re.compile(r"(?<![\d/.])((?:19|20)\d\d)(?![\d])")
_MADE = re.compile(r"(?:D:)?(\d{4})")
"""A date as PDF writes it: D:20240131120000+01'00'."""
_CAPITAL = re.compile(r"\b[A-ZÆØÅÄÖ][a-zæøåäö]{3,}\b")
_SPAN = re.compile(r"((?:19|20)\d\d)\s?[-–]\s?((?:19|20)?\d\d)(?!\d)")
_PATTERNS = (
    re.compile(r"\bRegion ([A-ZÆØÅÄÖ][\wæøåäö-]+)"),
    re.compile(
        r"\b([A-ZÆØÅÄÖ][\wæøåäö-]+(?: (?:og|and|och) [A-ZÆØÅÄÖ][\wæøåäö-]+)?) "
        r"(?:fylkeskommune|fylke|fylkesting)\b"
    ),
    re.compile(r"\b([A-ZÆØÅÄÖ][\wæøåäö-]+?)s? (?:län|landsting)\b"),
    re.compile(r"\b([A-Z][\w-]+(?: [A-Z][\w-]+)?) (?:County Council|County|Regional Council|Region)\b"),
)
_OFFICES = frozenset(
    "administration agency assembly authority board council development government office partnership plan "
    "programme strategy rådet utveckling utvikling".split()
)
"""What follows "Region" and is no name: "Strathmorran Region Partnership"."""
_FALSE_TITLE = re.compile(
    r"^(microsoft (word|powerpoint)|untitled|uten navn|dokument\d*|document\d*|presentasjon|powerpoint)|"
    r"\.(docx?|indd|pptx?|qxd|rtf|odt|pdf)$|utkast|draft",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "bakgrunn bakgrund baggrund background innledning innleiing inledning indledning introduction "
    "forord förord foreword preface sammendrag samandrag sammanfattning sammenfatning resumé summary "
    "innhold innhald innehåll indhold contents".split()
)
"""Headings that begin any text and so title none."""
_ISSUER = re.compile(
    r"(?:the )?(?:government|ministry|parliament|cabinet|council of ministers|council of state|"
    r"regjeringen?|regjeringa|regeringen|regeringskansliet|stortinget|riksdagen|folketinget|"
    r"\w*departementet?|\w*ministeriet|länsstyrelsen)(?:(?: \w[\w’'-]*,?){0,8})|"
    r"(?:\w[\w’'-]* ){1,3}(?:fylkeskommune|kommune|regionråd|county council|regional council)",
    re.IGNORECASE,
)
"""A line that names who issued a text and nothing else; digits and words of `_TYPES` make it a title."""
_DATE = re.compile(r"(\d{1,2}\.? )?([^\W\d]+ )?\d{4}|\d{1,2}\.\d{1,2}\.\d{2,4}")
_DAY = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(\d\d)\b(?!\.)")
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("programme", re.compile(r"\b(partiprogram|principprogram|arbeidsprogram|programme|program)\w*\b", re.I)),
    (
        "strategy",
        re.compile(
            r"strateg(i|y|ie|ier|ies|ien)\b|speciali[sz]ation|spesialisering|specialisering|RIS3", re.I
        ),
    ),
    ("plan", re.compile(r"\b(\w*plan|handlingsplan|action plan|\w*bestemmelser)\b", re.I)),
    (
        "report",
        re.compile(r"\b(\w*rapport|report|utredning|evaluering|analyse|analysis|kunnskapsgrunnlag)\b", re.I),
    ),
)


def guess_metadata(layout: Layout, raw: RawDocument, file: str, taxonomy: Taxonomy) -> Guess:
    """Return what the document itself says of its title, regions, year and type, with the sources."""
    cover = _cover_text(layout)
    title, title_source = _guess_title(layout, raw, file)
    regions, region_source = _guess_regions(layout, title, cover, file, taxonomy)
    year, year_source = _guess_year(title, cover, raw, file)
    kind, kind_source = _guess_type(title, cover)
    sources = {"title": title_source, "regions": region_source, "year": year_source, "type": kind_source}
    return Guess(
        title=title,
        regions=regions,
        year=year,
        type=kind,
        sources={key: source for key, source in sources.items() if source},
    )


def _cover_text(layout: Layout) -> str:
    blocks = [one for one in layout.blocks if one.type != "contents" and one.start < COVER_CHARS]
    blocks.sort(key=lambda block: block.order)
    return "\n".join(layout.text[one.start : one.end] for one in blocks)[: 2 * COVER_CHARS]


def _guess_title(layout: Layout, raw: RawDocument, file: str) -> tuple[str, str]:
    titles = [_flat(_text(layout, [one])) for one in layout.blocks if one.type == "title"]
    titles = [one for one in titles if one and not _DATE.fullmatch(one)]
    if titles:
        return _pass_issuer(layout, titles)[:TITLE_LIMIT], "cover"
    stated = _flat(raw.metadata.get("Title", ""))
    if _plausible(stated) and _flat(stated).casefold() in _flat(layout.text[: 4 * COVER_CHARS]).casefold():
        return stated[:TITLE_LIMIT], "metadata"
    first_pages = layout.pages[min(1, len(layout.pages) - 1)].end if layout.pages else 0
    headings = [
        _flat(_text(layout, [one]))
        for one in layout.blocks
        if one.type == "heading" and one.start < first_pages
    ]
    if headings and headings[0].casefold().strip(" .:0123456789") not in _GENERIC:
        return headings[0][:TITLE_LIMIT], "headings"
    if _plausible(stated):
        return stated[:TITLE_LIMIT], "metadata"
    sparse = bool(layout.pages) and layout.pages[0].end < COVER_CHARS // 2
    first = [one for one in layout.blocks if one.type == "paragraph" and one.end <= layout.pages[0].end]
    if sparse and first and first[0].end - first[0].start <= TITLE_LIMIT:
        return _flat(_text(layout, first[:1])), "cover"
    return PurePath(file).stem.replace("_", " ")[:TITLE_LIMIT], "file name"


def _pass_issuer(layout: Layout, titles: Sequence[str]) -> str:
    """Return the first title, or if it only names who issued the text, what stands below it on its page."""
    if not _names_issuer(titles[0]):
        return titles[0]
    first = next(n for n, one in enumerate(layout.blocks) if one.type == "title")
    below = [
        _flat(_text(layout, [one]))
        for one in layout.blocks[first + 1 :]
        if one.type in ("title", "heading", "paragraph") and one.end <= layout.pages[0].end
    ]
    proper = [one for one in below[:1] if len(one) <= 2 * TITLE_LIMIT and not _DATE.fullmatch(one)]
    others = [one for one in titles if not _names_issuer(one)]
    return (others or [one for one in proper if not one.endswith(".")] or list(titles))[0]


def _names_issuer(title: str) -> bool:
    return bool(_ISSUER.fullmatch(title)) and not any(pattern.search(title) for _, pattern in _TYPES)


def _plausible(title: str) -> bool:
    return len(title) >= 8 and " " in title and not _FALSE_TITLE.search(title)


def _guess_regions(
    layout: Layout, title: str, cover: str, file: str, taxonomy: Taxonomy
) -> tuple[tuple[str, ...], str]:
    heads = " ".join(
        _flat(_text(layout, [one])) for one in layout.blocks if one.type in ("header", "footer")
    )[:4000]
    stem = PurePath(file).stem.replace("_", " ").replace("-", " ")
    found = _regions_in(title, taxonomy)
    if found:
        return found, "cover"
    often = _mentions(layout, taxonomy)
    for text, source in ((cover, "cover"), (heads, "headings")):
        found = tuple(
            one for one in _regions_in(text, taxonomy) if often.get(one, NAMED_AT_ALL) >= NAMED_AT_ALL
        )
        if found:
            return found, source
    most = min(often, key=lambda name: (-often[name], name), default=None)
    if most is not None and often[most] < NAMED_OFTEN:
        most = None
    wide = most is None or most in _countries(taxonomy)
    proper = _proper_name(title + "\n" + cover, _body_text(layout)) if wide else None
    if proper and _guess_type(title, cover)[0] in ("strategy", "plan"):
        return (proper,), "cover"
    if most is not None:
        return (most,), "text"
    named = _regions_in(stem.title(), taxonomy)
    return named, "file name" if named else ""


def _body_text(layout: Layout) -> str:
    skipped = ("header", "footer", "contents", "title")
    return "\n".join(_text(layout, [one]) for one in layout.blocks if one.type not in skipped)


def _proper_name(cover: str, text: str) -> str | None:
    """Return the name on the cover that the text uses most, always with a capital, for regions no list knows.

    A name stands inside sentences (after a small letter and a space), at least
    `NAMED_OFTEN` times in 10,000 words, and never without its capital. One of the title may stand
    anywhere.
    """
    words = max(_count_words(text), 1)
    inside: Counter[str] = Counter(re.findall(r"(?<=[a-zæøåäö,] )([A-ZÆØÅÄÖ][a-zæøåäö]{3,})\b", text))
    head = cover.split("\n", 1)[0]
    for name in _CAPITAL.findall(head):
        inside[name] = len(re.findall(rf"\b{name}\b", text))
    often = {name: count for name, count in inside.items() if count * 10_000 / words >= NAMED_OFTEN}
    for name in sorted(often, key=lambda name: (name not in head, -often[name], name)):
        if name.casefold() in _OFFICES or not re.search(rf"\b{name}\b", cover):
            continue
        if not re.search(rf"(?<![\w./@-]){name.lower()}(?![\w/@-]|\.\w)", text):  # but in an address it may
            return name
    return None


def _regions_in(text: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the narrowest regions that a text names, most often named first.

    A country is left out where a region of it is named; where the registry knows none, names
    in the pattern "Region X", "X fylkeskommune", "X län", "X County" count, before a country that is named no
    more often than they are.
    """
    counts = _count_regions(text, taxonomy.regions)
    countries = _countries(taxonomy)
    if counts.keys() <= countries:
        found = (match for pattern in _PATTERNS for match in pattern.findall(text))
        unknown = Counter(
            match for match in found if match.casefold() not in _OFFICES and match not in counts
        )
        if not counts or max(unknown.values(), default=0) >= max(counts.values()):
            ranked = sorted(unknown.items(), key=lambda pair: (-pair[1], text.find(pair[0])))
            return tuple(name for name, _ in ranked)[:2]
    narrow = [name for name in counts if name not in countries]
    chosen = narrow or list(counts)
    chosen.sort(key=lambda name: (-counts[name], list(counts).index(name)))
    most = counts[chosen[0]]
    return tuple(name for name in chosen if counts[name] * 2 >= most)[:3]


def _countries(taxonomy: Taxonomy) -> set[str]:
    return {one.name for one in taxonomy.regions if one.level == "country"}


def _mentions(layout: Layout, taxonomy: Taxonomy) -> dict[str, float]:
    """Return how often each region of the registry is named, per 10,000 words."""
    words = max(_count_words(layout.text), 1)
    counts = _count_regions(layout.text, taxonomy.regions)
    known = dict.fromkeys([*(one.name for one in taxonomy.regions), *counts], 0.0)
    return known | {name: count * 10_000 / words for name, count in counts.items() if count >= FEWEST}


def _count_regions(text: str, regions: Iterable[Region]) -> Counter[str]:
    """Count whole-word mentions of region names, case kept, the longest name winning.

    A country after a word for a part ("Northern", "Norra", "Vest-") is counted as that part, by
    the name it is written with.
    """
    english = len(re.findall(r"\b(?:the|and|of)\b", text)) * 20 > _count_words(text)
    names = {spelling: one for one in regions for spelling in (*one.aliases, one.name)}
    for word in ENGLISH_WORDS if english else ():
        names.pop(word, None)
    names = {spelling: one for spelling, one in names.items() if spelling in text}
    countries = [spelling for spelling, one in names.items() if one.level == "country"]
    found = re.findall(
        rf"\b(?:({_either(names)})|({_COMPASS}(?:{_either(countries)})))(?:n?s|n)?\b",
        text,
    )
    return Counter(names[name].name if name else part for name, part in found)


def _either(names: Iterable[str]) -> str:
    """Return a pattern of any of the names, longer ones tried first; of none where there are no names."""
    return "|".join(re.escape(one) for one in sorted(names, key=lambda one: (-len(one), one))) or r"(?!)"


def _guess_year(title: str, cover: str, raw: RawDocument, file: str) -> tuple[int | None, str]:
    for text, source in (
        (title, "cover"),
        (cover, "cover"),
        (PurePath(file).stem.replace("_", " "), "file name"),
    ):
        year = _year_in(text)
        if year:
            return year, source
    made = _MADE.match(raw.metadata.get("CreationDate", ""))
    if made and int(made[1]) in YEARS:
        return int(made[1]), "metadata"
    return None, ""


def _year_in(text: str) -> int | None:
    """Return the year that a text is dated with: the start of a period, else the latest year."""
    span = _SPAN.search(text)
    if span and int(span[1]) in YEARS:
        return int(span[1])
    years = [int(one) for one in _YEAR.findall(text) if int(one) in YEARS]
    years += [2000 + int(one) for one in _DAY.findall(text) if 2000 + int(one) in YEARS]
    return max(years) if years else None


def _guess_type(title: str, cover: str) -> tuple[str, str]:
    for text in (title, cover[:600]):
        found = [(match.start(), name) for name, pattern in _TYPES if (match := pattern.search(text))]
        if found:
            return min(found)[1], "cover"
    return "report", ""


def _text(layout: Layout, blocks: Sequence[Block]) -> str:
    return " ".join(layout.text[one.start : one.end] for one in blocks)


def _count_words(text: str) -> int:
    """Return how many words a text has, counted line by line: those of 2,000 pages are 50 MB in a list."""
    return sum(len(line[0].split()) for line in _LINE.finditer(text))


def _flat(text: str) -> str:
    return " ".join(text.split())
