"""The samples: truth and PDFs agree with the sources."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PdfReader

from corpus.samples.manuscript import (
    KINDS,
    SOURCES,
    THEMES,
    Manuscript,
    ManuscriptError,
    parse_line,
    read_manuscript,
    read_manuscripts,
)
from corpus.samples.truth import (
    catalogue_text,
    compare,
    gold_files,
    list_absents,
    list_queries,
    read_alignments,
    tell,
)

FOLDER = SOURCES.parent
MANUSCRIPTS = read_manuscripts()
SLUGS = [manuscript.slug for manuscript in MANUSCRIPTS]
PLACES = {"page", "page_end", "pages"}


def without_pages(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_pages(item) for key, item in value.items() if key not in PLACES}
    return [without_pages(item) for item in value] if isinstance(value, list) else value


def letters(text: str) -> str:
    """Letters and digits only: no white space, hyphens, dots."""
    return "".join(re.findall(r"[^\W_]", text))


def parse(name: str, text: str) -> object:
    return [json.loads(row) for row in text.splitlines()] if name.endswith("l") else json.loads(text)


def gold_rows(slug: str) -> list[dict]:
    text = (FOLDER / "gold" / f"findings_{slug}.jsonl").read_text(encoding="utf-8")
    return [json.loads(row) for row in text.splitlines()]


def structure_of(slug: str) -> dict:
    return json.loads((FOLDER / "gold" / f"structure_{slug}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page_texts() -> dict[str, list[str]]:
    return {slug: [page.extract_text() for page in PdfReader(FOLDER / f"{slug}.pdf").pages] for slug in SLUGS}


def test_there_are_five_samples_in_five_languages() -> None:
    assert [manuscript.head["lang"] for manuscript in MANUSCRIPTS] == ["nn", "da", "nb", "en", "sv"]


def test_the_committed_gold_is_what_the_sources_say() -> None:
    for name, text in gold_files(MANUSCRIPTS, {}).items():
        committed = (FOLDER / "gold" / name).read_text(encoding="utf-8")
        assert without_pages(parse(name, committed)) == parse(name, text), name


def test_the_committed_catalogue_is_what_the_sources_say() -> None:
    assert (FOLDER / "catalogue.toml").read_text(encoding="utf-8") == catalogue_text(MANUSCRIPTS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_sample_has_six_to_twelve_pages(slug: str) -> None:
    reader = PdfReader(FOLDER / f"{slug}.pdf")
    assert 6 <= len(reader.pages) <= 12
    assert len(reader.pages) == structure_of(slug)["pages"]
    assert list(reader.page_labels) == structure_of(slug)["labels"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_quote_stands_on_its_stated_pages(slug: str, page_texts: dict[str, list[str]]) -> None:
    pages = [letters(text) for text in page_texts[slug]]
    parts = {letters(block["text"]): block for block in structure_of(slug)["blocks"] if block.get("parts")}
    for row in gold_rows(slug):
        quote, first, last = letters(row["quote"]), row["page"], row["page_end"]
        if first == last:
            assert quote in pages[first - 1], row
            continue
        block = next(block for text, block in parts.items() if quote in text)
        halves = [letters(part["text"]) for part in block["parts"]]
        assert quote in "".join(halves) and all(quote not in half for half in halves), row


@pytest.mark.parametrize("slug", SLUGS)
def test_every_block_stands_on_its_stated_pages(slug: str, page_texts: dict[str, list[str]]) -> None:
    """A word may be hyphenated from page to page, so the outer words of a part are left out."""
    pages = [letters(text) for text in page_texts[slug]]
    for block in structure_of(slug)["blocks"]:
        assert block.get("parts") or letters(block["text"]) in pages[block["page"] - 1], block
        for part in block.get("parts", []):
            assert letters(" ".join(part["text"].split()[1:-1])) in pages[part["page"] - 1], block


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=SLUGS)
def test_a_sample_has_every_kind_and_hard_negatives(manuscript: Manuscript) -> None:
    counts = Counter(kind for told in tell(manuscript) for kind in told.line.kinds)
    assert all(counts[kind] >= 8 for kind in KINDS.values()), counts
    assert sum(told.line.cue for told in tell(manuscript)) >= 15


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=SLUGS)
def test_themes_and_actors_stand_where_they_may(manuscript: Manuscript) -> None:
    for told in tell(manuscript):
        kinds = {*told.line.kinds, *told.line.also_ok}
        assert bool(told.line.themes) == bool(kinds & {"barrier", "measure"}), told
        assert not told.line.actors or "measure" in kinds, told
        assert len(told.line.themes) <= 3 and (not told.line.cue or not kinds), told


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=SLUGS)
def test_every_focus_area_has_all_that_a_focus_area_needs(manuscript: Manuscript) -> None:
    for focus in manuscript.focuses:
        mine = [told.line for told in tell(manuscript) if told.line.area == focus.name]
        counts = Counter(kind for line in mine for kind in line.kinds)
        assert all(counts[kind] >= 2 for kind in KINDS.values()), (focus.name, counts)
        assert any(line.actors for line in mine if "measure" in line.kinds)


def test_no_sentence_stands_twice() -> None:
    quotes = [(told.line.quote, one.slug) for one in MANUSCRIPTS for told in tell(one)]
    sentences = Counter(letters(quote).lower() for quote, _ in quotes if len(quote.split()) > 3)
    assert [quote for quote, count in sentences.items() if count > 1] == []


def test_there_are_eight_questions_per_sample_a_third_in_another_language() -> None:
    rows = list_queries(MANUSCRIPTS)
    assert min(Counter(row["doc"] for row in rows).values()) >= 8
    assert sum(row["query_lang"] != row["lang"] for row in rows) * 3 >= len(rows)
    assert all(row["relevant"] for row in rows)


def test_absent_questions_are_absent_and_nearly_missed() -> None:
    rows = list_absents(MANUSCRIPTS)
    texts = [" ".join(told.line.printed for told in tell(one)) for one in MANUSCRIPTS]
    assert len(rows) >= 12
    for row in rows:
        assert row["near_misses"] and row["why"], row
        for term in row["terms_absent"]:
            assert not any(re.search(term, text, re.I) for text in texts), row


def test_the_comparison_knows_what_is_shared_and_what_is_unique() -> None:
    told = compare(MANUSCRIPTS, read_alignments())
    shared = {group["align"]: set(group["areas"]) for group in told["focus_areas"]["shared"]}
    assert shared["marine"] == {"breidfjordane", "klitsyssel", "strathmorran"}
    assert shared["energy"] == {"klitsyssel", "kvernmark", "strathmorran", "tjarnland"}
    assert all(told["focus_areas"]["unique"].values())
    assert set(told["barriers"]["cells"]) == THEMES
    assert "data" in told["barriers"]["unique"]["kvernmark"]
    used = {focus.align for one in MANUSCRIPTS for focus in one.focuses}
    assert used == set(read_alignments())


def test_metadata_are_right_wrong_and_missing() -> None:
    titles = {slug: PdfReader(FOLDER / f"{slug}.pdf").metadata.title for slug in SLUGS}
    assert titles["kvernmark"] == "Microsoft Word - utkast3.doc"
    assert titles["klitsyssel"] is None
    assert titles["tjarnland"] == "Rötter och riktning"


@pytest.mark.parametrize(
    "line",
    [
        "B | - | s | too few fields",
        "X | - | - | s | kind",
        "B | weather | - | s | theme",
        "- | - | - | q | unit",
    ],
)
def test_a_line_with_an_unknown_label_is_refused(line: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_line(line, 0, "general")


def test_an_error_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("@passage odd | lang=nb\n@para\nno labels at all\n", encoding="utf-8")
    with pytest.raises(ManuscriptError, match=r"odd\.txt, line 3: not five fields"):
        read_manuscript(tmp_path / "odd.txt")


def test_the_typesetter_gives_the_same_bytes_twice() -> None:
    pytest.importorskip("typst", reason="the extra `samples` is not installed")
    from corpus.samples.typeset import typeset

    first, second = (typeset(MANUSCRIPTS[0])[0] for _ in range(2))
    assert first == second == (FOLDER / f"{SLUGS[0]}.pdf").read_bytes()
