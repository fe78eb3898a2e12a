"""Where paragraphs end: looks, short last lines over columns, letters set apart."""

from sheets import line, page, paragraph, read, told


def test_a_slanted_line_that_ends_short_is_no_part_of_the_upright_paragraph_below():
    title = "Bedrifter med ny teknologi: både varer og tjenester i hele regionen vår"
    rows = [line(title, 60, width=330, italic=True), *paragraph(74)]
    rows += [line("Utgifter til forskning i bedriftene", 130, width=180, italic=True), *paragraph(144)]
    layout = read(page(1, rows))
    assert told(layout, "heading") == [title, "Utgifter til forskning i bedriftene"]


def test_slanted_words_that_fill_a_line_stay_in_their_paragraph():
    rows = [
        line("Planen bygger på Regional strategi for næring og kompetanse i alle", 60, width=450, italic=True)
    ]
    layout = read(page(1, [*rows, *paragraph(74)]))
    assert len(told(layout)) == 1


def test_the_last_line_over_two_columns_belongs_to_the_paragraph_above():
    names = [
        ("Statsminister", "Kari Nordmann"),
        ("Kunnskapsminister", "Ola Nordmann"),
        ("Ekspedisjonssjef", "Liv Dal"),
    ]
    rows = paragraph(60, count=4, last=120)
    for at, (left, right) in enumerate(names):
        rows += [line(left, 150 + 40 * at, 70, width=160), line(right, 150 + 40 * at, 380, width=150)]
    layout = read(page(1, rows))
    assert told(layout)[0][1].endswith("til slutt på siden.")
