"""At what level headings stand among numbered siblings, and in contents of two weights."""

from sheets import line, page, paragraph, read, told


def levels(layout):
    return [(section.title, section.level) for section in layout.sections]


def test_a_larger_heading_between_numbered_siblings_is_below_them():
    large, small = {"size": 20, "bold": True}, {"size": 13, "bold": True}
    layout = read(
        page(1, [
            line("3.1 Mat fra havet", 60, **small), *paragraph(90),
            line("Mulige områder", 160, **large), *paragraph(200),
            line("3.2 Kraft fra vind", 280, **small), *paragraph(310),
        ]),
        page(2, [
            line("Mulige områder", 60, **large), *paragraph(100),
            line("4 Veien videre", 200, **large), *paragraph(240),
            line("4.1 Penger", 320, **small), *paragraph(350),
        ]),
    )  # fmt: skip
    assert levels(layout) == [
        ("3.1 Mat fra havet", 2), ("Mulige områder", 3), ("3.2 Kraft fra vind", 2),
        ("Mulige områder", 3), ("4 Veien videre", 1), ("4.1 Penger", 2),
    ]  # fmt: skip


def test_a_series_inside_a_chapter_takes_no_chapter_s_place():
    look = {"bold": True, "color": 0x0089CF}
    rows = [line("1 Vår vei", 60, size=24, bold=True), line("1.1 Fire utfordringer", 100, **look)]
    rows += paragraph(120)
    for at, name in enumerate(("Helse og velferd", "Sikker mat", "Ren kraft")):
        rows += [line(f"{at + 1}. {name}", 190 + 90 * at, **look), *paragraph(204 + 90 * at)]
    rows += [line("1.2 Ruten", 480, **look), *paragraph(500)]
    second = [line("2 Arbeidet", 60, size=24, bold=True), line("2.1 Måling", 100, **look), *paragraph(120)]
    layout = read(page(1, rows), page(2, second))
    assert levels(layout) == [
        ("1 Vår vei", 1), ("1.1 Fire utfordringer", 2), ("1. Helse og velferd", 3), ("2. Sikker mat", 3),
        ("3. Ren kraft", 3), ("1.2 Ruten", 2), ("2 Arbeidet", 1), ("2.1 Måling", 2),
    ]  # fmt: skip


def test_plain_contents_entries_at_the_edge_of_bold_chapters_are_their_parts():
    entries = [("1 Vår vei", True, "2"), ("Nordlandet", False, "2"), ("Felles mål", False, "3")]
    entries += [("2 Arbeidet", True, "4"), ("Måling av framgang", False, "4"), ("2.1 Penger", False, "5")]
    rows = [line("Innhold", 60, size=18, bold=True)]
    for at, (text, bold, label) in enumerate(entries):
        x0 = 90 if "." in text else 70
        rows += [line(text, 100 + 18 * at, x0, bold=bold), line(label, 100 + 18 * at, 500, bold=bold)]
    pages = [page(1, [*rows, line("1", 800, 500)])]
    for number in range(2, 6):
        made = []
        own = [text for text, _, label in entries if label == str(number)]
        for at, text in enumerate(own):
            made += [line(text, 60 + 150 * at, size=14 - 2 * at, bold=True), *paragraph(90 + 150 * at, 6)]
        pages.append(page(number, [*made, line(str(number), 800, 500)]))
    layout = read(*pages)
    assert len(told(layout, "contents")) == 6
    assert dict(levels(layout)) == {
        "Innhold": 1, "1 Vår vei": 1, "Nordlandet": 2, "Felles mål": 2, "2 Arbeidet": 1,
        "Måling av framgang": 2, "2.1 Penger": 2,
    }  # fmt: skip
