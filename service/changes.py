"""What a newer strategy added, dropped and kept: focus areas, and barriers and measures sentence by sentence.

Two sentences say the same when they share enough words, helped by likeness of vectors. Words
count more, as the vectors hold a sentence's surroundings too: on the two editions that the
tests hold, a sentence kept word for word has a cosine of 0.36 to itself, and sentences of one
chapter that say different things up to 0.68. A sentence is looked for among all sentences of the
other document, labelled or not, so that what the classifier overlooked is not called new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from corpus import schema
from corpus.catalogue import Catalogue
from models.finding import Change, Changes, Citation, Kind, NearPassage
from models.morphology import lemmas
from service.align import compare_areas
from service.centring import Centring
from service.scope import Side

SAME = 0.5
"""Score from which two sentences say the same; on the two editions of the tests the lowest right pair has
0.64, the highest wrong one of labelled sentences 0.33. They are a development set: no estimate for others."""
NEAR = 0.25
"""Score from which the nearest sentence of the other document is worth showing."""
FAR, COSINE_SHARE = 0.3, 0.5
"""Cosine from which likeness of vectors counts, and what it counts for."""
FEWEST, FEWEST_UNLABELLED = 3, 4
"""Words in common without which a pair is none, unless the two have no others. With three, a sentence on when
the old strategy ends was taken for one on who adopts the new one."""
ONE_TONGUE = {"nn": "nb"}
"""Languages whose sentences share enough words to be matched as if they were one."""
_WORD = re.compile(r"[^\W\d_]{4,}")
"""Shorter words hold a sentence together and say little."""


@dataclass(frozen=True)
class Script:
    """All sentences of a document: places, labels' row in `side.vectors` (or None), and their words."""

    side: Side
    spans: tuple[tuple[int, int, str, int | None], ...]

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The words of each sentence in their base forms."""
        text = self.side.materials[0].text
        return [base_words(text[start:end], language) for start, end, language, _ in self.spans]

    @cached_property
    def postings(self) -> Mapping[str, Sequence[int]]:
        """The sentences that each word stands in."""
        found: dict[str, list[int]] = {}
        for n, words in enumerate(self.words):
            for word in words:
                found.setdefault(word, []).append(n)
        return found

    def cite(self, n: int) -> Citation:
        """Return the citation of a sentence."""
        start, end, language, row = self.spans[n]
        source = self.side.materials[0]
        if row is not None:
            return source.cite_statement(self.side.statements[row], self.side.place)
        return source.cite(start, end, region=self.side.place, language=language)


def base_words(text: str, language: str) -> frozenset[str]:
    """Return the words of a sentence that carry meaning by their length, in their base forms."""
    known = ONE_TONGUE.get(language, language)
    return frozenset(min(lemmas(word, known), default=word) for word in _WORD.findall(text.casefold()))


def find_changes(
    catalogue: Catalogue,
    old: Side,
    new: Side,
    centring: Centring,
    kinds: Sequence[str],
    chosen: Mapping[str, frozenset[int]],
) -> Changes:
    """Return what the newer document added, dropped and kept of some kinds.

    `chosen` holds by label the indexes of the statements that count. Sentences are matched
    within one language only; documents in two languages are told apart by focus areas alone.
    """
    found: list[tuple[str, Change]] = []
    if "focus_area" in kinds:
        found += _change_areas(old, new, centring)
    matched = speak_alike(old, new)
    if matched:
        scripts = read_script(catalogue, old), read_script(catalogue, new)
        for kind in ("barrier", "measure"):
            if kind in kinds:
                found += _change_statements(kind, scripts, chosen)
    lists = {what: tuple(one for said, one in found if said == what) for what in ("added", "dropped", "kept")}
    return Changes(old=old.region, new=new.region, sentences_matched=matched, **lists)


def speak_alike(old: Side, new: Side) -> bool:
    """Return whether two documents are mainly in one language, so that their sentences can be matched."""
    tongues = [Counter(said.language for said in side.statements).most_common(1) for side in (old, new)]
    names = {ONE_TONGUE.get(top[0][0], top[0][0]) for top in tongues if top}
    return len(names) < 2


def read_script(catalogue: Catalogue, side: Side) -> Script:
    """Return all sentences of a side's document, labelled ones with their row."""
    columns = schema.findings.c
    rows = {one.ordinal: n for n, one in enumerate(side.statements)}
    query = sa.select(columns.ordinal, columns.start, columns.end, columns.language)
    query = query.where(columns.document == side.materials[0].id).order_by(columns.ordinal)
    with catalogue.read() as connection:
        found = connection.execute(query).all()
    return Script(side, tuple((row.start, row.end, row.language, rows.get(row.ordinal)) for row in found))


