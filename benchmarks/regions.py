"""How long a comparison of many regions takes in the service: 30 regions over 300 documents.

    python -m benchmarks.regions [DATA] [--regions 30] [--documents 300] [--statements 100] [--runs 30]

The documents are made from the samples' own sentences and judgements in their five languages,
shuffled anew for each, and stored through the catalogue's own way of writing, with vectors of
384 numbers that lie near one point for each theme. DATA is filled once and used again. Wall
and CPU seconds are told: other work on the machine lengthens the former most. `first` is the
request that reads all documents, `anew` the same regions in another order, `fewer` all but one of
them (so that the means of the languages are others), `again` one repeated, which the service keeps
until the catalogue changes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "corpus" / "samples" / "gold"
WIDTH = 384
NOISE = 1.0
"""Length of what is random in a vector beside what its theme and language give (1 each)."""


def read_lines() -> dict[str, list[dict[str, Any]]]:
    """Return the samples' sentences with their judgements, by language."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(GOLD.glob("findings_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(row["lang"], []).append(row)
    return found


def make_vectors(rows: list[dict[str, Any]], points: dict[str, np.ndarray], seed: int) -> np.ndarray:
    """Return unit rows (n, WIDTH): a point for the main theme, one for the language, and noise."""
    noise = np.random.default_rng(seed).standard_normal((len(rows), WIDTH)).astype(np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    keys = [(row["themes"][:1] or row["focus_area"][:1] or [""])[0] for row in rows]
    total = np.stack([points[key] + points[row["lang"]] for key, row in zip(keys, rows, strict=True)]) + noise
    made: np.ndarray = total / np.linalg.norm(total, axis=1, keepdims=True)
    return made


def fill(folder: Path, regions: int, documents: int, statements: int) -> None:
    """Store the documents unless they are there."""
    sys.path.append(str(ROOT / "tests"))
    from hand import build

    from corpus.catalogue import Catalogue
    from corpus.folder import Folder
    from models.encoder import load_encoder

    catalogue = Catalogue.open(Folder(folder), write=True)
    encoder = load_encoder(None)  # the service asks for vectors of its own encoder
    catalogue.use_encoder(encoder.name, encoder.fingerprint, WIDTH)
    lines = read_lines()
    rng = np.random.default_rng(1)
    keys = {key for rows in lines.values() for row in rows for key in (*row["themes"], *row["focus_area"])}
    points = {
        key: one / np.linalg.norm(one)
        for key in sorted(keys | set(lines) | {""})
        for one in [rng.standard_normal(WIDTH).astype(np.float32)]
    }
    for number in range(documents):
        language = sorted(lines)[number % len(lines)]
        rows = random.Random(number).choices(lines[language], k=statements)
        names = sorted({row["focus_area"][0] for row in rows if row["focus_area"][0] != "general"})
        said = [(row["quote"], row["kinds"], row["themes"], row["focus_area"][0], None) for row in rows]
        document, analysis, vectors = build(
            f"document {number}", [f"Region {number % regions:02}"], said, [(name, ()) for name in names],
            language=language, vectors=make_vectors(rows, points, number),
        )  # fmt: skip
        catalogue.store(document, analysis, np.zeros((1, WIDTH), dtype=np.float32), vectors)
    catalogue.close()


def measure(folder: Path, regions: int, runs: int) -> dict[str, Any]:
    """Return the seconds of requests to the service."""
    from fastapi.testclient import TestClient

    from service.api import create_app
    from service.settings import load_settings

    names = [f"Region {number:02}" for number in range(regions)]
    told: dict[str, Any] = {}
    with TestClient(create_app(load_settings(folder))) as client:

        def ask(order: list[str]) -> tuple[float, float]:
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.get("/api/v1/compare", params=[("region", one) for one in order])
            spent = time.perf_counter() - wall, time.process_time() - cpu
            assert answer.status_code == 200, answer.text[:400]
            told["answer"] = answer
            return spent

        first = ask(names)
        anew = [ask(random.Random(number).sample(names, regions)) for number in range(runs)]
        fewer = [ask([one for one in names if one != left]) for left in names[:runs]]
        again = [ask(random.Random(runs - 1).sample(names, regions)) for _ in range(runs)]
    made = told["answer"].json()
    return {
        "regions": len(made["regions"]),
        "documents": sum(one["documents"] for one in made["coverage"].values()),
        "words": sum(one["words"] for one in made["coverage"].values()),
        "bytes": len(told["answer"].content),
        "first": tell([first]),
        "anew": tell(anew),
        "fewer": tell(fewer),
        "again": tell(again),
    }


def tell(times: list[tuple[float, float]]) -> dict[str, list[float]]:
    """Return the median and the 95th percentile of seconds on the wall and of the CPU."""
    return {
        name: [round(float(one), 3) for one in np.percentile(np.array(row), [50, 95])]
        for name, row in zip(("wall_p50_p95", "cpu_p50_p95"), zip(*times, strict=True), strict=True)
    }


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--regions", type=int, default=30)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--statements", type=int, default=100)
    parser.add_argument("--runs", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.data or Path(scratch)
        if not (folder / "catalogue.sqlite").exists():
            fill(folder, given.regions, given.documents, given.statements)
        print(json.dumps(measure(folder, given.regions, given.runs), indent=2))


if __name__ == "__main__":
    main()
