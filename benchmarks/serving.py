"""The service over a data folder: how long it takes to its first answer, and how uploads and questions get on together.

    python benchmarks/serving.py FOLDER [PDF…] [--after 30] [--remake-at 40]

FOLDER is written to where PDFs are given: use a copy. `--after` seconds are waited after the last upload, while
questions go on; `--remake-at` has the index of newer documents made from so many segments on, `--main-at` the
main one, as otherwise a few PDFs would not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

HOME = Path(__file__).resolve().parent.parent
PORT = 8799
SERVE = """
import sys
from pathlib import Path
sys.path.insert(0, {home!r})
if __name__ == "__main__":
    from service import upkeep
    from service.server import run_server
    from service.settings import load_settings
    upkeep.BOUNDS = upkeep.Bounds(**{bounds!r})
    run_server(load_settings(Path({data!r})).model_copy(update=dict(port={port})))
"""
"""Written to a file, as processes that make an index begin with what their parent began with."""


class Server:
    """A service in a process of its own."""

    def __init__(self, script: Path) -> None:
        self.begin = time.perf_counter()
        self.process = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.DEVNULL)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=600)

    def wait(self) -> None:
        """Wait until it answers."""
        while self.process.poll() is None:
            try:
                self.client.get("/healthz")
                return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise SystemExit("The service did not start.")

    def search(self, question: str, **more: str) -> list[dict[str, Any]]:
        """Return the hits."""
        found = self.client.get("/api/v1/search", params={"q": question, **more})
        hits: list[dict[str, Any]] = found.raise_for_status().json()["hits"]
        return hits

    def tell(self, what: str) -> None:
        """Print how long it has lived, and its CPU and memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        now, most = (int(status.partition(f"{name}:")[2].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
        times = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        used = (int(times[11]) + int(times[12])) / 100
        print(
            f"{what}: {time.perf_counter() - self.begin:.1f} s after the start, CPU {used:.1f} s,"
            f" memory {now} MB, at most {most} MB",
            flush=True,
        )

    def upload(self, path: Path) -> None:
        """Upload a file, and print when it was found."""
        begin = time.perf_counter()
        with path.open("rb") as pdf:
            taken = self.client.post("/api/v1/documents", files={"file": (path.name, pdf)}).json()
        record = taken["jobs"][0]
        stages: dict[str, float] = {}
        while record["state"] != "done":
            record = self.client.get(f"/api/v1/jobs/{record['id']}").json()
            stages.setdefault(record["stage"], round(time.perf_counter() - begin, 1))
            time.sleep(0.02)
        report = record["report"]
        hits = self.search("strategy", document=report["document"])
        print(
            f"{path.name}: {report['outcome']}, {report['segments']} segments, {stages},"
            f" found after {time.perf_counter() - begin:.1f} s ({len(hits)} hits)",
            flush=True,
        )


def ask_on(server: Server, stop: threading.Event, spent: list[float]) -> None:
    """Ask one question after the other, each for the first time."""
    while not stop.wait(0.1):
        begin = time.perf_counter()
        server.search(f"what hinders the growth of companies {len(spent)}")
        spent.append(1000 * (time.perf_counter() - begin))


def measure(server: Server, files: list[Path], after: float) -> None:
    """Start, ask, upload while asking."""
    server.wait()
    server.tell("healthy")
    server.search("what hinders the growth of companies")
    server.tell("first answer")
    stop, spent = threading.Event(), list[float]()
    asking = threading.Thread(target=ask_on, args=(server, stop, spent))
    asking.start()
    time.sleep(5)
    for path in files:
        server.upload(path)
    time.sleep(after)
    stop.set()
    asking.join()
    print(
        f"{len(spent)} questions meanwhile: p50 {np.median(spent):.0f} ms,"
        f" p95 {np.quantile(spent, 0.95):.0f} ms, at most {max(spent):.0f} ms"
    )
    server.tell("at the end")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--after", type=float, default=5)
    parser.add_argument("--remake-at", type=int)
    parser.add_argument("--main-at", type=int)
    chosen = parser.parse_intermixed_args()
    bounds: dict[str, float] = {}
    if chosen.remake_at is not None:
        bounds |= {"newest": chosen.remake_at, "newest_share": 0.0}
    if chosen.main_at is not None:
        bounds |= {"surplus": chosen.main_at, "surplus_share": 0.0}
    data = str(chosen.folder.resolve())
    script = Path(data) / "serve-benchmark.py"
    script.write_text(SERVE.format(home=str(HOME), bounds=bounds, data=data, port=PORT), encoding="utf-8")
    server = Server(script)
    try:
        measure(server, chosen.files, chosen.after)
    finally:
        server.process.terminate()
        server.process.wait()
        script.unlink()


if __name__ == "__main__":
    main()
