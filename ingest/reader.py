"""A file -> a document: read, laid out, split, its metadata guessed."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.guess import guess_metadata
from ingest.outline import build_layout
from ingest.pdf import Limits, read_pdf
from ingest.raw import RawDocument
from ingest.segment import cut
from models.document import Document, make_id
from models.garbage import ALLOCATIONS
from models.language import identify, split_sentences
from models.taxonomy import load_taxonomy

LETTERS_PER_TOKEN = 4.2
"""Characters of Nordic and English prose per token of the encoder's vocabulary.

Segments are bounded in tokens by this estimate; loading the tokenizer in every reading
process would cost 0.7 s each.
"""


def read_document(
    path: Path,
    *,
    name: str = "",
    password: str | None = None,
    limits: Limits = Limits(),
    progress: Callable[[int, int], None] | None = None,
    taxonomy: Path | None = None,
) -> Document:
    """Return everything that the file itself says, without vectors and findings.

    `name` is the file's own name where the path has another; `taxonomy` is a folder with entries
    of the user's own.

    Raises: UnreadableDocument.
    """
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    renamed = name not in ("", path.name)
    # The bytes are named nowhere else, so that they are let go before the layout.
    layout = build_layout(
        read_pdf(path.read_bytes() if renamed else path, password=password, limits=limits, progress=progress)
    )
    sentences, segments, languages = cut(layout, estimate_tokens)
    said = RawDocument((), metadata=layout.metadata)
    return Document(
        id=make_id("document", sha256),
        file=name or path.name,
        sha256=sha256,
        text=layout.text,
        pages=layout.pages,
        blocks=layout.blocks,
        sections=layout.sections,
        sentences=sentences,
        segments=segments,
        languages=languages,
        guess=guess_metadata(layout, said, name or path.name, load_taxonomy(taxonomy)),
        warnings=layout.warnings,
    )


def estimate_tokens(texts: Sequence[str]) -> list[int]:
    """Return about how many tokens each text has."""
    return [round(len(text) / LETTERS_PER_TOKEN) + 2 for text in texts]


def warm_up() -> None:
    """Load what reading needs, for good: the garbage collector passes it by."""
    identify("Fylkeskommunen har en strategi.")
    split_sentences("En setning. Og en til.", "nb")
    gc.collect()
    return_memory()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)


def return_memory() -> None:
    """Give back to the machine what was let go; glibc alone would keep it, after `warm_up` 10 MB."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)
