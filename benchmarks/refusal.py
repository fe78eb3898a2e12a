"""How well questions that the texts do not answer are refused, and the weights that decide it.

    python benchmarks/refusal.py DATA [--gold GOLD_DIR] [--fit] [--without]

DATA holds the samples and the shared files. Fitted on tests/golden/questions.jsonl, the samples' questions and
the halves `calibrate` of questions_refusal.jsonl, questions_more.jsonl and questions_kinds.jsonl there; their
halves `report` and GOLD_DIR are only reported.
`--fit` prints new weights for service/answerable.py; without it the ones there are scored. `--without` also asks
the answerable questions of the fit once more with their answers taken away: such absent questions have just the same shape.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.search import is_right
from corpus.folder import list_documents
from corpus.reading import Filter
from service import answerable
from service.answerable import JUDGED
from service.hits import fold
from service.library import open_library
from service.search import SPARE
from service.settings import load_settings
from service.wording import read_wording

HOME = Path(__file__).resolve().parent.parent
STEPS, FOLDS = 25, 8
PENALTY = 10.0
"""L2 on standardised signals: 70 % refused with 30, 72 with 10 and with 3 (left out in turn, 3 draws of folds)."""
PENALTIES = (1.0, 3.0, 10.0, 30.0)
LOST = 0.05
"""Share of answerable questions that may be refused."""


def read_questions(gold: Path | None) -> list[dict]:
    """Return all questions with their `set`: fit, report or gold."""
    golden, samples = HOME / "tests" / "golden", HOME / "corpus" / "samples" / "gold"
    places = [(golden / "questions.jsonl", "fit"), (golden / "questions_refusal.jsonl", "")]
    places += [(golden / "questions_more.jsonl", ""), (golden / "questions_kinds.jsonl", "")]
    places += [(samples / f"{name}.jsonl", "fit") for name in ("queries", "absent_questions")]
    if gold:
        places += [(gold / f"{name}.jsonl", "gold") for name in ("queries", "absent_questions")]
    rows = []
    for path, part in places:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["set"] = part or {"calibrate": "fit"}.get(row["half"], row["half"])
            row["source"] = "kinds" if "kinds" in path.name else "fit"
            row["present"] = bool(row.get("relevant") or row.get("holds"))
            rows.append(row)
    return rows


def read_signals(library, rows: list[dict], *, without: bool = False) -> np.ndarray:
    """Return the signals of each question's best passages, (questions, signals).

    `without` takes the passages that answer, and those that repeat one, away from what was found.
    """
    searcher = library.searcher
    searcher.prepare()
    files = {one["id"]: one["file"] for one in list_documents(library.catalogue.folder)}
    found = []
    for row in rows:
        wording = read_wording(row["query"])
        with library.catalogue.read() as connection:
            room = searcher.open_room()
            hits = searcher.find(connection, room, wording, Filter())
            if without:
                hits = take_away(connection, searcher, room, hits, row, files)
            kept = fold(searcher.cut(connection, room, hits.rows[: JUDGED + SPARE]), JUDGED)
            passages = searcher.read(connection, room, hits, [one for one, _ in kept])
            signals = answerable.find_signals(connection, wording, hits, passages, room, library.taxonomy)
        found.append(list(vars(signals).values()))
    return np.array(found)


def take_away(connection, searcher, room, found, row: dict, files: dict[str, str]):
    """Return what was found without the passages that answer: an absent question of just the same shape."""
    excerpts = searcher.cut(connection, room, found.rows)
    right = [one for one in excerpts if _answers(row, one, files)]
    gone = {other.row for one in right for other in excerpts if len(fold([one, other], 2)) == 1}
    kept = [one.row for one in excerpts if one.row not in gone]
    return replace(found, rows=np.array(kept, dtype=np.intp))


def _answers(row: dict, excerpt, files: dict[str, str]) -> bool:
    class Hit:
        document, text = excerpt.source.id, excerpt.text

    return is_right(row, Hit, files)


def fit(rows: np.ndarray, wanted: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """Return weights by logistic regression, both kinds of questions counted alike; Newton's steps."""
    scale = np.maximum(rows.std(axis=0), 1e-3)
    table = np.hstack([(rows - rows.mean(axis=0)) / scale, np.ones((len(rows), 1))])
    share = np.where(wanted, 0.5 / wanted.mean(), 0.5 / (1 - wanted).mean())
    ridge = np.diag([penalty] * rows.shape[1] + [1e-6])
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (share * (chance - wanted)) + ridge @ weights
        bend = (table * (share * chance * (1 - chance))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(bend, slope)
    return np.asarray(weights[:-1] / scale)


def score(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return each question's score."""
    return np.asarray(rows @ weights)


def cross_validate(rows: np.ndarray, present: np.ndarray, penalty: float) -> np.ndarray:
    """Return scores of questions left out in turn, by weights fitted on the others."""
    scores, turn = np.zeros(len(rows)), np.arange(len(rows)) % FOLDS
    for number in range(FOLDS):
        kept, left = turn != number, turn == number
        weights = fit(rows[kept], present[kept], penalty)
        scores[left] = score(rows[left], weights)
    return scores


def tell(name: str, refused: np.ndarray, present: np.ndarray) -> None:
    """Print how many were refused."""
    absent, lost = refused[~present], refused[present]
    print(f"{name:22s} absent refused {absent.sum():3d} of {len(absent):3d} ({absent.mean():.2f})"
          f"   answerable refused {lost.sum():3d} of {len(lost):3d} ({lost.mean():.2f})")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--without", action="store_true", help="also with what answers taken away")
    parser.add_argument("--list", action="store_true", help="print the questions judged wrongly")
    chosen = parser.parse_args()
    rows = read_questions(chosen.gold)
    with open_library(load_settings(chosen.data)) as library:
        table = read_signals(library, rows)
    present = np.array([row["present"] for row in rows])
    parts = np.array([row["set"] for row in rows])
    weights, bound = np.array(list(vars(answerable.WEIGHTS).values())), answerable.BOUND
    if chosen.fit:
        weights, bound = refit(table, present, parts, np.array([row["source"] for row in rows]))
    refused = score(table, weights) <= bound
    for part in ("fit", "report", "gold") if chosen.gold else ("fit",):
        if (parts == part).any():
            tell(part, refused[parts == part], present[parts == part])
    if chosen.without:
        asked = [row for row in rows if row["present"] and row["set"] == "fit"]
        with open_library(load_settings(chosen.data)) as library:
            lacking = score(read_signals(library, asked, without=True), weights) <= bound
        print(
            f"answer taken away      refused {lacking.sum():3d} of {len(lacking):3d} ({lacking.mean():.2f})"
        )
    if chosen.list:
        for row, gone in zip(rows, refused, strict=True):
            if gone == row["present"]:
                print(row["set"], row["id"], "refused" if gone else "answered", row["query"], sep="\t")


def refit(
    rows: np.ndarray, present: np.ndarray, parts: np.ndarray, sources: np.ndarray
) -> tuple[np.ndarray, float]:
    """Fit on the part for it, and print weights and what cross-validation says."""
    own, wanted = rows[parts == "fit"], present[parts == "fit"]
    bounds = {}
    for penalty in PENALTIES:
        scores = cross_validate(own, wanted, penalty)
        bound = float(np.quantile(scores[wanted], LOST).round(3))
        tell(f"left out, penalty {penalty:g}", scores <= bound, wanted)
        for part in ("fit", "kinds") if penalty == PENALTY else ():
            mine = sources[parts == "fit"] == part
            tell(f"  of these {part}", scores[mine] <= bound, wanted[mine])
        bounds[penalty] = bound
    weights = fit(own, wanted).round(3)
    for name, weight in zip(vars(answerable.WEIGHTS), weights, strict=True):
        print(f"    {name}={weight},")
    print("BOUND =", bounds[PENALTY])
    return weights, bounds[PENALTY]


if __name__ == "__main__":
    main()
