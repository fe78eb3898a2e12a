"""F1 of the coding of focus areas to public lists: `python benchmarks/coding.py [--data FOLDER]`.

The truth is tests/golden/coding.jsonl, areas written for it of which half were held back while
words were written, and coding_samples.jsonl, the areas of the five samples.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from corpus.reading import Filter
from models.codelists import SHIPPED
from models.coding import Coder, Wording, load_coder
from models.metrics import score_sets
from service.coding import list_coded_areas

GOLD = Path(__file__).resolve().parent.parent / "tests" / "golden" / "coding.jsonl"
SAMPLES = GOLD.with_name("coding_samples.jsonl")
Pair = tuple[Sequence[str], Sequence[str]]
"""Codes wanted and given."""


def read_gold(path: Path = GOLD) -> list[dict[str, Any]]:
    """Return the areas of the truth, in order."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def list_wordings(row: dict[str, Any]) -> list[Wording]:
    """Return an area's texts."""
    language = row["language"]
    texts = [("name", row["name"]), *(("alias", one) for one in row["aliases"])]
    texts += [("niche", one) for one in row["niches"]] + [("headline", one) for one in row["headlines"]]
    return [Wording(text, source, language) for source, text in texts]


def pair_codes(rows: Iterable[dict[str, Any]], coder: Coder, identity: str) -> list[Pair]:
    """Return wanted and given codes of a list for every area."""
    pairs = []
    for row in rows:
        given = [one.code.id for one in coder.code(list_wordings(row)) if one.list.id == identity]
        pairs.append(([str(code) for code in row[identity]], given))
    return pairs


def pair_samples(data: Path, identity: str) -> dict[str, Pair]:
    """Return wanted and given codes of a list for the areas of the samples, as ingested into a data folder."""
    areas = list_coded_areas(Catalogue.open(Folder(data)), Filter())
    found = {one.name: [code.code for code in one.codes if code.list == identity] for one in areas}
    rows = read_gold(SAMPLES)
    return {row["name"]: ([str(code) for code in row[identity]], found.get(row["name"], ())) for row in rows}


def print_scores(title: str, identity: str, pairs: dict[str, Pair], *, show: bool) -> None:
    """Print a list's scores, and every difference."""
    score = score_sets(list(pairs.values()))
    top = score_sets([(_top(w, identity), _top(g, identity)) for w, g in pairs.values()])
    print(
        f"{title} ({len(pairs)} areas) {identity}: precision {score.precision:.2f}"
        f" recall {score.recall:.2f} F1 {score.f1:.2f}; groups above F1 {top.f1:.2f}"
    )
    for name, (wanted, given) in pairs.items():
        if show and set(wanted) != set(given):
            print(f"    {name}: wanted {' '.join(wanted) or '-'}, given {' '.join(given) or '-'}")


def main() -> None:
    """Print precision, recall and F1 by list for each half, and for the samples of a data folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("written", "held"), help="only this half")
    parser.add_argument("--data", type=Path, help="a data folder with the samples ingested")
    parser.add_argument("--show", action="store_true", help="print what differs")
    asked = parser.parse_args()
    coder, rows = load_coder(), read_gold()
    for half in [asked.half] if asked.half else ["written", "held"]:
        own = [row for row in rows if row["half"] == half]
        names = [f"{row['id']} {row['name']}" for row in own]
        for identity in SHIPPED:
            pairs = dict(zip(names, pair_codes(own, coder, identity), strict=True))
            print_scores(half, identity, pairs, show=asked.show)
    if asked.data:
        for identity in SHIPPED:
            print_scores("samples", identity, pair_samples(asked.data, identity), show=asked.show)


def _top(codes: Sequence[str], identity: str) -> list[str]:
    """The sections, or groups, that codes lie in."""
    cut = {"nace": lambda code: code[:1], "eu": lambda code: code.partition(".")[0]}
    return sorted({cut.get(identity, str)(code) for code in codes})


if __name__ == "__main__":
    main()
