"""The truth of the samples, derived from the marked sources: findings, areas, questions, comparison."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from corpus.samples.leaves import Leaves
from corpus.samples.manuscript import (
    SOURCES,
    THEMES,
    UNITS,
    Block,
    Focus,
    Line,
    Manuscript,
    Question,
)
from corpus.samples.structure import build_structure

Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A line that can be a finding, with its id and the block it stands in."""

    id: str
    block: Block
    line: Line


def tell(manuscript: Manuscript) -> list[Told]:
    """Return the lines of a manuscript that can be findings, in reading order, with their ids."""
    lines = enumerate(manuscript.told_lines(), start=1)
    return [Told(f"{manuscript.slug}-{number:04}", block, line) for number, (block, line) in lines]


def list_findings(manuscript: Manuscript, leaves: Leaves | None = None) -> list[Row]:
    """Return one row per sentence, bullet, heading, caption, footnote and table row; pages need leaves."""
    return [finding_row(manuscript, told, leaves) for told in tell(manuscript)]


def finding_row(manuscript: Manuscript, told: Told, leaves: Leaves | None) -> Row:
    """Return the row of one line."""
    line = told.line
    row: Row = {
        "id": told.id,
        "doc": manuscript.slug,
        "section": list(told.block.section),
        "section_heading": told.block.section[-1] if told.block.section else "",
        "quote": line.quote,
        "kinds": list(line.kinds),
        "also_ok": list(line.also_ok),
        "focus_area": [line.area],
        "themes": list(line.themes),
        "actors": list(line.actors),
        "unit": UNITS[line.unit],
        "lang": manuscript.head["lang"],
    }
    if line.unit == "r":
        row["row"] = line.printed.split("\t")
    if told.block.in_box:
        row["in_box"] = True
    if line.cue:
        row["cue_word_negative"] = True
    return row | (leaves.place_quote(line) if leaves else {})


def list_focus_areas(manuscript: Manuscript, leaves: Leaves | None = None) -> Row:
    """Return the focus areas of a region with what the text says of each."""
    areas = [focus_row(manuscript, focus, leaves) for focus in manuscript.focuses]
    return {"doc": manuscript.slug, "region": manuscript.head["region"], "focus_areas": areas}


def focus_row(manuscript: Manuscript, focus: Focus, leaves: Leaves | None) -> Row:
    """Return one focus area: the quotes of its kinds, each with the id of its finding."""
    mine = [told for told in tell(manuscript) if told.line.area == focus.name]
    kinds = {
        "strengths": "strength",
        "opportunities": "opportunity",
        "barriers": "barrier",
        "measures": "measure",
    }
    named = [told.line.quote for told in mine if "focus_area" in told.line.kinds]
    row: Row = {
        "id": f"{manuscript.slug}-{focus.align}",
        "name": focus.name,
        "align": focus.align,
        "aliases": list(focus.aliases),
        "aliases_other_languages": {"en": [focus.english]},
        "quotes": named,
    }
    for plural, kind in kinds.items():
        told_kind = [told for told in mine if kind in told.line.kinds]
        row[plural] = [{"finding": told.id, "quote": told.line.quote} for told in told_kind]
    if leaves:
        row["pages"] = sorted({page for told in mine for page in leaves.pages_of(told.line)})
    return row


def resolve(manuscripts: Iterable[Manuscript], slug: str, words: str) -> tuple[str, str]:
    """Return document and quote of the one line that begins with some words; `slug: words` looks elsewhere.

    Raises:
        ValueError: none or several lines begin so.
    """
    other, colon, rest = words.partition(": ")
    known = {manuscript.slug: manuscript for manuscript in manuscripts}
    slug, words = (other, rest) if colon and other in known else (slug, words)
    lines = (line for block in known[slug].blocks for line in block.lines)
    quotes = [line.quote for line in lines if line.quote.startswith(words)]
    if len(quotes) != 1:
        raise ValueError(f"{slug}: {len(quotes)} lines begin with {words!r}")
    return slug, quotes[0]


def list_queries(manuscripts: list[Manuscript]) -> list[Row]:
    """Return the questions that the samples answer."""
    return [query_row(manuscripts, one, asked) for one in manuscripts for asked in one.queries]


def query_row(manuscripts: list[Manuscript], manuscript: Manuscript, asked: Question) -> Row:
    """Return a question with the sentences that answer it."""
    slug = manuscript.slug
    return {
        "id": asked.id,
        "query": asked.text,
        "query_lang": asked.fields["lang"],
        "answer": asked.fields["answer"],
        "kind_of_question": asked.fields["kind"],
        "focus_area": asked.fields["area"],
        "relevant": [resolve(manuscripts, slug, words)[1] for words in asked.relevant],
        "also_ok": [resolve(manuscripts, slug, words)[1] for words in asked.also_ok],
        "doc": slug,
        "lang": manuscript.head["lang"],
    }


def list_absents(manuscripts: list[Manuscript]) -> list[Row]:
    """Return the questions that no sample answers, with what comes near."""
    rows = []
    for manuscript in manuscripts:
        for asked in manuscript.absents:
            near = [resolve(manuscripts, manuscript.slug, words) for words in asked.also_ok]
            row = {
                "id": asked.id,
                "query": asked.text,
                "query_lang": asked.fields["lang"],
                "answerable": False,
                "why": asked.fields["why"],
                "near_misses": [{"doc": slug, "quote": quote} for slug, quote in near],
                "terms_absent": [term.strip() for term in asked.fields["terms"].split(";")],
            }
            rows.append(row)
    return rows


