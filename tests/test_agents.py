"""Who is asked to act, in five languages: subjects of duty, not those who are only spoken of."""

from __future__ import annotations

import numpy as np
import pytest

from models.agents import AgentFinder
from models.classifier import choose_actors
from models.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
FINDER = AgentFinder(TAXONOMY)

ASKED = [
    ("nb", "Kommunene bør kartlegge ledige bygg før sommeren.", {"municipality"}),
    ("nb", "I tillegg må universitetet åpne laboratoriene om kvelden.", {"academia"}),
    ("nb", "Det er viktig at de store selskapene deler data med hverandre.", {"firms"}),
    ("nn", "Fylkeskommunen skal samle alle tilboda på éin stad.", {"county"}),
    ("nn", "Ny lov stiller krav til kommunane om felles planlegging.", {"municipality"}),
    ("sv", "Länet ska bygga fler testbäddar.", {"county"}),
    ("sv", "Därför måste vi våga välja bort områden.", {"county"}),
    ("sv", "Energiomställningen ställer krav på företagen att byta teknik.", {"firms"}),
    ("da", "Regionen skal samle skoler og virksomheder om et fælles værksted.", {"county"}),
    ("en", "The government should simplify the permits.", {"state"}),
    ("nb", "Klyngene og universitetet bør dele utstyr.", {"cluster", "academia"}),
    ("sv", "Det är viktigt att företag och universitet delar data.", {"firms", "academia"}),
    ("en", "Municipalities and firms should plan together.", {"municipality", "firms"}),
    ("en", "We will open a shared kitchen for small producers.", {"county"}),
]
SPOKEN_OF = [
    ("nb", "Det foreslås bedre støtte til kommuner i distriktene."),
    ("nb", "Ordningen forenkles slik at bedrifter kan søke hele året."),
    ("nn", "Samarbeid mellom universitet og næringsliv blir løfta fram."),
    ("sv", "Stödet riktas till företag som vill växa."),
    ("da", "Der foreslås flere kurser for virksomheder."),
    ("en", "Grants are proposed for municipalities in the north."),
    ("en", "Support is proposed for firms and universities that share data."),
    ("en", "A shared laboratory is needed so that firms can test early."),
]


def find(language: str, text: str) -> set[str]:
    row = FINDER.find([text], [language])[0]
    return {term.id for term, mark in zip(TAXONOMY.actors, row, strict=True) if mark}


@pytest.mark.parametrize(("language", "text", "actors"), ASKED)
def test_subjects_of_duty_are_asked(language: str, text: str, actors: set[str]) -> None:
    assert actors <= find(language, text)


@pytest.mark.parametrize(("language", "text"), SPOKEN_OF)
def test_those_only_spoken_of_are_not(language: str, text: str) -> None:
    assert find(language, text) == set()


def test_a_region_of_the_registry_acts_as_the_region() -> None:
    name = next(region.name for region in TAXONOMY.regions if " " not in region.name)
    assert find("sv", f"{name} behöver satsa på fler verkstäder.") >= {"county"}


def test_other_languages_and_empty_texts_ask_nobody() -> None:
    assert not FINDER.find(["Kuntien pitää toimia.", ""], ["fi", "nb"]).any()
    assert FINDER.find([], []).shape == (0, len(TAXONOMY.actors))


def test_who_is_only_spoken_of_gives_way_to_the_subject() -> None:
    scores, cues = np.array([0.2, 0.4]), np.array([1, 1])
    assert choose_actors(scores, cues, np.array([0.0, 0.0]), 0.5) == [1]
    assert choose_actors(scores, cues, np.array([1.0, 0.0]), 0.5) == [0]
