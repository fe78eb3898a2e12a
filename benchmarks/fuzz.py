"""Damaged copies of the samples read as an ingest reads them: `python -m benchmarks.fuzz [--copies N] [--seconds S]`.

Every copy goes through a worker process. Prints one JSON line: how many copies came to which outcome
("read" or an error's code), the slowest in seconds, and whatever came out that is none of our errors.
"""

from __future__ import annotations

import argparse
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
    sources = [file.read_bytes() for file in files]
    outcomes: Counter[str] = Counter()
    strange: list[str] = []
    slowest = 0.0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.pdf"
        for turn in range(copies):
            if time.monotonic() > end:
                break
            path.write_bytes(mutate(sources[turn % len(sources)], chance))
            start = time.monotonic()
            outcome = read_copy(path)
            slowest = max(slowest, time.monotonic() - start)
            outcomes[outcome] += 1
            if outcome.startswith("!"):
                strange.append(f"copy {turn}: {outcome}")
    return {
        "copies": outcomes.total(),
        "outcomes": dict(sorted(outcomes.items())),
        "slowest_s": round(slowest, 1),
        "strange": strange,
    }


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