def count_themes(manuscript: Manuscript, kind: str) -> dict[str, list[str]]:
    """Return the ids of the findings of a kind per theme, in the order of the themes' names."""
    found = [told for told in tell(manuscript) if kind in told.line.kinds]
    ids = {theme: [told.id for told in found if theme in told.line.themes] for theme in sorted(THEMES)}
    return {theme: rows for theme, rows in ids.items() if rows}


def compare_themes(manuscripts: list[Manuscript], kind: str) -> Row:
    """Return per theme and region the findings of a kind, what all regions share and what one alone has."""
    regions = {manuscript.slug: count_themes(manuscript, kind) for manuscript in manuscripts}
    holders = {theme: [slug for slug in regions if theme in regions[slug]] for theme in sorted(THEMES)}
    return {
        "cells": {
            theme: {
                slug: {"count": len(rows.get(theme, [])), "findings": rows.get(theme, [])}
                for slug, rows in regions.items()
            }
            for theme in sorted(THEMES)
        },
        "shared": [theme for theme, slugs in holders.items() if len(slugs) == len(regions)],
        "unique": {slug: [theme for theme, slugs in holders.items() if slugs == [slug]] for slug in regions},
    }


def compare_pair(a: Manuscript, b: Manuscript) -> Row:
    """Return what two regions share and what each has alone: focus areas by `align`, themes by name."""
    first, second = ({focus.align: focus.name for focus in one.focuses} for one in (a, b))
    row: Row = {
        "regions": [a.slug, b.slug],
        "shared_focus_areas": [
            {"align": align, "areas": {a.slug: name, b.slug: second[align]}}
            for align, name in first.items()
            if align in second
        ],
        "unique_focus_areas": {
            a.slug: [name for align, name in first.items() if align not in second],
            b.slug: [name for align, name in second.items() if align not in first],
        },
    }
    for kind in ("barrier", "measure"):
        mine, theirs = (set(count_themes(one, kind)) for one in (a, b))
        row[f"{kind}_themes"] = {
            "shared": sorted(mine & theirs),
            "unique": {a.slug: sorted(mine - theirs), b.slug: sorted(theirs - mine)},
        }
    return row


def compare(manuscripts: list[Manuscript], alignments: Mapping[str, Row]) -> Row:
    """Return the comparison of all samples and of every two of them."""
    groups = []
    for align, told in alignments.items():
        areas = {one.slug: focus.name for one in manuscripts for focus in one.focuses if focus.align == align}
        groups.append({"align": align, "english": told["english"], "why": told["why"], "areas": areas})
    alone = {group["align"] for group in groups if len(group["areas"]) == 1}
    return {
        "regions": {
            one.slug: {"name": one.head["region"], "doc": one.slug, "lang": one.head["lang"]}
            for one in manuscripts
        },
        "focus_areas": {
            "shared": [group for group in groups if len(group["areas"]) > 1],
            "unique": {
                one.slug: [focus.name for focus in one.focuses if focus.align in alone] for one in manuscripts
            },
        },
        "barriers": compare_themes(manuscripts, "barrier"),
        "measures": compare_themes(manuscripts, "measure"),
        "pairs": [compare_pair(a, b) for a, b in combinations(manuscripts, 2)],
    }


def read_alignments(path: Path = SOURCES / "alignments.toml") -> dict[str, Row]:
    """Return what is said by hand of each domain: its English name and why areas of it are alike."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def catalogue_text(manuscripts: list[Manuscript]) -> str:
    """Return catalogue.toml, which tells ingest what the PDFs are, whatever their metadata say."""
    blocks = ["# Written by typeset.py."]
    for one in manuscripts:
        fields = {
            "file": f"{one.slug}.pdf",
            "regions": [one.head["region"]],
            "country": one.head["country"],
            "title": one.title,
            "year": int(one.head["year"]),
            "type": one.head["genre"],
            "language": one.head["lang"],
            "publisher": one.head["publisher"],
        }
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
        blocks.append("\n".join(["[[document]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def gold_files(manuscripts: list[Manuscript], places: Mapping[str, Leaves]) -> dict[str, str]:
    """Return the text of every gold file by name; a document without leaves gets no pages, no structure."""
    files = {
        "queries.jsonl": to_lines(list_queries(manuscripts)),
        "absent_questions.jsonl": to_lines(list_absents(manuscripts)),
        "comparison.json": to_json(compare(manuscripts, read_alignments())),
    }
    for one in manuscripts:
        leaves = places.get(one.slug)
        files[f"findings_{one.slug}.jsonl"] = to_lines(list_findings(one, leaves))
        files[f"focus_areas_{one.slug}.json"] = to_json(list_focus_areas(one, leaves))
        if leaves:
            files[f"structure_{one.slug}.json"] = to_json(build_structure(one, leaves))
    return files


def to_lines(rows: list[Row]) -> str:
    """Return rows as JSON, one a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def to_json(value: Row) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def write_truth(manuscripts: list[Manuscript], places: Mapping[str, Leaves], folder: Path) -> None:
    """Write catalogue.toml and the folder gold/."""
    (folder / "catalogue.toml").write_text(catalogue_text(manuscripts), encoding="utf-8")
    (folder / "gold").mkdir(exist_ok=True)
    for name, text in gold_files(manuscripts, places).items():
        (folder / "gold" / name).write_text(text, encoding="utf-8")
