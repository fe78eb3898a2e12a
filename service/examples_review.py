"""Examples of reviews and saved searches for the API's description."""

from __future__ import annotations

from typing import Any

VERDICT = {
    "labels": ["barrier"],
    "themes": ["data", "regulation"],
    "actors": [],
    "focus_area": "Helseteknologi",
}
REVIEW: dict[str, Any] = {
    "number": 17,
    "at": "2026-01-16T10:12:44+00:00",
    "by": "Kari",
    "action": "change",
    "undoes": None,
    "note": "",
    "finding": "c9c4b9c8a780",
    "document": "772b67d75afc",
    "file": "kvernmark.pdf",
    "section": ["3 Helseteknologi", "3.2 Hva som bremser"],
    "page": 5,
    "quote": "Behandlingstiden for å få utlevert data til utprøving er i snitt 14 måneder.",
    "old": VERDICT | {"themes": ["data"]},
    "new": VERDICT,
    "stands": True,
}
UNDONE = REVIEW | {
    "number": 18,
    "action": "undo",
    "undoes": 17,
    "old": REVIEW["new"],
    "new": REVIEW["old"],
}
AGREEMENT = {
    "reviewers": ["Kari", "Ola"],
    "n": 40,
    "same": 0.85,
    "kinds": {"barrier": {"said": [12, 14], "both": 11, "kappa": 0.78, "interval": [0.55, 0.95]}},
    "why": "",
}
SEARCH = {
    "id": "5b7d0c1e9a24",
    "name": "Mangel på folk",
    "words": "mangel på folk",
    "filters": {"regions": ["Kvernmark"]},
    "saved_at": "2026-01-16T10:12:44+00:00",
    "looked_at": "2026-01-16T10:12:44+00:00",
}


def make_examples(finding: dict[str, Any], hit: dict[str, Any]) -> dict[str, Any]:
    """Return the examples by name, given those of a finding and a hit."""
    waiting = finding | {"doubt": 0.61, "before": "Dataene finnes.", "after": "To selskaper har flyttet."}
    return {
        "reviews": {"reviewers": {"Kari": 1}, "reviews": [REVIEW]},
        "reviewed": {"reviews": [REVIEW]},
        "undone": {"reviews": [UNDONE]},
        "queue": {"waiting": 212, "queue": [waiting]},
        "agreement": AGREEMENT,
        "searches": {"searches": [SEARCH | {"new": 3}]},
        "saved": SEARCH,
        "news": {"search": SEARCH, "documents": ["772b67d75afc"], "hits": [hit], "findings": []},
        "forgotten": {"removed": SEARCH["name"]},
    }
