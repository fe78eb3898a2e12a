"""What is drawn: rectangles with rounded corners frame words, ovals do not."""

from paper import LOREM, Paper, Sheet, one_page, prose, put
from sheets import line, page, paragraph, read, told

from ingest.pdf import read_pdf
from ingest.raw import Shape


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> bytes:
    """A filled rectangle whose corners are curves; with the largest radius an oval."""
    bend = radius * 0.45
    return (
        b"0.1 0.5 0.8 rg %g %g m %g %g l %g %g %g %g %g %g c %g %g l %g %g %g %g %g %g c "
        b"%g %g l %g %g %g %g %g %g c %g %g l %g %g %g %g %g %g c h f 0 g\n"
        % (
            x0 + radius, y0, x1 - radius, y0, x1 - bend, y0, x1, y0 + bend, x1, y0 + radius,
            x1, y1 - radius, x1, y1 - bend, x1 - bend, y1, x1 - radius, y1,
            x0 + radius, y1, x0 + bend, y1, x0, y1 - bend, x0, y1 - radius,
            x0, y0 + radius, x0, y0 + bend, x0 + bend, y0, x0 + radius, y0,
        )
    )  # fmt: skip


def shapes_of(content: bytes) -> list[tuple[int, ...]]:
    raw = read_pdf(one_page(content + prose()))
    return [tuple(round(edge) for edge in (s.x0, s.y0, s.x1, s.y1)) for s in raw.pages[0].shapes]


def test_a_rectangle_with_rounded_corners_is_a_shape_and_an_oval_is_none():
    assert shapes_of(rounded(100, 200, 400, 500, 12)) == [(100, 342, 400, 642)]
    assert shapes_of(rounded(100, 200, 400, 500, 150)) == []


def test_words_in_a_rounded_box_are_read_in_its_own_width():
    rows = [
        "The region has many firms and",
        "schools that build new things",
        "together with their owners and",
    ]
    inside = b"".join(
        put(200, 470 - 16 * at, text) for at, text in enumerate([*rows, *rows, "with the staff."])
    )
    head = put(200, 500, "Living test sites", font="F2")
    paper = Paper([Sheet(prose(lines=9) + rounded(72, 340, 520, 530, 10) + head + inside), Sheet(prose())])
    from ingest.outline import build_layout

    layout = build_layout(read_pdf(paper.bytes()))
    assert told(layout, "heading") == ["Living test sites"]
    boxed = [layout.text[b.start : b.end] for b in layout.blocks if b.boxed and b.type == "paragraph"]
    assert boxed == [" ".join([*rows, *rows, "with the staff."])]
    assert LOREM[0].split()[0] in layout.text


def test_a_box_with_only_a_number_is_no_frame():
    box = Shape(60, 90, 130, 150, 0x0089CF)
    rows = [line("2.", 110, 80, size=16), line("Vår strategi", 110, 150, size=16, bold=True), *paragraph(180)]
    layout = read(page(1, [*paragraph(20, 3), *rows], [box]))
    assert told(layout, "heading") == ["2. Vår strategi"]
    assert not any(block.boxed for block in layout.blocks)
