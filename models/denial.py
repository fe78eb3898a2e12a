"""Sentences whose form says what they are not: denials of a barrier, and remarks.

Words of obstacles make the classifier call denials ("seldom a problem", "was not raised by anyone"), and barriers around
them do so more. Only forms that can hardly mean anything else are looked for, in five languages. Of 56 such
sentences in our own text three are labelled a barrier, of one in gold none.

A remark ("it is worth noting that", "det er viktig å påpeke at") has the words of a demand and asks for nothing: of nine in
gold and nine in our own text none is a measure. Measures on gold left out F1 0.757 without this, 0.766 with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from models.finding import KINDS

KEPT = 0.3
"""Share of its barrier score that a denial keeps: below the threshold, and still in the review queue."""


ASIDE = 0.5
"""Share of its measure score that a remark keeps: one that surely asks for something stays over the threshold."""


def _either(words: str) -> str:
    return "(?:" + "|".join(word.replace("_", " ") for word in words.split()) + ")"


_NOT = _either(
    "ikke ikkje inte icke not never aldri aldrig seldom rarely hardly scarcely sjelden sjeldan sällan sjældent "
    "neppe knappast næppe no_longer"
)
_BETWEEN = _either(
    "lenger lengre längre længere longer noe noko noen nogen nokon något någon any a an the et en ei ein eit ett alle all "
    "everyone everybody her here här seen regarded perceived considered experienced as som sett sedd setts sees så "
    "såg ser saw dette detta this it det opplevd opplevdes oppleves upplevs upplevdes oplevet oplevedes oppfattes "
    "uppfattas opfattes anses anset ansett regnes stort stor store big great major serious significant real betydelig "
    "betydeleg betydande alvorlig alvorleg allvarligt avgjørende avgjerande avgörande reelt reell verklig egentlig"
)
_OBSTACLE = _either(
    "problem barrier barriers barriere barriär hinder hindring obstacle obstacles hindrance utfordring utmaning "
    "udfordring challenge flaskehals flaskhals bottleneck constraint"
)
_IS = _either("was were is are been ble blei blir vart er har blev blivit är har_blitt har_vorte")
_NAMED = _either(
    "mentioned named raised cited reported pointed_out brought_up nevnt nemnt nämnt nämnts nævnt trukket_fram "
    "trukket_frem trekt_fram løftet_fram løftet_frem løfta_fram fremhævet framhevet fremhevet framheva lyft lyfts "
    "påpekt påpekats tatt_opp taget_op"
)
_ALONE = _either("alone alene åleine ensam ensamt")
_DENIALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_NOT}\b(?: {_BETWEEN}){{1,8}} {_OBSTACLE}\b(?! {_ALONE}\b)",
        rf"\b{_IS} (?:\w+ )?{_NOT} {_NAMED}\b",
        r"\b(?:nämndes|lyftes|framhölls) inte\b",
    )
)
_WORTH = _either(
    "viktig viktigt vigtigt important verdt verd värt værd worth nødvendig nødvendigt nödvändigt"
)
_REMARK = _either(
    "påpeke påpeika påpeka påpege nevne nemne nämna nævne merke_seg merke_oss lägga_märke notera notere bemerke bemærke "
    "komma_ihåg huske hugse understreke understreka understrege presisere poengtera poängtera note noting point_out "
    "pointing_out stress stressing remember remembering mention mentioning emphasise emphasize bear_in_mind keep_in_mind"
)
_REMARKS = re.compile(rf"\b{_WORTH}\b(?: \w+){{0,3}}? (?:(?:å|att|at|to) )?{_REMARK}\b", re.IGNORECASE)
_LONGEST = 1_000
"""Characters of a sentence that are looked at."""


def is_denial(text: str) -> bool:
    """Say whether a sentence denies a barrier in so many words."""
    flat = _flatten(text)
    return any(pattern.search(flat) for pattern in _DENIALS)


def is_remark(text: str) -> bool:
    """Say whether a sentence only draws attention to something."""
    return _REMARKS.search(_flatten(text)) is not None


def _flatten(text: str) -> str:
    return " ".join(text[:_LONGEST].split())


def quiet_forms(scores: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Return probabilities (n, kinds or more), lower for barriers that are denials and measures that are remarks.

    Rows are those of `texts`.
    """
    barrier, measure = KINDS.index("barrier"), KINDS.index("measure")
    lowered = scores.copy()
    for at, text in enumerate(texts):
        if scores[at, barrier] >= KEPT and is_denial(text):
            lowered[at, barrier] *= KEPT
        if scores[at, measure] >= KEPT and is_remark(text):
            lowered[at, measure] *= ASIDE
    return lowered
