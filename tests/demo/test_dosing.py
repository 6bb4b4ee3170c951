"""Do nurse and prescriber of the demo ward follow the decision, and their own written policy where it leaves room?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from app.demo.acts import Act, Administer, ChartSet, Correct, EndCycle, WriteOrder
from app.demo.bedside import Bedside
from app.demo.glance import given_times, look
from app.demo.physiology import Physiology
from app.demo.scenario import Episode, Scenario, Slip
from app.demo.scenarios import CONSENSUS, LVHN, ROBUST, WARD
from app.domain.course import Dose
from app.domain.progress import progress
from app.domain.vocabulary import Action, Choice, CycleEventKind, DoseState, Outcome, SkipReason
from tests.demo.ward import FOR_EVER, LIBRARY, NOW, Ward, ward_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEAK = ("moist_desquamation", "dyspnoea_at_rest")
"""Relative criteria of the consensus that nothing else depends on."""


def robust(protocol: str, *episodes: Episode) -> Scenario:
    """A patient to whom nothing happens but the episodes, before the first dose."""
    return replace(
        WARD[1], protocol=protocol, shown=(), dose=1, due_in=8 * HOUR, changes=ROBUST, episodes=episodes, slip=None
    )


def run(scenario: Scenario, hours: float) -> Ward:
    """As far as so many hours after the first dose was due."""
    ward = ward_of(scenario, forget=True)
    assert list(ward.run(scenario.first_due_at(NOW) + hours * HOUR))
    return ward


def about(ward: Ward, number: int) -> list[Act]:
    """What was done about one dose of the first cycle, apart from rounds."""
    dose = dose_of(ward, number)
    return [act for act in ward.acts if isinstance(act, ChartSet | WriteOrder | Administer) and act.dose_id == dose.id]


def dose_of(ward: Ward, number: int) -> Dose:
    assert ward.sheet is not None
    return next(dose for dose in ward.sheet.doses if dose.number == number)


def present(measure: str, since: float, until: float) -> Episode:
    return Episode(measure, value=True, since=since, until=until)


def kinds(acts: list[Act]) -> list[str]:
    """charted, an order's choice, or an outcome."""
    names = []
    for act in acts:
        if isinstance(act, WriteOrder):
            names.append(act.choice.value)
        else:
            names.append(act.outcome.value if isinstance(act, Administer) else "charted")
    return names


def test_a_dose_with_nothing_against_it_is_given_within_ten_minutes_of_its_time() -> None:
    ward = run(robust(LVHN), 20)
    for number in (1, 2, 3):
        charted, given = about(ward, number)
        due = ward.patient.first_due_at + 8 * HOUR * (number - 1)
        assert isinstance(charted, ChartSet)
        assert isinstance(given, Administer)
        assert timedelta(0) <= given.started_at - due <= 10 * MINUTE


def test_a_hold_under_lvhn_leaves_the_dose_out_without_a_second_look() -> None:
    ward = run(robust(LVHN, present("dyspnoea_at_rest", 7, 8.2)), 10)
    assert kinds(about(ward, 2)) == ["charted", "not_given"]


def test_a_hold_under_the_consensus_is_looked_at_again_and_given_when_it_has_cleared() -> None:
    ward = run(robust(CONSENSUS, present("infection_suspected", 7, 8.2)), 10)
    assert kinds(about(ward, 2)) == ["charted", "charted", "given"]


def test_a_hold_under_the_consensus_that_has_not_cleared_is_left_out() -> None:
    ward = run(robust(CONSENSUS, present("infection_suspected", 7, 9)), 10)
    assert kinds(about(ward, 2)) == ["charted", "charted", "not_given"]


def test_three_doses_in_a_row_left_out_under_the_consensus_end_the_cycle() -> None:
    ward = run(robust(CONSENSUS, present("infection_suspected", 7, 40)), 40)
    assert kinds(about(ward, 4)) == ["charted", "charted", "stop"]
    assert ward.sheet is not None
    assert [event.kind for event in ward.sheet.events] == [CycleEventKind.STOPPED]
    assert about(ward, 5) == []


