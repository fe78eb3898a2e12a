"""What one document states: labelled sentences, and focus areas with the sentences that belong to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from models.domains import domains_of, name_domains, split_words

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A labelled sentence; the probability of each kind is in [0, 1]."""

    document: str
    ordinal: int
    id: str
    start: int
    end: int
    language: str
    unit: str
    region: str | None
    labels: tuple[str, ...]
    kinds: Mapping[str, float]
    themes: tuple[str, ...]
    focus_area: str
    section: int | None
    quote: str

    def score(self, kind: str) -> float:
        """Return the probability of a kind, 0 where it was not judged."""
        return self.kinds.get(kind, 1.0 if kind in self.labels else 0.0)


class Member(NamedTuple):
    """A sentence that belongs to a focus area; offsets as in the document, `labels` the kinds decided."""

    ordinal: int
    start: int
    end: int
    language: str
    labels: tuple[str, ...]
    text: str
    unit: str = "sentence"


@dataclass(frozen=True)
class Area:
    """A focus area as one document states it, with the sentences that belong to it.

    `vectors` are float32 unit rows (n, d), aligned with `members`: headlines first, then
    other findings, then plain sentences. `others` are all names of the document's other areas.
    What is worked out of members is kept, since the same area is compared again and again.
    """

    document: str
    name: str
    aliases: tuple[str, ...]
    niches: tuple[str, ...]
    domains: tuple[str, ...]
    score: float
    start: int
    end: int
    language: str
    members: tuple[Member, ...]
    vectors: np.ndarray
    others: tuple[str, ...] = ()

    @cached_property
    def tongues(self) -> tuple[str, ...]:
        """The language of each member."""
        return tuple(one.language for one in self.members)

    @cached_property
    def domains_said(self) -> tuple[frozenset[str], ...]:
        """The domains that each member speaks of."""
        return tuple(name_domains((one.text,), one.language) for one in self.members)

    @cached_property
    def domain_words(self) -> tuple[tuple[str, int, frozenset[str]], ...]:
        """The words that speak of a domain, with their counts and domains."""
        told = ((word, count, domains_of(word, self.language)) for word, count in self.words.items())
        return tuple(one for one in told if one[2])

    @cached_property
    def domains_counted(self) -> Counter[str]:
        """How many words speak of each domain."""
        counts: Counter[str] = Counter()
        for _, count, domains in self.domain_words:
            counts.update(dict.fromkeys(domains, count))
        return counts

    @cached_property
    def length(self) -> int:
        """How many words the members and the names have."""
        return sum(self.words.values())

    @cached_property
    def names_itself(self) -> tuple[bool, ...]:
        """Whether each member holds a name of the area, but for its ending."""
        return self._find((self.name, *self.aliases))

    @cached_property
    def names_others(self) -> tuple[bool, ...]:
        """Whether each member names another area of the document."""
        own = [_stem(one) for one in (self.name, *self.aliases)]
        return self._find([one for one in self.others if not any(_stem(one) in mine for mine in own)])

    @cached_property
    def says_more(self) -> tuple[bool, ...]:
        """Whether each member says three words or more beside the names of the area."""
        names = {word for name in (self.name, *self.aliases) for word in split_words(name)}
        words = ([word for word in split_words(one.text) if word.isalpha()] for one in self.members)
        return tuple(sum(word not in names for word in said) > 2 for said in words)

    def _find(self, names: Sequence[str]) -> tuple[bool, ...]:
        stems = [_stem(one) for one in names]
        texts = (one.text.casefold() for one in self.members)
        return tuple(any(stem in text for stem in stems) for text in texts)

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word (lower case) stands in the members and the names."""
        texts = [*(one.text for one in self.members), self.name, *self.aliases, *self.niches]
        return Counter(_WORD.findall("\n".join(texts).lower()))


def _stem(name: str) -> str:
    return name.casefold()[: max(6, len(name) - 3)]
