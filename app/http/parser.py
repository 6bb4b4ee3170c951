"""Which bytes are the JSON this program reads, and which does it refuse?

Python's own reader takes NaN, keeps the last of two equal keys and rounds to binary floats: each of them can turn a bad
blood pressure into permission to give. Nothing that was sent is repeated in a refusal: values are patient data.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, DecimalException
from typing import Never, TypeAlias

from app.domain.errors import Malformed, TooLarge

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"

MAX_BODY = 1_048_576  # bytes
MAX_DEPTH = 32
# Pydantic describes every fault of a body before anything else may run: 350,000 empty objects in 1 MiB took 5 seconds.
MAX_VALUES = 20_000
MAX_DIGITS = 18  # before or after the point; as an integer it still fits 64 bits

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


def parse_json(body: bytes) -> Json:
    """The value of a JSON text (RFC 8259), numbers with a point or an exponent as Decimal with their digits as written.

    Raises:
        TooLarge: more than MAX_BODY bytes.
        Malformed: not UTF-8, not JSON, or JSON that two readers could understand differently.
    """
    if len(body) > MAX_BODY:
        raise TooLarge("body_too_large", "The body is larger than 1 MiB.")
    text = _decode(body)
    value = _read(text)
    _inspect(value, escaped="\\u" in text)
    return value


def _decode(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        raise Malformed("byte_order_mark", "The body starts with a byte order mark. Send plain UTF-8.")
    # "replace" instead of an except block: the exception would carry the body into whatever logs it.
    text = body.decode("utf-8", errors="replace")
    if "\ufffd" in text and text.encode() != body:
        raise Malformed("not_utf8", "The body is not UTF-8.")
    return text


def _read(text: str) -> Json:
    try:
        value: Json = _DECODER.decode(text)
    except RecursionError:
        refusal = _too_deep()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        refusal = Malformed("not_json", f"The body is not JSON: see {where}.")
    else:
        return value
    raise refusal  # outside the block: a JSONDecodeError holds the whole body


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("duplicate_key", "An object names the same field twice.")
    return value


def _constant(_name: str) -> Never:
    raise Malformed("not_a_number", "NaN and Infinity are not numbers.")


def _integer(text: str) -> int:
    if len(text.removeprefix("-")) > MAX_DIGITS:
        raise _absurd()
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > 2 * MAX_DIGITS + 8:  # sign, point, exponent: reading more is work for nothing
        raise _absurd()
    try:
        number = Decimal(text)
    except DecimalException:
        raise _absurd() from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MAX_DIGITS or number.adjusted() >= MAX_DIGITS:
        raise _absurd()
    if number.is_zero():
        number = number.copy_abs()  # -0.0 charts nothing that 0.0 does not
    return Decimal(format(number, "f")) if exponent > 0 else number


def _inspect(root: Json, *, escaped: bool) -> None:
    layer: list[Json] = [root]
    seen = depth = 0
    while layer:
        seen += len(layer)
        if seen > MAX_VALUES:
            raise Malformed("too_many_values", f"The body holds more than {MAX_VALUES} values.")
        objects = [value for value in layer if isinstance(value, dict)]
        lists = [value for value in layer if isinstance(value, list)]
        if depth == MAX_DEPTH and (objects or lists):
            raise _too_deep()
        if escaped:  # raw bytes cannot be surrogates in UTF-8, nor NUL in JSON: only an escape brings them in
            _inspect_text([value for value in layer if isinstance(value, str)])
            _inspect_text([key for value in objects for key in value])
        depth += 1
        layer = [child for value in objects for child in value.values()]
        layer += [child for value in lists for child in value]


def _inspect_text(texts: list[str]) -> None:
    if any(_UNSTORABLE.search(text) for text in texts):
        raise Malformed("bad_character", "A text holds a character that cannot be stored: NUL or half a character.")


def _too_deep() -> Malformed:
    return Malformed("too_deep", f"The body is nested deeper than {MAX_DEPTH} levels.")


def _absurd() -> Malformed:
    return Malformed("absurd_number", f"A number has more than {MAX_DIGITS} digits before or after its point.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, strict=True
)
