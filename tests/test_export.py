"""Exports hold every citation, run no formula, give the same bytes and never touch what exists."""

import csv
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.errors import BadQuery, OutputExists
from models.finding import (
    Cell,
    Citation,
    Comparison,
    Coverage,
    Finding,
    FocusAreaComparison,
    Hit,
    Link,
    PageRef,
    SharedArea,
    ThemeComparison,
    ThemeRow,
    UniqueArea,
)
from service.export import FORMATS, neutralise, write_comparison, write_findings, write_hits, write_table
from service.workbook import EPOCH

NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')


def cite(quote, page=7, label="5"):
    pages = (PageRef(index=page, label=label),)
    return Citation(
        document="abc123abc123",
        title="Ærlig strategi",
        region="Østfold",
        year=2024,
        pages=pages,
        quote=quote,
        language="nb",
    )


def example():
    quote, other = cite("Det mangler kapital – «ærlig talt» å øl."), cite("=cmd|' /C calc'!A0", 9, "iv")
    cell = Cell(status="found", count=2, per_1000_words=0.4, citations=(quote, other), pages_read=12)
    empty = Cell(status="not_found", pages_read=24)
    part = ThemeComparison(
        themes=(ThemeRow(theme="finance", cells={"Østfold": cell, "Skåne": empty}, why="Østfold 2."),),
        unique={"Østfold": ("finance",), "Skåne": ()},
        missing={"Østfold": (), "Skåne": ("finance",)},
    )
    areas = FocusAreaComparison(
        shared=(SharedArea(areas={"Østfold": "Energi", "Skåne": "Elkraft"}, score=0.9, why="Both.", evidence={"Østfold": (quote,), "Skåne": (other,)}),),
        unique={"Østfold": (UniqueArea(name="+Havbruk", citation=quote),), "Skåne": ()},
    )  # fmt: skip
    return Comparison(
        regions=("Østfold", "Skåne"),
        coverage={
            "Østfold": Coverage(documents=1, pages=12, words=5000),
            "Skåne": Coverage(documents=1, pages=24, words=9000),
        },
        focus_areas=areas,
        barriers=part,
        measures=part,
        links=(Link(region="Østfold", barrier=quote, measure=other, score=0.7),),
        unanswered={"Østfold": (other,)},
        notes=("A note.",),
    )


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    held = Catalogue.open(Folder(tmp_path_factory.mktemp("data")), write=True)
    yield held
    held.close()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_comparison_gives_the_same_bytes(catalogue, tmp_path, kind):
    paths = [write_comparison(example(), catalogue, tmp_path / f"{n}.{kind}", None) for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert str(tmp_path).encode() not in paths[0].read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_exists_is_never_touched(catalogue, tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_text("mine")
    with pytest.raises(OutputExists, match="there already"):
        write_comparison(example(), catalogue, path, None)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_nowhere_counts_as_taken(catalogue, tmp_path):
    (tmp_path / "a.json").symlink_to(tmp_path / "gone")
    with pytest.raises(OutputExists):
        write_comparison(example(), catalogue, tmp_path / "a.json", None)


def test_a_folder_that_is_not_there_or_cannot_be_written_is_refused(catalogue, tmp_path):
    with pytest.raises(OutputExists, match="folder"):
        write_comparison(example(), catalogue, tmp_path / "none" / "a.csv", None)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(OutputExists):
        write_comparison(example(), catalogue, file / "a.csv", None)
    with pytest.raises(OutputExists, match="cannot be written"):
        write_comparison(example(), catalogue, tmp_path / ("a" * 300 + ".csv"), None)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_nothing_half_written_stays_when_making_the_file_fails(catalogue, tmp_path, monkeypatch):
    import service.export

    def fail(*_):
        raise RuntimeError("full")

    monkeypatch.setattr(service.export, "write_csv", fail)
    with pytest.raises(RuntimeError):
        write_comparison(example(), catalogue, tmp_path / "a.csv", None)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(catalogue, tmp_path):
    with pytest.raises(BadQuery, match="pdf"):
        write_comparison(example(), catalogue, tmp_path / "a.pdf", None)
    with pytest.raises(BadQuery):
        write_comparison(example(), catalogue, tmp_path / "a.csv", "doc")


def test_without_a_name_the_file_is_called_after_the_regions(catalogue, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_comparison(example(), catalogue, None, "csv") == Path("østfold-skåne.csv")


def test_csv_opens_with_a_mark_and_keeps_nordic_letters_and_citations(catalogue, tmp_path):
    raw = write_comparison(example(), catalogue, tmp_path / "a.csv", None).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert "«ærlig talt» å øl" in text
    rows = list(csv.reader(io.StringIO(text)))
    quotes = [row for row in rows if row and row[0] == "Barriers quotes"]
    head, first, second, missing = quotes if len(quotes) == 4 else (None, *quotes)
    assert "Ærlig strategi" in first and "7" in first and "5" in first
    assert "/read/abc123abc123?page=7" in first
    assert any(value.startswith("'=cmd") for value in second)
    assert "not found" in missing


def test_xlsx_holds_the_matrix_the_quotes_and_the_manifest(catalogue, tmp_path):
    from openpyxl import load_workbook

    path = write_comparison(example(), catalogue, tmp_path / "a.xlsx", None)
    book = load_workbook(path)
    assert {
        "Coverage",
        "Focus areas",
        "Barriers by theme",
        "Barriers quotes",
        "Measures quotes",
        "Links",
        "Manifest",
    } <= set(book.sheetnames)
    for page in book:
        assert page.freeze_panes == "A2"
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row), page.title
    rows = list(book["Barriers quotes"].values)
    assert rows[1][:4] == ("finance", "Østfold", "found", 2)
    assert "Det mangler kapital – «ærlig talt» å øl." in rows[1]
    assert book["Barriers by theme"]["C2"].value == 2
    assert book.properties.created == datetime(*EPOCH)


def test_docx_says_what_is_shared_with_quotes_and_pages(catalogue, tmp_path):
    from docx import Document

    document = Document(write_comparison(example(), catalogue, tmp_path / "a.docx", None))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "Energi (Østfold) – Elkraft (Skåne)" in text
    assert "«ærlig talt»" in text and "p. 7, printed 5" in text
    assert len(document.tables) >= 4


def test_json_is_the_comparison_with_its_manifest(catalogue, tmp_path):
    record = json.loads(
        write_comparison(example(), catalogue, tmp_path / "a.json", None).read_text(encoding="utf-8")
    )
    manifest = record.pop("manifest")
    assert Comparison.model_validate(record) == example()
    assert set(manifest) == {"documents", "encoder", "labellers", "taxonomy", "code", "generation", "filters"}


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_run_as_a_formula(text):
    assert neutralise(text).startswith("'")


@given(st.text())
def test_cleaned_text_is_safe_and_keeps_its_letters(text):
    safe = neutralise(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert [one for one in safe if one.isalpha()] == [one for one in text if one.isalpha()]
    safe.encode("utf-8")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1, max_size=4))
def test_any_text_survives_every_table_format(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("tables")
    rows = [{"a": value, "b": 1} for value in values]
    for kind in FORMATS:
        write_table(rows, ("a", "b"), folder / f"t.{kind}")
    table = list(csv.reader(io.StringIO((folder / "t.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert [row[0] for row in table[1:]] == [neutralise(value) for value in values]
    for kind in ("xlsx", "docx"):
        assert zipfile.ZipFile(folder / f"t.{kind}").testzip() is None


def test_findings_and_hits_have_their_citation_in_every_row(catalogue, tmp_path):
    pages = (PageRef(index=7, label="v"), PageRef(index=8, label="vi"))
    finding = Finding(
        id="f",
        document="abc",
        region="Østfold",
        labels=("barrier",),
        kinds={"barrier": 0.8},
        pages=pages,
        quote="=Å",
        section=("A", "B"),
    )
    hit = Hit(
        rank=1, score=0.5, document="abc", title="T", language="nb", pages=pages, quote="Q", text="Hele Q"
    )
    path = write_findings([finding], catalogue, tmp_path / "f.csv")
    row = next(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert (row["quote"], row["page"], row["page_end"], row["printed_page"]) == ("'=Å", "7", "8", "v-vi")
    assert (row["kinds"], row["score"], row["section"]) == ("barrier", "0.8", "A > B")
    path = write_hits([hit], catalogue, tmp_path / "h.csv")
    row = next(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert (row["quote"], row["page"], row["link"]) == ("Q", "7", "/read/abc?page=7")