def _change_areas(old: Side, new: Side, centring: Centring) -> list[tuple[str, Change]]:
    made = compare_areas((old, new), centring, by_name=True)
    found: list[tuple[str, Change]] = []
    for one in made.shared:
        former, name = one.areas[old.region], one.areas[new.region]
        cited = [one.evidence[side.region][:1] for side in (old, new)]
        before, after = (next(iter(ones), None) for ones in cited)
        found.append(
            ("kept", Change(kind="focus_area", name=name, former=former if former != name else None, old=before,
                            new=after, score=one.score, reworded=former != name, why=one.why))
        )  # fmt: skip
    for own in made.unique[new.region]:
        found.append(("added", Change(kind="focus_area", name=own.name, new=own.citation, why=own.why)))
    for own in made.unique[old.region]:
        found.append(("dropped", Change(kind="focus_area", name=own.name, old=own.citation, why=own.why)))
    return found


def _change_statements(
    kind: Kind, scripts: tuple[Script, Script], chosen: Mapping[str, frozenset[int]]
) -> list[tuple[str, Change]]:
    """The kept ones in the order of the old document, then what was added, then what was dropped."""
    before, after = scripts
    old, new = (_stated(script, kind, chosen[script.side.region]) for script in scripts)
    gone = {n: find_match(before, n, after) for n in old}
    came = {n: find_match(after, n, before) for n in new}
    pairs = {(n, best): score for n, (best, score, same) in gone.items() if same}
    held = {best for _, best in pairs}
    pairs |= {(best, n): score for n, (best, score, same) in came.items() if same and n not in held}
    kept = [
        ("kept", _keep(kind, scripts, pair, score))
        for pair, score in sorted(pairs.items(), key=lambda one: one[0])
    ]
    added = [
        ("added", _single(kind, after, n, before, came[n]).model_copy(update={"new": after.cite(n)}))
        for n in new
        if not came[n][2] and n not in held
    ]
    dropped = [
        ("dropped", _single(kind, before, n, after, gone[n]).model_copy(update={"old": before.cite(n)}))
        for n in old
        if not gone[n][2]
    ]
    return [*kept, *added, *dropped]


def _stated(script: Script, kind: str, chosen: frozenset[int]) -> list[int]:
    said = script.side.statements
    return [
        n
        for n, (*_, row) in enumerate(script.spans)
        if row is not None and row in chosen and kind in said[row].labels
    ]


def find_match(script: Script, n: int, other: Script) -> tuple[int, float, bool]:
    """Return the sentence of another document nearest to one of this, its score, and whether it says the same."""
    words = script.words[n]
    counts: Counter[int] = Counter()
    for word in words:
        counts.update(other.postings.get(word, ()))
    best, top = -1, 0.0
    same = False
    for at in sorted(counts):
        common, mine, theirs = counts[at], len(words), len(other.words[at])
        score = 2 * common / (mine + theirs) + _likeness(script, n, other, at)
        labelled = other.spans[at][3] is not None
        fewest = FEWEST if labelled else FEWEST_UNLABELLED
        if score > top:
            best, top = at, score
            same = score >= SAME and (common >= fewest or common == max(mine, theirs))
    return best, round(min(top, 1.0), 4), same


def _likeness(script: Script, n: int, other: Script, at: int) -> float:
    """What likeness of vectors adds, 0 where one of the two has none."""
    one, two = script.spans[n][3], other.spans[at][3]
    if one is None or two is None or script.side.vectors.shape[1] != other.side.vectors.shape[1]:
        return 0.0
    cosine = float(script.side.vectors[one] @ other.side.vectors[two])
    return COSINE_SHARE * max(cosine - FAR, 0.0)


def _keep(kind: Kind, scripts: tuple[Script, Script], pair: tuple[int, int], score: float) -> Change:
    old, new = (script.cite(n) for script, n in zip(scripts, pair, strict=True))
    themes = [
        theme
        for script, n in zip(scripts, pair, strict=True)
        if (row := script.spans[n][3]) is not None
        for theme in script.side.statements[row].themes
    ]
    reworded = old.quote.split() != new.quote.split()
    return Change(
        kind=kind, themes=tuple(dict.fromkeys(themes)), old=old, new=new, score=score, reworded=reworded
    )


def _single(kind: Kind, script: Script, n: int, other: Script, match: tuple[int, float, bool]) -> Change:
    """A statement that the other document does not say, still without its citation."""
    best, score, _ = match
    row = script.spans[n][3]
    themes = script.side.statements[row].themes if row is not None else ()
    near = NearPassage(citation=other.cite(best), score=score) if best >= 0 and score >= NEAR else None
    return Change(kind=kind, themes=themes, nearest=near)
