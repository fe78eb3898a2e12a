"""What of a document goes through the encoder: one text per segment, spans of its sentences.

One pass serves search (a vector per segment) and the findings (a vector per sentence,
pooled from the same token vectors). The section's title goes before the text, as a reader
sees it, so that a passage under "Barrierer" carries that word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.document import Document
from models.peaks import find_peaks
from models.threads import single_thread
from models.words import load_signs

if TYPE_CHECKING:
    from models.encoder import Encoder

TITLE = 80
"""Characters of the section's title that go before a passage; longer ones are cut."""


@dataclass(frozen=True)
class Passages:
    """Texts for the encoder and, aligned with them, character spans of their sentences.

    `owners[n]` are the indexes of `Document.sentences` that `spans[n]` stand for.
    """

    texts: tuple[str, ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]
    owners: tuple[tuple[int, ...], ...]


def build_passages(document: Document) -> Passages:
    """Return a text for each segment, in order, and the spans of its sentences in that text."""
    texts, spans, owners = [], [], []
    for segment in document.segments:
        lead = lead_text(document.path(segment.section), document.quote(segment))
        shift = len(lead) - segment.start
        inside = range(segment.first, segment.last + 1)
        texts.append(lead + document.quote(segment))
        owners.append(tuple(inside))
        sentences = (document.sentences[n] for n in inside)
        spans.append(tuple((one.start + shift, one.end + shift) for one in sentences))
    return Passages(tuple(texts), tuple(spans), tuple(owners))


def lead_text(path: Sequence[str], text: str) -> str:
    """Return the section's title and a full stop, nothing if the text starts with it."""
    title = path[-1][:TITLE].strip() if path else ""
    return "" if not title or text.startswith(title) else f"{title}. "


@dataclass(frozen=True)
class Encoded:
    """A document as the encoder read it, float32, aligned with its segments or its sentences.

    `segments` and `sentences` are unit rows (n, d); `peaks` (sentences, k) are the tokens seen
    through a lens (models/features.py). A sentence in no segment has rows of zeros: it is not
    searched and states nothing. `words` are the bits of each segment's words, uint8 (w, d / 8).
    """

    segments: np.ndarray
    sentences: np.ndarray
    peaks: np.ndarray
    words: tuple[np.ndarray, ...] = ()


def encode_document(document: Document, encoder: Encoder, lens: np.ndarray) -> Encoded:
    """Return a document's vectors from one pass; `lens` (d, k) is the classifier's."""
    passages = build_passages(document)
    count = len(document.sentences)
    rows = np.zeros((len(passages.texts), encoder.dimension), dtype=np.float32)
    sentences = np.zeros((count, encoder.dimension), dtype=np.float32)
    peaks = np.zeros((count, lens.shape[1]), dtype=np.float32)
    words, signs = [np.zeros((0, 0), np.uint8)] * len(passages.texts), load_signs(encoder)
    with single_thread():
        for one in encoder.read_spans(passages.texts, passages.spans):
            rows[one.index] = one.vector
            words[one.index] = signs.pack(one.words)
            owners = list(passages.owners[one.index])
            if owners:
                sentences[owners] = one.rows
                peaks[owners] = find_peaks(one.deep, lens)
    return Encoded(rows, sentences, peaks, tuple(words))
