"""Vectors without the encoder's language: a question meets its answer in any language.

The same sentences in every language (models/taxonomy/parallel.toml) differ in language
alone, so the directions in which their means differ are those of language, and are taken
out of every vector; topics of a catalogue's documents cannot leak into them. Nothing needs
to know a text's language.

Chosen on our own 94 questions (MRR@10 within a language / across): as the encoder gives
them .645 / .351; parallel means taken away .548 / .584; the catalogue's own means .566 /
.564; parallel means and one or three main components .570 / .569; this .597 / .565, and
with sentences .617 / .623 against .582 / .587.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from models.document import ANALYSED
from models.terms import read_parallel

if TYPE_CHECKING:
    from models.encoder import Encoder

DIRECTIONS = 5
"""Of language that are taken out: five languages, as passages and as questions, span no more that matter."""
KEPT = "languages_e5_small.npz"
"""The directions of the bundled encoder, so that a search does not encode 160 sentences first."""


@dataclass(frozen=True)
class Neutral:
    """`basis` float32 (k, d) spans what language adds; `passage` and `question` (d,) are their means.

    `name` tells one that is kept from others; what is measured is as good as equal each time.
    """

    basis: np.ndarray
    passage: np.ndarray
    question: np.ndarray
    name: str = "measured"

    def passages(self, vectors: np.ndarray) -> np.ndarray:
        """Return unit rows (n, d) of passages without language; rows of zeros stay zeros."""
        return self._clean(vectors, self.passage)

    def questions(self, vectors: np.ndarray) -> np.ndarray:
        """Return unit rows (n, d) of questions without language."""
        return self._clean(vectors, self.question)

    def _clean(self, vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
        bare = vectors - centre
        bare -= (bare @ self.basis.T) @ self.basis
        bare[~vectors.any(axis=1)] = 0.0
        sizes = np.linalg.norm(bare, axis=1, keepdims=True)
        return np.asarray(bare / np.maximum(sizes, 1e-9), dtype=np.float32)


def load_neutral(encoder: Encoder) -> Neutral:
    """Return the directions for an encoder: the ones kept for the bundled one, else measured."""
    path = files("models") / "weights" / KEPT
    if path.is_file():
        with path.open("rb") as stream, np.load(stream) as kept:
            if str(kept["encoder"]) == encoder.name:
                parts = (kept["basis"], kept["passage"], kept["question"])
                return Neutral(
                    *parts, name=f"kept-{zlib.crc32(b''.join(one.tobytes() for one in parts)):08x}"
                )
    return measure_neutral(encoder)


def measure_neutral(encoder: Encoder) -> Neutral:
    """Encode the parallel sentences and return what language adds."""
    sentences = read_parallel()
    texts = [one for language in ANALYSED for one in sentences[language]]
    passages = _average(np.asarray(encoder.encode_passages(texts)))
    questions = _average(np.asarray(encoder.encode_queries(texts)))
    passage, question = passages.mean(axis=0), questions.mean(axis=0)
    differences = np.concatenate([passages - passage, questions - question])
    _, _, directions = np.linalg.svd(differences, full_matrices=False)
    basis = directions[: min(DIRECTIONS, len(directions))]
    return Neutral(basis.astype(np.float32), passage.astype(np.float32), question.astype(np.float32))


def _average(rows: np.ndarray) -> np.ndarray:
    """Return the mean of each language's rows, (languages, d)."""
    means: np.ndarray = rows.reshape(len(ANALYSED), -1, rows.shape[1]).mean(axis=1)
    return means
