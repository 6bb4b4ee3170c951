"""Does the account of a cycle say what the record says, and nothing kinder?"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.assess import situation_of
from app.domain.course import Administration
from app.domain.flowsheet import Flowsheet
from app.domain.recovery import Recovery, recoveries
from app.domain.scores.book import scores
from app.domain.tolerance import CycleTolerance, tolerance
from app.domain.tolerance_words import days_words, summary
from app.domain.vocabulary import CycleEventKind, DoseState, Outcome, SkipReason, Verdict
from app.services.tolerating import systems_of_terms
from tests.builders import (
    AT,
    LIBRARY,
    LVHN,
    MEASURES,
    a_cycle_event,
    a_flowsheet,
    a_record,
    an_administration,
    an_observation,
    reading,
)

LATER = AT + timedelta(hours=3)
FIRST = AT - LVHN.timing.interval * 4


def _told(sheet: Flowsheet, now: datetime = LATER) -> CycleTolerance:
    scored = [scores(LIBRARY.scores, LVHN, sheet, AT)]
    return tolerance(sheet, LVHN, scored, systems_of_terms(LIBRARY.scores, MEASURES), now)[-1]


def _decided(sheet: Flowsheet) -> Flowsheet:
    """The sheet with the decision for dose 5 at its due time."""
    record = a_record(situation_of(sheet, sheet.doses[4], LVHN, AT), dose=sheet.doses[4], course_id=sheet.course.id)
    return replace(sheet, decisions=(*sheet.decisions, record))


def _held() -> Flowsheet:
    """Dose 5 held for creatinine, and its window over."""
    return _decided(a_flowsheet(creatinine="2.6"))


def _lab(sheet: Flowsheet, *values: tuple[str, timedelta]) -> Flowsheet:
    """Creatinine charted so long after the first dose; what `a_flowsheet` charts of it is left out."""
    rows = tuple(row for row in sheet.observations if row.measure != "creatinine")
    new = tuple(an_observation(reading("creatinine", value, 0, at=FIRST + after)) for value, after in values)
    return replace(sheet, observations=(*rows, *new))


def _creatinine(sheet: Flowsheet, now: datetime = LATER) -> Recovery | None:
    found = recoveries(sheet, sheet.cycles[0], LVHN, now)
    return next((one for one in found if one.measure == "creatinine"), None)


def test_doses_are_counted_by_what_became_of_them() -> None:
    cycle = _told(_held())
    assert (cycle.planned, len(cycle.went_in())) == (14, 4)
    assert [dose.number for dose in cycle.skipped_for(SkipReason.CRITERION)] == [5]
    assert [dose.number for dose in cycle.of(DoseState.SCHEDULED)] == list(range(6, 15))


def test_units_are_those_that_went_in_and_no_others() -> None:
    sheet = a_flowsheet()
    part = replace(sheet.administrations[3], outcome=Outcome.INTERRUPTED, units=Decimal(1_000_000))
    none = an_administration(sheet.doses[4], AT, Outcome.NOT_GIVEN)
    cycle = _told(replace(sheet, administrations=(*sheet.administrations[:3], part, replace(none, units=Decimal(7)))))
    whole = sheet.administrations[0].units
    assert cycle.units == whole * 3 + 1_000_000
    assert cycle.units_per_kg == cycle.units / Decimal("80.0")


def test_a_corrected_administration_counts_once() -> None:
    sheet = a_flowsheet()
    first: Administration = sheet.administrations[0]
    corrected = replace(first, id="0" * 36, units=Decimal(5), supersedes=first.id)
    assert _told(replace(sheet, administrations=(*sheet.administrations, corrected))).units == first.units * 3 + 5


def test_the_criteria_of_a_dose_are_those_of_its_last_decision() -> None:
    cycle = _told(_held())
    met = {finding.criterion.measure for finding in cycle.doses[4].met()}
    assert met == {"creatinine"}
    assert [LVHN.criterion(name).measure for name in cycle.criteria()] == ["creatinine"]
    assert cycle.doses[3].decision is None


def test_what_could_not_be_judged_is_in_the_map_and_not_among_what_was_met() -> None:
    cycle = _told(_decided(a_flowsheet(absent=["creatinine"])))
    open_ = [f for f in cycle.doses[4].decision.findings if f.verdict is Verdict.UNKNOWN]  # type: ignore[union-attr]
    assert {finding.criterion.id for finding in open_} <= set(cycle.criteria())
    assert cycle.doses[4].met() == ()


def test_a_review_on_corrected_data_speaks_for_the_decision_it_reviews() -> None:
    sheet = _held()
    well = a_flowsheet()
    review = a_record(situation_of(well, well.doses[4], LVHN, AT), dose=sheet.doses[4], reviews=sheet.decisions[0])
    dose = _told(replace(sheet, decisions=(*sheet.decisions, review))).doses[4]
    assert (dose.met(), dose.amended) == ((), True)


def test_a_decision_after_the_dose_went_in_does_not_count_for_it() -> None:
    sheet = _held()
    given = an_administration(sheet.doses[4], AT - timedelta(minutes=1))
    assert _told(replace(sheet, administrations=(*sheet.administrations, given))).doses[4].decision is None


@pytest.mark.parametrize("after, met", [(40, {"creatinine"}), (60, set())])
def test_a_decision_of_the_minute_a_dose_began_in_is_the_one_it_was_given_on(after: int, met: set[str]) -> None:
    sheet = _held()
    decided = tuple(replace(row, at=AT + timedelta(seconds=after)) for row in sheet.decisions)
    given = an_administration(sheet.doses[4], AT)
    dose = _told(replace(sheet, decisions=decided, administrations=(*sheet.administrations, given))).doses[4]
    assert {finding.criterion.measure for finding in dose.met()} == met


def test_a_dose_recorded_as_left_out_before_the_decision_that_withheld_it_names_that_decision() -> None:
    sheet = _held()
    left_out = an_administration(sheet.doses[4], AT - timedelta(minutes=20), Outcome.NOT_GIVEN)
    cycle = _told(replace(sheet, administrations=(*sheet.administrations, left_out)))
    (dose,) = cycle.skipped_for(SkipReason.CRITERION)
    assert (dose.number, {finding.criterion.measure for finding in dose.met()}) == (5, {"creatinine"})
    assert "Criteria met at those doses: Creatinine (1)." in summary(cycle, MEASURES)


def test_the_gravest_grade_stands_with_the_dose_it_followed() -> None:
    cycle = _told(a_flowsheet(temperature="40.5"))
    general = [(dose.number, worst.grade.grade) for dose in cycle.doses for worst in dose.worst if worst.grade.grade]
    assert (5, 3) in general
    assert {number for number, _ in general} == {5}


def test_a_value_is_back_at_the_first_reading_within_a_tenth_after_its_worst() -> None:
    hours = timedelta(hours=1)
    sheet = _lab(a_flowsheet(), ("1.00", -hours), ("2.00", hours * 9), ("1.11", hours * 20), ("1.10", hours * 26))
    one = _creatinine(sheet)
    assert one is not None
    assert (one.baseline, one.worst) == (Decimal("1.00"), Decimal("2.00"))
    assert one.back_at == FIRST + hours * 26
    assert one.took == timedelta(hours=2)


def test_a_value_that_was_low_before_it_rose_is_not_back_yet() -> None:
    hours = timedelta(hours=1)
    one = _creatinine(_lab(a_flowsheet(), ("1.00", -hours), ("1.05", hours), ("2.00", hours * 9)))
    assert one is not None
    assert one.back_at is None
    assert one.took is None


def test_without_a_value_before_the_first_dose_nobody_can_say_when_it_was_back() -> None:
    one = _creatinine(_lab(a_flowsheet(), ("2.00", timedelta(hours=9)), ("1.00", timedelta(hours=20))))
    assert one is not None
    assert (one.baseline, one.back_at, one.moved) == (None, None, True)


def test_a_value_never_charted_after_the_first_dose_has_no_account() -> None:
    assert _creatinine(_lab(a_flowsheet(), ("1.00", -timedelta(hours=1)))) is None


def test_for_platelets_the_lowest_is_the_worst() -> None:
    found = {one.measure: one for one in recoveries(a_flowsheet(platelets="40"), a_flowsheet().cycles[0], LVHN, LATER)}
    assert found == {}  # another cycle's id: nothing of this sheet is read for it
    sheet = a_flowsheet(platelets="40")
    mine = {one.measure: one.worst for one in recoveries(sheet, sheet.cycles[0], LVHN, LATER)}
    assert mine["platelets"] == Decimal(40)


def test_the_paragraph_says_doses_reasons_end_and_recovery() -> None:
    sheet = _held()
    sheet = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED, LATER),))
    words = summary(_told(sheet), MEASURES)
    for part in (
        "Cycle 1: 4 of 14 doses given",
        "1 dose not given, on a criterion",
        "Criteria met at those doses: Creatinine (1)",
        "The cycle was stopped after dose 4",
        "Creatinine 2.6 mg/dL at its worst",
    ):
        assert part in words, part


def test_a_running_cycle_is_never_said_to_be_over() -> None:
    words = summary(_told(_lab(_held(), ("1.00", -timedelta(hours=1)), ("2.6", timedelta(hours=30)))), MEASURES)
    assert "at its worst so far" in words
    assert "not back" not in words


def test_days_are_said_to_a_tenth() -> None:
    assert days_words(timedelta(hours=24)) == "1.0 day"
    assert days_words(timedelta(hours=36)) == "1.5 days"
