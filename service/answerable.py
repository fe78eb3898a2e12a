"""Whether the texts hold what was asked for: the best passage is judged as a careful reader would.

A near miss is as close in meaning as an answer, so closeness alone cannot tell (AUC .51 on
our own questions). What tells: are the question's names there or in the document's title
and region, which share of its weight is held, what rare word is missing or stands nowhere, does a
question for an amount, money, a year or a person meet one, beside what is counted, and does the
sentence stand out from the others of its document. Of each the most that one of the first five passages
has is taken: the answer is the first passage of 70 % of our answerable questions, among the first three of 85 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus.grams import FORM, canonical, canonical_word
from corpus.ranking import Ranker
from models.document import ANALYSED
from models.taxonomy import Taxonomy
from models.words import list_words
from service.contrast import COMPARED, Contrast, Others
from service.evidence import find_names, weigh_each
from service.expected import Expected, read_expected
from service.holding import hold_together, holds_name, misses_count
from service.passages import Passage
from service.wording import Wording

if TYPE_CHECKING:
    from service.room import Room
    from service.search import Found

JUDGED = 5
"""Passages that are judged. Absent questions refused at 5 % lost (left out in turn, 3 draws of folds): the first alone
55 %, the most of two 62, three 59, four 62, five 66; the mean of three 48; each signal's better end of five 51."""
FIRST = ("ahead", "names", "together", "least", "met_ahead", "clear")
"""Signals of which the first passage's counts by itself too: 70 % of absent questions refused where 66 % were."""
NEXT = 10
"""The rank that a passage's score is compared with."""
SIXTH = 6
"""The sentence of a document that its best one is compared with: an answer may be said five times."""
SHORTEST, ENDING = 4, 2
"""Letters that a word's beginning has at least, and letters that another ending may replace."""
MOST_NOWHERE = 0.5
"""Share of a question's words that stand nowhere from which a passage must hold one of the others."""
WORDLESS = 0.5
"""Closeness of every word where a passage's words are not kept, as an older version left them: 45 of the samples'
45 questions are answered so, with .46 43, with .38 42."""
FAINT = 0.38
"""Closeness on average up to which a question whose words stand nowhere is not answered. While all such questions
were refused it cost 7 of 300 answerable ones of ours and caught 5 of 277 absent ones; up to .38 lie 0 and 3."""
ACRONYM = 3
"""Letters of a name up to which it may be an acronym, which takes endings ("EU:s", "EU-landa")."""


