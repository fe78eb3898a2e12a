"""OCR of pictures of pages: with the real program where it is installed, else what is said without it."""

import shutil
import stat
import zlib
from pathlib import Path

import pytest
from paper import LOREM, Paper, Sheet, prose, put, stream

from corpus.pdfium import open_pdf
from ingest.ocr import Picture, find_engine, parse_hocr
from ingest.outline import build_layout
from ingest.pdf import Limits, read_pdf
from ingest.worker import read_in_process
from models.errors import NoText
from service.jobs import make_options
from service.settings import load_settings

SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "samples" / "strathmorran.pdf"
needs_tesseract = pytest.mark.skipif(
    find_engine() is None or "eng" not in find_engine().models,
    reason="Tesseract with the model eng is not installed (apt-get install tesseract-ocr)",
)


def photograph(page: int, *, turn: int = 0, dpi: int = 200) -> tuple[bytes, int, int]:
    """A sample's page as grey pixels, turned by quarters clockwise."""
    document = open_pdf(SAMPLE)
    bitmap = document[page].render(scale=dpi / 72, grayscale=True, rotation=turn)
    rows = bytes(bitmap.buffer)
    step, width, height = bitmap.stride, bitmap.width, bitmap.height
    document.close()
    return b"".join(rows[at : at + width] for at in range(0, step * height, step)), width, height


def scan(*pictures: tuple[bytes, int, int], text: bytes = b"", dpi: int = 200) -> bytes:
    """A PDF of pictures, a page each, after one page of text if there is any."""
    objects, sheets = {}, [Sheet(text)] if text else []
    names = b""
    for at, (pixels, width, height) in enumerate(pictures):
        entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        objects[900 + at] = stream(zlib.compress(pixels), entries % (width, height) + b"/Filter/FlateDecode")
        names += b"/I%d %d 0 R" % (at, 900 + at)
        wide, high = width * 72 / dpi, height * 72 / dpi
        sheets.append(Sheet(b"q %g 0 0 %g 0 0 cm /I%d Do Q" % (wide, high, at), box=(0, 0, wide, high)))
    return Paper(sheets, objects=objects, resources=b"/XObject<<%s>>" % names).bytes()


def words_of(layout):
    return {word.strip(".,:;()") for word in layout.text.split()}


