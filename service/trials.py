"""Trials: the fitting repeated with parts of the text left out, to know how good it is.

Nothing of a part that is scored, nor of its thresholds and calibration, was seen in fitting.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from models.engine import count_threads
from models.finding import KINDS, Kind
from models.fitting import fit_network
from models.heads import Heads, Network, Scaler, fit_scaler, pick_features, sigmoid
from models.peaks import find_peaks
from models.threads import single_thread
from models.vicinity import settle_kinds
from service.sample import Sample

SEEDS = (1, 2, 3)
"""Seeds of the networks. How much three gain over one was not measured."""
FOLDS = 5
# Weight of a gold line beside one of our own in calibration: there are 61 times fewer.
_GOLD_SHARE = 10.0
_KIND_LIMITS: Mapping[Kind, float] = {
    "barrier": 0.40, "measure": 0.45, "strength": 0.35, "opportunity": 0.45, "focus_area": 0.45,
}  # fmt: skip
"""Mean F1 of gold documents left out, of three strategies labelled apart, and share of gold's cue-word negatives
called: 0.758, 0.754, 12 % with these; 0.745, 0.756, 15 % with 0.40 for all; 0.752, 0.755, 10 % with 0.45. They were
chosen on both sets, at places where neighbouring values score alike: strengths are seldom told as surely as they
are there. Thresholds chosen for each kind on the other gold documents alone lost 0.03 on the one left out."""
_THEME_LIMIT, _ACTOR_LIMIT = 0.4, 0.5
"""Over scores with what cues add (models/classifier.CUE)."""


@dataclass(frozen=True)
class Trials:
    """Logits of lines that the fitting had not seen, float32 (n, outputs).

    `sections`: whole sections left out, in folds. `documents`: gold documents left out one
    by one (rows of our own text are those of `sections`). `gold_only` and `own_only`: the
    same gold documents, fitted on the other gold or on our own text alone.
    """

    sections: np.ndarray
    documents: np.ndarray
    gold_only: np.ndarray
    own_only: np.ndarray


@dataclass(frozen=True)
class Part:
    """What to fit: `chosen` lines, bool (n,), with the networks of so many `seeds`."""

    chosen: np.ndarray
    seeds: tuple[int, ...] = SEEDS


Ensemble = tuple[Scaler, tuple[Network, ...]]


def fit_ensembles(sample: Sample, parts: Sequence[Part]) -> list[Ensemble]:
    """Return scaler and networks of each part; every network is fitted by a process of its own.

    The same with any number of processes: each fits on one thread.
    """
    wanted = [(at, seed) for at, one in enumerate(parts) for seed in one.seeds]
    fitted = dict(zip(wanted, _fit_all(sample, parts, wanted), strict=True))
    found = []
    for at, one in enumerate(parts):
        each = [fitted[at, seed] for seed in one.seeds]
        found.append((each[0][0], tuple(network for _, network in each)))
    return found


def _fit_all(
    sample: Sample, parts: Sequence[Part], wanted: Sequence[tuple[int, int]]
) -> list[tuple[Scaler, Network]]:
    jobs = [(sample, parts[at].chosen, seed) for at, seed in wanted]
    count = min(count_threads(), len(jobs))
    if count < 2 or not sys.platform.startswith("linux"):
        return [_fit_one(*job) for job in jobs]
    # Forked, a process shares the sample (1 GB) instead of copying it.
    _JOBS.extend(jobs)
    try:
        with ProcessPoolExecutor(count, multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_fit_numbered, range(len(jobs))))
    finally:
        _JOBS.clear()


_JOBS: list[tuple[Sample, np.ndarray, int]] = []
"""What the forked processes are to fit."""


def _fit_numbered(number: int) -> tuple[Scaler, Network]:
    return _fit_one(*_JOBS[number])


def _fit_one(sample: Sample, chosen: np.ndarray, seed: int) -> tuple[Scaler, Network]:
    at = np.flatnonzero(chosen)
    with single_thread():
        scaler = fit_scaler(sample.features, at)
        dense = scaler.scale(sample.features)
        return scaler, fit_network(dense, sample.features, sample.tokens, sample.targets, at, seed)


def _predict(sample: Sample, ensemble: Ensemble, left: np.ndarray) -> np.ndarray:
    """Return logits (left lines, outputs) of an ensemble."""
    scaler, networks = ensemble
    width = sample.targets.wanted.shape[1]
    plain = np.ones(width, dtype=np.float32)
    heads = Heads(scaler, networks, plain, plain * 0, plain)
    at = np.flatnonzero(left)
    tokens = np.split(*sample.tokens.take(at))[1:]
    return heads.logits(replace(pick_features(sample.features, at), peaks=find_peaks(tokens, heads.lens)))


def predict_left(
    sample: Sample, chosen: np.ndarray, left: np.ndarray, seeds: tuple[int, ...] = SEEDS
) -> np.ndarray:
    """Return logits (left lines, outputs) of an ensemble fitted to the chosen lines (bool masks)."""
    return _predict(sample, fit_ensembles(sample, [Part(chosen, seeds)])[0], left)


def run_trials(sample: Sample) -> Trials:
    """Return the logits of all trials."""
    names = ("sections", "documents", "gold_only", "own_only")
    plan = _plan_trials(sample)
    found = {name: np.zeros_like(sample.targets.wanted) for name in names}
    fitted = fit_ensembles(sample, [part for _, _, part in plan])
    for (name, left, _), ensemble in zip(plan, fitted, strict=True):
        found[name][left] = _predict(sample, ensemble, left)
    found["documents"][sample.own] = found["sections"][sample.own]
    return Trials(**found)


def _plan_trials(sample: Sample) -> list[tuple[str, np.ndarray, Part]]:
    """Return for each fitting the trial it is of, the lines left out (bool), and what is fitted."""
    plan = [("sections", left, Part(~left, SEEDS[:1])) for left in _fold_sections(sample)]
    documents = [sample.documents == number for number in sample.gold()]
    plan += [("documents", left, Part(~left)) for left in documents]
    if len(documents) > 1:
        plan += [("gold_only", left, Part(~left & ~sample.own)) for left in documents]
    if documents and sample.own.any():
        plan += [("own_only", ~sample.own, Part(sample.own))]
    return plan


def _fold_sections(sample: Sample) -> list[np.ndarray]:
    """Return a fifth of the sections at a time, each section whole, bool (n,)."""
    order = np.random.RandomState(0).permutation(int(sample.sections.max()) + 1)
    numbers = order[sample.sections] % FOLDS
    folds = (numbers == fold for fold in range(FOLDS))
    return [left for left in folds if left.any() and not left.all()]


def calibrate(sample: Sample, logits: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slope and offset per output so that the sigmoid of the chosen lines is a probability.

    Right is a kind that may be called. Newton steps on two numbers, a little held to 1 and 0.
    """
    width = logits.shape[1]
    slopes, offsets = np.ones(width, dtype=np.float32), np.zeros(width, dtype=np.float32)
    for output in range(width):
        used = chosen & (sample.targets.weights[:, output] > 0)
        x, y = logits[used, output].astype(np.float64), sample.targets.wanted[used, output].astype(np.float64)
        if 5 <= y.sum() <= len(y) - 5:
            slopes[output], offsets[output] = _fit_line(x, y, _weigh(sample, used))
    return slopes, offsets


