"""Words that a reader of the page cannot see are left out, words printed twice come once."""

import pytest
from paper import LOREM, Paper, Sheet, one_page, prose, put, stream

from ingest.pdf import read_pdf
from models.errors import NoText

HIDDEN = "skjult tekst her"


def texts(content, **more):
    return [line.text for line in read_pdf(one_page(content + prose(72, 300), **more)).pages[0].lines]


def picture(alpha=None):
    """An image of 4 x 4 red pixels, with a mask of `alpha` bytes if given."""
    mask = b"/SMask 901 0 R" if alpha is not None else b""
    entries = b"/Type/XObject/Subtype/Image/Width 4/Height 4/BitsPerComponent 8/ColorSpace/DeviceRGB" + mask
    objects = {900: stream(bytes([200, 30, 30]) * 16, entries)}
    if alpha is not None:
        grey = b"/Type/XObject/Subtype/Image/Width 4/Height 4/BitsPerComponent 8/ColorSpace/DeviceGray"
        objects[901] = stream(bytes([alpha]) * 16, grey)
    return {"objects": objects, "resources": b"/XObject<</X0 900 0 R>>"}


OVER = b"q 300 0 0 40 60 690 cm /X0 Do Q "


@pytest.mark.parametrize(
    "content",
    [
        put(72, 700, HIDDEN, before=b"3 Tr ") + b"BT 0 Tr ET ",
        b"1 g " + put(72, 700, HIDDEN) + b"0 g ",
        b"0.98 g " + put(72, 700, HIDDEN) + b"0 g ",
        put(700, 700, HIDDEN),
        put(72, -30, HIDDEN),
        put(72, 700, HIDDEN) + b"1 g 60 690 300 40 re f 0 g ",
        put(72, 700, HIDDEN) + b"0 0 1 rg 60 690 300 40 re f 0 g ",
        b"q 400 100 50 20 re W n " + put(72, 700, HIDDEN) + b"Q ",
    ],
    ids=["mode 3", "white", "nearly white", "right of the page", "below", "white box", "blue box", "clipped"],
)
def test_invisible_text_is_left_out(content):
    assert HIDDEN not in texts(content)
    assert LOREM[0] in texts(content)


@pytest.mark.parametrize(
    "content",
    [
        b"0 0 1 rg 60 690 300 40 re f 1 g " + put(72, 700, HIDDEN) + b"0 g ",
        b"1 g 60 690 300 40 re f 0 g " + put(72, 700, HIDDEN),
        put(72, 700, HIDDEN) + b"60 690 300 40 re S ",
        put(72, 700, HIDDEN) + b"0 0 1 rg 60 700 300 1 re f 0 g ",
        put(72, 700, HIDDEN) + b"/G1 gs 1 1 0 rg 60 690 300 40 re f 0 g ",
        b"q 60 690 300 40 re W n " + put(72, 700, HIDDEN) + b"Q ",
    ],
    ids=["white on blue", "box behind", "frame", "underlined", "see-through marker", "inside its clip"],
)
def test_visible_text_is_kept(content):
    more = {"resources": b"/ExtGState<</G1<</ca 0.4/BM/Multiply>>>>"}
    assert HIDDEN in texts(content, **more)


def test_text_under_a_picture_is_left_out_unless_it_shows_through():
    assert HIDDEN not in texts(put(72, 700, HIDDEN) + OVER, **picture())
    assert HIDDEN in texts(OVER + put(72, 700, HIDDEN), **picture())
    assert HIDDEN not in texts(put(72, 700, HIDDEN) + OVER, **picture(alpha=255))
    assert HIDDEN in texts(put(72, 700, HIDDEN) + OVER, **picture(alpha=0))


def test_the_text_layer_of_a_scan_is_read_and_said_to_be_one():
    layer = b"3 Tr " + prose()
    scan = b"q 595 0 0 842 0 0 cm /X0 Do Q "
    for content in (scan + layer, layer + scan):
        document = read_pdf(one_page(content, **picture()))
        assert document.pages[0].lines[0].text == LOREM[0]
        assert any("text layer" in warning for warning in document.warnings)
    with pytest.raises(NoText, match="picture"):
        read_pdf(one_page(scan, **picture()))


def test_left_out_text_is_reported():
    sheets = [Sheet(prose()), Sheet(b"1 g " + prose(72, 700) + b"0 g " + prose(72, 300))]
    document = read_pdf(Paper(sheets).bytes())
    assert document.warnings == ("Invisible text was left out: page 2.",)


@pytest.mark.parametrize(("right", "up"), [(0, 0), (0.3, 0), (0.4, 0.3)])
def test_text_printed_twice_comes_once_and_is_bold(right, up):
    content = put(72, 700, "Barrierer og tiltak") + put(72 + right, 700 + up, "Barrierer og tiltak")
    line = read_pdf(one_page(content + prose(72, 300))).pages[0].lines[0]
    assert line.text == "Barrierer og tiltak"
    assert all(run.bold for run in line.runs)


def test_text_printed_twice_far_apart_in_the_drawing_comes_once():
    again = b"".join(put(72.3, 700 - 16 * at, LOREM[at % 3]) for at in range(3))
    lines = read_pdf(one_page(prose(72, 700) + again)).pages[0].lines
    assert [line.text for line in lines] == [LOREM[at % 3] for at in range(6)]
    assert [line.runs[0].bold for line in lines] == [True] * 3 + [False] * 3


def test_a_word_that_stands_twice_stays_twice():
    assert texts(put(72, 700, "ja ja ja, ll ll"))[0] == "ja ja ja, ll ll"
