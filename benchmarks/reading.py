"""Speed and memory of the reader: `python -m benchmarks.reading [FILE…] [--pages N] [--memory] [--rounds N]`.

Memory: of a file of N pages (0: none) put together from the files (the samples without any), the peak in MB
of the worker process that reads it into a whole document and sends it, forked as an ingest forks it; and what
the process that receives it needs on top of what it had, at its peak.

Speed (not with `--memory`): pages per second of processor time over the files, without OCR:
for the lines alone, for lines and layout, and for the whole document with languages, sentences and
segments. pdfium's plain text of the same files in the same run tells how fast the machine is just then;
with `--rounds` each file counts with the least of so many times.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from typing import Any

from corpus.pdfium import open_pdf
from ingest.outline import build_layout
from ingest.pdf import Limits, read_pdf
from ingest.reader import read_document, warm_up
from ingest.worker import fork_context, receive, work
from models.errors import UnreadableDocument

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"
LIMITS = Limits()
PATIENT = Limits(max_bytes=1 << 40, seconds_per_file=3_600.0, ocr=False)
MEGABYTE = 1_000_000


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--rounds", type=int, default=1)
    wish = parser.parse_args()
    record: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.pdf"
        files, pages = prepare(wish.files or sorted(SAMPLES.glob("*.pdf")), wish.pages, book)
        if pages:
            record |= {"book_pages": pages, "book_mb": round(book.stat().st_size / MEGABYTE, 1)}
            record |= measure_memory(book)
    if not wish.memory:
        record |= measure_speed(files, wish.rounds)
    sys.stdout.write(json.dumps(record) + "\n")


def prepare(files: list[Path], pages: int, book: Path) -> tuple[list[Path], int]:
    """Return the files that have text, and the pages of the book bound of them (0: none is wished for).

    Done in a process of its own: what it takes is not to be measured.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        readable = pool.submit(find_readable, files).result()
        return readable, pool.submit(bind, readable, pages, book).result() if pages else 0


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
    """Write the files one after another, again and again, until there are `least` pages or more."""
    import pypdf

    writer = pypdf.PdfWriter()
    turn = itertools.cycle(files)
    while len(writer.pages) < least:
        writer.append(str(next(turn)), import_outline=False)
    writer.write(str(target))
    return len(writer.pages)


def measure_memory(file: Path) -> dict[str, float]:
    """Return the peak of a worker that reads a file, and what its receiver needs on top, in MB (Linux only)."""
    context = fork_context()
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(theirs, file), daemon=True)
    worker.start()
    theirs.close()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
    before = read_status("VmRSS")
    document = receive(ours, file.name, PATIENT)
    peak: float = ours.recv()
    worker.join()
    receiver = read_status("VmHWM") - before
    return {"pages_read": len(document.pages), "worker_mb": round(peak, 1), "receiver_mb": round(receiver, 1)}


def _work(pipe: Connection, file: Path) -> None:
    """Run in the worker."""
    work(pipe, file, file.name, limits=PATIENT)
    pipe.send(read_status("VmHWM"))


def read_status(field: str) -> float:
    """Return what the kernel says of this process's memory, in MB: VmRSS is held now, VmHWM the most it was."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) * 1024 / MEGABYTE


if __name__ == "__main__":
    main()
