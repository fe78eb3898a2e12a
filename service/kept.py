"""Comparisons kept until the catalogue or the taxonomy changes: a page, its cells and its export ask for the same one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from models.finding import Comparison

KEPT = 16
"""Comparisons kept; one of ten regions takes about 2 MB."""


class Comparisons:
    """The comparisons made last. A comparison is the same whenever it is made, so it can be kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Comparison] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Comparison]) -> Comparison:
        """Return what is kept under a key, made first where it is not; one is made at a time."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
