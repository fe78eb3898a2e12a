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
