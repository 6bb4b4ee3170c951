"""How does a domain value become a column that SQLite and PostgreSQL store alike?

Five own types over Text and Integer. STRICT tables refuse SQLAlchemy's DateTime, Numeric and Boolean, and SQLite would
drop a time zone and turn a Decimal into a float: here an instant is microseconds, a number is its own digits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_T = TypeVar("_T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NOWHERE = timedelta(0)

WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits; STRICT tables know it as INTEGER."""

WORD = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared byte by byte on both databases: keys, names of things, words of closed lists."""


def microseconds(at: datetime) -> int:
    """Microseconds since 1970; ValueError on a datetime that is naive or not in UTC."""
    if at.utcoffset() != _NOWHERE:
        raise ValueError("only an aware datetime in UTC can be stored")
    return (at - EPOCH) // _MICROSECOND


@lru_cache(maxsize=4096)
def moment(since_1970: int) -> datetime:
    """The moment so many microseconds after 1970; cached, since the rows of one set share their times."""
    return EPOCH + timedelta(microseconds=since_1970)


def _digits(value: Decimal) -> str:
    if not isinstance(value, Decimal):
        raise TypeError("only a Decimal can be stored exactly")
    if not value.is_finite():
        raise ValueError("only a finite number can be stored")
    return str(value)


def _one_or_zero(value: bool) -> int:  # noqa: FBT001 - the value itself
    if not isinstance(value, bool):
        raise TypeError("only True or False can be stored as a flag")
    return int(value)


class Converted(TypeDecorator[_T]):
    """A column type whose values are written and read by two functions; nothing stays nothing."""

    impl: Any = Text
    cache_ok = True
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]

    def process_bind_param(self, value: _T | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else type(self).write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> _T | None:  # noqa: ARG002
        return None if value is None else type(self).read(value)


class Instant(Converted[datetime]):
    """A moment: aware, in UTC, kept as microseconds since 1970. ValueError on any other datetime."""

    impl = BigInteger
    cache_ok = True
    write = staticmethod(microseconds)
    read = staticmethod(moment)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class Exact(Converted[Decimal]):
    """A number with the digits it was charted with: 1.20 stays 1.20. TypeError on a float, ValueError on NaN."""

    impl = Text
    cache_ok = True
    write = staticmethod(_digits)
    read = Decimal


class Flag(Converted[bool]):
    """Yes or no, kept as 1 or 0. TypeError on anything that is not a bool."""

    impl = Integer
    cache_ok = True
    write = staticmethod(_one_or_zero)
    read = bool


class Document(Converted[bytes]):
    """Canonical bytes in UTF-8, kept as readable text and given back byte for byte."""

    impl = Text
    cache_ok = True
    write = bytes.decode
    read = str.encode


class Id(TypeDecorator[str]):
    """A UUIDv7 as 36 characters of text, compared byte by byte so that it sorts by time on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()
