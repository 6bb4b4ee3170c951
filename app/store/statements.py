"""How does a statement written once reach either database with as little between as possible?

A statement is built with SQLAlchemy Core, compiled once for each database, and from then on run by the driver itself:
Core's own execution took longer than the database did.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import CompoundSelect, Delete, Dialect, Insert, Select, Update
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.types import TypeEngine

from app.store.columns import Converted
from app.store.database import Transaction
from app.store.together import Waiting

Core: TypeAlias = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Row: TypeAlias = Sequence[Any]

_ROWS_AT_ONCE = 50
"""So that a long set is a few texts the database has seen before, not a new one for every length."""


_Convert: TypeAlias = Callable[[Any], Any]


class _Expanded(NamedTuple):
    """A statement with lists of so many values, and which values its places take: of which name, and of which in it."""

    text: str
    takes: tuple[tuple[int, int | None], ...]


class _Plan(NamedTuple):
    """A statement as one database reads it.

    `names` are those of its places in order, `given` the values it carries itself, `writes` and `reads` how the values
    of some places and columns are converted. `compiled` is kept where the text depends on how many values the `lists`
    among the places have: `expanded` holds what it is with lists of so many values, `of_many` the texts of an INSERT of
    so many rows.
    """

    text: str
    names: tuple[str, ...]
    given: Mapping[str, Any]
    writes: tuple[tuple[int, _Convert], ...]
    reads: tuple[tuple[int, _Convert], ...]
    compiled: Any
    lists: frozenset[str]
    expanded: dict[tuple[int, ...], _Expanded]
    of_many: dict[int, str]


_READERS: Mapping[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="qmark"),
    "postgresql": PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
}
_PLACE = re.compile(r"\$\d+")


class Statement:
    """A Core statement that runs in a transaction; rows come back converted, in the order of its columns.

    Raises what SQLAlchemy would: DBAPIError and its kinds, and KeyError when a value is missing. A column of an INSERT
    that is not given is NULL.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._table = "" if isinstance(core, Select | CompoundSelect) else str(core.table)
        self._plans: dict[str, _Plan] = {}

    def all(self, tx: Transaction, **values: Any) -> list[Row]:
        """Every row."""
        plan = self._plan(tx)
        text, given = _filled(plan, values)
        found: list[Row] = tx.execute(text, given).fetchall()
        return [_converted(list(row), plan.reads) for row in found] if plan.reads else found

    def maybe(self, tx: Transaction, **values: Any) -> Row | None:
        """The only row, None when there is none."""
        found = self.all(tx, **values)
        if len(found) > 1:
            raise RuntimeError("one row was asked for and several were found")
        return found[0] if found else None

    def one(self, tx: Transaction, **values: Any) -> Row:
        """The only row; RuntimeError when there is none."""
        found = self.maybe(tx, **values)
        if found is None:
            raise RuntimeError("a row was asked for that must be there and is not")
        return found

    def run(self, tx: Transaction, **values: Any) -> int:
        """How many rows it changed."""
        text, given = _filled(self._plan(tx), values)
        changed: int = tx.execute(text, given).rowcount
        return changed

    def later(self, tx: Transaction, **values: Any) -> None:
        """The same where nobody asks how many: done before anything else is asked, and at the latest at the end."""
        text, given = _filled(self._plan(tx), values)
        tx.later(Waiting(text, given, self._table, inserts=False))

    def insert(self, tx: Transaction, *rows: Mapping[str, Any]) -> None:
        """An INSERT of so many rows, done like `later`: what the database says against it is raised there."""
        plan = self._plan(tx)
        remaining = iter(rows)
        while batch := list(itertools.islice(remaining, _ROWS_AT_ONCE)):
            values: list[Any] = []
            for row in batch:
                values += _converted(list(map(row.get, plan.names)), plan.writes)
            tx.later(Waiting(_text_of_many(plan, len(batch)), values, self._table, inserts=True))

    def _plan(self, tx: Transaction) -> _Plan:
        plan = self._plans.get(tx.database.dialect)
        if plan is None:
            plan = self._plans[tx.database.dialect] = _compile(self._core, _READERS[tx.database.dialect])
        return plan


def _compile(core: Core, dialect: Dialect) -> _Plan:
    compiled: Any = core.compile(dialect=dialect)
    binds = compiled.binds
    names = tuple(compiled.positiontup or ())
    if isinstance(core, Insert):
        given = dict.fromkeys(names)
    else:
        given = {name: binds[name].value for name in names if not binds[name].required}
    lists = frozenset(name for name in names if binds[name].expanding)
    return _Plan(
        text=compiled.string,
        names=names,
        given=given,
        writes=_conversions([binds[name].type for name in names], "write"),
        reads=_conversions([column.type for column in core.exported_columns], "read"),
        compiled=compiled if lists else None,
        lists=lists,
        expanded={},
        of_many={},
    )


def _conversions(kinds: Sequence[TypeEngine[Any]], way: str) -> tuple[tuple[int, _Convert], ...]:
    own = [(index, type(kind)) for index, kind in enumerate(kinds) if isinstance(kind, Converted)]
    return tuple((index, getattr(kind, way)) for index, kind in own)


def _filled(plan: _Plan, values: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
    """The text and the values of its places; a list of ids takes as many places as it has ids."""
    given = plan.given
    written = _converted([values[name] if name in values else given[name] for name in plan.names], plan.writes)
    if plan.compiled is None:
        return plan.text, written
    lengths = tuple([len(value) for name, value in zip(plan.names, written, strict=True) if name in plan.lists])
    expanded = plan.expanded.get(lengths)
    if expanded is None:
        expanded = _expand(plan, written)
        if sum(lengths) <= _ROWS_AT_ONCE:
            plan.expanded[lengths] = expanded
    return expanded.text, [written[at] if of is None else written[at][of] for at, of in expanded.takes]


def _expand(plan: _Plan, written: Sequence[Any]) -> _Expanded:
    """Found with numbers in place of the values: Core does not say otherwise in which order it puts them."""
    takes: list[tuple[int, int | None]] = []
    numbers: dict[str, Any] = {}
    for at, name in enumerate(plan.names):
        mine = [(at, of) for of in range(len(written[at]))] if name in plan.lists else [(at, None)]
        places = [*range(len(takes), len(takes) + len(mine))]
        numbers[name] = places if name in plan.lists else places[0]
        takes += mine
    state = plan.compiled.construct_expanded_state(numbers)
    return _Expanded(state.statement, tuple([takes[number] for number in state.positional_parameters]))


def _text_of_many(plan: _Plan, count: int) -> str:
    if count not in plan.of_many:
        head, row_text = plan.text.split(" VALUES ")
        places = itertools.count(1)
        texts = ", ".join([row_text] * count)
        plan.of_many[count] = f"{head} VALUES {_PLACE.sub(lambda _: f'${next(places)}', texts)}"
    return plan.of_many[count]


def _converted(row: list[Any], conversions: tuple[tuple[int, _Convert], ...]) -> list[Any]:
    for index, convert in conversions:
        value = row[index]
        if value is not None:
            row[index] = convert(value)
    return row
