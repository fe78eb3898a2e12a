"""Reviews as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.present import QUOTE, write_pages


def write_queue(record: dict[str, Any]) -> Iterator[str]:
    """Give three lines per waiting sentence: id and labels, where it stands, its words."""
    yield f"{record['waiting']} waiting" if record["queue"] else "Nothing waits for review."
    for one in record["queue"]:
        kinds = ", ".join(f"{kind} {score:.2f}" for kind, score in _near(one)) or "none"
        yield f"{one['id']}  doubt {one['doubt']:.2f}  {_write_labels(one)}  ({kinds})"
        where = " > ".join(one["section"])
        yield f"    {one['region'] or 'no region'}, {write_pages(one['pages'])}{f', {where}' if where else ''}"
        yield f"    “{_cut(one['quote'])}”"


def write_entries(record: dict[str, Any]) -> Iterator[str]:
    """Give a line for each entry just made."""
    for one in record["reviews"]:
        said = f"undoes {one['undoes']}" if one["action"] == "undo" else one["action"]
        yield f"{one['number']}: {said} {one['finding']} by {one['by']}: {_write_labels(one['new'])}"


def write_log(record: dict[str, Any]) -> Iterator[str]:
    """Give two lines per entry: what was done by whom, and of which sentence."""
    if not record["reviews"]:
        yield "Nothing is reviewed yet: `strategi review next` shows what to look at first."
    for one in record["reviews"]:
        said = f"undoes {one['undoes']}" if one["action"] == "undo" else one["action"]
        gone = "" if one["stands"] else " (undone)"
        change = f"{_write_labels(one['old'])} → {_write_labels(one['new'])}"
        yield f"{one['number']}  {one['at']}  {one['by']}: {said}{gone}  {change}"
        yield f"    {one['file']}, page {one['page']}, {one['finding']}: “{_cut(one['quote'])}”"
        if one["note"]:
            yield f"    note: {_cut(one['note'])}"


def write_agreement(record: dict[str, Any]) -> Iterator[str]:
    """Give a line per kind."""
    left, right = record["reviewers"]
    if not record["n"]:
        yield record["why"]
        return
    yield f"{left} and {right}: {record['n']} sentences judged by both, {record['same']:.0%} with the same kinds"
    for kind, one in record["kinds"].items():
        counts = f"{left} {one['said'][0]}, {right} {one['said'][1]}, both {one['both']}"
        if one["kappa"] is None:
            yield f"  {kind}: no kappa, both said the same of every sentence ({counts})"
        else:
            low, high = one["interval"]
            yield f"  {kind}: kappa {one['kappa']:.2f} [{low:.2f}, {high:.2f}] ({counts})"


def _near(one: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the two likeliest kinds."""
    return sorted(one["kinds"].items(), key=lambda pair: (-pair[1], pair[0]))[:2]


def _write_labels(one: dict[str, Any]) -> str:
    kinds = ", ".join(one["labels"]) or "none"
    terms = "; ".join(", ".join(some) for some in (one["themes"], one["actors"]) if some)
    area = "" if one["focus_area"] == "general" else f" in {one['focus_area']}"
    return f"{kinds}{f' [{terms}]' if terms else ''}{area}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTE else text[: QUOTE - 1] + "…"