def test_one_relative_criterion_is_given_by_order() -> None:
    ward = run(robust(CONSENSUS, present(WEAK[0], 7, 9)), 10)
    assert kinds(about(ward, 2)) == ["charted", "give", "given"]
    assert ward.sheet is not None
    assert ward.sheet.administrations[-1].order_id == ward.sheet.orders[-1].id


def test_one_relative_criterion_is_not_given_for_two_doses_in_a_row() -> None:
    ward = run(robust(CONSENSUS, present(WEAK[0], 7, 30)), 30)
    given = [kinds(about(ward, number))[-1] for number in (2, 3, 4)]
    assert given == ["given", "skip", "given"]


def test_a_visitors_order_to_hold_is_followed_although_nothing_is_against_the_dose() -> None:
    scenario = robust(LVHN)
    ward = run(scenario, 7.6)
    assert ward.sheet is not None
    last = ward.sheet.decisions[-1]
    ward.perform(WriteOrder(last.at + MINUTE, last.dose_id, last.id, Choice.HOLD, "A visitor wants to wait."))
    assert list(ward.run(scenario.first_due_at(NOW) + 10 * HOUR))
    assert kinds(about(ward, 2)) == ["charted", "hold", "not_given"]


def test_two_relative_criteria_are_omitted_by_order() -> None:
    ward = run(robust(CONSENSUS, *(present(measure, 7, 9) for measure in WEAK)), 10)
    assert kinds(about(ward, 2)) == ["charted", "skip"]
    assert ward.sheet is not None
    doses = progress(ward.sheet, ward.sheet.cycles[0], ward.protocol, NOW + FOR_EVER)
    assert (doses[1].state, doses[1].skip_reason) == (DoseState.SKIPPED, SkipReason.CRITERION)


def test_what_cannot_be_evaluated_is_charted_again_every_twenty_minutes_until_the_window_closes() -> None:
    ward = run(robust(CONSENSUS, Episode("world_backward", None, 2.0, 12.0)), 12)
    acts = about(ward, 2)
    assert kinds(acts) == ["charted"] * 5 + ["not_given"]
    times = [act.at for act in acts]
    assert [later - earlier for earlier, later in pairwise(times[:5])] == [20 * MINUTE] * 4
    assert times[-1] == ward.patient.first_due_at + 9 * HOUR
    assert ward.sheet is not None
    doses = progress(ward.sheet, ward.sheet.cycles[0], ward.protocol, times[-1])
    assert doses[1].skip_reason is SkipReason.NOT_EVALUABLE


def test_too_little_oxygen_is_turned_up_on_the_recheck_and_the_dose_is_given() -> None:
    short = Episode("spo2", 93.0, 7.4, 7.7)
    ward = run(robust(LVHN, short), 10)
    assert kinds(about(ward, 2)) == ["charted", "charted", "given"]
    flows = [
        item.value for act in about(ward, 2) for item in getattr(act, "items", ()) if item.measure == "oxygen_flow"
    ]
    assert flows == [0, 1]


def test_a_stop_ends_the_cycle_and_only_quiet_rounds_and_the_discharge_follow() -> None:
    ward = run(robust(LVHN, present("confusion_or_agitation", 7, 30)), 24 * 9)
    assert kinds(about(ward, 2)) == ["charted", "stop"]
    end = next(n for n, act in enumerate(ward.acts) if isinstance(act, WriteOrder))
    assert all(isinstance(act, ChartSet) and act.dose_id is None for act in ward.acts[end + 1 : -1])
    last = ward.acts[-1]
    assert isinstance(last, EndCycle)
    assert last.kind is CycleEventKind.DISCHARGED
    assert last.at.hour == 11


