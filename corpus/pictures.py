"""Pictures and letters of PDF pages, made in a process that is ended when it hangs, kept on disk.

    pictures/<sha256>/<page>-<width>.png

The folder is derived: it may be removed at any time.
"""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections import OrderedDict
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from corpus.drawing import Letter, serve
from corpus.folder import Folder
from models.errors import Damaged, UnknownDocument

WIDTHS: tuple[int, ...] = (900, 1800)
"""Pixels across: for ordinary and for high-density screens."""
PATIENCE_SECONDS = 20.0
"""A page takes 0.05-0.3 s; one that takes this long will not come."""
MOST_BYTES = 1 << 30
"""Pictures kept; the oldest ones go when there are more."""
LOOK_EVERY = 100
"""Pictures written between two looks at how much is kept."""
KEPT_LETTERS = 64
"""Pages whose letters are kept in memory: about 0.5 MB each."""


class Pictures:
    """The pages of a data folder's PDFs, drawn one at a time. Many threads may ask."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._root = folder.root / "pictures"
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None
        self._letters: OrderedDict[tuple[str, int], tuple[Letter, ...]] = OrderedDict()
        self._written = 0
        self._drop_orphans()

    def picture(self, sha256: str, index: int, width: int) -> Path:
        """Return the PNG of a page, `index` from 1, `width` one of WIDTHS (the nearest is taken).

        Raises: UnknownDocument, Damaged.
        """
        width = min(WIDTHS, key=lambda one: abs(one - width))
        path = self._root / sha256 / f"{index}-{width}.png"
        with self._lock:
            if not path.exists():
                data = self._ask("picture", sha256, index, width)
                path.parent.mkdir(parents=True, exist_ok=True)
                draft = path.with_suffix(".part")
                draft.write_bytes(data)
                draft.replace(path)
                self._written += 1
                if self._written % LOOK_EVERY == 0:
                    self._shrink()
        return path

    def letters(self, sha256: str, index: int) -> tuple[Letter, ...]:
        """Return the letters of a page with their boxes. Raises: UnknownDocument, Damaged."""
        key = (sha256, index)
        with self._lock:
            if key not in self._letters:
                self._letters[key] = tuple(self._ask("letters", sha256, index, 0))
                while len(self._letters) > KEPT_LETTERS:
                    self._letters.popitem(last=False)
            self._letters.move_to_end(key)
            return self._letters[key]

    def forget(self, sha256: str) -> None:
        """Remove what was made of a PDF."""
        with self._lock:
            shutil.rmtree(self._root / sha256, ignore_errors=True)
            for key in [key for key in self._letters if key[0] == sha256]:
                del self._letters[key]

    def close(self) -> None:
        """End the drawing process."""
        with self._lock:
            self._end()

    def _ask(self, what: str, sha256: str, index: int, width: int) -> Any:
        pdf = self._folder.pdf(sha256)
        if not pdf.exists():
            raise UnknownDocument("The PDF of this document is not in the data folder.", subject=sha256[:12])
        pipe = self._start()
        try:
            pipe.send((what, pdf, index, width))
            state, value = pipe.recv() if pipe.poll(PATIENCE_SECONDS) else ("error", "no answer")
        except (EOFError, OSError):
            state, value = "error", "the drawing process fell over"
        if state != "ok":
            self._end()
            raise Damaged(
                f"Page {index} cannot be drawn; its text can be read all the same.", subject=str(index)
            )
        return value

    def _start(self) -> Connection:
        """Return the way to the drawing process, started if it is not there."""
        if self._pipe is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), name="drawing", daemon=True)
            self._process.start()
            theirs.close()
            self._pipe = ours
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None

    def _drop_orphans(self) -> None:
        """Remove pictures of PDFs that are gone."""
        with suppress(OSError):
            for one in self._root.iterdir():
                if not self._folder.pdf(one.name).exists():
                    shutil.rmtree(one, ignore_errors=True)

    def _shrink(self) -> None:
        held = [(path.stat().st_mtime_ns, path.stat().st_size, path) for path in self._root.glob("*/*.png")]
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if total <= MOST_BYTES:
                return
            path.unlink(missing_ok=True)
            total -= size