def _weigh(sample: Sample, chosen: np.ndarray) -> np.ndarray:
    """Return the weight of each chosen line, float64, 1 on average."""
    weights = np.where(sample.own[chosen], 1.0, _GOLD_SHARE)
    return weights / max(float(weights.mean()), 1e-9) if len(weights) else weights


def _fit_line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    line = np.array([1.0, 0.0])
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(25):
        p = sigmoid(design @ line)
        slope = design.T @ (weights * (p - y)) + np.array([line[0] - 1.0, line[1]])
        curve = (design * (weights * p * (1 - p))[:, None]).T @ design + np.eye(2)
        line = line - np.linalg.solve(curve, slope)
    return float(line[0]), float(line[1])


def fit_heads(sample: Sample, trials: Trials) -> Heads:
    """Return the heads fitted to all lines, calibrated on lines that were left out."""
    everything = np.ones(len(sample.lines), dtype=bool)
    ((scaler, networks),) = fit_ensembles(sample, [Part(everything)])
    slopes, offsets = calibrate(sample, trials.documents, everything)
    return Heads(scaler, networks, slopes, offsets, make_thresholds(len(slopes)))


def make_thresholds(outputs: int) -> np.ndarray:
    """Return the threshold of each output, float32 (outputs,); the last one is that of all actors."""
    limits = np.full(outputs, _THEME_LIMIT, dtype=np.float32)
    limits[: len(KINDS)] = [_KIND_LIMITS[kind] for kind in KINDS]
    limits[-1] = _ACTOR_LIMIT
    return limits


def judge_left(
    sample: Sample, logits: np.ndarray, left: np.ndarray, basis: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and decisions (n, kinds) of left lines, calibrated on the logits `basis` of all others."""
    slopes, offsets = calibrate(sample, basis, ~left)
    scores = lean_lines(sample, sigmoid(logits[left] * slopes + offsets), left)
    return scores, scores[:, : len(KINDS)] >= [_KIND_LIMITS[kind] for kind in KINDS]


def lean_lines(sample: Sample, scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the probabilities (chosen lines, outputs) with their kinds leaning on the lines around."""
    at = np.flatnonzero(chosen)
    sections = [(int(sample.documents[n]), sample.lines[n].path) for n in at]
    texts = [sample.lines[n].text for n in at]
    leaning = scores.copy()
    leaning[:, : len(KINDS)] = settle_kinds(scores[:, : len(KINDS)], sections, texts)
    return leaning
