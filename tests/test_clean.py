"""Lines become running text: hyphens that stay, hyphens that go, spaces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import HYPHEN, SOFT_HYPHEN, Vocabulary, build_vocabulary, join_lines, tidy

EMPTY = Vocabulary()


def joined(left, right, vocabulary=EMPTY):
    kept, between = join_lines(left, right, vocabulary)
    return kept + between + right


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("en ny virk-", "somhet", "en ny virksomhet"),
        ("en stats-", "sekretær", "en statssekretær"),
        ("flere går y-", "veien", "flere går y-veien"),
        ("på 1970-", "tallet", "på 1970-tallet"),
        ("produksjons-", "og markedsledd", "produksjons- og markedsledd"),
        ("skog-", "eller jordbruk", "skog- eller jordbruk"),
        ("skogs-", "och jordbruk", "skogs- och jordbruk"),
        ("forsknings-", "and so on", "forsknings- and so on"),
        ("mellem 2019-", "2022", "mellem 2019-2022"),
        ("Nord-", "Norge", "Nord-Norge"),
        ("flere EU-", "land", "flere EU-land"),
        ("met" + HYPHEN, "oden", "metoden"),
        ("met" + SOFT_HYPHEN, "oden", "metoden"),
        ("og/", "eller", "og/eller"),
        ("se https://eksempel.no/side?", "del=2", "se https://eksempel.no/side?del=2"),
        ("https://eksempel.no/en-lang-", "og-smal-side", "https://eksempel.no/en-lang-og-smal-side"),
        ("et ord", "og et til", "et ord og et til"),
        ("i årene 2026–", "2037", "i årene 2026–2037"),
        ("så kom det –", "2037 ganger", "så kom det – 2037 ganger"),
        ("asa-as-", "a-service", "asa-as-a-service"),
    ],
)
def test_a_line_end_is_closed_as_the_language_writes(left, right, whole):
    assert joined(left, right) == whole


def test_the_documents_own_words_decide_before_any_rule():
    vocabulary = build_vocabulary(
        ["co-operation is more than cooperative", "the co-operation", "en nordisk region"]
    )
    assert joined("co-", "operation", vocabulary) == "co-operation"
    assert joined("nor-", "disk", vocabulary) == "nordisk"


def test_a_word_whose_kin_keeps_its_hyphen_keeps_it():
    vocabulary = build_vocabulary(["en start-up", "start-up er et ord"])
    assert joined("denne start-", "upen", vocabulary) == "denne start-upen"


def test_a_name_before_a_common_noun_keeps_its_hyphen_but_a_sentence_start_does_not():
    vocabulary = build_vocabulary(
        ["Fjellvik er stor.", "I Fjellvik bor mange.", "Vekst er bra.", "det er vekst", "vekst"]
    )
    assert joined("i Fjellvik-", "regionen", vocabulary) == "i Fjellvik-regionen"
    assert joined("Vekst-", "parameteren", vocabulary) == "Vekstparameteren"


def test_where_the_producer_marks_its_own_hyphens_a_plain_one_is_the_writers():
    lines = [f"dette er en lang lin{HYPHEN}", f"je med mange sk{HYPHEN}", "illetegn"]
    vocabulary = build_vocabulary(lines)
    assert vocabulary.automatic
    assert joined("en lav-", "karbonstrategi", vocabulary) == "en lav-karbonstrategi"
    assert joined(f"en lav{HYPHEN}", "karbonstrategi", vocabulary) == "en lavkarbonstrategi"


def test_a_hyphen_apart_from_its_word_joins_only_where_the_half_is_no_word():
    vocabulary = build_vocabulary(["dette medfører noe", "med er et ord"])
    assert joined("som med -", "fører", vocabulary) == "som medfører"
    assert joined("arbeid -", "noe annet", build_vocabulary(["arbeid er bra"])) == "arbeid - noe annet"


def test_tidy_gives_nfc_plain_spaces_and_no_soft_hyphens_inside():
    assert tidy("sa\u030a  pa\u0308n\u00a0ord\u00ad-\u00addel\tx\x07") == "så pän ord-del x"
    assert tidy("slutt\u00ad") == "slutt\u00ad"
    assert tidy("e\u2011post og lav\u2010karbon") == "e-post og lav-karbon"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(TEXT, TEXT)
def test_joining_invents_nothing_and_drops_only_a_hyphen(left, right):
    left, right = tidy(left).strip(), tidy(right).strip()
    if not left or not right:
        return
    whole = joined(left, right, build_vocabulary([left, right]))
    assert whole.endswith(right)

    def letters(text):
        return [char for char in text if char not in "-\u2010\u00ad "]

    assert letters(whole) == letters(left + right)


@given(TEXT, TEXT)
def test_joined_text_stays_nfc(left, right):
    left, right = tidy(left).strip(), tidy(right).strip()
    if left and right and not unicodedata.combining(right[0]):
        assert unicodedata.is_normalized("NFC", joined(left, right))


@given(TEXT)
def test_tidy_is_idempotent(text):
    assert tidy(tidy(text)) == tidy(text)
