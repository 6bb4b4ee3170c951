"""Does the demo chart look like a nurse's chart: what, when, and written how?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.demo.acts import Administer, ChartSet
from app.demo.charting import STEPS, items
from app.demo.scenarios import WARD
from app.domain.entry import Item, check_items
from app.domain.errors import InvalidInput
from app.domain.measure import Kind
from app.domain.observation import Observation
from app.domain.progress import dose_progress
from app.domain.vocabulary import Outcome
from tests.demo.ward import FOR_EVER, LIBRARY, NOW, Ward, ward_of

MEASURES = LIBRARY.measures
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", params=[2, 4, 9, 10], ids=lambda number: WARD[number - 1].person.family_name)
def ward(request: pytest.FixtureRequest) -> Ward:
    """A whole course, everything kept."""
    ward = ward_of(WARD[request.param - 1])
    assert list(ward.run(NOW + FOR_EVER))
    return ward


def sets(ward: Ward) -> list[ChartSet]:
    return [act for act in ward.acts if isinstance(act, ChartSet)]


def charted(ward: Ward) -> Iterator[Item]:
    return (item for act in sets(ward) for item in act.items)


def observations(ward: Ward, measure: str, cycle: int = 0) -> list[Observation]:
    """Of one measure in one cycle."""
    assert ward.sheet is not None
    until = ward.sheet.cycles[cycle + 1].admitted_at if cycle + 1 < len(ward.sheet.cycles) else NOW + FOR_EVER
    since = ward.sheet.cycles[cycle].admitted_at
    mine = [row for row in ward.sheet.observations if row.measure == measure]
    return [row for row in mine if since <= row.observed_at < until]


def test_every_value_is_rounded_to_what_a_nurse_would_write(ward: Ward) -> None:
    for item in charted(ward):
        measure = MEASURES[item.measure]
        if measure.numeric:
            assert isinstance(item.value, Decimal)
            assert item.value % STEPS.get(item.measure, Decimal(1)) == 0, item
            assert item.unit == measure.unit
        else:
            assert isinstance(item.value, bool | str)
            assert item.unit is None


def test_no_step_is_finer_than_the_form_accepts() -> None:
    for name, step in STEPS.items():
        exponent = step.as_tuple().exponent
        decimals = MEASURES[name].decimals
        assert isinstance(exponent, int)
        assert decimals is not None
        assert -exponent <= decimals


def test_a_value_outside_warn_is_entered_with_a_confirmation_and_no_other_is(ward: Ward) -> None:
    for item in charted(ward):
        warn = MEASURES[item.measure].warn
        unlikely = isinstance(item.value, Decimal) and warn is not None and not warn[0] <= item.value <= warn[1]
        assert item.confirmed == unlikely


def test_without_its_confirmation_an_unlikely_value_would_be_refused() -> None:
    (item,) = items(["heart_rate"], {"heart_rate": 240.0}, MEASURES, NOW, NOW)
    assert item.confirmed
    check_items([item], MEASURES, NOW, confirmation=True, pointer="")
    with pytest.raises(InvalidInput):
        check_items([Item("heart_rate", Decimal(240), "/min", NOW)], MEASURES, NOW, confirmation=True, pointer="")


def test_an_impossible_value_is_never_charted() -> None:
    (item,) = items(["temperature"], {"temperature": 47.3}, MEASURES, NOW, NOW)
    assert item.value == Decimal(43)


@pytest.mark.parametrize("measure", ["urine_volume", "stool_volume"])
def test_volumes_are_charted_without_a_gap_or_an_overlap_from_admission(ward: Ward, measure: str) -> None:
    assert ward.sheet is not None
    for number, cycle in enumerate(ward.sheet.cycles):
        rows = observations(ward, measure, number)
        assert rows[0].start_at == cycle.admitted_at
        assert all(later.start_at == earlier.observed_at for earlier, later in pairwise(rows))
        assert all(row.start_at is not None and row.observed_at - row.start_at <= 5 * HOUR for row in rows)


def test_vital_signs_are_never_more_than_three_hours_apart_while_doses_are_given(ward: Ward) -> None:
    assert ward.sheet is not None
    for number, cycle in enumerate(ward.sheet.cycles):
        mine = [row.started_at for row in ward.sheet.administrations if row.started_at > cycle.admitted_at]
        given = [at for at in mine if at < cycle.admitted_at + 15 * 8 * HOUR]
        times = [row.observed_at for row in observations(ward, "heart_rate", number) if row.observed_at <= max(given)]
        assert all(later - earlier <= 3 * HOUR for earlier, later in pairwise(times))


def test_blood_and_weight_are_taken_on_admission_and_at_six_every_morning(ward: Ward) -> None:
    for measure in ("creatinine", "platelets", "weight"):
        rows = observations(ward, measure)
        assert ward.sheet is not None
        assert rows[0].observed_at == ward.sheet.cycles[0].admitted_at
        assert all(later.observed_at - earlier.observed_at <= 26 * HOUR for earlier, later in pairwise(rows))
        mornings = [row for row in rows[1:] if row.observed_at.hour == 6]
        assert len(mornings) >= 1
        assert all(4 <= row.observed_at.hour <= 7 for row in rows[1:])


def test_half_an_hour_before_every_given_dose_everything_the_protocols_ask_for_is_charted(ward: Ward) -> None:
    assert ward.sheet is not None
    asked = {name for protocol in LIBRARY.protocols.values() for name in protocol.required}
    daily = {"creatinine", "bilirubin", "bicarbonate", "platelets", "weight"}
    for row in ward.sheet.administrations:
        if row.outcome is Outcome.NOT_GIVEN:
            continue
        dose = dose_progress(ward.sheet, ward.sheet.dose(row.dose_id), ward.protocol, row.started_at)
        before = [act for act in sets(ward) if act.dose_id == row.dose_id and act.at <= row.started_at]
        assert 0 * MINUTE <= before[0].at - (dose.window.due_at - 30 * MINUTE) <= 6 * MINUTE
        assert asked - daily <= {item.measure for item in before[-1].items}


def test_every_finding_is_answered_yes_or_no_before_a_dose(ward: Ward) -> None:
    findings = {name for protocol in LIBRARY.protocols.values() for name in protocol.required}
    findings = {name for name in findings if MEASURES[name].kind is Kind.FINDING}
    for act in sets(ward):
        if act.dose_id is not None:
            answers = {item.measure: item.value for item in act.items if item.measure in findings}
            assert answers.keys() == findings
            assert all(isinstance(value, bool) for value in answers.values())


def test_what_a_patient_will_not_do_is_charted_as_refused_and_never_as_a_value() -> None:
    linde = ward_of(WARD[11])
    acts = [act for act in linde.run(NOW) if isinstance(act, ChartSet)]
    last = acts[-1]
    assert {name for name, _ in last.not_taken} == {"serial_sevens", "world_backward"}
    assert not {"serial_sevens", "world_backward"} & {item.measure for item in last.items}


def test_the_staff_comes_a_few_minutes_late_and_never_twice_at_once(ward: Ward) -> None:
    times = [act.at for act in sets(ward)]
    assert all(later > earlier for earlier, later in pairwise(times))
    assert len({at.minute % 15 for at in times}) > 3


def test_a_dose_is_infused_over_a_quarter_of_an_hour_and_whole_unless_interrupted(ward: Ward) -> None:
    assert ward.sheet is not None
    for act in ward.acts:
        if isinstance(act, Administer) and act.outcome is not Outcome.NOT_GIVEN:
            assert act.at == act.started_at + 15 * MINUTE
            dose = dose_progress(ward.sheet, ward.sheet.dose(act.dose_id), ward.protocol, act.at)
            assert (act.units == dose.units) == (act.outcome is Outcome.GIVEN)
