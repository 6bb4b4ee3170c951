"""Who must be told what about a decision, when is it news, and where does an alert stand?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.alert import ENDS, Alert, AlertEvent, answer_to, duties_reached, fold
from app.domain.concern import Concern, concerns, is_over, news
from app.domain.decision import Rule
from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, AlertKind, AlertState, Duty, Level, Verdict, Why
from tests.builders import (
    AT,
    CONSENSUS,
    FAMILY_NAME,
    GIVEN_NAME,
    LVHN,
    MEASURES,
    MRN,
    NURSE,
    USPI,
    a_situation,
    decision,
    poisoned,
    readings,
)

DOSE, OTHER_DOSE = "dose-5", "dose-6"


def _everything(_key: str) -> bool:
    return True


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


@pytest.mark.parametrize("why,expected", [(Why.STALE, False), (Why.UNCOVERED, True)])
def test_what_is_told_at_any_hour_has_happened_and_is_no_old_or_open_question(why: Why, *, expected: bool) -> None:
    made = decision(a_situation(rhythm="ventricular_tachycardia", minutes_past_due=EARLY), LVHN)
    (loud,) = (one for one in made.met() if one.criterion.id == "rhythm-absolute")
    asked = replace(made, findings=(loud._replace(verdict=Verdict.UNKNOWN, why=why),))
    assert bool(concerns(asked, 5, MEASURES)) is expected
    assert bool(concerns(replace(made, findings=(loud,)), 5, MEASURES))


def test_a_class_can_be_loud_at_any_hour_whatever_its_value() -> None:
    permanent = told(a_situation(vt_beats=6, minutes_past_due=EARLY), USPI)
    assert permanent["ventricular-tachycardia-permanent"] is Level.HIGH_PRIORITY
    assert "ventricular-tachycardia-permanent" not in told(a_situation(vt_beats=4, minutes_past_due=EARLY), USPI)


def test_a_rule_is_told_from_a_hold_on() -> None:
    made = decision(a_situation(), LVHN)
    ruled = {action: replace(made, rules=(Rule("relative_count", action, "L15"),)) for action in Action}
    loud = {action for action, one in ruled.items() if concerns(one, 5, MEASURES)}
    assert loud == {Action.HOLD, Action.SKIP, Action.STOP, Action.DISCONTINUE}


def test_the_gravest_is_told_first() -> None:
    made = decision(a_situation(frank_blood=True, crackles="third_to_half", held_doses=1), LVHN)
    rules = (Rule("a", Action.HOLD, "L15"), Rule("z", Action.DISCONTINUE, "L15"))
    found = concerns(replace(made, rules=rules), 5, MEASURES)
    assert [one.key for one in found] == ["z", "frank-blood-absolute", "crackles-relative", "a"]


def test_a_finding_is_told_by_its_name_and_a_rule_by_its_reason() -> None:
    made = decision(a_situation(frank_blood=True), LVHN)
    rules = tuple(Rule(name, Action.STOP, "L15") for name in ("held_occasions", "window_closed", "relative_count"))
    assert [one.summary for one in concerns(replace(made, rules=rules), 5, MEASURES)] == [
        "Dose 5: Stop the cycle. Frank blood in sputum, emesis or stool.",
        "Dose 5: Stop the cycle: held on as many occasions as end the cycle.",
        "Dose 5: Stop the cycle: the time in which it may be given is over.",
        "Dose 5: Stop the cycle: several criteria are met at once.",
    ]


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
    found = news((concern,), [] if alert is None else [alert], DOSE, over=_everything)
    mine = [item.kind for item in found if item.concern.key == concern.key]
    assert mine == ([] if expected is None else [expected])


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "about,aside,expected",
    [
        ({"a"}, {"alert": {"a", "b"}}, AlertKind.REPEATED),
        ({"a", "b"}, {"alert": {"a"}}, AlertKind.WORSENED),
        ({"a", "b"}, {"another": {"a"}}, AlertKind.REPEATED),
        ({"a", "b"}, {}, AlertKind.REPEATED),
    ],
)
def test_what_is_put_aside_is_told_again_when_another_criterion_joins_those_it_is_about(
    about: set[str], aside: dict[str, set[str]], expected: AlertKind
) -> None:
    known = {alert_id: frozenset(met) for alert_id, met in aside.items()}
    concern = a_concern()._replace(about=frozenset(about))
    assert [item.kind for item in news((concern,), [an_alert()], DOSE, known, over=_everything)] == [expected]


def test_a_rule_is_about_the_criteria_that_call_for_nothing_by_themselves() -> None:
    situation = a_situation(creatinine="2.6", platelets=40, bicarbonate=17)
    about = {protocol.pin.id: _about(situation, protocol) for protocol in (CONSENSUS, LVHN)}
    relative = {"creatinine-relative", "platelets-relative", "bicarbonate-relative"}
    assert about == {"consensus-2014": relative, "lvhn-2015": set()}


def _about(situation: Situation, protocol: Protocol) -> set[str]:
    found = concerns(decision(situation, protocol), 5, MEASURES)
    return {name for one in found if one.key == "3_relative" or one.about for name in one.about}


@pytest.mark.parametrize("kinds,expected", [((), True), ((ACK,), True), ((CLEARED,), False), ((CLOSED,), False)])
def test_a_condition_that_is_gone_is_told_once(kinds: tuple[AlertKind, ...], *, expected: bool) -> None:
    found = news((), [an_alert(*kinds)], DOSE, over=_everything)
    assert [item.kind for item in found] == ([CLEARED] if expected else [])


def test_what_is_not_over_is_not_cleared() -> None:
    assert news((), [an_alert()], DOSE, over=lambda _key: False) == ()


@pytest.mark.hazard("HZ-02", "HZ-06")
@pytest.mark.parametrize(
    "situation, over, not_over",
    [
        (a_situation(), {"heart-rate-absolute", "at_once", "held_occasions", "window_closed", "engine_fault"}, set()),
        (
            a_situation(absent=["heart_rate"]),
            {"creatinine-absolute", "window_closed", "engine_fault"},
            {"heart-rate-absolute", "heart-rate-relative", "3_relative", "held_occasions"},
        ),
        (
            a_situation(readings("platelets", (200, 25 * 60))),
            {"heart-rate-absolute"},
            {"platelets-relative", "platelets-absolute", "3_relative"},
        ),
        (a_situation(minutes_past_due=-121), set(), {"heart-rate-absolute", "window_closed", "engine_fault"}),
    ],
    ids=["everything judged", "nothing charted", "too old", "provisional"],
)
def test_only_what_was_judged_is_over(situation: Situation, over: set[str], not_over: set[str]) -> None:
    made = decision(situation, LVHN)
    assert {key for key in over | not_over if is_over(made, key)} == over


@pytest.mark.hazard("HZ-02")
def test_a_decision_that_failed_clears_nothing_but_the_time_that_is_over() -> None:
    made = decision(a_situation(), poisoned(LVHN))
    keys = ("heart-rate-absolute", "3_relative", "held_occasions", "window_closed")
    assert [key for key in keys if is_over(made, key)] == ["window_closed"]


@pytest.mark.parametrize("about", [{"key": "recheck_overdue:dose-5"}, {"decision_id": None}])
def test_a_decision_clears_only_what_a_decision_raised(about: dict[str, object]) -> None:
    assert news((), [an_alert(**about)], DOSE, over=_everything) == ()


# ---- Where an alert stands


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "kinds,is_open",
    [((), True), ((AlertKind.REPEATED,), True), ((CLEARED,), True), ((ACK,), False), ((CLOSED,), False)],
)
def test_an_alert_ends_only_by_a_person(kinds: tuple[AlertKind, ...], *, is_open: bool) -> None:
    assert an_alert(*kinds).open is is_open


def test_what_ends_an_alert_is_what_counts_as_an_end() -> None:
    assert {kind for kind in AlertKind if not an_alert(kind).open} == set(ENDS)


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


# ---- What counts after which event

RAISED, REPEATED, WORSENED = AlertKind.RAISED, AlertKind.REPEATED, AlertKind.WORSENED
SEEN, SNOOZED, WOKEN, OUTCOME = AlertKind.SEEN, AlertKind.SNOOZED, AlertKind.WOKEN, AlertKind.OUTCOME
MINUTE, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)


def happened(*kinds: AlertKind) -> list[AlertEvent]:
    """Events a minute apart, each with an id of its own."""
    return [an_event(kind, id=str(place), at=AT + place * MINUTE) for place, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    "kinds,states",
    [
        ((RAISED,), {AlertState.OPEN}),
        ((RAISED, CLEARED), {AlertState.OPEN, AlertState.RESOLVED}),
        ((RAISED, ACK), {AlertState.ACKNOWLEDGED}),
        ((RAISED, ACK, CLEARED), {AlertState.ACKNOWLEDGED, AlertState.RESOLVED}),
        ((RAISED, CLOSED), {AlertState.CLOSED, AlertState.RESOLVED}),
        ((RAISED, ACK, CLOSED), {AlertState.ACKNOWLEDGED, AlertState.CLOSED, AlertState.RESOLVED}),
    ],
)
def test_an_alert_is_in_every_state_that_its_events_brought_it_into(
    kinds: tuple[AlertKind, ...], states: set[AlertState]
) -> None:
    alert = fold(happened(*kinds))
    assert {state: alert.is_in(state) for state in AlertState} == {state: state in states for state in AlertState}


def snoozed(until: datetime | None) -> Alert:
    return fold([*happened(RAISED), an_event(SNOOZED, until=until)])


def test_a_snooze_keeps_an_alert_quiet_up_to_not_including_its_end() -> None:
    until = AT + 30 * MINUTE
    assert [snoozed(until).quiet(at) for at in (AT, until - MOMENT, until, until + MOMENT)] == [
        True,
        True,
        False,
        False,
    ]


def test_an_alert_that_is_not_snoozed_or_snoozed_without_an_end_is_not_quiet() -> None:
    assert [alert.quiet(AT) for alert in (fold(happened(RAISED)), snoozed(None))] == [False, False]


@pytest.mark.parametrize(
    "kinds,snooze",
    [
        ((RAISED, SNOOZED), "1"),
        ((RAISED, SNOOZED, SNOOZED), "2"),
        ((RAISED, SNOOZED, REPEATED), "1"),
        ((RAISED, SNOOZED, WOKEN), None),
        ((RAISED, SNOOZED, WOKEN, SNOOZED), "3"),
        ((RAISED, SNOOZED, WORSENED), None),
        ((RAISED, WOKEN), None),
    ],
)
def test_the_last_snooze_counts_until_the_alert_is_woken_or_worse(
    kinds: tuple[AlertKind, ...], snooze: str | None
) -> None:
    alert = fold(happened(*kinds))
    assert (None if alert.snoozed is None else alert.snoozed.id) == snooze


@pytest.mark.hazard("HZ-02")
def test_what_was_seen_or_escalated_before_it_became_worse_counts_no_more() -> None:
    before = happened(RAISED, SEEN, AlertKind.ESCALATED)
    alert = fold(before)
    assert (alert.seen, alert.escalated, alert.worse_at) == (before[1], before[2], AT)
    worse = fold(happened(RAISED, SEEN, AlertKind.ESCALATED, WORSENED))
    assert (worse.seen, worse.escalated, worse.worse_at) == (None, None, AT + 3 * MINUTE)


def test_of_several_answers_of_one_kind_the_last_counts() -> None:
    alert = fold(happened(RAISED, SEEN, ACK, OUTCOME, SEEN, ACK, OUTCOME))
    assert [event and event.id for event in (alert.seen, alert.acknowledged, alert.outcome)] == ["4", "5", "6"]


@pytest.mark.parametrize(
    "kinds,repeats",
    [((RAISED,), 0), ((RAISED, SEEN, ACK, CLEARED), 0), ((RAISED, REPEATED), 1), ((RAISED, WORSENED, REPEATED), 2)],
)
def test_a_repeat_is_what_a_later_decision_said_again_and_no_answer_of_a_person(
    kinds: tuple[AlertKind, ...], repeats: int
) -> None:
    assert fold(happened(*kinds)).repeats == repeats


def test_a_run_of_events_that_begins_with_an_answer_says_what_its_first_event_says() -> None:
    answers = [an_event(SEEN, summary="First."), an_event(ACK, summary="Second.", at=AT + MINUTE)]
    alert = fold(answers)
    assert (alert.summary, alert.worse_at, alert.seen) == ("First.", AT, answers[0])


def escalated(duty: Duty | None) -> AlertEvent:
    return an_event(AlertKind.ESCALATED, duty=duty)


@pytest.mark.parametrize(
    "events,reached",
    [
        ([], set()),
        ([escalated(Duty.NURSE), escalated(Duty.ATTENDING)], {Duty.NURSE, Duty.ATTENDING}),
        ([escalated(None)], set()),
        ([an_event(ACK, duty=Duty.NURSE)], set()),
        ([escalated(Duty.NURSE), an_event(REPEATED)], {Duty.NURSE}),
        ([escalated(Duty.NURSE), an_event(WORSENED)], set()),
        ([escalated(Duty.NURSE), an_event(WORSENED), escalated(Duty.ATTENDING)], {Duty.ATTENDING}),
    ],
)
def test_the_duties_reached_are_those_it_was_escalated_to_since_it_last_became_worse(
    events: list[AlertEvent], reached: set[Duty]
) -> None:
    assert duties_reached([an_event(RAISED), *events]) == reached


@pytest.mark.parametrize(
    "about",
    [{}, {"course_id": None, "dose_id": None, "decision_id": None, "level": Level.HIGH_PRIORITY}],
    ids=["a dose", "the program"],
)
@pytest.mark.parametrize("by", [NURSE, None])
def test_an_answer_to_an_alert_repeats_what_it_is_about_and_says_only_who_and_when(
    about: dict[str, object], by: str | None
) -> None:
    later = AT + 5 * MINUTE
    answer = answer_to(fold([an_event(RAISED, **about)]), ACK, "answer", later, by)
    assert answer == an_event(ACK, **about, id="answer", cycle_id=None, at=later, by=by)
