"""The indexes of a service's catalogue made anew in the background, while it takes uploads and answers.

Each is made by a process of its own at low priority, which ends with the service. What it leaves when
it is killed is a draft that nobody reads.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from corpus.recipe import Recipe
from models.threads import stay_single
from service.search import Searcher
from service.upkeep import Bounds, Level, Upkeep, is_large

MADE = 10
"""What the process that makes an index ends with when it has."""
NICE = 5
"""How much others come before it: on a Linux with every core busy it gets a third of what another process does."""
CALM_SECONDS = 30
"""How long after its start a service that has its indexes leaves them be before all their bytes are read."""
PATIENCE_SECONDS = 3_600
"""How long it waits for another process that makes the same index, as one left by a killed service may."""


class Remaking:
    """Looks after both indexes, each in a thread of its own, whenever it is nudged."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        searcher.when_damaged = self.nudge
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._processes: dict[Level, BaseProcess] = {}
        self._wake = {level: threading.Event() for level in Level}
        self._verified: set[Level] = set()
        self._threads = [
            threading.Thread(target=self._work, args=(level,), name=f"index {level}", daemon=True)
            for level in Level
        ]
        for one in self._threads:
            one.start()

    def nudge(self) -> None:
        """Say that documents came or went; returns at once."""
        for one in self._wake.values():
            one.set()

    def close(self) -> None:
        """Stop what is being made; it is made when a process writes again."""
        with self._lock:
            self._closing.set()
            for process in self._processes.values():
                process.kill()
        self.nudge()
        for one in self._threads:
            one.join(timeout=10)

    def _work(self, level: Level) -> None:
        while True:
            self._wake[level].wait()
            self._wake[level].clear()
            if self._closing.is_set():
                return
            try:
                if self._is_needed(level) and self._run(level):
                    self._searcher.upkeep.trust()
                    self._searcher.renew_room()
                    self._wake[Level.NEWER].set()
            except Exception:
                traceback.print_exc(file=sys.stderr)

    def _is_needed(self, level: Level) -> bool:
        """Return whether to look at an index: the first time at all its bytes, which can wait."""
        with self._searcher.catalogue.read() as connection:
            if not is_large(connection):
                return False
        if self._searcher.upkeep.lacks(level):
            return True
        return level not in self._verified and not self._closing.wait(CALM_SECONDS)

    def _run(self, level: Level) -> bool:
        """Have an index made where it is needed; say whether it was."""
        upkeep = self._searcher.upkeep
        given = (self._searcher.catalogue.folder.root, upkeep.recipe, upkeep.bounds, upkeep.distrusted, level)
        process = multiprocessing.get_context("spawn").Process(
            target=make_apart, args=given, name=f"index {level}", daemon=True
        )
        with self._lock:
            if self._closing.is_set():
                return False
            process.start()
            self._processes[level] = process
        process.join()
        self._verified.add(level)
        return process.exitcode == MADE


def make_apart(root: Path, recipe: Recipe, bounds: Bounds, distrusted: frozenset[str], level: Level) -> None:
    """Make an index where it is needed, in a process of its own: ends with `MADE` when it was."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    stay_single()
    catalogue = Catalogue.open(Folder(root))
    upkeep = Upkeep(catalogue, recipe, bounds)
    upkeep.distrusted = distrusted
    made = upkeep.make(level, PATIENCE_SECONDS)
    catalogue.close()
    sys.exit(MADE if made else 0)


def _end_with_parent() -> None:
    """End at once when the service is gone, however it went."""
    parent = multiprocessing.parent_process()
    with suppress(OSError):
        if parent is not None:
            wait([parent.sentinel])
    os._exit(1)
