"""Who comes and goes at random: shifts, patients given to nurses, emergencies, another process?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.vocabulary import Duty, Role
from app.services.emergency import break_glass, end_emergency
from app.services.observing import record
from app.services.rostering import add_shift, assign, cancel_shift, shifts
from tests.acts.house import House, Stay
from tests.acts.readings import all_well
from tests.builders import LIBRARY, REASON

_HOUR = timedelta(hours=1)
_DUTIES = {Duty.NURSE: Role.NURSE, Duty.CHARGE_NURSE: Role.CHARGE_NURSE, Duty.ATTENDING: Role.PRESCRIBER}


def change_the_roster(house: House, stay: Stay) -> None:
    """Somebody comes on duty, is taken off it, or is given the patient."""
    charge = house.person(Role.CHARGE_NURSE, stay.ward_id)
    duty = house.random.choice(list(_DUTIES))
    person = house.person(_DUTIES[duty], stay.ward_id)
    begins = house.now + house.random.randint(-6, 6) * _HOUR
    with house.act() as tx:
        match house.random.choice(("shift", "cancel", "assign")):
            case "shift":
                add_shift(tx, charge, stay.ward_id, person.person_id, duty, begins, begins + 8 * _HOUR)
            case "cancel":
                found = house.one_of(shifts(tx, charge, stay.ward_id))
                if found is not None:
                    cancel_shift(tx, charge, found.id)
            case _:
                nurse = house.person(Role.NURSE, stay.ward_id)
                assign(tx, charge, stay.cycle.id, nurse.person_id, begins, begins + 8 * _HOUR)


def come_from_elsewhere(house: House, stay: Stay) -> None:
    """A nurse of the other ward opens the chart in an emergency, charts, and perhaps gives the access back."""
    other = next(ward for ward in house.wards if ward != stay.ward_id)
    stranger, course_id = house.person(Role.NURSE, other), stay.sheet.course.id
    with house.act() as tx:
        break_glass(tx, stranger, course_id, REASON)
    with house.act() as tx:
        items = list(all_well(stay.protocol, house.now, {}).values())
        record(tx, LIBRARY, replace(stranger), course_id, None, items[:6])
    if house.chance(0.5):
        with house.act() as tx:
            end_emergency(tx, stranger, course_id)


def hand_over_to_another_process(house: House, stay: Stay) -> None:
    """The program is started anew."""
    house.restart()
