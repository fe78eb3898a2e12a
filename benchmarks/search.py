"""Questions with known answers, and questions without, over a data folder; and how fast it answers.

    python benchmarks/search.py DATA GOLD_DIR… [--own QUESTIONS.jsonl] [--list]

GOLD_DIR holds queries.jsonl and absent_questions.jsonl. A hit is right when its text holds
a relevant or also_ok quote, or nine tenths of one. Times are warm, each question asked for the first time.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from models.language import identify
from service.library import open_library
from service.settings import load_settings

SHARE = 0.9


def read_lines(path: Path) -> list[dict]:
    """Return the rows of a JSONL file, none if it is not there."""
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def holds(text: str, quote: str) -> bool:
    """Return whether a text holds a quote, or nine tenths of it in order."""
    text, quote = " ".join(text.lower().split()), " ".join(quote.lower().split())
    if quote in text:
        return True
    if len(quote) < 40 or not any(quote[at : at + 15] in text for at in range(0, len(quote) - 15, 10)):
        return False
    blocks = difflib.SequenceMatcher(None, text, quote, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 3) >= SHARE * len(quote)


def is_right(row: dict, hit, files: dict[str, str]) -> bool:
    """Return whether a hit answers a row: by quotes, or by document and the words it must hold."""
    if "holds" in row:
        text = " ".join(hit.text.lower().split())
        return files[hit.document].startswith(row["doc"]) and all(one.lower() in text for one in row["holds"])
    return any(holds(hit.text, quote) for quote in [*row["relevant"], *row.get("also_ok", [])])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--own", type=Path)
    parser.add_argument("--list", action="store_true", help="print every question with its rank")
    chosen = parser.parse_args()
    rows = [
        row
        for folder in chosen.gold
        for name in ("queries", "absent_questions")
        for row in read_lines(folder / f"{name}.jsonl")
    ]
    rows += read_lines(chosen.own) if chosen.own else []
    start = time.perf_counter()
    with open_library(load_settings(chosen.data)) as library:
        library.searcher.search("warm", limit=1)
        print(f"first search after {time.perf_counter() - start:.2f} s")
        library.searcher.prepare()
        measure(library, rows, chosen.list)


def measure(library, rows: list[dict], listed: bool) -> None:
    """Ask everything once."""
    from corpus.folder import list_documents

    documents = list_documents(library.catalogue.folder)
    files = {row["id"]: row["file"] for row in documents}
    spoken = {Path(row["file"]).stem: row["languages"][0] for row in documents if row["languages"]}
    ranks, refused, times, busy = defaultdict(list), defaultdict(list), [], []
    for row in rows:
        absent = row.get("answerable") is False or not (row.get("relevant") or row.get("holds"))
        if not absent and row["doc"] not in spoken:
            continue
        begin, used = time.perf_counter(), time.process_time()
        answer = library.searcher.search(row["query"], limit=10)
        times.append(time.perf_counter() - begin)
        busy.append(time.process_time() - used)
        refused[absent].append(not answer.answered)
        rank = (
            next((hit.rank for hit in answer.hits if is_right(row, hit, files)), None) if not absent else None
        )
        if not absent:
            across = spoken[row["doc"]] != row["query_lang"]
            for group in ("all", "across" if across else "own", row["query_lang"]):
                ranks[group].append(rank or 99)
        if listed:
            print(
                row["id"],
                row["query_lang"],
                identify(row["query"]),
                answer.answered,
                rank,
                row["query"],
                sep="\t",
            )
    for group, found in ranks.items():
        places = np.array(found)
        print(
            f"{group:7s} n={len(places):3d} hit@1 {np.mean(places <= 1):.3f} hit@5 {np.mean(places <= 5):.3f}"
            f" MRR@10 {np.mean(np.where(places <= 10, 1 / places, 0)):.3f}"
        )
    print(f"absent refused {np.mean(refused[True] or [0]):.3f} of {len(refused[True])}")
    print(f"answerable refused {np.mean(refused[False] or [0]):.3f} of {len(refused[False])}")
    for name, spent in (("warm", times), ("CPU of all threads", busy)):
        print(f"{name} p50 {1000 * np.median(spent):.1f} ms, p95 {1000 * np.quantile(spent, 0.95):.1f} ms")


if __name__ == "__main__":
    main()
