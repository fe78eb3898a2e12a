"""The catalogue's tables: SQLAlchemy Core, no SQL that only SQLite knows.

`corpus/migrations` brings a data folder to this shape; a test compares the two. A
document owns its rows: deleting it deletes them (ON DELETE CASCADE).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()
AT_ONCE = 500
"""Values of one statement; SQLite takes 999 everywhere."""


def _owner(*, primary: bool = True) -> Column[str]:
    reference = ForeignKey("documents.id", ondelete="CASCADE")
    return Column("document", String(12), reference, primary_key=primary, nullable=False)


meta = Table("meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text))

documents = Table(
    "documents",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("sketch", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("regions", JSON, nullable=False),
    Column("year", Integer),
    Column("type", String(40), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("pages_without_text", Integer, nullable=False),
    Column("segment_count", Integer, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("ingested_at", String(32), nullable=False),
    Column("content", String(12)),
)
"""`content` tells a text by its letters (corpus/anchors.py): the same in other bytes, it is the same."""

document_regions = Table("document_regions", metadata, _owner(), Column("region", Text, primary_key=True))
Index("document_regions_by_region", document_regions.c.region)

pages = Table(
    "pages",
    metadata,
    _owner(),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("label", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("state", String(12), nullable=False),
    Column("ocr", Float),
)

blocks = Table(
    "blocks",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("type", String(12), nullable=False),
    Column("data", JSON, nullable=False),
)

sections = Table(
    "sections",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("level", Integer, nullable=False),
    Column("parent", Integer),
    Column("block", Integer),
)

segments = Table(
    "segments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _owner(primary=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("section", Integer),
    Column("language", String(8), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("noise", String(12), nullable=False),
    sqlite_autoincrement=True,
)
Index("segments_by_document", segments.c.document, segments.c.ordinal, unique=True)

findings = Table(
    "findings",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("id", String(12), nullable=False, unique=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("block", Integer, nullable=False),
    Column("section", Integer),
    Column("language", String(8), nullable=False),
    Column("unit", String(12), nullable=False),
    Column("region", Text),
    Column("labels", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("actors", JSON, nullable=False),
    Column("focus_area", Text, nullable=False),
    Column("labeller", Text, nullable=False),
    Column("doubt", Float),
    Column("review", JSON(none_as_null=True)),
)
"""`doubt` in [0, 1] is the classifier's; `review` is what a person said, with what the classifier had said."""
Index("findings_by_doubt", findings.c.doubt)

finding_labels = Table(
    "finding_labels",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), primary_key=True),
    Column("score", Float, nullable=False),
)
Index("finding_labels_by_kind", finding_labels.c.kind, finding_labels.c.document)

finding_themes = Table(
    "finding_themes",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("theme", String(40), primary_key=True),
    Column("rank", Integer, nullable=False),
)
Index("finding_themes_by_theme", finding_themes.c.theme, finding_themes.c.document)

focus_areas = Table(
    "focus_areas",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("id", String(12), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("data", JSON, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    _owner(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reviewer", Text, nullable=False),
)
"""Which entries of the log stand for which sentence: derived from `reviews`, made again with the findings."""

reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("action", String(12), nullable=False),
    Column("undoes", Integer),
    Column("note", Text, nullable=False),
    Column("finding", String(12), nullable=False),
    Column("document", String(12), nullable=False),
    Column("content", String(12), nullable=False),
    Column("file", Text, nullable=False),
    Column("key", String(12), nullable=False),
    Column("section", JSON, nullable=False),
    Column("page", Integer, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("old", JSON, nullable=False),
    Column("new", JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""The log of reviews: only ever added to, and no document's own, so it outlives them."""
Index("reviews_by_document", reviews.c.document)
Index("reviews_by_content", reviews.c.content)

successions = Table(
    "successions",
    metadata,
    Column("old", String(12), primary_key=True),
    Column("new", String(12), primary_key=True),
)
"""Which document took another's place: ids to ids and contents to contents."""

searches = Table(
    "searches",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("words", Text, nullable=False),
    Column("filters", JSON, nullable=False),
    Column("seen", JSON, nullable=False),
    Column("saved_at", String(32), nullable=False),
    Column("looked_at", String(32), nullable=False),
)
"""Saved searches; `seen` are the ids of the documents held at the last look."""

vectors = Table(
    "vectors",
    metadata,
    _owner(),
    Column("what", String(12), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""One row per document and kind of vector ("segments", "sentences"): float16, row-major.

"words" are bits: of each segment how many words it has (uint16), then the words of all, row-major
(models/words.py).

float16 halves the file and moves a cosine by less than 0.0005, under the encoder's own
difference between engines (0.00002-0.0007).
"""
