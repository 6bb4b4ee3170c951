"""Who must be told what about a decision, when is it news, and where does an alert stand?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.alert import Alert, AlertEvent, fold
from app.domain.concern import Concern, concerns, news
from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, AlertKind, Level
from tests.builders import (
    AT,
    CONSENSUS,
    FAMILY_NAME,
    GIVEN_NAME,
    LVHN,
    MEASURES,
    MRN,
    a_situation,
    decision,
    poisoned,
    readings,
)

DOSE, OTHER_DOSE = "dose-5", "dose-6"


def told(situation: Situation, protocol: Protocol = LVHN) -> dict[str, Level]:
    return {c.key: c.level for c in concerns(decision(situation, protocol), 5, MEASURES)}


EARLY = -121

# ---- What somebody must be told


@pytest.mark.parametrize(
    "situation,expected",
    [
        (a_situation(), {}),
        (a_situation(crackles="third_to_half"), {"crackles-relative": Level.PRIORITY}),
        (a_situation(frank_blood=True), {"frank-blood-absolute": Level.HIGH_PRIORITY}),
        (a_situation(absent=["creatinine"]), {}),
        (a_situation(held_doses=3), {"held_occasions": Level.HIGH_PRIORITY}),
        (a_situation(previous=Previous(Action.STOP)), {}),
        (a_situation(minutes_past_due=61), {"window_closed": Level.PRIORITY}),
        (a_situation(minutes_past_due=EARLY, crackles="third_to_half"), {}),
        (a_situation(minutes_past_due=EARLY, frank_blood=True), {}),
        (a_situation(minutes_past_due=EARLY, held_doses=3), {}),
    ],
)
def test_a_decision_that_blocks_by_a_criterion_is_told_and_a_provisional_one_is_not(
    situation: Situation, expected: dict[str, Level]
) -> None:
    assert told(situation) == expected


def test_a_caution_alone_is_nobody_s_alarm() -> None:
    assert told(a_situation(crackles="third_to_half"), CONSENSUS) == {}
    assert told(a_situation(frank_blood=True), CONSENSUS) == {"frank-blood-absolute": Level.PRIORITY}


ANY_TIME = {
    "ecg_ischaemia": "ischaemia-absolute",
    "seizure": "seizure-absolute",
    "coma_or_toxic_psychosis": "coma-absolute",
    "bowel_ischaemia_or_perforation": "bowel-absolute",
    "chest_pain": "chest-pain-uncovered",
}


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("protocol", [LVHN, CONSENSUS], ids=lambda protocol: protocol.pin.id)
@pytest.mark.parametrize("minutes", [EARLY, -10_000, 0])
def test_some_findings_are_told_at_any_hour(protocol: Protocol, minutes: int) -> None:
    for measure, key in ANY_TIME.items():
        assert key in told(a_situation(readings(measure, (True, 10)), minutes_past_due=minutes), protocol), measure
    for measure, value, key in (
        ("rhythm", "ventricular_tachycardia", "rhythm-absolute"),
        ("oxygen_device", "intubated", "oxygen-device-absolute"),
    ):
        assert key in told(a_situation(readings(measure, (value, 10)), minutes_past_due=minutes), protocol)


def test_other_values_of_the_same_measure_wait_for_the_dose() -> None:
    assert told(a_situation(rhythm="atrial_fibrillation", minutes_past_due=EARLY)) == {}
    assert told(a_situation(oxygen_device="positive_pressure", minutes_past_due=EARLY)) == {}


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("minutes", [EARLY, 0, 61])
def test_a_failed_evaluation_is_told_at_any_hour_and_loudly(minutes: int) -> None:
    made = decision(a_situation(minutes_past_due=minutes), poisoned(LVHN))
    found = {c.key: c.level for c in concerns(made, 5, MEASURES)}
    assert found["engine_fault"] is Level.HIGH_PRIORITY


@pytest.mark.hazard("HZ-15")
def test_a_summary_names_dose_value_and_limit_and_nobody() -> None:
    situation = a_situation(creatinine="3.1", frank_blood=True, crackles="third_to_half", held_doses=3)
    summaries = [c.summary for c in concerns(decision(situation, LVHN), 5, MEASURES)]
    assert any("Creatinine 3.1 mg/dL" in summary and "limit 3.0 mg/dL or more" in summary for summary in summaries)
    for summary in summaries:
        assert summary.startswith("Dose 5: ")
        assert not any(canary in summary for canary in (FAMILY_NAME, GIVEN_NAME, MRN))
        assert "safe" not in summary


# ---- Is it news?


def an_event(kind: AlertKind, **changes: object) -> AlertEvent:
    event = AlertEvent(
        id="event", alert_id="alert", course_id="course", cycle_id="cycle", dose_id=DOSE, decision_id="decision",
        ward_id="ward", kind=kind, key="creatinine-relative", level=Level.PRIORITY, action=Action.HOLD, summary="Hold.",
        at=AT, by=None, reason=None,
    )  # fmt: skip
    return replace(event, **changes)  # type: ignore[arg-type]


def an_alert(*kinds: AlertKind, **changes: object) -> Alert:
    return fold([an_event(AlertKind.RAISED, **changes), *(an_event(kind, **changes) for kind in kinds)])


def a_concern(action: Action = Action.HOLD, key: str = "creatinine-relative") -> Concern:
    return Concern(key, Level.PRIORITY, action, "Hold.")


ACK, CLOSED, CLEARED = AlertKind.ACKNOWLEDGED, AlertKind.CLOSED, AlertKind.CLEARED


@pytest.mark.hazard("HZ-13")
@pytest.mark.parametrize(
    "alert,concern,expected",
    [
        (None, a_concern(), AlertKind.RAISED),
        (an_alert(), a_concern(), AlertKind.REPEATED),
        (an_alert(), a_concern(Action.STOP), AlertKind.WORSENED),
        (an_alert(ACK), a_concern(), None),
        (an_alert(ACK), a_concern(Action.STOP), AlertKind.RAISED),
        (an_alert(CLOSED), a_concern(), None),
        (an_alert(CLOSED), a_concern(Action.STOP), AlertKind.RAISED),
        (an_alert(ACK, CLEARED), a_concern(), AlertKind.RAISED),
        (an_alert(CLEARED), a_concern(), AlertKind.REPEATED),
        (an_alert(CLEARED, ACK), a_concern(), AlertKind.RAISED),
        (an_alert(ACK, dose_id=OTHER_DOSE), a_concern(), AlertKind.RAISED),
        (an_alert(dose_id=OTHER_DOSE), a_concern(), AlertKind.REPEATED),
        (an_alert(key="platelets-relative"), a_concern(), AlertKind.RAISED),
    ],
)
def test_worse_is_always_news_and_the_same_again_only_while_nobody_knows(
    alert: Alert | None, concern: Concern, expected: AlertKind | None
) -> None:
    found = news((concern,), [] if alert is None else [alert], DOSE, provisional=False)
    mine = [item.kind for item in found if item.concern.key == concern.key]
    assert mine == ([] if expected is None else [expected])


@pytest.mark.parametrize("kinds,expected", [((), True), ((ACK,), True), ((CLEARED,), False), ((CLOSED,), False)])
def test_a_condition_that_is_gone_is_told_once(kinds: tuple[AlertKind, ...], *, expected: bool) -> None:
    found = news((), [an_alert(*kinds)], DOSE, provisional=False)
    assert [item.kind for item in found] == ([CLEARED] if expected else [])


def test_a_provisional_decision_clears_nothing() -> None:
    assert news((), [an_alert()], DOSE, provisional=True) == ()


# ---- Where an alert stands


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "kinds,is_open",
    [((), True), ((AlertKind.REPEATED,), True), ((CLEARED,), True), ((ACK,), False), ((CLOSED,), False)],
)
def test_an_alert_ends_only_by_a_person(kinds: tuple[AlertKind, ...], *, is_open: bool) -> None:
    assert an_alert(*kinds).open is is_open


def test_an_alert_is_the_sum_of_its_events() -> None:
    later = AT + timedelta(minutes=5)
    alert = fold(
        [
            an_event(AlertKind.RAISED),
            an_event(AlertKind.REPEATED, at=later),
            an_event(CLEARED, at=later),
            an_event(AlertKind.WORSENED, at=later, action=Action.STOP, level=Level.HIGH_PRIORITY, dose_id=OTHER_DOSE),
            an_event(ACK, at=later, by="CANARY-NURSE-9041"),
        ]
    )
    assert (alert.action, alert.level, alert.dose_id) == (Action.STOP, Level.HIGH_PRIORITY, OTHER_DOSE)
    assert (alert.raised_at, alert.last_at, alert.repeats) == (AT, later, 2)
    assert alert.cleared is None
    assert alert.acknowledged is not None
    assert (alert.worse_at, alert.acknowledged.at, alert.acknowledged.by) == (later, later, "CANARY-NURSE-9041")
    closed = fold([an_event(AlertKind.RAISED), an_event(CLOSED, by="CANARY-NURSE-9041", reason="CANARY-REASON-9041")])
    assert closed.closed is not None
    assert closed.resolved
    assert not closed.open
    assert (closed.closed.by, closed.closed.reason) == ("CANARY-NURSE-9041", "CANARY-REASON-9041")