def test_a_dose_left_alone_is_missed_and_the_next_one_is_given() -> None:
    ward = run(replace(robust(LVHN), left_alone=frozenset({(1, 2)})), 18)
    assert about(ward, 2) == []
    assert kinds(about(ward, 3)) == ["charted", "given"]
    assert ward.sheet is not None
    doses = progress(ward.sheet, ward.sheet.cycles[0], ward.protocol, NOW + FOR_EVER)
    assert (doses[1].state, doses[1].skip_reason) == (DoseState.SKIPPED, SkipReason.MISSED)


def test_an_expired_decision_is_taken_anew_before_giving() -> None:
    scenario = robust(LVHN)
    ward = run(scenario, 7.6)
    assert ward.decisions[-1].action is Action.PROCEED
    assert ward.sheet is not None
    old = replace(ward.sheet.decisions[-1], valid_until=ward.sheet.decisions[-1].at + MINUTE)
    ward.sheet = replace(ward.sheet, decisions=(*ward.sheet.decisions[:-1], old))
    assert list(ward.run(scenario.first_due_at(NOW) + 10 * HOUR))
    assert kinds(about(ward, 2)) == ["charted", "charted", "given"]


def test_what_a_visitor_gives_counts_and_shows_in_the_next_readings() -> None:
    scenario = replace(robust(LVHN), left_alone=frozenset({(1, 1)}))
    alone, visited = ward_of(scenario), ward_of(scenario)
    due = scenario.first_due_at(NOW)
    for ward in (alone, visited):
        assert list(ward.run(due - HOUR))
    visit(visited)
    for ward in (alone, visited):
        assert list(ward.run(due + 4 * HOUR))
        assert ward.sheet is not None
    assert temperature(visited) > temperature(alone)
    assert kinds(about(visited, 1)) == ["charted", "given"]


def visit(ward: Ward) -> None:
    """A visitor charts everything half an hour before the first dose and gives it."""
    assert ward.sheet is not None
    glance = look(ward.sheet, ward.protocol)
    traits = ward.patient.scenario.traits()
    body = Physiology(traits, given_times(ward.sheet))
    bedside = Bedside(
        ward.patient.scenario, body, glance, (ward.protocol,), LIBRARY.measures, glance.cycle.first_due_at
    )
    due = glance.cycle.first_due_at
    ward.perform(bedside.before_dose(due - 30 * MINUTE, 0))
    decision = ward.sheet.decisions[-1]
    assert decision.action is Action.PROCEED
    dose = dose_of(ward, 1)
    assert glance.pending is not None
    given = Administer(due + 15 * MINUTE, due, dose.id, Outcome.GIVEN, decision.id, None, glance.pending.units, None)
    ward.perform(given)


def temperature(ward: Ward) -> Decimal:
    assert ward.sheet is not None
    last = [row.value for row in ward.sheet.observations if row.measure == "temperature"][-1]
    assert isinstance(last, Decimal)
    return last


def test_a_slip_is_charted_and_corrected_a_quarter_of_an_hour_later() -> None:
    scenario = replace(robust(LVHN), slip=WARD[1].slip)
    assert isinstance(scenario.slip, Slip)
    ward = run(scenario, 20)
    (correction,) = [act for act in ward.acts if isinstance(act, Correct)]
    assert ward.sheet is not None
    wrong = next(row for row in ward.sheet.observations if row.id == correction.observation_id)
    assert wrong.value == scenario.slip.typed
    assert correction.at - wrong.recorded_at <= 15 * MINUTE
    assert correction.value < 160
    assert wrong.id not in {row.id for row in ward.sheet.charted()}


def test_only_a_prescriber_orders_and_only_what_the_policy_names() -> None:
    ward = ward_of(WARD[8], forget=True)
    assert list(ward.run(NOW))
    choices = {act.choice for act in ward.acts if isinstance(act, WriteOrder)}
    assert choices <= {Choice.GIVE, Choice.SKIP, Choice.STOP}
