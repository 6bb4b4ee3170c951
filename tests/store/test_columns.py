"""Does every value come back from the database as it went in?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from app.store.columns import Document, Exact, Flag, Id, Instant
from app.store.database import Database, Transaction

_SCRATCH = Table(
    "scratch",
    MetaData(),
    Column("instant", Instant),
    Column("exact", Exact),
    Column("flag", Flag),
    Column("document", Document),
    Column("id", Id),
    sqlite_strict=True,
)


@contextmanager
def _scratch(database: Database) -> Iterator[Transaction]:
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - the table never stays
        _SCRATCH.create(tx.connection)
        yield tx
        raise ZeroDivisionError


def _round_trip(database: Database, column: str, value: object) -> object:
    with _scratch(database) as tx:
        tx.connection.execute(insert(_SCRATCH), {column: value})
        back: object = tx.connection.execute(select(_SCRATCH.c[column])).scalar_one()
    return back


@pytest.mark.parametrize("digits", ["1.20", "0", "0.0", "-0", "0.10", "1E+2", "100", "7.4000", "123456789012345678.9"])
def test_a_number_keeps_the_digits_it_was_charted_with(database: Database, digits: str) -> None:
    back = _round_trip(database, "exact", Decimal(digits))

    assert isinstance(back, Decimal)
    assert str(back) == digits


@pytest.mark.parametrize("value", [1.2, 1, True, "1.2"])
def test_only_a_decimal_is_stored_as_a_number(database: Database, value: object) -> None:
    with pytest.raises(StatementError, match="only a Decimal"):
        _round_trip(database, "exact", value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_a_finite_number_is_refused(database: Database, value: str) -> None:
    with pytest.raises(StatementError, match="only a finite number"):
        _round_trip(database, "exact", Decimal(value))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_to_the_microsecond_and_in_utc(database: Database, moment: datetime) -> None:
    back = _round_trip(database, "instant", moment)

    assert isinstance(back, datetime)
    assert back == moment
    assert back.tzinfo is UTC


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 3, 4, 16), datetime(2026, 3, 4, 16, tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001
)
def test_a_time_that_is_naive_or_not_in_utc_is_refused(database: Database, moment: datetime) -> None:
    with pytest.raises(StatementError, match="only an aware datetime in UTC"):
        _round_trip(database, "instant", moment)


@pytest.mark.parametrize("value", [True, False, None])
def test_yes_no_and_unknown_stay_three_things(database: Database, value: bool | None) -> None:
    assert _round_trip(database, "flag", value) is value


@pytest.mark.parametrize("value", [0, 1, "", "yes"])
def test_only_yes_or_no_is_stored_as_a_flag(database: Database, value: object) -> None:
    with pytest.raises(StatementError, match="only True or False"):
        _round_trip(database, "flag", value)


@pytest.mark.parametrize("document", [b"", b'{"a":[1,"\xc2\xb5g"]}\r\n', b"\n\n", "\u2028 \U0001f9ea".encode()])
def test_a_document_comes_back_byte_for_byte(database: Database, document: bytes) -> None:
    assert _round_trip(database, "document", document) == document


@pytest.mark.parametrize("column", ["instant", "exact", "flag", "document", "id"])
def test_nothing_comes_back_as_nothing(database: Database, column: str) -> None:
    with _scratch(database) as tx:
        tx.connection.execute(insert(_SCRATCH), {column: None})
        assert tx.connection.execute(select(_SCRATCH.c[column])).scalar_one() is None