@dataclass(frozen=True)
class Signals:
    """What speaks for and against a passage, or the most of each that one of several has.

    `sentence` and `vector` are cosines in standard deviations, `score` the fused score and
    `ahead` how far it is above rank NEXT. `held` is the share of the question's words
    (names apart, by weight) that the passage holds, `held_near` the same where the languages
    are alike, `missing_near` the weight of the rarest word not held there, `together` the share
    that one sentence with the kind of answer expected holds. `names` is the
    share of names held, `unnamed` 1 if one is not, `unknown` 1 if one stands nowhere in the texts;
    `nowhere` is the share of the question's words that stand nowhere. `lacks` is how much further
    than the best sentence the best one with the kind of answer expected is, up to 4; `lone` 1 if there is
    none. `uncounted` is 1 where the languages are alike and what is to be counted stands beside no number.
    `within` is how far the best sentence lies above the others of its document in standard deviations,
    `within_ahead` above the sixth of them, `within_rank` the logarithm of its place there: a region's name
    brings all its sentences near, only what is asked about brings one. `apart` is the logarithm of
    the passage's place by vector, `far` 1 where the languages are not alike. `met` is how near the words of
    the passage come to the question's on average, `least` how near to the one that they come least near to,
    `least_far` the same where the languages are not alike, and `met_ahead` how much nearer on average than
    the words of that of the first passages which comes least near. `unplaced` is 1 if a name of letters
    alone is not held: a number or an acronym with an ending is missed more easily. `first_` is what the first of
    several passages has. The rest is as in `Contrast`.
    """

    sentence: float
    vector: float
    score: float
    ahead: float
    held: float
    held_near: float
    missing_near: float
    together: float
    names: float
    unnamed: float
    unknown: float
    nowhere: float
    lacks: float
    lone: float
    uncounted: float
    grams: float
    forms: float
    concepts: float
    apart: float
    within: float
    within_ahead: float
    within_rank: float
    far: float
    far_sentence: float
    met: float
    least: float
    least_far: float
    met_ahead: float
    unplaced: float
    clear: float
    beaten: float
    beaten_here: float
    least_here: float
    least_anywhere: float
    likely: float
    first_ahead: float = 0.0
    first_names: float = 0.0
    first_together: float = 0.0
    first_least: float = 0.0
    first_met_ahead: float = 0.0
    first_clear: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A question taken apart: weights of its words, spellings of its names, what it expects.

    `unknown` and `nowhere` are as in `Signals`.
    """

    weights: dict[str, float]
    names: dict[str, frozenset[str]]
    expected: Expected
    counted: str | None
    unknown: float
    nowhere: float


def is_answered(
    connection: Connection,
    wording: Wording,
    found: Found,
    passages: Sequence[Passage],
    room: Room,
    taxonomy: Taxonomy,
) -> bool:
    """Return whether the texts hold an answer; what must stand word for word and does is one."""
    if not passages or found.lacking:
        return False
    if wording.phrases or wording.prefixes:
        return True
    signals = find_signals(connection, wording, found, passages, room, taxonomy)
    if signals.met <= FAINT and not _is_known(connection, found, room.ranker):
        return False
    return not _is_beside(signals) and judge(signals) > 0


def _is_beside(signals: Signals) -> bool:
    """Whether passages in a language alike hold no word of the question, most of which stand nowhere.

    A year or a region that both name can bring them to the top.
    """
    return not signals.far and not signals.held and signals.nowhere >= MOST_NOWHERE


def _is_known(connection: Connection, found: Found, ranker: Ranker) -> bool:
    """Return whether any word of the question stands anywhere, or could not because of its language.

    Where texts in the question's own language hold none of its words ("kvantegravitasjon", "asdfgh"),
    what lies nearest by vector is no answer, unless its words come near to the question's: another
    language may say it.
    """
    words = found.words
    if words.concepts or any(ranker.count(connection, FORM + one) for one in (*words.words, *words.forms)):
        return True
    return words.language in ANALYSED and not (found.evidence.distance == 0).any()


def judge(signals: Signals) -> float:
    """Return the log odds, from the bound, that the passages answer."""
    return sum(one * weight for one, weight in zip(_row(signals), _WEIGHED, strict=True)) - BOUND


def find_signals(
    connection: Connection,
    wording: Wording,
    found: Found,
    passages: Sequence[Passage],
    room: Room,
    taxonomy: Taxonomy,
) -> Signals:
    """Return of each signal the most that one of the first JUDGED passages has."""
    asked = _take_apart(connection, wording, found, room, taxonomy)
    level = float(found.scores[found.rows[min(NEXT, len(found.rows)) - 1]])
    judged = [one.row for one in passages[:JUDGED]]
    rows = np.array([*judged, *found.rows[:COMPARED].tolist()], dtype=np.intp)
    met = np.nan_to_num(np.array([found.met[row] for row in rows.tolist()]), nan=WORDLESS)
    owners, others = room.shelf.owners[rows], met[len(judged) :]
    words = list_words(found.words.text)
    besides = Others(words, tuple(asked.names), asked.weights, others)
    around: dict[int, np.ndarray] = {}
    each = []
    for passage, owner, own in zip(passages, owners[: len(judged)].tolist(), met, strict=False):
        if owner not in around:
            around[owner] = room.sentences.around(connection, passage.row, found.query)
        contrast = besides.compare(own, passage.held, owners[len(judged) :] == owner)
        near = np.vstack([own, others[:NEXT]])
        each.append(_weigh(passage, found, asked, level, around[owner], near, contrast))
    most = Signals(*np.max([_row(one) for one in each], axis=0).tolist())
    return replace(most, **{f"first_{name}": getattr(each[0], name) for name in FIRST})


def _take_apart(
    connection: Connection, wording: Wording, found: Found, room: Room, taxonomy: Taxonomy
) -> Asked:
    names = find_names(wording, found.words)
    core = [one for one in found.words.words if one not in names and not one.isdigit()]
    weights = weigh_each(connection, room.ranker, core)
    expected = read_expected(wording.text)
    missing = [word for word in core if not _stands(connection, word, room)]
    return Asked(
        weights=weights,
        names={name: _spell(name, taxonomy) for name in names},
        expected=expected,
        counted=canonical_word(expected.counted) if expected.counted else None,
        unknown=float(any(not _stands(connection, name, room) for name in names)),
        nowhere=sum(weights[one] for one in missing) / max(sum(weights.values()), 1e-6),
    )


def _stands(connection: Connection, word: str, room: Room) -> bool:
    """Return whether a word, or one that begins as it does, stands anywhere in the texts."""
    if room.ranker.count(connection, FORM + word):
        return True
    start = word[: max(SHORTEST, len(word) - ENDING)]
    return len(word) > SHORTEST and bool(room.lexicon.expand(connection, start, 1))


def _spell(name: str, taxonomy: Taxonomy) -> frozenset[str]:
    region = taxonomy.find_region(name)
    return frozenset(
        {name, *(canonical(one) for one in (region.name, *region.aliases))} if region else {name}
    )


def _weigh(
    passage: Passage,
    found: Found,
    asked: Asked,
    level: float,
    around: np.ndarray,
    met: np.ndarray,
    contrast: Contrast,
) -> Signals:
    """Return the signals; `met` (1 + others, words) is how near passages come to the question's words."""
    evidence, row = found.evidence, passage.row
    near = float(evidence.distance[row] < 2)
    weights, whole = asked.weights, max(sum(asked.weights.values()), 1e-6)
    held = sum(weights[word] for word in passage.held if word in weights) / whole
    missing = max((weight for word, weight in weights.items() if word not in passage.held), default=0.0)
    known = {name: holds_name(spellings, passage) for name, spellings in asked.names.items()}
    cosines = evidence.standardise(passage.cosines)
    giving = [asked.expected.gives(passage.sentence(number)) for number in range(len(cosines))]
    best = float(cosines.max(initial=-3.0))
    giver = max((float(one) for one, gives in zip(cosines, giving, strict=True) if gives), default=-9.0)
    within, within_ahead, within_rank = _compare(float(passage.cosines.max(initial=-1.0)), around)
    return Signals(
        sentence=best,
        vector=float(evidence.standardise(evidence.cosines[[row]])[0]),
        score=float(found.scores[row]),
        ahead=float(found.scores[row]) - level,
        held=held,
        held_near=held * near,
        missing_near=missing * near,
        together=hold_together(passage, weights, giving) / whole,
        names=sum(known.values()) / len(known) if known else 1.0,
        unnamed=float(not all(known.values())),
        unknown=asked.unknown,
        nowhere=asked.nowhere,
        lacks=min(best - giver, 4.0),
        lone=float(not any(giving)),
        uncounted=near * float(misses_count(passage, asked.counted, weights)),
        grams=float(evidence.lexical.grams[row]),
        forms=float(evidence.lexical.forms[row]),
        concepts=float(evidence.lexical.concepts[row]) if found.words.concepts else 0.5,
        apart=float(np.log1p(np.count_nonzero(evidence.cosines > evidence.cosines[row]))),
        within=within,
        within_ahead=within_ahead,
        within_rank=within_rank,
        far=1.0 - near,
        far_sentence=(1.0 - near) * best,
        met=float(met[0].mean()) if met.size else 0.0,
        least=float(met[0].min(initial=1.0)),
        least_far=(1.0 - near) * float(met[0].min(initial=1.0)),
        met_ahead=float(met[0].mean() - met[1:].mean(axis=1).min()) if met.size else 0.0,
        unplaced=float(any(_is_spelt(name) and not held for name, held in known.items())),
        **vars(contrast),
    )


