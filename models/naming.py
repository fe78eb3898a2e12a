"""Names of focus areas: cleaned, compared by their stems, and told from titles of another kind."""

from __future__ import annotations

import re

from models.cues import split_words

LONGEST_NAME = 12  # words: longer texts are sentences, not names
_ENDING = 3  # characters by which two forms of a word may differ
_SAME = 0.75  # share of the longer word that two forms have in common at their front
_CUT, _CUT_OFF = (
    8,
    6,
)  # least characters of a word cut short, and most that are cut: "sundhedstek", "sundhedsteknologi"
_COMPOUND = 4  # characters that two compounds of one thing share at their front: "rymdteknik", "rymdcentrum"

_NOUN = (
    r"(?:sats(?:n)?ing|inn?sats|indsats|fokus|styrke|kärn|kjerne|hoved|huvud|spesialisering|specialisering|vekst|"
    r"tillväxt|vækst|priorit[\w]*|innsats)s?-?områd\w+"
)
_NORDIC = (
    rf"{_NOUN}|styrkeposition\w*|priorit\w+ (?:nærings|närings|temat|strateg)?\w*\s?(?:områd\w+|felt\w*|fält\w*)|"
    r"områd\w+ (?:for|för|av|til) (?:vidare |videre |regional )?smart\w* spe[sc]ialisering\w*|"
    r"(?:fylkets|regionens|våre|våra|vores|länets) (?:spiss\w*|styrkeområd\w+)|"
    r"(?:profil|spets|spiss|nisje|nisch)-?områd\w+|(?:erhvervs)?fyrtårn\w*|"
    r"priorit\w+ (?:\w+ )?(?:næring|bransje|bransch|näring|erhverv|kluster|klynge|verdikjed|värdekedj|værdikæd|domen|domän|"
    r"domæn)\w*|(?:satsings|spesialiserings|specialiserings)(?:næring|bransje|kluster|klynge|domen|domän|domæn)\w*"
)
_KIND = r"(?:(?:business|economic|technolog(?:y|ical)|industr(?:y|ial)|innovation|research|r&d|growth|regional) )?"
_ENGLISH = (
    rf"(?:priorit(?:y|ised|ized)|focus|thematic|(?:smart )?speciali[sz]ation|strategic) (?:thematic )?{_KIND}"
    r"(?:areas?|domains?|fields?|sectors?|themes?|niches|clusters|points)|"
    r"(?:sectoral|thematic|domain|smart speciali[sz]ation) priorit(?:y|ies)|"
    r"(?:priorit(?:y|ised|ized)|focus|growth|thematic|speciali[sz]ation|key|core|lead|flagship|strategic|top|target|"
    r"investment|innovation) (?:areas?|domains?|fields?|sectors?|themes?|directions?|niches|clusters)|"
    r"(?:areas?|fields?|domains?|priorit(?:y|ies)) (?:of|for|in) (?:smart )?speciali[sz]ations?|"
    r"smart speciali[sz]ation (?:priorit(?:y|ies)|areas?|domains?|fields?)|(?:our|the|regional|s3|ris3) priorities"
)
ACROSS = (
    "tverrgående", "tverrgåande", "tvärgående", "tværgående", "cross-cutting", "horizontal", "horisontale",
    "horisontelle", "horisontella", "transversal",
)  # fmt: skip
"""What is said of areas, themes and aims that cut across the focus areas."""
_NOT_ACROSS = "".join(rf"(?<!{word} )" for word in ACROSS)
ANNOUNCES = re.compile(rf"\b{_NOT_ACROSS}(?:{_NORDIC}|{_ENGLISH})", re.IGNORECASE)
"""Words that say that focus areas follow or are named; "cross-cutting priority areas" stand beside these."""
_MARKED = re.compile(
    rf"^(?:{_NOUN}|styrkeposition|mulighetsområde|tema|domene|priorit\w*|(?:priority|focus|thematic|growth|key) "
    rf"(?:area|domain|field|sector|theme)|domain|priority|speciali[sz]ation)\s*"
    r"(?:(?:nr\.?\s*)?(?:\d{1,2}|[A-H]|[IVX]{1,4}))?\s*[:.–—-]\s*(?P<name>\S.*)$",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:(?:satsnings|satsings|innsats|insats|indsats|fokus|styrke|vekst|tillväxt|vækst|prioriterings)område|styrkeposition|"
    r"(?:erhvervs)?fyrtårn|(?:priority|focus|growth|flagship|strategic|speciali[sz]ation) (?:area|domain|sector)|"
    r"priority|domain|flagship|stronghold)"
)
_LABEL_FIRST = re.compile(rf"(?P<label>{_LABEL})(?: \d{{1,2}})? (?P<name>[A-ZÆØÅÄÖ].*)$", re.IGNORECASE)
_LABEL_LAST = re.compile(rf"(?P<name>[A-ZÆØÅÄÖ].*?),? \(?(?P<label>(?-i:{_LABEL}))\)?$")
_NUMBER = re.compile(
    r"^\s*(?:(?:kapittel|kapitel|chapter|kap\.?|del|part|section)\s+)?"
    r"(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}[.):]?|[A-H][.):]|[ivx]{1,4}[.):])\s+|\d{1,2}[.)]\s*)?",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^(?:[A-ZÆØÅÄÖ]{1,6}[ -]?\d{1,2}(?:\.\d{1,2})?|[A-ZÆØÅÄÖ]{2,6}[ -][IVX]{1,4})\s*[:.]\s+(?=\S)"
)
"""The strategy's own short form of what it numbers: "TPA 2: Wine", "SO1. A green region"."""
_SERIAL = re.compile(
    r"(?:,\s+(?:og|och|and)|\ssamt|\sas well as)\s"
)  # what follows it is the last item, whole
_TAIL = re.compile(r"\s*(?:\.{3,}.*|[.:;,]+)$")
_OTHER_TITLES = re.compile(
    r"\b(?:innledning|inledning|indledning|introduction|innleiing|bakgrunn|bakgrund|baggrund|background|metode\w*|"
    r"metod|method\w*|vedlegg|bilag\w*|annexe?s?|appendix|sammendrag|sammanfattning|resumé|summary|samandrag|"
    r"oppsummering\w*|konklus\w+|conclusion\w*|visjon\w*|vision\w*|mål|målet|goals?|objectives?|barrier\w*|"
    r"utfordring\w*|utmaning\w*|udfordring\w*|challenges?|tiltak\w*|åtgärd\w*|tiltag\w*|measures?|actions?|"
    r"fortrinn|styrk[ea]\w*|styrkor|strengths?|weakness\w*|svak\w+|mulighet\w*|möjlighet\w*|mulighed\w*|"
    r"opportunit\w+|threats?|nisjer|swot|kriteri\w+|criteria|(?:prosess\w*|process) (?:for|of|med)|"
    r"survey\w*|sources?|kilder?|källor?|analys\w*|analysis|innspill|"
    r"informant\w*|oppfølging\w*|uppföljning\w*|opfølgning\w*|monitoring|evaluering\w*|utvärdering\w*|evaluation|"
    r"organisering\w*|governance|forord|förord|foreword|preface|innhold|innehåll|indhold|contents|"
    r"references|referanser|kilder|finansiering\w*|financing|budget\w*|implementation|gjennomføring\w*|"
    r"genomförande\w*|gennemførelse\w*|status|case|eksemp\w+|exempel|example\w*|figur|tabell?|definisjon\w*|"
    r"(?:box|boks|extra) \d+|faktaboks\w*|faktarut\w+|"
    r"further activities|veien videre|vegen vidare|følger vi opp|general provisions|final provisions|"
    r"valg av|hindring\w*|hindre?|hinder|grep|knaster|om fylket|om regionen|om länet|"
    r"^hvordan|^korleis|^hur|^how|correlation\w*|interrelation\w*|complementarit\w*|alignment|linkages|"
    rf"{'|'.join(ACROSS)}|"
    r"the region|hvorfor|varför|kvifor|why|urval\w*|selection|begrunnelse\w*|about|om strategien|comments?|kommentar\w*)\b",
    re.IGNORECASE,
)
_SOLUTIONS = re.compile(
    r"^(?:the |våre |våra |vores |our )?(?:løsninger|løysingar|lösningar|solutions)\b", re.IGNORECASE
)
"""Titles that begin so tell what is done about something; "new solutions for the bioeconomy" is a field."""
_WIDE = frozenset(
    """samfunn samfunnet samfunnene samhälle samhället samhällen samfund samfundet society societies community
    næringsliv næringslivet näringsliv näringslivet erhvervsliv erhvervslivet business økonomi økonomien ekonomi
    ekonomin economy teknologi teknologien teknik tekniken technology technologies innovasjon innovation
    bærekraft hållbarhet bæredygtighed sustainability fremtiden framtiden framtida future miljø miljøet miljö
    miljön environment""".split()
)
_LOOSE = frozenset(("for", "of", "av", "til", "till", "som", "such"))  # no name begins or ends with these
_POINTING = frozenset(
    "there these those they we it this that vi dette disse desse denne dessa detta dette her här".split()
)
"""No name begins so, but a sentence does: "There were successes"."""
_LIGHT = frozenset(
    """og och and or eller i in av of for för til till the den det de på med with a an en et ett ei som innen inom
    inden from fra från ved vid sector sektor næring næringen näring industri industry our våre våra vår vores
    region regional regionale regionens norsk norske svensk svenska dansk danske norges sveriges danmarks
    har er är is are ny nye nya new through via this that these those således dette detta denne denna dessa
    it its they their both både här her there der også också""".split()
)


