"""A sorted list of strings in one piece of bytes, with the place of each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np


class Strings(Sequence[bytes]):
    """Sorted strings; `data` is their UTF-8 one after the other, `ends` (n,) where each ends.

    The order of UTF-8 is that of the letters, so a range of bytes is a range of words.
    """

    def __init__(self, data: np.ndarray, ends: np.ndarray) -> None:
        self._data = data.tobytes()
        self._ends = np.concatenate([[0], ends]).astype(np.int64).data

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, at: int) -> bytes:  # type: ignore[override]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._data[self._ends[at] : self._ends[at + 1]]

    def find(self, text: str) -> int:
        """Return the place of a string, -1 if it is not there."""
        wanted = text.encode("utf-8", "replace")
        at = bisect_left(self, wanted)
        return at if at < len(self) and self[at] == wanted else -1

    def span(self, start: str) -> range:
        """Return the places of the strings that start so."""
        wanted = start.encode("utf-8", "replace")
        return range(bisect_left(self, wanted), bisect_left(self, wanted + b"\xff"))


def join_strings(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return data and ends of strings."""
    coded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([len(one) for one in coded], dtype=np.int64)
    return np.frombuffer(b"".join(coded), dtype=np.uint8), ends.reshape(-1)
