"""Where does a transaction begin and end?

`Database.transaction` is the only place in the program that commits. What is done in its block is saved whole at the
end of the block, or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.domain.tongue import ENGLISH, speaking
from app.store import faults
from app.store.engines import try_out
from app.store.failures import Failures
from app.store.lockfile import WriterLock
from app.store.owed import Owed
from app.store.recent import Recent
from app.store.together import Waiting, together
from app.store.wake import Wake

_log = logging.getLogger(__name__)
_REMEMBERED = 250_000
"""Rows of courses that a process keeps in mind, about a kilobyte each: three hundred patients in mid-cycle."""

_VALUES_AT_ONCE = 5_000
"""A set with all that follows from it has about a thousand; PostgreSQL takes no more than 65,535 in one statement."""

PLACES = 1 << 20
"""Rows one act may write to a course."""


class Transaction:
    """One open transaction, and what it still owes the ledger before it may be saved."""

    __slots__ = (
        "_afterwards",
        "_begins",
        "_driver",
        "_waiting",
        "broken",
        "connection",
        "cursor",
        "database",
        "driver_error",
        "events",
        "owes",
        "raised",
        "written",
    )

    def __init__(self, connection: Connection, database: Database) -> None:
        self.connection = connection
        self.database = database
        driver: Any = connection.connection.dbapi_connection
        self._driver = driver
        self.broken = False
        """True once a statement failed: PostgreSQL would answer its COMMIT with a rollback and no error."""
        self.cursor: Callable[[], Any] = driver.cursor if database.dialect == "sqlite" else partial(RawCursor, driver)
        """A new cursor of the driver; PostgreSQL's reads $1, which psycopg need not parse anew each time."""
        self.driver_error: type[Exception] = connection.dialect.dbapi.Error  # type: ignore[union-attr]
        self.events: list[str] = []
        """Ids of alert events without a feed number yet."""
        self.owes = False
        """True while something was done to a course that the ledger does not show."""
        self.written: dict[str, list[tuple[int, Any]]] = {}
        """By course, what nobody else can see yet: each row's place and the value it stands for."""
        self.raised: dict[str, Any] = {}
        """By locked course, its alerts that this transaction may change (`app.store.raised`); None: to be read."""
        self._begins: dict[str, int] = {}
        self._afterwards: list[Callable[[], None]] = []
        self._waiting: list[Waiting] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        """Calls `call` once the transaction is over and its connection free, unless it failed; faults are logged."""
        self._afterwards.append(call)

    def locked(self, course_id: str, version: int) -> None:
        """The course's row is ours until the end, at this version."""
        self._begins[course_id] = version * PLACES
        self.owes = True

    def begins(self, course_id: str) -> int | None:
        """The first of our places in the course's order of recording; None when the course is not locked."""
        return self._begins.get(course_id)

    def place(self, course_id: str, value: object) -> int:
        """The next of them, for the row that `value` becomes; KeyError when the course is not locked."""
        first = self._begins[course_id]
        rows = self.written.setdefault(course_id, [])
        rows.append((first + len(rows), value))
        return rows[-1][0]

    def execute(self, text: str, values: Sequence[Any]) -> Any:
        """The driver's cursor once it has run the statement, after all that waits; raises what SQLAlchemy would."""
        self.settle()
        return self._run(text, values)

    def later(self, statement: Waiting) -> None:
        """Runs it with the next that is not for later; on SQLite, which knows no such joining, at once."""
        if self.database.dialect == "sqlite":
            self._run(statement.text, statement.values)
            return
        if statement.collides(self._waiting) or sum([len(one.values) for one in self._waiting]) > _VALUES_AT_ONCE:
            self.settle()
        self._waiting.append(statement)

    def settle(self) -> None:
        """Runs all that waits, in one statement; raises what SQLAlchemy would."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._run(*together(waiting))

    def _run(self, text: str, values: Sequence[Any]) -> Any:
        try:
            return self.cursor().execute(text, values)
        except self.driver_error as fault:
            raise self.failed(fault, text) from None

    def failed(self, fault: Exception, text: str) -> BaseException:
        """The fault of the driver as SQLAlchemy would raise it, without values; nothing can be saved any more."""
        dialect = self.connection.dialect
        lost = dialect.is_disconnect(fault, self._driver, None)  # type: ignore[arg-type]
        self.broken = True
        if lost and not self.connection.invalidated:
            self.connection.invalidate(fault)
        orig = faults.without_values(fault)
        return DBAPIError.instance(
            text, None, orig, self.driver_error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        )

    def finish(self) -> None:
        """Runs what was to run afterwards."""
        for call in self._afterwards:
            try:
                call()
            except Exception:  # noqa: BLE001 - saved is saved: whoever hears of it late must not make it look lost
                _log.exception("after_commit_failed")


class Database:
    """One database and how this process may use it; `close` it at the end."""

    def __init__(
        self, writer: Engine | None, reader: Engine, glancer: Engine, audit_key: bytes, lock: WriterLock | None = None
    ) -> None:
        self.dialect = reader.dialect.name
        self.address = reader.url.set(drivername="postgresql").render_as_string(hide_password=False)
        """Of a PostgreSQL, with its password."""
        self.audit_key = audit_key
        self.failures = Failures()
        self.wake = Wake()
        self.memory: Recent[Any] = Recent(_REMEMBERED)
        """What `app.store.known` has read, by course."""
        self.owed: Owed[Any] = Owed()
        """Chart reads that are not noted yet (`app.services.auditing`)."""
        self._writer = writer
        self._reader = reader
        self._glancer = glancer
        self._lock = lock
        if writer is not None:
            event.listen(writer, "handle_error", faults.remember_failure)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that is saved when the block ends well; the sentences it makes are English.

        Raises Unavailable when nothing was saved, OutcomeUnknown when the commit itself failed, and IntegrityError for
        a row the database refuses (`faults.broken_constraint` names the rule), which must leave the block.
        """
        if self._writer is None:
            raise RuntimeError("this database was opened to be read only")
        with self._connected(self._writer, writing=True) as connection, speaking(ENGLISH):
            tx = connection.info[faults.OPEN] = Transaction(connection, self)
            connection.begin()
            yield tx
            tx.settle()
            _check_complete(tx)
            with self.failures.saving(connection):
                connection.commit()
        tx.finish()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One unchanging view of the database, for reading; raises Unavailable."""
        with self._connected(self._reader) as connection:
            connection.begin()
            yield (tx := Transaction(connection, self))
            connection.commit()  # saves nothing; at a ROLLBACK psycopg forgets what this connection has prepared
        tx.finish()

    def busy(self) -> bool:
        """True while nobody else could begin to write at once."""
        pool: Any = None if self._writer is None else self._writer.pool
        return pool is None or pool.checkedout() >= pool.size()

    @contextmanager
    def glancing(self) -> Iterator[Transaction]:
        """For a single statement, which sees one state by itself: nothing is begun or ended; raises Unavailable."""
        with self._connected(self._glancer) as connection:
            yield Transaction(connection, self)

    def probe(self) -> None:
        """Connects once for writing and once for reading; raises DBAPIError, for a file that is only read too."""
        for engine in (self._writer, self._reader):
            if engine is not None:
                try_out(engine, writing=engine is self._writer)

    def close(self) -> None:
        """Ends every connection, and lets another process write."""
        self._forget()
        if self._lock is not None:
            self._lock.release()

    @contextmanager
    def _connected(self, engine: Engine, *, writing: bool = False) -> Iterator[Connection]:
        try:
            with engine.connect() as connection:
                yield connection
        except Exception as fault:
            if not faults.is_absence(fault):
                raise
            self.failures.note(fault, writing=writing)
            if isinstance(fault, DBAPIError) and fault.connection_invalidated:
                self._forget()  # those that are idle were cut with it, and would each fail somebody once more
            raise faults.unavailable() from fault

    def _forget(self) -> None:
        """Ends the idle connections: readers first, so that the writer takes the last checkpoint."""
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()


def _check_complete(tx: Transaction) -> None:
    if tx.broken:
        raise RuntimeError("a statement of this transaction failed and its block went on")
    if tx.owes or tx.events:
        raise RuntimeError("a course was changed or an alert raised without a line in the ledger")
