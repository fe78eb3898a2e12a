"""Base forms and compound parts, measured on a list made by hand."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import morphology
from models.morphology import COMPOUNDING, compound_parts, lemmas

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "golden" / "compounds.tsv").read_text(encoding="utf-8").splitlines()
]


def test_compounds_come_apart_and_other_words_stay_whole():
    right, total = defaultdict(int), defaultdict(int)
    for language, word, parts in ROWS:
        want = tuple(parts.split("+")) if parts else ()
        total[language, bool(want)] += 1
        right[language, bool(want)] += compound_parts(word, language) == want
    print(
        {
            f"{code} {'compounds' if made else 'others'}": f"{right[code, made]}/{n}"
            for (code, made), n in total.items()
        }
    )
    for code in COMPOUNDING:
        assert right[code, True] >= 0.85 * total[code, True]
        assert right[code, False] >= 0.95 * total[code, False]


@pytest.mark.parametrize(
    ("language", "word", "base"),
    [
        ("nb", "Arbeidsplassene", "arbeidsplass"), ("nb", "næringslivets", "næringsliv"), ("nb", "tiltakene", "tiltak"),
        ("nn", "utfordringane", "utfordring"), ("nn", "satsingsområda", "satsingsområde"),
        ("sv", "åtgärderna", "åtgärd"), ("sv", "insatsområden", "insatsområde"), ("sv", "hinder", "hinder"),
        ("da", "virksomhederne", "virksomhed"), ("da", "indsatsområder", "indsatsområde"),
        ("en", "barriers", "barrier"), ("en", "strategies", "strategy"),
        ("fi", "Alueen", "alueen"), ("other", "Straßen", "straßen"), ("nb", "zzqqx", "zzqqx"),
    ],
)  # fmt: skip
def test_a_word_has_its_base_form(language, word, base):
    assert lemmas(word, language)[0] == base


def test_languages_that_write_compounds_apart_are_left_alone():
    assert compound_parts("workplaces", "en") == ()
    assert compound_parts("arbeidsplassene", "other") == ()


@settings(max_examples=40)
@given(
    st.text(alphabet="abdefgiklmnorstuvyåæø-'1 ", max_size=70), st.sampled_from([*sorted(COMPOUNDING), "en"])
)
def test_any_word_is_taken(word, language):
    parts = compound_parts(word, language)
    assert len(parts) != 1
    assert all(parts)
    assert lemmas(word, language)


def test_base_forms_are_kept_in_the_cache_and_drawn_anew_where_none_can_be(monkeypatch, tmp_path):
    drawn = morphology._draw_bases("nn")
    monkeypatch.setattr(morphology, "default_cache", lambda: tmp_path / "cache")
    assert morphology._load_bases("nn") == drawn
    monkeypatch.setattr(morphology, "_draw_bases", lambda _: frozenset())
    assert morphology._load_bases("nn") == drawn, "read from the cache"
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(morphology, "default_cache", lambda: tmp_path / "file")
    assert morphology._load_bases("nn") == frozenset(), "no cache can be made here"
