"""The plain way from PDFs to a searchable store, as one writes it in an afternoon: the measure for `ingest`.

    python benchmarks/plain.py FILE.pdf…

pypdf's text, chunks of 1,000 characters that overlap by 200, sentence-transformers in float32 on the same
weights as ours, Chroma in a temporary folder. It finds no headings, sentences, barriers or measures.
Prints one JSON line: counts, and for each stage its seconds (wall) and CPU seconds.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK, OVERLAP = 1_000, 200
BATCH = 5_000


class Clock:
    """Seconds and CPU seconds of named stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is inside under a name."""
        wall, cpu = time.perf_counter(), sum(os.times()[:4])
        yield
        self.seconds[name] = round(time.perf_counter() - wall, 2)
        self.cpu_seconds[name] = round(sum(os.times()[:4]) - cpu, 2)


def read_pages(path: Path) -> list[str]:
    """Return the text of each page, [] for a file that pypdf cannot read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return [page.extract_text() for page in PdfReader(path).pages]
    except (PyPdfError, OSError, ValueError) as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return []


def cut_chunks(text: str) -> list[str]:
    """Return pieces of 1,000 characters, each starting 800 after the one before."""
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK - OVERLAP)]


def store_chunks(folder: str, ids: list[str], chunks: list[str], vectors: list[list[float]]) -> None:
    """Add everything to a new collection of a persistent Chroma."""
    import chromadb

    client = chromadb.PersistentClient(folder, settings=chromadb.Settings(anonymized_telemetry=False))
    collection = client.create_collection("plain", embedding_function=None)
    for at in range(0, len(ids), BATCH):
        part = slice(at, at + BATCH)
        collection.add(ids=ids[part], documents=chunks[part], embeddings=vectors[part])


def run(paths: list[Path], folder: str) -> dict[str, object]:
    """Take the files through all stages and return what it took."""
    from models.bundled import prepare_library

    model_folder, clock = prepare_library(), Clock()
    with clock.stage("read"):
        pages = {path.stem: read_pages(path) for path in paths}
    with clock.stage("chunk"):
        cut = {name: cut_chunks("\n".join(texts)) for name, texts in pages.items()}
        rows = [(f"{name}-{n}", chunk) for name, chunks in cut.items() for n, chunk in enumerate(chunks)]
    with clock.stage("load"):
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(model_folder), device="cpu")
    with clock.stage("encode"):
        vectors = model.encode([chunk for _, chunk in rows], prompt="passage: ", show_progress_bar=False)
    with clock.stage("store"):
        store_chunks(folder, [name for name, _ in rows], [chunk for _, chunk in rows], vectors.tolist())
    return {
        "files": len(paths),
        "pages": sum(map(len, pages.values())),
        "chunks": len(rows),
        "characters": sum(len(chunk) for _, chunk in rows),
        "seconds": clock.seconds,
        "cpu_seconds": clock.cpu_seconds,
        "total_seconds": round(sum(clock.seconds.values()), 2),
        "total_cpu_seconds": round(sum(clock.cpu_seconds.values()), 2),
    }


def main() -> None:
    """Read the paths of the command line."""
    paths = [Path(name) for name in sys.argv[1:]]
    if not paths:
        sys.exit("usage: python benchmarks/plain.py FILE.pdf…")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        print(json.dumps(run(paths, folder)))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
