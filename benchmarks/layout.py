"""Scores of the layout against gold blocks: `python -m benchmarks.layout [FOLDER…] [--json FILE]`.

Without a folder: ../shared/corpus/structure where it is, and the gold of the samples. A folder holds
`<name>.structure.json` or `structure_<name>.json`; the PDF named in it stands beside it or one folder
up. All figures are shares in [0, 1] unless they are named as counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time

from benchmarks.measures import (
    Case,
    Gold,
    Score,
    score_furniture,
    score_headings,
    score_hyphens,
    score_items,
    score_joined,
    score_kinds,
    score_labels,
    score_notes,
    score_places,
    score_tables,
    score_words,
)
from ingest.outline import build_layout
from ingest.pdf import read_pdf

HOME = Path(__file__).resolve().parent.parent
DEFAULT = (HOME.parent / "shared" / "corpus" / "structure", HOME / "corpus" / "samples" / "gold")


@dataclass(frozen=True, slots=True)
class Source:
    """A gold file: the PDF, its blocks, and the labels of its pages if the gold names them."""

    pdf: Path
    gold: tuple[Gold, ...]
    labels: tuple[str | None, ...] = ()


def find_sources(folders: Iterable[Path]) -> Iterable[Source]:
    """Yield PDF and gold of every gold file of folders."""
    for folder in folders:
        for path in sorted([*folder.glob("*.structure.json"), *folder.glob("structure_*.json")]):
            gold = json.loads(path.read_text("utf-8"))
            places = [base / gold["file"] for base in (folder, folder.parent)]
            pdf = next((place for place in places if place.exists()), None)
            if pdf is not None:
                yield Source(pdf, tuple(gold["blocks"]), tuple(gold.get("labels", ())))


def score_source(source: Source) -> Score:
    """Read a PDF and score its layout."""
    raw = read_pdf(source.pdf)
    started = process_time()
    layout = build_layout(raw)
    seconds = process_time() - started
    score = Score(source.pdf.stem)
    case = Case(score.name, source.gold, raw, layout, source.labels)
    for measure in (
        score_words, score_headings, score_joined, score_items, score_tables, score_notes, score_kinds,
        score_hyphens, score_furniture, score_places, score_labels,
    ):  # fmt: skip
        measure(case, score)
    score.figures["pages_per_second"] = round(len(raw.pages) / max(seconds, 0.001))
    return score


def render(scores: Sequence[Score], verbose: int) -> str:
    """Return scores as a text table, with up to `verbose` examples per kind of error."""
    lines = [f"{'':22}" + "".join(f"{score.name[:16]:>18}" for score in scores)]
    for name in scores[0].figures if scores else ():
        lines.append(f"{name:22}" + "".join(f"{score.figures[name]:>18}" for score in scores))
    for score in scores if verbose else ():
        for kind, examples in score.wrong.items():
            lines += [f"{score.name[:8]} {kind} ({len(examples)}):" for _ in examples[:1]]
            lines += [f"    {example}" for example in examples[:verbose]]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Score the gold of folders and write a table, and JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=list(DEFAULT))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", type=int, default=0)
    options = parser.parse_args()
    missing = [folder for folder in options.folders if not folder.is_dir() and folder not in DEFAULT]
    if missing:
        parser.error(f"{missing[0]} is no folder")
    scores = [
        score_source(source) for source in find_sources(options.folders) if options.only in source.pdf.stem
    ]
    if not scores:
        parser.error("no gold: give a folder with NAME.structure.json files beside their PDFs")
    sys.stdout.write(render(scores, options.verbose))
    if options.json:
        options.json.write_text(
            json.dumps([asdict(s) for s in scores], ensure_ascii=False, indent=1), "utf-8"
        )


if __name__ == "__main__":
    main()
