"""How is something charted written in a request?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from app.domain.entry import Item
from app.domain.vocabulary import NotTaken
from app.http.body import Body
from app.http.fields import Flag, Instant, Text, read_number, read_text, refused
from app.services.observing import Absence

_VALUE_LIMIT = 100


def _read_value(value: object) -> Decimal | bool | str:
    """True, 1 and "1" stay three things."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return read_text(value, limit=_VALUE_LIMIT)
    return read_number(value)


Value = Annotated[
    Decimal | bool | str,
    PlainValidator(_read_value),
    WithJsonSchema(
        {
            "description": "A number in the unit named, true or false for a finding, one of the choices as text.",
            "oneOf": [{"type": "number"}, {"type": "boolean"}, {"type": "string", "maxLength": _VALUE_LIMIT}],
        }
    ),
]


class Observed(Body):
    """One value of one measure, at one moment or over an interval; numbers name their unit."""

    measure: Text
    value: Value
    unit: Text | None = None
    observed_at: Instant | None = None
    from_: Instant | None = Field(None, alias="from")
    to: Instant | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        check_time(self.observed_at, self.from_, self.to)
        return self

    def item(self) -> Item:
        """The entry to check; an interval is observed at its end."""
        return Item(self.measure, self.value, self.unit, end(self.observed_at, self.to), self.from_)


class Entry(Body):
    """One value of a set, confirmed where it is unlikely; or, without a value, why it was not taken."""

    measure: Text
    value: Value | None = None
    unit: Text | None = None
    observed_at: Instant | None = None
    from_: Instant | None = Field(None, alias="from")
    to: Instant | None = None
    confirmed: Flag = False
    not_taken: NotTaken | None = None

    @model_validator(mode="after")
    def _value_or_reason(self) -> Self:
        check_time(self.observed_at, self.from_, self.to)
        if (self.value is None) == (self.not_taken is None):
            raise refused("value_or_reason", "Give a value, or why it was not taken: one of the two.")
        if self.not_taken is not None and (self.unit is not None or self.from_ is not None or self.confirmed):
            raise refused("not_taken", "What was not taken has a measure and a time, nothing else.")
        return self

    def entry(self) -> Item | Absence:
        """What to check and keep."""
        at = end(self.observed_at, self.to)
        if self.not_taken is not None:
            return Absence(self.measure, self.not_taken, at)
        assert self.value is not None  # noqa: S101 - the validator has seen to it
        return Item(self.measure, self.value, self.unit, at, self.from_, self.confirmed)


def check_time(observed_at: datetime | None, from_: datetime | None, to: datetime | None) -> None:
    """Refuses anything but one moment or one interval."""
    if observed_at is not None and (from_ is not None or to is not None):
        raise refused("two_times", "Give observed_at, or from and to, not both.")
    if observed_at is None and (from_ is None or to is None):
        raise refused("time_needed", "Give observed_at, or from and to.")


def end(observed_at: datetime | None, to: datetime | None) -> datetime:
    """When it was so: the moment, or the end of the interval."""
    at = observed_at or to
    assert at is not None  # noqa: S101 - check_time has seen to it
    return at
