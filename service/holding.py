"""What a passage holds of what is asked: words in one sentence, a number beside what is counted, a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from corpus.grams import find_words, split_words
from service.expected import has_number_beside
from service.passages import Passage, is_alike


def hold_together(passage: Passage, weights: Mapping[str, float], giving: Sequence[bool]) -> float:
    """Return the most weight of the question's words that one sentence with the kind of answer holds."""
    most = 0.0
    for (first, last), gives in zip((passage.spans - passage.start).tolist(), giving, strict=True):
        if gives:
            met = {word for _, place, word in passage.hits if first <= place < last}
            most = max(most, sum(weights.get(word, 0.0) for word in met))
    return most


def misses_count(passage: Passage, counted: str | None, weights: Mapping[str, float]) -> bool:
    """Return whether a question how many there are of something meets no number beside it."""
    if counted is None or counted not in weights:
        return False
    return not any(
        word == counted and has_number_beside(passage.text, place) for _, place, word in passage.hits
    )


def holds_name(spellings: frozenset[str], passage: Passage) -> bool:
    """Return whether a name stands in a passage or its document's title, regions or year, in any spelling."""
    source = passage.source
    around = _words_around(source.title, source.regions, source.year)
    words = around.union(word for word, _, _ in find_words(passage.text))
    if not words.isdisjoint(spellings):
        return True
    return any(len(one) > 3 and is_alike(word, one) for one in spellings for word in words)


@lru_cache(maxsize=4096)
def _words_around(title: str, regions: tuple[str, ...], year: int | None) -> frozenset[str]:
    return frozenset(split_words(" ".join((title, *regions, str(year or "")))))
