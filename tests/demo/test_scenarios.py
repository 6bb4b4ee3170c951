"""Does every demo patient stand where their story says, at whatever hour the demo is started?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations

import pytest

from app.demo.acts import Act, ChartSet, OpenCourse
from app.demo.scenario import Scenario
from app.demo.scenarios import WARD
from app.domain.progress import DoseProgress, held_occasions, progress
from app.domain.vocabulary import Action, CycleEventKind, DoseState, Outcome, SkipReason
from tests.demo.ward import NOW, Ward, ward_of

STARTS = [
    NOW,
    datetime(2026, 11, 21, 0, 0, tzinfo=UTC),
    datetime(2026, 11, 21, 4, 7, tzinfo=UTC),
    datetime(2026, 11, 21, 6, 14, 59, tzinfo=UTC),
    datetime(2026, 11, 21, 7, 31, tzinfo=UTC),
    datetime(2026, 11, 21, 13, 59, tzinfo=UTC),
    datetime(2026, 11, 21, 18, 22, tzinfo=UTC),
    datetime(2027, 3, 28, 23, 46, tzinfo=UTC),
]
at_any_hour = pytest.mark.parametrize("now", STARTS, ids=lambda now: now.strftime("%H:%M"))


@cache
def ward(family: str, now: datetime) -> Ward:
    ward = ward_of(scenario(family), now, forget=True)
    assert list(ward.run(now))
    return ward


def scenario(family: str) -> Scenario:
    return next(scenario for scenario in WARD if scenario.person.family_name == f"DEMO-{family}")


def doses(family: str, now: datetime) -> tuple[DoseProgress, ...]:
    """The doses of the newest cycle as they stand at `now`."""
    sheet = ward(family, now).sheet
    assert sheet is not None
    return progress(sheet, sheet.cycles[-1], ward(family, now).protocol, now)


def at_hand(family: str, now: datetime) -> DoseProgress:
    return doses(family, now)[scenario(family).dose - 1]


def ends(family: str, now: datetime) -> list[list[CycleEventKind]]:
    sheet = ward(family, now).sheet
    assert sheet is not None
    return [[event.kind for event in sheet.events_of(cycle.id)] for cycle in sheet.cycles]


def decided(dose: DoseProgress) -> Action:
    assert dose.decision is not None
    assert not dose.decision.provisional
    return dose.decision.action


def test_there_are_at_least_ten_patients_and_every_name_says_that_it_is_a_demo() -> None:
    assert len(WARD) >= 10
    assert all(patient.person.family_name.startswith("DEMO-") for patient in WARD)
    assert [patient.person.mrn for patient in WARD] == [f"DEMO-{n + 1:04d}" for n in range(len(WARD))]


def test_two_family_names_differ_by_one_letter_on_purpose() -> None:
    names = [patient.person.family_name for patient in WARD]
    assert [pair for pair in combinations(names, 2) if pair[0] + "S" == pair[1]] == [("DEMO-ADLER", "DEMO-ADLERS")]


@at_any_hour
def test_adlers_first_dose_is_due_within_the_hour_and_left_to_the_visitor(now: datetime) -> None:
    dose = at_hand("ADLER", now)
    assert dose.state is DoseState.DUE
    assert timedelta(minutes=35) <= dose.window.due_at - now <= timedelta(minutes=55)
    assert dose.decision is None or dose.decision.provisional


@at_any_hour
def test_adlers_neighbour_is_in_the_middle_of_the_cycle_and_well(now: datetime) -> None:
    assert [dose.state for dose in doses("ADLERS", now)[:5]] == [DoseState.GIVEN] * 5
    assert at_hand("ADLERS", now).state is DoseState.SCHEDULED


@at_any_hour
def test_birke_is_held_for_low_urine_and_nothing_else(now: datetime) -> None:
    assert decided(at_hand("BIRKE", now)) is Action.HOLD
    met = ward("BIRKE", now).decisions[-1].met()
    assert [finding.criterion.id for finding in met] == ["urine-relative"]


@at_any_hour
def test_ceder_is_on_phenylephrine_and_the_prescriber_decides(now: datetime) -> None:
    assert decided(at_hand("CEDER", now)) is Action.CAUTION
    met = ward("CEDER", now).decisions[-1].met()
    assert [finding.criterion.id for finding in met] == ["phenylephrine-now-relative"]


@at_any_hour
def test_dorn_is_confused_and_cannot_be_evaluated_before_two_hours(now: datetime) -> None:
    assert decided(at_hand("DORN", now)) is Action.INCOMPLETE
    assert "confusion_or_agitation" in {missing.measure for missing in ward("DORN", now).decisions[-1].missing}


@at_any_hour
def test_eiches_dose_is_overdue_and_nobody_has_looked(now: datetime) -> None:
    dose = at_hand("EICHE", now)
    assert dose.state is DoseState.OVERDUE
    assert dose.decision is None or dose.decision.provisional


@at_any_hour
def test_fichte_is_between_the_cycles(now: datetime) -> None:
    assert ends("FICHTE", now)[-1][-1] is CycleEventKind.DISCHARGED
    assert len(ends("FICHTE", now)) == 1


@at_any_hour
def test_ginster_is_in_the_second_cycle_after_an_interrupted_infusion_in_the_first(now: datetime) -> None:
    sheet = ward("GINSTER", now).sheet
    assert sheet is not None
    assert len(sheet.cycles) == 2
    assert [dose.state for dose in doses("GINSTER", now)[:2]] == [DoseState.GIVEN] * 2
    assert [row.outcome for row in sheet.administrations].count(Outcome.INTERRUPTED) == 1


@at_any_hour
def test_hasel_has_finished_both_cycles(now: datetime) -> None:
    assert [kinds[-1] for kinds in ends("HASEL", now)] == [CycleEventKind.DISCHARGED] * 2


@at_any_hour
def test_isops_cycle_was_stopped_for_creatinine_and_the_patient_is_still_there(now: datetime) -> None:
    assert ends("ISOP", now) == [[CycleEventKind.STOPPED]]
    ordered = ward("ISOP", now).sheet
    assert ordered is not None
    on = next(row for row in ordered.decisions if row.id == ordered.orders[-1].decision_id)
    decision = next(decision for decision in ward("ISOP", now).decisions if decision.at == on.at)
    assert decision.action is Action.STOP
    assert {finding.criterion.measure for finding in decision.met()} == {"creatinine"}


@at_any_hour
def test_kiefer_was_withheld_twice_and_a_third_time_would_stop(now: datetime) -> None:
    here = ward("KIEFER", now)
    assert here.sheet is not None
    assert held_occasions(here.sheet, at_hand("KIEFER", now).dose, here.protocol, now) == 2
    assert [dose.skip_reason for dose in doses("KIEFER", now)].count(SkipReason.CRITERION) == 2
    assert at_hand("KIEFER", now).state is DoseState.SCHEDULED


@at_any_hour
def test_linde_cannot_be_evaluated_for_want_of_the_attention_tests(now: datetime) -> None:
    assert decided(at_hand("LINDE", now)) is Action.INCOMPLETE
    missing = {missing.measure for missing in ward("LINDE", now).decisions[-1].missing}
    assert missing == {"serial_sevens", "world_backward"}


@at_any_hour
def test_the_history_is_in_order_of_time_and_never_ahead_of_now(now: datetime) -> None:
    for patient in WARD:
        times = [act.at for act in ward(patient.person.family_name.removeprefix("DEMO-"), now).acts]
        assert times == sorted(times)
        assert times[-1] <= now


@at_any_hour
def test_no_two_patients_lie_in_one_bed(now: datetime) -> None:
    lying = []
    for patient in WARD:
        family = patient.person.family_name.removeprefix("DEMO-")
        if CycleEventKind.DISCHARGED not in ends(family, now)[-1]:
            lying.append(patient.bed)
    assert len(lying) == len(set(lying))


def test_remembering_everything_tells_the_same_story_as_forgetting() -> None:
    for patient in (WARD[3], WARD[10]):
        all_kept = ward_of(patient, NOW)
        assert acts_without_ids(list(all_kept.run(NOW))) == acts_without_ids(
            ward(patient.person.family_name.removeprefix("DEMO-"), NOW).acts
        )


def test_the_same_start_tells_the_same_story_to_the_last_value() -> None:
    for patient in WARD:
        again = ward_of(patient, NOW, forget=True)
        assert list(again.run(NOW)) == ward(patient.person.family_name.removeprefix("DEMO-"), NOW).acts


def test_going_on_hour_by_hour_does_what_one_long_run_does() -> None:
    for patient in WARD[:6]:
        slow, quick = (ward_of(patient, NOW, forget=True) for _ in range(2))
        for hours in range(0, 50, 5):
            assert list(slow.run(NOW + timedelta(hours=hours))) is not None
        assert list(quick.run(NOW + timedelta(hours=45))) == slow.acts


def test_a_story_that_is_over_asks_for_nothing_more() -> None:
    sheet = ward("HASEL", NOW).sheet
    assert ward("HASEL", NOW).patient.next_task(sheet) is None


def test_every_story_begins_with_the_course() -> None:
    for patient in WARD:
        assert isinstance(ward(patient.person.family_name.removeprefix("DEMO-"), NOW).acts[0], OpenCourse)


def acts_without_ids(acts: list[Act]) -> list[tuple[object, ...]]:
    """What was done when, and every value charted."""
    return [(type(act), act.at, act.items if isinstance(act, ChartSet) else None) for act in acts]
