"""Are the scores of every set kept with it, for the moment it was true, and never changed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.scores.book import Scores
from app.domain.scores.grade import Ungraded
from app.domain.scores.warning import KEY
from app.domain.vocabulary import CycleEventKind, NotTaken, SpO2Scale
from app.services.administering import administer
from app.services.cases import read_case
from app.services.correcting import Change, Corrected, correct
from app.services.courses import NewEvent, add_cycle_event
from app.services.observing import Absence, Recorded, record
from app.services.scored import Scored, scored_moments
from app.services.scoring import score_set
from app.store import alerts, scores
from app.store.database import Database
from tests.builders import AT, LIBRARY, REASON, reading
from tests.services.ward import Ward, a_ward, an_entry, entries, later


def kept(ward: Ward) -> list[tuple[str, Scores]]:
    """What is stored, by id of the set, newest first."""
    ids = dict.fromkeys(row.set_id for row in reversed(ward.sheet().observations))
    with ward.database.reading() as tx:
        found = scores.of_sets(tx, ids)
    return [(set_id, found[set_id]) for set_id in ids]


def shown(ward: Ward, minutes: float = 600, at_most: int | None = None) -> tuple[Scored, ...]:
    """What is shown of the course as known after so many minutes, newest moment first."""
    with ward.database.reading() as tx:
        case = read_case(tx, LIBRARY, later(ward.nurse, minutes), ward.course.id)
        sheet = case.sheet.as_known_at(case.acting.at)
        return scored_moments(tx, LIBRARY.scores, case.protocol, sheet, case.acting.at, at_most)


def put_right(ward: Ward, saved: Recorded, measure: str, minutes: float, change: Change) -> Corrected:
    """A correction of what was charted of a measure in a set."""
    wrong = next(row for row in saved.observations if row.measure == measure)
    with ward.database.transaction() as tx:
        return correct(tx, LIBRARY, later(ward.nurse, minutes), wrong.id, change)


def test_every_set_keeps_the_scores_it_was_answered_with(database: Database) -> None:
    ward = a_ward(database)
    first = ward.chart(temperature="39.4")
    second = ward.chart(minutes=30, creatinine="2.6")
    assert kept(ward) == [(second.set.id, second.scores), (first.set.id, first.scores)]
    grades = {grade.term: grade.grade for grade in first.scores.ctcae}
    assert (grades["fever"], grades["creatinine_increased"]) == (2, 0)
    assert {grade.term: grade.grade for grade in second.scores.ctcae}["creatinine_increased"] == 2
    newest = Scored(second.scores, AT + timedelta(minutes=30), False)
    assert [shown(ward, minutes, 1) for minutes in (30, 29, -1)] == [(newest,), (Scored(first.scores, AT, False),), ()]


@pytest.mark.hazard("HZ-08")
def test_a_value_that_a_later_entry_overtook_within_its_set_keeps_a_score_of_its_own(ward: Ward) -> None:
    ward.chart(temperature="39.4")
    ward.chart(minutes=30)
    found = {one.scores.at: _grade(one.scores, "fever") for one in shown(ward)}
    assert found[AT - timedelta(minutes=30)] == 2
    assert (found[AT], found[AT + timedelta(minutes=30)]) == (0, 0)


def test_scores_are_for_the_moment_the_set_was_true_however_late_it_is_entered(ward: Ward) -> None:
    ward.chart(temperature="36.9")
    hour_ago = AT - timedelta(hours=1)
    late = ward.chart_items(entries(reading("temperature", "40.2", 5, at=hour_ago), at=hour_ago), minutes=20)
    assert late.scores.at == hour_ago
    assert late.scores.ctcae[0].grade == 3


def test_a_set_of_one_value_is_scored_with_what_is_still_fresh(ward: Ward) -> None:
    ward.chart()
    fast = an_entry(reading("heart_rate", 112, 0, at=AT + timedelta(minutes=60)))
    alone = ward.chart_items([fast], minutes=60)
    assert alone.scores.news2.score == 2


def test_what_was_not_taken_is_scored_as_missing(ward: Ward) -> None:
    absence = Absence("temperature", NotTaken.REFUSED, AT)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, ward.nurse, ward.course.id, None, entries(absent=("temperature",)), (absence,))
    assert saved.scores.news2.missing == ("temperature",)
    assert [one.why for one in saved.scores.ctcae[0].open] == [Ungraded.MISSING, Ungraded.MISSING]


def test_a_correction_is_scored_for_the_moment_it_corrects_and_the_old_scores_stay(ward: Ward) -> None:
    saved = ward.chart(temperature="40.2")
    corrected = put_right(ward, saved, "temperature", 45, Change(REASON, value=Decimal("36.8"), unit="Cel"))
    (newest, new), (_, first) = kept(ward)
    assert (newest, new.at) == (corrected.observation.set_id, AT - timedelta(minutes=30))
    assert (new.ctcae[0].grade, first.ctcae[0].grade) == (0, 3)


def _points(scored: Scored) -> dict[str, int]:
    return {part.measure: part.points for part in scored.scores.news2.parts if part.points}


def _grade(scores: Scores, term: str) -> int | None:
    return next(grade.grade for grade in scores.ctcae if grade.term == term)


@pytest.mark.hazard("HZ-08")
def test_a_moment_whose_value_was_moved_in_time_is_scored_without_it(ward: Ward) -> None:
    saved = ward.chart(respiratory_rate=25, temperature="39.4")
    put_right(ward, saved, "respiratory_rate", 5, Change(REASON, observed_at=AT - timedelta(hours=5)))
    old, moved = shown(ward)
    assert (old.scores.at, _points(old), old.scores.news2.missing) == (AT, {"temperature": 2}, ("respiratory_rate",))
    assert (moved.scores.at, _points(moved)) == (AT - timedelta(hours=5), {"respiratory_rate": 3})
    assert (old.anew, old.known_at, moved.anew) == (True, AT + timedelta(minutes=5), False)
    (before,) = shown(ward, 4)
    assert _points(before) == {"respiratory_rate": 3, "temperature": 2}


@pytest.mark.hazard("HZ-08")
def test_every_later_moment_that_rested_on_a_corrected_value_is_scored_anew(ward: Ward) -> None:
    saved = ward.chart(creatinine="3.5", respiratory_rate=25)
    fast = reading("heart_rate", 112, 0, at=AT + timedelta(minutes=60))
    ward.chart_items([an_entry(fast)], 60)
    assert [_grade(one.scores, "creatinine_increased") for one in shown(ward)] == [3, 3]
    put_right(ward, saved, "creatinine", 90, Change(REASON, value=Decimal("0.9"), unit="mg/dL"))
    put_right(ward, saved, "respiratory_rate", 91, Change(REASON, retract=True))
    assert [_grade(one.scores, "creatinine_increased") for one in shown(ward)] == [0, 0]
    assert [(one.scores.at, _points(one)) for one in shown(ward)] == [(fast.at, {"heart_rate": 2}), (AT, {})]


@pytest.mark.hazard("HZ-08")
def test_a_late_entry_counts_for_the_moments_after_it(ward: Ward) -> None:
    ward.chart_items(entries(absent=("temperature",)))
    ward.chart_items([an_entry(reading("temperature", "39.4", 60))], 10)
    newest, entered = shown(ward)
    assert (newest.scores.at, newest.scores.news2.score, newest.anew) == (AT, 2, True)
    assert entered.scores.at == AT - timedelta(minutes=60)


@pytest.mark.hazard("HZ-08")
def test_a_moment_of_which_nothing_holds_any_more_has_no_score(ward: Ward) -> None:
    ward.chart()
    wrong = ward.chart_items([an_entry(reading("respiratory_rate", 25, 0, at=AT + timedelta(minutes=60)))], 60)
    put_right(ward, wrong, "respiratory_rate", 65, Change(REASON, retract=True))
    assert [(one.scores.at, one.scores.news2.score, one.anew) for one in shown(ward)] == [(AT, 0, False)]


def test_a_set_whose_last_value_was_moved_is_scored_for_the_last_that_stands(ward: Ward) -> None:
    saved = ward.chart_items([an_entry(reading("spo2", 97)), an_entry(reading("heart_rate", 112, 0))])
    assert [one.scores.at for one in shown(ward)] == [AT]
    put_right(ward, saved, "heart_rate", 5, Change(REASON, observed_at=AT - timedelta(hours=6)))
    assert [(one.scores.at, one.anew) for one in shown(ward)] == [
        (AT - timedelta(minutes=30), True),
        (AT - timedelta(hours=6), False),
    ]


@pytest.mark.hazard("HZ-08")
def test_a_dose_reported_late_leaves_a_baseline_to_the_moments_after_it(ward: Ward) -> None:
    ward.chart(creatinine="0.5")
    at = AT + timedelta(minutes=60)
    told = ward.chart_items([an_entry(reading("creatinine", "1.0", 0, at=at))], 60).scores
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, 90), ward.doses[0].id, ward.done(30, deviation=REASON))
    newest, first = shown(ward)
    assert [_grade(one, "creatinine_increased") for one in (told, newest.scores)] == [0, 2]
    assert (newest.anew, first.anew) == (True, False)


def test_scores_can_be_written_once(ward: Ward) -> None:
    saved = ward.chart()
    with pytest.raises(IntegrityError), ward.database.transaction() as tx:
        score_set(replace(saved.case, tx=tx), saved.set.id, (AT,))


def test_without_an_admission_a_set_is_scored_too(ward: Ward) -> None:
    assert ward.chart(dose=None).scores.news2.score == 0


# ---- The saturation scale is a prescriber's recorded choice.


def choose(ward: Ward, scale: SpO2Scale | None, minutes: float = 0, **changes: object) -> None:
    acting = later(ward.prescriber, minutes)
    new = NewEvent(CycleEventKind.SPO2_SCALE, acting.at, REASON, scale=scale)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, replace(new, **changes))  # type: ignore[arg-type]


def test_scale_2_counts_from_the_next_set_on_and_scale_1_can_be_chosen_again(database: Database) -> None:
    ward = a_ward(database)
    assert ward.chart(spo2=90).scores.news2.score == 3
    choose(ward, SpO2Scale.TWO, 5)
    on_two = ward.chart(spo2=90, minutes=40)
    assert (on_two.scores.news2.score, on_two.scores.news2.scale) == (0, SpO2Scale.TWO)
    assert on_two.decision is not None
    assert on_two.decision.news2 == on_two.scores.news2
    choose(ward, SpO2Scale.ONE, 45)
    assert ward.chart(spo2=90, minutes=80).scores.news2.score == 3
    assert [event.scale for event in ward.sheet().events] == [SpO2Scale.TWO, SpO2Scale.ONE]


@pytest.mark.hazard("HZ-02")
def test_another_scale_calls_for_what_is_read_on_it_without_waiting_for_the_next_set(ward: Ward) -> None:
    choose(ward, SpO2Scale.TWO)
    ward.chart(spo2=90, minutes=5)
    assert told(ward) == []
    choose(ward, SpO2Scale.ONE, 10)
    assert told(ward) == [(True, False)]
    choose(ward, SpO2Scale.TWO, 15)
    assert told(ward) == [(True, True)]


def told(ward: Ward) -> list[tuple[bool, bool]]:
    """Of each early warning, whether it is open and whether it has cleared."""
    with ward.database.reading() as tx:
        found = [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key == KEY]
    return [(one.open, one.cleared is not None) for one in found]


def test_only_a_prescriber_chooses_the_scale(ward: Ward) -> None:
    new = NewEvent(CycleEventKind.SPO2_SCALE, AT, REASON, scale=SpO2Scale.TWO)
    for somebody in (ward.nurse, ward.charge):
        with pytest.raises(Forbidden), ward.database.transaction() as tx:
            add_cycle_event(tx, LIBRARY, somebody, ward.cycle.id, new)


def test_a_choice_without_a_scale_or_a_scale_without_a_choice_is_refused(ward: Ward) -> None:
    with pytest.raises(InvalidInput, match="needs the scale"):
        choose(ward, None)
    with pytest.raises(InvalidInput, match="needs the scale"):
        choose(ward, SpO2Scale.TWO, kind=CycleEventKind.STOPPED)
    with pytest.raises(InvalidInput, match="reason"):
        choose(ward, SpO2Scale.TWO, reason=" ")
    with pytest.raises(InvalidInput, match="still to come"):
        choose(ward, SpO2Scale.TWO, at=AT + timedelta(minutes=3))


def test_the_scale_can_still_be_chosen_after_the_doses_were_stopped_until_the_discharge(ward: Ward) -> None:
    for kind, acting in ((CycleEventKind.STOPPED, ward.prescriber), (CycleEventKind.DISCHARGED, ward.charge)):
        with ward.database.transaction() as tx:
            add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, NewEvent(kind, AT, REASON))
        if kind is CycleEventKind.STOPPED:
            choose(ward, SpO2Scale.TWO)
        else:
            with pytest.raises(Conflict, match="discharged"):
                choose(ward, SpO2Scale.TWO)


def test_the_database_itself_refuses_a_third_scale(database: Database) -> None:
    ward = a_ward(database)
    choose(ward, SpO2Scale.TWO)
    columns = "cycle_id, course_id, at, reason, recorded_at, recorded_by, seq"
    for kind, scale in (("spo2_scale", "3"), ("spo2_scale", "NULL"), ("stopped", "2")):
        with pytest.raises(IntegrityError), database.transaction() as tx:
            tx.connection.exec_driver_sql(
                f"INSERT INTO cycle_event (id, kind, scale, {columns})"
                f" SELECT '{'x' * 36}', '{kind}', {scale}, {columns} FROM cycle_event"
            )
