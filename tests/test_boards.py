"""SWOT analyses and other boards: each item is one, under the label of its own field, field by field."""

import textwrap

import pytest
from easel import (
    DA,
    EN,
    LEFT,
    NB,
    NN,
    PLAIN,
    PROSE,
    QUOTE,
    SV,
    Easel,
    expect,
    finish,
    list_rows,
    quadrants,
    start,
)

from ingest.lattice import MOST_CELLS, _cut, _edges
from ingest.rules import Area
from models.document import pages_of, section_path


def test_ruled_quadrants_with_their_labels_as_first_lines(tmp_path):
    easel, top = start()
    for _, label, items, x, y in quadrants(NB, top):
        easel.frame(x, y, 242, 140)
        easel.text(x + 6, y + 16, label, bold=True)
        easel.items(x + 6, y + 32, 230, items)
    rows, layout = list_rows(tmp_path, finish(easel, top + 280))
    assert rows == expect(NB)
    assert [s.title for s in layout.sections] == ["2 Utgangspunkt", *NB, "3 Veien videre"]
    assert all(section_path(layout.sections, at)[0] == "2 Utgangspunkt" for at in range(1, 5))


def test_coloured_boxes_apart_with_white_words(tmp_path):
    easel, top = start()
    for number, label, items, x, y in quadrants(SV, top):
        easel.fill(x, y, 234, 132, (0x22AA77, 0xCC4433, 0x2277AA, 0x555555)[number])
        easel.text(x + 8, y + 20, label, size=14, color=0xFFFFFF)
        easel.items(x + 8, y + 38, 220, items, color=0xFFFFFF)
    assert list_rows(tmp_path, finish(easel, top + 280))[0] == expect(SV)


def test_title_bars_in_spaced_capitals_over_pale_boxes(tmp_path):
    easel, top = start()
    for _, label, items, x, y in quadrants(DA, top):
        easel.fill(x, y, 232, 20, 0x002244)
        easel.fill(x, y + 20, 232, 110, 0xE8EEF5)
        easel.text(x + 6, y + 14, label.upper(), color=0xFFFFFF, spaced=4)
        easel.items(x + 6, y + 36, 220, items, bullet="–")
    assert list_rows(tmp_path, finish(easel, top + 280))[0] == expect(DA, upper=True)


def test_four_columns_under_a_row_of_heads(tmp_path):
    easel, top = start()
    easel.fill(LEFT, top, 476, 20, 0xDDDDDD)
    for y in (top, top + 20, top + 170):
        easel.rule(LEFT, y, LEFT + 476, y)
    for number, (label, items) in enumerate(EN.items()):
        x = LEFT + 119 * number
        easel.rule(x, top, x, top + 170)
        easel.text(x + 4, top + 14, label, size=9, bold=True)
        easel.items(x + 4, top + 34, 112, items, size=9)
    easel.rule(LEFT + 476, top, LEFT + 476, top + 170)
    assert list_rows(tmp_path, finish(easel, top + 180))[0] == expect(EN)


def test_labels_in_the_middle_of_rows_one_of_them_cut_by_a_page(tmp_path):
    """The third row goes on overleaf, where the cell of its label is empty."""
    first, _ = start()
    second = Easel()
    labels = list(NN)
    tops = {labels[0]: 560.0, labels[1]: 640.0, labels[2]: 720.0}
    for label, y in tops.items():
        own = NN[label] if label != labels[2] else NN[label][:1]
        for x, wide in ((LEFT, 100), (LEFT + 100, 376)):
            first.frame(x, y, wide, 80)
        first.text(LEFT + 12, y + 44, label, bold=True)
        first.items(LEFT + 106, y + 20, 360, own)
    for y, label, own in ((60, "", NN[labels[2]][1:]), (140, labels[3], NN[labels[3]])):
        for x, wide in ((LEFT, 100), (LEFT + 100, 376)):
            second.frame(x, y, wide, 80)
        if label:
            second.text(LEFT + 12, y + 44, label, bold=True)
        second.items(LEFT + 106, y + 20, 360, own)
    rows, layout = list_rows(tmp_path, first, finish(second, 240))
    assert rows == expect(NN)
    pages = [[page.index for page in pages_of(layout.pages, b.start, b.end)] for b in layout.blocks]
    items = [page for b, page in zip(layout.blocks, pages, strict=True) if b.type == "list_item"]
    assert items == [[1]] * 5 + [[2]] * 3


