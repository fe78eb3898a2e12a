"""Lines: which words stand on one, where spaces and gaps are, how the characters look."""

import unicodedata

import pytest
from paper import LOREM, map_to, one_page, prose, put, stream

from ingest.lines import clean
from ingest.pdf import read_pdf
from ingest.spacing import close_letters, has_space
from ingest.words import NO_SPACE, REAL_SPACE, Style, Word


def page(content, **more):
    return read_pdf(one_page(content, **more)).pages[0]


def texts(content, **more):
    return [line.text for line in page(content, **more).lines]


def test_a_line_has_runs_with_style_and_position():
    content = put(72, 700, "Barrierer", font="F2", size=14) + put(150, 700, "i fylket", size=14)
    content += b"1 0 0 rg " + put(72, 650, "raudt", font="F3")
    first, second = page(content).lines
    assert first.text == "Barrierer i fylket"
    bold, plain = first.runs
    assert (bold.bold, bold.italic, bold.size, bold.font, bold.color) == (
        True,
        False,
        14,
        "Helvetica-Bold",
        0,
    )
    assert (plain.bold, plain.text) == (False, " i fylket")
    assert abs(first.x0 - 72) < 0.1
    assert first.y0 < 842 - 700 < first.y1
    assert (second.runs[0].italic, second.runs[0].color) == (True, 0xFF0000)
    assert second.angle == 0


def test_a_superscript_has_a_rise_and_stays_on_its_word():
    content = b"BT /F1 11 Tf 72 700 Td (spesialisering) Tj /F1 6.5 Tf 4 Ts (12) Tj 0 Ts /F1 11 Tf ( er viktig) Tj ET"
    (line,) = page(content).lines
    assert line.text == "spesialisering12 er viktig"
    assert [round(run.rise, 1) for run in line.runs] == [0, 4, 0]
    assert line.size == 11


def test_a_superscript_drawn_after_its_page_finds_its_word():
    content = put(72, 700, "spesialisering") + put(150, 700, "er viktig") + prose(72, 600)
    content += put(139, 704, "12", size=6.5)
    line = page(content).lines[0]
    assert line.text == "spesialisering12 er viktig"
    assert line.runs[1].rise > 0


def test_a_subscript_is_not_raised():
    content = put(72, 700, "CO") + put(89, 697, "2", size=7) + put(96, 700, "skal ned")
    (line,) = page(content).lines
    assert line.text == "CO2 skal ned"
    assert line.runs[1].rise < 0


@pytest.mark.parametrize("gutter", [10, 14, 30])
def test_columns_are_apart_also_when_drawn_row_by_row(gutter):
    rows = [("tiltak for flere", "mindre ventetid"), ("bedrifter i nord", "og bedre samband")] * 3
    content = b""
    for at, (left, right) in enumerate(rows):
        content += put(72, 700 - 14 * at, left) + put(72 + 85 + gutter, 700 - 14 * at, right)
    found = texts(content)
    assert found == [text for row in rows for text in row]


def test_justified_gaps_do_not_part_a_line():
    content = b""
    for at, spread in enumerate([13.0, 3.0, 9.5, 5.0, 14.0]):
        content += put(72, 700 - 14 * at, LOREM[at % 3][:40], before=b"%g Tw " % spread)
    assert texts(content) == [LOREM[at % 3][:40].strip() for at in range(5)]


def test_a_rule_parts_two_cells():
    cells = put(74, 700, "Energi") + put(114, 700, "Sterk")
    assert texts(cells) == ["Energi Sterk"]
    assert texts(cells + b"0.5 w 111 690 m 111 712 l S") == ["Energi", "Sterk"]


def test_a_number_and_a_bullet_stay_with_their_text():
    content = (
        put(72, 700, "2.1") + put(110, 700, "Bakgrunn") + put(72, 680, "\u2022") + put(100, 680, "bygge ut")
    )
    content += put(72, 660, "\u00a7 4-1") + put(140, 660, "Formål")
    found = texts(content)
    assert found[:2] == ["2.1 Bakgrunn", "\u2022 bygge ut"]


def test_line_numbers_in_the_margin_are_lines_of_their_own():
    content = b"".join(
        put(30, 700 - 14 * at, str(95 + at)) + put(72, 700 - 14 * at, LOREM[at % 3][at % 4 * 7 :])
        for at in range(12)
    )
    found = texts(content)
    assert [text for text in found if text.isdigit()] == [str(95 + at) for at in range(12)]
    assert LOREM[0] in found


def test_contents_with_numbers_are_not_taken_for_a_margin():
    content = b"".join(
        put(72, 700 - 14 * at, str(1 + at)) + put(95, 700 - 14 * at, "Kapittel") for at in range(12)
    )
    assert texts(content)[0] == "1 Kapittel"


