"""Do the bytes of a decision and of its situation come back as what they were, byte for byte?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.record import decode_decision, decode_situation, encode_decision, encode_situation, instant, plain
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, SpO2Scale
from tests.builders import (
    AT,
    LVHN,
    SHIPPED,
    a_situation,
    ago,
    decision,
    every,
    intervals,
    poisoned,
    readings,
    with_readings,
)
from tests.protocols.worked import load_cases

CASES = [*load_cases("worked.toml"), *load_cases("fine_print.toml")]
BOTH = pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)

ODD: list[Situation] = [
    a_situation(),
    a_situation(absent=["creatinine", "temperature"]),
    a_situation(minutes_past_due=61, previous=Previous(Action.STOP, (("spo2", Decimal(88)),))),
    a_situation(minutes_past_due=-200, previous=Previous(Action.HOLD)),
    a_situation(admitted_at=ago(300), last_given_at=ago(100), unresolved=("infection-withhold",), held_doses=2),
    a_situation(intervals("urine_volume", (720, 0, "119.95")), baseline_weight=None, baseline_tests=None),
    a_situation(readings("creatinine", ("2.50", 12), ("2.4", 10))),
    a_situation(weight="92.10", creatinine="3.000"),
]


@pytest.mark.hazard("HZ-08")
@BOTH
def test_a_decision_comes_back_from_its_bytes_and_gives_the_same_bytes(protocol: Protocol) -> None:
    for situation in (*ODD, *(case.situation for case in CASES)):
        made = decision(situation, protocol)
        document = encode_decision(made)
        back = decode_decision(document, protocol)
        assert back == made
        assert encode_decision(back) == document


@pytest.mark.hazard("HZ-08")
def test_a_situation_comes_back_from_its_bytes_and_gives_the_same_bytes() -> None:
    for situation in (*ODD, *(case.situation for case in CASES)):
        document = encode_situation(situation)
        back = decode_situation(document)
        assert back == situation
        assert encode_situation(back) == document


@BOTH
def test_a_stored_situation_is_decided_to_the_same_bytes_again(protocol: Protocol) -> None:
    for situation in ODD:
        again = decode_situation(encode_situation(situation))
        assert encode_decision(decision(again, protocol)) == encode_decision(decision(situation, protocol))


def test_the_bytes_are_those_of_an_independent_writer() -> None:
    """Sorted keys, no spaces, UTF-8: any JSON library with these settings writes the same."""
    for document in (encode_decision(decision(ODD[2], LVHN)), encode_situation(ODD[4])):
        assert document == _plainly(json.loads(document))


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_TIMES = st.datetimes(timezones=st.just(UTC))
_VALUES = st.one_of(st.decimals(), st.booleans(), _TEXTS)
_READINGS = st.builds(Reading, _TEXTS, _TEXTS, _VALUES, _TIMES, st.none() | _TIMES)


@given(st.lists(_READINGS, max_size=6), st.sampled_from(SpO2Scale), st.sampled_from(ODD))
def test_a_situation_is_written_as_an_independent_writer_would_whatever_texts_are_kept(
    rows: list[Reading], scale: SpO2Scale, odd: Situation
) -> None:
    situation = replace(with_readings(odd, rows), spo2_scale=scale)
    document, texts = encode_situation(situation), dict[str, tuple[Reading, str]]()
    assert document == _plainly(json.loads(document))
    assert [_untexted(row) for row in sorted(rows, key=lambda row: row.measure)] == json.loads(document)["readings"]
    for _ in range(2):
        assert encode_situation(situation, texts) == document


def test_another_reading_under_a_kept_id_is_written_anew() -> None:
    one, other = (Reading("a", "creatinine", Decimal(text), AT) for text in ("2.5", "2.50"))
    texts: dict[str, tuple[Reading, str]] = {}
    for row in (one, other, one):
        situation = with_readings(a_situation(), [row])
        assert encode_situation(situation, texts) == encode_situation(situation)


def _plainly(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _untexted(row: Reading) -> list[object]:
    value = [f"{row.value:f}"] if isinstance(row.value, Decimal) else row.value
    return [row.id, row.measure, value, instant(row.at), None if row.start is None else instant(row.start)]


def test_a_fault_is_stored_like_any_decision() -> None:
    made = decision(a_situation(), poisoned(LVHN))
    assert decode_decision(encode_decision(made), LVHN) == made


def test_charted_digits_are_kept_and_zero_false_text_and_number_stay_apart() -> None:
    rows = (
        Reading("a", "creatinine", Decimal("2.50"), AT),
        Reading("b", "heart_rate", Decimal(0), AT),
        Reading("c", "seizure", False, AT),
        Reading("d", "rhythm", "0", AT),
        Reading("e", "platelets", Decimal("1E+2"), AT),
    )
    back = sorted(every(decode_situation(encode_situation(with_readings(a_situation(), rows)))), key=attrgetter("id"))
    assert [(type(row.value), str(row.value)) for row in back] == [
        (Decimal, "2.50"),
        (Decimal, "0"),
        (bool, "False"),
        (str, "0"),
        (Decimal, "100"),
    ]


def test_the_record_holds_no_sentence_and_no_binary_number() -> None:
    document = encode_decision(decision(a_situation(creatinine="3.1"), LVHN))
    assert not [number for number in _numbers(json.loads(document)) if isinstance(number, float)]
    assert b"Creatinine" not in document


def _numbers(value: object) -> list[object]:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in _numbers(inner)]
    if isinstance(value, list):
        return [number for inner in value for number in _numbers(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_moments_are_written_in_utc_to_the_microsecond_and_a_naive_one_is_refused() -> None:
    summer = timezone(timedelta(hours=1))
    assert instant(datetime(2026, 3, 29, 4, 30, 0, 1, summer)) == "2026-03-29T03:30:00.000001Z"
    assert instant(AT) == "2026-03-04T16:00:00Z"
    with pytest.raises(ValueError, match="offset"):
        instant(AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "value,expected", [(None, None), (False, False), (Decimal("2.50"), "2.50"), (Decimal("1E+1"), "10"), ("", "")]
)
def test_a_plain_value_is_json_and_never_a_float(value: Decimal | bool | str | None, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)
