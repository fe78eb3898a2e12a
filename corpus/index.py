"""The index of a large catalogue, opened: postings, words, vectors, sentences and words' bits, by row.

A row is a segment's number from 0, in order of id, when the index was made. What was removed or
came since is told by `corpus/wide.py`.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from corpus.codes import make_frame, widen
from corpus.flat import Flat, FlatDamaged
from corpus.lexical import COUNTS
from corpus.rows import Held
from corpus.strings import Strings
from models.document import Page

KEPT = 20_000_000
"""Postings kept in memory, 4 bytes each; the others come from the system's own cache of files."""
Rows = tuple[np.ndarray, ...]
"""Rows (int32, ascending) that hold a term, an array for each of `lexical.COUNTS`."""


class Index:
    """Everything search reads of many segments; safe to use from several threads.

    `numbers` are those of `corpus.rows` column by column, `heads` and `codes` those of `corpus.codes`, `total` (d,)
    and `squares` (d, d) sums over the vectors, `documents` by id the number and what was held.
    """

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self.name = flat.name
        self.numbers = np.asfortranarray(flat.load("numbers"))
        self.heads = flat.load("heads")
        self.codes = flat.load("codes")
        self.total = flat.load("total")
        self.squares = flat.load("squares")
        self.frame = make_frame(self.total, self.squares, len(self.numbers))
        self.words = Strings(flat.load("words"), flat.load("words_ends"))
        self.word_counts = flat.load("word_counts")
        self.documents = {
            document: (number, Held(*held)) for number, (document, *held) in enumerate(flat.body["documents"])
        }
        self._terms = Strings(flat.load("terms"), flat.load("terms_ends"))
        self._places = flat.load("term_places")
        self._sentence_starts = flat.load("sentence_starts").tolist()
        self._spans = flat.load("spans")
        self._titles = flat.load("titles")
        self._sign_starts = flat.load("sign_starts")
        self._vectors = flat.map("vectors")
        self._text_starts = flat.load("text_starts")
        self._pages, self._page_starts = flat.load("pages"), flat.load("page_starts")
        self._labels = Strings(flat.load("labels"), flat.load("labels_ends"))
        self._kept: OrderedDict[str, Rows] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    @classmethod
    def open(cls, root: Path, stamp: dict[str, Any], known: Index | None = None) -> Index:
        """Open the index in a folder if it was made with what `stamp` says; `known` again if it is the same.

        Raises: FlatDamaged.
        """
        flat = Flat.open(root)
        try:
            if flat.body["stamp"] != stamp:
                raise FlatDamaged("The index was made with something else.")
            return known if known is not None and known.name == flat.name else cls(flat)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise FlatDamaged("The index cannot be read.") from error

    def __len__(self) -> int:
        return len(self.numbers)

    def verify(self) -> bool:
        """Return whether every byte is as it was written; reads them all."""
        return self._flat.verify()

    def read_rows(self, term: str) -> Rows:
        """Return the rows that hold a term. Raises: FlatDamaged."""
        with self._lock:
            held = self._kept.get(term)
            if held is not None:
                self._kept.move_to_end(term)
                return held
        at = self._terms.find(term)
        places = self._places[at].tolist() if at >= 0 else [(0, 0)] * len(COUNTS)
        rows = tuple(self._read_postings(first, count) for first, count in places)
        with self._lock:
            if term not in self._kept:
                self._kept[term] = rows
                self._count += sum(map(len, rows))
            while self._count > KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._count -= sum(map(len, dropped))
        return rows

    def read_vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return vectors without language, float32 (n, d)."""
        return widen(np.asarray(self._vectors[rows]))

    def read_sentences(self, owner: int, first: int, count: int) -> np.ndarray:
        """Return vectors of a document's sentences, float16 (count, d). Raises: FlatDamaged."""
        return self._flat.read("sentences", self._sentence_starts[owner] + first, count)

    def read_spans(self, owner: int, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return places int64 (count, 2) of a document's sentences in its text, and which are headings."""
        inside = slice(self._sentence_starts[owner] + first, self._sentence_starts[owner] + first + count)
        return self._spans[inside], self._titles[inside]

    def count_sentences(self, owner: int) -> int:
        """Return how many sentences a document has."""
        return int(self._sentence_starts[owner + 1] - self._sentence_starts[owner])

    def read_signs(self, row: int) -> np.ndarray:
        """Return the bits of a segment's words, uint8 (w, d / 8). Raises: FlatDamaged."""
        first, last = self._sign_starts[row : row + 2].tolist()
        return self._flat.read("signs", first, last - first)

    def read_text(self, row: int) -> str:
        """Return a segment's text. Raises: FlatDamaged."""
        first, last = self._text_starts[row : row + 2].tolist()
        data = self._flat.read("texts", first, last - first).tobytes()
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise FlatDamaged("Texts were changed.") from error

    def read_pages(self, owner: int, start: int, end: int) -> tuple[Page, ...]:
        """Return the pages of a document that `models.document.pages_of` needs for a part of its text."""
        first, last = self._page_starts[owner : owner + 2].tolist()
        pages = self._pages[first:last]
        inside = np.flatnonzero((pages[:, 1] < max(end, start + 1)) & (pages[:, 2] >= start))
        return tuple(self._page(first + at) for at in inside.tolist())

    def _page(self, at: int) -> Page:
        index, start, end = self._pages[at].tolist()
        label = self._labels[at].decode("utf-8", "surrogatepass")
        return Page.model_construct(index=index, label=label[1:] if label else None, start=start, end=end)

    def _read_postings(self, first: int, count: int) -> np.ndarray:
        if not count:
            return np.zeros(0, dtype=np.int32)
        rows = self._flat.read("postings", first, count)
        if rows.view(np.uint32).max() >= len(self.numbers):
            raise FlatDamaged("Postings were changed.")
        return rows