def clean_name(text: str) -> str:
    """Return a name without number, marker, and signs at its ends; "" if nothing is left."""
    name = _CODE.sub("", _NUMBER.sub("", " ".join(text.split()), count=1))
    name = _TAIL.sub("", name).strip(" \t–—-•*·")
    return name[:1].upper() + name[1:] if name else ""


def marked_name(text: str) -> str:
    """Return the name after a marker such as "Satsingsområde 2: …", "" if there is no marker."""
    bare = _NUMBER.sub("", " ".join(text.split()), count=1)
    match = _MARKED.match(bare)
    return clean_name(match["name"]) if match else ""


def labelled_name(text: str) -> str:
    """Return the name in a label of a figure: "STRONGHOLD Water", "Robots stronghold"; "" if it is no such label."""
    flat = " ".join(text.split())
    for pattern in (_LABEL_FIRST, _LABEL_LAST):
        match = pattern.match(flat)
        if match and (match.re is _LABEL_LAST or match["label"].isupper()):
            return clean_name(match["name"])
    return ""


def is_name(text: str) -> bool:
    """Say whether a text can be the name of an area: short, with letters, no title of another kind."""
    words = split_words(text)
    if not words or len(words) > LONGEST_NAME or not any(len(word) > 2 for word in words):
        return False
    if sum(sign.isalpha() for sign in text) < 0.6 * len(text) or not name_words(text):
        return False
    if words[0] in _LOOSE or words[-1] in _LOOSE or words[0] in _POINTING:
        return False
    if text.count("(") != text.count(")"):
        return False
    return not any(one.search(text) for one in (_OTHER_TITLES, _SOLUTIONS, ANNOUNCES))


