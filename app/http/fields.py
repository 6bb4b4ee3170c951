"""Which values may a field of a request hold, and which look-alikes are refused?

Pydantic's own types guess: true for 1, "9_0" for 90, a naive time for any time, 20000000000 for the year 2603.
These do not.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Final

from pydantic import Field, PlainSerializer, PlainValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

PREFIX: Final = "doseward_"

FIRST_YEAR = 1900
LAST_YEAR = 2200
TEXT_LIMIT = 200  # characters
NOTE_LIMIT = 4000

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# Zero-width space, byte order mark, line and paragraph separator, and the Bidi_Control characters of UAX #9: they make
# two different texts look alike, or one text look like another.
_DECEPTIVE = re.compile("[\u200b\ufeff\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def refused(code: str, message: str) -> PydanticCustomError:
    """For validators: a refusal whose message may be shown, because it is ours and repeats nothing that was sent."""
    return PydanticCustomError(PREFIX + code, message)


def read_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refused("not_a_number", "Must be a number, without quotation marks.")
    number = Decimal(value)
    if not number.is_finite():
        raise refused("not_a_number", "Must be a number.")
    return number


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise refused("not_a_time", "Must be a time written as text, with its offset: 2026-11-21T14:00:00+01:00.")
    if _INSTANT.fullmatch(value) is None:
        raise refused("not_a_time", "Must be a date and time with an offset or Z: 2026-11-21T14:00:00+01:00.")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise refused("no_such_time", "There is no such date or time.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refused("year_out_of_range", f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return moment.astimezone(UTC)


def _read_day(value: object) -> date:
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise refused("not_a_date", "Must be a date: 1961-04-30.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refused("no_such_date", "There is no such date.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refused("year_out_of_range", f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


def _read_uuid(value: object) -> str:
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise refused("not_an_id", "Must be an id as this program gives them.")
    return value.lower()


def read_text(value: object, *, limit: int, lines: bool = False) -> str:
    """Text in NFC without surrounding blanks, at most `limit` characters; line breaks only if `lines`."""
    if not isinstance(value, str):
        raise refused("not_text", "Must be text.")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n") if lines else value).strip()
    if text == "":
        raise refused("blank", "Must not be empty.")
    if len(text) > limit:
        raise refused("too_long", f"Must be at most {limit} characters.")
    if not text.isprintable():
        _refuse_hidden(text, "\n\t" if lines else "")
    return text


def _refuse_hidden(text: str, allowed: str) -> None:
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Cn"} and letter not in allowed for letter in text):
        raise refused("control_character", "Must not hold control characters.")
    if _DECEPTIVE.search(text) is not None:
        raise refused("deceptive_character", "Must not hold invisible or direction-changing characters.")


def _plain(number: Decimal) -> str:
    return format(number, "f")


# Exact number; leaves as text with the charted digits.
Number = Annotated[
    Decimal,
    PlainValidator(read_number),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "number"}, mode="validation"),
]
Whole = Annotated[int, Strict()]
Scale = Annotated[Whole, Field(ge=1, le=2, description="The saturation scale of NEWS2.")]
Flag = Annotated[bool, Strict()]

# RFC 3339 with an offset in, aware UTC inside. More than six digits of a second are cut off.
Instant = Annotated[
    datetime,
    PlainValidator(_read_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="validation"),
]
Day = Annotated[
    date, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"}, mode="validation")
]
Uuid = Annotated[str, PlainValidator(_read_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]

Text = Annotated[
    str,
    PlainValidator(partial(read_text, limit=TEXT_LIMIT)),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}),
]
Note = Annotated[
    str,
    PlainValidator(partial(read_text, limit=NOTE_LIMIT, lines=True)),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": NOTE_LIMIT}),
]
