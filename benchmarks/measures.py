"""Measures of a layout against gold blocks: shares in [0, 1], or counts where the name says so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.alignment import common_length
from ingest.outline import Layout
from ingest.raw import RawDocument
from models.document import Block, pages_of, section_path

UNCOUNTED = frozenset({"header", "footer", "url", "figure"})
FURNITURE = frozenset({"header", "footer"})
BESIDE = UNCOUNTED | {"footnote"}
DEEPEST = 3
"""The gold names no level below this one."""

Gold = dict[str, Any]


@dataclass(slots=True)
class Score:
    """Figures of one document, and examples of what is wrong."""

    name: str
    figures: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def share(self, name: str, right: int, of: int) -> None:
        """Record a share; 1 if there was nothing to find."""
        self.figures[name] = round(right / of, 4) if of else 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its gold."""

    name: str
    gold: tuple[Gold, ...]
    raw: RawDocument
    layout: Layout
    labels: tuple[str | None, ...] = ()

    def text(self, block: Block) -> str:
        """Return the text of one of our blocks."""
        return self.layout.text[block.start : block.end]

    def span(self, block: Block) -> tuple[int, int]:
        """Return the first and last physical page of one of our blocks."""
        pages = pages_of(self.layout.pages, block.start, block.end)
        return pages[0].index, pages[-1].index


def letters(text: str) -> str:
    """Return only letters and digits, casefolded, to compare blocks."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def gold_text(block: Gold) -> str:
    """Return a gold block's text without the markers of footnotes."""
    text: str = block["text"]
    if block["type"] == "footnote":
        return re.sub(rf"^{block['n']}\s+", "", text)
    refs = {str(number) for number in block.get("footnote_refs", ())}

    def without(found: re.Match[str]) -> str:
        return "" if refs.issuperset(found.group().split(",")) else found.group()

    return re.sub(r"(?<=[^\s\d,(/–-])\d{1,3}(?:,\d{1,3})*(?!\d)", without, text) if refs else text


def gold_span(block: Gold) -> tuple[int, int]:
    """Return a gold block's first and last page."""
    page: int = block["page"]
    return page, block.get("page_end") or page


def score_words(case: Case, score: Score) -> None:
    """Words in order, and words that should not be there."""
    wanted = [
        word for block in case.gold if block["type"] not in UNCOUNTED for word in gold_text(block).split()
    ]
    ours = [
        word for block in _ordered(case) if block.type not in FURNITURE for word in case.text(block).split()
    ]
    common = common_length(wanted, ours)
    score.share("words_in_order", common, len(wanted))
    score.share("words_extra", len(ours) - common, len(wanted))


def _ordered(case: Case) -> list[Block]:
    return sorted(case.layout.blocks, key=lambda block: block.order)


def score_headings(case: Case, score: Score) -> None:
    """Headings by text and exact page; levels of those found."""
    gold = {(b["page"], letters(b["text"])): b["level"] for b in case.gold if b["type"] == "heading"}
    titles = {letters(b["text"]) for b in case.gold if b["type"] == "title"}
    ours = {
        (case.span(b)[0], letters(case.text(b))): b.level or 0
        for b in case.layout.blocks
        if b.type == "heading"
        and ((case.span(b)[0], letters(case.text(b))) in gold or letters(case.text(b)) not in titles)
    }
    hits = gold.keys() & ours.keys()
    score.share("headings_precision", len(hits), len(ours))
    score.share("headings_recall", len(hits), len(gold))
    score.figures["headings_f1"] = round(2 * len(hits) / max(len(gold) + len(ours), 1), 4)
    wrong = [
        f"{key[1][:50]} p{key[0]}: {ours[key]} for {gold[key]}"
        for key in hits
        if min(ours[key], DEEPEST) != gold[key]
    ]
    score.share("levels_right", len(hits) - len(wrong), len(hits))
    score.wrong["levels"] = sorted(wrong)
    score.wrong["headings_missed"] = sorted(f"p{page} {text[:70]}" for page, text in gold.keys() - hits)
    score.wrong["headings_false"] = sorted(f"p{page} {text[:70]}" for page, text in ours.keys() - hits)
    found = {letters(case.text(b)) for b in case.layout.blocks if b.type == "title"}
    score.share("title", len(titles & found), len(titles))


def score_joined(case: Case, score: Score) -> None:
    """Paragraphs and items over a page border that are one block with both pages."""
    ours = {(case.span(b), letters(case.text(b))) for b in case.layout.blocks}
    gold = [b for b in case.gold if b.get("page_end") and b["type"] in ("paragraph", "list_item")]
    missed = [b for b in gold if (gold_span(b), letters(gold_text(b))) not in ours]
    score.share("joined_over_page", len(gold) - len(missed), len(gold))
    score.wrong["joined"] = [f"p{b['page']} {b['text'][:60]}" for b in missed]


