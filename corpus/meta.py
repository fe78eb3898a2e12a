"""What the catalogue says of itself: how often it was changed, and which encoder made its vectors."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema


def read_counter(connection: Connection, name: Literal["generation", "texts"]) -> int:
    """Return how many times the catalogue, or its texts and vectors, were changed."""
    return int(read_meta(connection, name) or 0)


def read_meta(connection: Connection, key: str) -> str | None:
    """Return a value, None if there is none."""
    return connection.scalar(sa.select(schema.meta.c.value).where(schema.meta.c.key == key))


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Keep a value, in place of an older one."""
    connection.execute(sa.delete(schema.meta).where(schema.meta.c.key == key))
    connection.execute(sa.insert(schema.meta).values(key=key, value=value))


def mark_rewritten(connection: Connection) -> None:
    """Say that what was made of documents has changed while their segments kept their ids."""
    set_meta(connection, "rewritten", str(int(read_meta(connection, "rewritten") or 0) + 1))


def write_encoder(connection: Connection, name: str, fingerprint: str, dimension: int) -> None:
    """Record which encoder made the vectors."""
    set_meta(connection, "encoder", name)
    set_meta(connection, "encoder_fingerprint", fingerprint)
    set_meta(connection, "encoder_dimension", str(dimension))
