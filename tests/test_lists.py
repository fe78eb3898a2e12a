"""Numbers and letters that are markers of items, and those that are not."""

from sheets import block_of, line, page, paragraph, read, told


def test_numbers_of_several_parts_are_markers_of_items():
    rows = paragraph(60)
    items = [
        "2.1. opprette en gruppe for samordning;",
        "2.2. godkjenne en plan for arbeidet;",
        "2.2.1. melde fra;",
    ]
    items += ["2.2.2. måle framgang;"]
    layout = read(page(1, [*rows, *(line(text, 120 + 20 * i, 100) for i, text in enumerate(items))]))
    found = [block for block in layout.blocks if block.type == "list_item"]
    assert [block.marker for block in found] == ["2.1.", "2.2.", "2.2.1.", "2.2.2."]
    assert layout.text[found[0].start : found[0].end] == "opprette en gruppe for samordning;"


def test_a_number_of_several_parts_alone_is_no_item():
    layout = read(page(1, [*paragraph(60), line("2.5 millioner ble brukt på planen i fjor.", 130)]))
    assert block_of(layout, "2.5 millioner").type == "paragraph"


def test_items_numbered_in_parts_do_not_go_on_with_the_page_before():
    ends = [
        line(
            "Oppgaven gjennomføres ved å støtte følgende prioriteringer i hele landet og i alle regioner:",
            700 + 14 * i,
            width=450,
        )
        for i in range(2)
    ]
    items = [
        line("20.6.1. teknologi for egen utvikling;", 60, 100),
        line("20.6.2. teknologi for nye løsninger.", 80, 100),
    ]
    layout = read(page(1, [*paragraph(60, 40, last=450), *ends]), page(2, [*items, *paragraph(110)]))
    assert told(layout, "list_item")[:2] == ["teknologi for egen utvikling;", "teknologi for nye løsninger."]


def test_a_page_number_that_closes_a_bracket_is_no_item():
    rows = [line("Det framheves av flere at dette gjelder i alle klynger. Schmitz (2004, s.", 60, width=430)]
    layout = read(
        page(
            1,
            [
                *rows,
                line(
                    "29) kaller det et paradoks i debatten om hvordan klynger vokser i regionen",
                    74,
                    width=450,
                ),
                line("og videre.", 88),
            ],
        )
    )
    assert len(told(layout)) == 1


def test_text_right_of_section_numbers_is_no_list():
    set_in = [row for at in range(3) for row in paragraph(100 + 60 * at, 3, 95)]
    hanging = line("3.3 Veien videre", 60, 70, bold=True)
    assert told(read(page(1, [hanging, *set_in])), "list_item") == []
    assert len(told(read(page(1, [*paragraph(10, 3), hanging, *set_in])), "list_item")) == 3


def test_numbered_lines_over_paragraphs_below_a_chapter_are_headings_in_any_type():
    rows = [line("2 Havbruk", 60, size=16)]
    for at, title in enumerate(["2.1 Dette har vi", "2.2 Dette mangler"]):
        rows += [line(title, 90 + 90 * at), *paragraph(110 + 90 * at)]
    assert told(read(page(1, rows)), "heading") == ["2 Havbruk", "2.1 Dette har vi", "2.2 Dette mangler"]
