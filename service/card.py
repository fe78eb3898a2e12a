"""The model card: what the trials say, as a record and as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from models.agents import AgentFinder
from models.classifier import choose_actors, choose_themes
from models.cues import split_words, statement_cues
from models.finding import COMPARED, KINDS
from models.heads import Heads, sigmoid
from models.metrics import (
    bootstrap,
    calibration_error,
    make_score,
    reliability,
    score_kind,
    score_sets,
    share_overlapping,
)
from models.taxonomy import Taxonomy, load_taxonomy
from service.sample import Sample
from service.trials import Trials, calibrate, judge_left, lean_lines

# The baseline: a kind is called when one of these classes of cues occurs, as older tools do.
_BASELINE = {
    "barrier": ("obstacle", "lack"), "measure": ("must", "propose", "scheme"), "strength": ("asset",),
    "opportunity": ("possible",), "focus_area": ("priority",),
}  # fmt: skip
_MEANING = {
    "left_document": "gold documents left out one by one (fitted on our own text and the other gold documents)",
    "left_document_gold_only": "the same, fitted on the other gold documents alone",
    "left_document_own_only": "gold documents, fitted on our own text alone",
    "left_section": "gold sections left out in folds (other sections of the same document were seen)",
    "own_left_section": "our own passages left out in folds",
    "cue_words": "baseline on gold documents: a kind is called when one of its cue words occurs",
}


def describe_scores(sample: Sample, trials: Trials, heads: Heads) -> dict[str, Any]:
    """Return the figures of the card."""
    gold, own = ~sample.own, sample.own
    calls = {
        "left_document": _call_left(sample, trials.documents, trials.documents),
        "left_document_gold_only": _call_left(sample, trials.gold_only, trials.documents),
        "left_document_own_only": _call_left(sample, trials.own_only, trials.documents),
        "left_section": _call_left(sample, trials.sections, trials.sections),
        "cue_words": _call_cues(sample),
    }
    scores = (
        {name: _score_calls(sample, called, gold) for name, called in calls.items()} if gold.any() else {}
    )
    if own.any():
        called = _call_plain(sample, trials.sections, heads)
        scores["own_left_section"] = _score_calls(sample, called, own)
        scores["own_by_language"] = {
            code: _score_calls(sample, called, own & (sample.languages == code))
            for code in sorted(set(sample.languages[own]))
        }
    left = calls["left_document"]
    return {
        "lines": {"own": int(own.sum()), "gold": int(gold.sum()), "readings": len(sample.readings)},
        "meaning": _MEANING,
        "scores": scores,
        "documents": {
            sample.readings[n].id: _score_calls(sample, left, sample.documents == n, intervals=False)
            for n in sample.gold()
        },
        "cue_word_negatives": _score_negatives(sample, calls),
        "terms": _score_terms(sample, trials, heads),
        "reliability": _score_reliability(sample, trials),
        "thresholds": {kind: round(float(heads.thresholds[n]), 2) for n, kind in enumerate(KINDS)},
    }


def _call_left(sample: Sample, logits: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Return decisions (n, kinds); those of each gold document with thresholds of all others."""
    called = np.zeros((len(sample.lines), len(KINDS)), dtype=bool)
    for number in sample.gold():
        left = sample.documents == number
        called[left] = judge_left(sample, logits, left, basis)[1]
    return called


def _call_plain(sample: Sample, logits: np.ndarray, heads: Heads) -> np.ndarray:
    everything = np.ones(len(sample.lines), dtype=bool)
    scores = lean_lines(sample, sigmoid(logits * heads.slopes + heads.offsets), everything)
    return np.asarray(scores[:, : len(KINDS)] >= heads.thresholds[: len(KINDS)])


def _call_cues(sample: Sample) -> np.ndarray:
    lexicon = statement_cues()
    places = [[lexicon.names.index(name) for name in _BASELINE[kind]] for kind in KINDS]
    rows = []
    for line, language in zip(sample.lines, sample.languages, strict=True):
        counts = lexicon.count(split_words(line.text), language)
        rows.append([counts[some].sum() > 0 for some in places])
    return np.array(rows, dtype=bool)


def _score_calls(
    sample: Sample, called: np.ndarray, where: np.ndarray, *, intervals: bool = True
) -> dict[str, Any]:
    """Return each kind's precision, recall and F1 with its 95 % interval over sections, and the mean F1."""
    wanted, right = sample.wanted[where], sample.right[where]
    said, sections = called[where], sample.sections[where]
    found: dict[str, Any] = {}
    for n, kind in enumerate(KINDS):
        score = score_kind(wanted[:, n], right[:, n], said[:, n])
        found[kind] = {key: round(value, 3) for key, value in score._asdict().items()}
        if intervals:
            found[kind]["interval"] = _interval(wanted[:, n], right[:, n], said[:, n], sections)
    there = [found[kind]["f1"] for kind in KINDS if found[kind]["wanted"]]
    found["macro_f1"] = round(sum(there) / len(there), 3) if there else 0.0
    return found


def _interval(wanted: np.ndarray, right: np.ndarray, called: np.ndarray, sections: np.ndarray) -> list[float]:
    counts = np.stack([wanted & called, wanted, right & called, called], axis=1).astype(np.int64)
    groups = np.unique(sections, return_inverse=True)[1]
    sums = np.zeros((int(groups.max()) + 1, 4), dtype=np.int64)
    np.add.at(sums, groups, counts)
    low, high = bootstrap(range(len(sums)), lambda at: make_score(*(int(n) for n in sums[at].sum(axis=0))).f1)
    return [round(low, 3), round(high, 3)]


