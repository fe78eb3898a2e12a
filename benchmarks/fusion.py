"""The weights that search ranks with, learned on our own questions and judged on questions left out.

    python benchmarks/fusion.py DATA

DATA holds the samples and the shared files. Listwise logistic regression over the first 50 of each question: prints
MRR@10 and hit@5 of the weights in service/fusion.py, of new ones for questions left out in turn, and the new ones.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.search import is_right, read_lines
from corpus.folder import list_documents
from corpus.reading import Filter
from service import fusion
from service.evidence import weigh_asked, weigh_each
from service.library import open_library
from service.passages import gather
from service.search import RERANKED, best_first
from service.settings import load_settings
from service.wording import read_wording

HOME = Path(__file__).resolve().parent.parent
PLACES = (
    "tests/golden/questions.jsonl",
    "tests/golden/questions_refusal.jsonl",
    "tests/golden/questions_more.jsonl",
    "tests/golden/questions_kinds.jsonl",
    "corpus/samples/gold/queries.jsonl",
)
FOLDS, STEPS = 8, 40
PENALTIES = (1.0, 3.0, 10.0)
"""L2 on scaled evidence."""
KINDS = ("vector", "sentence", "grams", "forms", "concepts", "names", "words", "gathered")
Table = list[tuple[np.ndarray, np.ndarray]]
"""Of each question: evidence (candidates, weights) and which candidates are right."""


def read_table(library, rows: list[dict]) -> tuple[Table, Table]:
    """Return the table, and of each question the scores that search gives now with which are right."""
    searcher, table, now = library.searcher, [], []
    searcher.prepare()
    files = {row["id"]: row["file"] for row in list_documents(library.catalogue.folder)}
    for row in rows:
        with library.catalogue.read() as connection:
            room = searcher.open_room()
            found = searcher.find(connection, room, read_wording(row["query"]), Filter())
            first = best_first(fusion.fuse(found.evidence), found.passing, RERANKED)
            excerpts = searcher.cut(connection, room, first)
            right = np.array([_is_right(row, one, room, files) for one in excerpts])
            near = room.sentences.cosines(connection, first, found.query)
            closest = np.array([one.max(initial=-1.0) for one in near])
            asked = searcher._encode(found.words.text)[1]
            weights = weigh_asked(connection, room.ranker, found.words.text, len(asked))
            words, _ = room.closeness.measure(connection, first, asked, weights)
            each = weigh_each(connection, room.ranker, found.words.words)
            gathered = np.array([gather(found.matcher.find(one.text), each) for one in excerpts])
        table.append((_spread(found.evidence, first, closest, words, gathered), right))
        now.append((found.scores[first], right))
    return table, now


def _is_right(row: dict, excerpt, room, files: dict[str, str]) -> bool:
    class Hit:
        document, text = room.shelf.documents[room.shelf.owners[excerpt.row]], excerpt.text

    return is_right(row, Hit, files)


def _spread(
    evidence, rows: np.ndarray, closest: np.ndarray, words: np.ndarray, gathered: np.ndarray
) -> np.ndarray:
    """Return the columns that the weights stand for, and noise last."""
    near = (words - fusion.WORDS_LEVEL) / fusion.WORDS_SPREAD
    held = evidence.lexical
    parts = [evidence.standardise(evidence.cosines[rows]), evidence.standardise(closest)]
    parts += [held.grams[rows], held.forms[rows], held.concepts[rows], held.names[rows], near, gathered]
    sides = [evidence.distance[rows] == number for number in range(3)]
    columns = [part * side for part in parts for side in sides]
    return np.stack([*columns, evidence.noise[rows].astype(float)], axis=1)


def fit(table: Table, penalty: float) -> np.ndarray:
    """Return weights of which none but noise's is below zero: evidence for a passage never speaks against it."""
    free = np.ones(table[0][0].shape[1], dtype=bool)
    while True:
        weights = np.zeros(len(free))
        weights[free] = _fit([(rows[:, free], right) for rows, right in table], penalty)
        below = weights < 0
        below[-1] = False
        if not below.any():
            return weights
        free &= ~below


def _fit(table: Table, penalty: float) -> np.ndarray:
    """Return weights; Newton's steps, halved while they make it worse, on the share of the right among all."""
    kept = [(rows, right) for rows, right in table if right.any() and not right.all()]
    scale = np.sqrt(np.mean(np.concatenate([rows for rows, _ in kept]) ** 2, axis=0)) + 1e-9
    kept = [(rows / scale, right) for rows, right in kept]
    weights = np.zeros(len(scale))
    for _ in range(STEPS):
        slope, bend = penalty * weights, penalty * np.eye(len(scale))
        for rows, right in kept:
            chance, among = _share(rows @ weights), _share(rows[right] @ weights)
            mean = chance @ rows
            slope = slope + mean - among @ rows[right]
            bend += (rows * chance[:, None]).T @ rows - np.outer(mean, mean)
        step, before = np.linalg.solve(bend, slope), _lose(kept, weights, penalty)
        while _lose(kept, weights - step, penalty) > before and np.abs(step).max() > 1e-6:
            step = step / 2
        weights = weights - step
    return np.asarray(weights / scale)


def _lose(kept: Table, weights: np.ndarray, penalty: float) -> float:
    """Return what the weights lose: minus the logarithm of the share of the right, and the penalty."""
    lost = penalty / 2 * float(weights @ weights)
    for rows, right in kept:
        scores = rows @ weights
        top = scores.max()
        lost += float(np.log(np.exp(scores - top).sum()) - np.log(np.exp(scores[right] - top).sum() + 1e-300))
    return lost


def _share(scores: np.ndarray) -> np.ndarray:
    chance = np.exp(scores - scores.max())
    return np.asarray(chance / chance.sum())


def tell(name: str, scored: Table) -> None:
    """Print MRR@10 and hit@5."""
    ranks = []
    for scores, right in scored:
        order = right[np.argsort(-scores, kind="stable")]
        ranks.append(int(np.flatnonzero(order)[0]) + 1 if order.any() else 99)
    places = np.array(ranks)
    gains = np.where(places <= 10, 1 / places, 0)
    print(f"{name:24s} n {len(places)} hit@5 {np.mean(places <= 5):.3f} MRR@10 {np.mean(gains):.3f}")


def main() -> None:
    """Learn, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    chosen = parser.parse_args()
    rows = [row for place in PLACES for row in read_lines(HOME / place)]
    rows = [row for row in rows if row.get("holds") or row.get("relevant")]
    with open_library(load_settings(chosen.data)) as library:
        table, now = read_table(library, rows)
    words = np.concatenate([rows[:, 18:21].sum(axis=1) for rows, _ in table])
    print(f"closeness of words, standardised: mean {words.mean():.2f}, spread {words.std():.2f}")
    tell("as it is", now)
    turn = np.arange(len(table)) % FOLDS
    for penalty in PENALTIES:
        scored: Table = [(np.zeros(0), np.zeros(0))] * len(table)
        for number in range(FOLDS):
            weights = fit([one for one, at in zip(table, turn, strict=True) if at != number], penalty)
            for at in np.flatnonzero(turn == number).tolist():
                scored[at] = (table[at][0] @ weights, table[at][1])
        tell(f"left out, penalty {penalty:g}", scored)
    weights = fit(table, PENALTIES[-1])
    tell("fitted", [(rows @ weights, right) for rows, right in table])
    for number, kind in enumerate(KINDS):
        print(f"    {kind}=({', '.join(f'{one:.2f}' for one in weights[3 * number : 3 * number + 3])}),")
    print(f"    noise={weights[-1]:.2f},")


if __name__ == "__main__":
    main()
