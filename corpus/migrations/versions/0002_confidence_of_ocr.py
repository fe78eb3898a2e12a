"""Confidence of the words that OCR read, per page."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("pages", sa.Column("ocr", sa.Float(), nullable=True))
