"""Examples of the API's answers for its description: one for each route, from the sample strategies."""

from __future__ import annotations

from typing import Any

from service.examples_review import make_examples

PAGE = {"index": 5, "label": "5"}
QUOTE = "Behandlingstiden for å få utlevert data til utprøving er i snitt 14 måneder."
DOCUMENT: dict[str, Any] = {
    "id": "772b67d75afc",
    "file": "kvernmark.pdf",
    "title": "Smart spesialisering i Kvernmark 2024–2030",
    "regions": ["Kvernmark"],
    "year": 2024,
    "type": "strategy",
    "languages": ["nb"],
    "pages": 8,
    "pages_without_text": 0,
    "segments": 52,
    "words": 2345,
    "sha256": "0f" * 32,
    "sources": {"title": "cover", "regions": "cover", "year": "cover", "type": "cover"},
    "ingested_at": "2026-01-15T09:30:00+00:00",
}
DETAILS = DOCUMENT | {
    "warnings": [],
    "findings": {"barrier": 19, "measure": 27, "strength": 9, "opportunity": 11, "focus_area": 12},
    "sections": [{"title": "3 Helseteknologi", "number": "3", "level": 1, "page": 5}],
}
FINDING: dict[str, Any] = {
    "id": "c9c4b9c8a780",
    "document": "772b67d75afc",
    "region": "Kvernmark",
    "labels": ["barrier"],
    "kinds": {"barrier": 1.0},
    "themes": ["data", "regulation"],
    "actors": [],
    "focus_area": "Helseteknologi",
    "section": ["3 Helseteknologi", "3.2 Hva som bremser"],
    "pages": [PAGE],
    "quote": QUOTE,
    "language": "nb",
    "unit": "sentence",
    "labeller": "Kari",
    "reviewed": {"by": "Kari", "at": "2026-01-16T10:12:44+00:00", "action": "accept", "number": 16},
}
CITATION: dict[str, Any] = {
    "document": "772b67d75afc",
    "title": DOCUMENT["title"],
    "region": "Kvernmark",
    "year": 2024,
    "pages": [PAGE],
    "quote": QUOTE,
    "language": "nb",
    "finding": "c9c4b9c8a780",
}
HIT = {
    "rank": 1,
    "score": 0.87,
    "document": "772b67d75afc",
    "title": DOCUMENT["title"],
    "region": "Kvernmark",
    "year": 2024,
    "language": "nb",
    "section": FINDING["section"],
    "pages": [PAGE],
    "quote": QUOTE,
    "text": f"{QUOTE} To selskaper har flyttet utprøvingen til utlandet av den grunn.",
    "labels": ["barrier"],
    "also": [],
    "why": {"lexical_rank": 1, "vector_rank": 3, "matched_terms": ["data", "utprøving"]},
}
CELL = {
    "status": "found",
    "count": 1,
    "per_1000_words": 0.43,
    "citations": [CITATION],
    "pages_read": 8,
    "weak": False,
    "nearest": None,
}
COVERAGE = {"documents": 1, "pages": 8, "pages_without_text": 0, "words": 2345}
JOB = {
    "id": "4f2a90c1b3d7",
    "file": "kvernmark.pdf",
    "state": "running",
    "stage": "reading",
    "done": 3,
    "total": 8,
    "report": None,
}
COMPARISON = {
    "regions": ["Kvernmark", "Klitsyssel"],
    "coverage": {"Kvernmark": COVERAGE, "Klitsyssel": COVERAGE | {"words": 2257}},
    "focus_areas": {
        "shared": [
            {
                "areas": {"Kvernmark": "Helseteknologi", "Klitsyssel": "Velfærdsteknologi"},
                "score": 0.97,
                "why": "Both are about health.",
                "evidence": {"Kvernmark": [CITATION]},
            }
        ],
        "unique": {
            "Kvernmark": [{"name": "Presisjonsindustri", "nearest": None, "citation": None, "why": ""}]
        },
    },
    "barriers": {
        "themes": [{"theme": "data", "cells": {"Kvernmark": CELL}, "why": ""}],
        "shared": ["skills"],
        "unique": {"Kvernmark": ["data"]},
        "missing": {},
    },
    "measures": {"themes": [], "shared": [], "unique": {}, "missing": {}},
    "links": [],
}
STATED = CITATION | {"quote": "3 Helseteknologi", "finding": None}
AREA = {
    "id": "b1f0c2d3e4a5",
    "name": "Helseteknologi",
    "aliases": [],
    "niches": [],
    "region": "Kvernmark",
    "document": "772b67d75afc",
    "score": 1.0,
    "domains": ["nace:C32", "sdg:3"],
    "codes": [
        {
            "list": "nace",
            "code": "C32",
            "label": "other manufacturing, medical devices",
            "score": 0.7,
            "evidence": [{"source": "name", "words": ["Helseteknologi"], "citation": STATED}],
        },
        {
            "list": "sdg",
            "code": "3",
            "label": "good health",
            "score": 0.7,
            "evidence": [{"source": "name", "words": ["Helseteknologi"], "citation": STATED}],
        },
    ],
    "pages": [PAGE],
    "quote": "3 Helseteknologi",
    "strengths": [],
    "opportunities": [],
    "barriers": [CITATION],
    "measures": [],
}
OUTLINE = {
    "document": "772b67d75afc",
    "pages": [{"index": 5, "label": "5", "width": 595.3, "height": 841.9, "state": "text", "ocr": None}],
    "blocks": [
        {
            "type": "heading",
            "level": 1,
            "page": 5,
            "page_end": 5,
            "text": "3 Helseteknologi",
            "parts": [{"page": 5, "text": "3 Helseteknologi"}],
            "section": ["3 Helseteknologi"],
        }
    ],
}
ANSWER = {
    "question": "Hva bremser helseteknologien i Kvernmark?",
    "understood": {
        "regions": ["Kvernmark"],
        "kinds": ["barrier"],
        "themes": [],
        "focus_area": "Helseteknologi",
    },
    "answered": True,
    "answer": [{"text": QUOTE, "citations": [CITATION]}],
}
EXAMPLES: dict[str, Any] = {
    "documents": {"documents": [DOCUMENT]},
    "document": DETAILS,
    "outline": OUTLINE,
    "removed": {"removed": "772b67d75afc"},
    "taken": {"jobs": [JOB | {"state": "waiting", "stage": "waiting", "done": 0, "total": 0}]},
    "jobs": {"jobs": [JOB]},
    "job": JOB,
    "findings": {"findings": [FINDING]},
    "areas": {"focus_areas": [AREA]},
    "regions": {"regions": [{"region": "Kvernmark", "coverage": COVERAGE, "registry": None}]},
    "search": {"query": "data til utprøving", "answered": True, "hits": [HIT]},
    "comparison": COMPARISON,
    "answer": ANSWER,
    **make_examples(FINDING, HIT),
}


def show(name: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the description of a JSON answer with its example."""
    return {status: {"content": {"application/json": {"example": EXAMPLES[name]}}}}


def show_file(media: str, text: str) -> dict[int | str, dict[str, Any]]:
    """Return the description of an answer that is no JSON; `text` stands for its content."""
    return {200: {"content": {media: {"schema": {"type": "string"}, "example": text}}}}
