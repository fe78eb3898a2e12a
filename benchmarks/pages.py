"""How fast the page answers over loopback: first page, search results, reader, pictures, comparison.

    python benchmarks/pages.py DATA QUESTIONS.jsonl…

Starts `strategi serve` as a process of its own over a data folder and asks it with one client. Wall
milliseconds, each address asked for the first time unless it says "again", after one search that warms
up; `bytes` of the first page are of all that a browser fetches for it, as sent. The folder of pictures
is emptied before, so `cold` draws them.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np

HOME = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds until the service must be ready."""
PICTURES = 20
_ASSET = re.compile(r"""(?:src|href)="(/static/[^"]+)\"""")


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    wish = parser.parse_args()
    asked = [
        json.loads(line)["query"]
        for path in wish.questions
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    shutil.rmtree(wish.data / "pictures", ignore_errors=True)
    port = find_port()
    command = [sys.executable, "-m", "service.cli", "--data", str(wish.data), "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=HOME, stderr=subprocess.DEVNULL) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
                record = {"ready_s": wait(client), **measure(client, asked)}
        finally:
            process.terminate()
    print(json.dumps(record, indent=1))


def find_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(client: httpx.Client) -> float:
    """Return the seconds until the service says that it is ready."""
    start = time.perf_counter()
    while time.perf_counter() - start < PATIENCE:
        try:
            if client.get("/readyz").status_code == 200:
                return round(time.perf_counter() - start, 2)
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise SystemExit("the service is not ready")


def measure(client: httpx.Client, asked: Sequence[str]) -> dict[str, object]:
    """Return the times of each kind of page."""
    first = take(client, "/")
    page = client.get("/")
    assets = sorted(set(_ASSET.findall(page.text)))
    sent = sum(int(client.get(one).headers.get("content-length", 0)) for one in assets)
    listed = client.get("/api/v1/documents").json()
    documents = [(one["id"], one["pages"]) for one in listed.get("documents", listed)]
    regions = sorted({name for one in listed.get("documents", listed) for name in one["regions"]})
    spots = [documents[n % len(documents)] for n in range(PICTURES)]
    take(client, "/", q="strategi")
    pictures = [f"/picture/{name}/{1 + n * 7 % pages}" for n, (name, pages) in enumerate(spots)]
    return {
        "first_page_ms": round(first, 1),
        "first_page_bytes": sent + int(page.headers.get("content-length", len(page.content))),
        "search": tell([take(client, "/", q=one) for one in asked]),
        "search_again": tell([take(client, "/", q=one) for one in asked]),
        "reader": tell([take(client, f"/read/{name}") for name, _ in documents]),
        "picture_cold": tell([take(client, one) for one in pictures]),
        "picture_again": tell([take(client, one) for one in pictures]),
        "compare": tell([take(client, "/compare", region=list(pair)) for pair in pairwise(regions)]),
        "documents": round(take(client, "/documents"), 1),
    }  # fmt: skip


def take(client: httpx.Client, path: str, **parameters: str | list[str]) -> float:
    """Return the milliseconds of one request, which must succeed."""
    start = time.perf_counter()
    answer = client.get(path, params=parameters)
    spent = (time.perf_counter() - start) * 1000
    answer.raise_for_status()
    return spent


def tell(times: Sequence[float]) -> dict[str, float]:
    """Return median and 95th percentile in milliseconds, and how many there are."""
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1), "count": len(times)}


if __name__ == "__main__":
    main()
