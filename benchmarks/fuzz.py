"""Damaged copies of the samples read as an ingest reads them: `python -m benchmarks.fuzz [--copies N] [--seconds S]`.

Every copy goes through a worker process. Most are copies of two pages cut out of a sample, where a damaged
place meets the structure of a file more often than the inside of a picture or a font; every tenth is one of
a whole sample. Prints one JSON line: how many copies came to which outcome ("read" or an error's code), the
slowest in seconds, and whatever came out that is none of our errors; every hundred copies a line on how far it is.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest.pdf import Limits
from ingest.worker import read_in_process
from models.errors import StrategyError

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"
WHOLE_EVERY = 10
CUT_PAGES = 2
KINDS = ("bit", "zero", "delete", "repeat", "number", "cut")


def main() -> None:
    """Read damaged copies, in turn of all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--copies", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=3_600.0)
    parser.add_argument("--seed", type=int, default=3)
    wish = parser.parse_args()
    record = fuzz(wish.files or sorted(SAMPLES.glob("*.pdf")), wish.copies, wish.seed, wish.seconds)
    sys.stdout.write(json.dumps(record) + "\n")


def fuzz(files: Sequence[Path], copies: int, seed: int, seconds: float = 3_600.0) -> dict[str, object]:
    """Return the counts of outcomes, the slowest copy's seconds and what was not foreseen."""
    chance = random.Random(seed)
    whole = [file.read_bytes() for file in files]
    cuts = [part for file in files for part in cut(file)] or whole
    outcomes: Counter[str] = Counter()
    strange: list[str] = []
    slowest = 0.0
    begin = time.monotonic()
    end = begin + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.pdf"
        for turn in range(copies):
            if time.monotonic() > end:
                break
            rounds, rest = divmod(turn, WHOLE_EVERY)
            source = cuts[turn % len(cuts)] if rest else whole[rounds % len(whole)]
            path.write_bytes(mutate(source, chance))
            start = time.monotonic()
            outcome = read_copy(path)
            slowest = max(slowest, time.monotonic() - start)
            outcomes[outcome] += 1
            if outcome.startswith("!"):
                strange.append(f"copy {turn}: {outcome}")
            if outcomes.total() % 100 == 0:
                sys.stderr.write(f"{outcomes.total()} copies, {time.monotonic() - begin:.0f} s\n")
    return {
        "copies": outcomes.total(),
        "outcomes": dict(sorted(outcomes.items())),
        "seconds": round(time.monotonic() - begin),
        "slowest_s": round(slowest, 1),
        "strange": strange,
    }


def cut(file: Path) -> list[bytes]:
    """Return a file's pages, two by two, as files of their own."""
    import pypdf

    parts = []
    pages = len(pypdf.PdfReader(file).pages)
    for first in range(0, pages - CUT_PAGES + 1, CUT_PAGES):
        writer = pypdf.PdfWriter()
        writer.append(str(file), pages=(first, first + CUT_PAGES), import_outline=first == 0)
        buffer = io.BytesIO()
        writer.write(buffer)
        parts.append(buffer.getvalue())
    return parts


def read_copy(path: Path) -> str:
    """Return the outcome of one copy; one that is no outcome of ours starts with an exclamation mark."""
    try:
        read_in_process(path, limits=Limits(ocr=False))
    except StrategyError as error:
        return error.code if "fault in the reader" not in error.message else f"!{error.code}"
    except Exception as error:
        return f"!{type(error).__name__}"
    return "read"


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to six places damaged."""
    damaged = bytearray(data)
    for _ in range(chance.randrange(1, 7)):
        kind, at = chance.choice(KINDS), chance.randrange(len(damaged))
        if kind == "bit":
            damaged[at] ^= 1 << chance.randrange(8)
        elif kind == "zero":
            damaged[at : at + 12] = bytes(12)
        elif kind == "delete":
            del damaged[at : at + chance.randrange(1, 80)]
        elif kind == "repeat":
            damaged[at:at] = damaged[at : at + chance.randrange(1, 80)]
        elif kind == "number":
            digits = [place for place in range(at, min(at + 300, len(damaged))) if 48 <= damaged[place] < 58]
            if digits:
                damaged[chance.choice(digits)] = 48 + chance.randrange(10)
        else:
            del damaged[len(damaged) // 3 + at * 2 // 3 :]
            break
    return bytes(damaged)


if __name__ == "__main__":
    main()