def _score_negatives(sample: Sample, calls: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the share of gold lines marked as cue-word negatives that are called barrier or measure."""
    hard = sample.negative & ~sample.own
    columns = [KINDS.index(kind) for kind in COMPARED]
    if not hard.any():
        return {}
    return {
        name: round(float(called[hard][:, columns].any(axis=1).mean()), 3) for name, called in calls.items()
    }


def _score_terms(sample: Sample, trials: Trials, heads: Heads) -> dict[str, Any]:
    """Return how well themes and actors of gold barriers and measures are told, documents left out."""
    themes, actors = [], []
    slopes, offsets = (
        calibrate(sample, trials.sections, sample.own) if sample.own.any() else (heads.slopes, heads.offsets)
    )
    scores = sigmoid(trials.documents * slopes + offsets)
    counts = sample.features.theme_counts, sample.features.actor_counts
    taxonomy = load_taxonomy()
    gold = np.flatnonzero(~sample.own)
    asked = AgentFinder(taxonomy).find(
        [sample.lines[at].text for at in gold], sample.languages[gold].tolist()
    )
    for at, row in zip(gold, asked, strict=True):
        line = sample.lines[at]
        told = _tell_terms(scores[at], (counts[0][at], counts[1][at], row), heads, taxonomy)
        if line.kinds & set(COMPARED) and line.themes:
            themes.append((line.themes, told[0]))
        if "measure" in line.kinds:
            actors.append((line.actors, told[1]))
    return {
        "theme_overlap": round(share_overlapping(themes), 3),
        "theme_f1": round(score_sets(themes).f1, 3),
        "main_theme_right": round(sum(c[:1] == tuple(w)[:1] for w, c in themes) / max(len(themes), 1), 3),
        "actor_f1": round(score_sets(actors).f1, 3),
        "barriers_and_measures": len(themes),
        "measures": len(actors),
    }


def _tell_terms(
    row: np.ndarray, words: tuple[np.ndarray, np.ndarray, np.ndarray], heads: Heads, taxonomy: Taxonomy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the themes and actors that the classifier would choose.

    From a row of scores and what the words say: cues of themes and of actors, and who is asked to act.
    """
    theme_cues, actor_cues, asked = words
    middle = len(KINDS) + len(taxonomy.themes)
    themes = choose_themes(row[len(KINDS) : middle], theme_cues, float(heads.thresholds[len(KINDS)]))
    actors = choose_actors(row[middle:], actor_cues, asked, float(heads.thresholds[-1]))
    return tuple(taxonomy.themes[n].id for n in themes), tuple(taxonomy.actors[n].id for n in actors)


def _score_reliability(sample: Sample, trials: Trials) -> dict[str, Any]:
    """Return mean score, share right and count per bin, gold documents left out one by one."""
    rows: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    for number in sample.gold():
        left = sample.documents == number
        scores = judge_left(sample, trials.documents, left, trials.documents)[0]
        for n, kind in enumerate(KINDS):
            rows[kind] += list(zip(scores[:, n].tolist(), sample.right[left][:, n].tolist(), strict=True))
    found: dict[str, Any] = {}
    for name, pairs in rows.items():
        values, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        bins = [[round(mean, 3), round(share, 3), count] for mean, share, count in reliability(values, right)]
        found[name] = {"bins": bins, "error": round(calibration_error(values, right), 3)}
    return found


def write_card(card: dict[str, Any]) -> list[str]:
    """Return the card as lines of Markdown."""
    lines = card["lines"]
    out = [
        f"# {card['labeller']}",
        "",
        f"Encoder {card['encoder_name']} ({card['encoder']}), taxonomy {card['taxonomy']}. Fitted to {lines['own']} lines "
        f"of our own passages and {lines['gold']} lines of gold.",
        "",
    ]
    for name, scores in card["scores"].items():
        if name != "own_by_language":
            out += [f"## {name}: {card['meaning'][name]}", "", *_table(scores), ""]
    for title, key in (("Gold documents, each left out", "documents"), ("Our own passages by language", "")):
        parts = card["documents"] if key else card["scores"].get("own_by_language", {})
        out += [f"## {title} (F1)", "", *_matrix(parts), ""]
    out += ["## Themes and actors (documents left out)", ""]
    out += [f"- {name}: {value}" for name, value in card["terms"].items()]
    out += ["", "## Share of cue-word negatives called barrier or measure", ""]
    out += [f"- {name}: {value}" for name, value in card["cue_word_negatives"].items()]
    out += ["", "## Reliability (documents left out): mean score → share right (lines)", ""]
    return [*out, *_reliability_lines(card["reliability"])]


def _table(scores: dict[str, Any]) -> Iterator[str]:
    yield "| kind | precision | recall | F1 | 95 % | wanted | called |"
    yield "|---|---|---|---|---|---|---|"
    for kind in KINDS:
        one = scores[kind]
        low, high = one.get("interval", ("", ""))
        yield (
            f"| {kind} | {one['precision']:.2f} | {one['recall']:.2f} | {one['f1']:.2f} | {low}-{high} "
            f"| {one['wanted']} | {one['called']} |"
        )


def _matrix(parts: dict[str, Any]) -> Iterator[str]:
    yield "| | " + " | ".join(KINDS) + " |"
    yield "|---" * (len(KINDS) + 1) + "|"
    for name, scores in parts.items():
        cells = [f"{scores[kind]['f1']:.2f} ({scores[kind]['wanted']})" for kind in KINDS]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _reliability_lines(table: dict[str, Any]) -> Sequence[str]:
    found = []
    for kind, one in table.items():
        bins = ", ".join(f"{mean:.2f} → {share:.2f} ({count})" for mean, share, count in one["bins"])
        found.append(f"- {kind} (error {one['error']:.3f}): {bins}")
    return found
