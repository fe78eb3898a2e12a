"""What kind of answer a question expects, and which sentences could give it: an amount, money, a time, a name.

Rules over the words of five languages. A question of another kind expects nothing in particular.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.grams import canonical_word

_NUMERALS = (
    "to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|elleve|tolv|fjorten|femten|tjue|tredve|hundre|tusen"
    "|två|fyra|sex|åtta|nio|tio|elva|fjorton|femton|tjugo|trettio|hundra"
    "|otte|fjorten|tyve|tredive|hundrede|tusinde"
    "|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|hundred|thousand"
    "|halv|halve|halvparten|halvdelen|hälften|half|tredel\\w*|tredjedel\\w*|femtedel\\w*|third|quarter|dobl\\w+"
)
_AMOUNTS = re.compile(rf"\d|\b({_NUMERALS})\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[€£$]\s?\d|\b(kr|kroner|kronor|krona|mio|mia|mrd|mill|milliard\w*|miljard\w*|miljon\w*|million\w*"
    r"|billion\w*|euro|eur|nok|sek|dkk|usd|pounds?|dollars?)\b",
    re.IGNORECASE,
)
_SHARES = re.compile(
    r"\d\s?%|\b(prosent|procent|pct|percent|per cent|prosentpoeng|halv\w*|hälften|half|tredel\w*|tredjedel\w*"
    r"|fjerdedel\w*|fjärdedel\w*|femtedel\w*|thirds?|quarters?|fifths?"
    r"|(hver|kvar|var|every|one in) (tredje|fjerde|fjärde|femte|tiende|tionde|three|four|five|ten))\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(1[5-9]|20)\d\d\b|\b\d\d?\. ?\w+|\b(januar\w*|februar\w*|mars|april|maj|mai|may|jun[ei]\w*|jul[iy]|august\w*"
    r"|septemb\w+|o[kc]tob\w+|novemb\w+|de[sc]emb\w+|Q[1-4]|kvartal|quarter)\b",
    re.IGNORECASE,
)
_PERSONS = re.compile(r"\b[A-ZÆØÅÄÖ][^\W\d_]+(?: [A-ZÆØÅÄÖ]\.?)* [A-ZÆØÅÄÖ][^\W\d_]+")
_MANY = r"hvor (?:mange|mye|meget)|kor (?:mange|mykje)|hur (?:många|mycket)|how (?:many|much)|antall(?:et)?|antal(?:et)?"
_ASKED = (
    (
        "money",
        r"koster|kosta|kostar|kostnad\w*|cost|costs|pris|prisen|price|\w*lønn\w*|lön|lönen|løn|wages?|salary"
        r"|earns?|tjener|tener|tjänar|budsjett\w*|budget\w*|\w*pris(?:en)?|billett\w*|takst\w*",
    ),
    (
        "share",
        r"prosent|procent|percent|per cent|andel\w*|share|proportion|percentage|ledighet\w*|arbeids(?:løshet|ledighet)"
        r"\w*|arbetslöshet\w*|unemployment|\w+ rate|hvor stor (?:en )?del|hur stor del|kor stor del",
    ),
    (
        "time",
        r"når|när|hvornår|when|(?:hvilket|hvilke|hvilken|vilket|kva for eit|which|what) (?:år|years?)|kva år|i hvilket år",
    ),
    (
        "person",
        r"hvem (?:er|leder|var)|kven (?:er|leier|var)|vem (?:är|leder|var)|who (?:is|chairs|leads|was|runs)"
        r"|(?:hva|hvad|vad) (?:heter|hedder)|kva heiter",
    ),
    (
        "amount",
        rf"{_MANY}|hvor (?:stor|stort|store|høy|høyt|høj|højt|lang|langt|lenge|ofte|gammel|dyp|bratt)"
        r"|kor (?:stor|stort|høg|lang|lenge|ofte)|hur (?:stor|stort|hög|högt|lång|långt|länge|ofta|gammal|djup)"
        r"|how (?:large|big|high|long|deep|old|often|far|tall|fast|strong)|population",
    ),
)
_ASKERS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _ASKED)
_GIVERS = {"money": _MONEY, "share": _SHARES, "time": _TIMES, "person": _PERSONS, "amount": _AMOUNTS}
_COUNTED = re.compile(
    rf"\b(?:{_MANY})\s+(?:(?:av|af|of|the|de|different|ulike)\s+)*([^\W\d_]+)", re.IGNORECASE
)
_WORDS_OF_ASKING = """
hvor mange mye hva hvem hvilken hvilke hvilket når kor mykje kva kven kvifor korleis hur många mycket vad vem
vilken vilka vilket varför hvad hvornår hvordan meget how many much what who which when why where heter hedder
heiter har have has had hadde havde gjør gjer gör gøre do does did er är is are was were var skal ska vil vill will
would kan can får få get gets finnes finns findes finst there say says sier säger siger seier mener menar meiner
foreslår föreslår propose proposes foreslås about om for blir ble blei bliver blev become made gjort gikk går gå går
go going strategien strategin strategi strategy the year år aar året kalt called tall tal number antall antal
"""
ASKING = frozenset(canonical_word(one) for one in _WORDS_OF_ASKING.split())
"""Words that ask and are not asked about; an answer need not hold them."""
BESIDE = 60
"""Characters within which a number counts what a word names."""


@dataclass(frozen=True)
class Expected:
    """What a question expects: "money", "share", "time", "person", "amount" or none; and what is counted."""

    kind: str | None
    counted: str | None

    def gives(self, sentence: str) -> bool:
        """Return whether a sentence has something of the kind expected."""
        return self.kind is None or bool(_GIVERS[self.kind].search(sentence))


@lru_cache(maxsize=1024)
def read_expected(question: str) -> Expected:
    """Return what a question expects."""
    kind = next((kind for kind, asked in _ASKERS if asked.search(question)), None)
    counted = _COUNTED.search(question)
    return Expected(kind, counted[1].lower() if counted else None)


def has_number_beside(text: str, place: int) -> bool:
    """Return whether an amount stands near a place of a text."""
    return bool(_AMOUNTS.search(text[max(place - BESIDE, 0) : place + BESIDE]))
