"""Is it said right how a laboratory value went over a cycle: before, at its worst, and when it was back?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.recovery import Recovery, recoveries
from app.domain.vocabulary import Outcome
from tests.builders import AT, CONSENSUS, LVHN, a_flowsheet, an_administration, an_id, an_observation

FIRST = AT - LVHN.timing.interval * 4
"""The first dose of the sheet; four are given, the last of them eight hours before AT."""

LAST = AT - LVHN.timing.interval
HOUR = timedelta(hours=1)
LATER = AT + timedelta(days=90)


def at(hours: float, value: str, measure: str = "creatinine") -> Reading:
    """A value so many hours after the first dose; a minus sign is before it."""
    return reading_of(measure, Decimal(value), FIRST + hours * HOUR)


def reading_of(measure: str, value: Value, moment: datetime) -> Reading:
    return Reading(f"{measure}-{moment}", measure, value, moment, None)


def sheet_of(*charted: Reading, protocol: Protocol = LVHN, given: tuple[int, ...] = (1, 2, 3, 4)) -> Flowsheet:
    sheet = a_flowsheet(protocol=protocol, given=given)
    return replace(sheet, observations=tuple(an_observation(one) for one in charted))


def of(*charted: Reading, now: datetime = LATER, protocol: Protocol = LVHN) -> dict[str, Recovery]:
    sheet = sheet_of(*charted, protocol=protocol)
    return {one.measure: one for one in recoveries(sheet, sheet.cycles[0], protocol, now)}


def creatinine(*charted: Reading, now: datetime = LATER) -> Recovery:
    return of(*charted, now=now)["creatinine"]


def test_the_worst_is_the_highest_after_the_first_dose_and_back_is_the_first_within_a_tenth() -> None:
    one = creatinine(at(-1, "1.0"), at(5, "1.1"), at(9, "2.6"), at(30, "1.11"), at(40, "1.1"), at(50, "0.9"))
    assert (one.baseline, one.worst, one.worst_at) == (Decimal("1.0"), Decimal("2.6"), FIRST + 9 * HOUR)
    assert (one.back_at, one.last_at) == (FIRST + 40 * HOUR, FIRST + 50 * HOUR)
    assert (one.last_dose_at, one.took, one.seen_for) == (LAST, 16 * HOUR, 26 * HOUR)
    assert one.moved


def test_the_value_at_the_first_dose_is_the_one_before_it() -> None:
    one = creatinine(at(-5, "3.0"), at(0, "1.0"), at(9, "2.0"))
    assert (one.baseline, one.worst, one.back_at, one.took) == (Decimal("1.0"), Decimal("2.0"), None, None)


def test_the_worst_itself_may_be_within_a_tenth_and_back() -> None:
    one = creatinine(at(-1, "1.0"), at(9, "1.1"), at(20, "1.0"))
    assert (one.worst_at, one.back_at, one.moved) == (FIRST + 9 * HOUR, FIRST + 9 * HOUR, False)


def test_without_a_value_before_nobody_can_say_when_it_was_back() -> None:
    one = creatinine(at(9, "2.0"), at(20, "0.9"))
    assert (one.baseline, one.back_at, one.took, one.moved) == (None, None, None, True)


def test_a_value_that_falls_is_worst_at_its_lowest_and_back_from_below() -> None:
    values = {-1: "24", 9: "15", 20: "21.5", 30: "21.6", 40: "26"}
    one = of(*(at(hours, value, "bicarbonate") for hours, value in values.items()), protocol=CONSENSUS)["bicarbonate"]
    assert (one.baseline, one.worst, one.worst_at) == (Decimal(24), Decimal(15), FIRST + 9 * HOUR)
    assert one.back_at == FIRST + 30 * HOUR
    assert one.moved


def test_what_lies_far_below_the_value_before_has_moved_too() -> None:
    assert creatinine(at(-1, "2.0"), at(9, "1.7")).moved
    assert not creatinine(at(-1, "2.0"), at(9, "1.8")).moved


def test_nothing_after_the_first_dose_or_no_dose_is_no_recovery() -> None:
    assert of(at(-1, "1.0"), at(0, "1.0")) == {}
    nothing_given = sheet_of(at(-1, "1.0"), at(9, "2.0"), given=())
    assert recoveries(nothing_given, nothing_given.cycles[0], LVHN, LATER) == ()


def test_a_dose_that_was_not_given_starts_nothing() -> None:
    sheet = sheet_of(at(-1, "1.0"), at(5, "1.5"), at(9, "2.0"), given=(2,))
    skipped = an_administration(sheet.doses[0], FIRST, Outcome.NOT_GIVEN)
    sheet = replace(sheet, administrations=(skipped, *sheet.administrations))
    (one,) = recoveries(sheet, sheet.cycles[0], LVHN, LATER)
    assert (one.baseline, one.last_dose_at) == (Decimal("1.5"), FIRST + 8 * HOUR)


def test_the_last_dose_is_the_last_by_the_clock_not_by_the_record() -> None:
    sheet = sheet_of(at(-1, "1.0"), at(5, "2.0"))
    sheet = replace(sheet, administrations=sheet.administrations[::-1])
    (one,) = recoveries(sheet, sheet.cycles[0], LVHN, LATER)
    assert (one.baseline, one.last_dose_at) == (Decimal("1.0"), LAST)


def test_a_value_seen_last_before_the_last_dose_was_seen_for_no_time_after_it() -> None:
    one = creatinine(at(-1, "1.0"), at(5, "2.0"), at(9, "1.0"))
    assert (one.seen_for, one.took) == (timedelta(0), timedelta(0))


@pytest.mark.parametrize("hours,counts", [(-1, True), (0, True), (1, False)])
def test_only_what_lies_from_before_admission_until_now_counts(hours: int, *, counts: bool) -> None:
    now = FIRST + 30 * HOUR
    late = at(30 + hours, "3.0")
    assert (creatinine(at(-1, "1.0"), at(9, "2.0"), late, now=now).worst == Decimal("3.0")) is counts
    earliest = FIRST - 6 * HOUR - LVHN.timing.admission_lookback
    early = reading_of("creatinine", Decimal("1.5"), earliest - hours * HOUR)
    assert (creatinine(early, at(9, "2.0"), now=now).baseline is not None) is counts


def test_the_next_cycle_ends_what_belongs_to_the_one_before_and_no_earlier_one_does() -> None:
    sheet = sheet_of(at(-1, "1.0"), at(9, "2.0"), at(200, "1.0"), at(210, "5.0"))
    cycle = sheet.cycles[0]

    def other(number: int, hours: float) -> Cycle:
        return replace(cycle, id=an_id(), number=number, admitted_at=FIRST + hours * HOUR)

    def last_at(*others: Cycle) -> datetime:
        (one,) = recoveries(replace(sheet, cycles=(cycle, *others)), cycle, LVHN, LATER)
        return one.last_at

    assert last_at(other(2, 205)) == FIRST + 200 * HOUR
    assert last_at(other(2, 200), other(3, 9)) == FIRST + 9 * HOUR
    assert last_at(other(0, 9)) == FIRST + 210 * HOUR


def test_only_laboratory_values_compared_as_they_are_recover_in_the_order_of_the_protocol() -> None:
    charted = [at(9, "2", name) for name in ("weight", "heart_rate", "urine_volume", "bilirubin", "creatinine")]
    assert list(of(*charted)) == [row.measure for row in LVHN.rows if row.measure in ("creatinine", "bilirubin")][:2]
    assert "weight" not in of(*charted, protocol=CONSENSUS)


def test_a_finding_beside_the_numbers_is_no_number() -> None:
    one = creatinine(at(-1, "1.0"), at(9, "2.0"), reading_of("creatinine", "high", FIRST + 10 * HOUR))
    assert (one.worst, one.last_at) == (Decimal("2.0"), FIRST + 9 * HOUR)
    unknown = creatinine(reading_of("creatinine", "high", FIRST - HOUR), at(9, "2.0"))
    assert unknown.baseline is None
