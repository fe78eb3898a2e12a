"""Reading a file in a process of its own, which can be killed.

A PDF may loop, eat memory or bring the parser down; then only its process dies. The
process is forked from a server that has the readers loaded, so it starts in milliseconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ingest.pdf import Limits
from models.document import Document
from models.errors import Damaged, StrategyError, TimedOut

MEMORY = 6 << 30
"""Address space of a reading process in bytes; a decompression bomb stops here, not at the machine's end."""





def read_in_process(
    path: Path, *, password: str | None, limits: Limits, progress: Callable[[int, int], None] | None = None
) -> Document:
    """Read a file into a document (no region, year or findings yet) in a process that is killed when it hangs.

    `progress` is told pages done and pages in all.
    Raises: UnreadableDocument, TimedOut.
    """
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, path, password, limits), daemon=True)
    process.start()
    theirs.close()
    try:
        return _receive(ours, path, limits, progress)
    finally:
        ours.close()
        process.kill()
        process.join()


def _receive(
    pipe: Connection, path: Path, limits: Limits, progress: Callable[[int, int], None] | None
) -> Document:
    while True:
        if not pipe.poll(limits.seconds_per_page * 2):
            raise TimedOut(
                f"Reading stood still for {limits.seconds_per_page * 2:.0f} seconds; the file may be damaged."
                " Print it to a new PDF and try again.",
                subject=path.name,
            )
        try:
            kind, value = pipe.recv()
        except (EOFError, OSError) as error:
            raise Damaged(
                "The file brought the reader down; print it to a new PDF and try again.", subject=path.name
            ) from error
        if kind == "document":
            return value  # type: ignore[no-any-return]
        if kind == "error":
            raise value
        if progress is not None:
            progress(*value)


def _work(pipe: Connection, path: Path, password: str | None, limits: Limits) -> None:
    """Run in the child: read, send, end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    with contextlib.suppress(BrokenPipeError):
        pipe.send(_read(pipe, path, password, limits))


def _read(pipe: Connection, path: Path, password: str | None, limits: Limits) -> tuple[str, Any]:
    from ingest.reader import read_document

    try:
        return "document", read_document(
            path, password=password, limits=limits, progress=lambda *at: pipe.send(("progress", at))
        )
    except StrategyError as error:
        return "error", error
    except MemoryError:
        return "error", Damaged("The file needs more memory than a document may.", subject=path.name)
    except RecursionError:
        return "error", Damaged("The file refers to itself without end.", subject=path.name)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return "error", Damaged(
            "The file cannot be read (a fault in the reader, shown above); please report it.", subject=path.name
        )


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def _context() -> Any:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.preload"])
    return context
