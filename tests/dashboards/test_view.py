"""Which stretch of time does a view cover?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.vocabulary import CycleEventKind
from dashboards import dose_strip
from dashboards.summary import table
from dashboards.view import Span, View, course_span, cycle_span, last_hours
from tests.builders import LIBRARY
from tests.dashboards.builders import LVHN, ZULU, ACourse, hour


def test_the_last_24_hours_end_where_they_are_seen_from() -> None:
    assert last_hours(hour(30)) == Span(hour(6), hour(30))


def test_a_running_cycle_reaches_from_before_admission_to_the_next_dose() -> None:
    course = ACourse()
    span = cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(50))
    assert span == Span(hour(-8), hour(58))


def test_hours_without_charting_stay_in_the_view_of_a_running_cycle() -> None:
    course = ACourse()
    course.chart("heart_rate", "90", 20)
    assert cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(50)).end == hour(58)


def test_an_ended_cycle_stops_after_the_last_thing_charted() -> None:
    course = ACourse()
    course.end(CycleEventKind.STOPPED, 40)
    course.chart("heart_rate", "90", 60)
    assert cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(400)).end == hour(68)


@pytest.mark.hazard("HZ-18")
def test_a_dose_given_long_before_it_was_due_is_in_the_picture() -> None:
    course = ACourse()
    course.give(4, 10)
    span = cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(11))
    assert span.end == hour(24)
    drawn = table(course.sheet(), LVHN, View(*span, hour(11), ZULU, LIBRARY.news2), dose_strip.PANEL)
    assert ("Dose 4", "Given") in {(row.dose, row.value) for row in drawn}


def test_a_cycle_just_begun_has_a_day_to_draw_on() -> None:
    course = ACourse()
    span = cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(-6))
    assert span.end - span.start == timedelta(hours=24)


def test_a_cycle_ends_before_the_next_begins() -> None:
    course = ACourse()
    course.admit(2, hour(336))
    course.chart("heart_rate", "90", 350)
    course.chart("heart_rate", "90", 100)
    assert cycle_span(course.sheet(), LVHN, course.cycles[0].id, hour(360)).end == hour(108)


def test_a_course_reaches_from_its_first_cycle_to_its_last() -> None:
    course = ACourse()
    course.admit(2, hour(336))
    assert course_span(course.sheet(), LVHN, hour(360)) == Span(hour(-8), hour(368))


def test_a_course_without_a_cycle_shows_the_last_day() -> None:
    course = ACourse()
    course.cycles.clear()
    assert course_span(course.sheet(), LVHN, hour(0)) == last_hours(hour(0))
