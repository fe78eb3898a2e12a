"""The title of a document: weight that changes inside it, large letters of two lines, its second printing."""

from dataclasses import replace

import pytest
from sheets import document, line, lines_of, page, paragraph, read, run, told

from ingest.weights import settle_weights


def in_font(made, font):
    return replace(made, runs=tuple(replace(each, font=font) for each in made.runs))


def test_large_letters_begin_the_words_of_all_lines_beside_them():
    for large in ([lines_of(run("N O", 100, size=90), y=300)],
                  [lines_of(run("N", 100, size=90), run(" ", 145, size=90), run("O", 250, size=90), y=300)]):  # fmt: skip
        layout = read(
            page(
                1,
                [
                    *large,
                    line("ord stlandet", 305, 140, size=40),
                    line("yskapende ffensiv", 345, 140, size=40),
                ],
            ),
            page(2, paragraph(60)),
        )
        assert told(layout, "title") == ["Nord Ostlandet Nyskapende Offensiv"]


def test_a_title_whose_weight_changes_is_one_and_stands_on_the_title_page_again():
    words = [line("Strategi for smart vekst", 300, size=24, bold=True), line("Nordlandet", 326, size=24)]
    layout = read(
        page(1, words),
        page(2, [*words, line("September 2019", 400, size=14)]),
        page(3, [line("1 Innledning", 60, size=14, bold=True), *paragraph(90)]),
    )
    assert told(layout, "title") == ["Strategi for smart vekst Nordlandet"]
    assert told(layout, "heading") == ["1 Innledning"]
    assert told(layout)[1] == ("paragraph", "Strategi for smart vekst Nordlandet")


def test_headings_stay_on_a_page_of_text_that_prints_the_title_again():
    words = [line("Strategi for smart vekst", 60, size=24, bold=True)]
    rows = [*words, line("Bakgrunn", 120, size=14, bold=True), *paragraph(150, 8)]
    layout = read(page(1, [line("Strategi for smart vekst", 300, size=24, bold=True)]), page(2, rows))
    assert "Bakgrunn" in told(layout, "heading")


@pytest.mark.parametrize(
    ("text", "bold"), [("Fedra-Book", True), ("ABCDEF+Fedra-Light", True), ("Fedra-Regular", False)]
)
def test_a_medium_weight_is_bold_beside_a_lighter_text_only(text, bold):
    rows = [in_font(each, text) for each in paragraph(100)]
    raw = document(page(1, [in_font(line("Hva vi vil", 60), "Fedra-Medium"), *rows]))
    first, *others = settle_weights(raw).pages[0].lines
    assert first.runs[0].bold is bold
    assert not any(each.runs[0].bold for each in others)


def test_a_medium_weight_of_another_family_or_of_half_the_text_is_left():
    rows = [in_font(each, "Fedra-Book") for each in paragraph(100)]
    other = [in_font(each, "Scala-Medium") for each in paragraph(200)]
    much = [in_font(each, "Fedra-Medium") for each in paragraph(300)]
    raw = document(page(1, [*rows, *other, *much]))
    assert settle_weights(raw) == raw
