"""Does what was put right, ordered against a decision or given stand at its moment, in words?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.vocabulary import Action, Choice, CycleEventKind
from dashboards import events
from dashboards.points import Point
from dashboards.summary import sentence
from tests.dashboards.builders import LVHN, ACourse, a_scene, a_view, draw, hour, words_of


def happened(course: ACourse) -> dict[str, tuple[Point, ...]]:
    return {track.name: track.points for track in events.PANEL.tracks(a_scene(course))}


def test_a_correction_stands_where_it_was_made_with_both_values_and_its_reason() -> None:
    course = ACourse()
    wrong = course.chart("systolic_bp", "11", 2)
    course.correct(wrong, "110", "misread")
    course.observations[-1] = replace(course.observations[-1], recorded_at=hour(5))
    (point,) = happened(course)["Correction"]
    assert (point.at, point.text, point.note) == (hour(5), "systolic blood pressure 11 to 110", "misread")


def test_what_was_taken_back_or_moved_says_so() -> None:
    course = ACourse()
    course.retract(course.chart("temperature", "41.0", 1), "wrong patient")
    late = course.chart("heart_rate", "90", 2)
    course.observations.append(
        replace(late, id="moved", supersedes=late.id, observed_at=late.observed_at + timedelta(hours=1))
    )
    assert [point.text for point in happened(course)["Correction"]] == [
        "temperature 41.0 taken back",
        "heart rate 90 of 19-Nov-2026 10:00 moved to 19-Nov-2026 11:00",
    ]


def test_another_dosing_weight_is_a_correction_at_the_minute_it_was_recorded() -> None:
    course = ACourse()
    for at, weight in ((3, "84.0"), (5, "84.5")):
        course.events.append(replace(course.end(CycleEventKind.DOSING_WEIGHT, at), weight=Decimal(weight)))
        course.events.pop(-2)
    before = f"{course.cycles[0].ordered_weight:f}"
    assert [(point.at, point.text, point.note) for point in happened(course)["Correction"]] == [
        (hour(3), f"dosing weight {before} kg to 84.0 kg", "reason"),
        (hour(5), "dosing weight 84.0 kg to 84.5 kg", "reason"),
    ]


def test_only_an_order_milder_than_its_decision_is_an_override() -> None:
    course = ACourse()
    course.decide(1, Action.HOLD, -0.5)
    course.order(1, Choice.GIVE, -0.4, "benefit outweighs")
    course.decide(2, Action.HOLD, 7.5)
    course.order(2, Choice.HOLD, 7.6, "agreed")
    (point,) = happened(course)["Order against a decision"]
    assert (point.at, point.text, point.note) == (hour(-0.4), "give dose 1", "benefit outweighs")


def test_fluids_stand_at_the_end_of_their_hours_and_nothing_given_is_no_event() -> None:
    course = ACourse()
    course.chart("fluid_intake", "500", 3, since=2)
    course.chart("fluid_intake", "0", 4, since=3)
    (point,) = happened(course)["Fluid given"]
    assert (point.at, point.text) == (hour(3), "500 mL over 1 h")


def test_what_lies_outside_the_view_is_not_drawn() -> None:
    course = ACourse()
    course.chart("fluid_intake", "500", 80, since=79)
    assert happened(course) == {}
    assert "Nothing charted yet" in words_of(draw("events", course))


def test_each_kind_has_a_line_of_its_own_and_the_title_says_the_last() -> None:
    course = ACourse()
    course.chart("fluid_intake", "500", 3, since=2)
    course.correct(course.chart("spo2", "9", 1), "97", "slip")
    figure = draw("events", course, a_view(-6, 10))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Correction", "Fluid given"]
    assert "500 mL over 1 h at 11:00" in words_of(figure)
    assert [trace["x"] for trace in figure["data"]] == [["2026-11-19 09:00"], ["2026-11-19 11:00"]]
    assert sentence(course.sheet(), LVHN, a_view(-6, 10), events.PANEL) == (
        "Correction: oxygen saturation 9 to 97, last charted at 09:00. "
        "Fluid given: 500 mL over 1 h, last charted at 11:00."
    )