def name_words(name: str) -> tuple[str, ...]:
    """Return the words that carry a name's meaning, in order."""
    return tuple(
        word for word in split_words(name) if word not in _LIGHT and (len(word) > 2 or word in ("it", "ai"))
    )


def is_wide(name: str) -> bool:
    """Say whether one word of a name says no more than "society" or "technology": a short form of a longer one."""
    words = split_words(name)
    return len(words) == 1 and words[0] in _WIDE


def same_word(left: str, right: str) -> bool:
    """Say whether two words are forms of one: alike but for a short ending, or one the other cut short."""
    if left == right:
        return True
    short, long = sorted((len(left), len(right)))
    shared = _common_front(left, right)
    cut = shared == short >= _CUT and long - short <= _CUT_OFF
    return shared >= _SAME * long or (shared >= max(short - 1, 4) and long - shared <= _ENDING) or cut


def same_area(left: str, right: str) -> bool:
    """Say whether two names mean one area: one's words lie in the other's, or half are shared."""
    one, other = name_words(left), name_words(right)
    if not one or not other:
        return left.casefold() == right.casefold()
    shared = sum(any(same_word(a, b) for b in other) for a in one)
    union = len(one) + len(other) - shared
    return shared >= min(len(one), len(other)) or shared / max(union, 1) >= 0.5


def near_names(left: str, right: str) -> bool:
    """Say whether two names share the front of a word, as compounds of one thing do."""
    return any(_common_front(a, b) >= _COMPOUND for a in name_words(left) for b in name_words(right))


def mention_stems(name: str) -> tuple[str, ...]:
    """Return the fronts of a name's words that a text must hold to mention it."""
    return tuple(word[: max(4, len(word) - _ENDING)] for word in name_words(name))


def _common_front(left: str, right: str) -> int:
    shared = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def cut_items(text: str, count: int = 0) -> list[str]:
    """Return the names of an enumeration in running text ("x, y, and z"), [] if it is none.

    `count` is how many there should be, 0 if unknown.
    """
    parts = re.split(
        r"\s*[;,]\s+(?:og |och |and |samt |as well as )?|\s+(?:samt|as well as)\s+", text.strip()
    )
    last = re.split(r"\s+(?:og|och|and|&)\s+", parts[-1])
    whole = bool(_SERIAL.search(text)) if not count else len(parts) >= count
    if len(parts) > 1 and not whole and (len(last) == 2 or len(parts) == count - 1):
        parts[-1:] = re.split(r"\s+(?:og|och|and|&)\s+(?!.*\s(?:og|och|and|&)\s)", parts[-1])
    if len(parts) < 2:
        return []
    names = [clean_name(part) for part in parts]
    return names if all(is_name(name) for name in names) else []
