"""The trained part: small networks over the features, run with numpy, kept in one .npz.

Each network reads the dense features through one hidden layer, the peaks of the tokens through
another, and adds a linear reading of the hashed words. Its outputs are, in order, the kinds, the themes and the actors. The
networks of an ensemble differ in their seed; their logits are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.features import Features, Sparse

# Directions kept of each neighbour's vector. Without neighbours macro F1 fell from 0.54 to 0.50 (gold documents
# left out, one network, threshold 0.35); other numbers of directions were not measured.
CONTEXT = 48
_LIMIT = 3.0  # standard deviations at which a count is cut, so a rare cue cannot decide alone
_CONTEXT_SCALE = 0.7
_PLAIN_SCALE = 0.7
_ROWS = 2048  # statements read at once, which bounds the memory


@dataclass(frozen=True)
class Scaler:
    """What the features are centred and scaled by: learnt from the training text alone."""

    mean: np.ndarray
    spread: np.ndarray
    directions: np.ndarray
    plain_mean: np.ndarray
    plain_spread: np.ndarray

    def scale(self, features: Features) -> np.ndarray:
        """Return float32 (n, width): the own vector, the neighbours' main directions, the counts."""
        own = (features.near[:, 0] - self.mean) / self.spread
        parts = [own]
        for part in range(1, features.near.shape[1]):
            near = features.near[:, part]
            there = np.abs(near).sum(axis=1, keepdims=True) > 0
            parts.append(((near - self.mean) / self.spread * there) @ self.directions * _CONTEXT_SCALE)
        plain = (features.plain - self.plain_mean) / self.plain_spread
        parts.append(np.clip(plain, -_LIMIT, _LIMIT) * _PLAIN_SCALE)
        return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Network:
    """One hidden layer over the features and one over the tokens' peaks; a linear reading of the words."""

    first: np.ndarray
    first_bias: np.ndarray
    tokens: np.ndarray
    tokens_bias: np.ndarray
    second: np.ndarray
    second_bias: np.ndarray
    words: np.ndarray

    def read(self, dense: np.ndarray, peaks: np.ndarray, words: Sparse) -> np.ndarray:
        """Return logits float32 (n, outputs); `peaks` (n, k) are those of the network's own lens, `tokens`."""
        hidden = np.concatenate(
            [gelu(dense @ self.first + self.first_bias), gelu(peaks + self.tokens_bias)], axis=1
        )
        return hidden @ self.second + self.second_bias + words.dot(self.words)


@dataclass(frozen=True)
class Heads:
    """An ensemble with what calibrates it: logit * slope + offset per output, and thresholds."""

    scaler: Scaler
    networks: tuple[Network, ...]
    slopes: np.ndarray
    offsets: np.ndarray
    thresholds: np.ndarray

    @property
    def lens(self) -> np.ndarray:
        """What tokens are seen through, float32 (d, k): the directions of all networks side by side."""
        return np.concatenate([one.tokens for one in self.networks], axis=1)

    def predict(self, features: Features) -> np.ndarray:
        """Return calibrated probabilities, float32 (n, outputs)."""
        return self.calibrate(self.logits(features))

    def calibrate(self, logits: np.ndarray) -> np.ndarray:
        """Return the probabilities of logits (…, outputs)."""
        return sigmoid(logits * self.slopes + self.offsets)

    def logits(self, features: Features) -> np.ndarray:
        """Return the mean logits of the ensemble, float32 (n, outputs)."""
        return average(self.logits_each(features))

    def logits_each(self, features: Features) -> np.ndarray:
        """Return the logits of every network, float32 (networks, n, outputs)."""
        out = [
            self._read(cut_features(features, at, at + _ROWS)) for at in range(0, len(features.plain), _ROWS)
        ]
        empty = np.zeros((len(self.networks), 0, len(self.slopes)), dtype=np.float32)
        return np.concatenate([empty, *out], axis=1)

    def _read(self, features: Features) -> np.ndarray:
        dense = self.scaler.scale(features)
        each = np.split(features.peaks, len(self.networks), axis=1)
        read = [
            one.read(dense, peaks, features.words) for one, peaks in zip(self.networks, each, strict=True)
        ]
        return np.stack(read).astype(np.float32)


