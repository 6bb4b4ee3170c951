"""How does a database come to hold many courses?

Copies of one charted course under ids of their own, through the driver alone. The copies' audit lines carry no valid
chain: nothing that is measured here follows it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from app.store.ledger import Act, Position, append, newest_at, position
from app.store.opening import open_database
from bench.charted import AUDIT_KEY, MRN, Charted
from bench.written import Rows

PREFIX = 24
"""Characters of an id that all copies share; the rest is the number of the copy."""

ON_FIRST_WARD = 40
"""Patients on the ward whose board is measured; the others in the house lie on the second ward."""

_OUT_OF_HOUSE = ("active_cycle", "open_alert")


def of_copy(original: str, copy: int) -> str:
    """The id that stands for `original` in a copy."""
    return f"{original[:PREFIX]}{copy:012x}"


def fill(url: str, charted: Charted, copies: int, in_house: int) -> None:
    """Adds `copies` courses to an empty database, the first `in_house` of them admitted now."""
    database = open_database(url)
    with database.reading() as tx:
        start = position(tx)
    database.close()
    write = _to_sqlite if url.startswith("sqlite") else _to_postgresql
    write(url, _copied(charted, copies, in_house, start), _end(charted, copies, start))
    # The program starts only where the newest line was written with its key.
    database = open_database(url, audit_key=AUDIT_KEY)
    with database.transaction() as tx:
        append(tx, [Act(at, None, "bench", "copy", "0") for at in (newest_at(tx),) if at is not None])
    database.close()


def _end(charted: Charted, copies: int, start: Position) -> tuple[int, int]:
    """Feed and audit numbers once every copy is there."""
    shared = {rows.table: len(rows.rows) for rows in charted.shared}
    own = {rows.table: len(rows.rows) for rows in charted.course}
    return start.feed + copies * own.get("feed", 0), shared["audit"] + copies * own["audit"]


def _copied(charted: Charted, copies: int, in_house: int, start: Position) -> Iterator[Rows]:
    yield from (rows for rows in charted.shared if rows.table != "ledger")
    ids = {row[0] for rows in charted.course if rows.columns[0] == "id" for row in rows.rows}
    shared_audit = next(len(rows.rows) for rows in charted.shared if rows.table == "audit")
    for rows in charted.course:
        here = in_house if rows.table in _OUT_OF_HOUSE else copies
        yield Rows(rows.table, rows.columns, _Copies(rows, ids, here, charted.wards, start, shared_audit))  # type: ignore[arg-type]


class _Copies:
    """The rows of one table for every copy, made as they are asked for."""

    def __init__(
        self, rows: Rows, ids: set[Any], copies: int, wards: tuple[str, str], start: Position, audit: int
    ) -> None:
        self._rows, self._copies, self._wards = rows, copies, wards
        columns = rows.columns
        self._own = [i for i in range(len(columns)) if any(row[i] in ids for row in rows.rows)]
        self._ward = columns.index("ward_id") if "ward_id" in columns else None
        self._number = {"audit": (0, audit), "feed": (1, start.feed)}.get(rows.table)
        self._mrn = columns.index("mrn") if "mrn" in columns else None
        self._epoch = start.epoch

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for copy in range(self._copies):
            for index, row in enumerate(self._rows.rows):
                yield self._one(list(row), copy, copy * len(self._rows.rows) + index + 1)

    def _one(self, row: list[Any], copy: int, number: int) -> list[Any]:
        for i in self._own:
            if row[i] is not None:
                row[i] = of_copy(row[i], copy)
        if self._ward is not None and copy >= ON_FIRST_WARD:
            row[self._ward] = self._wards[1]
        if self._number is not None:
            row[self._number[0]] = self._number[1] + number
        if self._rows.table == "feed":
            row[0] = self._epoch
        if self._mrn is not None:
            row[self._mrn] = f"{MRN}-{copy}"
        return row


def _to_sqlite(url: str, tables: Iterator[Rows], end: tuple[int, int]) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.execute("BEGIN")
        for rows in tables:
            places = ", ".join("?" * len(rows.columns))
            names = ", ".join(f'"{column}"' for column in rows.columns)
            database.executemany(f"INSERT INTO {rows.table} ({names}) VALUES ({places})", rows.rows)
        database.execute("UPDATE ledger SET feed = ?, audit_seq = ?", end)
        database.execute("COMMIT")


def _to_postgresql(url: str, tables: Iterator[Rows], end: tuple[int, int]) -> None:
    with psycopg.connect(url, autocommit=True) as database:
        with database.transaction():
            # The rows are copies of rows whose references were checked.
            database.execute("SET LOCAL session_replication_role = replica")
            for rows in tables:
                columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
                into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(rows.table), columns)
                with database.cursor().copy(into) as copy:
                    for row in rows.rows:
                        copy.write_row(row)
            database.execute("UPDATE ledger SET feed = %s, audit_seq = %s", end)
        database.execute("VACUUM ANALYZE")
