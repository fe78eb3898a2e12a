"""Chapters built alike: areas without a word of priority."""

import numpy as np
import pytest
from test_classifier import make_document

from models.areas import AreaFinder
from models.finding import KINDS
from models.sayings import is_past
from models.statement import read_document_statements
from models.taxonomy import load_taxonomy

FINDER = AreaFinder(load_taxonomy())
FIELDS = {
    "nb": ["Mat fra fjord og fjell", "Grønn skipsfart", "Skog og tre", "Reiseliv hele året"],
    "sv": ["Skogens nya material", "Mat och livsmedel", "Förnybar energi", "Hälsa nära hemmet"],
    "en": ["Food from the coast", "Clean shipping", "Forest materials", "Health at home"],
}
PARTS = {"nb": ("Dit vil vi", "Dette gjør vi"), "sv": ("Dit vill vi", "Det här gör vi"), "en": ("Goals", "What we will do")}  # fmt: skip


def find(parts, language, acting=True):
    return judge(make_document(parts, language=language), acting)


def judge(document, acting=True):
    """Return the names of the areas in order of the alphabet; `acting` says that every sentence is a measure."""
    scores = np.zeros((len(document.sentences), len(KINDS)), dtype=np.float32)
    if acting:
        scores[[one.unit == "sentence" for one in document.sentences], KINDS.index("measure")] = 0.7
    rows = np.eye(len(document.sentences), 384, dtype=np.float32)
    areas, _ = FINDER.find(document, read_document_statements(document), scores, rows)
    return sorted(area.name for area in areas)


def chapters(titles, language, level="heading2"):
    """Chapters with the same two parts below them, or beside them."""
    for title in titles:
        yield ("heading", title)
        yield ("paragraph", "Her står noe om saken i fylket.")
        for part in PARTS[language]:
            yield (level, part)
            yield ("paragraph", "Vi bygger et felles verksted.")


@pytest.mark.parametrize("language", list(FIELDS))
@pytest.mark.parametrize("level", ["heading", "heading2"])
def test_chapters_with_the_same_parts_are_areas(language, level):
    parts = [("heading", "Forord"), ("paragraph", "Velkommen."), *chapters(FIELDS[language], language, level)]
    assert sorted(find(parts, language)) == sorted(FIELDS[language])


def test_chapters_that_ask_for_nothing_are_analyses():
    assert find([("heading", "Forord"), *chapters(FIELDS["nb"], "nb")], "nb", acting=False) == []


def test_chapters_that_are_no_fields_are_no_areas():
    titles = ["Hva mener folk", "Andre ting", "Store tall", "Gamle dager"]
    assert find(list(chapters(titles, "nb")), "nb") == []


def test_what_cuts_across_and_what_was_mapped_is_no_area():
    for above in ("Det som går på tvers", "Kartlagte næringer vi analyserte"):
        parts = [("heading", above), ("paragraph", "Om dette.")]
        for title in FIELDS["nb"]:
            parts += [("heading2", title), ("paragraph", "Vi bygger et felles verksted.")]
        assert find(parts, "nb") == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Hvor vi skal begynne, er tema for de fire kapitlene som følger."),
        ("sv", "De fyra avsnitt som följer beskriver vad länet vill vara känt för."),
        ("en", "The following four chapters tell where we begin."),
    ],
)
def test_chapters_that_a_sentence_counts_are_areas(language, said):
    parts = [("heading", "Retning"), ("paragraph", said)]
    for title in FIELDS[language]:
        parts += [("heading", title), ("paragraph", "Vi bygger et felles verksted.")]
    parts += [("heading", "Organisering"), ("paragraph", "Rådet styrer.")]
    assert sorted(find(parts, language)) == sorted(FIELDS[language])
    assert find([("heading", "Retning"), ("paragraph", "Noe annet."), *parts[2:]], language) == []


