"""What a focus area is about, as a row of domains, and how alike two such rows are.

A name that lists several subjects ("Transport, logistics and ICT") is also read subject by
subject: an area of another region that is about one of them is about the same thing. Domains
that strategies put under one heading count for each other by a share (`load_kinship`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from models.domains import load_domains, load_kinship, name_domains

USUAL = 0.003
"""Share of words that speaks of a domain in any text of this kind: 0.001-0.005 in 411 passages
of models/training, whatever their subject. Taken off before areas are compared."""
NAME, ALIAS = 1.0, 0.5
"""What a domain in the name, or in another name, weighs against the text's whole profile (1)."""
NAMES_SHARE = 0.7
"""Weight of the names' profile beside the text's. Names alone (areas without text) still compare."""
SCANT = 4
"""Words of domains in a text at which it weighs half: a sentence or two says little of an area."""
DIFFER = 0.3
"""What is left of a score where the other's foremost domain does not occur at all."""
EQUAL = 0.98
"""Share of the foremost domain's weight from which another one is as foremost: "food" is farming and industry."""
_AND = re.compile(r"\s*[,;/&]\s*(?:og|och|and|samt)?\s+|\s+(?:og|och|and|samt|&)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Wordings:
    """How one document names and describes an area: its name and other names; its text by counts.

    `spoken` is how many words of its text speak of each domain, `total` how many words it has.
    """

    name: str
    others: tuple[str, ...]
    spoken: Counter[str]
    total: int
    language: str

    @property
    def named(self) -> np.ndarray:
        """What the names weigh for each domain (domains,)."""
        return _weigh_names(self.name, self.others, self.language)

    @property
    def subjects(self) -> tuple[int, ...]:
        """The domains of a name that lists several, one each; none where it does not."""
        return _find_subjects(self.name, self.language)


@lru_cache(maxsize=8_192)
def _weigh_names(name: str, others: tuple[str, ...], language: str) -> np.ndarray:
    own, other = name_domains((name,), language), name_domains(others, language)
    return np.array([NAME * (one.id in own) + ALIAS * (one.id in other) for one in load_domains()])


@lru_cache(maxsize=8_192)
def _find_subjects(name: str, language: str) -> tuple[int, ...]:
    items = [name_domains((item,), language) for item in _AND.split(name)]
    items.append(name_domains((name,), language).difference(*items))
    single = sorted({one for item in items if len(item) == 1 for one in item})
    return tuple(_places()[one] for one in single) if len(single) > 1 else ()


@cache
def _places() -> dict[str, int]:
    return {one.id: n for n, one in enumerate(load_domains())}


def mark_domains(said: Sequence[frozenset[str]]) -> np.ndarray:
    """Return a row for each set of domains, float32 (sets, domains): 1 where it holds one, else 0."""
    marks = np.zeros((len(said), len(load_domains())), dtype=np.float32)
    for row, one in zip(marks, said, strict=True):
        row[[_places()[domain] for domain in one]] = 1.0
    return marks


def share_domains(parts: Iterable[Wordings]) -> tuple[np.ndarray, float]:
    """Return how far texts speak of each domain more than usual, roots of shares (domains,), and their weight."""
    counts: Counter[str] = Counter()
    total = 0
    for part in parts:
        counts.update(part.spoken)
        total += part.total
    share = np.array([counts[one.id] / max(total, 1) for one in load_domains()])
    hits = sum(counts.values())
    return np.sqrt(np.maximum(share - USUAL, 0.0)), hits / (hits + SCANT)


def profile(parts: Sequence[Wordings]) -> np.ndarray:
    """Return the domains of an area as unit rows (1 + subjects, domains): the whole first, then each subject."""
    shares, weight = share_domains(parts)
    named = np.max([part.named for part in parts], axis=0)
    subjects = sorted({one for part in parts for one in part.subjects})
    rows = [unit(weight * unit(shares) + NAMES_SHARE * unit(named))]
    for subject in subjects:
        left = np.array([n == subject or n not in subjects for n in range(len(named))])
        rows.append(unit(weight * unit(shares * left) + NAMES_SHARE * unit(named * left)))
    return np.stack(rows)


def compare_profiles(profiles: Sequence[np.ndarray]) -> np.ndarray:
    """Return how far each two areas are about the same domains, in [0, 1], (areas, areas)."""
    sizes = [len(rows) for rows in profiles]
    owners = np.repeat(np.arange(len(profiles)), sizes)
    subjects = np.concatenate([np.arange(size) > 0 for size in sizes])
    rows = np.concatenate(profiles)
    scores = _soft_cosines(rows) * _agree(rows, subjects)
    best = np.zeros((len(profiles), len(profiles)))
    np.maximum.at(best, (owners[:, None], owners[None, :]), scores)
    return best


def _soft_cosines(rows: np.ndarray) -> np.ndarray:
    """Cosines (n, n) in which domains that are kin count for each other by their share."""
    products = rows @ load_kinship() @ rows.T
    lengths = np.sqrt(np.maximum(np.diag(products), 1e-9))
    cosines: np.ndarray = np.clip(products / np.outer(lengths, lengths), 0.0, 1.0)
    return cosines


def _agree(rows: np.ndarray, subjects: np.ndarray) -> np.ndarray:
    """What is left of a score where the foremost domains differ, (n, n), in [DIFFER, 1].

    What counts is how much the one's foremost domain (the best of several equal ones) weighs
    in the other, against the other's own; both ways, the worse of the two. Kinship does not
    help here, and a subject (`subjects`, (n,) of bool) agrees with what is foremost about just it.
    """
    best = np.maximum(rows.max(axis=1), 1e-9)
    foremost = rows >= EQUAL * rows.max(axis=1, keepdims=True)
    ratio = np.stack([(rows[:, one] / best[:, None]).max(axis=1) for one in foremost], axis=1)
    worse = np.minimum(ratio, ratio.T)
    part = subjects[:, None] | subjects[None, :]
    same = (foremost[:, None, :] == foremost[None, :, :]).all(axis=2)
    worse = np.where(part & ~same, 0.0, worse)
    left: np.ndarray = DIFFER + (1.0 - DIFFER) * worse
    return left


def unit(row: np.ndarray) -> np.ndarray:
    """Return a row at length 1; zeros stay so."""
    length = float(np.linalg.norm(row))
    return row / length if length > 1e-9 else row
