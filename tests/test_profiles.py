"""Areas of two regions are the same by what their names and words say, in whatever language."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domains import domains_of, find_kin, load_domains, load_kinship, name_domains
from service.align import SAME
from service.profiles import Wordings, compare_profiles, profile

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "golden" / "area_pairs.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
NAMES = sorted({one[side]["name"] for one in PAIRS for side in ("one", "other")})


def count_all(text, language):
    return Counter(domain for word in text.split() for domain in domains_of(word, language))


def likeness(*names, texts=("", "")):
    parts = [
        Wordings(name, (), count_all(text, language), len(text.split()), language)
        for (name, language), text in zip(names, texts, strict=True)
    ]
    return float(compare_profiles([profile([one]) for one in parts])[0, 1])


def is_same(pair):
    return likeness(*((pair[side]["name"], pair[side]["language"]) for side in ("one", "other"))) >= SAME


@pytest.mark.parametrize("part", ["tune", "held"])
def test_names_across_languages_are_told_apart(part):
    pairs = [one for one in PAIRS if one["part"] == part]
    right = sum(is_same(one) and one["same"] for one in pairs)
    wrong = sum(is_same(one) != one["same"] for one in pairs)
    assert len(pairs) >= 60 and 2 * right / (2 * right + wrong) >= 0.97


def test_a_subject_that_a_name_lists_finds_its_partner():
    both = ("Transport, logistics and information and communication technologies", "en")
    words = "roads freight ports rail data"
    for other in (("Gods og samferdsel", "nb"), ("Informationsteknik", "sv")):
        assert likeness(both, other, texts=(words, "")) >= SAME, other
    assert likeness(both, ("Vindkraft", "sv"), texts=(words, "")) < SAME
    assert likeness(("Spel och digitala upplevelser", "sv"), ("Reiseliv", "nb")) < SAME


def test_one_sentence_about_something_else_does_not_outweigh_the_name():
    assert likeness(("Energi", "sv"), ("Energi", "nb"), texts=("hälsa livsmedel transporter", "")) >= SAME
    long = " ".join(["hälsa vård patienter sjukhus"] * 20)
    assert likeness(("Energi", "sv"), ("Energi", "nb"), texts=(long, "")) < SAME


def test_phrases_are_read_in_names():
    assert name_domains(["Information and communication technologies"], "en") == {"digital"}
    assert "bioeconomy" in name_domains(["Gröna näringar"], "sv")
    assert name_domains(["Gröna hus"], "sv") == frozenset()


def test_kinship_is_a_table_of_shares():
    table = load_kinship()
    assert table.shape == (len(load_domains()),) * 2
    assert np.array_equal(table, table.T) and (np.diag(table) == 1).all()
    assert ((table >= 0) & (table <= 1)).all() and np.linalg.eigvalsh(table).min() > -1e-9
    assert find_kin("bioeconomy") >= {"bioeconomy", "wood", "farming"} and find_kin("space") == {"space"}


@given(st.lists(st.sampled_from(NAMES) | st.text(max_size=40), min_size=1, max_size=6))
def test_likeness_is_a_table_whatever_the_names(names):
    table = compare_profiles([profile([Wordings(name, (), Counter(), 0, "other")]) for name in names])
    assert table.shape == (len(names),) * 2 and np.allclose(table, table.T)
    assert ((table >= 0) & (table <= 1 + 1e-9)).all()
