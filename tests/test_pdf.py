"""Files: what is read of them as a whole, and what a user hears of those that cannot be read."""

import io
import random
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import SAMPLES, SHARED
from paper import LOREM, Paper, Sheet, map_to, one_page, prose, put, stream

from benchmarks.fuzz import mutate
from ingest.envelope import READER_ERRORS, reader_error
from ingest.pdf import Limits, count_pages, read_pdf
from ingest.readability import assess
from ingest.sheet import is_better
from ingest.verdict import name_pages
from ingest.words import Style, Word
from models.errors import (
    BadPath,
    Damaged,
    EmptyFile,
    Encrypted,
    NoText,
    NotPdf,
    StrategyError,
    TimedOut,
    TooLarge,
    UnreadableDocument,
    UnreadableText,
)

ODD = SHARED / "corpus" / "odd"
REAL = SHARED / "realpdf"
FILES = sorted(SAMPLES.glob("*.pdf"))
needs_shared = pytest.mark.skipif(not ODD.is_dir(), reason="the shared files are not here")


def words(document):
    return [word for page in document.pages for line in page.lines for word in line.text.split()]


def words_of_pypdf(path, most=None):
    import pypdf

    return [word for page in pypdf.PdfReader(path).pages[:most] for word in page.extract_text().split()]


def share(of, among):
    """Share of the words `of` that are `among` the others, as a bag."""
    return sum((Counter(of) & Counter(among)).values()) / len(of)


@pytest.fixture(autouse=True)
def no_ocr(monkeypatch, tmp_path_factory):
    """Files are read as where Tesseract is not installed; tests/test_ocr.py has the rest."""
    monkeypatch.setenv("PATH", str(tmp_path_factory.getbasetemp()))


# ------------------------------------------------------------------ whole files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_page_of_a_sample_is_read_without_a_warning(path):
    document = read_pdf(path)
    assert {page.state for page in document.pages} == {"text"}
    assert document.warnings == ()
    assert [page.index for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert document.bookmarks
    assert document.metadata["Lang"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_two_readers_find_the_same_words(path):
    ours = [word for word in words(read_pdf(path)) if word.strip(".")]
    theirs = [word for word in words_of_pypdf(path) if word.strip(".")]
    assert share(ours, theirs) > 0.985
    assert share(theirs, ours) > 0.985


def test_reading_twice_gives_the_same():
    assert read_pdf(FILES[0]) == read_pdf(FILES[0]) == read_pdf(FILES[0].read_bytes())


def test_labels_bookmarks_and_metadata_come_from_the_file():
    paper = Paper(
        [Sheet(prose()), Sheet(prose()), Sheet(prose())],
        catalogue=b"/Lang(nn-NO)/Outlines 900 0 R"
        b"/PageLabels<</Nums[0<</S/r/St 2>>1<</S/D/P(A-)>>2<</P()>>]>>",
        info=b"/Title(Fjord  og\nfjell)/Author<FEFF00C600730065>/Trapped/False",
        objects={
            900: b"<</First 901 0 R/Last 901 0 R/Count 2>>",
            901: b"<</Title(Innleiing)/Parent 900 0 R/First 902 0 R/Last 902 0 R/Dest[12 0 R/Fit]>>",
            902: b"<</Title(Bakgrunn)/Parent 901 0 R/Dest[14 0 R/XYZ 0 800 0]>>",
        },
    )
    document = read_pdf(paper.bytes())
    assert [page.label for page in document.pages] == ["ii", "A-1", None]
    assert [(mark.title, mark.level, mark.page) for mark in document.bookmarks] == [
        ("Innleiing", 1, 2),
        ("Bakgrunn", 2, 3),
    ]
    assert document.metadata == {"Title": "Fjord og fjell", "Author": "\u00c6se", "Lang": "nn-NO"}


def test_a_broken_outline_costs_the_bookmarks_only():
    loop = {900: b"<</First 901 0 R/Last 901 0 R>>", 901: b"<</Title(A)/Next 901 0 R/Dest[7 0 R 3(x)]>>"}
    document = read_pdf(Paper([Sheet(prose())], catalogue=b"/Outlines 900 0 R", objects=loop).bytes())
    assert len(document.bookmarks) <= 1
    assert document.pages[0].state == "text"


@pytest.mark.parametrize("turn", [90, 180, 270, -90])
def test_a_rotation_flag_is_undone(turn):
    upright = read_pdf(one_page(prose())).pages[0]
    wide = turn % 180 != 0
    # Content set so that it stands upright once the viewer has turned the page by the flag.
    matrix = {90: b"0 1 -1 0 842 0", 180: b"-1 0 0 -1 595 842", 270: b"0 -1 1 0 0 595"}[turn % 360]
    box = (0, 0, 842, 595) if wide else (0, 0, 595, 842)
    content = b"q %s cm %s Q" % (matrix, prose())
    page = read_pdf(Paper([Sheet(content, b"/Rotate %d" % turn, box)]).bytes()).pages[0]
    assert (page.width, page.height) == (595, 842)
    assert [line.text for line in page.lines] == [line.text for line in upright.lines]
    assert [round(line.x0) for line in page.lines] == [round(line.x0) for line in upright.lines]
    assert [round(line.y0) for line in page.lines] == [round(line.y0) for line in upright.lines]


def test_content_set_sideways_is_turned_upright():
    upright = read_pdf(one_page(prose())).pages[0]
    content = b"q 0 1 -1 0 842 0 cm %s 72 700 400 1 re f Q" % prose()
    page = read_pdf(Paper([Sheet(content, box=(0, 0, 842, 595))]).bytes()).pages[0]
    assert (page.width, page.height) == (595, 842)
    assert [line.text for line in page.lines] == [line.text for line in upright.lines]
    assert [round(line.y0) for line in page.lines] == [round(line.y0) for line in upright.lines]
    rule = page.shapes[0]
    assert (round(rule.x0), round(rule.y0), round(rule.x1), round(rule.y1)) == (72, 141, 472, 142)


def test_the_crop_box_moves_the_origin():
    page = read_pdf(Paper([Sheet(prose(172, 860), b"/CropBox[100 100 695 942]", (0, 0, 900, 1000))]).bytes())
    line = page.pages[0].lines[0]
    assert (page.pages[0].width, page.pages[0].height) == (595, 842)
    assert round(line.x0) == 72
    assert line.y0 < 942 - 860 < line.y1


# ------------------------------------------------------------------ files that cannot be read


def caught(source, **more):
    with pytest.raises(StrategyError) as error:
        read_pdf(source, **more)
    return error.value


def check_message(error):
    """Two sentences: what is wrong, what to do; never a path."""
    assert re.fullmatch(r"[^/]+[.:] [^/]+\.", error.message), error.message
    assert error.subject
    assert "/" not in error.subject


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", EmptyFile),
        (b"<html>nothing</html>", NotPdf),
        (b"x" * 1100 + b"%PDF-1.4\n", NotPdf),
        (b"%PDF-1.4\nthe end", Damaged),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, Damaged),
        (Paper([]).bytes(), EmptyFile),
        (one_page(b""), NoText),
        (one_page(b"0 0 100 100 re f"), NoText),
    ],
)
def test_a_file_without_text_says_what_it_is(data, kind):
    error = caught(data)
    assert type(error) is kind
    check_message(error)


