"""F1 of the coding of focus areas to public lists, over tests/golden/coding.jsonl: `python benchmarks/coding.py`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from models.codelists import SHIPPED
from models.coding import Coder, Wording, load_coder
from models.metrics import score_sets

GOLD = Path(__file__).resolve().parent.parent / "tests" / "golden" / "coding.jsonl"


def read_gold(path: Path = GOLD) -> list[dict[str, Any]]:
    """Return the areas of the truth, in order."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def list_wordings(row: dict[str, Any]) -> list[Wording]:
    """Return an area's texts."""
    language = row["language"]
    texts = [("name", row["name"]), *(("alias", one) for one in row["aliases"])]
    texts += [("niche", one) for one in row["niches"]] + [("headline", one) for one in row["headlines"]]
    return [Wording(text, source, language) for source, text in texts]  # type: ignore[arg-type]


def pair_codes(
    rows: Iterable[dict[str, Any]], coder: Coder, identity: str
) -> list[tuple[Sequence[str], Sequence[str]]]:
    """Return wanted and given codes of a list for every area."""
    pairs = []
    for row in rows:
        given = [one.code.id for one in coder.code(list_wordings(row)) if one.list.id == identity]
        pairs.append(([str(code) for code in row[identity]], given))
    return pairs


def main() -> None:
    """Print precision, recall and F1 by list for each half; with --show every difference of a half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("written", "held", "samples"), help="only this half")
    parser.add_argument("--show", action="store_true", help="print what differs")
    asked = parser.parse_args()
    coder, rows = load_coder(), read_gold()
    for half in [asked.half] if asked.half else list(dict.fromkeys(row["half"] for row in rows)):
        own = [row for row in rows if row["half"] == half]
        for identity in SHIPPED:
            pairs = pair_codes(own, coder, identity)
            score = score_sets(pairs)
            top = score_sets([(_top(w, identity), _top(g, identity)) for w, g in pairs])
            print(
                f"{half} ({len(own)} areas) {identity}: precision {score.precision:.2f}"
                f" recall {score.recall:.2f} F1 {score.f1:.2f}; groups above F1 {top.f1:.2f}"
            )
            for row, (wanted, given) in zip(own, pairs, strict=True):
                if asked.show and set(wanted) != set(given):
                    print(f"    {row['id']} {row['name']}: wanted {wanted} given {given}")


def _top(codes: Sequence[str], identity: str) -> list[str]:
    """The sections, or groups, that codes lie in."""
    cut = {"nace": lambda code: code[:1], "eu": lambda code: code.partition(".")[0]}
    return sorted({cut.get(identity, str)(code) for code in codes})


if __name__ == "__main__":
    main()
