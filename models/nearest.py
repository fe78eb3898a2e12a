"""Names near a misspelt one, for messages that help."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return up to `limit` known names most like `name`, best first; all of few if none is alike."""
    names = sorted(set(known))
    folded = {one.casefold(): one for one in names}
    close = difflib.get_close_matches(name.casefold()[:200], list(folded), n=limit, cutoff=0.5)
    inside = [one for one in names if name and name.casefold() in one.casefold()]
    found = list(dict.fromkeys([folded[one] for one in close] + inside))[:limit]
    return found or names[:limit]
