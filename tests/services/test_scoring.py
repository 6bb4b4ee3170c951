"""Are the scores of every set kept with it, for the moment it was true, and never changed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.scores.grade import Ungraded
from app.domain.vocabulary import CycleEventKind, NotTaken, SpO2Scale
from app.services.correcting import Change, correct
from app.services.courses import NewEvent, add_cycle_event
from app.services.observing import Absence, record
from app.services.scoring import score_set
from app.store import scores
from app.store.database import Database
from tests.builders import AT, LIBRARY, REASON, reading
from tests.services.ward import Ward, a_ward, an_entry, entries, later


def kept(ward: Ward) -> tuple[scores.Scored, ...]:
    """What is stored, newest first."""
    with ward.database.reading() as tx:
        return scores.of_course(tx, ward.course.id, AT + timedelta(days=30))


def test_every_set_keeps_the_scores_it_was_answered_with(database: Database) -> None:
    ward = a_ward(database)
    first = ward.chart(temperature="39.4")
    second = ward.chart(minutes=30, creatinine="2.6")
    assert [(one.set_id, one.scores) for one in kept(ward)] == [
        (second.set.id, second.scores),
        (first.set.id, first.scores),
    ]
    assert [one.recorded_at for one in kept(ward)] == [AT + timedelta(minutes=30), AT]
    grades = {grade.term: grade.grade for grade in first.scores.ctcae}
    assert (grades["fever"], grades["creatinine_increased"]) == (2, 0)
    assert {grade.term: grade.grade for grade in second.scores.ctcae}["creatinine_increased"] == 2
    with database.reading() as tx:
        known = [AT + timedelta(minutes=minutes) for minutes in (29, -1)]
        assert [scores.latest(tx, ward.course.id, by, by, 1) for by in known] == [(kept(ward)[1],), ()]


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
    wrong = next(row for row in saved.observations if row.measure == "temperature")
    with ward.database.transaction() as tx:
        change = Change(REASON, value=Decimal("36.8"), unit="Cel")
        corrected = correct(tx, LIBRARY, later(ward.nurse, 45), wrong.id, change)
    newest, first = kept(ward)
    assert (newest.set_id, newest.scores.at) == (corrected.observation.set_id, wrong.observed_at)
    assert (newest.scores.ctcae[0].grade, first.scores.ctcae[0].grade) == (0, 3)


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
