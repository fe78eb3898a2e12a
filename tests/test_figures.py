"""Labels of charts and diagrams against captions, headings and text."""

from sheets import line, page, paragraph, read, told

from ingest.raw import Line, Run, Shape

BARS = [Shape(100, 150 + 20 * i, 200 + 30 * i, 160 + 20 * i, 0x336699) for i in range(4)]


def turned(text, x0, y0, y1, size=7.0):
    run = Run(text, x0, x0 + size, size, "Serif")
    return Line(x0, y0, x0 + size, y1, (run,), 270)


def test_the_further_lines_of_a_caption_are_no_labels():
    caption = ["Figur 4. Andel ansatte i", "bedrifter med forskning", "i fylket, per næring"]
    labels = [line(str(2010 + i), 150 + 20 * i, 75, size=7, width=18) for i in range(4)]
    beside = [line(text, 150 + 9 * i, 295, size=8, width=80) for i, text in enumerate(caption)]
    layout = read(page(1, [*paragraph(60), *labels, *beside, *paragraph(270)], BARS))
    assert told(layout, "caption") == [" ".join(caption)]


def test_long_turned_names_under_an_axis_are_labels_of_one_figure():
    names = ["Danmark", "Sverige", "Norge", "Storbritannia og Nord-Irland"]
    below = [turned(name, 110 + 20 * i, 236, 244 + 5 * len(name)) for i, name in enumerate(names)]
    layout = read(page(1, [*paragraph(60), *below, *paragraph(420)], BARS))
    assert [text for _, text in told(layout)][1].split() == " ".join(names).split()


def test_words_in_the_shapes_of_a_diagram_are_a_block_each_and_no_heading():
    ovals = [Shape(80 + 150 * i, 150, 190 + 150 * i, 220) for i in range(3)]
    words = [("Svak vekst og", "høy gjeld"), ("Tillit til", "partiene faller"), ("Flere", "flytter")]
    rows = [
        line(text, 165 + 16 * row, 90 + 150 * at, width=90, bold=True)
        for at, pair in enumerate(words)
        for row, text in enumerate(pair)
    ]
    layout = read(page(1, [*paragraph(60), *rows, *paragraph(270)], panels=tuple(ovals)))
    assert told(layout)[1:-1] == [("paragraph", " ".join(pair)) for pair in words]


def test_two_shapes_behind_text_make_no_diagram():
    shapes = (Shape(60, 50, 300, 80), Shape(60, 300, 300, 330))
    rows = [line("Tiltak", 60, size=16), *paragraph(90), line("Veien videre", 310, size=16), *paragraph(340)]
    assert told(read(page(1, rows, panels=shapes)), "heading") == ["Tiltak", "Veien videre"]


def test_a_name_with_its_value_over_a_few_words_is_no_heading():
    rows = []
    for at, name in enumerate(("ARBEIDSLEDIGHET 7,6 %", "AREAL 13 444 km²", "FORSØRGERBYRDE 1,4")):
        rows += [line(name, 60 + 60 * at, size=16, bold=True), line("i hele landet 8,2", 80 + 60 * at, 90)]
    goal = [line("Utslippene ned med 55 %", 300, size=16, bold=True), *paragraph(330)]
    layout = read(page(1, [*rows, line("Om fylket", 250, size=16, bold=True), *paragraph(270, 2), *goal]))
    assert told(layout, "heading") == ["Om fylket", "Utslippene ned med 55 %"]