def test_labels_of_a_figure_name_areas_and_a_heading_gives_the_whole_name():
    parts = [
        ("heading", "Modellen"),
        ("paragraph", "ERHVERVSFYRTÅRN Vand i bevægelse vandteknik og klima"),
        ("paragraph", "Robotter og maskiner styrkeposition"),
        ("heading", "Vand i bevægelse"),
        ("paragraph", "Her bygger virksomhederne pumper."),
    ]
    assert sorted(find(parts, "da", acting=False)) == ["Robotter og maskiner", "Vand i bevægelse"]
    assert find([parts[0], parts[1]], "da", acting=False) == []


def lead(document, names):
    """The document with these words in bold where they open a paragraph."""
    blocks = [
        block.model_copy(
            update={
                "run_in": next(
                    (len(one) for one in names if document.text[block.start : block.end].startswith(one)), 0
                )
            }
        )
        if block.type == "paragraph"
        else block
        for block in document.blocks
    ]
    return document.model_copy(update={"blocks": tuple(blocks)})


def test_chapters_with_the_same_bold_words_before_their_paragraphs_are_areas():
    labels = ("Status.", "Utfordringer.", "Dette vil vi.")
    parts = [("heading", "Forord"), ("paragraph", "Velkommen.")]
    for title in FIELDS["nb"]:
        parts.append(("heading", title))
        parts += [("paragraph", f"{label} Vi bygger et felles verksted.") for label in labels]
    assert judge(lead(make_document(parts), labels)) == sorted(FIELDS["nb"])
    assert judge(make_document(parts)) == []


@pytest.mark.parametrize(
    ("said", "is_chosen"),
    [
        ("Vi har valgt ut fra tre hensyn.", True),
        ("Dette er skrevet om høsten.", False),
        ("Dette valgte vi ikke.", False),
    ],
)
def test_bold_names_in_a_section_that_speaks_of_choosing_are_areas(said, is_chosen):
    bold = [f"{name}." for name in (*FIELDS["nb"], "Da stolen fikk et pass")]
    parts = [("heading", "Det vil vi leve av"), ("paragraph", said)]
    parts += [("paragraph", f"{name} Vi bygger et felles verksted.") for name in bold]
    assert judge(lead(make_document(parts), bold)) == (sorted(FIELDS["nb"]) if is_chosen else [])


def test_bold_names_that_a_sentence_counts_are_areas_though_nothing_is_asked_for():
    bold = [f"{name}." for name in (*FIELDS["nb"], "Finkeramikk")]
    said = [
        "Vi har valgt ut fra tre hensyn.",
        f"Dette er {['fire', 'fem'][len(bold) - 4]} ting vi er gode til.",
    ]
    parts = [("heading", "Det er vi kjent for"), ("paragraph", said)]
    parts += [("paragraph", f"{name} Her finnes det et verksted.") for name in bold]
    assert judge(lead(make_document(parts), bold), acting=False) == sorted(one.rstrip(".") for one in bold)


def test_short_lines_over_slogans_are_the_names():
    parts = []
    for name, slogan in zip(FIELDS["sv"], ("Mer av allt", "Närmare dig", "På väg", "Där du är"), strict=True):
        parts += [("paragraph", name.upper()), ("heading", slogan), ("paragraph", "Vi bygger en verkstad.")]
        parts += [
            part for label in PARTS["sv"] for part in (("heading2", label), ("paragraph", "Vi gör mer."))
        ]
    assert sorted(find(parts, "sv")) == sorted(FIELDS["sv"])


def test_areas_of_a_period_that_is_over_are_not_those_of_today():
    assert is_past("RIS3 2014–2020 determined the following domains: food, glass, ICT.", 2021)
    assert is_past("Strategin för 2016-20 pekade ut skog och mat.", 2022)
    assert not is_past("RIS3 2014–2020 determined the following domains: food, glass, ICT.", 2019)
    assert not is_past("The strategy for 2021–2027 follows the one of 2014–2020.", 2021)
    assert not is_past("Three domains were chosen.", 2021) and not is_past("In 2014–2020 it was so.", None)
