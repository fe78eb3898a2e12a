"""Fitting the heads: mini-batches, AdamW for the network, AdaGrad for the words; numpy only.

Deterministic: the order of the lines and the first weights come from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.features import BUCKETS, Features
from models.heads import Network, gelu, sigmoid
from models.peaks import Tokens

HIDDEN = 64
DIRECTIONS = 96
"""Directions in which the tokens of a sentence are looked at by each network."""
EPOCHS = 8
BATCH = 64
PEAK_RATE = 2e-3
WORD_RATE = 0.05
DECAY = 0.02
DROP = 0.3
TOKEN_DROP = 0.2
SUPPORT = 0.3
"""Weight of a kind that a line only supports: it counts as right when called and is not asked for."""
TERM = 0.5
"""Weight of a theme or actor beside a kind."""
_RAMP = 0.3  # share of the steps in which the rate rises
_BETAS = (0.9, 0.999)
_SCALE = 5.0  # the loss of a line is divided by this, the number of kinds


@dataclass(frozen=True)
class Targets:
    """What each output should be, float32 (n, outputs), and how much it counts."""

    wanted: np.ndarray
    weights: np.ndarray


def fit_network(
    dense: np.ndarray, features: Features, tokens: Tokens, targets: Targets, chosen: np.ndarray, seed: int
) -> Network:
    """Return a network fitted to the chosen lines (indexes)."""
    maker = np.random.RandomState(seed)
    outputs = targets.wanted.shape[1]
    network = _start(maker, dense.shape[1], tokens.rows.shape[1], outputs)
    state = _State(network)
    steps = EPOCHS * -(-len(chosen) // BATCH)
    done = 0
    for _ in range(EPOCHS):
        order = maker.permutation(chosen)
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            _step(state, dense, features, tokens, targets, batch, _rate(done / steps), maker)
            done += 1
    return network


def _start(maker: np.random.RandomState, width: int, depth: int, outputs: int) -> Network:
    def draw(rows: int, columns: int) -> np.ndarray:
        bound = 1.0 / np.sqrt(rows)
        return maker.uniform(-bound, bound, (rows, columns)).astype(np.float32)

    return Network(
        draw(width, HIDDEN),
        np.zeros(HIDDEN, dtype=np.float32),
        draw(depth, DIRECTIONS),
        np.zeros(DIRECTIONS, dtype=np.float32),
        draw(HIDDEN + DIRECTIONS, outputs),
        np.zeros(outputs, dtype=np.float32),
        np.zeros((BUCKETS, outputs), dtype=np.float32),
    )


class _State:
    """A network with the moments of its optimisers."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.dense = [
            network.first, network.first_bias, network.tokens, network.tokens_bias,
            network.second, network.second_bias,
        ]  # fmt: skip
        self.means = [np.zeros_like(one) for one in self.dense]
        self.squares = [np.zeros_like(one) for one in self.dense]
        self.words = np.full_like(network.words, 1e-10)
        self.steps = 0


def _step(
    state: _State, dense: np.ndarray, features: Features, tokens: Tokens, targets: Targets, batch: np.ndarray,
    rate: float, maker: np.random.RandomState,
) -> None:  # fmt: skip
    network = state.network
    seen = dense[batch] * _mask(maker, (len(batch), dense.shape[1]), DROP)
    rows, starts = tokens.take(batch)
    kept = _mask(maker, (rows.shape[1], 1), TOKEN_DROP)
    values = rows @ (network.tokens * kept)
    highest = _find_highest(values, starts)
    peaks = np.take_along_axis(values, highest, axis=0)
    inner = np.concatenate([seen @ network.first + network.first_bias, peaks + network.tokens_bias], axis=1)
    mask = _mask(maker, inner.shape, DROP)
    hidden = gelu(inner) * mask
    indices, owners, shares = _gather(features, batch)
    logits = hidden @ network.second + network.second_bias
    logits += _sum_runs(network.words[indices] * shares[:, None], owners, len(batch))
    slope = (sigmoid(logits) - targets.wanted[batch]) * targets.weights[batch] / (len(batch) * _SCALE)
    back = (slope @ network.second.T) * mask * _gelu_slope(inner)
    left, right = back[:, :HIDDEN], back[:, HIDDEN:]
    lens = np.einsum("nkd,nk->dk", rows[highest], right, optimize=True) * kept
    _adam(
        state,
        [seen.T @ left, left.sum(axis=0), lens, right.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)],
        rate,
    )
    _adagrad(state, indices, (slope[owners] * shares[:, None]).astype(np.float32))


def _find_highest(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return for each sentence and direction the row with the largest value, int (n, k)."""
    ends = np.append(starts[1:], len(values))
    return np.stack([a + values[a:b].argmax(axis=0) for a, b in zip(starts, ends, strict=True)])


def _mask(maker: np.random.RandomState, shape: tuple[int, ...], drop: float) -> np.ndarray:
    kept = maker.randint(0, 1000, shape, dtype=np.uint16) >= int(1000 * drop)
    return kept.astype(np.float32) / np.float32(1 - drop)


def _gather(features: Features, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the hashed words of a batch, the row of each in the batch, and its weight."""
    starts, ends = features.words.starts[batch], features.words.starts[batch + 1]
    counts = ends - starts
    indices = np.concatenate([features.words.indices[a:b] for a, b in zip(starts, ends, strict=True)])
    shares = np.repeat(1.0 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
    return indices, np.repeat(np.arange(len(batch)), counts), shares


def _sum_runs(rows: np.ndarray, owners: np.ndarray, count: int) -> np.ndarray:
    """Return the sum of the rows (n, k) of each owner, (count, k); `owners` int (n,), rising."""
    found = np.zeros((count, rows.shape[1]), dtype=np.float32)
    if len(owners):
        firsts = np.flatnonzero(np.diff(owners, prepend=-1))
        found[owners[firsts]] = np.add.reduceat(rows, firsts, axis=0)
    return found


def _gelu_slope(values: np.ndarray) -> np.ndarray:
    cubic = 0.7978845608 * (values + 0.044715 * values**3)
    bend = np.tanh(cubic)
    return 0.5 * (1 + bend) + 0.5 * values * (1 - bend**2) * 0.7978845608 * (1 + 0.134145 * values**2)


def _adam(state: _State, slopes: list[np.ndarray], rate: float) -> None:
    state.steps += 1
    one, two = 1 - _BETAS[0] ** state.steps, 1 - _BETAS[1] ** state.steps
    for weights, mean, square, slope in zip(state.dense, state.means, state.squares, slopes, strict=True):
        mean += (1 - _BETAS[0]) * (slope - mean)
        square += (1 - _BETAS[1]) * (slope * slope - square)
        weights *= 1 - rate * DECAY
        weights -= rate * (mean / one) / (np.sqrt(square / two) + 1e-8)


def _adagrad(state: _State, indices: np.ndarray, slopes: np.ndarray) -> None:
    order = np.argsort(indices, kind="stable")
    rows, places = np.unique(indices[order], return_inverse=True)
    total = _sum_runs(slopes[order], places, len(rows))
    state.words[rows] += total * total
    state.network.words[rows] -= WORD_RATE * total / np.sqrt(state.words[rows])


def _rate(share: float) -> float:
    """One cycle: the rate rises to its peak and falls to nothing, on cosines."""
    if share < _RAMP:
        return PEAK_RATE * (0.04 + 0.96 * 0.5 * (1 - float(np.cos(np.pi * share / _RAMP))))
    return PEAK_RATE * 0.5 * (1 + float(np.cos(np.pi * (share - _RAMP) / (1 - _RAMP))))
