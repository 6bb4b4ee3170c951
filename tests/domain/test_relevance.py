"""Is exactly that kept which a window may look at: the latest with what lies beside it, and all of a longer window?"""

from __future__ import annotations

from datetime import datetime

from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.relevance import relevant
from tests.builders import AT, CONSENSUS, LVHN, TIL, USPI, Moment, Plain, ago, reading

A_BIT = 0.001
HOURS = 60
LONG_AGO = 60 * 24 * 30
WELL: dict[str, Plain] = {"oxygen_device": "room_air", "rhythm": "sinus", "stool_occult_blood": "negative"}


def kept(
    protocol: Protocol,
    given: datetime | None = None,
    unresolved: tuple[str, ...] = (),
    **series: list[Moment | tuple[Moment, Plain]],
) -> dict[str, list[Moment]]:
    """How many minutes ago each reading was that is kept, by measure; a reading without a value is a well one."""
    by_measure: dict[str, list[Reading]] = {}
    minutes: dict[int, tuple[str, Moment]] = {}
    for name, ones in series.items():
        for one in ones:
            ago_, value = one if isinstance(one, tuple) else (one, WELL.get(name, _well(protocol, name)))
            read = reading(name, value, ago_)
            minutes[id(read)] = (name, ago_)
            by_measure.setdefault(name, []).append(read)
        by_measure[name].sort(key=lambda read: read.at)
    found = relevant(by_measure, protocol, AT, given, unresolved)
    for name, mine in found.items():
        assert {minutes[id(read)][0] for read in mine} == {name}
        assert list(mine) == sorted(mine, key=lambda read: read.at)
        assert len({id(read) for read in mine}) == len(mine)
    return {name: [minutes[id(read)][1] for read in mine] for name, mine in found.items()}


def _well(protocol: Protocol, name: str) -> Plain:
    measure = protocol.measures[name]
    return "1" if measure.numeric else False


def test_of_what_is_judged_by_its_latest_value_that_one_is_kept_with_those_beside_it() -> None:
    found = kept(LVHN, creatinine=[LONG_AGO, 17 + A_BIT, 17, 14, 10])
    assert found == {"creatinine": [17, 14, 10]}


def test_a_single_reading_is_kept_however_old() -> None:
    assert kept(LVHN, creatinine=[LONG_AGO]) == {"creatinine": [LONG_AGO]}
    assert kept(LVHN) == {}


def test_everything_of_the_span_of_a_sum_is_kept_and_the_one_before_with_those_beside_it() -> None:
    found = kept(LVHN, urine_volume=[606, 605 + A_BIT, 605, 600, 8 * HOURS, 240, 10])
    assert found == {"urine_volume": [605, 600, 480, 240, 10]}
    assert kept(LVHN, urine_volume=[8 * HOURS + 1, 8 * HOURS, 10]) == {"urine_volume": [481, 480, 10]}


def test_a_sum_with_nothing_before_its_span_keeps_what_it_has() -> None:
    assert kept(LVHN, urine_volume=[8 * HOURS, 300, 10]) == {"urine_volume": [480, 300, 10]}
    assert kept(LVHN, urine_volume=[LONG_AGO, LONG_AGO - 1]) == {"urine_volume": [LONG_AGO, LONG_AGO - 1]}
    assert kept(LVHN, urine_volume=[LONG_AGO, LONG_AGO - 8]) == {"urine_volume": [LONG_AGO - 8]}


def test_two_totals_in_a_row_look_back_twice_as_long() -> None:
    series: list[Moment | tuple[Moment, Plain]] = [1100, 1000, 961, 960, 600, 10]
    assert kept(CONSENSUS, stool_volume=series) == {"stool_volume": [961, 960, 600, 10]}
    assert kept(LVHN, stool_volume=series) == {"stool_volume": [600, 10]}


def test_since_the_last_dose_everything_is_kept_and_without_a_dose_all_there_is() -> None:
    rates: list[Moment | tuple[Moment, Plain]] = [LONG_AGO, 700, 500, 480, 300, 10]
    assert kept(LVHN, ago(480), norepinephrine_rate=rates) == {"norepinephrine_rate": [500, 480, 300, 10]}
    assert kept(LVHN, None, norepinephrine_rate=rates) == {"norepinephrine_rate": rates}
    assert kept(LVHN, ago(480), seizure=rates) == {"seizure": [500, 480, 300, 10]}
    assert kept(LVHN, ago(480), creatinine=rates) == {"creatinine": [10]}