def fake_program(folder: Path, body: str) -> None:
    """A program of the name that says it has a model, and then does `body`."""
    script = folder / "tesseract"
    script.write_text(f'#!/bin/sh\n[ "$1" = --list-langs ] && echo eng && exit 0\n{body}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_a_picture_of_a_page_is_read_and_marked(turn):
    whole = words_of(build_layout(read_pdf(SAMPLE)))
    raw = read_pdf(scan(photograph(4, turn=turn)))
    page = build_layout(raw).pages[0]
    found = words_of(build_layout(raw))
    assert page.state == "text"
    assert page.ocr > 0.9
    assert page.height > page.width
    assert len(found) > 250
    assert len(found & whole) > 0.97 * len(found)
    assert any("Read by OCR with a mean confidence of 0.9" in warning for warning in raw.warnings)


@needs_tesseract
def test_a_scan_gets_paragraphs_and_items_like_any_page():
    printed = [block.type for block in build_layout(read_pdf(SAMPLE)).blocks if block.boxes[0].page == 5]
    layout = build_layout(read_pdf(scan(photograph(4))))
    read = [block.type for block in layout.blocks]
    assert read.count("list_item") == printed.count("list_item")
    assert "heading" in read


@needs_tesseract
def test_only_pages_without_letters_are_read_by_ocr():
    raw = read_pdf(scan(photograph(4), text=prose()))
    assert [page.ocr is None for page in raw.pages] == [True, False]
    assert raw.pages[0].lines[0].text == LOREM[0]


@needs_tesseract
def test_fonts_without_letters_are_read_from_the_picture():
    data = Paper(
        [Sheet(b"".join(put(72, 700 - 20 * at, text, font="F8") for at, text in enumerate(LOREM * 3)))],
        fonts={"F8": b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 950 0 R>>"},
        objects={950: stream(blank_map())},
    ).bytes()
    assert read_pdf(data).pages[0].ocr > 0.6
    with pytest.raises(Exception, match="do not say which letters"):
        read_pdf(data, limits=Limits(ocr=False))


@needs_tesseract
def test_reading_twice_gives_the_same_words():
    data = scan(photograph(4))
    assert read_pdf(data) == read_pdf(data)


@needs_tesseract
def test_a_worker_reads_a_scan_and_keeps_the_mark(tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(photograph(4)))
    told = []
    document = read_in_process(path, progress=lambda done, total: told.append((done, total)))
    assert document.pages[0].ocr > 0.85
    assert document.languages == ("en",)
    assert (told[0], told[-1]) == ((0, 1), (1, 1))


def blank_map() -> bytes:
    """A ToUnicode map of every letter into the private range."""
    rows = b"".join(b"<%02X> <E0%02X>\n" % (code, code) for code in range(33, 256))
    return b"1 begincodespacerange <00> <FF> endcodespacerange\n223 beginbfchar\n%sendbfchar" % rows


def test_without_the_program_the_error_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_engine() is None
    with pytest.raises(NoText, match="Install Tesseract") as caught:
        read_pdf(scan(photograph(4)))
    assert caught.value.pages == 1
    raw = read_pdf(scan(photograph(4), text=prose()))
    assert [page.state for page in raw.pages] == ["text", "empty"]
    assert any("install Tesseract" in warning and "page 2" in warning for warning in raw.warnings)


def test_without_leave_no_program_is_called(monkeypatch, tmp_path):
    fake_program(tmp_path, f"touch {tmp_path}/called")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoText, match="switched off"):
        read_pdf(scan(photograph(4)), limits=Limits(ocr=False))
    raw = read_pdf(scan(photograph(4), text=prose()), limits=Limits(ocr=False))
    assert any("OCR is switched off" in warning and "page 2" in warning for warning in raw.warnings)
    assert not (tmp_path / "called").exists()


@pytest.mark.parametrize(("said", "reads"), [("", True), ("false", False), ("0", False), ("true", True)])
def test_the_setting_switches_ocr_off(monkeypatch, tmp_path, said, reads):
    if said:
        monkeypatch.setenv("STRATEGI_OCR", said)
    assert make_options(load_settings(tmp_path)).limits.ocr is reads


def test_the_settings_file_switches_ocr_off(tmp_path):
    (tmp_path / "strategi.toml").write_text("ocr = false\n", "utf-8")
    assert not make_options(load_settings(tmp_path)).limits.ocr


def test_a_program_that_hangs_is_ended_and_the_rest_is_read(monkeypatch, tmp_path):
    fake_program(tmp_path, "exec sleep 600")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    raw = read_pdf(scan(photograph(4), text=prose()), limits=Limits(seconds_per_page=0.3))
    assert [page.state for page in raw.pages] == ["text", "empty"]
    assert any("ran out of time" in warning and "page 2" in warning for warning in raw.warnings)
    with pytest.raises(NoText, match="ran out of time"):
        read_pdf(scan(photograph(4)), limits=Limits(seconds_per_page=0.3))


@pytest.mark.parametrize("body", ["exit 1", "echo '<html>'", "kill -9 $$", "cat >/dev/null"])
def test_a_program_that_fails_costs_its_page_only(body, monkeypatch, tmp_path):
    fake_program(tmp_path, body)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    raw = read_pdf(scan(photograph(4), text=prose()))
    assert [page.state for page in raw.pages] == ["text", "empty"]
    assert any("OCR found no text: page 2" in warning for warning in raw.warnings)


def hocr(words: str, line: str = "bbox 100 100 900 140; baseline 0 -8; x_size 40") -> bytes:
    return f"<html><body><span class='ocr_line' title='{line}'>{words}</span></body></html>".encode()


def word(text: str, left: int, sure: int = 95) -> str:
    box = f"bbox {left} 100 {left + 90} 140"
    return f"<span class='ocrx_word' title='{box}; x_wconf {sure}'>{text}</span>"


def test_words_get_points_baseline_size_and_confidence():
    picture = Picture(1000, 2000, 2.0, b"")
    first, second = parse_hocr(hocr(word("Plan", 100) + word("A&amp;B", 200, 50)), picture)
    assert (first.text, first.x0, first.x1, first.y, first.size) == ("Plan", 50, 95, 66, 20)
    assert (second.text, second.confidence) == ("A&B", 0.5)


def test_words_that_nobody_would_read_are_left_out_and_bullets_come_back():
    picture = Picture(1000, 2000, 2.0, b"")
    assert parse_hocr(hocr(word("~#", 100, 12)), picture) == []
    texts = [one.text for one in parse_hocr(hocr(word("+", 100) + word("Havbruk", 200)), picture)]
    assert texts == ["•", "Havbruk"]


def test_lines_of_a_page_scanned_aslant_stand_level():
    picture = Picture(1000, 2000, 1.0, b"")
    sloped = "bbox {} {} {} {}; baseline 0.02 -8; x_size 30"
    left = hocr(word("a", 0) + word("b", 100), sloped.format(0, 100, 200, 140))
    right = hocr(word("c", 800) + word("d", 900), sloped.format(800, 116, 1000, 156))
    both = left.replace(b"</body></html>", b"") + right.replace(b"<html><body>", b"")
    ys = {round(one.y, 3) for one in parse_hocr(both, picture)}
    assert len(ys) == 1


@needs_tesseract
def test_a_blank_picture_is_no_text():
    blank = (b"\xff" * 1654 * 2339, 1654, 2339)
    with pytest.raises(NoText, match="OCR finds no words"):
        read_pdf(scan(blank))


def test_the_program_is_known_by_name_only():
    engine = find_engine()
    assert engine is None or engine.program == shutil.which("tesseract")
