"""Reviews by people, which sentences they stand for, and saved searches."""

import sqlalchemy as sa
from alembic import op

from corpus.anchors import tell_content

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("documents", sa.Column("content", sa.String(length=12), nullable=True))
    op.add_column("findings", sa.Column("doubt", sa.Float(), nullable=True))
    op.add_column("findings", sa.Column("review", sa.JSON(), nullable=True))
    op.create_index("findings_by_doubt", "findings", ["doubt"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("document", sa.String(length=12), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document", "ordinal", "number"),
    )
    op.create_table(
        "reviews",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finding", sa.String(length=12), nullable=False),
        sa.Column("document", sa.String(length=12), nullable=False),
        sa.Column("content", sa.String(length=12), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("reviews_by_document", "reviews", ["document"], unique=False)
    op.create_index("reviews_by_content", "reviews", ["content"], unique=False)
    op.create_table(
        "successions",
        sa.Column("old", sa.String(length=12), nullable=False),
        sa.Column("new", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("old", "new"),
    )
    op.create_table(
        "searches",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.String(length=32), nullable=False),
        sa.Column("looked_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    _tell_contents(op.get_bind())
    _guess_doubts(op.get_bind())


def _tell_contents(connection: sa.Connection) -> None:
    """Give the documents held their content, one at a time: a text may be long."""
    documents = sa.table("documents", sa.column("id"), sa.column("text"), sa.column("content"))
    for identity in connection.scalars(sa.select(documents.c.id)).all():
        text = connection.scalar(sa.select(documents.c.text).where(documents.c.id == identity))
        values = {"content": tell_content(text or "")}
        connection.execute(sa.update(documents).where(documents.c.id == identity).values(values))


def _guess_doubts(connection: sa.Connection) -> None:
    """Measure the doubt of findings made before it was kept, from one half, until the next reindex."""
    names = ("document", "ordinal", "doubt")
    findings = sa.table("findings", sa.column("kinds", sa.JSON()), *(sa.column(name) for name in names))
    key = (findings.c.document, findings.c.ordinal)
    rows = connection.execute(sa.select(*key, findings.c.kinds)).all()
    change = sa.update(findings).where(
        findings.c.document == sa.bindparam("of"), findings.c.ordinal == sa.bindparam("at")
    )
    guessed = [
        {
            "of": row[0],
            "at": row[1],
            "doubt": max((1 - 2 * abs(one - 0.5) for one in row[2].values()), default=0),
        }
        for row in rows
    ]
    if guessed:
        connection.execute(change.values(doubt=sa.bindparam("doubt")), guessed)
