"""How does a test get a well patient, and change only what it is about?

Well means: every measure at its `well` value 30 minutes before the decision, labs and weight 4 hours before, volumes
charted hourly for 16 hours, attention tests passed before the cycle. Names and numbers of people are always canaries,
so that every run is also a leak test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain, count
from typing import TypeAlias, cast

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import Cause, Decision, DecisionRecord, Finding
from app.domain.engine import decide
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.measure import Kind, Measure, Value
from app.domain.observation import Observation, Reading, by_measure
from app.domain.protocol import Protocol, WindowKind
from app.domain.record import encode_decision, encode_situation
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Choice, CycleEventKind, Outcome
from app.protocols.library import load

LIBRARY = load()
MEASURES = LIBRARY.measures
LVHN, CONSENSUS, USPI, TIL = LIBRARY.protocols.values()
SHIPPED = (LVHN, CONSENSUS, USPI, TIL)

AT = datetime(2026, 3, 4, 16, tzinfo=UTC)
"""The decision, and the moment the dose is due, unless a test says otherwise."""

FAMILY_NAME, GIVEN_NAME, MRN = "CANARY-FAMILY-9041", "CANARY-GIVEN-9041", "CANARY-MRN-9041"
NURSE, PRESCRIBER = "CANARY-NURSE-9041", "CANARY-PRESCRIBER-9041"
REASON = "CANARY-REASON-9041"

Plain: TypeAlias = Value | int
"""A value as a test writes it: "2.6" is a number where the measure is one."""

Moment: TypeAlias = float | Fraction
"""Minutes before the decision; a minus sign is the future."""

Charted: TypeAlias = Reading | Iterable[Reading]

HOURS_CHARTED = 16
_numbers = count(1)


def ago(minutes: Moment, at: datetime = AT) -> datetime:
    """The moment so many minutes before `at`."""
    return at - timedelta(microseconds=int(Fraction(minutes) * 60_000_000))


def a_value(measure: str, plain: Plain) -> Value:
    """The value as the engine wants it: a Decimal for a number, anything else as it is."""
    if MEASURES[measure].numeric:
        return Decimal(plain)
    return plain if isinstance(plain, bool | str) else Decimal(plain)


def reading(
    measure: str, value: Plain, minutes: Moment = 30, *, since: Moment | None = None, at: datetime = AT
) -> Reading:
    """One reading so many minutes ago; a volume was collected from `since` to `minutes` ago."""
    start = None if since is None else ago(since, at)
    return Reading(f"{measure}-{minutes}", measure, a_value(measure, value), ago(minutes, at), start)


def readings(measure: str, *series: tuple[Plain, Moment], at: datetime = AT) -> tuple[Reading, ...]:
    """Several readings of one measure: value and minutes ago."""
    return tuple(reading(measure, value, minutes, at=at) for value, minutes in series)


def intervals(measure: str, *series: tuple[Moment, Moment, Plain], at: datetime = AT) -> tuple[Reading, ...]:
    """Several volumes: from and to in minutes ago, and millilitres."""
    return tuple(reading(measure, volume, to, since=since, at=at) for since, to, volume in series)


def hourly(measure: str, *volumes: Plain, until: Moment = 0, at: datetime = AT) -> tuple[Reading, ...]:
    """One volume per hour, the newest first, the last hour ending `until` minutes ago."""
    hours = [(until + 60 * hour + 60, until + 60 * hour, volume) for hour, volume in enumerate(volumes)]
    return intervals(measure, *hours, at=at)


def over_8_hours(measure: str, last: Plain, before: Plain | None = None, at: datetime = AT) -> tuple[Reading, ...]:
    """A total over the last 8 hours, and one over the 8 before (well, unless given), in equal hourly parts."""
    parts = [Decimal(last) / 8] * 8
    well = MEASURES[measure].well or 0
    return hourly(measure, *parts, *[well if before is None else Decimal(before) / 8] * 8, at=at)


def well_readings(at: datetime = AT, absent: Iterable[str] = ()) -> tuple[Reading, ...]:
    """Everything charted of a patient without toxicity."""
    gone = set(absent)
    return tuple(row for measure in MEASURES.values() if measure.name not in gone for row in _well(measure, at))


def _well(measure: Measure, at: datetime) -> tuple[Reading, ...]:
    if measure.well is None:
        return ()
    if measure.kind is Kind.INTERVAL:
        return hourly(measure.name, *[measure.well] * HOURS_CHARTED, at=at)
    return (reading(measure.name, measure.well, 240 if measure.group in ("lab", "weight") else 30, at=at),)


def flat(charted: Iterable[Charted]) -> tuple[Reading, ...]:
    """Readings and groups of readings as one row of readings."""
    return tuple(row for item in charted for row in ((item,) if isinstance(item, Reading) else item))


def a_situation(
    *charted: Charted,
    at: datetime = AT,
    minutes_past_due: Moment = 0,
    dose_number: int = 5,
    cycle_number: int = 1,
    admitted_at: datetime | None = None,
    last_given_at: datetime | None = None,
    baseline_weight: str | None = "80.0",
    baseline_tests: str | None = "pass",
    held_doses: int = 0,
    previous: Previous | None = None,
    unresolved: tuple[str, ...] = (),
    absent: Iterable[str] = (),
    **values: Plain,
) -> Situation:
    """A well patient, except: `charted` readings and `values` (30 minutes ago) replace those of their measures."""
    changed = (*flat(charted), *(reading(measure, value, at=at) for measure, value in values.items()))
    replaced = {row.measure for row in changed}
    baseline: list[tuple[str, Value]] = [] if baseline_weight is None else [("weight", Decimal(baseline_weight))]
    if baseline_tests is not None:
        baseline += [("serial_sevens", baseline_tests), ("world_backward", baseline_tests)]
    return Situation(
        at=at,
        due_at=ago(minutes_past_due, at),
        dose_number=dose_number,
        cycle_number=cycle_number,
        admitted_at=admitted_at,
        last_given_at=last_given_at,
        baseline=tuple(baseline),
        held_doses=held_doses,
        previous=previous,
        unresolved=unresolved,
        readings=by_measure((*well_readings(at, {*absent, *replaced}), *changed)),
    )


def every(situation: Situation) -> tuple[Reading, ...]:
    """Its readings of all measures."""
    return tuple(chain.from_iterable(situation.readings.values()))


def with_readings(situation: Situation, rows: Iterable[Reading]) -> Situation:
    """The same patient with these readings alone."""
    return replace(situation, readings=by_measure(rows))


def decision(situation: Situation, protocol: Protocol) -> Decision:
    """What the engine answers."""
    return decide(situation, protocol, LIBRARY.news2)


def action(situation: Situation, protocol: Protocol) -> Action:
    """The action alone."""
    return decision(situation, protocol).action


def finding(situation: Situation, protocol: Protocol, criterion: str) -> Finding:
    """What one criterion says."""
    return next(row for row in decision(situation, protocol).findings if row.criterion.id == criterion)


def missing(situation: Situation, protocol: Protocol) -> dict[str, str]:
    """What could not be used, and why, by measure."""
    return {row.measure: str(row.why) for row in decision(situation, protocol).missing}


def poisoned(protocol: Protocol) -> Protocol:
    """A protocol whose last row has a window that nobody knows how to judge."""
    *rest, last = protocol.rows
    nonsense = replace(last.window, kind=cast(WindowKind, "no such window"))
    return replace(protocol, rows=(*rest, replace(last, window=nonsense)))


# ---- One course on paper: admitted, four doses given, the fifth due at AT


def an_id(at: datetime = AT) -> str:
    """A new id of the moment."""
    return new_id(at + timedelta(milliseconds=next(_numbers)))


def a_patient() -> Patient:
    """Somebody who exists nowhere."""
    return Patient(an_id(), MRN, FAMILY_NAME, GIVEN_NAME, date(1971, 2, 3), "female")


def an_observation(
    row: Reading,
    *,
    recorded_at: datetime | None = None,
    supersedes: Observation | None = None,
    retracts: bool = False,
) -> Observation:
    """A reading as a row of the flowsheet, written down at once unless told otherwise."""
    measure = MEASURES[row.measure]
    return Observation(
        id=an_id(),
        set_id=an_id(),
        measure=row.measure,
        value=None if retracts else row.value,
        unit=measure.unit,
        entered=str(row.value),
        entered_unit=measure.unit,
        observed_at=row.at,
        start_at=row.start,
        confirmed=False,
        not_taken=None,
        recorded_at=recorded_at or row.at,
        recorded_by=NURSE,
        supersedes=None if supersedes is None else supersedes.id,
        retracts=retracts,
        reason=None if supersedes is None else REASON,
    )


def a_flowsheet(
    *charted: Charted,
    protocol: Protocol = LVHN,
    at: datetime = AT,
    doses: int = 14,
    given: Sequence[int] = (1, 2, 3, 4),
    due: int = 5,
    absent: Iterable[str] = (),
    **values: Plain,
) -> Flowsheet:
    """The flowsheet of a well patient whose dose number `due` is due `at`, with the doses `given` on time."""
    changed = (*flat(charted), *(reading(measure, value, at=at) for measure, value in values.items()))
    gone = {*absent, *(row.measure for row in changed)}
    course = Course(an_id(), an_id(), protocol.pin, (), at - timedelta(days=3), PRESCRIBER)
    first = at - protocol.timing.interval * (due - 1)
    lain = first - timedelta(hours=6)
    cycle = Cycle(an_id(), course.id, 1, an_id(), "CANARY-BED-1", lain, first, Decimal("80.0"), lain)
    slots = tuple(Dose(an_id(), cycle.id, number) for number in range(1, doses + 1))
    before = (*readings("weight", ("80.0", 60), at=first), reading("serial_sevens", "pass", 60, at=first))
    rows = (*before, reading("world_backward", "pass", 60, at=first), *well_readings(at, gone), *changed)
    return Flowsheet(
        patient=a_patient(),
        course=course,
        cycles=(cycle,),
        events=(),
        doses=slots,
        observations=tuple(an_observation(row) for row in rows),
        decisions=(),
        orders=(),
        administrations=tuple(
            an_administration(slots[number - 1], first + protocol.timing.interval * (number - 1)) for number in given
        ),
    )


def an_administration(dose: Dose, at: datetime, outcome: Outcome = Outcome.GIVEN) -> Administration:
    """A dose that went in over 15 minutes."""
    return Administration(
        id=an_id(),
        dose_id=dose.id,
        outcome=outcome,
        decision_id=None,
        order_id=None,
        started_at=at,
        ended_at=at + timedelta(minutes=15),
        units=Decimal(48_000_000),
        deviation=None,
        recorded_at=at + timedelta(minutes=20),
        recorded_by=NURSE,
    )


def an_order(dose: Dose, record: DecisionRecord, choice: Choice, at: datetime = AT) -> Order:
    """A prescriber's order on a decision."""
    return Order(an_id(), dose.id, record.id, choice, REASON, at, PRESCRIBER)


