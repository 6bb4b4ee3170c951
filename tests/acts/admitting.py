"""What happens to cycles at random: a move, an end, another grid, scale or weight, the next admission?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.vocabulary import CycleEventKind, Role, SpO2Scale
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_cycle
from tests.acts.house import BEDS, House, Stay
from tests.builders import LIBRARY, REASON

_MINUTE = timedelta(minutes=1)
_KINDS = (
    *[CycleEventKind.GRID_MOVED] * 4,
    *[CycleEventKind.MOVED] * 3,
    *[CycleEventKind.SPO2_SCALE] * 2,
    *[CycleEventKind.DOSING_WEIGHT] * 2,
    CycleEventKind.STOPPED,
    CycleEventKind.DISCHARGED,
)


def happen_to_the_cycle(house: House, stay: Stay) -> None:
    """Any event, written down a while after it was so."""
    kind = house.random.choice(_KINDS)
    new = NewEvent(kind, house.now - house.random.choice((0, 0, 5, 120)) * _MINUTE, REASON)
    if kind is CycleEventKind.MOVED:
        new = replace(new, ward_id=house.random.choice(house.wards), bed=house.random.choice(BEDS))
    if kind is CycleEventKind.SPO2_SCALE:
        new = replace(new, scale=house.random.choice(list(SpO2Scale)))
    if kind is CycleEventKind.DOSING_WEIGHT:
        weight = Decimal(house.random.choice(("79.5", "82.0", "95.0", "176.0")))
        new = replace(new, weight=weight, confirmed=house.chance(0.7))
    if kind is CycleEventKind.GRID_MOVED and stay.due is not None:
        due = stay.due.window.due_at + house.random.randint(-240, 480) * _MINUTE
        new = replace(new, from_dose=stay.due.dose.number, due_at=due)
    role = Role.PRESCRIBER if kind is not CycleEventKind.DISCHARGED else Role.CHARGE_NURSE
    with house.act() as tx:
        add_cycle_event(tx, LIBRARY, house.person(role, stay.ward_id), stay.cycle.id, new)


def admit_again(house: House, stay: Stay) -> None:
    """The next cycle, once this one has ended."""
    if stay.sheet.ended(stay.cycle.id) is None:
        return
    admitted = house.now - house.random.choice((0, 30, 600)) * _MINUTE
    first_due = house.now + house.random.choice((30, 120, 600)) * _MINUTE
    ward = house.random.choice(house.wards)
    new = NewCycle(stay.cycle.number + 1, ward, house.random.choice(BEDS), admitted, first_due, Decimal("81.5"))
    everywhere = house.person(Role.CHARGE_NURSE, stay.ward_id)
    charge = replace(everywhere, grants=everywhere.grants | house.person(Role.CHARGE_NURSE, ward).grants)
    with house.act() as tx:
        open_cycle(tx, LIBRARY, charge, stay.sheet.course.id, new)
