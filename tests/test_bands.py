"""Titles in coloured bands, and tables with a rule under every row whose cells are several lines high."""

from easel import LEFT, PROSE, RIGHT, Easel, finish, list_rows, start, write
from sheets import check

from ingest.outline import build_layout
from ingest.pdf import read_pdf

ROWS = [
    ("Automasjon|Roboter", "Mobile roboter ·|Lager og gartneri ·|Sveising, maskinsyn ·|Små serier", "Nettverket ved|Byens fagskole"),
    ("Framtidas|Mat", "Proteiner ·|Gjæring og belgvekster ·|Havre til folk ·|Veksthus", "Matklyngen,|Rådene i|Fylket, matskolen"),
    ("Sirkulære|Materialer", "Ombruk av tegl ·|Isolasjon av halm ·|Sortering av plast ·|Bygg", "Teglverkene,|Avfall AS"),
]  # fmt: skip


def test_a_title_in_a_band_heads_what_follows_outside(tmp_path):
    easel = Easel()
    y = 60
    for title in ("Fylket akkurat nå", "Fire posisjoner vi bygger videre på"):
        easel.fill(LEFT, y, RIGHT - LEFT, 60, 0x7A2E4E)
        easel.text(LEFT + 14, y + 36, title, size=18, bold=True, color=0xFFFFFF)
        y = easel.prose(LEFT, y + 90, RIGHT - LEFT, PROSE * 3) + 30
    _, layout = list_rows(tmp_path, easel)
    assert [one.title for one in layout.sections] == [
        "Fylket akkurat nå",
        "Fire posisjoner vi bygger videre på",
    ]
    assert not any(block.boxed for block in layout.blocks)


def test_titles_in_bands_with_a_line_below_part_the_columns_and_head_them(tmp_path):
    easel, places = Easel(), []
    y = 60
    for title, words in (("Rent vann", "vannet"), ("Hjemmehelse", "helsen")):
        easel.fill(LEFT, y, RIGHT - LEFT, 52, 0x204050)
        easel.text(LEFT + 14, y + 26, title, size=16, bold=True, color=0xFFFFFF)
        easel.text(LEFT + 14, y + 42, "Ansvarlig: Klyngen", size=9, color=0xFFFFFF)
        text = PROSE.replace("fylket", words)
        lower = [
            easel.prose(x, y + 80, 210, f"{side} {text}")
            for x, side in ((LEFT, "Først"), (LEFT + 260, "Siden"))
        ]
        places += [title, f"Først {text}", f"Siden {text}"]
        y = max(lower) + 20
    _, layout = list_rows(tmp_path, easel)
    assert [(one.title, one.level) for one in layout.sections] == [("Rent vann", 1), ("Hjemmehelse", 1)]
    assert [layout.text.index(one) for one in places] == sorted(layout.text.index(one) for one in places)


def test_badges_that_come_again_head_nothing(tmp_path):
    easel, y = start()
    for _ in range(3):
        easel.fill(LEFT, y, 140, 50, 0x227744)
        easel.text(LEFT + 14, y + 30, "Sammen ut!", size=16, color=0xFFFFFF)
        y = easel.prose(LEFT, y + 75, RIGHT - LEFT, PROSE * 2) + 10
    _, layout = list_rows(tmp_path, finish(easel, y))
    assert [one.title for one in layout.sections] == ["2 Utgangspunkt", "3 Veien videre"]


def test_a_figure_in_a_box_and_a_saying_in_a_box_head_nothing(tmp_path):
    easel, y = start()
    for words in ("412 000", "Vi selger pumper til hele verden, og vi kommer aldri til å slutte med det."):
        easel.fill(LEFT, y, RIGHT - LEFT, 60, 0x7A2E4E)
        easel.text(LEFT + 14, y + 36, words, size=15, color=0xFFFFFF)
        y = easel.prose(LEFT, y + 90, RIGHT - LEFT, PROSE * 2) + 20
    _, layout = list_rows(tmp_path, finish(easel, y))
    assert [one.title for one in layout.sections] == ["2 Utgangspunkt", "3 Veien videre"]


def test_a_row_between_two_rules_is_one_however_high_its_cells_are(tmp_path):
    easel, y = start()
    easel.fill(LEFT, y, RIGHT - LEFT, 20, 0x7A2E4E)
    for column, head in enumerate(("Posisjon", "Nisjer", "Hvem")):
        easel.text(LEFT + 6 + 160 * column, y + 14, head, bold=True, color=0xFFFFFF)
    y += 20
    for row in ROWS:
        for column, cell in enumerate(row):
            for number, words in enumerate(cell.split("|")):
                easel.text(LEFT + 6 + 160 * column, y + 16 + 13 * number, words)
        y += 22 + 13 * max(cell.count("|") + 1 for cell in row)
        easel.rule(LEFT, y, RIGHT, y)
    layout = build_layout(read_pdf(write(tmp_path / "rows.pdf", finish(easel, y))))
    check(layout)
    (table,) = [block for block in layout.blocks if block.type == "table"]
    assert [row[0] for row in table.rows[1:]] == [row[0].replace("|", " ") for row in ROWS]
    assert table.rows[0] == ("Posisjon", "Nisjer", "Hvem")