def a_cycle_event(cycle: Cycle, kind: CycleEventKind, at: datetime = AT, **changes: object) -> CycleEvent:
    """Something that happened to the cycle."""
    return CycleEvent(an_id(), cycle.id, kind, at, REASON, at, PRESCRIBER, **changes)  # type: ignore[arg-type]


def a_record(
    situation: Situation,
    protocol: Protocol = LVHN,
    *,
    dose: Dose | None = None,
    course_id: str = "",
    reviews: DecisionRecord | None = None,
) -> DecisionRecord:
    """The stored decision of a situation."""
    made = decision(situation, protocol)
    return DecisionRecord(
        id=an_id(situation.at),
        course_id=course_id,
        cycle_id=an_id() if dose is None else dose.cycle_id,
        dose_id=an_id() if dose is None else dose.id,
        action=made.action,
        provisional=made.provisional,
        at=made.at,
        valid_until=made.valid_until,
        relative=made.counts.relative,
        absolute=made.counts.absolute,
        protocol=made.protocol,
        engine=made.engine,
        situation=encode_situation(situation),
        document=encode_decision(made),
        cause=Cause.OBSERVATIONS if reviews is None else Cause.REVIEW,
        cause_id=None,
        reviews=None if reviews is None else reviews.id,
        recorded_at=made.at,
        recorded_by=NURSE,
    )
