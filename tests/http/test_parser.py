"""Does the parser keep what is good and refuse what two readers could read differently?"""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DosewardError, Malformed, TooLarge
from app.http.parser import MAX_BODY, MAX_DEPTH, Json, parse_json


@pytest.mark.parametrize(
    "text,value",
    [
        ("0", 0),
        ("-0", 0),
        ("999999999999999999", 999_999_999_999_999_999),
        ("1.20", Decimal("1.20")),
        ("-0.0", Decimal("0.0")),
        ("1.5e3", Decimal(1500)),
        ("6e8", Decimal(600_000_000)),
        ("1e17", Decimal(10**17)),
        ("0." + "0" * 17 + "1", Decimal("1e-18")),
        ("1e-3", Decimal("0.001")),
        ("true", True),
        ("null", None),
        (r'"\ud83d\ude00"', "\U0001f600"),
        ('"\ufffd"', "\ufffd"),
        ('{"a": [1, {}]}', {"a": [1, {}]}),
    ],
)
def test_a_good_value_is_kept(text: str, value: Json) -> None:
    parsed = parse_json(text.encode())
    assert parsed == value
    assert type(parsed) is type(value)
    assert str(parsed) == str(value)  # Decimal("1.20") equals Decimal("1.2"): the digits must be the same too


def test_depth_32_is_the_deepest() -> None:
    parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Malformed):
        parse_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


def test_one_mebibyte_is_the_largest() -> None:
    assert parse_json(b'"' + b"a" * (MAX_BODY - 2) + b'"') == "a" * (MAX_BODY - 2)
    with pytest.raises(TooLarge):
        parse_json(b'"' + b"a" * (MAX_BODY - 1) + b'"')


def test_a_hostile_body_costs_no_more_than_an_honest_one_of_its_size() -> None:
    honest = b"[" + b'{"measure": "spo2", "value": 97.5},' * 550 + b"1]"
    whole = MAX_BODY // len(honest)
    begun = time.process_time()
    for _ in range(whole):
        parse_json(honest)
    price = time.process_time() - begun
    bodies = [
        b"[" + b"[]," * 349_000 + b"[]]",
        b"[" * 1_000_000,
        b'"\\u0000' * 100_000,
        b'{"a":' * 200_000,
        b"9" * MAX_BODY,
    ]
    for body in bodies:
        begun = time.process_time()
        with pytest.raises(Malformed):
            parse_json(body)
        assert time.process_time() - begun < 20 * price


def test_a_refusal_holds_nothing_of_the_body() -> None:
    for body in (b'{"a": DEMOCANARY}', b'"DEMOCANARY\xff"', b'{"DEMOCANARY": 1, "DEMOCANARY": 2}'):
        with pytest.raises(Malformed) as caught:
            parse_json(body)
        error: BaseException | None = caught.value
        while error is not None:
            assert "DEMOCANARY" not in repr(vars(error)) + str(error)
            error = error.__cause__ or error.__context__


scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=20)


@given(values)
def test_what_python_writes_is_read_back(value: Json) -> None:
    text = json.dumps(value)
    if "\\u0000" not in text:
        assert parse_json(text.encode()) == value


@given(st.binary(max_size=200) | st.text('[]{}":,.-+eE0123456789truefalsn\\ ud8', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse_json(body)
    except DosewardError as refusal:
        assert refusal.sentence.endswith(".")  # noqa: PT017 - either outcome is right; a crash is not
