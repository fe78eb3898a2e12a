"""`strategi evaluate`: ingested documents and search scored against a folder of gold files.

The scores are of what a user gets: extraction, findings and search together. Where the
weights were fitted to the same gold, its findings' scores are too good; the record says so
and carries the left-out figures of the model card beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.folder import find_listed, list_documents
from corpus.reading import Filter, read_findings, read_focus_areas
from models.errors import BadGold, BadPath
from models.finding import COMPARED, KINDS, Finding, FocusArea
from models.labelled import Line, Reading, read_gold
from models.metrics import (
    bootstrap,
    make_score,
    ndcg,
    reciprocal_rank,
    score_kind,
    score_sets,
    share_overlapping,
)
from models.naming import same_area
from service.goldmatch import Finder, normalise, share_in_order

if TYPE_CHECKING:
    from service.library import Library

Pair = tuple[Line, Finding | None]
_REQUIRED = ("s3_area", None)
"""Types of gold focus areas that must be found; others are neither asked for nor wrong."""


def evaluate_gold(library: Library, gold: Path) -> dict[str, Any]:
    """Return the scores of ingested documents and of search against a gold folder.

    Raises: BadGold, BadPath.
    """
    if not gold.is_dir():
        raise BadPath("There is no such folder of gold files.", subject=gold.name)
    listed = list_documents(library.catalogue.folder)
    held = {Path(one["file"]).stem: one["id"] for one in listed}
    readings = [one for one in read_gold(gold, library.taxonomy) if not one.own] if _any(gold) else []
    known = {one["id"]: one["id"] for one in listed} | held
    record: dict[str, Any] = {"not_ingested": sorted(one.id for one in readings if one.id not in known)}
    pairs = {one.id: _match(library, one, known[one.id]) for one in readings if one.id in known}
    record["findings"] = _score_findings(pairs, {one.id: one.language for one in readings})
    record["focus_areas"] = _score_areas(library, gold, held)
    record["search"] = _score_search(library, gold, held)
    record["absent"] = _score_absent(library, gold)
    record["card"] = _left_out(library)
    return record


def _any(gold: Path) -> bool:
    return any(gold.glob("findings_*.jsonl"))


def _match(library: Library, reading: Reading, document: str) -> list[Pair]:
    with library.catalogue.read() as connection:
        findings = read_findings(connection, Filter(documents=(document,)), everything=True)
    finder = Finder([one.quote for one in findings])
    places = [finder.find(line.text) for line in reading.lines]
    return [
        (line, None if at is None else findings[at]) for line, at in zip(reading.lines, places, strict=True)
    ]


def _score_findings(pairs: dict[str, list[Pair]], languages: dict[str, str]) -> dict[str, Any]:
    everything = [pair for some in pairs.values() for pair in some]
    if not everything:
        return {}
    by_language = {
        code: [pair for document, some in pairs.items() if languages[document] == code for pair in some]
        for code in sorted({languages[document] for document in pairs})
    }
    return {
        "rows": len(everything),
        "unmatched": sum(found is None for _, found in everything),
        "all": _score_kinds(everything),
        "documents": {document: _score_kinds(some) for document, some in pairs.items()},
        "languages": {code: _score_kinds(some) for code, some in by_language.items()},
        "terms": _score_terms(everything),
        "themes": _score_each_theme(everything),
        "cue_word_negatives": _score_negatives(everything),
    }


def _score_kinds(pairs: Sequence[Pair]) -> dict[str, Any]:
    scores: dict[str, Any] = {}
    sections = [line.path for line, _ in pairs]
    for kind in KINDS:
        wanted = np.array([kind in line.kinds for line, _ in pairs], dtype=bool)
        right = np.array([kind in line.right for line, _ in pairs], dtype=bool)
        called = np.array([found is not None and kind in found.labels for _, found in pairs], dtype=bool)
        score = score_kind(list(wanted), list(right), list(called))
        scores[kind] = {key: round(value, 3) for key, value in score._asdict().items()}
        scores[kind]["interval"] = _interval(sections, _measure(wanted, right, called))
    return scores


def _measure(wanted: np.ndarray, right: np.ndarray, called: np.ndarray) -> Callable[[np.ndarray], float]:
    def measure(at: np.ndarray) -> float:
        found, good = int((wanted & called)[at].sum()), int((right & called)[at].sum())
        return make_score(found, int(wanted[at].sum()), good, int(called[at].sum())).f1

    return measure


def _interval(groups: Sequence[Any], measure: Callable[[np.ndarray], float]) -> list[float]:
    low, high = bootstrap(groups, measure)
    return [round(low, 3), round(high, 3)]


def _score_terms(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return theme overlap and actor F1 over gold barriers and measures that were called so."""
    themes, actors = [], []
    for line, found in pairs:
        if found is None or not set(found.labels) & line.kinds & set(COMPARED):
            continue
        if line.themes:
            themes.append((line.themes, found.themes))
        if "measure" in line.kinds and "measure" in found.labels:
            actors.append((line.actors, found.actors))
    return {
        "theme_overlap": round(share_overlapping(themes), 3),
        "theme_f1": round(score_sets(themes).f1, 3),
        "actor_f1": round(score_sets(actors).f1, 3),
        "themed": len(themes),
        "measures": len(actors),
    }


