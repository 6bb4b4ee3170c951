"""How fast could it be? The same framework writes the same rows by the driver alone.

One transaction per request, as the program has it: the course's version, then every row that the program's own set
added, changed or removed (the set, its observations, its decision, the alert events, what is waited for, the summary of
the cycle, the answer kept under its key), the feed, the audit line, the ledger. Nothing is validated, looked up or
decided. Run by `bench.servers`.
"""

from __future__ import annotations

import pickle
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

import anyio.to_thread
import uvicorn
from fastapi import Body, FastAPI, Response
from psycopg_pool import ConnectionPool

from app.store import tables as t
from app.store.engines import POOL_SIZE
from bench.asking import BREACHES
from bench.charted import Charted
from bench.copies import of_copy
from bench.written import Rows, Written

PLACES = 1 << 20
IN_LEDGER = ("feed", "audit")
SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "wal_autocheckpoint = 8000",
    "foreign_keys = ON",
    "cache_size = -32000",
)

Execute = Callable[[str, Any], Any]
Writing = Callable[[], AbstractContextManager[Execute]]


class Set:
    """What one observation set writes, ready to be written again for any copy of the course."""

    def __init__(self, written: Written, charted: Charted, mark: str) -> None:
        rows = written.added
        self._tables = {one.table: one for one in rows}
        self._texts = {one.table: _insert(one, mark) for one in rows}
        self._changes = [change for one in written.changed for change in _changes(one, mark)]
        self._replaced = {one.table for one in written.removed}
        if not self._replaced <= {"timer"}:
            raise RuntimeError(f"a set removes rows that the floor does not: {self._replaced}")
        where = f"kind = {mark} AND subject = {mark} AND step = {mark}"
        self._moves = f"UPDATE timer SET id = {mark}, due_at = {mark} WHERE {where}"
        self._new = [row[0] for one in rows if one.columns[0] == "id" for row in one.rows]
        self._old = [row[0] for one in charted.course if one.columns[0] == "id" for row in one.rows]
        self._mark = mark
        self.answer = next(one.rows[0][one.columns.index("response")] for one in rows if one.table == "idempotency")

    def write(self, execute: Execute, course_id: str) -> None:
        """Every statement of the transaction but its beginning and end."""
        copy, mark = int(course_id[-12:], 16), self._mark
        ids = {old: of_copy(old, copy) for old in self._old} | {old: str(uuid.uuid4()) for old in self._new}
        lock = f"UPDATE course SET version = version + 1 WHERE id = {mark} RETURNING version"
        place = execute(lock, (course_id,)).fetchone()[0] * PLACES
        for text, values in self._changes:
            execute(text, [ids.get(value, value) for value in values])
        for table in self._tables:
            if table not in IN_LEDGER and not (table in self._replaced and self._moved(execute, ids)):
                execute(self._texts[table], self._values(table, ids, place))
        events = self._tables["feed"].rows if "feed" in self._tables else []
        ledger = f"UPDATE ledger SET feed = feed + {mark}, audit_seq = audit_seq + 1 RETURNING feed, audit_seq, epoch"
        feed, seq, epoch = execute(ledger, (len(events),)).fetchone()
        if events:
            numbers = range(feed - len(events) + 1, feed + 1)
            execute(self._texts["feed"], [v for n, row in zip(numbers, events) for v in (epoch, n, ids[row[2]])])  # noqa: B905
        execute(self._texts["audit"], [seq, *self._tables["audit"].rows[0][1:]])

    def _moved(self, execute: Execute, ids: dict[str, str]) -> bool:
        """True once the timers stand in the places of those before; the first set of a course finds none."""
        timers = self._tables["timer"]
        places = [timers.columns.index(name) for name in ("id", "due_at", "kind", "subject", "step")]
        moved = [execute(self._moves, [ids.get(row[i], row[i]) for i in places]).rowcount for row in timers.rows]
        return all(moved)

    def _values(self, table: str, ids: dict[str, str], place: int) -> list[Any]:
        rows = self._tables[table]
        seq = rows.columns.index("seq") if "seq" in rows.columns else None
        values: list[Any] = []
        for number, row in enumerate(rows.rows):
            filled = [ids.get(value, value) for value in row]
            if seq is not None:
                filled[seq] = place + number
            if table == "idempotency":
                filled[1] = str(uuid.uuid4())
            values += filled
        return values


def _insert(rows: Rows, mark: str) -> str:
    one = f"({', '.join([mark] * len(rows.columns))})"
    names = ", ".join(f'"{column}"' for column in rows.columns)
    return f"INSERT INTO {rows.table} ({names}) VALUES {', '.join([one] * len(rows.rows))}"


def _changes(rows: Rows, mark: str) -> Iterator[tuple[str, list[Any]]]:
    """Each row that was changed, by its key, all that is no key set anew."""
    key = [column.name for column in t.metadata.tables[rows.table].primary_key]
    others = [name for name in rows.columns if name not in key]
    sets = ", ".join(f'"{name}" = {mark}' for name in others)
    found = " AND ".join(f'"{name}" = {mark}' for name in key)
    for row in rows.rows:
        by_name = dict(zip(rows.columns, row, strict=True))
        yield f"UPDATE {rows.table} SET {sets} WHERE {found}", [by_name[name] for name in (*others, *key)]


def on_sqlite(path: str) -> Writing:
    """One connection behind a lock, durable at every commit."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    lock = Lock()

    @contextmanager
    def writing() -> Iterator[Execute]:
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            yield connection.execute
            connection.execute("COMMIT")

    return writing


def on_postgresql(url: str) -> Writing:
    """As many connections as there are threads; statements are prepared."""
    pool = ConnectionPool(url, min_size=POOL_SIZE, max_size=POOL_SIZE, kwargs={"prepare_threshold": 2}, open=True)

    @contextmanager
    def writing() -> Iterator[Execute]:
        with pool.connection() as connection:
            yield connection.execute

    return writing


def create_floor(url: str, charted: Charted) -> FastAPI:
    """The bare application."""
    sqlite = url.startswith("sqlite")
    writing = on_sqlite(url.removeprefix("sqlite:///")) if sqlite else on_postgresql(url)
    mark = "?" if sqlite else "%s"
    calm, breach = Set(charted.calm, charted, mark), Set(charted.breach, charted, mark)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = POOL_SIZE
        yield

    app = FastAPI(telemetry={"logs": False, "auto_configure": False}, lifespan=lifespan)

    @app.post("/api/v1/courses/{course_id}/observation-sets")
    def write(course_id: str, sent: Annotated[dict[str, Any], Body()]) -> Response:  # noqa: ARG001 - read, as it must be
        rows = breach if int(course_id[-12:], 16) % BREACHES == 0 else calm
        with writing() as execute:
            rows.write(execute, course_id)
        return Response(rows.answer, 201, media_type="application/json")

    @app.get("/livez")
    async def livez() -> str:
        return "alive"

    return app


if __name__ == "__main__":
    address, port, rows_file = sys.argv[1:]
    found: Charted = pickle.loads(Path(rows_file).read_bytes())  # noqa: S301 - written by the benchmark a moment ago
    uvicorn.run(create_floor(address, found), port=int(port), log_config=None, access_log=False, server_header=False)
