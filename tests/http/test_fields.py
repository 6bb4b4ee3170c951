"""Do the field types take what they are written for, and do bodies refuse types that guess?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.http.body import Body, declared_names
from app.http.fields import Day, Flag, Instant, Note, Number, Text, Uuid, Whole


class Colour(StrEnum):
    AMBER = "amber"


def test_a_number_becomes_an_exact_decimal_and_leaves_as_text() -> None:
    numbers = TypeAdapter(Number)
    assert str(numbers.validate_python(Decimal("1.20"))) == "1.20"
    assert str(numbers.validate_python(7)) == "7"
    assert numbers.dump_json(Decimal("1.20")) == b'"1.20"'
    for wrong in (True, 1.5, "1", None, Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValidationError):
            numbers.validate_python(wrong)


@pytest.mark.parametrize(
    "text,moment",
    [
        ("2026-11-21T14:00:00Z", datetime(2026, 11, 21, 14, 0, tzinfo=UTC)),
        ("2026-11-21t14:00:00z", datetime(2026, 11, 21, 14, 0, tzinfo=UTC)),
        ("2026-10-25T01:30:00+02:00", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ("2026-10-25T01:30:00+01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-11-21T14:00:00.123456789-05:30", datetime(2026, 11, 21, 19, 30, 0, 123456, tzinfo=UTC)),
    ],
)
def test_a_time_with_an_offset_becomes_utc(text: str, moment: datetime) -> None:
    parsed = TypeAdapter(Instant).validate_python(text)
    assert parsed == moment
    assert parsed.tzinfo is UTC


def test_a_time_may_not_be_given_as_a_python_value() -> None:
    for wrong in (datetime(2026, 11, 21, tzinfo=UTC), date(2026, 11, 21), 0, Decimal(1)):
        with pytest.raises(ValidationError):
            TypeAdapter(Instant).validate_python(wrong)


def test_a_day_is_a_day() -> None:
    assert TypeAdapter(Day).validate_python("1961-04-30") == date(1961, 4, 30)
    for wrong in ("1961-04-31", "30.04.1961", "19610430", "1961-4-30", "1890-01-01", 0):
        with pytest.raises(ValidationError):
            TypeAdapter(Day).validate_python(wrong)


def test_text_is_composed_and_trimmed() -> None:
    assert TypeAdapter(Text).validate_python("  Ame\u0301lie ") == "Amélie"
    for wrong in ("", " ", "a\nb", "a\tb", "\u2066a", "a" * 201, 7, "\ud800", "\u0085", "\uffff"):
        with pytest.raises(ValidationError):
            TypeAdapter(Text).validate_python(wrong)


def test_a_note_may_have_lines_and_a_name_its_joiners() -> None:
    assert TypeAdapter(Note).validate_python("one\r\ntwo\tthree") == "one\ntwo\tthree"
    joined = "\u0646\u06cc\u0645\u200c\u0641\u0627"  # Persian, with the zero-width non-joiner its spelling needs
    assert TypeAdapter(Text).validate_python(joined) == joined


def test_an_id_is_lower_case() -> None:
    assert TypeAdapter(Uuid).validate_python("0193C3A0-0000-7000-8000-00000000000F").endswith("00f")


def test_strict_types_live_in_unions_lists_and_tuples() -> None:
    class Fine(Body):
        value: Number | Flag | Text | None = None
        many: Annotated[tuple[Whole, ...], Field(max_length=3)] = ()
        choice: Literal["a", "b"] = "a"
        colour: Colour = Colour.AMBER
        nested: list[Annotated[int, Field(strict=True, ge=0)]]

    sent = Fine.model_validate({"value": True, "many": [1, 2], "colour": "amber", "nested": [0]})
    assert (sent.value, sent.many, sent.colour) == (True, (1, 2), Colour.AMBER)
    assert Fine.model_validate({"value": 1, "nested": []}).value == Decimal(1)
    assert Fine.model_validate({"value": "x", "nested": []}).value == "x"
    assert {"value", "many", "colour"} <= declared_names()


def test_a_body_with_a_type_that_guesses_cannot_be_written() -> None:
    with pytest.raises(TypeError, match=r"count is a plain int: use Whole"):

        class Counted(Body):
            count: int

    with pytest.raises(TypeError, match=r"at is a plain datetime: use Instant"):

        class Timed(Body):
            at: list[datetime | None]

    with pytest.raises(TypeError, match=r"names is a plain str"):

        class Named(Body):
            names: dict[str, Whole] = Field(max_length=3)


def test_a_body_cannot_be_changed_after_it_was_checked() -> None:
    class Fixed(Body):
        count: Whole

    with pytest.raises(ValidationError):
        setattr(Fixed.model_validate({"count": 1}), "count", 2)  # noqa: B010 - mypy would refuse the plain assignment too
