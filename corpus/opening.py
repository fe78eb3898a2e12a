"""Opening the SQLite file: its settings, and the steps that bring it to the newest shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

from corpus.folder import Folder
from models.errors import CatalogueNewer

HEAD = "0003"
"""The newest migration; a folder with a revision not known here was made by a newer version."""
BUSY_MS = 10_000
"""How long a reader or the writer waits for the other, in milliseconds."""


def connect(path: Path | None) -> Engine:
    """Open SQLite; None gives an empty catalogue in memory (a folder that is not there yet)."""
    if path is None:
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    else:
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        if path is not None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def read_revision(connection: Connection) -> str | None:
    """Return the migration that a catalogue is at, None for an empty file."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def refuse_newer(revision: str | None, folder: Folder) -> None:
    """Refuse a folder of a newer version. Raises: CatalogueNewer."""
    if revision is not None and revision > HEAD:
        raise CatalogueNewer(
            f"This data folder was made by a newer version (catalogue {revision}, known here up to {HEAD});"
            " upgrade strategi, or choose another folder with --data.",
            subject=folder.root.name,
        )


def migrate(connection: Connection) -> None:
    """Bring the tables to the newest shape (Alembic, imported only when there is something to do)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
