"""Whether the texts hold what was asked for: the best passage is judged as a careful reader would.

A near miss is as close in meaning as an answer, so closeness alone cannot tell (AUC .51 on
our own questions). What tells: are the question's names there or in the document's title
and region, which share of its weight is held, what rare word is missing or stands nowhere, does a
question for an amount, money, a year or a person meet one, beside what is counted, and does the
sentence stand out from the others of its document. One passage is judged: the best of two, three, five or
eight told absent questions from others less well (AUC .85 to .86, of one .87; cross-validated).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus.grams import FORM, canonical, canonical_word, find_words, split_words
from corpus.ranking import Ranker
from models.document import ANALYSED
from models.taxonomy import Taxonomy
from models.words import list_words
from service.contrast import COMPARED, Contrast, find_contrast
from service.evidence import find_names
from service.expected import Expected, has_number_beside, read_expected
from service.passages import Passage, is_alike
from service.wording import Wording

if TYPE_CHECKING:
    from service.room import Room
    from service.search import Found

NEXT = 10
"""The rank that a passage's score is compared with."""
SIXTH = 6
"""The sentence of a document that its best one is compared with: an answer may be said five times."""
SHORTEST, ENDING = 4, 2
"""Letters that a word's beginning has at least, and letters that another ending may replace."""
MOST_NOWHERE = 0.5
"""Share of a question's words that stand nowhere from which a passage must hold one of the others."""
WORDLESS = 0.38
"""Closeness of every word where a passage's words are not kept, as an older version left them: 41 of the samples'
45 questions are answered so, with 0 in its place 5."""
FAINT = 0.38
"""Closeness on average up to which a question whose words stand nowhere is not answered. While all such questions
were refused it cost 7 of 300 answerable ones of ours and caught 5 of 277 absent ones; up to .38 lie 0 and 3."""
ACRONYM = 3
"""Letters of a name up to which it may be an acronym, which takes endings ("EU:s", "EU-landa")."""


@dataclass(frozen=True)
class Signals:
    """What speaks for and against one passage.

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
    alone is not held: a number or an acronym with an ending is missed more easily. The rest is as in `Contrast`.
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
    signals = find_signals(connection, wording, found, passages[0], room, taxonomy)
    if signals.met <= FAINT and not _is_known(connection, found, room.ranker):
        return False
    return not _is_beside(signals) and judge(signals) > 0


def _is_beside(signals: Signals) -> bool:
    """Whether a passage in a language alike holds no word of the question, most of which stand nowhere.

    A year or a region that both name can bring it to the top.
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
    """Return the log odds, from the bound, that a passage answers."""
    return sum(one * weight for one, weight in zip(_row(signals), _WEIGHED, strict=True)) - BOUND


def find_signals(
    connection: Connection,
    wording: Wording,
    found: Found,
    passage: Passage,
    room: Room,
    taxonomy: Taxonomy,
) -> Signals:
    """Return the signals of a passage."""
    asked = _take_apart(connection, wording, found, room, taxonomy)
    level = float(found.scores[found.rows[min(NEXT, len(found.rows)) - 1]])
    around = room.sentences.around(connection, passage.row, found.query)
    rows = np.array([passage.row, *found.rows[:COMPARED].tolist()], dtype=np.intp)
    met = np.nan_to_num(room.closeness.meet(connection, rows, found.asked), nan=WORDLESS)
    same = room.shelf.owners[rows[1:]] == room.shelf.owners[passage.row]
    names, words = tuple(asked.names), list_words(found.words.text)
    contrast = find_contrast(words, names, asked.weights, passage.held, met, same)
    return _weigh(passage, found, asked, level, around, met[: NEXT + 1], contrast)


def _take_apart(
    connection: Connection, wording: Wording, found: Found, room: Room, taxonomy: Taxonomy
) -> Asked:
    names = find_names(wording, found.words)
    ranker = room.ranker
    core = [one for one in found.words.words if one not in names and not one.isdigit()]
    weights = {word: ranker.weigh_count(ranker.count(connection, FORM + word)) for word in core}
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
    known = {name: _holds_name(spellings, passage) for name, spellings in asked.names.items()}
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
        together=_hold_together(passage, weights, giving) / whole,
        names=sum(known.values()) / len(known) if known else 1.0,
        unnamed=float(not all(known.values())),
        unknown=asked.unknown,
        nowhere=asked.nowhere,
        lacks=min(best - giver, 4.0),
        lone=float(not any(giving)),
        uncounted=near * float(_misses_count(passage, asked)),
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


def _hold_together(passage: Passage, weights: dict[str, float], giving: Sequence[bool]) -> float:
    """Return the most weight of the question's words that one sentence with the kind of answer holds."""
    most = 0.0
    for (first, last), gives in zip((passage.spans - passage.start).tolist(), giving, strict=True):
        if gives:
            met = {word for _, place, word in passage.hits if first <= place < last}
            most = max(most, sum(weights.get(word, 0.0) for word in met))
    return most


def _misses_count(passage: Passage, asked: Asked) -> bool:
    """Return whether a question how many there are of something meets no number beside it."""
    if asked.counted is None or asked.counted not in asked.weights:
        return False
    return not any(
        word == asked.counted and has_number_beside(passage.text, place) for _, place, word in passage.hits
    )


def _holds_name(spellings: frozenset[str], passage: Passage) -> bool:
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


def _row(signals: Signals) -> list[float]:
    return list(vars(signals).values())


WEIGHTS = Signals(
    sentence=-0.116,
    vector=-0.122,
    score=-0.021,
    ahead=0.0,
    held=0.551,
    held_near=0.861,
    missing_near=-0.023,
    together=1.123,
    names=0.962,
    unnamed=-0.476,
    unknown=-0.57,
    nowhere=-0.557,
    lacks=-0.147,
    lone=-0.443,
    uncounted=-0.89,
    grams=-1.303,
    forms=-1.613,
    concepts=0.561,
    apart=0.045,
    within=0.305,
    within_ahead=0.282,
    within_rank=-0.034,
    far=0.057,
    far_sentence=0.039,
    met=4.985,
    least=4.567,
    least_far=1.33,
    met_ahead=0.694,
    unplaced=-0.792,
    clear=-1.662,
    beaten=-0.594,
    beaten_here=-2.108,
    least_here=0.028,
    least_anywhere=-3.461,
    likely=0.707,
)
"""Logistic regression (standardised, L2 30) of 300 answerable questions against 277 absent ones, by
`python benchmarks/refusal.py DATA --fit`."""
_WEIGHED = _row(WEIGHTS)
BOUND = 1.329
"""Of the best passage's sum: 5 % of the answerable questions fall below when left out of the fitting, and so do
63 % of the absent ones."""
