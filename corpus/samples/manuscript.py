"""A sample's source: labelled sentences in blocks of layout, as README.md beside this file describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "source"
KINDS = {"B": "barrier", "M": "measure", "S": "strength", "O": "opportunity", "F": "focus_area"}
THEMES = frozenset(
    "finance skills regulation market infrastructure collaboration commercialisation culture labour data"
    " politics technology".split()
)
ACTORS = frozenset("state county municipality cluster firms academia investors".split())
UNITS = {
    "s": "sentence",
    "b": "bullet",
    "h": "heading",
    "r": "table",
    "c": "caption",
    "f": "footnote",
    "t": "sentence",
}
COVER = frozenset({"kicker", "title", "subtitle", "imprint"})
UNTOLD = COVER | {"contents", "references", "sign", "figure"}
"""Blocks whose lines are never findings."""
GENERAL = "general"
FOOTNOTE = re.compile(r"\[\^(\d+)\]")


class ManuscriptError(ValueError):
    """A source breaks the format; the message names file and line."""


@dataclass(frozen=True)
class Line:
    """One labelled sentence, bullet, heading, row …; `index` counts the lines of its manuscript from 0."""

    index: int
    text: str
    unit: str
    kinds: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()
    cue: bool = False
    themes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    area: str = GENERAL

    @property
    def printed(self) -> str:
        """The text as it stands on the page: footnote marks as digits, cells parted by a tab."""
        return FOOTNOTE.sub(r"\1", self.text).replace(" ¦ ", "\t").replace("*", "")

    @property
    def quote(self) -> str:
        """What a finding quotes: the text, or of a table row its marked cell."""
        for cell in self.text.split(" ¦ ") if self.unit == "r" else ():
            if cell.startswith("*"):
                return cell[1:]
        return self.printed.replace("\t", " ")


@dataclass(frozen=True)
class Block:
    """Lines that are set together; `argument` is what stood after the directive."""

    type: str
    argument: str
    lines: tuple[Line, ...]
    section: tuple[str, ...]
    in_box: bool = False

    @property
    def level(self) -> int:
        """The level of a heading, 1-based; 3 for the title of a box, 0 for anything else."""
        if self.type == "box":
            return 3
        return int(self.argument.split()[0]) if self.type == "heading" else 0

    @property
    def number(self) -> str:
        """The printed number of a heading, "" when it has none."""
        return "".join(self.argument.split()[1:]) if self.type == "heading" else ""


@dataclass(frozen=True)
class Focus:
    """A focus area of the region; areas of different regions with one `align` are the same domain."""

    name: str
    align: str
    aliases: tuple[str, ...]
    english: str


@dataclass(frozen=True)
class Question:
    """A question with the first words of the sentences that answer it; an absent one has near misses only."""

    id: str
    fields: dict[str, str]
    text: str
    relevant: tuple[str, ...]
    also_ok: tuple[str, ...]


@dataclass(frozen=True)
class Manuscript:
    """Everything that one source file says."""

    slug: str
    head: dict[str, str]
    directives: dict[str, str]
    focuses: tuple[Focus, ...]
    blocks: tuple[Block, ...]
    queries: tuple[Question, ...]
    absents: tuple[Question, ...]

    @property
    def title(self) -> str:
        """The title as printed on the cover."""
        return next(block.lines[0].text for block in self.blocks if block.type == "title")

    def told_lines(self) -> Iterator[tuple[Block, Line]]:
        """Yield every line that can be a finding, with its block; head rows of tables are left out."""
        for block in self.blocks:
            if block.type not in UNTOLD:
                yield from ((block, line) for line in block.lines[block.type == "table" :])


def read_manuscripts(folder: Path = SOURCES) -> list[Manuscript]:
    """Read all sources of a folder, in the order of their names."""
    return [read_manuscript(path) for path in sorted(folder.glob("*.txt"))]


def read_manuscript(path: Path) -> Manuscript:
    """Read one source.

    Raises:
        ManuscriptError: a line is not of the format, or holds an unknown label.
    """
    reader = _Reader(path.stem)
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            reader.take(raw.strip())
        except (ValueError, KeyError) as error:
            raise ManuscriptError(f"{path.name}, line {number}: {error}") from error
    return reader.finish()


def parse_line(raw: str, index: int, area: str) -> Line:
    """Parse `KINDS | THEMES | ACTORS | UNIT | TEXT`.

    Raises:
        ValueError: a field is missing or a label is unknown.
    """
    parts = raw.split(" | ", 4)
    if len(parts) != 5:
        raise ValueError("not five fields")
    kinds, themes, actors, unit, text = parts
    letters = kinds.strip("-!")
    line = Line(
        index=index,
        text=text,
        unit=unit,
        kinds=tuple(KINDS[letter] for letter in letters if letter.isupper()),
        also_ok=tuple(KINDS[letter.upper()] for letter in letters if letter.islower()),
        cue=kinds == "-!",
        themes=tuple(themes.strip("-").split()),
        actors=tuple(actors.strip("-").split()),
        area=area,
    )
    if unit not in UNITS or not THEMES.issuperset(line.themes) or not ACTORS.issuperset(line.actors):
        raise ValueError("unknown unit, theme or actor")
    return line


def split_fields(text: str) -> dict[str, str]:
    """Split `a=1 | b=2` into a dictionary; a part without `=` becomes a key with an empty value."""
    pairs = (part.partition("=") for part in text.split(" | "))
    return {key.strip(): value.strip() for key, _, value in pairs}


class _Reader:
    """Takes a source line by line; what is open is a block, or a question."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.head: dict[str, str] = {}
        self.directives: dict[str, str] = {}
        self.focuses: list[Focus] = []
        self.blocks: list[Block] = []
        self.queries: list[Question] = []
        self.absents: list[Question] = []
        self.area = GENERAL
        self.section: tuple[tuple[int, str], ...] = ()
        self.in_box = False
        self.count = 0

    def take(self, raw: str) -> None:
        if not raw or raw.startswith("# "):
            return
        if raw.startswith("@"):
            name, _, argument = raw[1:].partition(" ")
            getattr(self, f"open_{name}", self.open_block)(name, argument.strip())
        elif self.queries or self.absents:
            self.add_to_question(raw)
        else:
            self.add_line(raw)

    def open_passage(self, _name: str, argument: str) -> None:
        slug, _, rest = argument.partition(" | ")
        if slug != self.slug:
            raise ValueError("the passage is not named like its file")
        self.head = split_fields(rest)

    def open_meta(self, name: str, argument: str) -> None:
        self.directives[name] = argument

    open_look = open_running = open_meta

    def open_focus(self, _name: str, argument: str) -> None:
        name, _, rest = argument.partition(" | ")
        fields = split_fields(rest)
        aliases = tuple(alias.strip() for alias in fields["aliases"].split(";"))
        self.focuses.append(Focus(name, fields["align"], aliases, fields["en"]))

    def open_area(self, _name: str, argument: str) -> None:
        if argument != "-" and argument not in {focus.name for focus in self.focuses}:
            raise ValueError(f"unknown focus area {argument}")
        self.area = GENERAL if argument == "-" else argument

    def open_box(self, name: str, argument: str) -> None:
        self.in_box = True
        self.open_block(name, "")
        self.add_line(f"- | - | - | h | {argument}")
        self.open_block("para", "")

    def open_endbox(self, _name: str, _argument: str) -> None:
        self.in_box = False
        self.open_block("closed", "")

    def open_query(self, name: str, argument: str) -> None:
        identity, _, rest = argument.partition(" | ")
        asked = self.queries if name == "query" else self.absents
        asked.append(Question(identity, split_fields(rest) | {"of": name}, "", (), ()))
        self.asked = asked

    open_absent = open_query

    def open_block(self, name: str, argument: str) -> None:
        self.blocks.append(Block(name, argument, (), tuple(title for _, title in self.section), self.in_box))

    def add_line(self, raw: str) -> None:
        block = self.blocks[-1]
        if block.type == "closed":
            raise ValueError("a text after @endbox needs a directive of its own")
        line = parse_line(raw, self.count, self.area)
        self.count += 1
        if block.type == "heading":
            line = Line(**{**vars(line), "text": f"{block.number} {line.text}".strip()})
            outer = tuple(entry for entry in self.section if entry[0] < block.level)
            self.section = (*outer, (block.level, line.text))
        section = tuple(title for _, title in self.section)
        lines = (*block.lines, line)
        self.blocks[-1] = Block(block.type, block.argument, lines, section, block.in_box)

    def add_to_question(self, raw: str) -> None:
        last = self.asked[-1]
        mark, words = raw[:2], raw[2:]
        text = last.text if mark in ("= ", "~ ") else raw
        relevant = (*last.relevant, words) if mark == "= " else last.relevant
        also_ok = (*last.also_ok, words) if mark == "~ " else last.also_ok
        self.asked[-1] = Question(last.id, last.fields, text, relevant, also_ok)

    def finish(self) -> Manuscript:
        return Manuscript(
            self.slug,
            self.head,
            self.directives,
            tuple(self.focuses),
            tuple(block for block in self.blocks if block.type != "closed"),
            tuple(self.queries),
            tuple(self.absents),
        )
