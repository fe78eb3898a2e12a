"""The classifier: a document with its vectors in, judgements of its sentences and its focus areas out.

Weights live in models/weights: heads.npz (arrays) and card.json (what they were made from,
for which encoder, and how good they are). They are refused with another encoder's vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from models.agents import AgentFinder
from models.areas import AreaFinder
from models.document import ANALYSED, Document
from models.doubt import measure_doubt
from models.errors import WeightsMismatch
from models.features import FeatureMaker, Features
from models.finding import COMPARED, KINDS, Analysis, AreaDraft, Judgement, Kind
from models.heads import Heads, average, load_heads
from models.passage import Encoded
from models.places import PlaceFinder
from models.statement import Statements, read_document_statements
from models.taxonomy import Taxonomy, Term
from models.verdict import MOST_THEMES
from models.vicinity import settle_kinds

HEADS = "heads.npz"
CARD = "card.json"
OWN_TERM = 0.6
"""Score of a theme or actor of the user's own, which no weights know, when one of its cues occurs."""
SURE_CUES = 2
"""Cues of a theme in one sentence from which it is a theme of it, whatever the heads say."""
CUE = 0.2
"""What each of at most two cues adds to the score of a theme or actor. On gold left out, main themes right 0.55 without
and 0.59 with, actors F1 0.53 and 0.56 (three strategies labelled apart: 0.55 and 0.59, 0.36 and 0.37); 0.1 to 0.3 alike."""
AGENT = 0.35
"""What being the subject of the act (models/agents.py) adds to an actor's score: actors F1 on gold left out 0.59 without,
0.67 to 0.68 with 0.3 to 0.5 (three strategies labelled apart: 0.42 and 0.43; our own measures 0.72 and 0.72)."""
SPOKEN_OF = 0.2
"""What an actor loses that is not the subject where another is ("the county can help firms"): actors F1 on gold left
out 0.688 without, 0.693 with 0.1, 0.698 with 0.2 (three strategies labelled apart: 0.429, 0.429, 0.435; our own
measures 0.718, 0.718, 0.716)."""


class Classifier:
    """Judges sentences and finds focus areas. Made by `load_classifier`."""

    def __init__(self, heads: Heads, card: dict[str, Any], taxonomy: Taxonomy) -> None:
        self.heads = heads
        self.taxonomy = taxonomy
        self.card = card
        self.labeller = str(card["labeller"])
        self._outputs = tuple(card["outputs"])
        self._maker = FeatureMaker(taxonomy)
        self._areas = AreaFinder(taxonomy)
        self._places = PlaceFinder(taxonomy)
        self._agents = AgentFinder(taxonomy)

    @property
    def lens(self) -> np.ndarray:
        """What `encode_document` sees the tokens through, float32 (d, k)."""
        return self.heads.lens

    def classify(self, document: Document, encoded: Encoded) -> Analysis:
        """Return judgements aligned with `document.sentences`, and the document's focus areas."""
        statements = read_document_statements(document)
        if not statements.items:
            return Analysis(judgements=(), labeller=self.labeller)
        rows, beside = encoded.sentences, _spread(document, encoded.segments)
        features = self._maker.make(statements, rows, beside, encoded.peaks)
        each = self.heads.logits_each(features)
        scores = self.heads.calibrate(average(each))
        read = np.flatnonzero(_readable(document, rows))
        scores[np.setdiff1d(np.arange(len(scores)), read)] = 0.0
        # Areas are found by what each sentence says by itself: their rules were measured so.
        areas, owners = self._areas.find(document, statements, scores[:, : len(KINDS)], rows)
        items = [statements.items[at] for at in read]
        scores[read, : len(KINDS)] = settle_kinds(
            scores[read, : len(KINDS)], [one.path for one in items], [one.text for one in items]
        )
        doubts = np.zeros(len(scores), dtype=np.float32)
        doubts[read] = self._doubt(scores[read], each[:, read])
        analysis = self._gather(document, statements, features, scores, areas, owners)
        return analysis.model_copy(update={"doubts": tuple(round(float(one), 4) for one in doubts)})

    def _doubt(self, scores: np.ndarray, each: np.ndarray) -> np.ndarray:
        """Return how unsure the kinds of each sentence are, float32 (n,)."""
        count = len(KINDS)
        apart = self.heads.calibrate(each)[:, :, :count]
        return measure_doubt(scores[:, :count], apart, self.heads.thresholds[:count])

    def _gather(
        self, document: Document, statements: Statements, features: Features, scores: np.ndarray,
        areas: tuple[AreaDraft, ...], owners: list[str],
    ) -> Analysis:  # fmt: skip
        regions = self._places.find_regions(document, statements)
        themes = self._score_terms(self.taxonomy.themes, "theme", scores, features)
        actors = self._score_terms(self.taxonomy.actors, "actor", scores, features)
        labelled = [self._decide(row) for row in scores]
        asked = self._find_agents(statements, labelled)
        judged = []
        for at, row in enumerate(scores):
            labels = labelled[at]
            compared = any(kind in COMPARED for kind in labels)
            judged.append(
                Judgement(
                    labels=labels,
                    kinds={kind: round(float(row[n]), 4) for n, kind in enumerate(KINDS)},
                    themes=self._choose_themes(themes[at], features.theme_counts[at]) if compared else (),
                    actors=self._choose_actors(actors[at], features.actor_counts[at], asked[at])
                    if "measure" in labels
                    else (),
                    focus_area=owners[at],
                    region=regions[at],
                )
            )
        return Analysis(judgements=tuple(judged), areas=areas, labeller=self.labeller)

    def _find_agents(self, statements: Statements, labelled: Sequence[tuple[Kind, ...]]) -> np.ndarray:
        """Return who is asked to act in each measure, float32 (n, actors); nobody in other sentences."""
        asked = np.zeros((len(labelled), len(self.taxonomy.actors)), dtype=np.float32)
        at = [n for n, labels in enumerate(labelled) if "measure" in labels]
        items = [statements.items[n] for n in at]
        asked[at] = self._agents.find([one.text for one in items], [one.language for one in items])
        return asked

    def _decide(self, row: np.ndarray) -> tuple[Kind, ...]:
        """Return the kinds over their thresholds, strongest first."""
        over = [n for n in range(len(KINDS)) if row[n] >= self.heads.thresholds[n]]
        return tuple(KINDS[n] for n in sorted(over, key=lambda n: (-row[n], n)))

    def _score_terms(
        self, terms: tuple[Term, ...], what: str, scores: np.ndarray, features: Features
    ) -> np.ndarray:
        """Return (n, terms): the heads' scores, or for a user's own term whether its cues occur."""
        columns = []
        counts = features.theme_counts if what == "theme" else features.actor_counts
        for number, term in enumerate(terms):
            name = f"{what}:{term.id}"
            if name in self._outputs:
                columns.append(scores[:, self._outputs.index(name)])
            else:
                columns.append(np.where(counts[:, number] > 0, OWN_TERM, 0.0))
        return np.stack(columns, axis=1)

    def _choose_themes(self, row: np.ndarray, cues: np.ndarray) -> tuple[str, ...]:
        chosen = choose_themes(row, cues, float(self.heads.thresholds[len(KINDS)]))
        return tuple(self.taxonomy.themes[n].id for n in chosen)

    def _choose_actors(self, row: np.ndarray, cues: np.ndarray, asked: np.ndarray) -> tuple[str, ...]:
        chosen = choose_actors(row, cues, asked, float(self.heads.thresholds[-1]))
        return tuple(self.taxonomy.actors[n].id for n in chosen)


