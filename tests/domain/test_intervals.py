"""What do intervals add up to where they touch, cross or miss the edges of a stretch of time?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

import pytest

from app.domain.intervals import gapless, total
from app.domain.observation import Reading
from app.domain.vocabulary import Why
from tests.builders import AT, Moment, ago, hourly, intervals

EIGHT = timedelta(hours=8)
ENOUGH = timedelta(hours=7, minutes=30)


def urine(*series: tuple[Moment, Moment, str]) -> list[Reading]:
    return list(intervals("urine_volume", *series))


def over_8_hours(charted: list[Reading]) -> Decimal | Fraction | Why:
    return total(sorted(charted, key=attrgetter("at")), AT - EIGHT, AT, ENOUGH)


EVERY_HOUR = list(hourly("urine_volume", *["75.0"] * 8))


def test_whole_intervals_add_up_with_the_digits_they_were_charted_with() -> None:
    assert str(over_8_hours(EVERY_HOUR)) == "600.0"
    assert str(over_8_hours(urine((480, 0, "600.00")))) == "600.00"


def test_a_gap_leaves_the_digits_of_what_was_charted_around_it() -> None:
    assert str(over_8_hours(urine((480, 300, "240.00"), (290, 0, "360.0")))) == "600.00"


def test_what_is_collected_from_the_end_on_belongs_to_nothing_before_it() -> None:
    """A volume that ends a minute ahead counts as ended now: one that began now has no length left."""
    assert over_8_hours([*EVERY_HOUR, *urine((0, 0, "40"))]) == 600
    assert str(over_8_hours([*EVERY_HOUR, *urine((0, -30, "40"))])) == "600.0"


def test_an_interval_counts_by_its_share_on_either_side() -> None:
    over_the_start = urine((540, 420, "60"), (420, 0, "300"))
    assert over_8_hours(over_the_start) == 330
    over_the_end = urine((480, 60, "300"), (60, -180, "240"))
    assert over_8_hours(over_the_end) == 360
    assert over_8_hours(urine((960, -480, "900"))) == 300


def test_a_share_is_exact_to_the_microsecond() -> None:
    start, tick = AT - EIGHT, timedelta(microseconds=1)
    odd = Reading("odd", "urine_volume", Decimal(3), start + tick, start - 2 * tick)
    assert total([odd], start, AT, timedelta(0)) == 1


def test_an_interval_that_ends_later_is_not_lost_behind_one_that_began_too_late() -> None:
    assert over_8_hours(urine((480, 60, "300"), (-60, -120, "10"), (60, -180, "240"))) == 360


def test_readings_before_the_stretch_are_not_looked_at() -> None:
    assert over_8_hours([*urine((600, 480, "900"), (620, 500, "900")), *EVERY_HOUR]) == 600


def test_intervals_that_share_a_minute_overlap_and_those_that_touch_do_not() -> None:
    assert over_8_hours(urine((480, 239, "300"), (240, 0, "300"))) is Why.OVERLAP
    assert over_8_hours(urine((480, 240, "300"), (240, 0, "300"))) == 600


def test_nothing_charted_is_missing_and_too_little_is_too_little() -> None:
    assert over_8_hours([]) is Why.MISSING
    assert over_8_hours(urine((600, 480, "10"))) is Why.MISSING
    assert over_8_hours(urine((449, 0, "600"))) is Why.COVERAGE
    assert over_8_hours(urine((450, 0, "600"))) == 600


def test_every_stretch_between_two_gaps_counts_as_charted() -> None:
    apart = urine((420, 360, "60"), (300, 240, "70"), (180, 120, "80"))
    assert total(apart, AT - EIGHT, AT, timedelta(hours=3)) == 210
    assert total(apart, AT - EIGHT, AT, timedelta(hours=3, microseconds=1)) is Why.COVERAGE


@pytest.mark.parametrize("value,start", [(Decimal(10), None), (True, ago(60)), ("10", ago(60))])
def test_a_volume_without_a_number_or_two_times_is_a_fault(value: Decimal | bool | str, start: object) -> None:
    odd = Reading("odd", "urine_volume", value, AT, start)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a volume needs a number and two times"):
        over_8_hours([odd])


def test_what_lies_outside_a_stay_does_not_break_its_charting() -> None:
    stay = list(hourly("urine_volume", *["75"] * 3))
    before, after = urine((400, 300, "9")), urine((-30, -60, "9"))
    since = AT - timedelta(hours=3)
    for charted in (stay, [*before, *stay], [*stay, *after], [*stay, replace(stay[0], start=None)]):
        assert gapless(charted, since, AT, timedelta(0))
    assert not gapless([*before, *after], since, AT, timedelta(0))


def test_a_volume_that_only_touches_a_stay_is_no_charting_of_it() -> None:
    tolerance = timedelta(minutes=30)
    assert not gapless(urine((80, 20, "75")), ago(20), AT, tolerance)
    assert not gapless(urine((0, -20, "75")), AT, AT, tolerance)
