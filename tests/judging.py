"""What tests of reviews share: a strategy of four sentences, a clock that goes on, acts in one line."""

from datetime import UTC, datetime, timedelta

from hand import build

from corpus.reading import Filter, read_findings
from models.taxonomy import load_taxonomy
from models.verdict import Wish
from service.review import review_findings

TAXONOMY = load_taxonomy()
ROWS = [
    ("Det er mangel på folk i næringen.", {"barrier": 0.9}, ["skills"], "Havbruk"),
    ("Fylket bør gjøre noe med det.", {"measure": 0.55}, ["labour"], "Havbruk"),
    ("Vi har lang kyst.", {}, [], None),
    ("Bedriftene er små.", {"strength": 0.4}, [], None),
]
AREAS = [("Havbruk", ("oppdrett",)), ("Reiseliv", ())]


def made(rows=ROWS, name="plan", **more):
    """A document and its analysis, with doubts from 0.1 upwards in the order of the rows."""
    document, analysis, vectors = build(name, ["Testland"], rows, AREAS, **more)
    doubts = tuple(0.1 * (n + 1) for n in range(len(rows)))
    return document, analysis.model_copy(update={"doubts": doubts}), vectors


class Clock:
    """A clock that goes on by one second each time it is read."""

    def __init__(self):
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.at += timedelta(seconds=1)
        return self.at


def findings(catalogue, **choice):
    with catalogue.read() as connection:
        return read_findings(connection, Filter(**choice), everything=not choice)


def review(catalogue, at, action="accept", by="Kari", note="", as_classified=False, **fields):
    wish = Wish(action, **fields)
    ids = [findings(catalogue)[at].id]
    return review_findings(catalogue, TAXONOMY, ids, wish, by=by, note=note, as_classified=as_classified)[0]


def said(catalogue):
    return [(one.labels, one.themes, one.actors, one.focus_area, one.labeller) for one in findings(catalogue)]
