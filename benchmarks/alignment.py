"""How many words two long texts share in order: anchors first, then a plain table in between."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher


def common_length(left: Sequence[str], right: Sequence[str]) -> int:
    """Return the number of words of a long common subsequence of two texts.

    Words that stand once in both are anchors (longest increasing run of them); between
    anchors the search is repeated, at the end by difflib. A lower bound, exact where texts
    differ little.
    """
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return start + end + _between(left[start : len(left) - end], right[start : len(right) - end])


def _between(left: Sequence[str], right: Sequence[str]) -> int:
    if not left or not right:
        return 0
    anchors = _anchors(left, right)
    if not anchors:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())
    total, a, b = 0, 0, 0
    for one, other in anchors:
        total += common_length(left[a:one], right[b:other]) + 1
        a, b = one + 1, other + 1
    return total + common_length(left[a:], right[b:])


def _anchors(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    counts, others = Counter(left), Counter(right)
    places = {word: index for index, word in enumerate(right) if others[word] == 1}
    pairs = [(i, places[word]) for i, word in enumerate(left) if counts[word] == 1 and word in places]
    ends: list[int] = []
    chain: list[tuple[int, int]] = []
    back: list[int] = []
    last: list[int] = []
    for place, pair in enumerate(pairs):
        at = bisect_left(ends, pair[1])
        back.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(pair[1])
            last.append(place)
        else:
            ends[at] = pair[1]
            last[at] = place
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = back[at]
    return chain[::-1]
