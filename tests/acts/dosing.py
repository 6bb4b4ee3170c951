"""What do prescribers order at random, and what is done with doses?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.progress import DoseProgress
from app.domain.vocabulary import Choice, Outcome, Role
from app.services.administering import Done, Identifiers, administer
from app.services.correcting_doses import DoseChange, correct_administration
from app.services.ordering import Besides, ProvenSecond, needs_second, order
from app.services.seconding import ask_second, countersign
from app.store import order_requests
from tests.acts.house import House, Stay
from tests.builders import LIBRARY, REASON

_MINUTE = timedelta(minutes=1)
_CHOICES = (*[Choice.GIVE] * 4, *[Choice.HOLD] * 3, *[Choice.SKIP] * 2, Choice.STOP, Choice.DISCONTINUE)


def order_a_dose(house: House, stay: Stay) -> None:
    """Any choice on the newest decision, with a second person where that is needed, or nearly."""
    if stay.due is None or stay.due.decision is None:
        return
    choice, on = house.random.choice(_CHOICES), stay.due.decision
    first, other = (house.person(Role.PRESCRIBER, stay.ward_id) for _ in range(2))
    second = ProvenSecond(other.person_id) if needs_second(on.action, choice) else None
    recheck = None
    if choice is Choice.HOLD and house.chance(0.5):
        recheck = house.now + house.random.choice((5, 30, 90)) * _MINUTE
    with house.act() as tx:
        order(tx, LIBRARY, first, stay.due.dose.id, on.id, choice, REASON, Besides(second, recheck))


def ask_for_a_second(house: House, stay: Stay) -> None:
    """An order against a stop, for another prescriber to sign."""
    if stay.due is None or stay.due.decision is None:
        return
    choice = house.random.choice((Choice.GIVE, Choice.HOLD))
    first, other = (house.person(Role.PRESCRIBER, stay.ward_id) for _ in range(2))
    dose, on = stay.due.dose, stay.due.decision
    with house.act() as tx:
        ask_second(tx, LIBRARY, first, dose.id, on.id, choice, REASON, other.person_id)


def sign_as_second(house: House, stay: Stay) -> None:
    """Somebody countersigns what waits."""
    with house.database.reading() as tx:
        asked = house.one_of(order_requests.waiting(tx, stay.sheet.course.id))
    if asked is None:
        return
    second = next(one for one in house.staff if one.person_id == asked.second)
    with house.act() as tx:
        countersign(tx, LIBRARY, replace(second, at=house.now), asked.id)


def give(house: House, stay: Stay) -> None:
    """The pending dose on its newest decision, or some dose on some decision with a reason for it."""
    dose = stay.due
    if dose is None:
        return
    outcome = house.random.choice((*[Outcome.GIVEN] * 5, Outcome.INTERRUPTED, Outcome.NOT_GIVEN))
    decision = dose.decision if house.chance(0.9) else house.one_of(stay.sheet.decisions)
    ordered = [one.id for one in stay.sheet.orders_of(dose.dose.id) if one.choice is Choice.GIVE]
    begun = _begun(house)
    done = Done(
        outcome,
        begun,
        begun + 15 * _MINUTE if house.chance(0.2) else None,
        _units(house, dose, outcome),
        Identifiers(stay.sheet.patient.mrn, stay.sheet.patient.birth_date),
        decision_id=None if decision is None else decision.id,
        order_id=house.random.choice(ordered) if ordered and house.chance(0.7) else None,
        deviation=REASON if house.chance(0.3) else None,
        confirmed=house.chance(0.5),
    )
    with house.act() as tx:
        administer(tx, LIBRARY, house.person(Role.NURSE, stay.ward_id), dose.dose.id, done)


def correct_a_dose(house: House, stay: Stay) -> None:
    """Another outcome, start, end, reason or decision of a dose that was recorded."""
    old = house.one_of(stay.sheet.administrations[-4:])
    if old is None:
        return
    change = DoseChange(REASON, deviation=REASON if house.chance(0.5) else None, confirmed=house.chance(0.5))
    match house.random.choice(("outcome", "start", "end", "decision", "units")):
        case "outcome":
            outcome = house.random.choice(list(Outcome))
            units = old.units / 2 if outcome is Outcome.INTERRUPTED else None
            change = replace(change, outcome=outcome, units=units)
        case "start":
            change = replace(change, started_at=old.started_at + house.random.randint(-200, 100) * _MINUTE)
        case "end":
            change = replace(change, ended_at=old.started_at + house.random.randint(-2, 60) * _MINUTE)
        case "units":
            change = replace(change, units=old.units * house.random.choice((1, 2, 3)))
        case _:
            decision = house.one_of(stay.sheet.decisions_of(old.dose_id))
            change = replace(change, decision_id=None if decision is None else decision.id)
    with house.act() as tx:
        correct_administration(tx, LIBRARY, house.person(Role.NURSE, stay.ward_id), old.id, change)


def _begun(house: House) -> datetime:
    """Now or a while ago, mostly to the minute as a person writes it."""
    begun = house.now - house.random.choice((0, 0, 0, 2, 10, 45, 200)) * _MINUTE
    return begun.replace(second=0, microsecond=0) if house.chance(0.7) else begun


def _units(house: House, dose: DoseProgress, outcome: Outcome) -> Decimal:
    if outcome is Outcome.NOT_GIVEN:
        return Decimal(0)
    if house.chance(0.05):
        return dose.units * 2
    return dose.units if outcome is Outcome.GIVEN else Decimal(house.random.randint(0, int(dose.units)))
