"""Whether a page's words are words: fonts without a map to Unicode give signs that mean nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.words import Word

STRANGE_SHARE = 0.25
"""Share of characters without meaning from which a page is unreadable. Seen: 0.95 and more where fonts have
no map, at most 0.004 on readable pages (single bullets)."""
SUSPECT_SHARE = 0.02
MIN_LETTERS = 200
VOWEL_SHARE = 0.2
FEW_VOWELS, MANY_RARE = 0.3, 0.1
"""Latin text is scrambled with fewer vowels among its letters than 0.2, or than 0.3 with a tenth of q, w, x
and z. Nordic, Finnish and English prose has 0.36-0.5 and at most 0.03, a page of abbreviations 0.27 and
0.02; text shifted by 29 places, as fonts without a map give it, 0.18-0.24 and 0.17."""
MIN_TOKENS = 40
LONE_SHARE = 0.3
LONG_TOKEN = 35
LONG_SHARE = 0.03
"""Words broken to letters, or run together: shares of one-letter and of overlong words."""
_STRANGE = frozenset({"Cc", "Co", "Cn", "Cs"})
_VOWELS = frozenset("aeiouyæøåäöüõéèêëàáâíóúýAEIOUYÆØÅÄÖÜÕÉÈÊËÀÁÂÍÓÚÝ")


@dataclass(frozen=True, slots=True)
class Quality:
    """How a page reads: counts of characters and words, and shares of what is wrong (0-1)."""

    characters: int
    tokens: int
    strange: float
    scrambled: bool
    lone: float
    long: float

    @property
    def unreadable(self) -> bool:
        """The words cannot be known."""
        return self.strange >= STRANGE_SHARE or self.scrambled

    @property
    def suspect(self) -> bool:
        """Another reader might do better."""
        broken = self.tokens >= MIN_TOKENS and (self.lone > LONE_SHARE or self.long > LONG_SHARE)
        return self.unreadable or self.strange >= SUSPECT_SHARE or broken

    @property
    def badness(self) -> float:
        """The sum of what is wrong, to compare two readings of one page."""
        return self.strange + float(self.scrambled) + self.lone + self.long


def assess(words: Sequence[Word]) -> Quality:
    """Return how the words of a page read."""
    texts = [word.text for word in words]
    counts = Counter("".join(texts))
    unmapped = sum(sum(not is_strange(char) for char in word.text) for word in words if not word.style.mapped)
    lone = sum(text.isalpha() for text in texts if len(text) == 1)
    long = sum(text.isalpha() for text in texts if len(text) > LONG_TOKEN)
    tokens, total = len(texts), sum(counts.values())
    strange = unmapped + sum(count for char, count in counts.items() if is_strange(char))
    some = tokens or 1
    return Quality(total, tokens, strange / (total or 1), _is_scrambled(counts), lone / some, long / some)


def is_strange(char: str) -> bool:
    """Tell whether a character has no meaning: control, private use, unassigned, replacement."""
    return char == "\ufffd" or unicodedata.category(char) in _STRANGE


def _is_scrambled(counts: Counter[str]) -> bool:
    latin = {char: count for char, count in counts.items() if char.isalpha() and char < "\u0250"}
    letters = sum(latin.values())
    vowels = sum(count for char, count in latin.items() if char in _VOWELS)
    rare = sum(count for char, count in latin.items() if char in "qwxzQWXZ")
    if letters < MIN_LETTERS:
        return False
    return vowels < VOWEL_SHARE * letters or (vowels < FEW_VOWELS * letters and rare >= MANY_RARE * letters)
