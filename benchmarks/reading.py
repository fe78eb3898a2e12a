"""Speed and memory of the reader: `python -m benchmarks.reading [FILE…] [--pages N] [--rounds N]`.

Speed: pages per second of processor time over the files (the samples without any), without OCR:
for the lines alone, for lines and layout, and for the whole document with languages, sentences and
segments. pdfium's plain text of the same files in the same run tells how fast the machine is just then;
with `--rounds` each file counts with the least of so many times.

Memory: the peak of a worker process, forked as an ingest forks it, that reads a file of N pages (0: none)
put together from the files, into a whole document, in MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

from corpus.pdfium import open_pdf
from ingest.outline import build_layout
from ingest.pdf import Limits, read_pdf
from ingest.reader import read_document, warm_up
from ingest.worker import fork_context
from models.errors import UnreadableDocument

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"
LIMITS = Limits()


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=1)
    wish = parser.parse_args()
    files = find_readable(wish.files or sorted(SAMPLES.glob("*.pdf")))
    record = measure_speed(files, wish.rounds)
    if wish.pages:
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "book.pdf"
            pages = bind(files, wish.pages, book)
            megabytes = round(book.stat().st_size / 1e6, 1)
            record |= {"book_pages": pages, "book_mb": megabytes, "peak_mb": measure_peak(book)}
    sys.stdout.write(json.dumps(record) + "\n")


def find_readable(files: list[Path]) -> list[Path]:
    """Return the files that have text."""
    found = []
    for file in files:
        try:
            read_pdf(file, limits=LIMITS)
        except UnreadableDocument as error:
            sys.stderr.write(f"{file.name}: {error.code}\n")
        else:
            found.append(file)
    return found


def measure_speed(files: list[Path], rounds: int = 1) -> dict[str, float]:
    """Return the number of pages, and pages per second of processor time of each way."""
    warm_up()
    read_document(files[0], limits=LIMITS)
    ways: dict[str, Any] = {
        "pdfium_plain": read_plain,
        "lines": lambda file: read_pdf(file, limits=LIMITS),
        "lines_and_layout": lambda file: build_layout(read_pdf(file, limits=LIMITS)),
        "document": lambda file: read_document(file, limits=LIMITS),
    }
    seconds = dict.fromkeys(ways, 0.0)
    pages = 0
    for file in files:
        pages += read_plain(file)
        for name, way in ways.items():
            seconds[name] += min(measure_time(way, file) for _ in range(rounds))
    return {"pages": pages} | {name: round(pages / spent, 1) for name, spent in seconds.items()}


def measure_time(way: Callable[[Path], object], file: Path) -> float:
    """Return the seconds of processor time that a way takes for a file."""
    start = process_time()
    way(file)
    return process_time() - start


def read_plain(file: Path) -> int:
    """Read a file's text with pdfium alone; return its number of pages."""
    document = open_pdf(file)
    for page in document:
        page.get_textpage().get_text_range()
    return len(document)


def bind(files: list[Path], least: int, target: Path) -> int:
    """Write the files one after another, again and again, up to `least` pages or more."""
    import pypdf

    writer = pypdf.PdfWriter()
    while len(writer.pages) < least:
        for file in files:
            writer.append(str(file), import_outline=False)
    writer.write(str(target))
    return len(writer.pages)


def measure_peak(file: Path) -> int:
    """Return the peak memory in MB of a worker that reads the file."""
    context = fork_context()
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(theirs, file), daemon=True)
    worker.start()
    theirs.close()
    peak: int = ours.recv()
    worker.join()
    return peak


def _work(pipe: Any, file: Path) -> None:
    """Run in the worker."""
    read_document(file, limits=replace(LIMITS, max_bytes=1 << 40, seconds_per_file=3_600.0))
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main()
