"""The words of a comparison's picture: in English with the themes' ids, or in a language of the page with their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.taxonomy import Taxonomy
from service.texts import load_texts


@dataclass(frozen=True)
class Captions:
    """What stands on a picture. `themes` are names by id; a theme without one is shown by its id."""

    areas: str
    barriers: str
    measures: str
    by_theme: str
    density: str
    note: str
    sets: str
    largest: str
    held: str
    themes: Mapping[str, str] = field(default_factory=dict)

    def theme(self, name: str) -> str:
        """Return what a theme is called."""
        return self.themes.get(name, name.replace("_", " "))


def write_captions(language: str = "en", taxonomy: Taxonomy | None = None) -> Captions:
    """Return the words in a language of the page, with the themes' names where a taxonomy is given."""
    text = load_texts(language)
    terms = taxonomy.themes if taxonomy else ()
    names = {one.id: one.label(language) for one in terms}
    return Captions(
        areas=text["compare.areas"],
        barriers=text["compare.barrier"],
        measures=text["compare.measure"],
        by_theme=text["picture.by_theme"],
        density=text["compare.density"],
        note=text["picture.note"],
        sets=text["picture.sets"],
        largest=text["picture.largest"],
        held=text["picture.held"],
        themes={one: name[:1].upper() + name[1:] for one, name in names.items()},
    )
