"""Score a comparison of real strategies against what a reader found in them: F1 of areas and themes.

    python -m benchmarks.comparison ../shared/realpdf [--golden FILE] [--data DIR]
    python -m benchmarks.comparison --samples [--data DIR]

With --samples the five samples are ingested and all ten pairs compared with their exact truth.
Else the PDFs that the golden file names are ingested (unchanged ones are not read again), compared
and scored. Pairs and themes that the reader calls arguable count neither for nor against.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from models.finding import Comparison, ThemeComparison
from models.taxonomy import load_taxonomy
from service.compare import compare_regions
from service.jobs import ingest_paths
from service.library import open_library
from service.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "comparison_three.json"
SAMPLES = ROOT / "corpus" / "samples"


def score(found: Iterable[Any], wanted: Iterable[Any], arguable: Iterable[Any] = ()) -> dict[str, Any]:
    """Return precision, recall and F1 with what is missing and what is wrong; 1 where nothing was to be found."""
    found, wanted, arguable = set(found), set(wanted), set(arguable)
    right = found & wanted
    wrong = found - wanted - arguable
    precision = len(right) / (len(right) + len(wrong)) if right or wrong else 1.0
    recall = len(right) / len(wanted) if wanted else 1.0
    total = precision + recall
    return {
        "f1": round(2 * precision * recall / total if total else 0.0, 3),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "missing": sorted(map(str, wanted - found)),
        "wrong": sorted(map(str, wrong)),
    }


def fold(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """Return a name without case, brackets and what follows them, so that spellings agree."""
    plain = " ".join(name.partition("(")[0].replace(",", " ").casefold().split())
    return {fold(one): fold(other) for one, other in (aliases or {}).items()}.get(plain, plain)


def pair_up(
    groups: Iterable[Iterable[str]], aliases: Mapping[str, str] | None = None
) -> set[tuple[str, ...]]:
    """Return the pairs that groups of names hold, each in order of the alphabet."""
    folded = ({fold(one, aliases) for one in group} for group in groups)
    return {tuple(sorted(pair)) for group in folded for pair in combinations(group, 2)}


def score_areas(made: Comparison, told: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Return the scores of shared pairs, of unique areas, and of the areas themselves."""
    known = {region: {fold(name) for name in areas} for region, areas in told["areas"].items()}
    unique = {
        (region, fold(one.name, aliases)) for region, ones in made.focus_areas.unique.items() for one in ones
    }
    shared = {
        (region, fold(name, aliases)) for one in made.focus_areas.shared for region, name in one.areas.items()
    }
    named = [(region, fold(name)) for region, names in told["unique"].items() for name in names]
    maybe = [(region, fold(name)) for region, names in told["unique_also_ok"].items() for name in names]
    return {
        "areas": score(
            unique | shared, {(region, name) for region, names in known.items() for name in names}
        ),
        "shared": score(
            pair_up((one.areas.values() for one in made.focus_areas.shared), aliases),
            pair_up(told["shared"]),
            pair_up(told["shared_also_ok"]),
        ),
        "unique": score(unique, named, maybe),
    }


def score_themes(made: ThemeComparison, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scores of the themes that each region holds, and of those that all share."""
    found = {
        (region, row.theme)
        for row in made.themes
        for region, cell in row.cells.items()
        if cell.status == "found" and not cell.weak
    }
    held = {(region, theme) for region, themes in told["held"].items() for theme in themes}
    maybe = {(region, theme) for region, themes in told["also_ok"].items() for theme in themes}
    shared = set.intersection(*(set(themes) for themes in told["held"].values()))
    possible = set.intersection(*({*told["held"][one], *told["also_ok"][one]} for one in told["held"]))
    return {"held": score(found, held, maybe), "shared": score(made.shared, shared, possible - shared)}


def compare(folder: Path, golden: Mapping[str, Any], data: Path) -> Comparison:
    """Ingest the documents that are not there yet, and return their comparison."""
    settings = load_settings(data)
    for region, name in golden["documents"].items():
        for report in ingest_paths(settings, [folder / name], wishes={"regions": [region]}):
            print(f"{name}: {report['outcome']}, {report['pages']} pages")
    with open_library(settings) as library:
        regions = list(golden["documents"])
        return compare_regions(library.catalogue, load_taxonomy(library.catalogue.folder.taxonomy), regions)


def score_samples(data: Path) -> dict[str, Any]:
    """Return the scores of the samples as ingested: themes held by each, and what the ten pairs share."""
    settings = load_settings(data)
    for report in ingest_paths(settings, [], samples=True):
        print(f"{Path(report['path']).name}: {report['outcome']}")
    truth = json.loads((SAMPLES / "gold" / "comparison.json").read_text(encoding="utf-8"))
    names = {slug: one["name"] for slug, one in truth["regions"].items()}
    found: dict[str, tuple[set[Any], set[Any]]] = {}
    with open_library(settings) as library:
        taxonomy = load_taxonomy(library.catalogue.folder.taxonomy)
        made = compare_regions(library.catalogue, taxonomy, list(names.values()))
        for kind, part in (("barriers", made.barriers), ("measures", made.measures)):
            held = {
                (row.theme, region)
                for row in part.themes
                for region, cell in row.cells.items()
                if cell.status == "found" and not cell.weak
            }
            told = {
                (theme, names[slug])
                for theme, row in truth[kind]["cells"].items()
                for slug, cell in row.items()
                if cell["count"]
            }
            found[f"{kind} held"] = held, told
        for pair in truth["pairs"]:
            slugs = pair["regions"]
            made = compare_regions(library.catalogue, taxonomy, [names[slug] for slug in slugs])
            key = tuple(slugs)
            areas = found.setdefault("areas shared", (set(), set()))
            areas[0].update(
                (key, *(one.areas[names[slug]].casefold() for slug in slugs))
                for one in made.focus_areas.shared
            )
            areas[1].update(
                (key, *(one["areas"][slug].casefold() for slug in slugs))
                for one in pair["shared_focus_areas"]
            )
            for kind, part in (("barrier", made.barriers), ("measure", made.measures)):
                both = found.setdefault(f"{kind} themes shared", (set(), set()))
                both[0].update((key, theme) for theme in part.shared)
                both[1].update((key, theme) for theme in pair[f"{kind}_themes"]["shared"])
    return {name: score(*pair) for name, pair in found.items()}


def main() -> None:
    """Print the scores as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--samples", action="store_true")
    parser.add_argument("--golden", type=Path, default=GOLDEN)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if given.samples:
        with tempfile.TemporaryDirectory() as scratch:
            told = score_samples(given.data or Path(scratch))
        print(json.dumps({name: one["f1"] for name, one in told.items()}, indent=2))
        return
    golden = json.loads(given.golden.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        made = compare(given.folder, golden, given.data or Path(scratch))
    scores = {
        "focus_areas": score_areas(made, golden["focus_areas"], golden["aliases"]),
        "barriers": score_themes(made.barriers, golden["barriers"]),
        "measures": score_themes(made.measures, golden["measures"]),
    }
    print(json.dumps(scores, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