def test_the_order_of_lines_is_that_of_drawing():
    content = put(72, 100, "f\u00f8rst tegnet") + put(72, 700, "s\u00e5 denne") + put(72, 400, "til sist")
    assert texts(content) == ["f\u00f8rst tegnet", "s\u00e5 denne", "til sist"]


def test_a_side_tab_has_its_angle_and_its_true_box():
    content = prose() + b"BT /F1 10 Tf 0 1 -1 0 580 300 Tm (Del to) Tj ET\n"
    tab = page(content).lines[-1]
    assert (tab.text, tab.angle) == ("Del to", 270)
    assert 570 < tab.x0 < tab.x1 < 584
    assert 842 - 335 < tab.y0 < tab.y1 < 842 - 298
    watermark = page(prose() + b"BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (UTKAST) Tj ET\n").lines[-1]
    assert (watermark.text, watermark.angle) == ("UTKAST", 315)


# ------------------------------------------------------------------ spaces


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 9 Tf 4.5 Tc 72 700 Td (RAPPORT) Tj ET",
        b"BT /F1 9 Tf 72 700 Td (R A P P O R T) Tj ET",
        b"BT /F1 9 Tf 72 700 Td [(R) -400 (A) -400 (P) -400 (P) -400 (O) -400 (R) -400 (T)] TJ ET",
        b"".join(put(72 + 14 * at, 700, letter, size=9) for at, letter in enumerate("RAPPORT")),
    ],
    ids=["character spacing", "typed spaces", "one operation", "seven operations"],
)
def test_letters_set_apart_are_closed(content):
    assert texts(content) == ["RAPPORT"]


def test_words_of_letters_set_apart_keep_their_spaces():
    assert texts(b"BT /F1 8 Tf 4.5 Tc 72 700 Td (MENNESKE OG MASKIN 20 RAPPORT) Tj ET") == [
        "MENNESKE OG MASKIN 20 RAPPORT"
    ]


def test_kerned_pairs_of_letters_set_apart_are_no_words():
    content = b"BT /F1 9 Tf 4.5 Tc 72 700 Td [(TEKNIK I KAL) 0 (L) 500 (T KLIMA) 500 (T)] TJ ET"
    assert texts(content) == ["TEKNIK I KALLT KLIMAT"]


@pytest.mark.parametrize(
    "text", ["a b c d e f g", "1 2 3 4 5 6 7", "x x x x x x", "I \u00e5 i \u00e5 \u00e6 a \u00f8"]
)
def test_single_letters_that_are_words_stay_apart(text):
    assert texts(put(72, 700, text)) == [text]


def test_spaces_come_from_gaps_where_the_file_has_none():
    content = b"BT /F1 11 Tf 72 700 Td [(Fylket) -300 (har) -220 (mange) -20 (bedrifter) 30 (.)] TJ ET"
    assert texts(content) == ["Fylket har mangebedrifter."]


def test_real_spaces_hold_however_narrow():
    assert texts(put(72, 700, "sterke milj\u00f8er i nord", before=b"-2.4 Tw ")) == [
        "sterke milj\u00f8er i nord"
    ]


def test_pieces_of_a_word_are_one_word():
    content = b"BT /F2 11 Tf 72 700 Td (innovasjons) Tj /F1 11 Tf (evne) Tj ET"
    assert texts(content) == ["innovasjonsevne"]


def test_tabs_and_no_break_spaces_are_spaces():
    assert texts(put(72, 700, "kr\u00a0100\u00a0000 til tiltak")) == ["kr 100 000 til tiltak"]


def test_a_leader_does_not_stick_to_the_page_number():
    content = put(72, 700, "Innleiing ") + put(118, 700, "." * 40) + put(241, 700, "5")
    assert texts(content) == ["Innleiing " + "." * 40 + " 5"]


@pytest.mark.parametrize(("scale", "size"), [(b"0.001", 11), (b"0.011", 1)])
def test_drawn_fonts_have_the_size_that_they_show(scale, size):
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [b"/" + letter.encode() for letter in letters]
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 0 0]/FontMatrix[%s 0 0 %s 0 0]/FirstChar 97/LastChar 122"
        b"/Widths[%s]/Encoding<</Type/Encoding/Differences[97 %s]>>/CharProcs<<%s>>/ToUnicode 901 0 R>>"
        % (scale, scale, b"600 " * 26, b" ".join(names), b" ".join(name + b" 900 0 R" for name in names))
    )
    objects = {
        900: stream(b"600 0 0 0 600 700 d1 0 0 600 700 re f"),
        901: map_to({ord(letter): letter for letter in letters}),
    }
    gap = 330 * 11 // size
    content = b"BT /F9 %d Tf 72 700 Td [(fylket) -%d (har) -%d (mange)] TJ ET" % (size, gap, gap)
    (line,) = page(content, fonts={"F9": font}, objects=objects).lines
    assert line.text == "fylket har mange"
    assert 9.5 < line.size < 12