def test_junk_before_the_signature_is_let_pass():
    document = read_pdf(b"HTTP/1.1 200 OK\r\n\r\n" * 20 + one_page(prose()))
    assert document.pages[0].lines[0].text == LOREM[0]


def test_a_truncated_file_is_damaged():
    data = FILES[0].read_bytes()
    assert type(caught(data[: len(data) * 6 // 10])) in (Damaged, EmptyFile, NoText)


def test_a_file_without_its_table_is_mended_and_said_so():
    data = one_page(prose())
    start = data.index(b"xref")
    document = read_pdf(data[:start] + b"trailer<</Root 1 0 R>>\n%%EOF\n")
    assert document.pages[0].lines[0].text == LOREM[0]


def locked(owner=None):
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(one_page(prose())))
    user = "" if owner else "hemmelig"
    writer.encrypt(user, owner, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_locked_file_needs_its_password():
    data = locked()
    for password in (None, "feil", ""):
        error = caught(data, password=password)
        assert type(error) is Encrypted
        check_message(error)
    assert "does not open" in caught(data, password="feil").message
    assert read_pdf(data, password="hemmelig").pages[0].lines[0].text == LOREM[0]


def test_a_file_locked_against_changes_only_is_read():
    assert read_pdf(locked(owner="eier")).pages[0].lines[0].text == LOREM[0]


def test_every_exception_of_the_reader_has_its_meaning():
    import pypdf.errors

    known = {
        name: kind
        for name, kind in vars(pypdf.errors).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    }
    assert set(known) <= set(READER_ERRORS)
    for kind in (*known.values(), MemoryError, RecursionError, KeyError, ValueError, OSError):
        error = reader_error(kind("/etc/secret"), "a.pdf")
        assert isinstance(error, UnreadableDocument)
        assert type(error) is not UnreadableDocument
        check_message(error)
        assert "secret" not in error.message
    assert type(reader_error(pypdf.errors.WrongPasswordError(), "a.pdf")) is Encrypted
    assert type(reader_error(pypdf.errors.LimitReachedError(), "a.pdf")) is TooLarge


def test_a_missing_file_is_named_without_its_folder(tmp_path):
    error = caught(tmp_path / "borte.pdf")
    assert type(error) is BadPath
    assert "borte.pdf" in error.message
    assert str(tmp_path) not in error.message
    assert type(caught(tmp_path)) is BadPath


def test_a_hostile_name_is_shown_tame(tmp_path):
    path = tmp_path / ("a\x1b[31m\nb" + "c" * 200 + ".pdf")
    path.write_bytes(b"")
    message = caught(path).message
    assert message.isprintable()
    assert len(message) < 250


def test_limits_are_kept(tmp_path):
    data = Paper([Sheet(prose())] * 3).bytes()
    path = tmp_path / "stor.pdf"
    path.write_bytes(data)
    for source in (data, path):
        assert type(caught(source, limits=Limits(max_bytes=len(data) - 1))) is TooLarge
    assert type(caught(data, limits=Limits(max_pages=2))) is TooLarge
    assert type(caught(data, limits=Limits(seconds_per_file=-1))) is TimedOut
    assert type(caught(data, limits=Limits(seconds_per_page=-1))) is TimedOut
    assert len(read_pdf(data, limits=Limits(max_bytes=len(data), max_pages=3)).pages) == 3


def test_pages_are_counted_also_where_there_is_no_text():
    assert count_pages(Paper([Sheet()] * 4).bytes()) == 4
    with pytest.raises(NotPdf):
        count_pages(b"nothing")


def test_progress_is_told_page_by_page():
    heard = []
    read_pdf(Paper([Sheet(prose())] * 3).bytes(), progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


# ------------------------------------------------------------------ pages that cannot be read


def unmapped_font():
    letters = {code: chr(0xE000 + code) for code in range(32, 256) if code != 32}
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 900 0 R>>"
    return {"fonts": {"F9": font}, "objects": {900: map_to(letters)}}


def test_a_page_of_meaningless_signs_is_unreadable_and_the_rest_is_read():
    signs = b"".join(put(72, 700 - 20 * at, LOREM[at], font="F9") for at in range(3))
    document = read_pdf(Paper([Sheet(prose()), Sheet(signs)], **unmapped_font()).bytes())
    assert [page.state for page in document.pages] == ["text", "unreadable"]
    assert document.pages[1].lines == ()
    assert any("page 2" in warning for warning in document.warnings)
    error = caught(Paper([Sheet(signs)], **unmapped_font()).bytes())
    assert type(error) is UnreadableText
    check_message(error)


def test_scrambled_letters_are_unreadable_too():
    shift = {code: chr(code - 29) for code in range(61, 123)}
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 900 0 R>>"
    content = b"".join(put(72, 760 - 20 * at, LOREM[at % 3], font="F9") for at in range(9))
    error = caught(one_page(content, fonts={"F9": font}, objects={900: map_to(shift)}))
    assert type(error) is UnreadableText


def test_a_line_of_signs_is_left_out_and_a_lost_bullet_becomes_one():
    content = prose() + put(72, 500, "\u2022\u2022\u2022 %%% \u2022\u2022", font="F9")
    content += put(72, 400, "\u2022", font="F9") + put(84, 400, "bygge ut nettet")
    document = read_pdf(one_page(content, **unmapped_font()))
    texts = [line.text for line in document.pages[0].lines]
    assert texts[-1] == "\u2022 bygge ut nettet"
    assert len(texts) == 7
    assert any("left out" in warning for warning in document.warnings)


def three_pages():
    return Paper(
        [Sheet(prose()), Sheet(prose()), Sheet(prose())], catalogue=b"/PageLabels<</Nums[0<</S/r>>]>>"
    ).bytes()


def test_a_page_that_fails_alone_does_not_lose_the_others():
    document = read_pdf(three_pages().replace(b"12 0 R 14", b"99 0 R 14"))
    assert [page.state for page in document.pages] == ["text", "failed", "text"]
    assert [page.index for page in document.pages] == [1, 2, 3]
    assert any(warning.startswith("Page 2 could not be read: ") for warning in document.warnings)


def test_a_page_without_content_is_empty_and_the_others_are_read():
    document = read_pdf(three_pages().replace(b"/Contents 13 0 R", b"/Contents 2  0 R"))
    assert [page.state for page in document.pages] == ["text", "empty", "text"]


@pytest.mark.parametrize("claimed", [b"1", b"9", b"-3", b"30000"])
def test_a_false_count_of_pages_is_not_believed(claimed):
    document = read_pdf(three_pages().replace(b"/Count 3", b"/Count " + claimed))
    assert [page.state for page in document.pages] == ["text"] * 3
    assert [page.label for page in document.pages] == ["i", "ii", "iii"]


def test_of_two_readings_the_one_with_whole_words_is_better():
    words = [
        Word(letter, at * 9.0, at * 9.0 + 4, 100, Style("", 11)) for at, letter in enumerate("barrierer" * 6)
    ]
    bad, good = assess(words), assess([Word("barrierer", 0, 40, 100, Style("", 11))] * 6)
    assert bad.suspect
    assert not good.suspect
    assert is_better(good, bad)
    assert not is_better(bad, good)


# ------------------------------------------------------------------ without the glyph reader


@pytest.fixture
def no_pdfium(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.setitem(sys.modules, "pypdfium2.raw", None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_without_pdfium_the_words_are_read_by_pypdf(path, no_pdfium):
    document = read_pdf(path)
    assert any("glyph reader" in warning for warning in document.warnings)
    theirs = [word for word in words_of_pypdf(path) if word.strip(".")]
    assert share(theirs, words(document)) > 0.97
    assert all(page.lines for page in document.pages)


def test_without_pdfium_errors_are_the_same(no_pdfium):
    assert type(caught(b"%PDF-1.4\nthe end")) is Damaged
    assert type(caught(locked(), password="feil")) is Encrypted
    assert read_pdf(locked(), password="hemmelig").pages[0].lines[0].text == LOREM[0]


# ------------------------------------------------------------------ the shared files


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("empty_0_bytes", EmptyFile),
        ("zero_pages", EmptyFile),
        ("not_a_pdf", NotPdf),
        ("truncated_60pct", Damaged),
        ("password_user_secret", Encrypted),
        ("scanned_image_only_3p", NoText),
        ("no_tounicode", UnreadableText),
    ],
)
def test_odd_files_fail_as_described(name, kind):
    error = caught(ODD / f"{name}.pdf")
    assert type(error) is kind
    assert f"{name}.pdf" in error.message
    check_message(error)


@needs_shared
def test_odd_files_that_can_be_read_are():
    plain = words(read_pdf(SHARED / "corpus" / "norge_s3_baerekraft_2021.pdf"))
    for name in ("rotated_content_90", "rotated_flag_90_180_270", "duplicate_norge_qpdf_resaved"):
        document = read_pdf(ODD / f"{name}.pdf")
        assert words(document) == plain
        assert all(page.width < page.height for page in document.pages)
    assert read_pdf(ODD / "password_user_secret.pdf", password="secret").warnings == ()
    assert count_pages(ODD / "scanned_image_only_3p.pdf") == 3


@needs_shared
@pytest.mark.parametrize("path", sorted(REAL.glob("*.pdf")), ids=lambda path: path.stem)
def test_the_readers_agree_on_real_files(path):
    """pypdf joins words across cells and sticks page numbers to heads, so the bags differ a little."""
    document = read_pdf(path)
    assert {page.state for page in document.pages} <= {"text", "empty"}
    ours = [word for page in document.pages[:10] for line in page.lines for word in line.text.split()]
    theirs = [word for word in words_of_pypdf(path, 10) if word.strip(".")]
    assert share(theirs, ours) > 0.95


# ------------------------------------------------------------------ mutated files


def test_mutated_files_give_a_reading_or_one_of_our_errors():
    chance = random.Random(3)
    boxes = b"q 1 0 0 1 5 5 cm 10 10 200 80 re W n 0 0 600 800 re f Q BI/W 2/H 2/BPC 8/CS/G ID abcd\nEI "
    sources = [
        Paper([Sheet(prose() + boxes), Sheet(prose())], catalogue=b"/PageLabels<</Nums[0<</S/r>>]>>").bytes(),
        locked(),
        Path(FILES[-1]).read_bytes(),
    ]
    outcomes = Counter()
    for turn in range(200):
        data = mutate(sources[min(turn % 12, 2) if turn % 12 < 3 else turn % 2], chance)
        try:
            read_pdf(data, password="hemmelig", limits=Limits(seconds_per_file=20))
            outcomes["read"] += 1
        except UnreadableDocument as error:
            check_message(error)
            outcomes[error.code] += 1
    assert outcomes["read"] > 20
    assert sum(outcomes.values()) == 200


def test_a_loop_in_the_page_tree_ends():
    data = one_page(prose()).replace(b"/Kids[10 0 R]", b"/Kids[ 2 0 R]")
    assert isinstance(caught(data), UnreadableDocument)


def test_a_form_that_calls_itself_ends():
    form = stream(
        b"/X0 Do " + put(72, 300, "inni"),
        b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X0 900 0 R>>/Font<</F1 901 0 R>>>>",
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    data = one_page(prose() + b"/X0 Do", objects={900: form, 901: font}, resources=b"/XObject<</X0 900 0 R>>")
    assert read_pdf(data).pages[0].lines[0].text == LOREM[0]


def test_pages_are_named_in_ranges():
    assert name_pages([4]) == "page 4"
    assert name_pages([3, 1, 2, 8]) == "pages 1-3, 8"
    assert name_pages(range(1, 60, 2)).endswith("and 22 more")
