"""What a person says of one sentence: accept, reject or change, as a verdict that stands by itself.

A verdict is whole: it holds every label that the person saw or set, so it means the same
whatever the classifier says later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.document import Frozen
from models.errors import BadReview, UnknownFocusArea
from models.finding import COMPARED, GENERAL, KINDS, Action, Kind
from models.nearest import nearest_names
from models.taxonomy import Taxonomy, check_actors, check_kinds, check_themes

MOST_THEMES = 3
"""Themes of one sentence, as the definitions of the kinds say; the classifier gives no more either."""


class Verdict(Frozen):
    """The labels of a sentence: kinds, themes (main first), actors, and its focus area."""

    labels: tuple[Kind, ...] = ()
    themes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    focus_area: str = GENERAL


@dataclass(frozen=True)
class Wish:
    """What a person asks for; None leaves a field as it was shown."""

    action: Action
    kinds: Sequence[str] | None = None
    themes: Sequence[str] | None = None
    actors: Sequence[str] | None = None
    focus_area: str | None = None

    @property
    def changes(self) -> bool:
        """Whether any field is given."""
        return any(one is not None for one in (self.kinds, self.themes, self.actors, self.focus_area))


def reach_verdict(wish: Wish, shown: Verdict, taxonomy: Taxonomy, areas: Sequence[str]) -> Verdict:
    """Return the verdict that a wish makes of what was shown; `areas` are the document's focus areas.

    Raises: BadReview, UnknownKind, UnknownTheme, UnknownActor, UnknownFocusArea.
    """
    if wish.action != "change":
        if wish.changes:
            raise BadReview("Only a change takes kinds, themes, actors or an area.", subject=wish.action)
        return shown if wish.action == "accept" else Verdict(focus_area=shown.focus_area)
    if not wish.changes:
        raise BadReview("Say what to change: kinds, themes, actors or the focus area.", subject=wish.action)
    named = shown.labels if wish.kinds is None else check_kinds(wish.kinds)
    kinds = tuple(one for one in KINDS if one in named)
    if set(kinds) == set(shown.labels):
        kinds = shown.labels
    return Verdict(
        labels=kinds,
        themes=_choose_themes(wish.themes, shown, kinds, taxonomy),
        actors=_choose_actors(wish.actors, shown, kinds, taxonomy),
        focus_area=shown.focus_area if wish.focus_area is None else _check_area(wish.focus_area, areas),
    )


def _choose_themes(
    names: Sequence[str] | None, shown: Verdict, kinds: Sequence[str], taxonomy: Taxonomy
) -> tuple[str, ...]:
    """Return the themes given or shown; only barriers and measures have any."""
    themed = bool(set(kinds) & set(COMPARED))
    if names is None:
        return shown.themes if themed else ()
    themes = check_themes(names, taxonomy)
    if themes and not themed:
        raise BadReview("Only barriers and measures have themes.", subject=themes[0])
    if len(themes) > MOST_THEMES:
        raise BadReview(
            f"A sentence has at most {MOST_THEMES} themes, the main one first.", subject=themes[-1]
        )
    return themes


def _choose_actors(
    names: Sequence[str] | None, shown: Verdict, kinds: Sequence[str], taxonomy: Taxonomy
) -> tuple[str, ...]:
    """Return the actors given or shown; only measures have any."""
    acted = "measure" in kinds
    if names is None:
        return shown.actors if acted else ()
    actors = check_actors(names, taxonomy)
    if actors and not acted:
        raise BadReview("Only measures have actors.", subject=actors[0])
    return actors


def _check_area(name: str, areas: Sequence[str]) -> str:
    """Return the area as the document names it, found whatever the case."""
    known = {one.casefold(): one for one in (GENERAL, *areas)}
    found = known.get(" ".join(name.split()).casefold())
    if found is None:
        raise UnknownFocusArea(
            f"The document has no focus area called “{name[:80]}”.",
            subject=name[:80],
            nearest=nearest_names(name, known.values()),
        )
    return found
