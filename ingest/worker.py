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
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ingest.pdf import Limits
from models.document import Document
from models.errors import Damaged, StrategyError, TimedOut

MEMORY = 6 << 30
"""Address space of a reading process in bytes; a decompression bomb stops here, not at the machine's end."""

LONG = ("pages", "blocks", "sections", "sentences", "segments")
"""Fields of a document that grow with its pages, beside its text."""
ITEMS_OF_PART = 1_000
CHARACTERS_OF_PART = 1 << 20
"""Items of these fields, and characters of the text, that are sent at once.

Pickling notes every object that it meets, and holds the bytes: sent in one piece, the document of 2,000 pages
of reports made the peak of its reading process 60 to 70 MB higher, its text alone 19.
"""


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
        target=work, args=(theirs, path, name or path.name, password, limits, taxonomy), daemon=True
    )
    process.start()
    theirs.close()
    try:
        return receive(ours, name or path.name, limits, progress)
    finally:
        ours.close()
        process.kill()
        process.join()


def receive(
    pipe: Connection,
    name: str,
    limits: Limits = Limits(),
    progress: Callable[[int, int], None] | None = None,
) -> Document:
    """Return the document that `work` sends through a pipe.

    Raises: UnreadableDocument, TimedOut.
    """
    patience = limits.seconds_per_page * 2
    text = ""
    parts: dict[str, list[tuple[Any, ...]]] = {field: [] for field in LONG}
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
        if kind == "part":
            parts[value[0]].append(value[1])
            continue
        if kind == "text":
            text += value
            continue
        if kind == "document":
            fields = {field: tuple(chain.from_iterable(parts.pop(field))) for field in LONG}
            return value.model_copy(update={"text": text, **fields})
        if kind == "error":
            raise value
        if value[0] >= value[1]:
            # All pages are read; layout and sentences of a long file take their time and tell nothing.
            patience = max(patience, limits.seconds_per_file)
        if progress is not None:
            progress(*value)


def work(
    pipe: Connection,
    path: Path,
    name: str,
    password: str | None = None,
    limits: Limits = Limits(),
    taxonomy: Path | None = None,
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
        kind, value = _try(read, name)
        if kind == "document":
            send(pipe, value)
        else:
            pipe.send((kind, value))


def send(pipe: Connection, document: Document) -> None:
    """Send a document part by part, at last what is left without them."""
    for at in range(0, len(document.text), CHARACTERS_OF_PART):
        pipe.send(("text", document.text[at : at + CHARACTERS_OF_PART]))
    for field in LONG:
        items = getattr(document, field)
        for at in range(0, len(items), ITEMS_OF_PART):
            pipe.send(("part", (field, items[at : at + ITEMS_OF_PART])))
    pipe.send(("document", document.model_copy(update={"text": "", **dict.fromkeys(LONG, ())})))


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