def score_items(case: Case, score: Score) -> None:
    """List items, markers counted with the text; and false ones."""
    gold = Counter(
        (b["page"], letters(b.get("bullet", "") + gold_text(b)))
        for b in case.gold
        if b["type"] == "list_item"
    )
    ours = Counter(
        (case.span(b)[0], letters((b.marker or "") + case.text(b)))
        for b in case.layout.blocks
        if b.type == "list_item"
    )
    hits = (gold & ours).total()
    score.share("list_items", hits, gold.total())
    score.figures["list_items_false"] = ours.total() - hits
    score.wrong["list_items_missed"] = [f"p{p} {t[:70]}" for p, t in (gold - ours)]
    score.wrong["list_items_false"] = [f"p{p} {t[:70]}" for p, t in (ours - gold)]


def score_tables(case: Case, score: Score) -> None:
    """Table rows of which every cell is right, empty cells at the end left out."""
    gold = Counter(
        _row(row, b.get("footnote_refs", ())) for b in case.gold if b["type"] == "table" for row in b["rows"]
    )
    ours = Counter(_row(row) for b in case.layout.blocks for row in b.rows)
    score.share("table_rows", (gold & ours).total(), gold.total())
    score.figures["table_rows_false"] = (ours - gold).total()
    score.wrong["rows_missed"] = ["|".join(row)[:90] for row in (gold - ours)]
    score.wrong["rows_false"] = ["|".join(row)[:90] for row in (ours - gold)]


def _row(cells: Sequence[str], refs: Sequence[int] = ()) -> tuple[str, ...]:
    marks = "|".join(map(str, refs)) or "(?!)"
    row = [letters(re.sub(rf"(?<=[^\W\d_])(?:{marks})(?!\d)", "", cell)) for cell in cells]
    while row and not row[-1]:
        row.pop()
    return tuple(row)


def score_notes(case: Case, score: Score) -> None:
    """Footnotes by number and text; their markers by number and page."""
    gold = Counter(_note(b["page"], b["n"], gold_text(b)) for b in case.gold if b["type"] == "footnote")
    blocks = [b for b in case.layout.blocks if b.type == "footnote"]
    ours = Counter(_note(case.span(b)[0], b.number, case.text(b)) for b in blocks)
    score.share("footnotes", (gold & ours).total(), gold.total())
    score.figures["footnotes_false"] = (ours - gold).total()
    score.wrong["footnotes"] = [f"p{p} {n} {t[:60]}" for p, n, t in gold - ours]
    score.wrong["footnotes_false"] = [f"p{p} {n} {t[:60]}" for p, n, t in ours - gold]
    wanted = {(b["page"], number) for b in case.gold for number in map(str, b.get("footnote_refs", ()))}
    found = {
        (page.index + step, ref.number)
        for b in case.layout.blocks
        for ref in b.note_refs
        for page in pages_of(case.layout.pages, ref.offset, ref.offset)
        for step in (-1, 0)
    }
    score.share("note_refs", len(wanted & found), len(wanted))


def _note(page: int, number: object, text: str) -> tuple[int, str, str]:
    return page, str(number), letters(text)


def score_kinds(case: Case, score: Score) -> None:
    """Contents entries and captions by text and page; boxes and lead words by text."""
    for name, kind, ours_kind in (("contents", "toc", "contents"), ("captions", "caption", "caption")):
        blocks = [b for b in case.gold if b["type"] == kind and b.get("role") != "label"]
        gold = Counter((b["page"], letters(b["text"])) for b in blocks)
        own = [b for b in case.layout.blocks if b.type == ours_kind]
        found = Counter((case.span(b)[0], letters(case.text(b))) for b in own)
        score.share(name, (gold & found).total(), gold.total())
        score.wrong[name] = [f"p{p} {t[:70]}" for p, t in gold - found]
    _share_texts(
        score,
        "boxed",
        {letters(gold_text(b)) for b in case.gold if b.get("box")},
        {letters(case.text(b)) for b in case.layout.blocks if b.boxed},
    )
    _share_texts(
        score,
        "run_in",
        {letters(b["run_in"]) for b in case.gold if b.get("run_in")},
        {letters(case.text(b)[: b.run_in]) for b in case.layout.blocks if b.run_in},
    )


def _share_texts(score: Score, name: str, gold: set[str], found: set[str]) -> None:
    score.share(name, len(gold & found), len(gold))
    score.wrong[name] = [text[:70] for text in sorted(gold - found)]


def score_hyphens(case: Case, score: Score) -> None:
    """Words cut at a line end: joined, kept or spaced as in the gold."""
    gold = (
        " " + " ".join(gold_text(b) for b in case.gold if b["type"] not in UNCOUNTED).replace("\n", " ") + " "
    )
    ours = " " + " ".join(case.text(b) for b in _ordered(case)).replace("\n", " ") + " "
    right = total = kept = real = 0
    wrong = []
    for head, tail in set(_cut_words(case.raw)):
        forms = (head + tail, f"{head}-{tail}", f"{head}- {tail}")
        truth = [form for form in forms if _holds(gold, form)]
        if len(truth) != 1:
            continue
        total += 1
        good = _holds(ours, truth[0])
        right += good
        if truth[0] != forms[0]:
            real += 1
            kept += good
        if not good:
            wrong.append(truth[0])
    score.share("hyphens_right", right, total)
    score.share("hyphens_kept", kept, real)
    score.wrong["hyphens"] = sorted(wrong)


