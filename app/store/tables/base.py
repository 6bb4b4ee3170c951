"""What do all tables share?"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, MetaData, Table
from sqlalchemy.schema import SchemaItem

from app.store.columns import Id

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def table(name: str, *items: SchemaItem) -> Table:
    """A table that refuses a value of another type on SQLite as PostgreSQL always does."""
    return Table(name, metadata, *items, sqlite_strict=True)


def own_id() -> list[SchemaItem]:
    """The primary key of everything that has an id of its own."""
    return [Column("id", Id, primary_key=True), CheckConstraint("length(id) = 36", name="id")]


def one_of(column: str, words: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """The column holds a word of a closed list, or nothing where it may."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def flag(*columns: str) -> list[CheckConstraint]:
    """The columns hold 1 or 0."""
    return [CheckConstraint(f"{column} IN (0, 1)", name=column) for column in columns]


def both_or_neither(one: str, other: str, name: str) -> CheckConstraint:
    """Who and when, or what and why, are known together or not at all."""
    return CheckConstraint(f"({one} IS NULL) = ({other} IS NULL)", name=name)