def _is_spelt(name: str) -> bool:
    return name.isalpha() and len(name) > ACRONYM


def _compare(best: float, around: np.ndarray) -> tuple[float, float, float]:
    """Return how a cosine stands to those of a document: above the mean, above the sixth, its place's logarithm."""
    if not len(around):
        return 0.0, 0.0, 0.0
    spread = float(around.std()) + 1e-3
    place = max(len(around) - SIXTH, 0)
    sixth = float(np.partition(around, place)[place])
    above = np.log1p(np.count_nonzero(around > best))
    return (best - float(around.mean())) / spread, (best - sixth) / spread, float(above)


def _row(signals: Signals) -> list[float]:
    return list(vars(signals).values())


WEIGHTS = Signals(
    sentence=-0.092,
    vector=-0.17,
    score=0.079,
    ahead=0.074,
    held=0.386,
    held_near=0.623,
    missing_near=-0.01,
    together=1.482,
    names=0.394,
    unnamed=-0.338,
    unknown=0.008,
    nowhere=-0.847,
    lacks=-0.002,
    lone=0.075,
    uncounted=-0.55,
    grams=-2.904,
    forms=-3.563,
    concepts=0.271,
    apart=0.128,
    within=0.173,
    within_ahead=0.479,
    within_rank=0.154,
    far=0.096,
    far_sentence=0.049,
    met=6.894,
    least=3.822,
    least_far=1.244,
    met_ahead=0.082,
    unplaced=-1.899,
    clear=-5.152,
    beaten=0.196,
    beaten_here=-4.417,
    least_here=-1.064,
    least_anywhere=-3.431,
    likely=0.787,
    first_ahead=0.074,
    first_names=1.103,
    first_together=1.923,
    first_least=2.585,
    first_met_ahead=1.503,
    first_clear=-2.41,
)
"""Logistic regression (standardised, L2 10) of 300 answerable questions against 277 absent ones, by
`python benchmarks/refusal.py DATA --fit`."""
_WEIGHED = _row(WEIGHTS)
BOUND = 3.757
"""Of the sum: 5 % of the answerable questions fall below when left out of the fitting, and so do 68 % of the absent
ones."""
