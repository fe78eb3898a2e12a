"""What every engine of an encoder gives, and what the machine offers it.

models/graph.py runs the bundled encoder in OpenVINO; models/library.py runs any other, and the
bundled one where OpenVINO is missing, in sentence-transformers.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

CHARACTERS_PER_TOKEN = 40
"""Of a text, so many characters per token of the window are looked at: the strategies have 4.3 a token and
the longest piece has 16, so a text of a million characters costs no more than its beginning."""


@dataclass(frozen=True)
class Reading:
    """A text as an engine read it.

    `index` in the texts given; `vector` float32 (d,), a unit row; `tokens` float32 (t, d), or None
    where the engine has none; `last` int (t,): the last character of each token in the text without its
    prompt, negative for the tokens of the prompt and for special ones; `deep` as `tokens`, after two
    thirds of the layers.
    """

    index: int
    vector: np.ndarray
    tokens: np.ndarray | None
    last: np.ndarray
    deep: np.ndarray | None = None


class Engine(Protocol):
    """Reads texts; safe to use from several threads."""

    title: str
    dimension: int
    window: int
    prompts: Mapping[str, str]

    def read(self, texts: Sequence[str], prompt: str) -> Iterator[Reading]:
        """Yield a reading of each text, in any order."""

    def read_query(self, text: str) -> Reading:
        """Return the reading of one question, as soon as can be."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special ones not counted."""

    def describe(self) -> str:
        """Return what the vectors depend on: weights and pooling, never engine or precision."""


def middle_layer(layers: int) -> int:
    """Return after how many layers `Reading.deep` is taken, of so many: 8 of 12.

    What a sentence claims is easier to read there than at the last layer, which is trained to say
    what a text is about (docs/findings.md).
    """
    return max(1, round(layers * 2 / 3))


def plan_batches(lengths: Sequence[int], tokens: int, padding: int) -> list[list[int]]:
    """Return indexes grouped by length padded up to a multiple, longest first, up to so many tokens each.

    A text's padded length depends on itself alone, so its vector does not depend on its company.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        groups[-(-length // padding) * padding].append(index)
    batches: list[list[int]] = []
    for length, indexes in sorted(groups.items(), reverse=True):
        size = max(1, tokens // max(length, 1))
        batches += [indexes[at : at + size] for at in range(0, len(indexes), size)]
    return batches


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Return rows (…, d) of length 1, float32; a row of zeros stays."""
    norms = np.sqrt(np.square(rows, dtype=np.float64).sum(axis=-1, keepdims=True))
    scaled: np.ndarray = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def count_threads() -> int:
    """Return the CPUs that this process may use: its affinity, and the container's quota."""
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(1, min(free, int(quota) // int(period)))
    except (OSError, ValueError):
        return free


def read_cpu() -> tuple[str, frozenset[str]]:
    """Return the CPU's name and its features as Linux names them; empty where that is not known."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return "", frozenset()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return facts.get("model name", ""), frozenset((facts.get("flags") or facts.get("Features") or "").split())
