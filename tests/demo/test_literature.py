"""Over 200 seeded cycles, does the simulator agree with what was published?

140 patients, of whom the first 60 go on to a second cycle, all under lvhn-2015 with its real decisions. Tolerances are
stated in each test; the figures and their sources are in `app.demo.physiology`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import mean, median

import pytest

from app.demo.acts import ChartSet, Person
from app.demo.body import number_of, signs
from app.demo.charting import quantity
from app.demo.glance import given_times
from app.demo.physiology import Physiology
from app.demo.scenario import Scenario
from app.domain.vocabulary import Action
from tests.demo.ward import FOR_EVER, LIBRARY, NOW, ward_of

PATIENTS, WITH_A_SECOND_CYCLE = 140, 60
BACK_AT_BASELINE = Decimal("1.1")
"""The source does not print what it counted as recovered; here within a tenth of the value before treatment."""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Told:
    """What one patient's chart says: doses and highest charted creatinine of each cycle, and days of recovery."""

    doses: list[int]
    peaks: list[Decimal]
    recovered: dict[int, bool]


def anybody(seed: int, protocol: str, cycles: int) -> Scenario:
    """A patient nothing special is known about, whose doses fall on any hour of the day."""
    person = Person(f"DEMO-{seed:04d}", f"DEMO-SEED-{seed}", "Any", date(1970, 1, 1), "female")
    due_in = timedelta(hours=8, minutes=seed * 37 % 1440)
    return Scenario(person, "Nothing special.", seed, protocol, (), "1", 1, 1, due_in, cycles)


def tell(seed: int, protocol: str, cycles: int) -> Told:
    ward = ward_of(anybody(seed, protocol, cycles), forget=True)
    peaks = [Decimal(0)] * cycles
    for act in ward.run(NOW + FOR_EVER):
        values = [item.value for item in act.items if item.measure == "creatinine"] if isinstance(act, ChartSet) else []
        assert ward.sheet is not None
        number = len(ward.sheet.cycles) - 1
        peaks[number] = max([peaks[number], *(value for value in values if isinstance(value, Decimal))])
    assert ward.sheet is not None
    given = given_times(ward.sheet)
    return Told([len(times) for times in given], peaks, recovery(seed, given[0]))


def recovery(seed: int, given: list[datetime]) -> dict[int, bool]:
    traits = anybody(seed, "lvhn-2015", 1).traits()
    body, measure = Physiology(traits, [given]), LIBRARY.measures["creatinine"]
    before = quantity(measure, traits.creatinine) * BACK_AT_BASELINE
    days = {day: number_of(signs(body, given[-1] + timedelta(days=day))["creatinine"]) for day in (7, 14, 30)}
    return {day: quantity(measure, value) <= before for day, value in days.items()}


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return [tell(seed, "lvhn-2015", 2 if seed < WITH_A_SECOND_CYCLE else 1) for seed in range(PATIENTS)]


def test_two_hundred_cycles_were_run(told: list[Told]) -> None:
    assert sum(len(patient.doses) for patient in told) == 200


def test_the_median_number_of_doses_in_the_first_cycle_is_seven_to_nine(told: list[Told]) -> None:
    assert 7 <= median(patient.doses[0] for patient in told) <= 9


def test_no_cycle_has_more_than_fourteen_doses_and_tolerance_differs_widely(told: list[Told]) -> None:
    numbers = {number for patient in told for number in patient.doses}
    assert max(numbers) <= 14
    assert len(numbers) >= 8


def test_peak_creatinine_is_about_2_6_in_the_first_cycle_within_0_3(told: list[Told]) -> None:
    assert 2.3 <= mean(patient.peaks[0] for patient in told) <= 2.9


def test_peak_creatinine_is_about_3_8_in_the_second_cycle_within_0_6_and_higher_than_in_the_first(
    told: list[Told],
) -> None:
    both = [patient for patient in told if len(patient.peaks) == 2]
    assert 3.2 <= mean(patient.peaks[1] for patient in both) <= 4.4
    assert mean(patient.peaks[1] for patient in both) >= mean(patient.peaks[0] for patient in both) + Decimal("0.5")


@pytest.mark.parametrize("days, share", [(7, 62), (14, 84), (30, 95)])
def test_creatinine_is_back_at_baseline_in_the_published_share_within_8_points(
    told: list[Told], days: int, share: int
) -> None:
    recovered = 100 * sum(patient.recovered[days] for patient in told) / len(told)
    assert abs(recovered - share) <= 8


def test_the_consensus_which_weighs_relative_criteria_lets_more_doses_through() -> None:
    doses = [tell(seed, "consensus-2014", 1).doses[0] for seed in range(30)]
    assert 8 <= median(doses) <= 12


def test_a_dose_is_only_given_on_proceed_or_on_an_order_after_caution() -> None:
    for seed in range(10):
        ward = ward_of(anybody(seed, "consensus-2014", 1), forget=True)
        assert list(ward.run(NOW + FOR_EVER))
        assert ward.sheet is not None
        decisions = {row.id: row for row in ward.sheet.decisions}
        given = [row for row in ward.sheet.administrations if row.decision_id is not None]
        assert given
        for row in given:
            on = decisions[row.decision_id or ""]
            assert not on.provisional
            assert on.valid_until is not None
            assert on.at <= row.started_at <= on.valid_until
            assert on.action is Action.PROCEED or (on.action is Action.CAUTION and row.order_id is not None)
