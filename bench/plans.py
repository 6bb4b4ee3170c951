"""How many blocks does PostgreSQL touch, and does it ever read a whole table?

The statements are those the program itself issues, noted on their way to the driver and explained one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from app.store import alerts, board, flowsheets, ledger
from app.store.database import Database, Transaction
from app.store.left import left
from app.store.opening import open_database
from bench.charted import Charted
from bench.copies import of_copy

NEVER_WHOLE = frozenset({"observation", "decision", "alert_event", "feed", "audit"})
"""Tables that grow with every act: reading one of them whole is a fault, however fast it is today."""

_PAGE = 100


@dataclass(frozen=True)
class Plan:
    """What one operation took: statements, blocks (8 kB) found or read, and tables it read whole."""

    name: str
    statements: int
    blocks: int
    whole: frozenset[str]


class _Noting:
    """A cursor that writes down what it is asked."""

    def __init__(self, cursor: Any, asked: list[tuple[str, Any]]) -> None:
        self._cursor = cursor
        self._asked = asked

    def execute(self, text: str, values: Any) -> Any:
        self._asked.append((text, values))
        return self._cursor.execute(text, values)


def plans(url: str, charted: Charted, courses: int) -> list[Plan]:
    """The plans of an act's reads, of the ward board and of the feed, on a database of so many courses."""
    course_id = of_copy(charted.course_id, courses // 2)

    def act(tx: Transaction) -> None:
        flowsheets.lock_course(tx, course_id)
        flowsheets.load_bare(tx, course_id)
        alerts.raised(tx, course_id, "")
        left(tx, course_id)
        tx.owes = False

    def feed(tx: Transaction) -> None:
        stands = ledger.position(tx)
        alerts.feed_after(tx, stands.epoch, max(0, stands.feed - _PAGE), _PAGE)

    operations: list[tuple[str, Callable[[Transaction], object]]] = [
        ("reads of an act, course new to the process", act),
        ("reads of an act, course known", act),
        ("ward board, 40 patients new to the process", lambda tx: board.board(tx, charted.wards[:1])),
        ("ward board, 40 patients known", lambda tx: board.board(tx, charted.wards[:1])),
        ("alert feed, last 100", feed),
        ("start-up: newest act", ledger.newest_at),
    ]
    database = open_database(url)
    try:
        return [_plan(url, database, name, operation) for name, operation in operations]
    finally:
        database.close()


def _plan(url: str, database: Database, name: str, operation: Callable[[Transaction], object]) -> Plan:
    asked: list[tuple[str, Any]] = []
    with database.transaction() as tx:
        cursor = tx.cursor
        tx.cursor = lambda: _Noting(cursor(), asked)
        operation(tx)
    blocks, whole = 0, set[str]()
    with psycopg.connect(url, cursor_factory=psycopg.RawCursor) as connection:
        for text, values in asked:
            explained = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", values).fetchone()
            assert explained is not None  # noqa: S101 - EXPLAIN answers
            top = explained[0][0]["Plan"]
            blocks += top["Shared Hit Blocks"] + top["Shared Read Blocks"]
            whole |= {node["Relation Name"] for node in _nodes(top) if node["Node Type"] == "Seq Scan"}
        connection.rollback()
    return Plan(name, len(asked), blocks, frozenset(whole))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
