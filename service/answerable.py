"""Whether the passages found hold what was asked for, judged passage by passage as a careful reader would.

A near miss is as close in meaning as an answer, so closeness alone cannot tell (AUC .51 on
our own questions). What tells: are the question's names there or in the document's title
and region, which share of its weight is held, what rare word is missing, does a question
for a number or a year meet one near by, and does the passage stand out from the next ones.
The question is answered if one of the first passages is judged to answer it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from corpus.grams import FORM, canonical, split_words
from corpus.ranking import Ranker
from models.document import ANALYSED
from models.taxonomy import Taxonomy
from service.evidence import find_names
from service.passages import Passage, is_alike
from service.wording import Wording

if TYPE_CHECKING:
    from service.search import Found

LOOKED_AT = 5
"""Passages of which one must answer."""
NEXT = 10
"""The rank that a passage's score is compared with."""
_AMOUNT = re.compile(
    r"\b(hvor (mange|mye|stor|stort|store|høy|høyt|lang|langt|gammel|dyp|bratt)"
    r"|kor (mange|mykje|stor|stort|høg|lang)"
    r"|hur (många|mycket|stor|stort|hög|högt|lång|långt|gammal|djup)|hvor (meget|dyr)"
    r"|hva koster|hvad koster|vad kostar|kva kostar|prosent|procent|percent|andel\w*|antall|antal"
    r"|kvadratmeterpris\w*|timelønn\w*"
    r"|how (many|much|large|big|high|long|deep|old|often|far)|(what|which) (share|percentage|proportion)"
    r"|cost|costs|population|rate)\b"
)
_TIME = re.compile(r"\b(når|när|hvornår|when|hvilket år|vilket år|what year|which year)\b")
_NUMBER = re.compile(r"\d")
_YEAR = re.compile(r"\b(1[5-9]|20)\d\d\b")


@dataclass(frozen=True)
class Signals:
    """What speaks for and against one passage.

    `sentence` and `vector` are cosines in standard deviations, `score` the fused score and
    `ahead` how far it is above rank NEXT. `held` is the share of the question's words
    (names apart, by weight) that the passage holds, `held_near` the same where the languages
    are alike, `missing_near` the weight of the rarest word not held there. `names` is the
    share of names held, `unnamed` 1 if one is not. `lacks` is how much further than the best
    sentence the best one with the number or year asked for is, up to 4. `far` is 1 where
    the languages are not alike.
    """

    sentence: float
    vector: float
    score: float
    ahead: float
    held: float
    held_near: float
    missing_near: float
    names: float
    unnamed: float
    lacks: float
    grams: float
    forms: float
    concepts: float
    far: float


def is_answered(
    connection: Connection,
    wording: Wording,
    found: Found,
    passages: Sequence[Passage],
    ranker: Ranker,
    taxonomy: Taxonomy,
) -> bool:
    """Return whether the texts hold an answer; what must stand word for word and does is one."""
    if not passages:
        return False
    if wording.phrases or wording.prefixes:
        return True
    if not _is_known(connection, found, ranker):
        return False
    signals = find_signals(connection, wording, found, passages[:LOOKED_AT], ranker, taxonomy)
    return max(judge(one) for one in signals) > 0


def _is_known(connection: Connection, found: Found, ranker: Ranker) -> bool:
    """Return whether any word of the question stands anywhere, or could not because of its language.

    Where texts in the question's own language hold none of its words ("kvantegravitasjon", "asdfgh"),
    what lies nearest by vector is no answer, however near.
    """
    words = found.words
    if words.concepts or any(
        len(ranker.read(connection, FORM + one).rows) for one in (*words.words, *words.forms)
    ):
        return True
    return words.language in ANALYSED and not (found.evidence.distance == 0).any()


def judge(signals: Signals) -> float:
    """Return the log odds, from the bound, that a passage answers."""
    return float(np.dot(astuple(signals), astuple(WEIGHTS))) - BOUND


def find_signals(
    connection: Connection,
    wording: Wording,
    found: Found,
    passages: Sequence[Passage],
    ranker: Ranker,
    taxonomy: Taxonomy,
) -> list[Signals]:
    """Return the signals of each passage."""
    names = find_names(wording, found.words)
    core = [one for one in found.words.words if one not in names and not one.isdigit()]
    weights = {word: ranker.read(connection, FORM + word).idf for word in core}
    scores = found.scores[found.passing]
    level = float(np.sort(scores)[-min(NEXT, len(scores))])
    question = wording.text.lower()
    return [_weigh(one, found, names, weights, level, question, taxonomy) for one in passages]


def _weigh(
    passage: Passage,
    found: Found,
    names: Sequence[str],
    weights: dict[str, float],
    level: float,
    question: str,
    taxonomy: Taxonomy,
) -> Signals:
    evidence, row = found.evidence, passage.row
    near = float(evidence.distance[row] < 2)
    held = sum(weights[word] for word in passage.held if word in weights) / max(sum(weights.values()), 1e-6)
    missing = max((weight for word, weight in weights.items() if word not in passage.held), default=0.0)
    known = [_holds_name(name, passage, taxonomy) for name in names]
    return Signals(
        sentence=float(evidence.standardise(passage.cosines).max(initial=-3.0)),
        vector=float(evidence.standardise(evidence.cosines[[row]])[0]),
        score=float(found.scores[row]),
        ahead=float(found.scores[row]) - level,
        held=held,
        held_near=held * near,
        missing_near=missing * near,
        names=sum(known) / len(known) if known else 1.0,
        unnamed=float(not all(known)),
        lacks=_lacks(_AMOUNT, _NUMBER, question, found, passage)
        + _lacks(_TIME, _YEAR, question, found, passage),
        grams=float(evidence.lexical.grams[row]),
        forms=float(evidence.lexical.forms[row]),
        concepts=float(evidence.lexical.concepts[row]) if found.words.concepts else 0.5,
        far=1.0 - near,
    )


def _lacks(
    asked: re.Pattern[str], kind: re.Pattern[str], question: str, found: Found, passage: Passage
) -> float:
    if not asked.search(question) or not len(passage.cosines):
        return 0.0
    cosines = found.evidence.standardise(passage.cosines)
    fitting = [float(one) for number, one in enumerate(cosines) if kind.search(passage.sentence(number))]
    return min(float(cosines.max()) - max(fitting, default=-9.0), 4.0)


def _holds_name(name: str, passage: Passage, taxonomy: Taxonomy) -> bool:
    """Return whether a name stands in a passage or its document's title, regions or year, in any spelling."""
    region = taxonomy.find_region(name)
    spellings = {name, *(canonical(one) for one in (region.name, *region.aliases))} if region else {name}
    source = passage.source
    around = set(split_words(" ".join((passage.text, source.title, *source.regions, str(source.year or "")))))
    return any(word == one or (len(one) > 3 and is_alike(word, one)) for word in around for one in spellings)


WEIGHTS = Signals(
    sentence=0.124,
    vector=0.056,
    score=-0.008,
    ahead=0.188,
    held=1.364,
    held_near=1.561,
    missing_near=0.007,
    names=1.713,
    unnamed=-1.573,
    lacks=-0.446,
    grams=-1.554,
    forms=-2.127,
    concepts=1.186,
    far=0.419,
)
"""Logistic regression (standardised, C 0.1) of right passages against those of absent questions."""
BOUND = 2.95
"""Of the best passage's sum: 5% of 119 answerable questions fall below, 55% of 82 absent ones do."""
