"""The bundled encoder's tokenizer: texts to ids of pieces, with the characters they stand for.

The one file that imports `tokenizers`. Loading the whole vocabulary of 250,002 pieces takes 1.1 s
of CPU and 380 MB, half of what a cold query would cost. A short text is therefore split with a
vocabulary of just those pieces that occur in it, looked up in a table on disk: no other piece can
take part, so the ids are the same (a test holds both ways against each other).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer
    from tokenizers.normalizers import Normalizer
    from tokenizers.pre_tokenizers import PreTokenizer

SHORT = 1_000
"""Characters up to which texts are split without the whole vocabulary, as long as it is not loaded."""

LONGEST = 16
"""Characters of the longest piece."""

_UNKNOWN = "\ue000\ue001"
"""Name of the unknown piece in a small vocabulary: private characters, which no piece has."""

_TABLE = np.dtype([("key", "<u8"), ("id", "<i4"), ("score", "<f4")])


@dataclass(frozen=True)
class Pieces:
    """A text's pieces: ids, and of each the index of its last character in the text (-1: none); int32."""

    ids: np.ndarray
    last: np.ndarray


class Vocabulary:
    """Splits texts into pieces, without special ones; safe to use from several threads."""

    def __init__(self, folder: Path, unknown: int) -> None:
        self._folder, self._unknown = folder, unknown
        self._lock = threading.Lock()
        self._whole: Tokenizer | None = None

    def split(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text."""
        if self._whole is None and sum(map(len, texts)) <= SHORT:
            return self._split_short(texts)
        return [_read(encoding) for encoding in _encode(self._load(), texts)]

    def _load(self) -> Tokenizer:
        with self._lock:
            if self._whole is None:
                from tokenizers import Tokenizer

                whole = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                whole.encode_special_tokens = True
                self._whole = whole
            return self._whole

    def _split_short(self, texts: Sequence[str]) -> list[Pieces]:
        rows = self._occurring(texts)
        vocabulary = [(_UNKNOWN, self._lowest), *((text, score) for text, _, score in rows)]
        ids = np.array([self._unknown, *(number for _, number, _ in rows)], dtype=np.int32)
        pieces = (_read(encoding) for encoding in _encode(_make_tokenizer(vocabulary, 0), texts))
        return [Pieces(ids[one.ids], one.last) for one in pieces]

    def _occurring(self, texts: Sequence[str]) -> list[tuple[str, int, float]]:
        """Return the pieces (text, id, score) that occur anywhere in the texts."""
        normalizer, cutter = _make_normalizer(), _make_cutter()
        cut = (cutter.pre_tokenize_str(normalizer.normalize_str(text)) for text in texts)
        parts = sorted(_substrings({word for words in cut for word, _ in words}))
        wanted = np.array([_key(part) for part in parts], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        hits = np.flatnonzero(self._keys[at] == wanted)
        rows = self._table[at[hits]]
        texts_of = (parts[n] for n in hits)
        return list(zip(texts_of, rows["id"].tolist(), rows["score"].tolist(), strict=True))

    @cached_property
    def _table(self) -> np.ndarray:
        table: np.ndarray = np.load(self._folder / "pieces.npy", mmap_mode="r")
        return table

    @cached_property
    def _keys(self) -> np.ndarray:
        return np.ascontiguousarray(self._table["key"])

    @cached_property
    def _lowest(self) -> float:
        """Score that the unknown piece's own is derived from."""
        return float(self._table["score"].min())


def write_vocabulary(folder: Path, pieces: Sequence[tuple[str, float]], special: Mapping[str, int]) -> None:
    """Write `tokenizer.json`, as transformers reads it too, and `pieces.npy`, the table of pieces."""
    from tokenizers import processors

    if max(len(text) for text, _ in pieces) > LONGEST:
        raise ValueError("a piece is longer than LONGEST")
    tokenizer = _make_tokenizer(pieces, special["<unk>"])
    tokenizer.add_special_tokens(list(special))
    ends = [(name, special[name]) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    rows = [(_key(text), number, score) for number, (text, score) in enumerate(pieces)]
    np.save(folder / "pieces.npy", np.sort(np.array(rows, dtype=_TABLE), order="key"))


def _make_tokenizer(vocabulary: Sequence[tuple[str, float]], unknown: int) -> Tokenizer:
    from tokenizers import Tokenizer, models

    tokenizer = Tokenizer(models.Unigram(list(vocabulary), unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = _make_normalizer()
    tokenizer.pre_tokenizer = _make_cutter()
    return tokenizer


@cache
def _make_normalizer() -> Normalizer:
    from tokenizers import Regex, normalizers

    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    return normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])


@cache
def _make_cutter() -> PreTokenizer:
    from tokenizers import pre_tokenizers

    return pre_tokenizers.Metaspace(prepend_scheme="always")


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
    return tokenizer.encode_batch(list(texts), add_special_tokens=False)


def _read(encoding: Encoding) -> Pieces:
    spans = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
    last = np.where(spans[:, 1] > spans[:, 0], spans[:, 1] - 1, -1).astype(np.int32)
    return Pieces(np.array(encoding.ids, dtype=np.int32), last)


def _substrings(words: Iterable[str]) -> set[str]:
    return {
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(start + LONGEST, len(word)) + 1)
    }


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "little")
