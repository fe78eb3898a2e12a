"""Quotes that a reader kept: checked against the documents as they are now, written out with citations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.reading import read_document
from models.document import Document, Span
from models.errors import BadQuery, UnknownDocument
from models.finding import PageRef
from service.library import Library

MOST = 1_000
"""Clips in one export."""
LONGEST = 20_000
"""Characters of a quote or a note."""
COLUMNS = (
    "number", "quote", "source", "note", "region", "title", "year", "page", "page_end", "printed_page",
    "document", "language", "link",
)  # fmt: skip
PRINTED = ("number", "quote", "source", "note")
"""Columns of a report, where the citation is one sentence."""
GONE = "Left out: the document is no longer here."
CHANGED = "Left out: this quote does not stand in the document as it is now."


@dataclass(frozen=True)
class Clip:
    """A quote as it was kept; `page` is the PDF's index from 1."""

    document: str
    page: int
    quote: str
    note: str = ""


def read_clips(text: str) -> list[Clip]:
    """Return the clips that a browser sends as JSON. Raises: BadQuery."""
    try:
        rows = json.loads(text)
        clips = [_read(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise BadQuery("These are no clips: a list of {document, page, quote, note} is needed.") from error
    if not 0 < len(clips) <= MOST:
        raise BadQuery(f"There are {len(clips)} clips; from 1 to {MOST:,} can be exported at a time.")
    return clips


def cite_clips(library: Library, clips: Sequence[Clip]) -> Iterator[dict[str, Any]]:
    """Give a row of `COLUMNS` for each clip, in order.

    A quote that does not stand word for word in its document is left out; `source` says so.
    """
    documents: dict[str, Document | None] = {}
    for number, clip in enumerate(clips, 1):
        if clip.document not in documents:
            documents[clip.document] = _open(library, clip.document)
        yield {"number": number, "note": clip.note} | _cite(documents[clip.document], clip)


def write_clips(library: Library, clips: Sequence[Clip], folder: Path, format: str) -> Path:
    """Write clips to a new file in a folder and return its path. Raises: BadQuery, OutputExists."""
    from service.export import make_manifest, write_table

    rows = list(cite_clips(library, clips))
    cited = {row["document"] for row in rows if "document" in row}
    manifest = make_manifest(library.catalogue, cited, {"clips": len(rows)})
    columns = PRINTED if format == "docx" else COLUMNS
    return write_table(rows, columns, folder / f"clips.{format}", format, manifest)


def _read(row: dict[str, Any]) -> Clip:
    told = {key: str(row.get(key, "")).encode("utf-8", "replace").decode() for key in ("quote", "note")}
    clip = Clip(str(row["document"]), int(row["page"]), **told)
    if not clip.quote.strip() or max(len(clip.quote), len(clip.note), len(clip.document)) > LONGEST:
        raise ValueError("no quote, or too long a one")
    return clip


def _open(library: Library, name: str) -> Document | None:
    try:
        identity = library.catalogue.resolve(name)
    except UnknownDocument:
        return None
    with library.catalogue.read() as connection:
        return read_document(connection, identity)


def _cite(document: Document | None, clip: Clip) -> dict[str, Any]:
    if document is None:
        return {"source": GONE}
    span = find_span(document, clip.quote, str(clip.page))
    if span is None:
        return {"source": CHANGED, "document": document.id}
    from service.present import write_pages
    from service.tables import print_labels

    guess = document.guess
    pages = [PageRef(index=page.index, label=page.label) for page in document.pages_of(span)]
    region = ", ".join(guess.regions)
    where = write_pages([page.model_dump() for page in pages])
    name = guess.title or document.file
    told = f"{name} ({guess.year})" if guess.year else name
    return {
        "quote": clip.quote,
        "source": ", ".join(part for part in (region, told, where) if part),
        "region": region,
        "title": name,
        "year": guess.year,
        "page": pages[0].index,
        "page_end": pages[-1].index,
        "printed_page": print_labels(pages),
        "document": document.id,
        "language": next((one.language for one in document.segments if one.end > span.start), None),
        "link": f"/read/{document.id}?page={pages[0].index}",
    }


def find_span(document: Document, quote: str, page: str) -> Span | None:
    """Return where a quote stands, on the page named where it stands more than once; None if nowhere."""
    starts: list[int] = []
    at = document.text.find(quote)
    while at >= 0 and len(starts) < MOST:
        starts.append(at)
        at = document.text.find(quote, at + 1)
    spans = [Span(start=one, end=one + len(quote)) for one in starts]
    named = [one for one in spans if any(str(ref.index) == page for ref in document.pages_of(one))]
    return next(iter(named or spans), None)