def _holds(text: str, form: str) -> bool:
    """Tell whether words stand in a text by themselves."""
    at = text.find(form)
    while at >= 0:
        around = text[at - 1], text[at + len(form)]
        if not any(char.isalnum() or char in "-_" for char in around):
            return True
        at = text.find(form, at + 1)
    return False


def _cut_words(raw: RawDocument) -> Iterable[tuple[str, str]]:
    for page in raw.pages:
        for line, following in zip(page.lines, page.lines[1:], strict=False):
            head = re.search(r"([\w-]+)\s?[-\u2010\u00ad]$", line.text.rstrip())
            tail = re.match(r"[\w-]+", following.text.lstrip())
            if head and tail:
                yield head.group(1), tail.group()


def score_furniture(case: Case, score: Score) -> None:
    """Running heads and feet that stand in the body as blocks or inside one."""
    gold = {(b["page"], letters(b["text"])) for b in case.gold if b["type"] in FURNITURE}
    in_body = [
        f"p{case.span(b)[0]} {case.text(b)[:60]}"
        for b in case.layout.blocks
        if b.type not in FURNITURE and b.type != "title" and (case.span(b)[0], letters(case.text(b))) in gold
    ]
    found = {(case.span(b)[0], letters(case.text(b))) for b in case.layout.blocks if b.type in FURNITURE}
    score.figures["furniture_in_body"] = len(in_body)
    score.share("furniture", len(gold & found), len(gold))
    score.wrong["furniture"] = in_body + [f"missed p{p} {t}" for p, t in sorted(gold - found)][:20]
    score.wrong["furniture_false"] = [f"p{p} {t}" for p, t in sorted(found - gold)]


def score_places(case: Case, score: Score) -> None:
    """Section path of every gold paragraph; pages of every gold block that is found whole."""
    ours: dict[str, list[Block]] = {}
    for own in case.layout.blocks:
        for key in {letters(case.text(own)), letters((own.marker or "") + case.text(own))}:
            ours.setdefault(key, []).append(own)
    right = total = exact = found = counted = 0
    wrong: list[str] = []
    for block, path in _gold_paths(case.gold):
        if block["type"] in UNCOUNTED:
            continue
        same = ours.get(letters(gold_text(block)), [])
        counted += 1
        found += bool(same)
        exact += any(case.span(each) == gold_span(block) for each in same)
        if block["type"] in ("paragraph", "list_item"):
            total += 1
            near = [each for each in same if abs(case.span(each)[0] - block["page"]) <= 1]
            paths = [_path(case, each) for each in near or _around(case, block)]
            right += path in paths
            wrong += (
                [f"p{block['page']} {path} for {paths[:1]}: {block['text'][:40]}"]
                if path not in paths
                else []
            )
    score.share("blocks_found", found, counted)
    score.share("pages_exact", exact, found)
    score.share("section_paths", right, total)
    score.wrong["section_paths"] = wrong


def _path(case: Case, block: Block) -> tuple[str, ...]:
    return tuple(map(letters, section_path(case.layout.sections, block.section)))


def _around(case: Case, block: Gold) -> list[Block]:
    """Return our blocks that hold the beginning of a gold block that was not found whole."""
    start = letters(gold_text(block))[:40]
    near = [each for each in case.layout.blocks if abs(case.span(each)[0] - block["page"]) <= 1]
    return [each for each in near if each.type not in FURNITURE and start in letters(case.text(each))]


def score_labels(case: Case, score: Score) -> None:
    """Printed labels of the pages, where the gold names them."""
    wrong = [
        f"p{page.index} {page.label} for {label}"
        for page, label in zip(case.layout.pages, case.labels, strict=False)
        if page.label != label
    ]
    score.share("labels_right", len(case.labels) - len(wrong), len(case.labels))
    score.wrong["labels"] = wrong


def _gold_paths(gold: Sequence[Gold]) -> Iterable[tuple[Gold, tuple[str, ...]]]:
    """Yield gold blocks with their paths; a box's title heads only the box."""
    path: list[tuple[int, str]] = []
    boxed: list[tuple[int, str]] = []
    for block in gold:
        inside = block.get("box", False)
        boxed = boxed if inside or block["type"] in BESIDE else []
        if block["type"] == "heading":
            step = (block["level"], letters(block["text"]))
            if inside:
                boxed = [step]
            else:
                path = [*(each for each in path if each[0] < step[0]), step]
        outer = [each for each in path if not boxed or each[0] < boxed[0][0]]
        yield block, tuple(text for _, text in (*outer, *boxed))
