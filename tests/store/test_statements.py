"""Does a statement do on the driver what it says in Core?"""

from contextlib import suppress

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.domain.errors import Unavailable
from app.store import tables as t
from app.store.database import Database
from app.store.opening import open_database
from app.store.statements import Statement
from tests.builders import AT, NURSE

_ADD = Statement(insert(t.meta))
_AUDIT = Statement(insert(t.audit))
_SOME = Statement(select(t.meta.c.key, t.meta.c.value).where(t.meta.c.key.in_(bindparam("keys", expanding=True))))
_BETWEEN = Statement(
    select(t.meta.c.key).where(
        t.meta.c.key.in_(bindparam("keys", expanding=True)),
        t.meta.c.value == bindparam("value"),
        t.meta.c.value.not_in(bindparam("others", expanding=True)),
    )
)
_ALL = Statement(select(t.meta.c.key).order_by(t.meta.c.key))
_CHANGE = Statement(update(t.meta).where(t.meta.c.key == bindparam("of")).values(value=bindparam("to")))


def test_many_rows_are_written_whatever_their_number(database: Database) -> None:
    for number in (0, 1, 49, 50, 51, 100, 123):
        rows = [{"key": f"{number}-{index}", "value": f"{index}"} for index in range(number)]
        with database.transaction() as tx:
            _ADD.insert(tx, *rows)
            found = _SOME.all(tx, keys=[row["key"] for row in rows])
        assert sorted(map(tuple, found)) == sorted((row["key"], row["value"]) for row in rows)


def test_a_list_of_ids_may_hold_any_number_even_none(database: Database) -> None:
    with database.transaction() as tx:
        _ADD.insert(tx, *[{"key": key, "value": key} for key in "abc"])
        for keys in ([], ["a"], ["a", "c"], ["a", "b", "c", "d"], []):
            assert sorted(row[0] for row in _SOME.all(tx, keys=keys)) == [key for key in keys if key != "d"]


@pytest.mark.parametrize(
    "keys", [[], ["b"], ["a", "b"], ["b", "a", "c"], [f"{number}" for number in range(60)] + ["b"]]
)
def test_a_list_takes_its_places_wherever_it_stands_among_other_values(database: Database, keys: list[str]) -> None:
    """Twice: the second time its text is known, and each value must still find its place."""
    with database.transaction() as tx:
        _ADD.insert(tx, *[{"key": key, "value": key.upper()} for key in "abc"])
        for value, others in (("B", ["x"]), ("A", ["x", "C"]), ("B", ["y"])):
            found = [row[0] for row in _BETWEEN.all(tx, keys=keys, value=value, others=others)]
            assert found == [key for key in "abc" if key in keys and key.upper() == value]


def test_a_value_that_is_missing_is_a_mistake_and_one_of_an_insert_is_nothing(database: Database) -> None:
    with database.transaction() as tx:
        with pytest.raises(KeyError):
            _CHANGE.run(tx, of="a")
        given = {"seq": 1, "at": AT, "acting_as": NURSE, "action": "x", "subjects": "", "version": ""}
        _AUDIT.run(tx, **given, previous="0" * 64, hash="0" * 64)
        reason, at = Statement(select(t.audit.c.reason, t.audit.c.at)).one(tx)
    assert reason is None
    assert at == AT


def test_a_statement_says_how_many_rows_it_changed(database: Database) -> None:
    with database.transaction() as tx:
        _ADD.run(tx, key="a", value="1")
        assert _CHANGE.run(tx, of="a", to="2") == 1
        assert _CHANGE.run(tx, of="b", to="2") == 0


def test_one_row_asked_for_is_one_row(database: Database) -> None:
    with database.transaction() as tx:
        assert _ALL.maybe(tx) is None
        with pytest.raises(RuntimeError, match="must be there"):
            _ALL.one(tx)
        _ADD.insert(tx, *[{"key": key, "value": key} for key in "ab"])
        with pytest.raises(RuntimeError, match="several"):
            _ALL.maybe(tx)


def test_a_fault_of_the_driver_comes_as_sqlalchemy_would_raise_it(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.transaction() as tx:  # noqa: PT012 - the second is refused
        for _ in range(2):
            _ADD.run(tx, key="CANARY-KEY-9041", value="1")
    assert "CANARY-KEY-9041" not in str(refused.value)
    assert isinstance(refused.value, DBAPIError)


@pytest.mark.parametrize("heard_by", ["the statement itself", "the one after it"])
def test_a_lost_connection_is_replaced_by_a_new_one(postgresql_url: str, heard_by: str) -> None:
    database = open_database(postgresql_url, pool_size=1)
    end = Statement(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with pytest.raises(Unavailable), database.transaction() as tx:  # noqa: PT012 - the connection ends before it does
        _ADD.run(tx, key="a", value="1")
        if heard_by == "the one after it":
            with suppress(DBAPIError):
                end.all(tx)
            _ALL.all(tx)
        end.all(tx)
    with database.transaction() as tx:
        assert _ALL.all(tx) == []
        _ADD.run(tx, key="b", value="1")
    database.close()
