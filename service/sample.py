"""The training sample: labelled lines with their features, targets and groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.errors import BadGold, BadPath
from models.features import FeatureMaker, Features, Sparse
from models.finding import KINDS
from models.fitting import SUPPORT, TERM, Targets
from models.labelled import Line, Reading, read_gold, read_own
from models.peaks import Tokens
from models.statement import build_reading_passages, read_line_statements, split_sections
from models.taxonomy import Taxonomy

if TYPE_CHECKING:
    from models.encoder import Encoder, SpanReading


@dataclass(frozen=True)
class Sample:
    """All lines of all readings in order.

    `documents` and `sections` number each line's reading and its section within all, int
    (n,); `own` marks lines written for this project. The features' peaks are empty: every
    ensemble sees the tokens through its own lens.
    """

    readings: tuple[Reading, ...]
    lines: tuple[Line, ...]
    features: Features
    tokens: Tokens
    targets: Targets
    documents: np.ndarray
    sections: np.ndarray
    own: np.ndarray

    @property
    def wanted(self) -> np.ndarray:
        """Whether each kind is asked for, bool (n, kinds)."""
        return np.array([[kind in line.kinds for kind in KINDS] for line in self.lines], dtype=bool)

    @property
    def right(self) -> np.ndarray:
        """Whether each kind may be called, bool (n, kinds)."""
        return np.array([[kind in line.right for kind in KINDS] for line in self.lines], dtype=bool)

    @property
    def negative(self) -> np.ndarray:
        """Whether a line holds a cue word and makes no claim, bool (n,)."""
        return np.array([line.hard for line in self.lines], dtype=bool)

    @property
    def languages(self) -> np.ndarray:
        """The language of each line, str (n,)."""
        return np.array([self.readings[at].language for at in self.documents])

    def gold(self) -> list[int]:
        """Return the numbers of the readings that are gold documents."""
        return [number for number, one in enumerate(self.readings) if not one.own]


def read_readings(gold: Sequence[Path], taxonomy: Taxonomy) -> list[Reading]:
    """Return our own passages and what the gold folders hold. Raises: BadGold, BadPath."""
    readings = read_own(Path(str(files("models") / "training")), taxonomy)
    for folder in gold:
        if not folder.is_dir():
            raise BadPath("There is no such folder of labelled sentences.", subject=folder.name)
        readings += read_gold(folder, taxonomy)
    if not readings:
        raise BadGold("There is no labelled text to train on.")
    return readings


def make_sample(readings: Sequence[Reading], encoder: Encoder, taxonomy: Taxonomy) -> Sample:
    """Return the sample of readings, encoded as documents are."""
    vectors, tokens = _encode(readings, encoder)
    maker = FeatureMaker(taxonomy)
    made = [
        maker.make(read_line_statements(one), *pair, no_peaks(len(one.lines)))
        for one, pair in zip(readings, vectors, strict=True)
    ]
    lines = tuple(line for one in readings for line in one.lines)
    documents = np.repeat(np.arange(len(readings)), [len(one.lines) for one in readings])
    return Sample(
        readings=tuple(readings),
        lines=lines,
        features=join_features(made),
        tokens=tokens,
        targets=make_targets(lines, taxonomy),
        documents=documents,
        sections=_number_sections(readings),
        own=np.array([readings[int(at)].own for at in documents], dtype=bool),
    )


def _encode(
    readings: Sequence[Reading], encoder: Encoder
) -> tuple[list[tuple[np.ndarray, np.ndarray]], Tokens]:
    """Return for each reading the vectors of its lines and, beside each, that of its passage; all tokens."""
    passages = [build_reading_passages(one) for one in readings]
    texts = [text for some, _ in passages for text in some]
    spans = [places for _, some in passages for places in some]
    read: list[SpanReading] = sorted(encoder.read_spans(texts, spans), key=lambda one: one.index)
    found = []
    at = 0
    for some, _ in passages:
        inside = read[at : at + len(some)]
        beside = [np.repeat(one.vector[None], len(one.rows), axis=0) for one in inside]
        found.append((np.concatenate([one.rows for one in inside]), np.concatenate(beside)))
        at += len(some)
    return found, gather_tokens([deep for one in read for deep in one.deep], encoder.dimension)


def gather_tokens(parts: Sequence[np.ndarray], dimension: int) -> Tokens:
    """Return the tokens of sentences, (t, d) each; a sentence without any has one of zeros."""
    nothing = np.zeros((1, dimension), dtype=np.float16)
    rows = [one.astype(np.float16) if len(one) else nothing for one in parts]
    starts = np.cumsum([0, *(len(one) for one in rows)])
    return Tokens(np.concatenate([nothing[:0], *rows]), starts)


def no_peaks(count: int) -> np.ndarray:
    """Return the peaks of sentences before any lens is fitted, float32 (n, 0)."""
    return np.zeros((count, 0), dtype=np.float32)


def join_features(parts: Sequence[Features]) -> Features:
    """Return the features of several texts as one."""
    starts = [np.zeros(1, dtype=np.int64)]
    shift = 0
    for one in parts:
        starts.append(one.words.starts[1:] + shift)
        shift += len(one.words.indices)
    return Features(
        np.concatenate([one.near for one in parts]),
        np.concatenate([one.plain for one in parts]),
        Sparse(np.concatenate([one.words.indices for one in parts]), np.concatenate(starts)),
        np.concatenate([one.theme_counts for one in parts]),
        np.concatenate([one.actor_counts for one in parts]),
        np.concatenate([one.peaks for one in parts]),
    )


def make_targets(lines: Sequence[Line], taxonomy: Taxonomy) -> Targets:
    """Return what the heads should say of each line, and how much each answer counts.

    A kind that is only supported counts a little. Themes are learnt from barriers and
    measures that have some, actors from measures.
    """
    themes, actors = taxonomy.theme_ids(), tuple(term.id for term in taxonomy.actors)
    wanted, weights = [], []
    for line in lines:
        themed = TERM if line.themes and line.right & {"barrier", "measure"} else 0.0
        acted = TERM if "measure" in line.right else 0.0
        wanted.append(
            [kind in line.right for kind in KINDS]
            + [name in line.themes for name in themes]
            + [name in line.actors for name in actors]
        )
        kinds = [SUPPORT if kind in line.also - line.kinds else 1.0 for kind in KINDS]
        weights.append(kinds + [themed] * len(themes) + [acted] * len(actors))
    return Targets(np.array(wanted, dtype=np.float32), np.array(weights, dtype=np.float32))


def _number_sections(readings: Sequence[Reading]) -> np.ndarray:
    """Return a number for each line's section: its path for gold, the passage for our own."""
    numbers: dict[tuple[int, tuple[str, ...]], int] = {}
    found = []
    for at, reading in enumerate(readings):
        for _, _, lines in split_sections(reading.lines):
            for line in lines:
                key = (at, () if reading.own else line.path)
                found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found, dtype=np.int64)
