"""Lists under or beside their labels with nothing drawn around them."""

from easel import DA, LEFT, NN, PLAIN, PROSE, SV, expect, finish, list_rows, quadrants, start


def test_lists_side_by_side_with_nothing_drawn(tmp_path):
    easel, top = start()
    for _, label, items, x, y in quadrants(DA, top, high=100):
        easel.text(x, y + 14, label.upper())
        easel.items(x, y + 28, 220, items)
    assert list_rows(tmp_path, finish(easel, top + 210))[0] == expect(DA, upper=True)


def test_bullets_that_stand_far_from_their_words_are_read_once(tmp_path):
    easel, top = start()
    for number, (label, items) in enumerate(PLAIN.items()):
        easel.text(LEFT + 160 * number, top + 14, label, size=12, bold=True)
        easel.items(LEFT + 160 * number, top + 30, 150, items, indent=30)
    rows, layout = list_rows(tmp_path, finish(easel, top + 160))
    assert rows == expect(PLAIN)
    assert all(layout.text.count(item) == 1 for items in PLAIN.values() for item in items)


def test_three_lists_side_by_side_whose_labels_are_no_known_ones(tmp_path):
    easel, top = start()
    for number, (label, items) in enumerate(PLAIN.items()):
        easel.text(LEFT + 160 * number, top + 14, label, size=12, bold=True)
        easel.items(LEFT + 160 * number, top + 30, 140, items)
    assert list_rows(tmp_path, finish(easel, top + 130))[0] == expect(PLAIN)


def test_headings_over_two_columns_of_text_are_no_labels(tmp_path):
    easel, top = start()
    for number, title in enumerate(("Næring og arbeid", "Klima og natur")):
        x = LEFT + 250 * number
        easel.text(x, top + 14, title, size=12, bold=True)
        y = easel.prose(x, top + 32, 220, PROSE if number else PROSE[60:].capitalize())
        easel.items(x, y, 220, PLAIN["Transport" if number else "Kultur"])
    rows, layout = list_rows(tmp_path, finish(easel, top + 290))
    assert not any(b.boxed for b in layout.blocks)
    assert [label for label, _ in rows] == ["Næring og arbeid"] * 2 + ["Klima og natur"] * 2


def test_known_labels_in_a_column_stand_in_the_middle_of_their_lists(tmp_path):
    easel, top = start()
    for label, items in SV.items():
        low = easel.items(LEFT + 110, top + 14, 360, items)
        easel.text(LEFT + 10, (top + low) / 2, label, bold=True)
        top = low + 8
    assert list_rows(tmp_path, finish(easel, top))[0] == expect(SV)


def test_known_labels_in_a_column_stand_level_with_their_first_items(tmp_path):
    easel, top = start()
    for label, items in NN.items():
        easel.text(LEFT, top + 14, label)
        top = easel.items(LEFT + 110, top + 14, 360, items)
    assert list_rows(tmp_path, finish(easel, top))[0] == expect(NN)


def test_words_of_a_label_in_running_text_make_no_board(tmp_path):
    easel, top = start()
    for label in DA:
        top = easel.prose(LEFT, easel.heading(top + 20, label), 460, PROSE)
        top = easel.items(LEFT + 20, top, 440, DA[label])
    rows, layout = list_rows(tmp_path, finish(easel, top))
    assert rows == expect(DA) and not any(block.boxed for block in layout.blocks)