def test_labels_turned_by_a_quarter_in_a_strip_at_the_left(tmp_path):
    easel, top = start()
    for number, (label, items) in enumerate(NB.items()):
        y = top + 80 * number
        easel.fill(LEFT, y, 24, 76, 0x336699)
        easel.fill(LEFT + 24, y, 450, 76, 0xEEEEFF)
        easel.text(LEFT + 16, y + 70, label, color=0xFFFFFF, turned=True)
        easel.items(LEFT + 32, y + 18, 436, items)
    assert list_rows(tmp_path, finish(easel, top + 330))[0] == expect(NB)


def test_heads_in_rows_of_their_own_between_the_lists_of_a_table(tmp_path):
    easel, top = start()
    for _, label, items, x, y in quadrants(SV, top, high=120):
        easel.fill(x, y, 242, 20, 0xCCDDEE)
        easel.frame(x, y, 242, 20)
        easel.frame(x, y + 20, 242, 100)
        easel.text(x + 6, y + 14, label, bold=True)
        easel.items(x + 6, y + 36, 230, items, bullet="-")
    assert list_rows(tmp_path, finish(easel, top + 240))[0] == expect(SV)


def test_a_cross_with_a_disc_over_its_middle_beside_a_pull_quote(tmp_path):
    easel, top = start()
    easel.prose(LEFT, top + 20, 140, QUOTE, size=15, color=0xAA3355)
    easel.fill(220, top, 320, 330, 0x334466)
    easel.fill(379, top, 2, 330, 0xFFFFFF)
    easel.fill(220, top + 164, 320, 2, 0xFFFFFF)
    easel.fill(345, top + 150, 70, 30, 0xAA1177)
    easel.text(358, top + 171, "SWOT", size=16, color=0xFFFFFF)
    for number, (label, items) in enumerate(EN.items()):
        x, y = 228 + 160 * (number % 2), top + 185 * (number // 2)
        easel.text(x, y + 20, label.upper(), size=12, color=0xFFFFFF)
        easel.items(x, y + 36, 146, items, size=8, color=0xFFFFFF)
    rows, layout = list_rows(tmp_path, finish(easel, top + 400))
    assert rows == expect(EN, upper=True)
    assert QUOTE in [layout.text[b.start : b.end] for b in layout.blocks]


def test_quadrants_that_a_page_cuts_go_on_under_their_own_labels(tmp_path):
    """Both upper fields go on overleaf: their items there stand under the labels of the page before."""
    first, _ = start()
    second = Easel()
    for number, label, items, x, _ in quadrants(NB):
        page, y = (first, 700) if number < 2 else (second, 130)
        page.frame(x, y, 242, 100)
        page.text(x + 6, y + 16, label, bold=True)
        page.items(x + 6, y + 32, 230, items[:1] if number < 2 else items)
        if number < 2:
            second.frame(x, 60, 242, 70)
            second.items(x + 6, 76, 230, items[1:])
    rows, layout = list_rows(tmp_path, first, finish(second, 240))
    assert rows == expect(NB)
    assert [s.title for s in layout.sections] == ["2 Utgangspunkt", *NB, "3 Veien videre"]


def test_items_without_bullets_are_told_by_the_gaps_between_them(tmp_path):
    easel, top = start()
    for _, label, items, x, y in quadrants(SV, top):
        easel.frame(x, y, 236, 132)
        easel.text(x + 6, y + 18, label, bold=True, color=0x336699)
        easel.items(x + 6, y + 36, 224, items, bullet="", gap=4)
    assert list_rows(tmp_path, finish(easel, top + 280))[0] == expect(SV)


def test_items_that_are_rows_of_a_table_stand_under_the_heads_of_their_columns(tmp_path):
    easel, top = start()
    high = 62
    for row in range(3):
        for number, (label, items) in enumerate(DA.items()):
            x, y = LEFT + 119 * number, top + (20 + high * (row - 1) if row else 0)
            easel.frame(x, y, 119, high if row else 20)
            if not row:
                easel.text(x + 4, y + 14, label, size=9, bold=True)
            else:
                easel.items(x + 4, y + 13, 112, items[row - 1 : row], size=9, bullet="")
    assert list_rows(tmp_path, finish(easel, top + 160))[0] == expect(DA)


def test_two_pairs_of_label_and_list_side_by_side(tmp_path):
    easel, top = start()
    easel.grid((LEFT, LEFT + 70, LEFT + 238, LEFT + 308, LEFT + 476), (top, top + 130, top + 260))
    for _, label, items, x, y in quadrants(NB, top, high=130):
        x = LEFT + 238 * (x > LEFT)
        easel.fill(x, y, 70, 130, 0xDDEEFF)
        easel.text(x + 8, y + 68, label)
        easel.items(x + 74, y + 18, 160, items)
    assert list_rows(tmp_path, finish(easel, top + 270))[0] == expect(NB)


def test_the_line_in_brackets_under_a_label_belongs_to_it(tmp_path):
    easel, top = start()
    for number, label, items, x, y in quadrants(SV, top):
        easel.frame(x, y, 236, 132)
        easel.text(x + 6, y + 16, label, bold=True)
        easel.text(x + 6, y + 30, "(i länet)" if number < 2 else "(utanför länet)")
        easel.items(x + 6, y + 46, 224, items)
    rows = list_rows(tmp_path, finish(easel, top + 280))[0]
    inside = ["Styrkor (i länet)", "Svagheter (i länet)"]
    outside = ["Möjligheter (utanför länet)", "Hot (utanför länet)"]
    assert rows == expect(dict(zip([*inside, *outside], SV.values(), strict=True)))


def test_names_of_axes_are_no_labels(tmp_path):
    easel, top = start()
    easel.text(LEFT + 120, top + 14, "Positive", bold=True)
    easel.text(LEFT + 360, top + 14, "Negative", bold=True)
    for x, wide in ((LEFT, 26), (LEFT + 26, 226), (LEFT + 252, 226)):
        for y, high in ((top, 20), (top + 20, 130), (top + 150, 130)):
            easel.frame(x, y, wide, high)
    for row, name in enumerate(("Interne forhold", "Eksterne forhold")):
        easel.text(LEFT + 17, top + 120 + 130 * row, name, turned=True)
    for number, (label, items) in enumerate(NB.items()):
        x, y = LEFT + 32 + 226 * (number % 2), top + 20 + 130 * (number // 2)
        easel.text(x, y + 16, label, bold=True)
        easel.items(x, y + 32, 214, items)
    rows, layout = list_rows(tmp_path, finish(easel, top + 290))
    assert rows == expect(NB)
    assert [s.title for s in layout.sections] == ["2 Utgangspunkt", *NB, "3 Veien videre"]


def test_the_title_over_a_board_heads_its_labels(tmp_path):
    easel, top = start()
    easel.fill(LEFT, top, 476, 20, 0xB8CCE4)
    easel.frame(LEFT, top, 476, 20)
    easel.text(LEFT + 180, top + 14, "Havbruk og sjømat", bold=True)
    for number, (label, items) in enumerate(NN.items()):
        y = top + 20 + 64 * number
        easel.frame(LEFT, y, 100, 64)
        easel.frame(LEFT + 100, y, 376, 64)
        easel.text(LEFT + 10, y + 36, label)
        easel.items(LEFT + 106, y + 16, 360, items)
    rows, layout = list_rows(tmp_path, finish(easel, top + 290))
    assert rows == expect(NN)
    item = next(b for b in layout.blocks if b.type == "list_item")
    assert section_path(layout.sections, item.section) == (
        "2 Utgangspunkt", "Havbruk og sjømat", "Sterke sider",
    )  # fmt: skip


@pytest.mark.parametrize("bullets", [True, False])
def test_a_table_of_two_headed_columns_stays_a_table(tmp_path, bullets):
    easel, top = start()
    rows = [("Innsatsområde", ["Tiltak"]), *PLAIN.items()]
    for number, (label, items) in enumerate(rows):
        y = top + 48 * number
        easel.grid((LEFT, LEFT + 120, LEFT + 476), (y, y + 48))
        easel.text(LEFT + 6, y + 16, label, bold=not number)
        if not number:
            easel.text(LEFT + 126, y + 16, "Tiltak", bold=True)
        else:
            easel.items(LEFT + 126, y + 16, 340, items, bullet="•" if bullets else "")
    found, layout = list_rows(tmp_path, finish(easel, top + 210))
    table = next(b for b in layout.blocks if b.type == "table")
    assert found == [] and [row[0] for row in table.rows] == ["Innsatsområde", *PLAIN]


def test_a_table_of_figures_stays_a_table(tmp_path):
    easel, top = start()
    cells = [("", "Sterke", "Svake"), ("Nord", "12", "4"), ("Sør", "8", "15"), ("Øst", "3", "7")]
    grid_figures(easel, top, cells)
    _, layout = list_rows(tmp_path, finish(easel, top + 100))
    table = next(b for b in layout.blocks if b.type == "table")
    assert table.rows == tuple(cells)


def grid_figures(easel, top, cells):
    easel.grid(
        [LEFT + 119 * column for column in range(len(cells[0]) + 1)],
        [top + 20 * row for row in range(len(cells) + 1)],
    )
    for number, row in enumerate(cells):
        for column, words in enumerate(row):
            easel.text(LEFT + 6 + 119 * column, top + 14 + 20 * number, words, bold=not number)
    return top + 20 * len(cells)


def test_prose_between_two_tables_of_one_width_is_no_row(tmp_path):
    easel, top = start()
    first = (
        ("Organ", "Møter", "Leder", "Start"),
        ("Råd", "4", "Fylket", "Høst"),
        ("Panel", "2", "NHO", "Vår"),
    )
    second = (("Innsats", "2022", "2023", "2024"), ("Tre", "9", "22", "24"), ("Metall", "10", "11", "12"))
    y = grid_figures(easel, top, first)
    y = easel.prose(LEFT, y + 14, 476, PROSE)
    y = grid_figures(easel, y - 16, second)
    _, layout = list_rows(tmp_path, finish(easel, y))
    assert [one.rows for one in layout.blocks if one.type == "table"] == [first, second]
    assert PROSE in [layout.text[one.start : one.end] for one in layout.blocks if one.type == "paragraph"]


def test_a_page_of_crossing_strips_is_given_up_before_all_its_cells_are_made():
    strips = [Area(20.0 * at, 0.0, 20.0 * at + 20.0, 2400.0) for at in range(120)]
    strips += [Area(0.0, 20.0 * at, 2400.0, 20.0 * at + 20.0) for at in range(120)]
    cells = _cut(Area(0.0, 0.0, 2400.0, 2400.0), [], _edges(strips), 0)
    assert MOST_CELLS < len(cells) < 4 * MOST_CELLS


def test_lines_set_to_whole_pixels_are_items_by_their_capitals(tmp_path):
    easel, top = start()
    lists = {label: [item.split(" og ")[0] for item in items] for label, items in NB.items()}
    easel.grid((LEFT, LEFT + 242, LEFT + 484), (top, top + 140, top + 280))
    for _, label, items, x, y in quadrants(lists, top):
        easel.text(x + 6, y + 16, label, bold=True)
        at = y + 34
        for number, item in enumerate(items):
            for words in textwrap.wrap(item, 40):
                easel.text(x + 6, at, words)
                at += (11.25, 12)[number % 2]
    rows, layout = list_rows(tmp_path, finish(easel, top + 280))
    assert rows == expect(lists)
    assert not any(block.type == "table" for block in layout.blocks)
