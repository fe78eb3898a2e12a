"""Where a space stands between two words, and letters set apart closed to words again.

Gaps are measured in font sizes (em) from the end of one advance to the start of the next.
Measured on 14 files of 9 producers: gaps inside words lie between -0.13 and 0.16, word gaps
between 0.05 (LibreOffice, justified) and 1.3 (Word, justified). They overlap, so a gap alone does
not decide: a space character does, and the gap only where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from ingest.words import GUESSED_SPACE, LINE_END, NO_SPACE, REAL_SPACE, Word

CERTAIN_SPACE_EM = 0.25
"""Without any space character a gap this wide parts words. Widest inside a word: 0.16 (justified
letter gaps of Word); at 0.15 "organisations -" and "FN -samarbejde" come apart."""
LEAST_SPACE_EM = 0.04
"""A guessed space in a narrower gap is none: pdfium sets one after every ligature of s3_ee_estonia
("effi ciency", gaps -0.02 to 0.01), and reports some of them as space characters of the file."""
LIGATURES = ("fi", "fl", "ff")
JOINT_SPACE_EM = 0.12
"""Between two pieces that the reader put on two lines, though they stand on one."""
RAISED_SPACE_EM = 0.2
"""Before a superscript or a line-end hyphen, which stand off their word a little (seen: up to 0.15)."""
HYPHENS = frozenset("-\u2010\u00ad")
LEADER_GAP_EM = 0.1
"""Between the last short piece of a dotted leader and a page number (seen: 0.13, Word)."""
MIN_LETTERS = 5
TRACKED_EM = (0.05, 1.2)
"""Gap between letters set apart; under it is kerning, over it are table cells. Seen: 0.56 (running foot)."""
BREAK_RATIO = 1.6
BREAK_EM = 0.05
"""Between words of letters set apart the gap is over 1.6 letter gaps and 0.05: seen 1.37 against 0.56."""
PAIRED_SHARE = 0.6
"""Share of single letters in a row in which pairs of capitals are letters too: kerning closes the "LT" of some."""
VOWELS = frozenset("aeiouyæøåäöüõAEIOUYÆØÅÄÖÜÕ")


def has_space(before: Word, word: Word, *, raised: bool = False) -> bool:
    """Tell whether a space stands between two words that follow each other on a line."""
    if word.space == REAL_SPACE and not before.text.endswith(LIGATURES):
        return True
    gap = (word.x0 - before.x1) / (max(before.style.size, word.style.size) or 1.0)
    if word.space == REAL_SPACE:
        return gap >= LEAST_SPACE_EM
    if word.space in (GUESSED_SPACE, LINE_END) and (raised or word.text in HYPHENS):
        return gap >= RAISED_SPACE_EM
    if word.space == GUESSED_SPACE:
        return gap >= LEAST_SPACE_EM
    if word.space == LINE_END:
        return gap >= JOINT_SPACE_EM
    return gap >= CERTAIN_SPACE_EM or _ends_leader(before.text, word.text, gap)


def _ends_leader(before: str, text: str, gap: float) -> bool:
    """Tell whether a row of dots meets the words before or the page number after it."""
    dots, more = not before.strip("._…"), not text.strip("._…")
    if dots and text.isdigit():
        return len(before) > 3 or gap >= LEADER_GAP_EM
    return dots != more and (len(text) if more else len(before)) > 3


def close_letters(words: Sequence[Word]) -> list[Word]:
    """Return the words with rows of single letters joined to the words that they spell."""
    found: list[Word] = []
    for row in _rows(words):
        if len(row) < MIN_LETTERS:
            found.extend(row)
            continue
        for part in _parts(row):
            found.extend(_closed(part))
    return found


def _parts(row: list[Word]) -> list[list[Word]]:
    """Cut a row where letters typed with spaces stand between words that are drawn letter by letter."""
    starts = [at for at, word in enumerate(row) if at == 0 or word.space != NO_SPACE]
    sizes = [end - start for start, end in pairwise([*starts, len(row)])]
    alone = sum(size == 1 for size in sizes)
    paired = alone >= MIN_LETTERS and alone >= PAIRED_SHARE * len(sizes)
    single = [
        size == 1 or (paired and size == 2 and row[start].text.isupper())
        for start, size in zip(starts, sizes, strict=True)
    ]
    if all(single) or sum(single) < MIN_LETTERS:
        return [row]
    runs = [
        (alone, [start for _, start in run])
        for alone, run in groupby(zip(single, starts, strict=True), itemgetter(0))
    ]
    cuts = {run[0] for alone, run in runs if alone and len(run) >= MIN_LETTERS}
    cuts |= {runs[at + 1][1][0] for at, (alone, run) in enumerate(runs[:-1]) if alone and run[0] in cuts}
    return [row[a:b] for a, b in pairwise(sorted({0, *cuts, len(row)}))]


def _rows(words: Sequence[Word]) -> Iterable[list[Word]]:
    """Group neighbours of one character each on one baseline in one style; others stand alone."""
    row: list[Word] = []
    for word in words:
        single = len(word.text) == 1
        if single and row and len(row[-1].text) == 1 and _neighbours(row[-1], word):
            row.append(word)
            continue
        if row:
            yield row
        row = [word]
    if row:
        yield row


def _neighbours(last: Word, word: Word) -> bool:
    size = last.style.size
    return (
        abs(last.y - word.y) < 0.1 * size
        and last.angle == word.angle
        and abs(word.style.size - size) < 0.01
        and word.style.font == last.style.font
        and -1.2 * size < word.x0 - last.x1 < 3 * TRACKED_EM[1] * size
        and (word.x0 >= last.x0 and word.x1 > last.x0)
    )


def _closed(row: list[Word]) -> list[Word]:
    size = row[0].style.size or 1.0
    gaps = [(word.x0 - last.x1) / size for last, word in pairwise(row)]
    limit = _letter_limit(row, gaps)
    words = [row[0]]
    for gap, word in zip(gaps, row[1:], strict=True):
        joins = gap <= limit if limit is not None else word.space == NO_SPACE
        if joins:
            words[-1] = _joined(words[-1], word)
        else:
            words.append(word)
    return words


def _letter_limit(row: Sequence[Word], gaps: Sequence[float]) -> float | None:
    """Return the widest gap between letters of one word (em), None if the row is not letters set apart."""
    letters = [word.text for word in row]
    if sum(letter.isalpha() for letter in letters) < max(0.6 * len(letters), MIN_LETTERS):
        return None
    usual = sorted(gaps)[len(gaps) * 3 // 10]
    if not TRACKED_EM[0] <= usual <= TRACKED_EM[1]:
        return None
    limit = usual * BREAK_RATIO + BREAK_EM
    parts = 1 + sum(gap > limit for gap in gaps)
    if len(letters) < 2.5 * parts or len(set(letters)) < 3:
        return None
    typed = any(word.space == REAL_SPACE for word in row)
    return None if typed and not _spells(letters) else limit


def _spells(letters: Sequence[str]) -> bool:
    """Tell whether letters typed with spaces may spell words: a vowel among them, no alphabet."""
    vowels = sum(letter in VOWELS for letter in letters)
    return 0 < vowels < len(letters) and list(letters) != sorted(letters)


def _joined(first: Word, second: Word) -> Word:
    return Word(
        first.text + second.text,
        first.x0,
        second.x1,
        first.y,
        first.style,
        first.angle,
        first.space,
        first.owner,
    )