# ------------------------------------------------------------------ characters


def mapped(codes, text):
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 900 0 R>>"
    return page(text, fonts={"F9": font}, objects={900: map_to(codes)})


def test_ligatures_are_opened_and_accents_composed():
    codes = {0x41: "\ufb01", 0x42: "a\u030a", 0x43: "e", 0x44: "\ufb04"}
    assert mapped(codes, put(72, 700, "ACB", font="F9")).lines[0].text == "fie\u00e5"
    assert mapped(codes, put(72, 700, "DC", font="F9")).lines[0].text == "ffle"


def test_hyphens_at_line_ends_are_what_the_font_says():
    content = put(72, 700, "konkurranseA", font="F9") + put(72, 685, "fortrinn for fylket", font="F9")
    codes = {code: chr(code) for code in range(0x61, 0x7B)} | {0x20: " "}
    hard = mapped(codes | {0x41: "-"}, content).lines[0].text
    soft = mapped(codes | {0x41: "\u00ad"}, content).lines[0].text
    other = mapped(codes | {0x41: "\u2010"}, content).lines[0].text
    assert (hard, soft, other) == ("konkurranse-", "konkurranse\u00ad", "konkurranse\u2010")


def test_bullets_of_the_private_range_become_plain():
    content = put(72, 700, "A", font="F9") + put(90, 700, "bygge ut nettet") + prose(72, 600)
    assert mapped({0x41: "\uf0b7"}, content).lines[0].text == "\u2022 bygge ut nettet"


def test_clean_gives_nfc_and_keeps_hyphens():
    assert clean("o\u0308l \ufb03 e\u200bn \u00ad \u2010 \u2011") == "\u00f6l ffi en \u00ad \u2010 \u2011"
    assert clean("\u00a8a \u02daA") == "\u00e4 \u00c5"
    assert unicodedata.is_normalized("NFC", clean("e\u0301\u0327"))


def test_letters_typed_apart_are_closed_beside_words_drawn_letter_by_letter():
    style = Style("Serif", 10.0)
    letters = [(char, NO_SPACE if at else REAL_SPACE, 0.0) for at, char in enumerate("hereby")]
    letters += [(char, REAL_SPACE, 2.5) for char in "resolves"]
    words, x = [], 70.0
    for char, space, gap in letters:
        words.append(Word(char, x + gap, x + gap + 5, 100.0, style, 0, space, 1))
        x += gap + 5
    assert [word.text for word in close_letters(words)] == ["hereby", "resolves"]


# ------------------------------------------------------------------ shapes


def test_rules_and_boxes_are_shapes_and_curves_are_pictures():
    content = prose() + b"0 0.5 1 rg 100 200 300 80 re f 0.5 w 72 400 m 500 400 l S "
    content += b"10 w 300 500 m 330 590 420 590 450 500 c S 72 300 m 120 330 l 200 305 l S "
    found = page(content)
    box = next(shape for shape in found.shapes if shape.fill == 0x0080FF)
    assert [round(edge) for edge in (box.x0, box.y0, box.x1, box.y1)] == [100, 562, 400, 642]
    rule = next(shape for shape in found.shapes if shape.fill is None)
    assert abs(rule.y0 - 442) < 1
    assert rule.x1 - rule.x0 > 427
    assert len(found.shapes) == 2
    assert len(found.pictures) == 2
    assert [round(panel.x1 - panel.x0, -1) for panel in found.panels] == [180, 150]


def test_a_table_drawn_as_one_path_is_its_rules():
    content = (
        prose() + b"0.5 w 72 300 m 400 300 l 72 280 m 400 280 l 72 260 m 400 260 l 200 300 m 200 260 l S"
    )
    assert len(page(content).shapes) == 4


def test_a_shape_is_cut_to_its_clip():
    (shape,) = page(prose() + b"q 100 100 50 20 re W n 0.9 g 0 0 595 842 re f Q").shapes
    assert [round(edge) for edge in (shape.x0, shape.y0, shape.x1, shape.y1)] == [100, 722, 150, 742]


def test_a_space_after_a_ligature_needs_a_gap():
    style = Style("", 10)

    def gap(before, points):
        return has_space(
            Word(before, 0, 20, 0, style), Word("ciency", 20 + points, 50, 0, style, 0, REAL_SPACE)
        )

    assert not gap("effi", -0.1)
    assert gap("off", 2.5)
    assert gap("of", -0.1)
