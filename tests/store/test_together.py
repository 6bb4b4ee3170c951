"""Is what is written together whole, in order, and there for whoever asks in the same transaction?"""

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.store import tables as t
from app.store.database import Database, Transaction
from app.store.faults import broken_constraint
from app.store.statements import Statement
from app.store.together import Waiting, together
from tests.store.overhearing import Overheard

_ADD = Statement(insert(t.meta))
_PLACE = Statement(insert(t.course_place))
_CHANGE = Statement(update(t.meta).where(t.meta.c.key == bindparam("of")).values(value=bindparam("to")))
_DROP = Statement(delete(t.meta).where(t.meta.c.key == bindparam("of")))
_ALL = Statement(select(t.meta.c.key, t.meta.c.value).order_by(t.meta.c.key))


def _held(tx: Transaction) -> dict[str, str]:
    return {row[0]: row[1] for row in _ALL.all(tx)}


def _add(tx: Transaction, **values: str) -> None:
    _ADD.insert(tx, *({"key": key, "value": value} for key, value in values.items()))


def test_places_are_counted_through_all_of_them() -> None:
    first = Waiting("INSERT INTO a VALUES ($1, $2)", ["x", "y"], "a", inserts=True)
    second = Waiting("UPDATE b SET c = $2 WHERE d = $1", ["d", "c"], "b", inserts=False)
    head = "WITH w0 AS (INSERT INTO a VALUES ($1, $2)), w1 AS (UPDATE b SET c = $4 WHERE d = $3)"
    text, values = together([first, second, first])
    assert text == f"{head} INSERT INTO a VALUES ($5, $6)"
    assert values == ["x", "y", "d", "c", "x", "y"]
    assert together([second]) == (second.text, second.values)


def test_what_may_mean_the_same_rows_is_never_done_together() -> None:
    adds, changes = Waiting("", [], "a", inserts=True), Waiting("", [], "a", inserts=False)
    assert not adds.collides([adds])
    assert adds.collides([adds, changes])
    assert changes.collides([adds])
    assert changes.collides([changes])
    assert not changes.collides([adds._replace(table="b"), changes._replace(table="b")])


def test_what_waits_is_there_for_whoever_asks(database: Database) -> None:
    with database.transaction() as tx:
        before = _held(tx)
        _add(tx, a="1", b="2")
        _CHANGE.later(tx, of="a", to="3")
        _DROP.later(tx, of="b")
        _add(tx, b="4")
        assert _held(tx) == before | {"a": "3", "b": "4"}
        assert _CHANGE.run(tx, of="b", to="5") == 1
    with database.reading() as tx:
        assert _held(tx) == before | {"a": "3", "b": "5"}


def test_what_waits_at_the_end_is_saved_in_one_go(database: Database) -> None:
    with database.transaction() as tx:
        overheard = Overheard(tx)
        _add(tx, a="1")
        _add(tx, b="2")
        tx.settle()
        tx.settle()
    assert len(overheard.texts) == (1 if database.dialect == "postgresql" else 2)
    with database.transaction() as tx:
        _add(tx, c="3")
    with database.reading() as tx:
        assert _held(tx).keys() >= {"a", "b", "c"}


def test_what_the_database_refuses_at_the_end_saves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:  # noqa: PT012 - refused at the end
        _add(tx, a="1")
        _PLACE.insert(tx, {"course_id": "nowhere", "ward_id": "nowhere"})
    with database.reading() as tx:
        assert "a" not in _held(tx)


def test_a_second_row_under_one_key_is_refused_by_name(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.transaction() as tx:  # noqa: PT012 - refused at the end
        _add(tx, a="1")
        _add(tx, a="2")
    assert broken_constraint(refused.value) == t.meta.primary_key.name


def test_however_much_waits_no_statement_is_too_large(database: Database) -> None:
    keys = [f"{number}" for number in range(35_000)]
    with database.transaction() as tx:
        _add(tx, **dict.fromkeys(keys, "1"))
    with database.reading() as tx:
        assert _held(tx).keys() >= set(keys)
