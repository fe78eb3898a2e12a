"""Gold sentences found again in an extracted document, whatever the line ends and footnote digits."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

HELD = 0.9
"""Share of a gold sentence's characters, in order, that one extracted sentence must hold."""
_HYPHEN = re.compile(r"[-\u00ad]\s*\n\s*(?=[a-zæøåäö])")
_NOTE = re.compile(r"(?<=[a-zæøåäö.,;:)”\"»])\d{1,3}(?=\s|$)", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u00ad]+")
_CHOICES = 12  # extracted sentences that share most words with a gold one are compared in full


def normalise(text: str) -> str:
    """Return a text for matching: NFC, no white space, no hyphen at a line's end, no footnote digits."""
    text = _HYPHEN.sub("", unicodedata.normalize("NFC", text))
    return _SPACE.sub("", _NOTE.sub("", text))


class Finder:
    """Finds gold sentences among the sentences of one document."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._texts = [normalise(one) for one in sentences]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(sentences):
            for word in set(_words(one)):
                self._holders[word].append(at)

    def find(self, quote: str) -> int | None:
        """Return the index of the sentence that holds most of a quote, at least `HELD`; None if none does."""
        wanted = normalise(quote)
        if not wanted:
            return None
        best, place = 0.0, None
        for at in self._candidates(quote):
            share = 1.0 if wanted in self._texts[at] else share_in_order(wanted, self._texts[at])
            if share > best:
                best, place = share, at
            if share == 1.0 and len(self._texts[at]) <= 1.1 * len(wanted):
                break
        return place if best >= HELD else None

    def _candidates(self, quote: str) -> list[int]:
        votes: dict[int, float] = defaultdict(float)
        for word in set(_words(quote)):
            holders = self._holders.get(word, ())
            for at in holders:
                votes[at] += 1.0 / len(holders)
        return sorted(votes, key=lambda at: (-votes[at], len(self._texts[at]), at))[:_CHOICES]


def share_in_order(wanted: str, held: str) -> float:
    """Return the share of `wanted`'s characters that stand in `held` in the same order."""
    if not wanted:
        return 0.0
    if len(held) < HELD * len(wanted):
        return len(held) / len(wanted) * HELD
    return _longest_common(wanted, held) / len(wanted)


def _longest_common(left: str, right: str) -> int:
    """Return the length of the longest common subsequence, by rows of bits (Hyyrö)."""
    masks: dict[str, int] = defaultdict(int)
    for at, sign in enumerate(left):
        masks[sign] |= 1 << at
    full = (1 << len(left)) - 1
    row = full
    for sign in right:
        match = masks.get(sign, 0)
        taken = row & match
        row = ((row + taken) | (row - taken)) & full
    return len(left) - row.bit_count()


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", text.casefold())
