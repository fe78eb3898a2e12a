"""`strategi train`: labelled text in, weights and a model card out.

Our own passages (models/training) are always read; gold folders come on top. Before the
weights are written the same fitting is tried on parts of the text: every gold document left
out in turn, and every section in turn (in folds). What the card says was measured so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from models.classifier import CARD, HEADS, load_classifier, name_weights, output_names
from models.heads import save_heads
from models.taxonomy import load_taxonomy
from service.card import describe_scores, write_card
from service.sample import make_sample, read_readings
from service.settings import Settings
from service.trials import fit_heads, run_trials


def train_classifier(settings: Settings, gold: Sequence[Path], output: Path | None) -> dict[str, Any]:
    """Train on our own passages and gold folders, write weights and card, return the card.

    `output` is a folder; the package's own if None. Deterministic for one encoder.
    Raises: BadGold, BadPath, ModelMissing.
    """
    from models.encoder import load_encoder

    taxonomy = load_taxonomy()
    readings = read_readings(gold, taxonomy)
    encoder = load_encoder(settings.encoder, cache=settings.cache, threads=settings.threads)
    sample = make_sample(readings, encoder, taxonomy)
    trials = run_trials(sample)
    heads = fit_heads(sample, trials)
    folder = output or Path(str(files("models") / "weights"))
    folder.mkdir(parents=True, exist_ok=True)
    save_heads(folder / HEADS, heads)
    card = {
        "labeller": name_weights(folder / HEADS),
        "encoder": encoder.fingerprint,
        "encoder_name": encoder.name,
        "taxonomy": taxonomy.version,
        "outputs": list(output_names(taxonomy)),
        **describe_scores(sample, trials, heads),
    }
    text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
    (folder / "card.md").write_text("\n".join(write_card(card)) + "\n", encoding="utf-8")
    load_classifier(encoder.fingerprint, taxonomy, folder)
    return card


def write_training(record: dict[str, Any]) -> list[str]:
    """Return the lines that a person reads after training."""
    return write_card(record)