def _score_each_theme(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    names = sorted({theme for line, _ in pairs for theme in line.themes})
    rows = [
        (line, found)
        for line, found in pairs
        if line.kinds & set(COMPARED) and found is not None and found.themes
    ]
    scores = {}
    for name in names:
        wanted = [name in line.themes for line, _ in rows]
        score = score_kind(wanted, wanted, [name in found.themes for _, found in rows])
        scores[name] = {"f1": round(score.f1, 3), "wanted": score.wanted, "called": score.called}
    return scores


def _score_negatives(pairs: Sequence[Pair]) -> float | None:
    """Return the share of cue-word negatives called barrier or measure, None where none are marked."""
    hard = [found for line, found in pairs if line.hard]
    if not hard:
        return None
    return round(
        sum(found is not None and bool(set(found.labels) & set(COMPARED)) for found in hard) / len(hard), 3
    )


def _score_areas(library: Library, gold: Path, held: dict[str, str]) -> dict[str, Any]:
    """Return found, missed and false focus areas for each focus_areas_NAME.json whose document is held."""
    scores: dict[str, Any] = {}
    for path in sorted(gold.glob("focus_areas_*.json")):
        name = path.stem.removeprefix("focus_areas_")
        document = next((identity for stem, identity in sorted(held.items()) if name in stem), None)
        if document is None:
            scores[name] = {"not_ingested": True}
            continue
        with library.catalogue.read() as connection:
            areas = read_focus_areas(connection, Filter(documents=(document,)))
        scores[name] = _compare_areas(_read_json(path).get("focus_areas", []), areas)
    return scores


def _compare_areas(gold: Sequence[dict[str, Any]], areas: Sequence[FocusArea]) -> dict[str, Any]:
    named = [(one, _gold_names(one)) for one in gold]
    found, false = [], []
    for area in areas:
        match = next((one for one, names in named if _is_called(area, names)), None)
        if match is None:
            false.append(area.name)
        else:
            found.append(match)
    required = [one for one in gold if one.get("type") in _REQUIRED]
    missed = [_canonical(one) for one in required if one not in found]
    return {
        "wanted": len(required),
        "found": len(required) - len(missed),
        "missed": missed,
        "false": false,
        "share": round(1 - len(missed) / len(required), 3) if required else 0.0,
    }


def _canonical(one: dict[str, Any]) -> str:
    return str(one.get("canonical") or one.get("name") or one.get("id"))


def _gold_names(one: dict[str, Any]) -> list[str]:
    return [_canonical(one), *(str(alias) for alias in one.get("aliases", ()))]


def _is_called(area: FocusArea, names: Sequence[str]) -> bool:
    return any(area.name.casefold() == name.casefold() or same_area(area.name, name) for name in names)


def _score_search(library: Library, gold: Path, held: dict[str, str]) -> dict[str, Any]:
    """Return hit@1, hit@5, MRR@10 and nDCG@10 of the queries whose document is held, per language pair."""
    rows: dict[str, list[dict[str, float]]] = {}
    for one in _read_lines(gold / "queries.jsonl"):
        if str(one.get("doc")) not in held:
            continue
        answer = library.searcher.search(str(one["query"]), Filter(), limit=10)
        wanted = [*one.get("relevant", ()), *one.get("also_ok", ())]
        right = [any(_holds(hit.text, quote) for quote in wanted) for hit in answer.hits]
        own = next((hit.language for hit, good in zip(answer.hits, right, strict=True) if good), None)
        pair = f"{one.get('query_lang')}→{own or _document_language(library, held[str(one['doc'])])}"
        score = {
            "hit@1": float(any(right[:1])),
            "hit@5": float(any(right[:5])),
            "mrr@10": reciprocal_rank(right),
            "ndcg@10": ndcg(right, len(one.get("relevant", ()))),
        }
        rows.setdefault(pair, []).append(score)
        rows.setdefault("all", []).append(score)
    return {pair: _mean_rows(some) for pair, some in sorted(rows.items())}


def _mean_rows(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    means = {name: round(sum(row[name] for row in rows) / len(rows), 3) for name in rows[0]}
    return means | {"queries": len(rows)}


def _holds(text: str, quote: str) -> bool:
    wanted, held = normalise(quote), normalise(text)
    return wanted in held or share_in_order(wanted, held) >= 0.9


def _document_language(library: Library, document: str) -> str:
    listed = find_listed(library.catalogue.folder, document)
    return str(next(iter(listed["languages"]), "other"))


def _score_absent(library: Library, gold: Path) -> dict[str, Any]:
    """Return the share of unanswerable questions that search says are not answered."""
    asked = list(_read_lines(gold / "absent_questions.jsonl"))
    if not asked:
        return {}
    wrong = [
        str(one["query"])
        for one in asked
        if library.searcher.search(str(one["query"]), Filter(), limit=10).answered
    ]
    return {"questions": len(asked), "right": round(1 - len(wrong) / len(asked), 3), "wrong": wrong}


def _left_out(library: Library) -> dict[str, Any]:
    """Return what the model card says of gold documents that were left out."""
    card = library.classifier.card
    return {
        "labeller": card["labeller"],
        **{name: card.get(name, {}) for name in ("scores", "documents", "terms")},
    }


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadGold(f"The file is no JSON: {error}.", subject=path.name) from error


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if raw.strip():
            try:
                yield json.loads(raw)
            except ValueError as error:
                raise BadGold(f"{path.name}:{number}: no JSON ({error}).", subject=path.name) from error


def write_scores(record: dict[str, Any]) -> list[str]:
    """Return the lines that a person reads."""
    out = [f"Not ingested, so not scored: {name}" for name in record["not_ingested"]]
    findings = record["findings"]
    if findings:
        out += [
            f"Findings ({findings['rows']} gold sentences, {findings['unmatched']} not found in the text):"
        ]
        out += [_kind_line(kind, findings["all"][kind]) for kind in KINDS]
        out += [f"  {name}: {value}" for name, value in findings["terms"].items()]
        if findings["cue_word_negatives"] is not None:
            out += [f"  cue-word negatives called barrier or measure: {findings['cue_word_negatives']:.0%}"]
        out += [
            "  If the weights were fitted to this gold, these scores are too good. Documents left out in turn:"
        ]
        left = record["card"]["scores"].get("left_document", {})
        out += [_kind_line(kind, left[kind]) for kind in KINDS if kind in left]
    for name, score in record["focus_areas"].items():
        said = "not ingested" if "not_ingested" in score else f"{score['found']} of {score['wanted']} found"
        more = "".join(
            f"; {what} {', '.join(score[what])}" for what in ("missed", "false") if score.get(what)
        )
        out += [f"Focus areas {name}: {said}{more}"]
    for pair, score in record["search"].items():
        out += [f"Search {pair}: " + ", ".join(f"{name} {value}" for name, value in score.items())]
    if record["absent"]:
        out += [
            f"Absent questions: {record['absent']['right']:.0%} of {record['absent']['questions']} told as absent"
        ]
    return out


def _kind_line(kind: str, score: dict[str, Any]) -> str:
    low, high = score["interval"]
    return (
        f"  {kind}: F1 {score['f1']:.2f} [{low:.2f}, {high:.2f}], precision {score['precision']:.2f}, "
        f"recall {score['recall']:.2f}, {score['wanted']} wanted"
    )
