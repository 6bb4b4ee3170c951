"""Which rows does a SQLite database hold, and which of them did one act write?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from app.store import tables as t


@dataclass(frozen=True)
class Rows:
    """Some rows of one table, as SQLite keeps them."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


Keyed: TypeAlias = dict[tuple[Any, ...], tuple[Any, ...]]
"""Rows by their primary key."""


@dataclass(frozen=True)
class Written:
    """What one act did to the rows there are: it `added` these, `changed` those to this, and `removed` others.

    Course and ledger are left out: every act moves them, each in its own way.
    """

    added: list[Rows]
    changed: list[Rows]
    removed: list[Rows]


def ends(path: Path) -> dict[str, int]:
    """The last row of every table."""
    with closing(sqlite3.connect(path)) as found:
        return {name: found.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0] for name in _names()}


def rows_of(path: Path, after: dict[str, int], until: dict[str, int] | None = None) -> list[Rows]:
    """What every table holds beyond `after`, in an order that foreign keys allow."""
    taken = []
    with closing(sqlite3.connect(path)) as found:
        for name in _names():
            span = (after.get(name, 0), 1 << 62 if until is None else until[name])
            cursor = found.execute(f"SELECT * FROM {name} WHERE rowid > ? AND rowid <= ? ORDER BY rowid", span)
            rows = Rows(name, tuple(column[0] for column in cursor.description), cursor.fetchall())
            taken.append(rows)
    return [rows for rows in taken if rows.rows]


def _names() -> Iterable[str]:
    """The tables, each after those it points to."""
    return [table.name for table in t.metadata.sorted_tables]


def keyed(path: Path) -> dict[str, Keyed]:
    """Every row but those of course and ledger, by table and primary key."""
    found: dict[str, Keyed] = {}
    for rows in rows_of(path, {}):
        if rows.table not in ("course", "ledger"):
            key = [rows.columns.index(column.name) for column in t.metadata.tables[rows.table].primary_key]
            found[rows.table] = {tuple([row[i] for i in key]): row for row in rows.rows}
    return found


def between(before: dict[str, Keyed], after: dict[str, Keyed]) -> Written:
    """What was written from one to the other."""
    added, changed, removed = list[Rows](), list[Rows](), list[Rows]()
    for table, now in after.items():
        columns, then = tuple(t.metadata.tables[table].columns.keys()), before.get(table, {})
        for kind, rows in (
            (added, [row for key, row in now.items() if key not in then]),
            (changed, [row for key, row in now.items() if key in then and then[key] != row]),
            (removed, [row for key, row in then.items() if key not in now]),
        ):
            if rows:
                kind.append(Rows(table, columns, rows))
    return Written(added, changed, removed)
