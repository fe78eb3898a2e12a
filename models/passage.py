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


def encode_document(document: Document, encoder: Encoder) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 unit rows for the document's segments and for its sentences.

    A sentence in no segment has a row of zeros: it is not searched and states nothing.
    """
    passages = build_passages(document)
    rows, pooled = encoder.encode_with_spans(passages.texts, passages.spans)
    sentences = np.zeros((len(document.sentences), encoder.dimension), dtype=np.float32)
    for owners, vectors in zip(passages.owners, pooled, strict=True):
        if owners:
            sentences[list(owners)] = vectors
    return rows, sentences
