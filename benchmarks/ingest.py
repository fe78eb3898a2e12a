"""The whole ingest, with findings, against the plain way without them, on the same files in one run.

    python benchmarks/ingest.py ../shared/corpus/*.pdf

Prints one JSON line: seconds of both and their ratio; CPU seconds of both, reading processes
included, which other programs disturb less; pages per second and the peak memory of the
ingesting process. The encoder's cache is warm (a first short run sees to it), both ways start
as new processes, and each is run `--runs` times, in turns; the best of each counts.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run both ways in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--runs", type=int, default=2)
    wish = parser.parse_args()
    adopt_orphans()
    files = [str(Path(file).resolve()) for file in wish.files]
    with tempfile.TemporaryDirectory() as folder:
        run_ours(["--samples"], Path(folder) / "warm")
        ours, plain = [], []
        for n in range(wish.runs):
            ours.append(run_ours(files, Path(folder) / f"data{n}"))
            plain.append(run_plain(files))
    best, other = min(one["seconds"] for one in ours), min(one["seconds"] for one in plain)
    record = {
        "pages": ours[0]["pages"],
        "ours_s": round(best, 2),
        "plain_s": round(other, 2),
        "times_as_fast": round(other / best, 2),
        "ours_cpu_s": min(one["cpu_s"] for one in ours),
        "plain_cpu_s": min(one["cpu_s"] for one in plain),
        "pages_per_second": round(ours[0]["pages"] / best, 1),
        "peak_mb": max(one["peak_mb"] for one in ours),
        "findings": ours[0]["findings"],
    }
    print(json.dumps(record))


def run_ours(words: list[str], data: Path) -> dict[str, float]:
    """Ingest with findings into a new data folder; wall seconds, pages, peak memory in MB."""
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "--data",
        str(data),
        "ingest",
        "--json",
        "--keep-duplicates",
        *words,
    ]
    start, before = time.perf_counter(), cpu_of_children()
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()  # the reading processes' server, left behind by the one that ended
    reports = [json.loads(line) for line in output.splitlines()]
    failed = [one["path"] for one in reports if one["outcome"] == "failed"]
    if status or failed:
        raise SystemExit(f"ingest failed: {failed}")
    return {
        "seconds": seconds,
        "pages": sum(one["pages"] for one in reports),
        "findings": sum(one["findings"] for one in reports),
        "peak_mb": usage.ru_maxrss // 1024,
        "cpu_s": round(cpu_of_children() - before, 1),
    }


def run_plain(files: list[str]) -> dict[str, float]:
    """Run benchmarks/plain.py as a process of its own."""
    start, before = time.perf_counter(), cpu_of_children()
    done = subprocess.run(
        [sys.executable, str(HOME / "benchmarks" / "plain.py"), *files],
        cwd=HOME, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    record: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    seconds = time.perf_counter() - start
    return record | {"seconds": seconds, "cpu_s": round(cpu_of_children() - before, 1)}


def cpu_of_children() -> float:
    """Return CPU seconds of all processes that this one has waited for, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def adopt_orphans() -> None:
    """Become the parent of processes whose parent ends (Linux), so that their CPU time is counted."""
    set_child_subreaper = 36
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


if __name__ == "__main__":
    main()