def choose_themes(scores: np.ndarray, cues: np.ndarray, limit: float) -> list[int]:
    """Return the best theme, what else is over the limit, and what the words say; at most three.

    `scores` and `cues` are (themes,): how sure the heads are, and how many cues stand in the
    sentence. The words say a theme that has several cues, and where no word speaks of what was
    chosen, the one with most. On the samples and three English strategies the measure
    themes that a region holds come to F1 0.92 and 0.94 so, against 0.86 and 0.77 without.
    """
    scores = _lean(scores, cues)
    ranked = sorted(range(len(scores)), key=lambda n: (-scores[n], n))[:MOST_THEMES]
    kept = [n for place, n in enumerate(ranked) if place == 0 or scores[n] >= limit]
    said = sorted((n for n in range(len(cues)) if n not in kept and cues[n]), key=lambda n: (-cues[n], n))
    alone = not cues[kept].any()
    kept += [n for place, n in enumerate(said) if cues[n] >= SURE_CUES or (place == 0 and alone)]
    return kept[:MOST_THEMES]


def choose_actors(scores: np.ndarray, cues: np.ndarray, asked: np.ndarray, limit: float) -> list[int]:
    """Return the actors over the limit, surest first.

    All are (actors,): how sure the heads are, how many cues stand in the sentence, and 1 where one is its subject.
    """
    scores = _lean(scores, cues) + (AGENT + SPOKEN_OF) * asked
    if asked.any():
        scores = scores - SPOKEN_OF
    ranked = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    return [n for n in ranked if scores[n] >= limit]


def _lean(scores: np.ndarray, cues: np.ndarray) -> np.ndarray:
    """Return scores that lean on the words of a sentence."""
    leaning: np.ndarray = scores + CUE * np.minimum(cues, 2)
    return leaning


def load_classifier(fingerprint: str, taxonomy: Taxonomy, folder: Path | None = None) -> Classifier:
    """Return the classifier whose weights fit an encoder; the package's own weights unless a folder is given.

    Raises: WeightsMismatch.
    """
    root = folder or Path(str(files("models") / "weights"))
    try:
        card = json.loads((root / CARD).read_text(encoding="utf-8"))
        heads = load_heads(root / HEADS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsMismatch(
            "The classifier's weights cannot be read; run `strategi train`.", subject=HEADS
        ) from error
    if card.get("encoder") != fingerprint:
        raise WeightsMismatch(
            f"The weights were made for encoder {card.get('encoder')}, not {fingerprint}; run `strategi train GOLD`.",
            subject=fingerprint,
        )
    return Classifier(heads, card, taxonomy)


def output_names(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return what the outputs of the heads stand for, in order: kinds, themes, actors."""
    themes = [f"theme:{term.id}" for term in taxonomy.themes]
    return (*KINDS, *themes, *(f"actor:{term.id}" for term in taxonomy.actors))


def name_weights(path: Path) -> str:
    """Return the labeller's name of a weights file: it changes with its bytes."""
    return "weights-" + hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _spread(document: Document, segment_rows: np.ndarray) -> np.ndarray:
    """Return the row of its segment for each sentence, zeros where it is in none."""
    width = segment_rows.shape[1] if segment_rows.ndim == 2 else 0
    spread = np.zeros((len(document.sentences), width), dtype=np.float32)
    for number, segment in enumerate(document.segments):
        spread[segment.first : segment.last + 1] = segment_rows[number]
    return spread


def _readable(document: Document, rows: np.ndarray) -> np.ndarray:
    """Say which sentences can state anything: in a language we read, with a vector, not in a contents page."""
    kept = np.array([one.language in ANALYSED for one in document.sentences], dtype=bool)
    kept &= np.abs(rows).sum(axis=1) > 0
    for segment in document.segments:
        if segment.noise:
            kept[segment.first : segment.last + 1] = False
    return kept