def test_what_must_persist_is_kept_as_long_as_two_values_may_lie_apart_and_still_count() -> None:
    span = 4 * HOURS + 4 * HOURS + 5
    found = kept(CONSENSUS, heart_rate=[LONG_AGO, span + 6, span + 1, span, 300, 10])
    assert found == {"heart_rate": [span + 6, span + 1, span, 300, 10]}
    assert kept(CONSENSUS, heart_rate=[span + 7, span + 1, 10]) == {"heart_rate": [span + 1, 10]}


def test_the_condition_of_what_must_persist_is_kept_as_long_as_it_is_fresh() -> None:
    found = kept(CONSENSUS, temperature=[LONG_AGO, 4 * HOURS + 6, 4 * HOURS + 1, 4 * HOURS, 10])
    assert found == {"temperature": [246, 241, 240, 10]}
    assert kept(LVHN, temperature=[4 * HOURS + 1, 4 * HOURS, 10]) == {"temperature": [10]}


def test_what_a_latch_remembers_is_kept_from_its_first_met_reading_on() -> None:
    found = kept(USPI, spo2=[(LONG_AGO, "97"), (900, "97"), (607, "97"), (600, "89"), (300, "97"), (10, "97")])
    assert found == {"spo2": [900, 607, 600, 300, 10]}
    assert kept(USPI, spo2=[(600, "97"), (300, "97"), (10, "97")]) == {"spo2": [10]}


def test_the_first_met_reading_counts_and_no_later_one() -> None:
    found = kept(USPI, spo2=[(1000, "97"), (900, "97"), (800, "89"), (600, "97"), (300, "89"), (10, "97")])
    assert found == {"spo2": [900, 800, 600, 300, 10]}


def test_what_clears_a_latch_and_what_must_stay_quiet_is_kept_from_then_on() -> None:
    others: list[Moment | tuple[Moment, Plain]] = [LONG_AGO, 900, 607 + A_BIT, 607, 300, 10]
    latched: list[Moment | tuple[Moment, Plain]] = [(600, "atrial_fibrillation"), (10, "sinus")]
    found = kept(USPI, rhythm=latched, systolic_bp=[(one, "118") for one in others], chest_pain=others)  # type: ignore[misc]
    assert found == {
        "rhythm": [600, 10],
        "systolic_bp": [607 + A_BIT, 607, 300, 10],
        "chest_pain": [607 + A_BIT, 607, 300, 10],
    }


def test_of_two_latches_on_one_value_the_earlier_one_tells_how_far_back() -> None:
    pressures: list[Moment | tuple[Moment, Plain]] = [(900, "118"), (700, "118"), (400, "118"), (10, "118")]
    for rhythm_at, low_at in ((600, 300), (300, 600)):
        mine = [*pressures, (low_at, "70")]
        found = kept(USPI, rhythm=[(rhythm_at, "atrial_fibrillation"), (10, "sinus")], systolic_bp=mine)
        assert found["systolic_bp"] == sorted([700, 400, low_at, 10], reverse=True)


def test_of_what_was_set_before_the_readings_at_hand_everything_is_kept() -> None:
    series: list[Moment | tuple[Moment, Plain]] = [(one, "97") for one in (LONG_AGO, 900, 10)]
    assert kept(USPI, unresolved=("saturation-withhold",), spo2=series)["spo2"] == [LONG_AGO, 900, 10]


def test_when_something_was_set_before_them_the_first_of_all_readings_is_kept_once() -> None:
    creatinine: list[Moment | tuple[Moment, Plain]] = [LONG_AGO, 500, 10]
    found = kept(USPI, unresolved=("saturation-withhold",), creatinine=creatinine, spo2=[(30, "97")])
    assert found == {"creatinine": [LONG_AGO, 10], "spo2": [30]}
    first = kept(USPI, unresolved=("saturation-withhold",), creatinine=[500, 10], spo2=[(600, "97"), (30, "97")])
    assert first == {"creatinine": [10], "spo2": [600, 30]}
    assert kept(USPI, creatinine=creatinine, spo2=[(30, "97")]) == {"creatinine": [10], "spo2": [30]}
    assert kept(USPI, unresolved=("saturation-withhold",)) == {}


def test_the_same_readings_serve_a_protocol_without_long_windows() -> None:
    found = kept(TIL, ago(480), heart_rate=[600, 300, 10], dopamine_rate=[600, 300, 10])
    assert found == {"heart_rate": [10], "dopamine_rate": [600, 300, 10]}