def average(logits: np.ndarray) -> np.ndarray:
    """Return the mean over the networks, float32 (n, outputs)."""
    return np.asarray(sum(logits) / len(logits), dtype=np.float32)


def fit_scaler(features: Features, chosen: np.ndarray) -> Scaler:
    """Return the scaler of the chosen statements (indexes)."""
    own = features.near[chosen, 0]
    mean, spread = own.mean(axis=0), own.std(axis=0) + 1e-6
    centred = ((own - mean) / spread).astype(np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    order = np.argsort(values)[::-1][:CONTEXT]
    directions = _sign(vectors[:, order]) / np.sqrt(np.maximum(values[order], 1e-6))
    plain = features.plain[chosen]
    return Scaler(mean, spread, directions.astype(np.float32), plain.mean(axis=0), plain.std(axis=0) + 0.05)


def _sign(vectors: np.ndarray) -> np.ndarray:
    """Turn each column so that its largest entry is positive: the same on every machine."""
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    return vectors * np.where(largest < 0, -1.0, 1.0)


def cut_features(features: Features, start: int, end: int) -> Features:
    """Return the features of statements `start` to `end` (half-open)."""
    starts = features.words.starts[start : end + 1]
    indices = features.words.indices[starts[0] : starts[-1]]
    return Features(
        features.near[start:end],
        features.plain[start:end],
        Sparse(indices, starts - starts[0]),
        features.theme_counts[start:end],
        features.actor_counts[start:end],
        features.peaks[start:end],
    )


def pick_features(features: Features, chosen: np.ndarray) -> Features:
    """Return the features of chosen statements (indexes)."""
    words = features.words
    parts = [words.indices[words.starts[n] : words.starts[n + 1]] for n in chosen]
    starts = np.cumsum([0, *(len(one) for one in parts)])
    return Features(
        features.near[chosen],
        features.plain[chosen],
        Sparse(np.concatenate([words.indices[:0], *parts]), starts),
        features.theme_counts[chosen],
        features.actor_counts[chosen],
        features.peaks[chosen],
    )


def gelu(values: np.ndarray) -> np.ndarray:
    """Return the Gaussian error linear unit, in its tanh form."""
    return 0.5 * values * (1.0 + np.tanh(0.7978845608 * (values + 0.044715 * values**3)))


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-x) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


def save_heads(path: Path, heads: Heads) -> None:
    """Write heads as .npz: matrices in float16, the rest in float32; no pickle, no time stamp."""
    scaler = heads.scaler
    arrays = {
        "mean": scaler.mean, "spread": scaler.spread, "directions": scaler.directions,
        "plain_mean": scaler.plain_mean, "plain_spread": scaler.plain_spread,
        "slopes": heads.slopes, "offsets": heads.offsets, "thresholds": heads.thresholds,
    }  # fmt: skip
    arrays = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
    for number, one in enumerate(heads.networks):
        for name in Network.__annotations__:
            arrays[f"{name}_{number}"] = np.asarray(getattr(one, name), dtype=np.float16)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load_heads(path: Path) -> Heads:
    """Return heads from .npz."""
    with np.load(path, allow_pickle=False) as held:
        arrays = {name: np.asarray(held[name], dtype=np.float32) for name in held.files}
    scaler = Scaler(**{name: arrays[name] for name in Scaler.__annotations__})
    count = sum(name.startswith("second_bias_") for name in arrays)
    networks = tuple(
        Network(**{name: arrays[f"{name}_{number}"] for name in Network.__annotations__})
        for number in range(count)
    )
    return Heads(scaler, networks, arrays["slopes"], arrays["offsets"], arrays["thresholds"])
