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
    path: Path,
    *,
    name: str = "",
    password: str | None = None,
    limits: Limits = Limits(),
    taxonomy: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Document:
    """Read a file into a document (without findings) in a process that is killed when it hangs.

    `name` is the file's own name where the path has another; `taxonomy` a folder of the user's
    own entries; `progress` is told pages done and pages in all.
    Raises: UnreadableDocument, TimedOut.
    """
    context = fork_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(theirs, path, name or path.name, password, limits, taxonomy), daemon=True
    )
    process.start()
    theirs.close()
    try:
        return _receive(ours, name or path.name, limits, progress)
    finally:
        ours.close()
        process.kill()
        process.join()


def _receive(
    pipe: Connection, name: str, limits: Limits, progress: Callable[[int, int], None] | None
) -> Document:
    patience = limits.seconds_per_page * 2
    while True:
        if not pipe.poll(patience):
            raise TimedOut(
                f"Reading stood still for {patience:.0f} seconds; the file may be damaged."
                " Print it to a new PDF and try again.",
                subject=name,
            )
        try:
            kind, value = pipe.recv()
        except (EOFError, OSError) as error:
            raise Damaged(
                "The file brought the reader down; print it to a new PDF and try again.", subject=name
            ) from error
        if kind == "document":
            return value
        if kind == "error":
            raise value
        if value[0] >= value[1]:
            # All pages are read; layout and sentences of a long file take their time and tell nothing.
            patience = max(patience, limits.seconds_per_file)
        if progress is not None:
            progress(*value)


def _work(
    pipe: Connection, path: Path, name: str, password: str | None, limits: Limits, taxonomy: Path | None
) -> None:
    """Run in the child: read, send, end."""
    from ingest.reader import read_document

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()

    def read() -> Document:
        def tell(done: int, total: int) -> None:
            pipe.send(("progress", (done, total)))

        return read_document(
            path, name=name, password=password, limits=limits, progress=tell, taxonomy=taxonomy
        )

    with contextlib.suppress(BrokenPipeError):
        pipe.send(_try(read, name))


def _try(read: Callable[[], Document], name: str) -> tuple[str, Any]:
    try:
        return "document", read()
    except StrategyError as error:
        return "error", error
    except MemoryError:
        return "error", Damaged("The file needs more memory than a document may.", subject=name)
    except RecursionError:
        return "error", Damaged("The file refers to itself without end.", subject=name)
    except BrokenPipeError:
        raise
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return "error", Damaged(
            "The file cannot be read (a fault in the reader, shown above); please report it.", subject=name
        )


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def fork_context() -> Any:
    """Return the multiprocessing context of reading processes: forked from a server with the readers loaded."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "ingest.preload"])
    return context
