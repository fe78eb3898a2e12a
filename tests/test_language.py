"""Languages: accuracy on short passages, the prior, what a document holds."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import ANALYSED, LANGUAGES
from models.langid import load_langid
from models.language import confirm, document_languages, identify, rank_languages
from models.wordmarks import ENDINGS, LETTERS, WORDS

PASSAGES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "golden" / "languages.tsv").read_text(encoding="utf-8").splitlines()
]


def confuse(prior_of):
    """Count (true language, answer) over the passages."""
    return Counter((language, identify(text, prior_of(language))) for language, text in PASSAGES)


def accuracy(table):
    return sum(count for (true, said), count in table.items() if true == said) / table.total()


def test_the_smaller_langid_answers_as_the_whole_one_does():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    names = ["no", "nn", "sv", "da", "en", "fi", "ru", "lt"]
    whole, small = LanguageIdentifier.from_model_file(MODEL_FILE), load_langid(names)
    whole.set_languages(names)
    odd = ["", " ", "\ud800", "ВСЕ ЯЗЫКИ", "日本語 العربية", bytes(range(256)).decode("latin-1")]
    for text in [*(text for _, text in PASSAGES), *odd]:
        assert small.rank(text) == whole.rank(text)


def test_there_are_enough_passages_of_the_right_length():
    counts = Counter(language for language, _ in PASSAGES)
    assert all(counts[language] >= 60 for language in ANALYSED)
    assert counts["fi"] >= 10 and counts["other"] >= 10
    assert all(5 <= len(text.split()) <= 40 for _, text in PASSAGES)


def test_single_sentences_are_told_apart_without_a_prior():
    table = confuse(lambda _: None)
    near = {pair: n for pair, n in sorted(table.items()) if set(pair) <= {"nb", "nn", "da"}}
    print(f"without a prior {accuracy(table):.3f}; nb/nn/da: {near}")
    assert accuracy(table) >= 0.97


def test_the_right_prior_leaves_next_to_nothing_wrong():
    assert accuracy(confuse(lambda language: language)) >= 0.99


def test_a_wrong_prior_does_not_drown_the_text():
    table = confuse(lambda language: "en" if language != "en" else "nb")
    assert accuracy(table) >= 0.97
    table = confuse(lambda language: "nn" if language == "nb" else "nb")
    print(f"with the nearest wrong prior {accuracy(table):.3f}")
    assert accuracy(table) >= 0.9


@pytest.mark.parametrize("prior", ANALYSED)
@pytest.mark.parametrize(
    "text", ["", "2021", "Tabell 3", "ABC", "Barrierer", "§ 4-1", "https://example.org/da/om-os"]
)
def test_what_is_too_short_has_the_language_of_its_document(text, prior):
    assert identify(text, prior) == prior


@pytest.mark.parametrize("prior", ["nb", "nn", "sv", "da"])
def test_names_in_a_row_are_not_another_language(prior):
    assert identify("Ain Aaviksoo, Alar Karis, Ando Jukk", prior) == prior


def test_nothing_to_read_and_no_prior_is_other():
    assert identify("") == "other"
    assert document_languages([]) == ("other", ())


def test_paragraphs_are_never_confused():
    by_language = {code: [text for language, text in PASSAGES if language == code] for code in ANALYSED}
    for code, texts in by_language.items():
        for at in range(0, 60, 4):
            assert identify(" ".join(texts[at : at + 4])) == code


def test_a_document_has_one_prior_and_every_language_with_a_fair_share():
    texts = {code: [text for language, text in PASSAGES if language == code] for code in ("nn", "en", "sv")}
    found = document_languages([*texts["nn"], *texts["en"][:20], *texts["sv"][:1]])
    assert found.prior == "nn"
    assert found.present == ("nn", "en")


def test_languages_are_ranked_by_their_share():
    assert rank_languages({"nb": 9000, "en": 300, "sv": 200}) == ("nb", "en")
    assert rank_languages({"nb": 200_000, "en": 1500, "da": 900}) == ("nb", "en")
    assert rank_languages({}) == ()


def test_a_piece_keeps_the_language_around_it_unless_it_is_clearly_another():
    assert confirm("Growth in the region has been driven by exports and by skills.", "nb") == "en"
    assert confirm("Smart Specialisation Platform", "nb") == "nb"
    assert confirm("Veksten har vore sterk, men det manglar mykje arbeidskraft.", "nb") == "nn"
    assert confirm("Veksten er god.", "nn") == "nn"


@given(st.text(max_size=300), st.sampled_from([None, *LANGUAGES]))
def test_any_text_has_a_language_and_always_the_same(text, prior):
    assert identify(text, prior) == identify(text, prior) in LANGUAGES


def test_every_mark_names_some_of_our_languages_but_not_all():
    ours = {"nb", "nn", "sv", "da", "en", "fi"}
    for marks in (WORDS, ENDINGS, LETTERS):
        assert all(homes and homes < ours for homes in marks.values())
        assert all(mark == mark.lower() for mark in marks)
