"""Footnotes and what only looks like them."""

from sheets import block_of, line, page, paragraph, read, told


def small(items, top):
    return [line(text, top + 24 * i, size=8, width=260) for i, text in enumerate(items)]


def test_small_items_at_the_top_of_a_page_are_items_and_no_notes():
    items = ["4. Spredning: løsningen tas i bruk i hele fylket", "5. Drift: løsningen er en del av hverdagen"]
    layout = read(page(1, paragraph(60, 40)), page(2, small(items, 80)))
    assert [block_of(layout, text[3:]).type for text in items] == ["list_item"] * 2


def test_small_numbered_lines_at_the_foot_are_notes_also_without_a_rule():
    items = ["4 Fylkesplan for næring, 2022, side 14 til 16", "5 Statistisk sentralbyrå, tabell for fylket"]
    layout = read(page(1, [*paragraph(60, 40), *small(items, 700)]))
    assert told(layout, "footnote") == [text[2:] for text in items]
